"""Where in the bytes an issue is: each place is compared with what a parser of another make says."""

from __future__ import annotations

import base64
import copy
import io
import json
import pickle
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pytest

import medcom_bu
from medcom_bu import positions
from medcom_bu.envelopes import vans
from medcom_bu.issues import Issue, Kind, Layer, Position, Report, Severity, Text
from medcom_bu.oioxml import paths
from medcom_bu.oioxml.source import load
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from tests.robustness.promises import GIVEN

LETTERS = {name: medcom_bu.to_xml(message) for name, message in letter_samples().items() if "/X" in name}
REFERRAL = LETTERS["XREF01/XH0131R"]
FILES = LETTERS["XBIN01/XB0131X"]
CARE = fhir_samples()["CareCommunication/5.0"]
JSON, XML = medcom_bu.to_fhir(CARE), medcom_bu.to_fhir(CARE, "xml")
EDIFACT = medcom_bu.to_edifact(letter_samples()["XDIS91/XD9134L"])


def elements(data: bytes) -> Iterator[tuple[str, Position]]:
    """Every element by its named XPath, with its place, as expat sees it."""
    parser = expat.ParserCreate()
    found: list[tuple[list[tuple[str, int]], Position]] = []
    way: list[tuple[str, int]] = []
    counts: list[Counter[str]] = [Counter()]

    def start(tag: str, _: object) -> None:
        name = tag.rpartition(":")[2]
        counts[-1][name] += 1
        way.append((name, counts[-1][name]))
        counts.append(Counter())
        place = Position(line=parser.CurrentLineNumber, column=parser.CurrentColumnNumber + 1)
        found.append((list(way), place))

    def end(_: str) -> None:
        way.pop()
        counts.pop()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(data, True)
    for steps, place in found:
        yield "".join(f"/{name}[{number}]" for name, number in steps), place


def prefixed(data: bytes) -> bytes:
    return re.sub(rb"<(/?)([A-Z])", rb"<\1m:\2", data).replace(b"xmlns=", b"xmlns:m=")


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "on one line": lambda data: re.sub(rb">\s+<", b"><", data),
    "in UTF-8": lambda data: data.decode("latin-1").replace("ISO-8859-1", "UTF-8").encode(),
    "with a mark": lambda data: b"\xef\xbb\xbf" + data.decode("latin-1").replace("ISO-8859-1", "UTF-8").encode(),
    "in UTF-16": lambda data: data.decode("latin-1").replace("ISO-8859-1", "UTF-16").encode("utf-16"),
    "with other line ends": lambda data: re.sub(b"\r?\n", b"\r\n", data),
    "with a prefix": prefixed,
    "with asides": lambda data: data.replace(b"<Sender>", b"<!-- <Sender></Letter> -->\n<?x <Sender>?><Sender>"),
    "with instructions": lambda data: data.replace(b"<Letter>", b"<Letter><?x </Letter><Receiver></Receiver> ?>"),
    "with CDATA": lambda data: data.replace(b"</Envelope>", b"</Envelope><!-- ' -->").replace(
        b"<OrganisationName>", b"<OrganisationName><![CDATA[</OrganisationName></Sender>]]>"
    ),
    "with attributes": lambda data: data.replace(b"<Sender>", b"<Sender a='>/' b=\"'/>\"\n>"),
    "with blanks in tags": lambda data: data.replace(b"</Sender>", b"</Sender\n >").replace(b"<Sender>", b"<Sender >"),
    "nested in its like": lambda data: data.replace(
        b"<Letter>", b"<Sender><Sender/><Sender>x</Sender></Sender><Letter>"
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", LETTERS)
def test_every_element_of_a_letter_is_placed(name: str, form: str) -> None:
    data = FORMS[form](LETTERS[name])
    expected = dict(elements(data))
    document, _ = load(io.BytesIO(data))
    assert document is not None
    assert document.source.place_of(list(expected)) == expected
    for path in list(expected)[::7]:  # alone, which ends the search early
        assert document.source.place_of([path]) == {path: expected[path]}


SEVERAL = re.sub(rb"(<BinaryObject>.*?</BinaryObject>)", rb"\1\1\1", FILES, flags=re.DOTALL)
"""Three objects, so that something comes after what is cut out."""


@pytest.mark.parametrize(("width", "count"), [(8, 2), (1_000, 200), (70_000, 2), (600_000, 1)])
def test_what_was_cut_out_is_long_or_has_an_attribute(width: int, count: int) -> None:
    lines = b"\n".join([base64.b64encode(bytes(width * 3 // 4))] * count)
    for attribute in (b"", b" xmlns:x='urn:x'"):
        opening = b"<Object_Base64Encoded" + attribute + b">"
        data = re.sub(rb"<Object_Base64Encoded>[^<]*", opening + lines, SEVERAL)
        expected = dict(elements(data))
        document, _ = load(io.BytesIO(data))
        assert document is not None
        assert document.source.place_of(list(expected)) == expected


BROKEN = b"JVBERi0xLjcKZXhlbXBlbAo=\r\n" * 400


@pytest.mark.parametrize("form", FORMS)
def test_what_was_cut_out_counts(form: str) -> None:
    """Base64 never reaches the parser; what comes after it is placed as the file has it all the same."""
    again = re.sub(rb"(<Object_Base64Encoded>)[^<]*", rb"\g<1>" + BROKEN, SEVERAL)
    assert again.count(BROKEN) == 3
    data = FORMS[form](again)
    expected = dict(elements(data))
    document, _ = load(io.BytesIO(data))
    assert document is not None
    assert document.source.place_of(list(expected)) == expected


def of_fhir(path: str) -> str | None:
    """A named XPath as FHIRPath, where it leads to an element that FHIRPath names."""
    steps = re.findall(r"/(\w+)\[(\d+)\]", path)
    named = [(name, int(number) - 1) for at, (name, number) in enumerate(steps) if at == 0 or not name[0].isupper()]
    if len(steps) > 1 and steps[-1][0][0].isupper():
        return None
    return ".".join(name if at == 0 else f"{name}[{number}]" for at, (name, number) in enumerate(named))


@pytest.mark.parametrize("name", fhir_samples())
def test_every_element_of_fhir_xml_is_placed(name: str) -> None:
    data = medcom_bu.to_fhir(fhir_samples()[name], "xml")
    expected = {fhir: place for path, place in elements(data) if "div" not in path and (fhir := of_fhir(path))}
    assert positions.in_fhir_xml(data, list(expected)) == expected


def properties(plain: Any, path: str) -> Iterator[tuple[str, str | None, Any]]:
    """Every property and item of JSON by FHIRPath: its key, None for an item, and its value."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            yield f"{path}.{key}", key, value
            yield from properties(value, f"{path}.{key}")
    elif isinstance(plain, list):
        for number, value in enumerate(plain):
            yield f"{path}[{number}]", None, value
            yield from properties(value, f"{path}[{number}]")


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", fhir_samples())
def test_every_property_of_json_is_placed(name: str, indent: int | None) -> None:
    plain = json.loads(medcom_bu.to_fhir(fhir_samples()[name]))
    plain["entry"][0]["resource"]["note"] = ['a "quoted" {text}\\', [1, -2.5e3], True, None, {"æ": {}, "b": []}]
    text = json.dumps(plain, ensure_ascii=False, indent=indent)
    expected = [each for each in properties(plain, "Bundle") if not each[0].endswith(".æ") and "][" not in each[0]]
    found = positions.in_json(text.encode(), [path for path, _, _ in expected])
    lines, decoder = text.split("\n"), json.JSONDecoder()
    for path, key, value in expected:
        place = found[path]
        assert place.line is not None
        assert place.column is not None
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        if key is not None:
            start = re.match(f'"{re.escape(key)}": ', rest)
            assert start, path
            rest = rest[start.end() :]
        assert decoder.raw_decode(rest)[0] == value, path
        assert positions.in_json(text.encode(), [path]) == {path: place}


def test_a_choice_and_what_goes_with_a_primitive_are_found_by_the_name_that_fhirpath_has() -> None:
    data = b'{"valueString": "x", "birthDate": "1", "_birthDate": {"extension": [{}, {"url": "x"}]}}'
    found = positions.in_json(data, ["Patient.value", "Patient.birthDate", "Patient.birthDate.extension[1].url"])
    assert [place.column for place in found.values()] == [2, 22, data.index(b'"url"') + 1]
    xml = b'<Patient xmlns="http://hl7.org/fhir"><valueString value="x"/><birthDate><extension/></birthDate></Patient>'
    found = positions.in_fhir_xml(xml, ["Patient.value", "Patient.birthDate.extension[0]"])
    assert [place.column for place in found.values()] == [xml.index(b"<value") + 1, xml.index(b"<ext") + 1]


def test_the_steps_to_letters_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report on many letters leads to each of them: counting them again for each takes time of their square."""
    letters = letter_samples()["XDIS91/XD9134L"].letters * 20
    data = medcom_bu.to_xml(letter_samples()["XDIS91/XD9134L"].replace(letters=letters))
    asked = Counter[str]()
    monkeypatch.setattr(paths, "element_of", lambda letter: asked.update(["letter"]) or "ClinicalEmail")
    report = medcom_bu.validate(data)
    named = {issue.path.split("/")[2] for issue in report if issue.path.count("/") > 1}
    assert named >= {f"ClinicalEmail[{number}]" for number in range(2, 21)}
    assert asked["letter"] == len(letters)


def test_what_is_missing_is_where_it_should_be() -> None:
    gone = re.sub(rb"<StatusCode>.*?</StatusCode>\s*", b"", REFERRAL)
    (issue,) = [issue for issue in medcom_bu.validate(gone) if issue.severity == "error"]
    assert (issue.code, issue.path) == ("xml.element-missing", "/Emessage/HospitalReferral/Letter")
    place = dict(elements(gone))["/Emessage[1]/HospitalReferral[1]/Letter[1]"]
    assert issue.position == place
    assert positions.in_xml(gone, [issue.path + "/StatusCode[2]/X"], is_utf_8=False).popitem()[1] == place


def test_a_name_that_is_not_shown_is_counted_among_all() -> None:
    odd = REFERRAL.replace(b"</StatusCode>", b"</StatusCode><Egen/><Egen/>")
    found = {issue.path: issue.position for issue in medcom_bu.validate(odd) if issue.code == "xml.element-unexpected"}
    assert len(found) == 2
    (first, second) = found
    number = int(re.findall(r"\*\[(\d+)\]$", first)[0])
    assert second == first.replace(f"[{number}]", f"[{number + 1}]")
    places = dict(elements(odd))
    letter = "/Emessage[1]/HospitalReferral[1]/Letter[1]/Egen"
    assert list(found.values()) == [places[f"{letter}[1]"], places[f"{letter}[2]"]]


# --- reports ----------------------------------------------------------------------------------------------------------


def at(data: bytes, piece: bytes) -> Position:
    """Where a piece is that occurs once."""
    assert data.count(piece) == 1
    before = data[: data.index(piece)]
    return Position(line=before.count(b"\n") + 1, column=len(before) - before.rfind(b"\n"))


BAD = REFERRAL.replace(b"elektiv", b"hastig")
BAD_JSON = JSON.replace(b'"completed"', b'"done"')
BAD_XML = XML.replace(b'value="urn:', b'value="URN:', 1)
REPORTS: dict[str, tuple[bytes, str, Position]] = {
    "a letter": (BAD, "xml.code", at(BAD, b"<Priority>")),
    "XML cut short": (BAD[:-3], "xml.not-well-formed", Position(line=BAD.count(b"\n"), column=10)),
    "EDIFACT": (EDIFACT, "identifier.cpr-modulus-11", Position(byte=EDIFACT.index(b"PNA+"))),
    "no format": (b"\0\1", "format.unknown", Position(byte=0)),
    "JSON cut short": (b'{"resourceType": "Bundle",\n "a"', "json.cut", Position(line=2, column=5)),
    "JSON that is not a message": (b' {"resourceType": "Patient"}', "fhir.not-a-bundle", Position(line=1, column=1)),
    "a DOCTYPE": (b"\n<!DOCTYPE x><Emessage/>", "xml.doctype", Position(line=1, column=1)),
}


@pytest.mark.parametrize("name", REPORTS)
def test_each_issue_has_its_position(name: str) -> None:
    data, code, place = REPORTS[name]
    for report in (medcom_bu.validate(data), medcom_bu.read(data).report):
        assert all(issue.position is not None for issue in report)
        assert [issue.position for issue in report if issue.code == code] == [place]
    try:
        medcom_bu.parse(data)
    except medcom_bu.InvalidMessage as error:
        assert [issue.position for issue in error.report if issue.code == code] == [place]
    except medcom_bu.UnknownFormat:
        assert code == "format.unknown"


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("data", [BAD, FILES, EDIFACT, JSON, XML], ids=["bad", "files", "edifact", "json", "xml"])
def test_it_is_the_same_however_the_bytes_are_given(data: bytes, given: str) -> None:
    expected = [issue.position for issue in medcom_bu.validate(data)]
    assert expected
    assert [issue.position for issue in medcom_bu.validate(GIVEN[given](data))] == expected


def test_what_is_in_an_envelope_stands_where_its_data_stands() -> None:
    for payload in (BAD, EDIFACT):
        data = medcom_bu.to_xml(vans.wrap(payload))
        report = medcom_bu.validate(data)
        inside = [issue for issue in report if issue.path.startswith("/VANSEnvelope/Message/Data/")]
        assert inside
        assert {issue.position for issue in inside} == {at(data, b"<Data>")}


def test_a_value_has_no_positions() -> None:
    for value in (letter_samples()["XREF01/XH0131R"], CARE):
        report = medcom_bu.validate(value)
        assert [issue.position for issue in report] == [None] * len(report)
        assert report.issues


def test_a_position_counts_for_nothing_in_a_comparison_and_goes_with_its_issue() -> None:
    report, other = medcom_bu.validate(BAD), medcom_bu.validate(BAD.replace(b"\n", b""))
    assert report == other
    assert hash(report) == hash(other)
    assert [issue.position for issue in report] != [issue.position for issue in other]
    for again in (pickle.loads(pickle.dumps(report)), copy.deepcopy(report)):
        assert [issue.position for issue in again] == [issue.position for issue in report]


def test_it_is_told() -> None:
    issue = next(issue for issue in medcom_bu.validate(BAD) if issue.code == "xml.code")
    assert issue.position is not None
    assert issue.to_dict()["position"] == {"line": issue.position.line, "column": issue.position.column}
    english, danish = f"(line {issue.position.line}, column 7): ", f"(linje {issue.position.line}, kolonne 7): "
    report = medcom_bu.validate(BAD)
    assert english in report.text(positions=True)
    assert danish in report.text("da", positions=True)
    assert "column" not in report.text()
    (other,) = medcom_bu.validate(EDIFACT)
    assert other.position is not None
    assert other.to_dict()["position"] == {"byte": other.position.byte}
    assert medcom_bu.validate(EDIFACT).text(positions=True).count("byte") == 1  # the path tells it
    assert "position" not in medcom_bu.validate(CARE).to_dict()["issues"][0]


KIND = Kind("a.b", Severity.ERROR, Layer.SCHEMA, Text("x", "x"), Text("y", "y"), "z")


def test_the_causes_of_an_issue_have_theirs() -> None:
    issue = Issue(KIND, "/a", (), (Issue(KIND, "/a/b"), Issue(KIND, "byte 7")))
    report = Report.from_issues([issue], (), (Layer.SCHEMA,))
    (found,) = positions.placed(report, lambda paths: positions.in_xml(b"<a>\n<b/></a>", paths, is_utf_8=True))
    places = [found.position, *(cause.position for cause in found.causes)]
    assert places == [Position(line=1, column=1), Position(line=2, column=1), Position(byte=7)]


@pytest.mark.parametrize("data", [BAD, JSON, XML], ids=["oioxml", "json", "xml"])
def test_nothing_of_the_bytes_is_kept(data: bytes) -> None:
    def pickled(report: medcom_bu.Report) -> int:
        return len(pickle.dumps(report))

    large = data.replace(b"Eksempel", b"Eksempel" * 3)
    assert pickled(medcom_bu.validate(large)) - pickled(medcom_bu.validate(data)) < 50


def test_a_path_stays_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    for data in (BAD, FILES, EDIFACT, JSON, XML):
        path.write_bytes(data)
        expected = [each.position for each in medcom_bu.validate(data)]
        assert expected
        assert [each.position for each in medcom_bu.validate(path)] == expected
