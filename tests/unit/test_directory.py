"""Who is who: rows and files to units, what contradicts, finding by number and day, and who receives a message."""

from __future__ import annotations

import io
import pickle
from datetime import date, datetime
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Directory, Unit
from medcom_bu.testing.letters import letter_samples
from tests.support.care_messages import first
from tests.support.issues import found
from tests.support.letter_builders import binary, correspondence, referral
from tests.support.typed import care_communication, of_type

GLN, OTHER_GLN, SOR = "5790000121526", "5790001348120", "280381000016004"
NEW_YEAR = date(2027, 1, 1)
ROWS: list[dict[str, Any]] = [
    {"gln": GLN, "sor": SOR, "name": "Eksempel Region", "region": "Hovedstaden", "valid_to": "2026-12-31"},
    {"gln": GLN, "sor": SOR, "name": "Eksempel Region", "region": "Østdanmark", "valid_from": NEW_YEAR},
    {"gln": OTHER_GLN, "provider_number": "012345", "kind": "gp", "takes": "XDIS91/XD9134L CareCommunication/5.0"},
]
DIRECTORY = Directory.from_rows(ROWS)


def test_units_are_found_by_number_and_day() -> None:
    before, after = DIRECTORY.find(gln=GLN, on=date(2026, 12, 31)), DIRECTORY.find(gln=GLN, sor=SOR, on=NEW_YEAR)
    assert before is not None
    assert after is not None
    assert (before.region, after.region) == ("Hovedstaden", "Østdanmark")
    assert DIRECTORY.find(provider_number="01 23 45") == DIRECTORY.find(gln="5790 0013 48120") == DIRECTORY.units()[2]


@pytest.mark.parametrize(
    "asked",
    [{"gln": GLN}, {"gln": "5790000121540"}, {"gln": OTHER_GLN, "sor": SOR}, {"gln": OTHER_GLN, "on": None, "sor": ""}],
)
def test_none_and_two_are_no_unit(asked: dict[str, Any]) -> None:
    assert DIRECTORY.find(**asked) is None


def test_units_are_listed() -> None:
    assert [unit.region for unit in DIRECTORY.units()] == ["Hovedstaden", "Østdanmark", None]
    assert DIRECTORY.units(region="Østdanmark", on=date(2026, 1, 1)) == ()
    assert DIRECTORY.units(kind="gp") == DIRECTORY.units()[2:]
    assert DIRECTORY.issues == ()


@pytest.mark.parametrize(
    ("rows", "issues", "units"),
    [
        ([{"gln": GLN, "name": "A"}] * 3, [], 1),
        ([{"gln": GLN, "name": " A "}, {"gln": GLN, "name": "A", "sor": "", "region": None}], [], 1),
        ([{"gln": GLN, "name": "A"}, {"gln": GLN, "name": "B"}], [("directory.contradiction", "rows[1]")], 2),
        ([{"sor": SOR, "gln": GLN}, {"sor": SOR, "gln": OTHER_GLN}], [("directory.contradiction", "rows[1]")], 2),
        ([{"sor": SOR, "gln": GLN}, {"sor": "325851000016006", "gln": GLN}], [], 2),
        (
            [
                {"gln": GLN, "name": "A", "valid_to": "2030-01-01"},
                {"gln": GLN, "name": "B", "valid_from": "2026-01-01", "valid_to": "2026-02-01"},
                {"gln": GLN, "name": "C", "valid_from": "2029-12-31"},
            ],
            [("directory.contradiction", "rows[1]"), ("directory.contradiction", "rows[2]")],
            3,
        ),
        ([{"gln": GLN, "valid_to": "2026-12-31"}, {"gln": GLN, "valid_from": "2027-01-01"}], [], 2),
        ([{"name": "A"}, {"gln": "-"}], [("directory.no-number", "rows[0]"), ("directory.no-number", "rows[1]")], 0),
        ([{"gln": "57900001"}, {"gln": GLN}], [("directory.number", "rows[0]")], 1),
        ([{"gln": "5790000121527", "name": "A"}], [("directory.check-digit", "rows[0]")], 1),
        ([{"gln": GLN, "valid_to": "31-12-2026"}], [("directory.date", "rows[0]")], 0),
        ([{"gln": GLN, "takes": "XDSI91 XREF01 xdis91"}], [("directory.takes-unknown", "rows[0]")] * 2, 1),
        (
            [{"gln": GLN, "takes": "XDIS91 DIS91/D9134L REF15 CareCommunication/6.0 hospital-notification"}],
            [],
            1,
        ),
    ],
)
def test_rows_that_cannot_be_used_or_contradict_are_named(
    rows: list[dict[str, Any]], issues: list[tuple[str, str]], units: int
) -> None:
    directory = Directory.from_rows(rows)
    assert [(issue.code, issue.path) for issue in directory.issues] == issues
    assert len(directory.units()) == units
    if issues and units > 1:
        number = "sor" if "sor" in rows[0] else "gln"
        assert directory.find(**{number: rows[0][number]}) is None


@pytest.mark.parametrize(
    ("code", "nearest"),
    [
        ("XDSI91", "XDIS91? "),
        ("XDIS91/XD9143L", "XDIS91/XD9134L? "),
        ("CareComunication/5.0", "CareCommunication? "),
    ],
)
def test_a_misspelt_code_is_told_the_nearest(code: str, nearest: str) -> None:
    (issue,) = Directory.from_rows([{"gln": GLN, "takes": code}]).issues
    assert (issue.code, issue.hint.startswith(nearest)) == ("directory.takes-unknown", True)
    assert code not in issue.message + issue.hint


@pytest.mark.parametrize(
    ("row", "error", "what"),
    [
        ({"gln": 5790000121526}, TypeError, "^rows.0.: gln takes str or None, not int$"),
        ({"takes": [1]}, TypeError, "takes takes str or Iterable of str or None, not list of int"),
        ({"valid_to": 2026}, TypeError, "valid_to takes str or date or None, not int"),
        ({"ean": GLN}, ValueError, "^rows.0. has a field that no unit has; a unit has gln, "),
    ],
)
def test_what_is_no_row_is_refused(row: dict[str, Any], error: type[Exception], what: str) -> None:
    with pytest.raises(error, match=what):
        Directory.from_rows([row])


def test_a_datetime_is_its_day() -> None:
    (unit,) = Directory.from_rows([{"gln": GLN, "valid_from": datetime(2027, 1, 1, 12)}]).units()
    assert unit.valid_from == NEW_YEAR


CSV = "EAN;Navn;Tager;Andet\r\n5790000121526;Ældre og Børn;XDIS91 XREF01/XH0131R;x\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_file_is_read_by_its_columns(encoding: str, separator: str) -> None:
    content = CSV.replace(";", separator).encode(encoding)
    columns = {"gln": "EAN", "name": "Navn", "takes": "Tager"}
    unit = Unit(gln=GLN, name="Ældre og Børn", takes=("XDIS91", "XREF01/XH0131R"))
    for file in (content, io.BytesIO(content)):
        assert Directory.from_csv(file, columns).units() == (unit,)


def test_a_file_names_its_columns_as_the_fields() -> None:
    assert Directory.from_csv(b"gln,name\n5790000121526,A\n").units() == (Unit(gln=GLN, name="A"),)
    assert Directory.from_csv(b"").units() == ()
    with pytest.raises(ValueError, match=r"^the file has no column for gln$"):
        Directory.from_csv(b"ean\n1\n", {"gln": "EAN"})
    with pytest.raises(ValueError, match=r"^the file is no CSV: field larger than"):
        Directory.from_csv(b"gln\n" + b"5" * 200_000)
    with pytest.raises(TypeError, match=r"^Directory.from_csv takes bytes, a path or a binary file, not str"):
        Directory.from_csv("gln\n")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("takes", "name", "answer"),
    [
        ("XDIS91/XD9134L", "XDIS91/XD9134L", True),
        ("DIS91/D9134L", "XDIS91/XD9134L", True),
        ("XDIS91", "XDIS91/XD9134L", True),
        ("XREF01/XH0130R", "XREF01/XH0131R", False),
        ("", "XREF01/XH0131R", None),
        ("XREF01", "XCTL03/XC0330Q", None),
        ("XCTL03", "XCTL03/XC0330Q", True),
    ],
)
def test_what_a_unit_takes(takes: str, name: str, answer: bool | None) -> None:
    directory = Directory.from_rows([{"gln": GLN, "takes": takes}])
    assert directory.takes(directory.units()[0], letter_samples()[name]) is answer


def test_what_a_unit_takes_of_fhir() -> None:
    gp = DIRECTORY.units()[2]
    assert DIRECTORY.takes(gp, care_communication()) is True
    assert DIRECTORY.takes(medcom_bu.Unit(gln=GLN, takes=("CareCommunication/4.0",)), care_communication()) is False


def receiver_of(message: Any) -> dict[str, str]:
    return {"gln": message.letters[0].receiver.ean_identifier}


def of_directory(message: Any, *rows: dict[str, Any]) -> list[tuple[str, str]]:
    report = medcom_bu.validate(message, directory=Directory.from_rows(rows))
    return [pair for pair in found(report) if pair[0].startswith("directory.")]


@pytest.mark.parametrize("name", ["XREF01/XH0131R", "XBIN01/XB0131X", "XDIS91/XD9134L", "XCTL03/XC0330Q"])
def test_the_receiver_of_a_letter_is_known_and_takes_it(name: str) -> None:
    message = of_type(medcom_bu.Emessage, letter_samples()[name])
    known = receiver_of(message)
    kind = name.partition("/")[0]
    assert of_directory(message, known) == of_directory(message, known | {"takes": kind}) == []
    path = "letters[0].receiver.ean_identifier"
    assert of_directory(message) == [("directory.unknown-receiver", path)]
    assert of_directory(message, known | {"valid_to": "1999-12-31"}) == [("directory.unknown-receiver", path)]
    refused = of_directory(message, known | {"takes": "XREF99"})
    assert refused == ([] if kind == "XCTL03" else [("directory.not-taken", path)])


def test_bytes_have_the_verdict_at_their_own_paths() -> None:
    data = medcom_bu.to_xml(of_type(medcom_bu.Emessage, letter_samples()["XDIS91/XD9134L"]))
    wanted = [("directory.unknown-receiver", "/Emessage/ClinicalEmail/Receiver/EANIdentifier")]
    assert of_directory(data) == wanted
    parsed = medcom_bu.read(data, directory=Directory())
    assert [(i.code, i.path) for i in parsed.report if i.code.startswith("directory.")] == wanted


def test_the_receiver_of_a_fhir_message_is_known_by_gln() -> None:
    message = care_communication()
    assert message.receiver is not None
    known = {"gln": str(message.receiver.gln)}
    assert of_directory(message, known) == []
    ((code, path),) = of_directory(message)
    assert (code, path.partition("]")[2]) == ("directory.unknown-receiver", ".resource.identifier")
    assert of_directory(message, known | {"takes": "XDIS91"}) == [("directory.not-taken", path)]


def message_of(name: str, **given: Any) -> Any:
    """A message of a builder that is given a directory."""
    if name == "care":
        return first(**given)
    makers: dict[str, Any] = {"referral": referral, "binary": binary, "email": correspondence}
    builder = makers[name](**given)
    return (builder.attach(b"%PDF-1.7") if name == "binary" else builder).build().messages[0]


@pytest.mark.parametrize("name", ["referral", "binary", "email", "care"])
def test_a_builder_refuses_a_receiver_that_the_directory_does_not_know(name: str) -> None:
    message = message_of(name)
    known = {"gln": str(message.receiver.gln)} if name == "care" else receiver_of(message)
    message_of(name, directory=Directory.from_rows([known]))
    for rows, code in (([], "unknown-receiver"), ([known | {"takes": "XREF99"}], "not-taken")):
        with pytest.raises(medcom_bu.InvalidMessage) as raised:
            message_of(name, directory=Directory.from_rows(rows))
        ((told, path),) = [(issue.code, issue.path) for issue in raised.value.report]
        assert told == f"directory.{code}"
        assert path.partition(".")[0] == "receiver"


def test_a_directory_is_a_value() -> None:
    DIRECTORY.find(gln=GLN)
    assert pickle.loads(pickle.dumps(DIRECTORY)) == DIRECTORY == Directory.from_rows(ROWS)
    assert repr(DIRECTORY) == "<Directory of 3 units, 0 issues>"
    with pytest.raises(TypeError, match=r"^give one of gln, sor, provider_number$"):
        DIRECTORY.find()
    with pytest.raises(TypeError, match=r"^directory takes Directory or None, not list$"):
        medcom_bu.validate(b"", directory=[])  # type: ignore[arg-type]
