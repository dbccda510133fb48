"""Against MedCom's own converter: its official pairs and every recording of it, both ways, the differences by name.

A recording that agrees must not stand among the differences, and one that differs must: nothing is unexplained.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import medcom_bu
from medcom_bu.declare.oioxml import Value
from medcom_bu.issues import Outcome, Severity
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.testing.comparison import differences
from tests.support import edifact_differences
from tests.support.edifact_differences import OF_A_RECEIVER, READING, WRITING
from tests.support.oracle import oracle, recorded_letters
from tests.support.paths import differing
from tests.support.typed import of_type

Tree = list[tuple[str, tuple[tuple[str, ...], ...], bytes]]
TEXT_LETTERS = ("DIS91_1", "DIS91_2", "REF01_1", "CTL01_1", "CTL02_1", "CTL03_1")
BINARY_LETTERS = tuple(f"BIN01_{number}" for number in range(1, 7))


def official_example(name: str) -> bytes:
    return oracle(f"examples/edifact/real/{name}").read_bytes()


@pytest.mark.parametrize("name", [*TEXT_LETTERS, *BINARY_LETTERS])
def test_an_official_pair_is_one_value(name: str) -> None:
    edifact, xml = (
        medcom_bu.read(official_example(f"{name}.edi")),
        medcom_bu.read(official_example(f"{name}.fixture.xml")),
    )
    assert edifact.message == xml.message
    assert edifact.report.ok
    assert medcom_bu.parse(official_example(f"{name}.edi")) == xml.message


@pytest.mark.parametrize("name", [*TEXT_LETTERS, *BINARY_LETTERS])
def test_what_is_written_is_what_came(name: str) -> None:
    """Byte for byte; the text letters have line ends in their files, which are not part of them."""
    came = official_example(f"{name}.edi")
    if name in TEXT_LETTERS:
        came = re.sub(rb"[\r\n]", b"", came)
    assert medcom_bu.to_edifact(medcom_bu.parse(official_example(f"{name}.edi"), Emessage)) == came
    assert medcom_bu.to_edifact(medcom_bu.parse(official_example(f"{name}.fixture.xml"), Emessage)) == came


OTHERS = {
    "DIS91_ok.edi": "the same letter as DIS91_1",
    "XBIN_hello_World.edi": "a line end stands between the payload and UNP",
    "sygehushenv_ver30.edi": "its lines are parted in other places, and Cave comes first",
}


@pytest.mark.parametrize("name", OTHERS)
def test_an_example_that_is_not_canonical_becomes_so(name: str) -> None:
    message = medcom_bu.parse(official_example(name), Emessage)
    written = medcom_bu.to_edifact(message)
    assert medcom_bu.parse(written) == message
    assert medcom_bu.to_edifact(medcom_bu.parse(written, Emessage)) == written
    assert medcom_bu.losses(message, "edifact") == ()


HISTORY = {"BIN01": 4, "CTL01": 2, "CTL02": 1, "CTL03": 1, "DIS91": 1, "REF01": 2}


def test_older_revisions_of_the_examples() -> None:
    """They are read without an error and are the same after writing, but for what is kept of deviating constants."""
    seen: dict[str, int] = {}
    for path in sorted(oracle("examples/edifact/history").glob("*.edi")):
        if ".fixture" in path.name or path.name.startswith("DIS91_3"):
            continue
        message: Any = medcom_bu.parse(path.read_bytes())
        assert without_kept(medcom_bu.parse(medcom_bu.to_edifact(message))) == without_kept(message), path.name
        kind = path.name[:5]
        seen[kind] = seen.get(kind, 0) + 1
    assert seen == HISTORY


def test_a_letter_of_another_type_is_named_and_kept() -> None:
    """DIS91_3 is a MEDDIS D9034L in truth."""
    data = official_example("DIS91_3.edi")
    report = medcom_bu.validate(data)
    (letter,) = of_type(Emessage, medcom_bu.parse(data)).letters
    assert ("letter.not-supported", Severity.INFORMATION) in [(issue.code, issue.severity) for issue in report]
    assert isinstance(letter, OtherLetter)
    assert (letter.type_name.en, letter.body[0][:4]) == ("Vendor's service letter (DIS90)", "UNH+")


# --- the recordings -----------------------------------------------------------------------------------------------


def without_kept(value: Any) -> Any:
    """The value without what was kept beside it."""
    if isinstance(value, Value):
        held = {name: without_kept(item) for name, item in value.__dict__.items() if name != "unexpected"}
        return value.replace(**held, unexpected=())
    return tuple(map(without_kept, value)) if isinstance(value, tuple) else value


def tree(data: bytes) -> Tree:
    """Tags, elements and payloads, without line ends and without empty components and elements at the end."""
    found: Tree = []
    for tag, elements, payload in segments(data):
        parts = [tuple(trimmed([re.sub("[\r\n]", "", part) for part in element])) for element in elements]
        found.append((tag, tuple(trimmed(parts)), payload))
    return found


def trimmed(parts: list[Any]) -> list[Any]:
    while parts and not parts[-1]:
        parts.pop()
    return parts


def segments(data: bytes) -> Iterator[tuple[str, list[list[str]], bytes]]:
    """A splitter of its own, for the usual service characters."""
    at = 9
    while at < len(data) and data[at:].strip():
        end = re.compile(rb"(?:[^?']|\?.)*'", re.DOTALL).match(data, at)
        assert end is not None
        text = end.group()[:-1].decode("latin-1").lstrip()
        aside = re.sub(r"\?(.)", lambda found: chr(0xE000 + ord(found.group(1))), text, flags=re.DOTALL)
        back = [
            [re.sub("[\ue000-\ue0ff]", lambda found: chr(ord(found.group()) - 0xE000), part) for part in e.split(":")]
            for e in aside.split("+")
        ]
        at = end.end()
        size = int(back[4][0]) if back[0][0] == "UNO" else 0
        yield back[0][0], back[1:], data[at : at + size]
        at += size


def recordings(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [record[name] for name in ("peer", "peer_ruby22_emulated") if name in record]


def test_everything_written_is_what_the_converter_writes() -> None:
    """497 letters. Where a writer of its own century reads them back, the values are compared as well."""
    differing = set()
    for record in recorded_letters("xml2edi"):
        message: Any = medcom_bu.read(record["xml"].encode(record["xml_encoding"])).message
        if message is None or not message.letters:
            assert record["peer"].get("crash") or record["peer"]["errors"], record["id"]
            continue
        written = tree(medcom_bu.to_edifact(message))
        if not any(one["edi"] is not None and written == tree_or_none(one["edi"]) for one in recordings(record)):
            differing.add(record["id"])
    assert differing == set(WRITING)


def tree_or_none(text: str) -> Tree | None:
    try:
        return tree(text.encode("latin-1"))
    except (AssertionError, IndexError, ValueError):
        return None


CODES = {"edifact.code", "edifact.code-version"}


def test_everything_read_is_what_the_converter_reads() -> None:
    """Letter by letter: the value, and the verdict of the layout. Errors of syntax are another test's."""
    differing = set()
    for record in recorded_letters("edi2xml"):
        if record["peer"]["xml"] is None:
            continue
        theirs: Any = medcom_bu.read(without_indentation(record["peer"]["xml"].encode("latin-1"))).message
        parsed: Any = medcom_bu.read(record["edi"].encode("latin-1"))
        report = medcom_bu.validate(record["edi"].encode("latin-1"))
        verdict = Outcome.FAILED if record["peer"]["errors"] else Outcome.PASSED
        if theirs is None or not theirs.letters:
            agreed = not report.ok
        elif parsed.message is None or not same(theirs, parsed.message, known_codes_only(report)):
            agreed = False
        else:
            agreed = report.layers[medcom_bu.Layer.SCHEMA] in (verdict, Outcome.NOT_RUN)
        if not agreed:
            differing.add(record["id"])
    assert differing == set(READING)


def known_codes_only(report: medcom_bu.Report) -> bool:
    return not any(issue.code in CODES for issue in report if issue.severity is Severity.ERROR)


def same(theirs: Any, ours: Any, known: bool) -> bool:
    """Whether two messages are the same, the year of the interchange in its century apart."""
    found = []
    for difference in differences(without_kept(theirs), without_kept(ours)):
        is_year = (
            difference.path == "envelope.sent.date" and theirs.envelope.sent.date[2:] == ours.envelope.sent.date[2:]
        )
        is_code = not known and difference.first == ""
        if not (is_year or is_code):
            found.append(difference.path)
    return not found


def without_indentation(xml: bytes) -> bytes:
    root = etree.fromstring(xml, etree.XMLParser(huge_tree=True, recover=True))
    for node in root.iter():
        for place in ("text", "tail"):
            found = getattr(node, place)
            if found and not found.strip() and "\n" in found:
                setattr(node, place, None)
    return of_type(bytes, etree.tostring(root, encoding="ISO-8859-1"))


def test_the_converters_two_texts_with_markup() -> None:
    """The one official text with markup whose line ends depend on the Ruby that runs the converter."""
    message = medcom_bu.parse(official_example("korr_x9134.fixture.xml"), Emessage)
    expected = tree(official_example("korr_x9134.fixture.peer-ruby22-emulated.edi"))
    assert tree(medcom_bu.to_edifact(message)) == expected


def test_attachments_that_have_no_edifact_twin() -> None:
    for name in ("XBIN_hello_World", "XBIN_hofte"):
        message = medcom_bu.parse(official_example(f"{name}.fixture.xml"), Emessage)
        assert medcom_bu.to_edifact(message) == official_example(f"{name}.fixture.peer.edi").rstrip(b"\r\n")


def test_the_differences_have_reasons() -> None:
    assert all({*WRITING.values(), *READING.values()})
    assert Path(edifact_differences.__file__).read_text("utf-8").count('": ') == len(WRITING) + len(READING)


def test_official_xml_goes_to_edifact_and_back_but_for_what_is_declared() -> None:
    """The 37 XML examples, all of versions that have a layout; where nothing is declared, nothing differs."""
    whole = 0
    for path in sorted(oracle("examples/xml").glob("*.xml")):
        message: Any = medcom_bu.read(path.read_bytes()).message
        arrived = medcom_bu.read(medcom_bu.to_edifact(message)).message
        lost = medcom_bu.losses(message, "edifact")
        declared = {loss.path for loss in lost if loss.code.removeprefix("loss.edifact-") not in OF_A_RECEIVER}
        assert differing(message, without_kept(arrived)) == declared, path.name
        whole += not declared
    assert whole == 21
