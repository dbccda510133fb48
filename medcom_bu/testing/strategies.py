"""Strategies of hypothesis for messages, read off the declarations: every field, every code, every version.

What they make is valid: no error in any layer. Numbers of persons are never possible CPR numbers of living people:
their dates do not exist, or they are replacement numbers, or stand on the national test list.

>>> from hypothesis import given
>>> from medcom_bu import parse, to_xml
>>> @given(messages("XREF01/XH0131R"))
... def test_nothing_is_lost(message):
...     assert parse(to_xml(message)) == message
>>> test_nothing_is_lost()
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import (
    Binary,
    Choice,
    Codes,
    Date,
    Element,
    Fixed,
    Flag,
    Formatted,
    PositiveInteger,
    String,
    Time,
    Version,
    Wrapped,
    elements,
    held_type,
    leaf_type,
)
from medcom_bu.messages.binary_letter import BinaryObject
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.envelopes import (
    DocumentFormat,
    EndPoint,
    EndPointType,
    MetaInformation,
    NegativeMessage,
    NegativeVans,
    PositiveMessage,
    Processing,
    ServiceTag,
    TransportType,
    VansDocument,
    VansEnvelope,
    VansError,
    VansMessage,
    VansReceipt,
    VansTransport,
)
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.letters import letters as letter_classes
from medcom_bu.messages.letters import spec_of
from medcom_bu.values.base64 import Base64
from medcom_bu.values.identifiers import Cpr, ReplacementCpr
from medcom_bu.values.text import FormattedText, Mark, Style, Styled, TextNode

TEST_PERSONS = ("0201609995", "0201609996", "0504909995", "0504909989", "0201919990", "0201919996", "2103009996")
"""Of the national test list of February 2023: they fail modulus 11 on purpose."""

_SIGNS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from(
    "æøåÆØÅ_&<>"
)
_LONG = 60


def messages(kind: str | None = None) -> st.SearchStrategy[Emessage]:
    """Messages of one type and version, such as ``"XREF01/XH0131R"``, or of any."""
    kinds = _known()
    if kind is not None:
        return _message(*kinds[kind])
    return st.one_of([_message(cls, version) for cls, version in kinds.values()])


def envelopes() -> st.SearchStrategy[VansEnvelope]:
    """VANSEnvelopes with bytes inside, and the three receipts for one: valid, every element in and out.

    The bytes are declared as binary: nothing judges them, so the report on such an envelope is not complete.
    """
    number = st.uuids(allow_nil=False).map(str)
    end = st.builds(EndPoint, text=_token(18), type=st.sampled_from([EndPointType.VANS, EndPointType.COMPANY_NUMBER]))
    sent = st.datetimes(min_value=datetime(1000, 1, 1)).map(datetime.isoformat)
    original = {"original_envelope_identifier": number, "original_message": _meta_information()}
    error = st.builds(VansError, code=st.none() | st.integers(1).map(str), description=_text(512))
    outcome = st.one_of(
        st.builds(PositiveMessage, **original),
        st.builds(NegativeMessage, error=error, **original),
        st.builds(NegativeVans, error=error, **original),
        st.builds(NegativeVans, error=error, original_envelope_identifier=number),
    )
    return st.builds(
        VansEnvelope,
        sender_id=end,
        receiver_id=end,
        envelope_identifier=number,
        sent_date_time=st.builds(str.__add__, sent, st.sampled_from(["", "Z", "+02:00", "-11:30"])),
        content=_vans_message() | st.builds(VansReceipt, outcome=outcome),
    )


def _text(longest: int) -> st.SearchStrategy[str]:
    return st.text(_SIGNS, min_size=1, max_size=min(longest, _LONG)) | st.just("ø" * longest)


def _token(longest: int) -> st.SearchStrategy[str]:
    """Text of which a schema that collapses white space sees ``longest`` characters at most."""
    return st.text("0123456789AZaz", min_size=1, max_size=longest).flatmap(
        lambda text: st.sampled_from([text, f" {text}\n"])
    )


def _meta_information() -> st.SearchStrategy[MetaInformation]:
    document = st.builds(
        VansDocument,
        format=st.sampled_from(DocumentFormat),
        name=_text(255),
        version=st.none() | _text(255),
        size_in_bytes=st.integers(-(2**31), 2**31 - 1).map(str),
    )
    tag = st.builds(ServiceTag, name=_text(70), text=_text(70))
    transport = st.builds(
        VansTransport,
        type=st.none() | st.sampled_from(TransportType),
        transform_message=st.sampled_from(["true", "false", "0", "1", " true "]),
        service_tag=st.lists(tag, max_size=5).map(tuple),
    )
    processing = st.builds(Processing, provider_identifier=_text(255), service_identifier=_text(255))
    return st.builds(
        MetaInformation,
        identifier=st.uuids(allow_nil=False).map(str),
        processing=st.none() | processing,
        document=document,
        transport=st.none() | transport,
    )


@st.composite
def _vans_message(draw: st.DrawFn) -> VansMessage:
    content, meta = draw(st.binary(min_size=1, max_size=200)), draw(_meta_information())
    document = meta.document.replace(
        format=DocumentFormat.BINARY,
        size_in_bytes=draw(st.sampled_from(["{}", " {} ", "+{}", "0{}"])).format(len(content)),
    )
    return VansMessage(meta_information=meta.replace(document=document), data=Base64(content))


def letters(kind: str) -> st.SearchStrategy[Any]:
    """Letters of one type and version, such as ``"XBIN01/XB0131X"``, without an envelope."""
    return _value(*_known()[kind])


def cpr_numbers() -> st.SearchStrategy[Cpr]:
    """CPR numbers that no living person bears."""
    impossible = st.builds(
        "{:02d}{:02d}{:02d}{:04d}".format,
        st.integers(32, 60),
        st.integers(13, 99),
        st.integers(0, 99),
        st.integers(0, 9999),
    )
    return (impossible | st.sampled_from(TEST_PERSONS)).map(Cpr)


def replacement_numbers() -> st.SearchStrategy[ReplacementCpr]:
    """National replacement numbers (X-eCPR): a date, a digit for the century, two letters, a digit for the sex."""
    date = st.dates().map("{:%d%m%y}".format)
    return st.from_regex(r"\A[17][A-Z]{2}[0-9]\Z").flatmap(lambda end: date.map(lambda day: ReplacementCpr(day + end)))


def formatted_texts(*, simple: bool = False) -> st.SearchStrategy[FormattedText]:
    """Formatted text with every element; ``simple`` with line breaks and kept blanks alone."""
    return _nodes(0 if simple else 2).map(FormattedText)


@functools.cache
def _known() -> dict[str, tuple[Any, Version]]:
    pairs = [(cls, version) for cls in letter_classes() for version in spec_of(cls).versions]
    return {f"{version.type_code}/{version.code}": (cls, version) for cls, version in pairs}


@functools.cache
def _message(cls: Any, version: Version) -> st.SearchStrategy[Emessage]:
    local = st.lists(st.text(_SIGNS, min_size=1, max_size=20), max_size=1).map(
        lambda texts: tuple(LocalElements(0, _local_element(text, version.namespace)) for text in texts)
    )
    return st.builds(
        Emessage,
        envelope=_value(Envelope, version),
        letters=st.lists(_value(cls, version), min_size=1, max_size=2).map(tuple),
        local_elements=local,
    )


def _local_element(text: str, namespace: str) -> str:
    from lxml import etree

    element = etree.Element(f"{{{namespace}}}Local_Elements", nsmap={None: namespace})  # type: ignore[dict-item]
    element.text = text
    return etree.tostring(element, encoding="unicode")


@functools.cache
def _value(cls: Any, version: Version) -> st.SearchStrategy[Any]:
    strategies = {}
    for name, declared in fields(cls).items():
        options = [element for element in elements(declared) if element.exists_in(version.code)]
        if options:
            strategies[name] = _field(declared, options, version)
    strategy = st.builds(cls, **strategies)
    return strategy.map(_sized) if cls is BinaryObject else strategy


def _sized(attachment: BinaryObject) -> BinaryObject:
    return attachment.replace(original_object_size=str(len(attachment.content or b"")))


def _field(declared: Element | Choice, options: list[Element], version: Version) -> st.SearchStrategy[Any]:
    if isinstance(declared, Choice):
        return st.one_of([_item(option, version) for option in options])
    strategy, least = _item(declared, version), declared.least(version.code)
    if declared.max == 1:
        return strategy if least else st.none() | strategy
    most = min(declared.max or 4, 4)
    few = st.lists(strategy, min_size=least, max_size=max(least, 2))
    return (few | st.lists(strategy, min_size=most, max_size=most)).map(tuple)


def _item(element: Element, version: Version) -> st.SearchStrategy[Any]:
    if isinstance(element.type, type):
        return _value(element.type, version)
    kind = held_type(element)
    if kind in _PERSONS:
        return _PERSONS[kind]()
    leaf = leaf_type(element.type, version.code)
    strategy: st.SearchStrategy[Any] = _LEAVES[type(leaf)](leaf, version)
    return strategy.map(element.type.wrapper) if isinstance(element.type, Wrapped) else strategy


def _string(leaf: String, _: Version) -> st.SearchStrategy[str]:
    if leaf.pattern:
        return st.from_regex(rf"\A(?:{leaf.pattern})\Z")
    longest = leaf.max if leaf.max is not None else _LONG
    usual = st.text(_SIGNS, min_size=leaf.min, max_size=min(longest, max(leaf.min, _LONG)))
    return usual | st.just("x" * longest) | st.just("ø" * max(leaf.min, 1))


def _codes(leaf: Codes, version: Version) -> st.SearchStrategy[Any]:
    return st.sampled_from([code for code in leaf.codes if code.known_in(version.code)])


def _nodes(depth: int) -> st.SearchStrategy[tuple[TextNode, ...]]:
    """Nodes of formatted text: ``depth`` 2 allows every style, 1 every style but FixedFont, 0 none."""
    node: st.SearchStrategy[TextNode] = st.text(_SIGNS | st.sampled_from("\n\t"), min_size=1, max_size=20)
    node |= st.sampled_from(list(Mark))
    if depth:
        plain = [style for style in Style if style is not Style.FIXED_FONT]
        node |= st.builds(Styled, st.sampled_from(plain), _nodes(0))
    if depth == 2:
        node |= st.builds(Styled, st.just(Style.FIXED_FONT), _nodes(1))
    return st.lists(node, max_size=5).map(_merged)


def _merged(nodes: list[TextNode]) -> tuple[TextNode, ...]:
    """Texts that stand side by side are one text, as on the wire."""
    merged: list[TextNode] = []
    for node in nodes:
        if type(node) is str and merged and type(merged[-1]) is str:
            merged[-1] += node
        else:
            merged.append(node)
    return tuple(merged)


_PERSONS: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {Cpr: cpr_numbers, ReplacementCpr: replacement_numbers}
_LEAVES: dict[type, Callable[[Any, Version], st.SearchStrategy[Any]]] = {
    String: _string,
    Codes: _codes,
    Fixed: lambda leaf, version: st.just(getattr(version, leaf.attribute)),
    Date: lambda _, __: st.dates().map(str),
    Time: lambda _, __: st.times().map("{:%H:%M}".format),
    PositiveInteger: lambda _, __: st.integers(1, 10**9).map(str),
    Flag: lambda _, __: st.just("true"),
    Binary: lambda _, __: st.binary(min_size=1, max_size=200).map(Base64),
    Formatted: lambda leaf, _: formatted_texts(simple=leaf.simple),
}
