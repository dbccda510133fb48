"""Nothing of a message is shown but where it is asked for: canaries in every field, in sound and in broken messages."""

from __future__ import annotations

import enum
import io
import logging
import random
import re
import traceback
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from lxml import etree

import medcom_bu
from medcom_bu import danish_time, exchange
from medcom_bu.builders import CareCommunicationBuilder, ClinicalEmailBuilder, HospitalReferralBuilder, care_parts
from medcom_bu.builders.threads import Author
from medcom_bu.cli import main
from medcom_bu.declare.fhir import Structure
from medcom_bu.declare.oioxml import Unexpected, Value
from medcom_bu.envelopes import sbdh, statistics, vans
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.clinical_email import ClinicalEmail, EmailPatient
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letters import by_namespace, declared_elements, spec_of
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.pdf import as_pdf, text_pdf
from medcom_bu.rendering.text import as_text
from medcom_bu.reporting import FORMATS, Look
from medcom_bu.testing import assert_same_message, assert_valid
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.base64 import Base64
from medcom_bu.values.fhir_types import Attachment
from medcom_bu.values.text import FormattedText, Styled
from tests.robustness.bases import fhir_messages
from tests.robustness.canaries import CPR, LEAK, NAME, damaged, raised_by, said_by
from tests.support.every_value import ROOMS, classes, examples
from tests.support.mutants import Mutator
from tests.support.typed import letter_as, of_type

PERSONS = {"CivilRegistrationNumber": CPR[0], "PersonIdentifier": CPR[1], "AlternativeIdentifier": CPR[2]}
TOKEN = re.compile(r"(?:CANARY|SEEN)[0-9a-z]{2}")
OPEN = {element.name for _, element in declared_elements() if element.open}
"""Elements that a log may show: no canary is put there, and what may be the number of a person is."""
MESSAGES = letter_samples()
FHIR_MESSAGES: dict[str, Any] = fhir_samples()


def valid(root: Any) -> bool:
    return medcom_bu.validate(etree.tostring(root), layers=("syntax", "schema")).ok


def leaves(root: Any) -> Iterator[Any]:
    """The elements that hold text, but for numbers whose meaning is public: a size is reported where it is wrong."""
    for node in root.iter():
        if (node.text or "").strip() and not node.tag.endswith("ObjectSize"):
            yield node


def canaries() -> Iterator[str]:
    return (f"CANARY{a}{b}" for a in "abcdefghijklmnopqrstuvwxy" for b in "0123456789abcdefghijklmnopqrstuvwxyz")


def planted(name: str, force: bool = False, text: str | None = None) -> Any:
    """A sample with a canary in every field that can hold one; with ``force``, in every field."""
    root = etree.fromstring(medcom_bu.to_xml(MESSAGES[name]))
    fresh = canaries()
    for node in leaves(root):
        before = node.text
        local = etree.QName(node).localname
        token = next(fresh)
        if local in OPEN and etree.QName(node.getparent()).localname != "Referrer":
            token = token.replace("CANARY", "SEEN")
        node.text = text or (PERSONS.get(local) if not force else None) or token
        if not force and not valid(root):
            node.text = before
        if node.tail and node.tail.strip():
            node.tail = next(fresh)
    return root


def said(data: bytes) -> Iterator[str]:
    """Everything that the library says of the bytes without being asked to reveal."""
    report, parsed = medcom_bu.validate(data), medcom_bu.read(data)
    yield from said_by(report)
    yield from (repr(parsed), str(parsed), f"{parsed}")
    yield from raised_by(lambda: medcom_bu.parse(data))
    yield from raised_by(lambda: medcom_bu.parse(io.BytesIO(data)))
    yield from raised_by(lambda: medcom_bu.detect(data))
    yield from raised_by(lambda: assert_valid(data))
    yield from raised_by(lambda: exchange.accept(parsed))
    yield from raised_by(lambda: exchange.refuse(parsed, reason=""))
    yield from raised_by(lambda: reasons(parsed, report))
    if parsed.message is None:
        return
    message = of_type(Emessage, parsed.message)
    yield from raised_by(lambda: vans.check_payload(ENVELOPE.replace(content=vans.wrap(data, **ENDS).content)))
    if any(isinstance(letter, ClinicalEmail) for letter in message.letters):
        yield from raised_by(lambda: ClinicalEmailBuilder.reply_to(message))
        yield from raised_by(lambda: ClinicalEmailBuilder.reply_to(message).build())
        yield from raised_by(lambda: ClinicalEmailBuilder.forward(message).build())
    yield from (repr(value) for value in values(message))
    yield from (str(value) for value in values(message))
    yield as_text(message)
    yield from said_by(medcom_bu.validate(message))
    yield from raised_by(lambda: assert_same_message(message, MESSAGES["XREF01/XH0131R"]))
    other = message.replace(letters=message.letters[:1], local_elements=(), unexpected=(), namespace="")
    yield from raised_by(lambda: assert_same_message(message, other))
    for version in (None, "none", *(v.code for letter in message.letters for v in spec_of(type(letter)).versions)):
        yield from raised_by(lambda version=version: medcom_bu.losses(message, "xml", version=version))
        yield from raised_by(lambda version=version: medcom_bu.losses(message, "edifact", version=version))


ENDS: Any = {"sender": "5790000121526", "receiver": "5790000121526", "name": "MCM:XDIS22", "version": "XD2230L"}
ENVELOPE = vans.wrap(b"", **ENDS)
ANSWER: Any = fhir_messages()["Acknowledgement/2.0"]
DOCUMENT = sbdh.wrap(ANSWER)


def reasons(parsed: Any, report: Any) -> Any:
    """The words in which a message is refused: they travel, and may quote nothing of it."""
    answer: Any = exchange.refuse(parsed, reason="Afvist", lang="en")
    if not isinstance(answer, medcom_bu.Emessage):
        return tuple(Said(issue.details.text) for issue in answer.issues)
    told: Any = answer.letters[0]
    parts = (told.original_emessage, *told.original_emessage.original_letter)
    return tuple(Said(part.refuse_text.plain()) for part in parts if part.refuse_text)


class Said(str):
    """A text that looks like a loss to :func:`raised_by`."""

    def to_dict(self, lang: str) -> str:
        return str(self)


def values(item: Any) -> Iterator[Any]:
    """Every value within a value that has a look of its own."""
    if isinstance(item, tuple):
        for inner in item:
            yield from values(inner)
    elif isinstance(item, Value):
        yield item
        yield from values(tuple(item.__dict__.values()))
    elif isinstance(item, FormattedText | Styled):
        yield item
        yield from values(item.nodes)
    elif item is not None and not isinstance(item, str):
        yield item


def assert_silent(data: bytes) -> None:
    for text in said(data):
        found = LEAK.search(text)
        assert not found, (text[max(0, found.start() - 200) : found.end() + 50], data)


def assert_revealed(root: Any, message: Emessage) -> None:
    shown = as_text(message, reveal=True)
    for node in root.iter():
        if not str(node.tag).endswith("Object_Base64Encoded"):
            for token in (*TOKEN.findall(node.text or ""), *TOKEN.findall(node.tail or "")):
                assert token in shown, (token, node.tag)


@pytest.mark.parametrize("name", MESSAGES)
def test_sound_messages_are_masked_and_revealed_when_asked(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    root = planted(name)
    data = etree.tostring(root)
    assert len(TOKEN.findall(data.decode())) >= 1
    parsed = medcom_bu.read(data)
    assert medcom_bu.validate(data, layers=("syntax", "schema")).ok
    assert isinstance(parsed.message, Emessage)
    assert_silent(data)
    assert_revealed(root, parsed.message)
    assert not LEAK.search(caplog.text)


@pytest.mark.slow
@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("text", [None, *CPR, "CANARYaa " * 100, "050490-9989"])
def test_canaries_where_codes_and_dates_belong(name: str, text: str | None) -> None:
    root = planted(name, force=True, text=text)
    data = etree.tostring(root)
    assert_silent(data)
    message = medcom_bu.read(data).message
    assert isinstance(message, Emessage)
    if text is None:
        assert_revealed(root, message)


@pytest.mark.slow
@pytest.mark.parametrize("name", MESSAGES)
def test_canaries_as_names_and_around(name: str) -> None:
    data = etree.tostring(planted(name))
    namespace = MESSAGES[name].namespace.encode()
    word = NAME.encode()
    for at in [*(found.start() for found in re.finditer(rb"<", data))][::17]:
        if data[at : at + 2] == b"</":
            is_open = re.match(rb"</(?:\w+:)?(\w+)", data[at:])[1].decode() in OPEN  # type: ignore[index]
            text = b"" if is_open else b"CANARYzz"
            for extra in (b"<%b>x</%b>" % (word, word), text, b'<a:%b xmlns:a="urn:CANARYzz"/>' % word):
                assert_silent(data[:at] + extra + data[at:])
        assert_silent(
            re.sub(rb"(?<=<)([A-Za-z_]+)", rb"\1 " + word + b'="CANARYzz"', data[at:], count=1).join([data[:at], b""])
        )
    for odd in (
        data.replace(namespace, b"urn:CANARYzz"),
        data.replace(namespace, b"http://rep.oio.dk/CANARYzz/0504909989/"),
        data.replace(b"Emessage", word),
        b'<?xml version="1.0" encoding="%b"?>' % word + data,
        b'<?xml version="%b"?>' % word + data,
        b"<!DOCTYPE %b>" % word + data,
        b"<!-- %b --><?%b x?>" % (word, word) + data,
        b"<%b/>" % word,
        b"&%b;" % word + data,
        data.replace(b"CANARYa", b"&CANARYzz;", 1),
        data.replace(b"CANARYa", b"<CANARYzz:x/>", 1),
        data.replace(b"<Sent>", b'<Sent xml:id="CANARYzz" xml:id="b">'),
        word,
        b'{"%b": 1}' % word,
        b"UNA:+.? 'UNB+%b" % word,
        data.decode().encode("utf-16"),
        data[: len(data) // 2],
    ):
        assert_silent(odd)


@pytest.mark.slow
@pytest.mark.parametrize("name", MESSAGES)
def test_canaries_in_mutants(name: str) -> None:
    names = (NAME, "Patient", "Identifier", "Local_Elements")
    mutator = Mutator(1, (CPR[0], "CANARYaa"), names, (NAME,))
    mutator.texts = ("CANARYab", *CPR, " CANARYac ", "CANARYad" * 50, "050490-9989")
    for data in mutator.mutants(etree.tostring(planted(name)), 20):
        assert_silent(data)
        message = medcom_bu.read(data).message
        if isinstance(message, Emessage):
            assert_revealed(etree.fromstring(data), message)


@pytest.mark.slow
def test_canaries_in_damaged_bytes() -> None:
    r = random.Random(3)
    bases = [of_type(bytes, etree.tostring(planted(name), encoding="ISO-8859-1")) for name in MESSAGES]
    bases += [etree.tostring(planted(name, force=True)) for name in MESSAGES]
    for _ in range(150):
        assert_silent(damaged(r, "oioxml", bases))


# --- EDIFACT --------------------------------------------------------------------------------------------------------


def sung(name: str) -> bytes:
    """A sample with its canaries as EDIFACT; a version without a public layout in the clothes of the other."""
    message: Any = medcom_bu.read(etree.tostring(planted(name))).message
    if name == "XREF01/XH0131R":
        return medcom_bu.to_edifact(message, version="H0130R").replace(b"H0130R", b"H0131R")
    if name == "XBIN02/XB0210X":
        return sung("XBIN01/XB0131X").replace(b"B0131X+BIN01", b"B0210X+BIN02")
    return medcom_bu.to_edifact(message)


EDIFACT = {name: sung(name) for name in MESSAGES}
SENTENCE = b"' Anne CANARYzz, 050490-9989, er bekymret "
CUTS = [
    (rb"(CANARY)", b"CANARYzz" + SENTENCE + rb"\1"),
    (rb"(CANARY..)", rb"'\1"),
    (rb"(CANARY..)", rb"'\1+x:y"),
    (rb"(CANARY..)", rb"+\1+\1"),
    (rb"(CANARY..)", rb":\1:\1"),
    (rb"(CANARY..)", rb"? \1?x\1?"),
    (rb"(CANARY..)", rb"\1'UNO+1+\1+\1+\1'UNP+\1+\1'"),
    (rb"(CANARY..)", rb"\1'UNO+1+\1+\1+0504909989'\1UNP+0504909989+1'"),
    (rb"(CANARY..)", rb"\1'UNT+\1+\1'UNH+\1+\1:D:93A:UN:\1+\1'"),
    (rb"(CANARY..)", rb"\1'UNZ+\1+\1'UNA:+.? 'UNB+\1+\1"),
    (rb"\?", b""),
    (rb"(?<=[A-Z0-9]{3})\+", b""),
    (rb"\+", b""),
    (rb"'", b""),
    (rb":", b""),
    (rb"\+", b"++"),
    (rb":", b"+"),
    (rb"\+", b":"),
    (rb"UN[ABHTZ]", b"CANARYzz"),
    (rb"(?<=')[A-Z][A-Z0-9]{2}\+", b""),
    (rb"(?<=')([A-Z])", rb"canary \1"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name for name in MESSAGES if name != "XCTL03/XC0330Q"]
)  # which has no text of its own
@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_canaries_in_edifact_that_is_cut_wrongly(name: str, cut: tuple[bytes, bytes]) -> None:
    """Everywhere at once, and in single places."""
    pattern, new = cut
    data = EDIFACT[name]
    assert b"CANARY" in data
    places = [found.start() for found in re.finditer(pattern, data)]
    assert_silent(re.sub(pattern, new, data))
    for at in places[:: max(1, len(places) // 4)]:
        assert_silent(data[:at] + re.sub(pattern, new, data[at:], count=1))


@pytest.mark.slow
def test_canaries_in_damaged_edifact() -> None:
    r = random.Random(5)
    for _ in range(150):
        assert_silent(damaged(r, "edifact", list(EDIFACT.values())))


def test_identifiers_are_revealed_by_reveal_alone() -> None:
    letter: Any = medcom_bu.parse(etree.tostring(planted("XREF01/XH0131R")), Emessage).letters[0]
    identifier = letter.patient.identifier
    assert identifier.reveal() == CPR[0]
    assert not LEAK.search(f"{identifier} {identifier!r} {[identifier]}")


def test_the_command_line_shows_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, name in enumerate(MESSAGES):
        for force in (False, True):
            file = tmp_path / f"{number}-{force}.xml"
            file.write_bytes(etree.tostring(planted(name, force)))
            main(["show", str(file)])
            main(["validate", str(file)])
            main(["rewrite", str(file), "-o", str(tmp_path / "out")])
            main(["convert", str(file), "--to", "fhir", "-o", str(tmp_path / "out")])
            captured = capsys.readouterr()
            assert not LEAK.search(captured.out + captured.err)
            main(["show", str(file), "--reveal"])
            assert TOKEN.search(capsys.readouterr().out)
    for form in FORMATS:
        for lang in ("en", "da"):
            main(["validate", str(tmp_path), "--format", form, "--lang", lang])
            captured = capsys.readouterr()
            assert not LEAK.search(captured.out + captured.err)


def test_every_namespace_is_tried() -> None:
    assert {message.namespace for message in MESSAGES.values()} == set(by_namespace())


# --- wrong types -----------------------------------------------------------------------------------------------------


class Odd:
    """Something that shows what it holds."""

    def __repr__(self) -> str:
        return NAME


REFERRAL, MAIL = MESSAGES["XREF01/XH0131R"], MESSAGES["XDIS91/XD9134L"]
CARE, ANSWER = FHIR_MESSAGES["CareCommunication/5.0"], FHIR_MESSAGES["Acknowledgement/2.0"]
BYTES = medcom_bu.to_xml(REFERRAL)
REPORT = medcom_bu.validate(BYTES.replace(b"elektiv", b"hastig"))
SOMEBODY: Any = of_type(EmailPatient, letter_as(ClinicalEmail, MAIL).patient).replace(person_surname_name=NAME)
WRONG: dict[str, Any] = {
    "text": NAME,
    "half a character": f"\ud800{NAME}",
    "bytes": NAME.encode(),
    "number": int(CPR[0][1:]),
    "list": [NAME],
    "tuple": (NAME,),
    "set": {NAME},
    "mapping": {NAME: NAME},
    "odd": Odd(),
    "class": Odd,
    "formatted": FormattedText((NAME,)),
    "person": SOMEBODY,
    "path": Path(NAME),
    "date": datetime(1989, 9, 5),
}
AUTHOR = Author(given="Petra", family="Prøve", telephone="00000000", role="Psykolog")
IDS = IdsAndClock()
Calls = dict[str, tuple[Any, dict[str, Any]]]


def on(make: Any, name: str) -> Any:
    return lambda **given: getattr(make(), name)(**given)


MAKING: Calls = {
    "attach": (
        on(medcom_bu.HospitalReferralBuilder, "attach"),
        {"content": b"%PDF", "title": "x", "extension": None, "code": None, "identifier": None},
    ),
    "link": (on(medcom_bu.HospitalReferralBuilder, "link"), {"url": "x", "title": "x"}),
    "refer_to_record": (on(ClinicalEmailBuilder, "refer_to_record"), {"title": "x"}),
    "add a file": (
        on(medcom_bu.BinaryLetterBuilder, "attach"),
        {"content": b"%PDF", "title": None, "extension": None, "code": None, "identifier": None},
    ),
    "reply_to": (ClinicalEmailBuilder.reply_to, {"received": MAIL, "own": False, "quote": True, "subject": "x"}),
    "forward": (ClinicalEmailBuilder.forward, {"received": MAIL, "own": False, "subject": "x"}),
    "write in letter": (on(ClinicalEmailBuilder, "write"), {"text": "x"}),
    "sign": (on(ClinicalEmailBuilder, "sign"), {"name": "x", "title": "x"}),
    "fixed": (FormattedText.fixed, {"text": "x"}),
    "attach to care": (
        on(medcom_bu.CareCommunicationBuilder, "attach"),
        {
            "content": b"%PDF",
            "title": "x",
            "extension": None,
            "content_type": None,
            "creation": None,
            "author": None,
        },
    ),
    "link in care": (on(medcom_bu.CareCommunicationBuilder, "link"), {"url": "x", "title": "x", "author": None}),
    "write": (on(medcom_bu.CareCommunicationBuilder, "write"), {"text": "x", "author": AUTHOR}),
    "new care": (medcom_bu.CareCommunicationBuilder.new, {"topic": "x", "sender": None, "ids": IDS}),
    "reply to care": (medcom_bu.CareCommunicationBuilder.reply_to, {"received": CARE, "own": False, "topic": "x"}),
    "forward care": (
        medcom_bu.CareCommunicationBuilder.forward,
        {"received": CARE, "own": False, "earlier": (), "only": None, "topic": "x"},
    ),
    "reply_to_letter": (
        medcom_bu.CareCommunicationBuilder.reply_to_letter,
        {"gln": "x", "letter_identifier": "y", "topic": "x"},
    ),
    "organization": (care_parts.organization, {"name": "x", "sor": "1", "gln": "1"}),
    "patient": (care_parts.patient, {"number": "x", "given": "1", "family": "1"}),
    "episode_of_care": (care_parts.episode_of_care, {"value": "x", "system": "x"}),
    "letter_fields": (care_parts.letter_fields, {"received": MAIL}),
    "accept": (exchange.accept, {"received": MAIL, "ids": None}),
    "accept FHIR": (exchange.accept, {"received": CARE, "ids": None}),
    "refuse": (exchange.refuse, {"received": MAIL, "reason": "x", "transient": False, "lang": "da", "ids": None}),
    "refuse FHIR": (
        exchange.refuse,
        {"received": CARE, "reason": REPORT, "transient": True, "lang": "en", "ids": None},
    ),
    "refuse_delivery": (
        exchange.refuse_delivery,
        {"received": MAIL, "operator": "x", "code": "syntaksfejl", "text": "x", "ids": None},
    ),
    "write an answer": (exchange.write, {"answer": exchange.accept(MAIL), "like": MAIL, "ids": None}),
    "again": (exchange.again, {"answer": MAIL, "ids": None}),
    "correct": (exchange.correct, {"sent": MAIL, "subject": "x"}),
    "reason": (exchange.Reason, {"text": "x", "code": medcom_bu.RefuseCode.SYNTAX_ERROR, "details": None}),
    "wrap": (
        vans.wrap,
        {
            "payload": MAIL,
            "sender": None,
            "receiver": None,
            "name": None,
            "version": None,
            "format": None,
            "transform": False,
            "service_tags": (),
            "identifier": None,
            "ids": IDS,
        },
    ),
    "unwrap": (vans.unwrap, {"envelope": ENVELOPE}),
    "rewrap": (vans.rewrap, {"envelope": ENVELOPE, "ids": IDS}),
    "envelope accepted": (vans.positive, {"envelope": ENVELOPE, "ids": IDS}),
    "envelope refused": (
        vans.negative,
        {"envelope": ENVELOPE, "description": "x", "code": "1", "ids": IDS},
    ),
    "envelope lost": (
        vans.vans_negative,
        {"envelope": ENVELOPE, "description": "x", "code": "1", "operator": None, "ids": IDS},
    ),
    "check_payload": (vans.check_payload, {"envelope": ENVELOPE}),
    "wrap in ehmiSBDH": (
        sbdh.wrap,
        {
            "payload": ANSWER,
            "sender": None,
            "receiver": None,
            "sender_unit": None,
            "receiver_unit": None,
            "version": None,
            "identifier": None,
            "wants_receipt": True,
            "ids": IDS,
        },
    ),
    "unwrap ehmiSBDH": (sbdh.unwrap, {"envelope": DOCUMENT}),
    "rewrap ehmiSBDH": (sbdh.rewrap, {"envelope": DOCUMENT, "ids": IDS}),
    "ehmiSBDH accepted": (sbdh.positive, {"envelope": DOCUMENT, "ids": IDS}),
    "ehmiSBDH refused": (sbdh.negative, {"envelope": DOCUMENT, "description": "x", "ids": IDS}),
    "check_payload of ehmiSBDH": (sbdh.check_payload, {"envelope": DOCUMENT}),
    "signal": (sbdh.signal, {"receipt": DOCUMENT}),
    "matches an ehmiSBDH": (sbdh.matches, {"sent": DOCUMENT, "receipt": DOCUMENT}),
    "record": (statistics.record, {"message": MAIL, "status": statistics.Status.SENT}),
    "count": (statistics.count, {"records": [], "own": ["5790000121526"], "by_code": False}),
    "count for several": (statistics.count, {"records": [], "own": {"5790000121526": "x"}}),
    "to_rows": (statistics.to_rows, {"counts": []}),
    "to_csv": (statistics.to_csv, {"counts": [], "delimiter": ";"}),
}
NOW = danish_time.now()
VERBS: Calls = {
    "detect": (medcom_bu.detect, {"data": BYTES}),
    "parse": (medcom_bu.parse, {"data": BYTES}),
    "read": (medcom_bu.read, {"data": BYTES}),
    "validate": (medcom_bu.validate, {"data": BYTES, "layers": None}),
    "to_xml": (medcom_bu.to_xml, {"message": REFERRAL, "version": None, "encoding": "UTF-8"}),
    "write_xml": (
        medcom_bu.write_xml,
        {"message": REFERRAL, "file": io.BytesIO(), "version": None, "encoding": "UTF-8"},
    ),
    "to_edifact": (medcom_bu.to_edifact, {"message": MAIL, "version": None, "layout": None}),
    "write_edifact": (
        medcom_bu.write_edifact,
        {"message": MAIL, "file": io.BytesIO(), "version": None, "layout": None},
    ),
    "to_fhir": (medcom_bu.to_fhir, {"message": CARE, "format": "json", "version": None}),
    "write_fhir": (medcom_bu.write_fhir, {"message": CARE, "file": io.BytesIO(), "format": "json", "version": None}),
    "losses": (medcom_bu.losses, {"message": MAIL, "to": "xml", "version": None, "layout": None}),
    "losses to EDIFACT": (medcom_bu.losses, {"message": MAIL, "to": "edifact", "version": None, "layout": None}),
    "losses to FHIR": (medcom_bu.losses, {"message": CARE, "to": "fhir+xml", "version": None}),
    "from_bundle": (type(CARE).from_bundle, {"bundle": CARE.bundle()}),
    "wants_answer": (exchange.wants_answer, {"message": MAIL}),
    "key": (exchange.key, {"message": MAIL}),
    "keys": (exchange.keys, {"message": MAIL}),
    "sending": (exchange.sending, {"message": MAIL}),
    "answers": (exchange.answers, {"answer": ANSWER}),
    "matches": (exchange.matches, {"sent": CARE, "answer": ANSWER}),
    "receive": (exchange.receive, {"data": BYTES, "store": exchange.MemoryStore(), "now": NOW, "takes": ("x",)}),
    "send": (exchange.Outbox().send, {"message": MAIL, "store": exchange.MemoryStore(), "now": NOW, "whom": "x"}),
    "answered": (exchange.Outbox().answered, {"data": BYTES, "store": exchange.MemoryStore(), "now": NOW}),
    "due": (exchange.Outbox().due, {"store": exchange.MemoryStore(), "now": NOW}),
    "pair": (exchange.pair, {"letter": MAIL, "binaries": [MAIL]}),
    "matches an envelope": (vans.matches, {"sent": ENVELOPE, "receipt": ENVELOPE}),
    "to_dict": (medcom_bu.to_dict, {"message": MAIL}),
    "from_dict": (medcom_bu.from_dict, {"data": medcom_bu.to_dict(MAIL)}),
    "as_page": (as_page, {"message": MAIL}),
    "as_text": (as_text, {"message": MAIL, "reveal": False}),
    "archive": (medcom_bu.archive, {"data": BYTES, "answers": (), "at": NOW, "receiving": True, "pdf": False}),
    "a copy": (medcom_bu.ArchiveCopy, {"parts": {"message.xml": BYTES}}),
    "as_pdf": (as_pdf, {"message": MAIL, "date": NOW, "fonts": ".", "errors": "strict"}),
    "text_pdf": (text_pdf, {"text": "x", "title": "x", "patient": "x", "date": NOW, "fonts": ".", "errors": "strict"}),
    "report": (REPORT.text, {"lang": "da"}),
    "issue": (REPORT.issues[0].hint_text, {"lang": "da"}),
    "assert_valid": (assert_valid, {"data": BYTES}),
    "assert_same_message": (assert_same_message, {"a": MAIL, "b": MAIL, "up_to": (), "reveal": False}),
    "look of reports": (Look, {"lang": "da"}),
}


def told(call: Any) -> tuple[type[BaseException] | None, str]:
    """The type of the exception that a call raises, and all that it, its causes and its traceback say."""
    try:
        result = call()
    except Exception as error:
        parts: list[str] = []
        cause: BaseException | None = error
        while cause is not None:
            parts += [str(cause), repr(cause), repr(cause.args), repr(vars(cause)), repr(getattr(cause, "object", ""))]
            if isinstance(cause, medcom_bu.InvalidMessage):
                parts += said_by(cause.report)
            cause = cause.__cause__ or cause.__context__
        return type(error), "\n".join([*parts, *traceback.format_exception(error)])
    if isinstance(result, CareCommunicationBuilder | ClinicalEmailBuilder | HospitalReferralBuilder):
        return None, repr(result) + told(result.build)[1]
    return None, repr(result) if isinstance(result, Value | Structure) else ""


def wrong(base: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each parameter with each thing of a wrong type."""
    return ((name, what, {**base, name: value}) for name in base for what, value in WRONG.items())


@pytest.mark.parametrize("name", MAKING)
def test_what_makes_messages_names_the_wrong_type_alone(name: str) -> None:
    call, base = MAKING[name]
    assert told(lambda: call(**base))[0] is None
    for parameter, what, given in wrong(base):
        error, text = told(lambda given=given: call(**given))
        assert not LEAK.search(text), (parameter, what, text)
        assert error is None or issubclass(error, TypeError | ValueError), (parameter, what, text)
        if what in ("odd", "class", "path", "date", "number"):
            assert error is TypeError, (parameter, what, error)


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_never_quotes_what_it_was_given(name: str) -> None:
    call, base = VERBS[name]
    assert told(lambda: call(**base))[0] is None
    for parameter, what, given in wrong(base):
        if (parameter, what) != ("title", "text"):  # a PDF shows its title
            text = told(lambda given=given: call(**given))[1]
            assert not LEAK.search(text), (parameter, what, text)


DECLARED = {"Property", "FileType", "Edifact", "Decision", "OutboxStep"}
"""Classes of which only the library makes instances."""
DATED = (statistics.Record, exchange.Entry, exchange.AuditRecord)
CONSTRUCTED = [
    cls
    for cls in examples()
    if attrs.has(cls)
    and cls.__module__.split(".")[1] in ROOMS - {"issues"}
    and cls.__module__ != "medcom_bu.declare.oioxml"
    and cls.__name__ not in DECLARED
]


@pytest.mark.parametrize("cls", [*CONSTRUCTED, Unexpected], ids=lambda cls: f"{cls.__module__}.{cls.__qualname__}")
def test_a_constructor_names_the_wrong_type_alone(cls: Any) -> None:
    example = examples()[cls]
    base = {field.alias: getattr(example, field.name) for field in attrs.fields(cls) if field.init}
    for parameter, what, given in wrong(base):
        error, text = told(lambda given=given: cls(**given))
        assert not LEAK.search(text), (parameter, what, text)
        assert error in (None, TypeError, ValueError), (parameter, what, text)
        if what in ("odd", "path", "date", "mapping", "set") and not (cls in DATED and what == "date"):
            assert error is TypeError, (parameter, what, error)


@pytest.mark.parametrize("cls", [cls for cls in classes() if issubclass(cls, enum.Enum) and len(cls)])
def test_a_word_that_is_none_is_not_quoted(cls: type[enum.Enum]) -> None:
    for what, value in WRONG.items():
        error, text = told(lambda value=value: cls(value))
        assert error is ValueError, what
        assert not LEAK.search(text), (what, text)


def test_content_is_bytes_or_what_holds_bytes() -> None:
    content = b"%PDF-1.4\n"
    for given in (content, bytearray(content), memoryview(content), memoryview(content * 2)[: len(content)]):
        referral, files = medcom_bu.HospitalReferralBuilder(), medcom_bu.BinaryLetterBuilder()
        assert referral.attach(given, title="x").attachments[0].content == content
        assert files.attach(given).attachments[0].content == content
        assert Base64(given) == Base64(content) == Base64.coerce(given)
        assert vans.wrap(given, **ENDS).payload == content
        added = medcom_bu.CareCommunicationBuilder().attach(given, title="x")._added[0]
        assert of_type(Attachment, added.content).data == Base64(content)
        assert Attachment(data=given).data == Base64(content)
