"""Strategies for letters and the messages that hold them, read off the declarations: every field, code and version."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from medcom_bu.arguments import check_word
from medcom_bu.builders.attachments import AttachedFile, recast
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
from medcom_bu.messages.binary_letter import (
    XB0130X,
    XB0131X,
    XB0210X,
    BinaryLetter,
    BinaryObject,
    ReferralAttachment,
)
from medcom_bu.messages.clinical_email import XD9134L, ClinicalEmail
from medcom_bu.messages.emessage import Consignment, Emessage, LocalElements
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.hospital_referral import XH0130R, XH0131R, HospitalReferral
from medcom_bu.messages.letter_union import Letter
from medcom_bu.messages.letters import letters as letter_classes
from medcom_bu.messages.letters import spec_of
from medcom_bu.testing.letters import CONTENT
from medcom_bu.testing.value_strategies import LONG, SIGNS, cpr_numbers, formatted_texts, replacement_numbers
from medcom_bu.values.base64 import Base64
from medcom_bu.values.identifiers import Cpr, ReplacementCpr
from medcom_bu.values.parties import Person


def messages(kind: str | None = None) -> st.SearchStrategy[Emessage]:
    """Emessages with one or two letters of one ``kind``, such as ``"XREF01/XH0131R"``, or of any.

    Raises ValueError for an unknown kind.
    """
    if kind is not None:
        return _message(*_known_as("messages", kind))
    return st.one_of([_message(cls, version) for cls, version in _known().values()])


def letters(kind: str) -> st.SearchStrategy[Letter]:
    """Letters of one ``kind``, such as ``"XBIN01/XB0131X"``, without an envelope. Raises ValueError for another."""
    return _value(*_known_as("letters", kind))


_CARRIED = [
    (HospitalReferral, XH0131R, BinaryLetter, XB0131X),
    (HospitalReferral, XH0131R, ReferralAttachment, XB0210X),
    (HospitalReferral, XH0130R, BinaryLetter, XB0130X),
    (ClinicalEmail, XD9134L, BinaryLetter, XB0131X),
]
"""Letters that refer to files, each with a letter that carries them."""


def consignments() -> st.SearchStrategy[Consignment[HospitalReferral | ClinicalEmail]]:
    """Referrals and correspondences, each with the letter that carries its files, to the same receiver."""
    return _consignments()


@st.composite
def _consignments(draw: st.DrawFn) -> Consignment[HospitalReferral | ClinicalEmail]:
    cls, version, carrier_class, carrier_version = draw(st.sampled_from(_CARRIED))
    files = draw(st.lists(_files(), min_size=1, max_size=3, unique_by=lambda file: file.identifier))
    letter = draw(_value(cls, version)).replace(reference=tuple(file.reference() for file in files))
    carrier = draw(_value(carrier_class, carrier_version))
    carrier = carrier.replace(
        sender=carrier.sender.replace(ean_identifier=letter.sender.ean_identifier),
        receiver=carrier.receiver.replace(ean_identifier=letter.receiver.ean_identifier),
        subject=recast(Person, letter.patient),
        binary_object=tuple(file.binary_object(carrier_version) for file in files),
    )
    envelopes = draw(st.tuples(_value(Envelope, version), _value(Envelope, carrier_version)))
    held = zip(envelopes, (letter, carrier), strict=True)
    return Consignment(tuple(Emessage(envelope=envelope, letters=(one,)) for envelope, one in held))


def _files() -> st.SearchStrategy[AttachedFile]:
    content = st.binary(max_size=100).map(CONTENT.__add__)
    return st.builds(AttachedFile, content, st.text(SIGNS, min_size=1, max_size=70), st.uuids(version=4))


def _known_as(name: str, kind: str) -> tuple[Any, Version]:
    check_word(f"{name}: kind", kind, _known())
    return _known()[kind]


@functools.cache
def _known() -> dict[str, tuple[Any, Version]]:
    pairs = [(cls, version) for cls in letter_classes() for version in spec_of(cls).versions]
    return {f"{version.type_code}/{version.code}": (cls, version) for cls, version in pairs}


@functools.cache
def _message(cls: Any, version: Version) -> st.SearchStrategy[Emessage]:
    local = st.lists(st.text(SIGNS, min_size=1, max_size=20), max_size=1).map(
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
    longest = leaf.max if leaf.max is not None else LONG
    usual = st.text(SIGNS, min_size=leaf.min, max_size=min(longest, max(leaf.min, LONG)))
    return usual | st.just("x" * longest) | st.just("ø" * max(leaf.min, 1))


def _codes(leaf: Codes, version: Version) -> st.SearchStrategy[Any]:
    return st.sampled_from([code for code in leaf.codes if code.known_in(version.code)])


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
