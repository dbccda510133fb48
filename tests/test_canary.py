"""Nothing of a message is shown but where it is asked for: canaries in every field, in sound and in broken messages."""

from __future__ import annotations

import io
import json
import logging
import random
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from mutants import Mutator
from test_fuzz import mutant

import medcom_bu
from medcom_bu.binding import Value
from medcom_bu.builders import ClinicalEmailBuilder
from medcom_bu.cli import main
from medcom_bu.envelopes import vans
from medcom_bu.exchange import receipts
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.emessage import Emessage
from medcom_bu.oioxml.versions import by_namespace, spec_of
from medcom_bu.rendering.text import as_text
from medcom_bu.reporting import FORMATS
from medcom_bu.testing import assert_same_message, assert_valid
from medcom_bu.testing.samples import samples
from medcom_bu.values.text import FormattedText, Styled

CPR = ("0504909989", "2512489996", "0703921VJ5")
PERSONS = {"CivilRegistrationNumber": CPR[0], "PersonIdentifier": CPR[1], "AlternativeIdentifier": CPR[2]}
PIECES = sorted({number[at : at + 6] for number in CPR for at in range(5)})
LEAK = re.compile("|".join(["CANARY", *PIECES]))
TOKEN = re.compile(r"CANARY[0-9a-z]{2}")
NAME = "CANARYzz0504909989"
MESSAGES = samples()


def valid(root: Any) -> bool:
    return medcom_bu.validate(etree.tostring(root), layers=("syntax", "schema")).ok


def leaves(root: Any) -> Iterator[Any]:
    """The elements that hold text, but for numbers whose meaning is public: a size is told where it is wrong."""
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
        node.text = text or (PERSONS.get(local) if not force else None) or next(fresh)
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
    yield from raised_by(lambda: receipts.positive(data))
    yield from raised_by(lambda: receipts.negative(parsed, report, text=""))
    yield from raised_by(lambda: reasons(parsed, report))
    message = parsed.message
    if message is None:
        return
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
        yield from raised_by(lambda version=version: medcom_bu.losses(message, "xml", version=version))  # type: ignore[misc]
        yield from raised_by(lambda version=version: medcom_bu.losses(message, "edifact", version=version))  # type: ignore[misc]


ENDS: Any = {"sender": "5790000121526", "receiver": "5790000121526", "name": "MCM:XDIS22", "version": "XD2230L"}
ENVELOPE = vans.wrap(b"", **ENDS)


def reasons(parsed: Any, report: Any) -> Any:
    """The words in which a message is refused: they travel, and may quote nothing of it."""
    told: Any = receipts.negative(parsed, report, text="Afvist", lang="en").letters[0]
    parts = (told.original_emessage, *told.original_emessage.original_letter)
    return tuple(Said(part.refuse_text.plain()) for part in parts if part.refuse_text)


class Said(str):
    """A text that looks like a loss to :func:`raised_by`."""

    def to_dict(self, lang: str) -> str:
        return str(self)


def said_by(report: Any) -> Iterator[str]:
    yield from (str(report), repr(report), report.text("da"))
    for lang in ("en", "da"):
        yield json.dumps(report.to_dict(lang), ensure_ascii=False)
        yield from (form([("file.xml", report)], lang) for form in FORMATS.values())
    for issue in report:
        yield from (str(issue), repr(issue), issue.hint, repr(issue.params), issue.path, issue.source)


def raised_by(call: Any) -> Iterator[str]:
    """What an exception says, with what it was caused by, and what is returned where none is raised."""
    try:
        result = call()
    except (medcom_bu.InvalidMessage, medcom_bu.UnknownFormat, AssertionError) as error:
        yield from (repr(error.__cause__), repr(error.__context__))
        yield from (str(error), repr(error), repr(error.args))
        yield "".join(traceback.format_exception(error))
        if isinstance(error, medcom_bu.InvalidMessage):
            yield from said_by(error.report)
    else:
        yield repr(result)
        if isinstance(result, tuple):
            for loss in result:
                yield from (str(loss), json.dumps(loss.to_dict("da")))


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


@pytest.mark.parametrize("name", MESSAGES)
def test_canaries_as_names_and_around(name: str) -> None:
    data = etree.tostring(planted(name))
    namespace = MESSAGES[name].namespace.encode()
    word = NAME.encode()
    for at in [*(found.start() for found in re.finditer(rb"<", data))][::17]:
        if data[at : at + 2] == b"</":
            for extra in (b"<%b>x</%b>" % (word, word), b"CANARYzz", b'<a:%b xmlns:a="urn:CANARYzz"/>' % word):
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


def test_canaries_in_damaged_bytes() -> None:
    r = random.Random(3)
    bases = [etree.tostring(planted(name), encoding="ISO-8859-1") for name in MESSAGES]
    bases += [etree.tostring(planted(name, force=True)) for name in MESSAGES]
    for _ in range(150):
        assert_silent(mutant(r, bases))


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


@pytest.mark.parametrize("name", MESSAGES)
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


def test_canaries_in_damaged_edifact() -> None:
    r = random.Random(5)
    for _ in range(150):
        assert_silent(mutant(r, list(EDIFACT.values())))


def test_identifiers_are_revealed_by_reveal_alone() -> None:
    message = medcom_bu.parse(etree.tostring(planted("XREF01/XH0131R")))
    identifier = message.letters[0].patient.identifier  # type: ignore[attr-defined]
    assert identifier.reveal() == CPR[0]
    assert not LEAK.search(f"{identifier} {identifier!r} {[identifier]}")


def test_the_command_line_shows_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, name in enumerate(MESSAGES):
        for force in (False, True):
            file = tmp_path / f"{number}-{force}.xml"
            file.write_bytes(etree.tostring(planted(name, force)))
            main(["show", str(file)])
            main(["validate", str(file)])
            main(["convert", str(file), "-o", str(tmp_path / "out")])
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
