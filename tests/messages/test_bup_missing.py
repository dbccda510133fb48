"""What regions ask for, consent by age, regions and authorities by day: each rule kept once and broken once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Cpr, InvalidMessage, Layer, Outcome, Priority, Severity, Verdict, bu
from medcom_bu.testing import frozen
from tests.support.bup import CASE, CHILD_BORN, FIRST_DAY, LAST_DAY, SENDER, case, child, thin

READ = [region for region in bu.REGIONS if region.form]
UNREAD = ["Region Midtjylland", "Region Nordjylland"]


def found(report: Any) -> set[tuple[str, str]]:
    """The codes and paths of a report."""
    return {(issue.code, issue.path) for issue in report}


def asked(region: str, demand: bu.Demand) -> set[str]:
    return {key.name for key in bu.KEYS if key.asked.get(region) == demand}


# --- the form --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", READ, ids=lambda region: region.name)
def test_nothing_is_missing_from_a_complete_case(region: bu.Region) -> None:
    complete = bu.missing(CASE, region, LAST_DAY)
    assert (found(complete), complete.verdict) == (set(), Verdict.VALID)
    assert found(case(region=region).check()) == {("bu.region-note", "region")}


@pytest.mark.parametrize("region", READ, ids=lambda region: region.name)
def test_all_is_missing_from_an_empty_one_by_field_in_both_languages_with_source(region: bu.Region) -> None:
    report = bu.missing({}, region.name, LAST_DAY)
    required, recommended = asked(region.name, bu.Demand.REQUIRED), asked(region.name, bu.Demand.RECOMMENDED)
    assert found(report) == {("bu.missing", name) for name in required} | {
        ("bu.missing-recommended", name) for name in recommended
    }
    assert len(report.issues) == len(required | recommended) > 18
    assert {issue.source for issue in report} == {region.form}
    assert report.ok
    reason = next(issue for issue in report if issue.path == "reason")
    assert reason.severity is Severity.WARNING
    assert reason.text("da") == f"Henvisningsårsag mangler; {region.name} beder om det"
    assert reason.text("en") == f"reason is not given; {region.name} asks for it"


@pytest.mark.parametrize("key", bu.KEYS, ids=lambda key: key.name)
def test_each_field_is_missed_where_it_alone_is_left_out(key: bu.Key) -> None:
    for region in READ:
        fields = {name: text for name, text in CASE.items() if name != key.name}
        expected = {key.name} if region.name in key.asked else set()
        assert {issue.path for issue in bu.missing(fields, region, LAST_DAY)} == expected
        assert {issue.path for issue in bu.missing(CASE | {key.name: " \n"}, region, LAST_DAY)} == expected


def test_an_empty_list_of_medicine_is_told_and_any_other_is_not() -> None:
    fields = {**CASE, "medication": [], "custody_holders": []}
    assert {issue.path for issue in bu.missing(fields, "Syddanmark", LAST_DAY)} == {"custody_holders"}


def test_the_parts_of_patient_and_sender_that_are_asked_for() -> None:
    patient = child().replace(street_name="_", telephone_subscriber=())
    sender = SENDER.replace(telephone_subscriber_identifier=None)
    expected = {"patient.street_name", "patient.telephone_subscriber", "sender.telephone_subscriber_identifier"}
    report = bu.missing({**CASE, "patient": patient, "sender": sender}, "Hovedstaden", LAST_DAY)
    assert found(report) == {("bu.missing", path) for path in expected}
    assert found(bu.missing({**CASE, "patient": child(), "sender": SENDER}, "Hovedstaden", LAST_DAY)) == set()


@pytest.mark.parametrize("region", UNREAD)
def test_a_form_that_was_not_read_is_not_known_and_nothing_is_cited(region: str) -> None:
    for fields in ({}, CASE):
        report = bu.missing(fields, region, LAST_DAY)
        assert found(report) == {("bu.form-not-known", "region")}
        assert (report.verdict, report.layers) == (Verdict.NOT_CHECKED, {Layer.RULE: Outcome.NOT_RUN})
        assert report.issues[0].source == "medcom_bu.bu, forms that were read"
        assert report.issues[0].text("da") == f"vides ikke: hvad {region} beder om, er ikke læst"
    assert found(case(region=region).check()) == {("bu.form-not-known", "region")}


def test_the_regions_that_merge() -> None:
    for region in ("Region Hovedstaden", "Sjælland"):
        assert found(bu.missing(CASE, region, LAST_DAY)) == set()
        after = bu.missing(CASE, region, FIRST_DAY)
        assert found(after) == {("bu.region-replaced", "region"), ("bu.form-not-known", "region")}
        assert "findes ikke længere den 01.01.2027: Region Østdanmark har afløst den" in after.text("da")
    before = bu.missing({}, "Region Østdanmark", LAST_DAY)
    assert (found(before), before.verdict) == ({("bu.region-not-yet", "region")}, Verdict.NOT_CHECKED)
    assert found(bu.missing({}, "Region Østdanmark", FIRST_DAY)) == {("bu.form-not-known", "region")}
    assert found(case(region="Østdanmark", on=LAST_DAY).check()) == {("bu.region-not-yet", "region")}
    assert len(case(region="Østdanmark", on=LAST_DAY).build().messages) == 1


GONE = {("bu.region-replaced", "region"), ("bu.form-not-known", "region")}
UNKNOWN, NOT_YET = {("bu.form-not-known", "region")}, {("bu.region-not-yet", "region")}


@pytest.mark.parametrize(
    ("region", "last", "first"),
    [
        ("Region Hovedstaden", None, GONE),
        ("Region Sjælland", None, GONE),
        ("Region Østdanmark", NOT_YET, UNKNOWN),
        ("Region Syddanmark", None, None),
        ("Region Midtjylland", UNKNOWN, UNKNOWN),
        ("Region Nordjylland", UNKNOWN, UNKNOWN),
    ],
)
def test_what_is_missing_from_a_thin_case_of_each_region_on_both_days(
    region: str, last: set[tuple[str, str]] | None, first: set[tuple[str, str]] | None
) -> None:
    told = {"reason", "suicide_risk"}
    asks = {("bu.missing", name) for name in asked(region, bu.Demand.REQUIRED) - told} | {
        ("bu.missing-recommended", name) for name in asked(region, bu.Demand.RECOMMENDED) - told
    }
    fields = {name: CASE[name] for name in told}
    for day, expected in ((LAST_DAY, last), (FIRST_DAY, first)):
        report = bu.missing(fields, region, day)
        assert found(report) == (asks if expected is None else expected)
        assert len(report.issues) > 15 or expected is not None
        assert report.ok


def test_without_a_region_the_form_is_not_checked() -> None:
    report = case().check()
    assert (found(report), report.verdict) == ({("bu.no-region", "region")}, Verdict.NOT_CHECKED)


def test_wrong_arguments_are_named_and_not_quoted() -> None:
    with pytest.raises(TypeError, match="missing: fields takes Mapping of str, not list"):
        bu.missing([], "Hovedstaden", LAST_DAY)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="missing: on takes date, not str"):
        bu.missing({}, "Hovedstaden", "2026-12-31")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"a field of a referral takes text or a value of medcom_bu.bu, not int"):
        bu.missing({"reason": 512}, "Hovedstaden", LAST_DAY)
    with pytest.raises(TypeError, match=r"a field of a referral takes text or a value of medcom_bu.bu, not bytes"):
        bu.missing({"reason": b"x"}, "Hovedstaden", LAST_DAY)
    with pytest.raises(TypeError, match="missing: the names of fields takes Sequence of str, not list of int"):
        bu.missing({1: 2}, "Hovedstaden", LAST_DAY)  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="region is one of Region Hovedstaden"):
        bu.missing({}, "Region Atlantis", LAST_DAY)


@pytest.mark.parametrize("name", ["suicide_riks", "Suicide_Risk", "suiciderisk"])
def test_a_name_that_is_nearly_that_of_a_field_is_told(name: str) -> None:
    fields = {key: text for key, text in CASE.items() if key != "suicide_risk"}
    expected = {("bu.missing", "suicide_risk")}
    assert found(bu.missing(fields | {name: "Har en plan"}, "Syddanmark", LAST_DAY)) == expected | {
        ("bu.field-name", "suicide_risk")
    }
    assert found(bu.missing(fields | {"caseworker_mail": "x", "id": "1"}, "Syddanmark", LAST_DAY)) == expected


# --- days ------------------------------------------------------------------------------------------------------------


def test_who_is_there_on_which_day() -> None:
    before = {region.name for region in bu.regions(LAST_DAY)}
    after = {region.name for region in bu.regions(FIRST_DAY)}
    assert before - after == {"Region Hovedstaden", "Region Sjælland"}
    assert after - before == {"Region Østdanmark"}
    for name in ("MedCom", "Sundhedsdatastyrelsen", "sundhed.dk"):
        assert bu.authority(name, LAST_DAY).name == name
        assert bu.authority(name, FIRST_DAY).name == "Digital Sundhed Danmark"
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert bu.regions(late) == bu.regions(FIRST_DAY)
    assert bu.authority("MedCom", late) == bu.authority("MedCom", FIRST_DAY)
    assert bu.authority("region sjælland", FIRST_DAY) == bu.region_named("Østdanmark")
    with pytest.raises(ValueError, match="Digital Sundhed Danmark does not exist before 2027-01-01"):
        bu.authority("Digital Sundhed Danmark", LAST_DAY)
    with pytest.raises(ValueError, match="authority takes one of MedCom, "):
        bu.authority("Amtet", LAST_DAY)
    for given in ("Region Syddanmark", " syddanmark ", "DK-83", bu.region_named("dk-83")):
        assert bu.region_named(given).name == "Region Syddanmark"
    for other in ("MedCom", "", "DK-86"):
        with pytest.raises(ValueError, match="region is one of"):
            bu.region_named(other)


def test_the_day_is_that_of_the_clock_in_denmark() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert ("bu.region-replaced", "region") in found(case(region="Sjælland", on=None, ids=frozen(late)).check())
    assert ("bu.region-replaced", "region") in found(case(region="Sjælland", on=late).check())
    early = frozen(datetime(2026, 12, 31, 22, 30, tzinfo=UTC))
    assert ("bu.region-replaced", "region") not in found(case(region="Sjælland", on=None, ids=early).check())


# --- consent ---------------------------------------------------------------------------------------------------------

DOES_NOT_FIT = ("builder.does-not-fit", "family_situation")
MOTHER = bu.CustodyHolder(surname="Testesen", relation="mor", consents=True)
FATHER = bu.CustodyHolder(surname="Testesen", relation="far")
BY_CHILD = bu.Consent(by=bu.ConsentBy.YOUNG_PERSON)
BY_PARENT = bu.Consent(by=bu.ConsentBy.CUSTODY_HOLDER)
BY_MOTHER = bu.Consent(by="mor")
UNDER_15, FROM_15, ADULT = date(2029, 4, 14), date(2029, 4, 15), date(2032, 4, 15)
CUSTODY, YOUNG, HOLDERS = (
    ("bu.custody-consent", "consent"),
    ("bu.young-consent", "consent"),
    ("bu.custody-holders", "custody_holders"),
)
EACH_HOLDER, DISAGREE = (
    ("bu.custody-holder-consent", "custody_holders"),
    ("bu.custody-disagree", "custody_holders_agree"),
)
REFUSED, BY_OTHER, CONSENT_DAY = (
    ("bu.consent-refused", "consent"),
    ("bu.consent-by-other", "consent"),
    ("bu.consent-day", "consent"),
)
REGION = {("bu.no-region", "region")}


@pytest.mark.parametrize(
    ("on", "given", "expected"),
    [
        (UNDER_15, {}, {CUSTODY, HOLDERS}),
        (UNDER_15, {"custody_holders": MOTHER}, set()),
        (UNDER_15, {"custody_holders": [MOTHER, FATHER]}, {CUSTODY}),
        (UNDER_15, {"custody_holders": [MOTHER, FATHER], "custody_holders_agree": True}, set()),
        (UNDER_15, {"custody_holders": FATHER, "consent": BY_PARENT}, set()),
        (UNDER_15, {"custody_holders": FATHER, "consent": bu.Consent(by="værge")}, set()),
        (UNDER_15, {"custody_holders": FATHER, "consent": BY_CHILD}, {CUSTODY}),
        (UNDER_15, {"custody_holders": "Mor", "consent": "Givet af mor."}, set()),
        (UNDER_15, {"custody_holders": FATHER, "consent": bu.Consent(by=BY_PARENT.by, given=None)}, {CUSTODY}),
        (FROM_15, {}, {YOUNG, HOLDERS}),
        (FROM_15, {"custody_holders": MOTHER}, {YOUNG}),
        (FROM_15, {"custody_holders": MOTHER, "consent": BY_PARENT}, {YOUNG}),
        (FROM_15, {"custody_holders": MOTHER, "consent": [BY_PARENT, BY_CHILD]}, set()),
        (ADULT, {}, {("bu.adult", "patient")}),
        (ADULT.replace(day=14), {"custody_holders": MOTHER, "consent": BY_CHILD}, set()),
        (UNDER_15, {"custody_holders": [MOTHER, FATHER], "consent": BY_PARENT}, {EACH_HOLDER}),
        (UNDER_15, {"custody_holders": [FATHER, FATHER], "consent": BY_PARENT}, {EACH_HOLDER}),
        (UNDER_15, {"custody_holders": [FATHER, FATHER], "consent": [BY_PARENT, BY_PARENT]}, set()),
        (UNDER_15, {"custody_holders": [MOTHER, FATHER], "consent": [BY_MOTHER, bu.Consent(by="Far")]}, set()),
        (UNDER_15, {"custody_holders": [MOTHER, FATHER], "consent": bu.Consent(by="værge")}, set()),
        (UNDER_15, {"custody_holders": [MOTHER, FATHER], "consent": "Givet af begge."}, set()),
        (
            UNDER_15,
            {"custody_holders": [MOTHER, FATHER], "consent": BY_PARENT, "custody_holders_agree": "Ja, begge."},
            set(),
        ),
        (FROM_15, {"custody_holders": [MOTHER, FATHER], "consent": BY_CHILD}, set()),
        (UNDER_15, {"custody_holders": MOTHER, "custody_holders_agree": False}, {DISAGREE}),
        (UNDER_15, {"custody_holders": MOTHER, "custody_holders_agree": "Nej, far er imod."}, {DISAGREE}),
        (UNDER_15, {"custody_holders": "Mor", "consent": "Nej, mor siger nej."}, {CUSTODY, REFUSED}),
        (UNDER_15, {"custody_holders": "Mor", "consent": bu.Consent(by="værge", given=False).text}, {CUSTODY, REFUSED}),
        (UNDER_15, {"custody_holders": "Mor", "consent": bu.Consent(by="værge", given=None).text}, {CUSTODY}),
        (
            UNDER_15,
            {"custody_holders": bu.CustodyHolder(surname="T", consents=False).text, "consent": "Givet."},
            {("bu.consent-refused", "custody_holders")},
        ),
        (UNDER_15, {"custody_holders": "Mor", "consent": "Givet; nej til optagelse på video."}, set()),
        (UNDER_15, {"custody_holders": MOTHER, "consent": bu.Consent(by="mormor")}, {BY_OTHER}),
        (UNDER_15, {"custody_holders": MOTHER, "consent": BY_MOTHER}, set()),
        (UNDER_15, {"custody_holders": MOTHER, "consent": bu.Consent(by="mormor", given=False)}, {REFUSED}),
        (UNDER_15, {"custody_holders": MOTHER, "consent": bu.Consent(by="mor", on=UNDER_15)}, set()),
        (UNDER_15, {"custody_holders": MOTHER, "consent": bu.Consent(by="mor", on=FROM_15)}, {CONSENT_DAY}),
        (UNDER_15, {"custody_holders": MOTHER, "consent": bu.Consent(by="mor", on=date(2014, 4, 14))}, {CONSENT_DAY}),
        (
            UNDER_15,
            {"custody_holders": [MOTHER, bu.CustodyHolder(surname="T", consents=False)]},
            {CUSTODY, ("bu.consent-refused", "custody_holders")},
        ),
        (
            FROM_15,
            {"custody_holders": MOTHER, "consent": [bu.Consent(by="den unge", given=False)]},
            {YOUNG, ("bu.consent-refused", "consent")},
        ),
    ],
)
def test_who_must_consent_by_the_age_on_the_day(
    on: date, given: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert child().identifier.birth_date == CHILD_BORN
    report = thin(on=on, **given).check()
    assert found(report) == expected | REGION
    assert report.ok


@pytest.mark.parametrize("number", ["1504147AA", "7504141234", "9999999999"], ids=["short", "day + 60", "no date"])
def test_a_number_that_gives_no_age_says_nothing_of_consent(number: str) -> None:
    patient = child().replace(identifier=Cpr(number))
    assert found(thin(patient=patient).check()) == REGION
    assert found(thin(patient=None).check()) == REGION


def test_a_birth_after_the_day_gives_no_age() -> None:
    assert found(thin(on=date(2014, 4, 14)).check()) == REGION | {("bu.not-born", "on")}
    assert found(thin(on=CHILD_BORN).check()) == REGION | {CUSTODY, HOLDERS}


def test_missing_tells_of_consent_where_it_knows_the_patient() -> None:
    fields = {name: text for name, text in CASE.items() if name != "consent"}
    report = bu.missing({**fields, "patient": child()}, "Syddanmark", LAST_DAY)
    assert found(report) == {("bu.missing", "consent"), CUSTODY}
    assert found(bu.missing({**fields, "patient": "1504147AA2"}, "Syddanmark", LAST_DAY)) == {("bu.missing", "consent")}


# --- what the report says of itself -----------------------------------------------------------------------------------


def test_the_first_line_counts_and_is_no_verdict_on_a_message() -> None:
    refusing = bu.CustodyHolder(surname="Testesen", consents=False)
    report = thin(region="Syddanmark", custody_holders=refusing).check()
    missing = sum(issue.code == "bu.missing" for issue in report)
    head = report.text("da").splitlines()[0]
    assert head == f"om sagen, ikke om en meddelelse: {missing} mangler, 0 afvises af build(), andre advarsler: 2"
    assert missing > 15
    english = bu.missing({}, "Region Midtjylland", LAST_DAY).text().splitlines()[0]
    assert english == (
        "not everything was checked; of the case, not of a message: "
        "0 missing, 0 that build() refuses, "
        "other warnings: 0"
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"text_limit": 500}, ("builder.no-room", "text_limit")),
        ({"text_limit": 3150, "overflow": "error", "family_situation": "Bor hos mor. " * 400}, DOES_NOT_FIT),
    ],
)
def test_what_build_refuses_of_the_texts_check_says_too(given: dict[str, Any], expected: tuple[str, str]) -> None:
    builder = case(**given)
    with pytest.raises(InvalidMessage) as refused:
        builder.build()
    errors = {(issue.code, issue.path) for issue in builder.check() if issue.severity is Severity.ERROR}
    assert expected in errors
    assert errors == found(refused.value.report)
    assert not builder.check().ok


def test_check_and_the_letter_warn_of_the_same_text() -> None:
    short, long = case(), case(family_situation="Bor hos mor og far. " * 500)
    within = case(family_situation="Bor hos mor og far. " * 500, text_limit=bu.PRACTICE_LIMIT)
    for builder, is_warned in ((short, False), (long, True), (within, False)):
        told = [dict(issue.params)["length"] for issue in builder.check() if issue.code == "text.practice-limit"]
        letter = medcom_bu.validate(builder.build().messages[0])
        assert told == [dict(issue.params)["length"] for issue in letter if issue.code == "text.practice-limit"]
        assert bool(told) == is_warned


# --- urgency ---------------------------------------------------------------------------------------------------------


def test_an_acute_matter_is_told_to_go_by_telephone() -> None:
    report = case(priority=Priority.ACUTE).check()
    assert found(report) == REGION | {("bu.acute", "priority")}
    assert "ring til den psykiatriske akutmodtagelse" in report.text("da")
    assert found(case(priority=Priority.SPECIAL_CIRCUMSTANCES).check()) == REGION


def test_the_regions_notes_stand_with_their_source() -> None:
    for region in READ:
        (note,) = case(region=region).check().issues
        assert (note.code, note.source) == ("bu.region-note", region.form)
        assert note.text("da").startswith(f"{region.name} skriver: ")
