"""What must hold of any bytes, and of any value: the contract, tried.

Only ``InvalidMessage`` and ``UnknownFormat`` come out of ``parse``, nothing out of ``read`` and ``validate``. What
``read`` gives can be shown, judged, written, answered, copied and compared; where that is refused, then by an exception
that is documented. Nothing of a message's content is told by an issue, an exception or a ``repr``.
"""

from __future__ import annotations

import copy
import functools
import io
import json
import pickle
import random
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import attrs
from lxml import etree

import medcom_bu
from medcom_bu import exchange
from medcom_bu.builders import CareCommunicationBuilder, ClinicalEmailBuilder
from medcom_bu.declare.fhir import Structure
from medcom_bu.declare.oioxml import Unexpected, Value
from medcom_bu.envelopes import sbdh, vans
from medcom_bu.envelopes.by_kind import kind_of
from medcom_bu.envelopes.contents import contents
from medcom_bu.envelopes.statistics import count, record
from medcom_bu.envelopes.unfit import Unfit
from medcom_bu.judgement import check_payload
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import VERSIONS, CareCommunicationMessage
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.messages.letters import spec_of
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.messages.standard_business_document import StandardBusinessDocument
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from medcom_bu.testing import assert_same_message, assert_valid
from tests.robustness.bases import envelopes, fhir_messages, fixed, letters
from tests.robustness.mutators import CANARY, CANARY_NUMBER
from tests.support.reports import reported

LEAK = re.compile(f"{CANARY[:6]}|{CANARY_NUMBER}|{CANARY_NUMBER[:6]}-{CANARY_NUMBER[6:]}")
MOST_ISSUES = medcom_bu.Limits().issues
ENCODINGS = ("ISO-8859-1", "UTF-8", "US-ASCII", "windows-1252")
REFUSALS = (medcom_bu.InvalidMessage, medcom_bu.UnknownFormat)


class Short(io.RawIOBase):
    """A binary file that is not seekable and gives a few bytes at a time, as a socket does."""

    def __init__(self, data: bytes, most: int = 1000, *, seekable: bool = False) -> None:
        self._data, self._most, self._is_seekable = io.BytesIO(data), most, seekable

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._is_seekable

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if not self._is_seekable:
            raise io.UnsupportedOperation("seek")
        return self._data.seek(offset, whence)

    def tell(self) -> int:
        if not self._is_seekable:
            raise io.UnsupportedOperation("tell")
        return self._data.tell()

    def readinto(self, buffer: Any, /) -> int:
        return self._data.readinto(memoryview(buffer)[: self._most])


GIVEN: dict[str, Callable[[bytes], Any]] = {
    "bytearray": bytearray,
    "memoryview": memoryview,
    "file": io.BytesIO,
    "short": Short,
    "short, a byte": lambda data: Short(data, 1 if len(data) < 3000 else 700),
    "short, seekable": lambda data: Short(data, seekable=True),
    "buffered pipe": lambda data: io.BufferedReader(Short(data)),
}
"""The other forms in which bytes are given: each must have the verdict that the bytes have."""


# --- silence ----------------------------------------------------------------------------------------------------------


_SHOWN = re.compile(r"(?<=[=(, ])'[^'\n]*'")
"""A text of a field that a log may show: a word may be there, the number of a person may not."""
NUMBERS = re.compile(re.escape(CANARY_NUMBER))


def silent(*texts: str) -> None:
    """No canary in any of them. Where one is, its surroundings are reported."""
    for text in texts:
        leak = LEAK.search(_SHOWN.sub("", text)) or NUMBERS.search(text)
        assert leak is None, f"content is told: {text[max(0, leak.start() - 150) : leak.end() + 30]!a}"


def silent_report(report: medcom_bu.Report) -> None:
    silent(str(report), report.text("da"), repr(report), repr(report.issues), repr([each.params for each in report]))


def silent_error(error: BaseException | None) -> None:
    """Nor in an exception, what caused it, and the report that it carries."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        silent(str(error), repr(error), repr(error.args))
        if isinstance(error, UnicodeError):
            silent(str(getattr(error, "object", "")))
        if isinstance(error, medcom_bu.InvalidMessage):
            silent_report(error.report)
        error = error.__cause__ or error.__context__


def refused(call: Callable[[], Any], *documented: type[Exception]) -> Any:
    """What the call gives; None where it refuses by an exception that is documented, and that tells nothing."""
    try:
        return call()
    except Exception as error:
        if type(error) not in (*REFUSALS, *documented):
            raise
        silent_error(error)
        return None


# --- bytes ------------------------------------------------------------------------------------------------------------


def hold_for_bytes(data: bytes, r: random.Random, most_uses: int | None = None) -> str:
    """The verbs on bytes, and then ``most_uses`` of what can be done with the message (None: all). A word on it."""
    parsed = medcom_bu.read(data)
    report = parsed.report
    assert len(report.issues) <= MOST_ISSUES
    silent_report(report)
    silent(repr(parsed))
    if most_uses == 0 and r.random() < 0.95:  # of a long run, most are read alone
        return "message" if parsed.message is not None else "no message"
    result = _parsed(data, parsed)
    some = most_uses is not None
    if not some or r.random() < 0.3:
        assert medcom_bu.validate(data, receiving=True) == report
        given = r.choice(list(GIVEN))
        assert medcom_bu.read(GIVEN[given](data)) == parsed, f"given as {given}"
        _machine_formats(report)
    if parsed.message is not None:
        hold_for_value(parsed.message, r, most_uses, parsed)
    return result


def _parsed(data: bytes, parsed: Any) -> str:
    """``parse`` agrees with ``read``."""
    try:
        message = medcom_bu.parse(data)
    except (medcom_bu.InvalidMessage, medcom_bu.UnknownFormat) as error:
        silent_error(error)
        report = medcom_bu.validate(data)
        assert not report.ok
        codes = {issue.code for issue in report}
        if isinstance(error, medcom_bu.InvalidMessage):
            assert not error.report.ok
        else:
            assert codes & {"format.unknown", "format.empty", "format.web-page"}
        return type(error).__name__
    assert message == parsed.message
    failed = {layer for layer, outcome in parsed.report.layers.items() if outcome == "failed"}
    if not isinstance(message, NetworkEnvelope):  # which is parsed without what is in it
        assert not failed & {"syntax", "schema"}
    return "message"


def _machine_formats(report: medcom_bu.Report) -> None:
    for lang in ("en", "da"):
        json.dumps(report.to_dict(lang))
        silent(*reported(report, lang).values())


# --- values -----------------------------------------------------------------------------------------------------------

Use = Callable[[Any, random.Random, Any], None]


def hold_for_value(message: Any, r: random.Random, most: int | None = None, parsed: Any = None) -> None:
    """All that can be done with a message, or ``most`` of it; ``parsed`` is what it came in."""
    uses = uses_of(message)
    for name in uses if most is None or most >= len(uses) else r.sample(list(uses), most):
        try:
            uses[name](message, r, parsed)
        except Exception as error:
            error.add_note(f"in use: {name}")
            raise


def inside(item: Any) -> Iterator[Any]:
    """Every declared value within a value, itself first."""
    if isinstance(item, tuple):
        for each in item:
            yield from inside(each)
    elif isinstance(item, Value | Structure):
        yield item
        yield from inside(tuple(item.__dict__.values()))


@functools.cache
def accessors(cls: type) -> tuple[str, ...]:
    """The names that a class works out."""
    kinds = (property, functools.cached_property)
    return tuple(name for name in dir(cls) if name[0] != "_" and isinstance(getattr(cls, name, None), kinds))


def shown(message: Any, _: random.Random, __: Any) -> None:
    for value in inside(message):
        silent(repr(value), str(value))
        for name, item in value.__dict__.items():
            if name[0] != "_" and not isinstance(item, Value | Structure | str | tuple):
                silent(repr(item), str(item))


def worked_out(message: Any, _: random.Random, __: Any) -> None:
    for value in inside(message):
        cls: type = type(value)
        for name in accessors(cls):
            result = getattr(value, name)
            if not isinstance(result, str | tuple | bytes | int):  # which are what was asked for
                silent(repr(result))


def same(message: Any, _: random.Random, __: Any) -> None:
    for again in (copy.copy(message), copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert again == message
        assert hash(again) == hash(message)
    assert message != object()
    assert message != "x"
    assert_same_message(message, message)


def read_can_be_sent(_: Any, __: random.Random, parsed: Any) -> None:
    if parsed is not None:
        assert pickle.loads(pickle.dumps(parsed)) == parsed
        assert copy.deepcopy(parsed) == parsed


def differs(message: Any, r: random.Random, _: Any) -> None:
    others = [*letters().values(), *fhir_messages().values()]
    other = r.choice(others)
    try:
        assert_same_message(message, other)
    except AssertionError as error:
        silent(str(error))


def as_lines(message: Any, r: random.Random, _: Any) -> None:
    silent(as_text(message))
    as_text(message, reveal=True)


def as_a_page(message: Any, _: random.Random, __: Any) -> None:
    page = as_page(message)
    assert page.encode()
    assert "<script" not in page.lower()


OF_BYTES = {"fhirxml.order", "fhirxml.namespace"}
"""What only FHIR XML can have wrong: a value of FHIR has no order of elements, and no namespace."""


def judged(message: Any, _: random.Random, parsed: Any) -> None:
    """What is read is no more valid than the bytes that it came in."""
    report = medcom_bu.validate(message)
    assert len(report.issues) <= MOST_ISSUES
    silent_report(report)
    if parsed is not None and parsed.report.layers.get(medcom_bu.Layer.SCHEMA) == "failed":
        codes = {issue.code for issue in parsed.report if issue.layer == "schema" and issue.severity == "error"}
        is_of_value = not isinstance(message, NetworkEnvelope) and codes - OF_BYTES
        assert not (report.ok and is_of_value), f"the value is valid, the bytes are not: {codes}"
    try:
        assert_valid(message)
    except AssertionError as error:
        silent(str(error))
        assert not (report.ok and report.complete)


def told_losses(message: Any, to: str, version: str | None) -> Any:
    losses = refused(lambda: medcom_bu.losses(message, to, version=version))
    if losses:
        silent(repr(losses), *map(str, losses), *(loss.text("da") for loss in losses))
        json.dumps([loss.to_dict("da") for loss in losses])
    return losses


def written(message: Any, write: Callable[[], bytes], to: str, version: str | None) -> None:
    """What a writer writes is well-formed, and the message again where no loss is named.

    EDIFACT has its dates and numbers in the syntax: one that no reader takes is a loss, as is what exceeds a limit.
    """
    losses = told_losses(message, to, version)
    data = refused(write)
    if data is None:
        return
    again = medcom_bu.read(data)
    broken = [issue for issue in again.report if issue.layer == "syntax" and issue.severity == "error"]
    broken = [issue for issue in broken if not issue.path.startswith(PAYLOADS)]
    is_told = losses and (to == "edifact" or all(issue.code.endswith("too-large") for issue in broken))
    assert not broken or is_told, broken[:3]
    if losses == () and version is None and again.message != message:
        assert settled(again.message) == settled(message), "not the message that was written, and no loss is named"


PAYLOADS = ("/VANSEnvelope/Message/Data/", "/StandardBusinessDocument/BinaryContent/")
"""Where the paths lead that speak of what is in an envelope: that is another's to write."""


def settled(item: Any) -> Any:
    """The value, with what is kept beside its fields in canonical XML: blanks and declarations may differ."""
    if isinstance(item, tuple):
        return tuple(map(settled, item))
    if isinstance(item, Unexpected):
        return attrs.evolve(item, content=canonical_fragment(item.content))
    if isinstance(item, LocalElements):
        return attrs.evolve(item, xml=canonical_fragment(item.xml))
    if isinstance(item, Value):
        cls = type(item)
        assert attrs.has(cls)
        return item.replace(**{field.alias: settled(getattr(item, field.name)) for field in attrs.fields(cls)})
    return item


def canonical_fragment(content: str) -> str:
    try:
        root = etree.fromstring(f"<x>{content}</x>")
    except (etree.XMLSyntaxError, ValueError):  # a text, an attribute, a segment
        return " ".join(content.split())
    text = etree.tostring(root, method="c14n", exclusive=True).decode()
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", " ".join(text.split()))


def to_xml(message: Any, r: random.Random, _: Any) -> None:
    for encoding in r.sample(ENCODINGS, 2):
        written(message, partial(medcom_bu.to_xml, message, encoding=encoding), "xml", None)


def own_versions(message: Any) -> list[str]:
    """The versions that the letters of a message have."""
    return sorted({version.code for letter in message.letters for version in spec_of(type(letter)).versions})


def to_xml_versions(message: Any, _: random.Random, __: Any) -> None:
    for version in (*own_versions(message), "none"):
        written(message, partial(medcom_bu.to_xml, message, version=version), "xml", version)


def to_edifact(message: Any, _: random.Random, __: Any) -> None:
    for version in (None, *own_versions(message), "none"):
        written(
            message,
            partial(medcom_bu.to_edifact, message, version=version),
            "edifact",
            version,
        )


def to_fhir(message: Any, r: random.Random, _: Any) -> None:
    version = r.choice((None, None, *VERSIONS))
    for form, to in (("json", "fhir"), ("xml", "fhir+xml")):
        written(message, partial(medcom_bu.to_fhir, message, form, version=version), to, version)


def other_targets(message: Any, _: random.Random, __: Any) -> None:
    for to in ("xml", "edifact", "fhir", "fhir+xml", "x", ""):
        refused(partial(medcom_bu.losses, message, to), ValueError)


KNOWN = medcom_bu.Directory.from_rows(
    {"gln": gln, "sor": "265161000016000", "name": "Enhed"} for gln in ("5790000121526", "5790001348120")
)


def carried_over(message: Any, r: random.Random, _: Any) -> None:
    to = "fhir" if isinstance(message, Emessage) else "xml"
    directory = r.choice((None, KNOWN, KNOWN))
    conversion = refused(lambda: medcom_bu.convert(message, to, directory=directory, ids=fixed()))
    if conversion is not None:
        silent(repr(conversion), repr(conversion.pairs), *map(str, conversion.losses), *map(repr, conversion.made_up))
        assert medcom_bu.Conversion.from_dict(json.loads(json.dumps(conversion.to_dict()))) == conversion
        assert medcom_bu.convert(message, to, directory=directory, ids=fixed()) == conversion
        for each in conversion.messages:
            silent_report(medcom_bu.validate(each))
            refused(partial(medcom_bu.convert, each, "xml" if to == "fhir" else "fhir", pairs=conversion.pairs))


def letters_answered(message: Any, r: random.Random, parsed: Any) -> None:
    received = parsed if parsed is not None and r.random() < 0.5 else message
    report = medcom_bu.validate(message)
    exchange.wants_answer(received)
    for answer in (
        lambda: exchange.accept(received, ids=fixed()),
        lambda: exchange.refuse(received, ids=fixed()),
        lambda: exchange.refuse(received, reason=report, lang="en", ids=fixed()),
        lambda: exchange.refuse(received, reason="Afvist", lang="en", ids=fixed()),
        lambda: exchange.refuse_delivery(received, "5790000121526", ids=fixed()),
    ):
        answered = refused(answer, ValueError)
        if answered is not None:
            assert medcom_bu.validate(answered).ok
            assert medcom_bu.read(exchange.write(answered, received)).report.ok
            named = {*exchange.answers(answered)}
            assert not named or named & {*exchange.keys(received)}
            assert exchange.matches(received, answered) or not named
    exchange.matches(letters()["XDIS91/XD9134L"], received)
    exchange.matches(received, letters()["XCTL03/XC0330Q"])


def letters_continued(message: Any, _: random.Random, __: Any) -> None:
    for begin in (
        lambda: ClinicalEmailBuilder.reply_to(message, text="Tak.", ids=fixed()),
        lambda: ClinicalEmailBuilder.forward(message, ids=fixed()),
        lambda: CareCommunicationBuilder.reply_to(message, ids=fixed()),
    ):
        builder = refused(begin, ValueError)
        if builder is not None:
            silent(repr(builder))
            refused(builder.build)


def letters_wrapped(message: Any, _: random.Random, __: Any) -> None:
    envelope = refused(lambda: vans.wrap(message, ids=fixed()), ValueError, Unfit)
    if envelope is not None:
        vans.check_payload(envelope)
    contents(message)
    refused(lambda: count([record(message)], own=("5790000121526",)))


def envelopes_answered(message: Any, _: random.Random, __: Any) -> None:
    for answer in (
        lambda: vans.positive(message, ids=fixed()),
        lambda: vans.negative(message, "x", "1", ids=fixed()),
        lambda: vans.vans_negative(message, "x", ids=fixed()),
    ):
        answered = refused(answer, ValueError, Unfit)
        if answered is not None:
            refused(partial(medcom_bu.to_xml, answered))
            vans.matches(message, answered)
    vans.rewrap(message, ids=fixed())
    assert not vans.matches(message, message)
    for other in envelopes().values():
        vans.matches(other, message)


def business_documents_answered(message: Any, _: random.Random, __: Any) -> None:
    for answer in (
        lambda: sbdh.positive(message, ids=fixed()),
        lambda: sbdh.negative(message, "x", ids=fixed()),
        lambda: sbdh.rewrap(message, ids=fixed()),
        lambda: sbdh.with_payload(message, b"x"),
    ):
        answered = refused(answer, ValueError, Unfit)
        if answered is not None:
            refused(partial(medcom_bu.to_xml, answered))
            sbdh.matches(message, answered)
    silent(repr(sbdh.signal(message)), repr(sbdh.wants_receipt(message)))
    assert not sbdh.matches(message, message)


def envelopes_opened(message: Any, r: random.Random, _: Any) -> None:
    silent(repr(check_payload(message)))
    refused(lambda: count([record(message)], own=("5790000121526",)), ValueError, Unfit)
    payload = refused(lambda: kind_of(message).unwrap(message), ValueError, Unfit)
    if payload is not None:
        silent(repr(contents(payload)))
        inner = medcom_bu.read(payload)
        silent_report(inner.report)
        if inner.message is not None:
            hold_for_value(inner.message, r, 2, inner)


def fhir_answered(message: Any, _: random.Random, __: Any) -> None:
    report = medcom_bu.validate(message)
    for answer in (
        lambda: exchange.accept(message, ids=fixed()),
        lambda: exchange.refuse(message, reason=report, ids=fixed()),
        lambda: exchange.refuse(message, reason=report, transient=True, ids=fixed()),
    ):
        answered = refused(answer, ValueError)
        if answered is not None:
            assert exchange.matches(message, answered) in (True, False)
            silent(*(str(issue.details.text) for found in outcomes(answered) for issue in found.issue))


def outcomes(answer: AcknowledgementMessage) -> Iterator[Any]:
    return (entry.resource for entry in answer.entry if type(entry.resource).__name__ == "OperationOutcome")


def fhir_continued(message: Any, _: random.Random, __: Any) -> None:
    for begin in (
        lambda: CareCommunicationBuilder.reply_to(message, ids=fixed()),
        lambda: CareCommunicationBuilder.reply_to(message, own=True, ids=fixed()),
        lambda: CareCommunicationBuilder.forward(message, earlier=[message], ids=fixed()),
    ):
        builder = refused(begin, ValueError)
        if builder is not None:
            silent(repr(builder))
            refused(builder.build)


def typed(message: Any, _: random.Random, __: Any) -> None:
    bundle = refused(message.bundle)
    if bundle is not None:
        refused(lambda: type(message).from_bundle(bundle))


EVERY: tuple[Use, ...] = (
    shown,
    worked_out,
    same,
    read_can_be_sent,
    differs,
    as_lines,
    as_a_page,
    judged,
    other_targets,
)
LETTERS: tuple[Use, ...] = (
    *(to_xml, to_xml_versions, to_edifact, carried_over, letters_answered, letters_continued, letters_wrapped),
)
ENVELOPES: tuple[Use, ...] = (to_xml, envelopes_answered, envelopes_opened)
BUSINESS_DOCUMENTS: tuple[Use, ...] = (to_xml, business_documents_answered, envelopes_opened)
THREADS: tuple[Use, ...] = (fhir_answered, fhir_continued)


@functools.cache
def _uses(cls: type) -> dict[str, Use]:
    own: tuple[Use, ...] = (to_fhir, typed, carried_over)
    if issubclass(cls, Emessage):
        own = LETTERS
    elif issubclass(cls, VansEnvelope):
        own = ENVELOPES
    elif issubclass(cls, StandardBusinessDocument):
        own = BUSINESS_DOCUMENTS
    elif issubclass(cls, CareCommunicationMessage):
        own += THREADS
    return {use.__name__: use for use in (*EVERY, *own)}


def uses_of(message: Any) -> dict[str, Use]:
    """What can be done with a message, by name."""
    cls: type = type(message)
    return _uses(cls)
