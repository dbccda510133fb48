"""What is said of names that do not fit: the namespace, the nearest name, and never a bare ``*``."""

from __future__ import annotations

import pytest

import medcom_bu
from medcom_bu.testing.letters import letter_samples

MAIL = medcom_bu.to_xml(letter_samples()["XDIS91/XD9134L"])
NAMESPACE = letter_samples()["XDIS91/XD9134L"].namespace
EDIFACT = medcom_bu.to_edifact(letter_samples()["XDIS91/XD9134L"])
LETTER_X = "/Emessage/ClinicalEmail"
NEAREST = {
    "capitals": (b"PersonSurnameName>", b"PersonSurName>", "PersonSurnameName", f"{LETTER_X}/Patient"),
    "a letter": (b"ClinicalEmail>", b"ClinicalMail>", "ClinicalEmail", "/Emessage"),
    "a break": (b"<Break/>", b"<break/>", "Break", f"{LETTER_X}/ClinicalInformation/Text01"),
}


def told(data: bytes, lang: str = "da") -> list[tuple[str, str, str]]:
    """Code, message and hint of each error."""
    return [
        (issue.code, issue.text(lang), issue.hint_text(lang))
        for issue in medcom_bu.validate(data)
        if issue.severity == "error"
    ]


@pytest.mark.parametrize("name", NEAREST)
def test_a_misspelt_element_is_told_the_nearest_name(name: str) -> None:
    right, wrong, nearest, xpath = NEAREST[name]
    data = MAIL.replace(right, wrong)
    assert data != MAIL
    first = next(issue for issue in medcom_bu.validate(data) if issue.severity == "error")
    assert first.path.startswith(f"{xpath}/*[")
    assert first.text("da").startswith("et ukendt element ")
    assert first.hint_text("da").startswith(f"{nearest}? ")
    assert first.hint.startswith(f"{nearest}? ")
    assert wrong.strip(b"</>").decode() not in str(medcom_bu.validate(data).to_dict("da"))


def test_a_name_like_none_is_unknown_and_is_never_quoted() -> None:
    data = MAIL.replace(b"Patient>", b"Borger0201609995>")
    issues = told(data)
    assert issues[0][0:2] == ("xml.element-unexpected", "et ukendt element hører ikke til her")
    assert issues[0][2].startswith("tilladt her, i denne rækkefølge: Letter, Sender")
    assert not any("*" in message or "Borger" in message for _, message, _ in issues)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (MAIL.replace(b"<Patient>", b'<Patient xmlns="urn:andet">'), {"Patient"}),
        (MAIL.replace(b"<Break/>", b'<Break xmlns=""/>', 1), {"Break"}),
        (
            MAIL.replace(b"<Emessage xmlns=", b"<m:Emessage xmlns:m=").replace(b"</Emessage>", b"</m:Emessage>"),
            {"Envelope", "ClinicalEmail"},
        ),
    ],
)
def test_an_element_of_another_namespace_is_told_the_namespace(data: bytes, names: set[str]) -> None:
    assert data != MAIL
    issues = [issue for issue in medcom_bu.validate(data) if issue.code == "xml.other-namespace"]
    assert {issue.text("da") for issue in issues} == {
        f"{name} står i et andet navnerum end skemaet forlanger" for name in names
    }
    assert {issue.hint_text("da") for issue in issues} == {f"skriv det i navnerummet {NAMESPACE}"}
    assert "xml.element-unexpected" not in {issue.code for issue in medcom_bu.validate(data)}


def test_a_choice_that_is_missing_is_told_with_or_in_each_language() -> None:
    data = MAIL.replace(b"CivilRegistrationNumber>", b"CPR>")
    assert "CivilRegistrationNumber eller AlternativeIdentifier mangler" in [message for _, message, _ in told(data)]
    english = [message for _, message, _ in told(data, "en")]
    assert "CivilRegistrationNumber or AlternativeIdentifier is missing" in english


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-11-31", "ÅÅÅÅ-MM-DD med en dag der findes"), ("31.11.2026", "ÅÅÅÅ-MM-DD"), ("2024-02-29", None)],
)
def test_a_day_that_does_not_exist_is_told_so(day: str, expected: str | None) -> None:
    sent = MAIL.index(b"<Date>") + len(b"<Date>")
    issues = told(MAIL[:sent] + day.encode() + MAIL[sent + 10 :])
    assert [message for _, message, _ in issues] == (
        [f"Date er ikke skrevet som {expected}"] if expected is not None else []
    )


def test_a_time_that_does_not_exist_is_told_the_bounds() -> None:
    sent = MAIL.index(b"<Time>") + len(b"<Time>")
    (issue,) = told(MAIL[:sent] + b"24:00" + MAIL[sent + 5 :])
    assert issue[1] == "Time er ikke skrevet som TT:MM, fra 00:00 til 23:59"


@pytest.mark.parametrize("is_count_right", [False, True])
def test_edifact_without_its_patient_is_told_so_beside_the_count(is_count_right: bool) -> None:
    segments = EDIFACT.split(b"'")
    kept = [segment for segment in segments if not segment.lstrip().startswith((b"PNA", b"RFF+ASL"))]
    (end,) = [number for number, segment in enumerate(kept) if segment.lstrip().startswith(b"UNT")]
    removed = len(segments) - len(kept)
    assert removed
    if is_count_right:
        _, count, reference = kept[end].split(b"+")
        kept[end] = b"UNT+%d+%s" % (int(count) - removed, reference)
    codes = [code for code, _, _ in told(b"'".join(kept))]
    assert codes[:1] == ["edifact.missing" if is_count_right else "edifact.segment-count"]
    assert "edifact.missing" in codes


def test_a_wrong_count_alone_is_told_alone() -> None:
    place = EDIFACT.index(b"UNT+") + len(b"UNT+")
    assert [code for code, _, _ in told(EDIFACT[:place] + b"9" + EDIFACT[place:])] == ["edifact.segment-count"]
