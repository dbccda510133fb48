"""What is said of consent and custody, by the patient's age on the day of authorisation: warnings only.

Under 15 the custody holders consent, and where they share custody both must agree; from 15 to 17 the young person
consents, and the custody holders are informed and involved. What a text says is taken as it is, unless it says no.

Sources: stps.dk and regionh.dk on consent and minors; sundhedsloven, section 17.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from medcom_bu.bu.advice import advice_kind
from medcom_bu.bu.keys import BY_NAME
from medcom_bu.bu.regions import day_of
from medcom_bu.bu.values import Consent, ConsentBy, CustodyHolder, worded
from medcom_bu.issues import Issue, Severity, Text
from medcom_bu.messages.hospital_referral import ReferralPatient
from medcom_bu.values.codes import RelationCode

_CONSENT = "Styrelsen for Patientsikkerhed, samtykke og mindreårige; Region Hovedstaden, samtykke"

CUSTODY_CONSENT = advice_kind(
    "custody-consent",
    Severity.WARNING,
    (
        "the child is under 15: no consent of a custody holder is given",
        "barnet er under 15 år: der er ikke angivet samtykke fra en forældremyndighedsindehaver",
    ),
    (
        "state the consent of every custody holder: with joint custody both must agree",
        "angiv samtykke fra hver forældremyndighedsindehaver: ved fælles forældremyndighed skal begge være enige",
    ),
    _CONSENT,
)
CUSTODY_HOLDERS = advice_kind(
    "custody-holders",
    Severity.WARNING,
    (
        "the patient is under 18: the custody holders are not named",
        "patienten er under 18 år: forældremyndighedsindehaverne er ikke nævnt",
    ),
    (
        "name them: under 15 they consent, from 15 to 17 they are informed and involved",
        "nævn dem: under 15 år samtykker de, fra 15 til 17 år informeres og inddrages de",
    ),
    _CONSENT,
)
YOUNG_CONSENT = advice_kind(
    "young-consent",
    Severity.WARNING,
    (
        "the young person is aged 15 to 17: their own consent is not given",
        "den unge er 15-17 år: der er ikke angivet samtykke fra den unge selv",
    ),
    ("state the consent of the young person", "angiv den unges eget samtykke"),
    _CONSENT,
)
REFUSED = advice_kind(
    "consent-refused",
    Severity.WARNING,
    ("{field}: consent is refused, or appears to be", "{field}: der står at samtykke er afslået"),
    (
        "do not refer until it is clear whose consent is needed",
        "henvis ikke før det er afklaret hvem der skal være enige",
    ),
    _CONSENT,
)
DISAGREE = advice_kind(
    "custody-disagree",
    Severity.WARNING,
    ("the custody holders do not agree", "forældremyndighedsindehaverne er ikke enige"),
    (
        "do not refer until it is clear whose consent is needed",
        "henvis ikke før det er afklaret hvem der skal være enige",
    ),
    _CONSENT,
)
HOLDER_CONSENT = advice_kind(
    "custody-holder-consent",
    Severity.WARNING,
    (
        "the child is under 15: the consent of {silent} of its {count} custody holders is not given",
        "barnet er under 15 år: af {count} forældremyndighedsindehavere er det ikke angivet at {silent} samtykker",
    ),
    (
        "state the consent of each (consents=True, or a Consent each), or that they agree (custody_holders_agree)",
        "angiv samtykke fra hver (consents=True, eller et Consent til hver), eller at de er enige "
        "(custody_holders_agree)",
    ),
    _CONSENT,
)
OTHER_CONSENT = advice_kind(
    "consent-by-other",
    Severity.WARNING,
    (
        "a consent was given by someone who is neither the young person, nor a guardian, nor a named custody holder",
        "et samtykke er fra en der hverken er den unge, værge eller nævnt som forældremyndighedsindehaver",
    ),
    (
        "name the person as custody holder, or get the consent of those who are",
        "nævn den der samtykker, som forældremyndighedsindehaver, eller indhent samtykke fra dem der er det",
    ),
    _CONSENT,
)
CONSENT_DAY = advice_kind(
    "consent-day",
    Severity.WARNING,
    (
        "a consent is dated after the day of authorisation, or before the birth of the patient",
        "et samtykke er dateret efter godkendelsesdagen eller før patientens fødsel",
    ),
    ("check the date", "kontrollér datoen"),
    _CONSENT,
)
NOT_BORN = advice_kind(
    "not-born",
    Severity.WARNING,
    (
        "by the patient's number the birth is after the day of authorisation: without an age, consent was not checked",
        "patientens nummer angiver en fødsel efter godkendelsesdagen: ingen alder, så samtykke er ikke vurderet",
    ),
    ("check the number and the day", "kontrollér nummeret og dagen"),
    _CONSENT,
)
ADULT = advice_kind(
    "adult",
    Severity.WARNING,
    (
        "the patient is {age}: child and adolescent psychiatry is for those under 18",
        "patienten er {age} år: børne- og ungdomspsykiatrien er for dem under 18 år",
    ),
    (
        "check the number; ask the department whether it accepts a patient of this age",
        "kontrollér nummeret; om en afdeling tager en patient i den alder, oplyser den selv",
    ),
    "practice: child and adolescent psychiatry ends at 18",
)

_REFUSED_IN_WORDS = re.compile(
    r"\A\W*(?:nej|afslået|afslår|afvist|afviser|nægtet|nægter|ikke givet|intet samtykke|ingen samtykke)\b"
    r"|\bsamtykker ikke\b|\b(?:giver|har ikke givet|vil ikke give) ikke samtykke\b|\bafslået til\b",
    re.IGNORECASE,
)
_NOT_YET_IN_WORDS = re.compile(r"\A\W*(?:endnu ikke|ikke) indhentet\b", re.IGNORECASE)
"""How a text begins, or what it says, that is not a consent: those of this library among them."""


def age(patient: ReferralPatient | None, on: date) -> int | None:
    """The age of a patient on a day, in whole years; None where the number tells no age, or a birth after that day."""
    born = _birth(patient)
    if born is None or born > on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _birth(patient: ReferralPatient | None) -> date | None:
    number = patient.identifier if patient is not None else None
    return number.birth_date if number is not None else None


def consents(fields: Mapping[str, object], patient: ReferralPatient | None, on: date) -> Iterator[Issue]:
    """What is said of consent and custody by the patient's age on the day of authorisation."""
    years, born = age(patient, on), _birth(patient)
    holders, given = _values(fields.get("custody_holders")), _values(fields.get("consent"))
    if born is not None and born > on:
        yield NOT_BORN.issue("on")
    if years is not None and years < 18:
        if not worded(fields.get("custody_holders")).strip():
            yield CUSTODY_HOLDERS.issue("custody_holders")
        yield from _of_a_minor(years, holders, given, fields.get("custody_holders_agree"))
    elif years is not None:
        yield ADULT.issue("patient", age=years)
    yield from _refusals(fields, holders, given)
    days = (day_of(one.on) for one in given if isinstance(one, Consent) and one.on is not None)
    if any(day > on or (born is not None and day < born) for day in days):
        yield CONSENT_DAY.issue("consent")


def _of_a_minor(years: int, holders: Sequence[object], given: Sequence[object], agree: object) -> Iterator[Issue]:
    named = _names(holders)
    is_child = years < 15
    agreed = agree is True or (isinstance(agree, str) and bool(agree.strip()) and not _is_refusal(agree))
    is_settled = is_child and (agree is True or _all_consent(holders))
    by = (ConsentBy.CUSTODY_HOLDER, ConsentBy.GUARDIAN, *named) if is_child else (ConsentBy.YOUNG_PERSON,)
    if not is_settled and not _is_consented(given, by):
        yield (CUSTODY_CONSENT if is_child else YOUNG_CONSENT).issue("consent")
    elif is_child and not is_settled and not agreed:
        yield from _of_each_holder(holders, given, (ConsentBy.CUSTODY_HOLDER, *named))
    known = (*ConsentBy, *named)
    if any(isinstance(one, Consent) and one.given and _folded(one.by) not in map(_folded, known) for one in given):
        yield OTHER_CONSENT.issue("consent")


def _of_each_holder(holders: Sequence[object], given: Sequence[object], by: Sequence[str]) -> Iterator[Issue]:
    """Of several custody holders as values, those of whom nothing tells that they consent; a text may tell all."""
    several = [one for one in holders if isinstance(one, CustodyHolder)]
    is_told = any(isinstance(one, str) and one.strip() for one in given)
    if len(several) < 2 or is_told or _is_consented(given, (ConsentBy.GUARDIAN,)):
        return
    consenting = sum(one.consents is True for one in several)
    own = sum(isinstance(one, Consent) and one.given is True and _is_by(one, by) for one in given)
    silent = len(several) - max(consenting, own)
    if silent > 0:
        yield HOLDER_CONSENT.issue("custody_holders", count=len(several), silent=silent)


def _refusals(fields: Mapping[str, object], holders: Sequence[object], given: Sequence[object]) -> Iterator[Issue]:
    for name, values in (("custody_holders", holders), ("consent", given)):
        if any(map(_refuses, values)):
            yield REFUSED.issue(name, field=Text(name, BY_NAME[name].heading))
    agree = fields.get("custody_holders_agree")
    if agree is False or (isinstance(agree, str) and _is_refusal(agree)):
        yield DISAGREE.issue("custody_holders_agree")


def _refuses(one: object) -> bool:
    if isinstance(one, str):
        return _is_refusal(one)
    return (
        one.consents if isinstance(one, CustodyHolder) else one.given if isinstance(one, Consent) else None
    ) is False


def _is_refusal(text: str) -> bool:
    return _REFUSED_IN_WORDS.search(text) is not None


def _names(holders: Sequence[object]) -> tuple[str, ...]:
    """What a consent may call the custody holders: by relation or name."""
    named: list[str] = []
    for one in holders:
        if isinstance(one, CustodyHolder):
            relation = RelationCode.get(one.relation)
            named += [str(relation), *([relation.danish] if isinstance(relation, RelationCode) else ())]
            named.append(f"{one.given_name or ''} {one.surname}".strip())
    return tuple(named)


def _all_consent(holders: Sequence[object]) -> bool:
    return bool(holders) and all(isinstance(one, CustodyHolder) and one.consents for one in holders)


def _is_consented(given: Sequence[object], by: Sequence[str]) -> bool:
    """Whether one of these consents; of a text a reader alone can tell, so that it counts as one unless it says no."""
    return any(
        isinstance(one, str) and one.strip() != "" and not _is_refusal(one) and not _NOT_YET_IN_WORDS.search(one)
        for one in given
    ) or any(isinstance(one, Consent) and bool(one.given) and _is_by(one, by) for one in given)


def _is_by(one: Consent, by: Sequence[str]) -> bool:
    return _folded(one.by) in map(_folded, by)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _values(value: object) -> Sequence[object]:
    if value is None:
        return ()
    return value if isinstance(value, tuple | list) else (value,)
