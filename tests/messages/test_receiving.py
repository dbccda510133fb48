"""The receiver's verdict: what the documents say shall be received refuses nothing; all else is as for a sender.

Sources: Den gode XML MEDBIN (M), Den gode XML korrespondance (K), Den gode kiropraktorepikrise (D), by page.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Emessage, Layer, Outcome, Severity
from medcom_bu.envelopes import vans
from medcom_bu.exchange import receipts
from medcom_bu.rendering.page import as_page
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values import codes
from medcom_bu.values.codes import CodeList
from medcom_bu.values.specialities import MedicalSpecialityCode
from tests.support.issues import errors, found
from tests.support.typed import care_communication, of_type

MAIL, REFERRAL, FILE = (
    medcom_bu.to_xml(of_type(Emessage, letter_samples()[name]))
    for name in ("XDIS91/XD9134L", "XREF01/XH0131R", "XBIN01/XB0131X")
)
LISTS: list[type[CodeList]] = [
    *(cls for cls in vars(codes).values() if isinstance(cls, type) and issubclass(cls, CodeList) and len(cls)),
    MedicalSpecialityCode,
]
EDIFACT = medcom_bu.to_edifact(of_type(Emessage, letter_samples()["XDIS91/XD9134L"]))


def with_text(data: bytes, element: str, text: str) -> bytes:
    """The letter with another text in the first element of that name."""
    changed, count = re.subn(rf"(<{element}>)[^<]*".encode(), rb"\g<1>" + text.encode("latin-1"), data, count=1)
    assert count == 1
    return changed


DEFAULTS = {
    ("AcknowledgementCode", "ja"): "minuspositivkvitt",
    ("EpisodeOfCareStatusCode", "hjemme"): "inaktiv",
    ("IdentifierCode", "USP"): "sygehusafdelingsnummer",
    ("MedicalSpecialityCode", "børnepsykologi"): "ikkeklassificeret",
    ("Priority", "snarest"): "rutine",
    ("StatusCode", "slettetbrev"): "nytbrev",
}
SPELT = {
    ("StatusCode", "Rettetbrev"): "rettetbrev",
    ("StatusCode", "NYTBREV"): "nytbrev",
    ("Priority", "Høj_prioritet"): "høj_prioritet",
    ("Priority", "hoej_prioritet"): "høj_prioritet",
    ("Priority", "høj prioritet"): "høj_prioritet",
    ("MedicalSpecialityCode", "Ikkeklassificeret"): "ikkeklassificeret",
    ("MedicalSpecialityCode", "Infektionsmedicin"): "infektionsmedicin",
    ("MedicalSpecialityCode", "patologi "): "patologi",
    ("EpisodeOfCareStatusCode", "Ambulant"): "ambulant",
}


@pytest.mark.parametrize(("element", "text"), [*DEFAULTS, *SPELT])
def test_a_code_outside_its_list_is_received(element: str, text: str) -> None:
    """M20 K23 D31: a value that is not listed shall be received, and is handled as the default; K29: spelling first."""
    data = with_text(MAIL, element, text)
    sent, parsed = medcom_bu.validate(data), medcom_bu.read(data)
    assert not sent.ok
    (path,) = {issue.path for issue in sent if issue.severity == "error"}
    (told,) = [issue for issue in parsed.report if issue.severity == "warning" and issue.path == path]
    taken_for = (DEFAULTS | SPELT)[element, text]
    assert told.code == "received.code"
    assert told.message == f"{element} is not in this version's code list: it is treated as {taken_for}"
    assert parsed.report.ok
    assert parsed.report.complete
    assert parsed.report == medcom_bu.validate(data, receiving=True)
    assert parsed.message is not None
    assert medcom_bu.validate(parsed.message, receiving=True).ok
    assert not medcom_bu.validate(parsed.message).ok
    assert f">{text}<".encode("latin-1") in medcom_bu.to_xml(of_type(Emessage, parsed.message))
    with pytest.raises(medcom_bu.InvalidMessage):
        medcom_bu.parse(data)
    assert type(receipts.positive(parsed).letters[0]).__name__ == "PositiveReceipt"


def test_no_value_becomes_another_by_its_spelling() -> None:
    """Every listed value, however it is written, is taken for itself."""
    for cls in LISTS:
        for member in cls:
            for text in (member.upper(), member.title(), f" {member} ", member.replace("_", " ")):
                assert cls.taken_for(text) == member, (cls, text)


def test_the_defaults_are_those_of_the_documents() -> None:
    """M21 M30 K23-30 D31-39; of other lists none is printed."""
    assert {cls.__name__: cls.default() for cls in LISTS if cls.default() is not None} == {
        "AcknowledgementCode": "minuspositivkvitt",
        "StatusCode": "nytbrev",
        "IdentifierCode": "sygehusafdelingsnummer",
        "CorrespondencePriority": "rutine",
        "EpisodeOfCareStatusCode": "inaktiv",
        "DiagnoseDescriptionCode": "uspec_diagnose",
        "RelationCode": "uspec_paaroerende",
        "MedicalSpecialityCode": "ikkeklassificeret",
    }


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (with_text(REFERRAL, "Priority", "hastig"), "xml.code"),  # the list of the referral prints no default
        (with_text(REFERRAL, "Transport", "taxa"), "xml.code"),
        (with_text(MAIL, "VersionCode", "M9930L"), "xml.fixed"),  # D20: a wrong version stays wrong
        (with_text(MAIL, "TypeCode", "XDIS01"), "xml.fixed"),
        (with_text(MAIL, "CivilRegistrationNumber", "1"), "xml.pattern"),
        (MAIL.replace(b"<Subject>", b"<Emne>").replace(b"</Subject>", b"</Emne>"), "xml.element-unexpected"),
    ],
)
def test_nothing_else_of_the_schema_is_relaxed(data: bytes, code: str) -> None:
    report = medcom_bu.read(data).report
    assert code in {issue.code for issue in report if issue.severity == "error"}
    assert errors(report) == errors(medcom_bu.validate(data))


@pytest.mark.parametrize(("element", "text"), [("ObjectCode", "tegning"), ("ObjectExtensionCode", "odt")])
def test_a_file_of_an_unknown_type_is_received(element: str, text: str) -> None:
    """M9: negative only where the letter does not parse or a file cannot be extracted."""
    data = with_text(FILE, element, text)
    parsed = medcom_bu.read(data)
    assert ("received.file-type", f"/Emessage/BinaryLetter/BinaryObject/{element}") in found(parsed.report)
    assert parsed.report.ok
    message: Any = parsed.message
    assert text in {
        message.letters[0].binary_object[0].object_code,
        message.letters[0].binary_object[0].object_extension_code,
    }
    assert errors(medcom_bu.validate(data)) == [("xml.code", f"/Emessage/BinaryLetter/BinaryObject/{element}")]


def test_a_declared_size_that_is_wrong_is_received() -> None:
    """M9: it parses, and the file is there."""
    data = with_text(FILE, "OriginalObjectSize", "34")
    path = "/Emessage/BinaryLetter/BinaryObject/OriginalObjectSize"
    assert errors(medcom_bu.validate(data)) == [("attachment.size", path)]
    report = medcom_bu.read(data).report
    assert report.ok
    assert ("received.file-size", path) in found(report)


def test_a_file_that_cannot_be_taken_out_is_refused() -> None:
    """M9: extraction fails."""
    data = with_text(FILE, "Object_Base64Encoded", "!!!!")
    assert not medcom_bu.read(data).report.ok


@pytest.mark.parametrize(
    ("data", "old", "new", "code"),
    [
        (MAIL, b"<StatisticalCode>XDIS91", b"<StatisticalCode>GGOP2", "letter.statistical-code"),
        (EDIFACT, b"D9134L+DIS91", b"D9134L+GGOP2", "edifact.constant"),
        (EDIFACT, b"D:93A:UN", b"D:93B:UN", None),
    ],
)
def test_the_statistical_code_means_nothing_to_a_receiver(
    data: bytes, old: bytes, new: bytes, code: str | None
) -> None:
    """LET-23: a sender writes the type (M13, K17, D20); no receiver uses it."""
    assert old in data
    wrong = data.replace(old, new, 1)
    sent, received = medcom_bu.validate(wrong), medcom_bu.read(wrong).report
    told = {issue.code for issue in sent} ^ {issue.code for issue in received}
    assert told == ({code, "received.statistical-code"} if code else set())
    if code:
        (issue,) = [issue for issue in received if issue.code == "received.statistical-code"]
        assert issue.severity is Severity.INFORMATION


@pytest.mark.parametrize("text", ["True", "TRUE", " true"])
def test_the_mark_of_a_record_extract_may_be_spelt_otherwise(text: str) -> None:
    """K5: ``True`` was printed until 2020."""
    data = re.sub(rb"<URL>[^<]*</URL>", b"<SUP>" + text.encode() + b"</SUP>", MAIL)
    assert medcom_bu.read(data).report.ok
    assert not medcom_bu.read(data.replace(text.encode() + b"</SUP>", b"ja</SUP>")).report.ok


@pytest.mark.parametrize(
    ("old", "new", "taken_for"),
    [
        (b"PAS+POT'", b"PAS+ZZ'", "inaktiv"),
        (b"PAS+POT'", b"PAS+hs'", "indlagt"),
        (b"GIS+N'", b"GIS+X'", "nytbrev"),
        (b"GIS+N'", b"GIS+m'", "rettetbrev"),
        (b"SPR+ORG+99:", b"SPR+ORG+9876:", "ikkeklassificeret"),
        (b"++++1'", b"++++7'", "minuspositivkvitt"),
    ],
)
def test_a_code_of_edifact_outside_its_list_is_received(old: bytes, new: bytes, taken_for: str) -> None:
    """D31, and section 8 of its lists: PATSTA, GIS, AFSSPEC, KUVKVIT."""
    assert old in EDIFACT
    data = EDIFACT.replace(old, new, 1)
    assert len(errors(medcom_bu.validate(data))) == 1
    parsed = medcom_bu.read(data)
    (told,) = [issue for issue in parsed.report if issue.code == "received.code"]
    assert told.message.endswith(f"treated as {taken_for}")
    assert parsed.report.ok
    assert parsed.report.complete
    assert new in medcom_bu.to_edifact(of_type(Emessage, parsed.message))


@pytest.mark.parametrize(
    ("element", "text", "shown"),
    [
        ("StatusCode", "Rettetbrev", "Rettetbrev</bdi> (opfattes som: RETTELSE AF TIDLIGERE BREV)"),
        ("StatusCode", "slettetbrev", "slettetbrev</bdi> (opfattes som: Nyt brev)"),
        ("Priority", "hoej_prioritet", "hoej_prioritet</bdi> (opfattes som: Høj prioritet)"),
        ("Priority", "snarest", "snarest</bdi> (opfattes som: Rutine)"),
    ],
)
def test_the_page_shows_it_in_the_red_box(element: str, text: str, shown: str) -> None:
    """K12: a high priority must be told from routine; D12: a correction is made prominent."""
    message = medcom_bu.read(with_text(MAIL, element, text)).message
    assert message is not None
    assert f'<p class="notice"><bdi>{shown}</p>' in as_page(message)


def test_what_is_in_an_envelope_is_received_too() -> None:
    inside = with_text(MAIL, "StatusCode", "Rettetbrev")
    data = medcom_bu.to_xml(vans.wrap(inside))
    assert not medcom_bu.validate(data).ok
    assert medcom_bu.read(data).report.ok


def test_fhir_has_one_verdict() -> None:
    """Reliable messaging, section 3: a code outside a required binding is refused by a receiver too."""
    data = medcom_bu.to_fhir(care_communication())
    wrong = data.replace(b'"asap"', b'"straks"')
    assert wrong != data
    assert errors(medcom_bu.read(wrong).report) == errors(medcom_bu.validate(wrong)) != []


def test_a_sender_is_judged_unless_a_receiver_is_asked_for() -> None:
    report = medcom_bu.validate(with_text(MAIL, "StatusCode", "Rettetbrev"))
    assert report.layers[Layer.SCHEMA] is Outcome.FAILED
    with pytest.raises(TypeError, match=r"^receiving takes bool, not int$"):
        medcom_bu.validate(MAIL, receiving=1)  # type: ignore[arg-type]
