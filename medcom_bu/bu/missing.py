"""What a referral lacks of what its region asks for, and what is said of consent, custody and urgency: warnings only.

Nothing here refuses a referral. A region whose form was not read is not known: nothing is said of what it asks for.

Sources: the regions' pages (:mod:`.regions`); stps.dk and regionh.dk on consent and minors; sundhedsloven, section 17.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from medcom_bu.arguments import check
from medcom_bu.bu.keys import BY_NAME, KEYS, PARTS, Demand
from medcom_bu.bu.regions import Region, authority, day_of, region_named
from medcom_bu.bu.values import Consent, ConsentBy, CustodyHolder, text_of, worded
from medcom_bu.issues import Issue, Kind, Layer, Report, Severity, Text
from medcom_bu.messages.hospital_referral import ReferralPatient
from medcom_bu.values.codes import Priority

_CONSENT = "Styrelsen for Patientsikkerhed, samtykke og mindreårige; Region Hovedstaden, samtykke"
_SEEN = "medcom_bu.bu, forms that were read"


def _kind(
    code: str, severity: Severity, message: tuple[str, str], hint: tuple[str, str], source: str, unchecked: bool = False
) -> Kind:
    return Kind(f"bu.{code}", severity, Layer.RULE, Text(*message), Text(*hint), source, unchecked)


REQUIRED = _kind(
    "missing",
    Severity.WARNING,
    ("{field} is not given; {region} asks for it", "{field} mangler; {region} beder om det"),
    ("give it; where there is nothing to tell, say so", "udfyld feltet; er der intet at oplyse, så skriv det"),
    "the pages of the region",
)
RECOMMENDED = _kind(
    "missing-recommended",
    Severity.INFORMATION,
    ("{field} is not given; {region} likes to have it", "{field} mangler; {region} vil gerne have det oplyst"),
    ("give it where it is known", "udfyld feltet hvis det kendes"),
    "the pages of the region",
)
NOT_KNOWN = _kind(
    "form-not-known",
    Severity.INFORMATION,
    (
        "not known: what {region} asks for was not read",
        "vides ikke: hvad {region} beder om, er ikke læst",
    ),
    ("ask the region for its form", "bed regionen om dens skema"),
    _SEEN,
    unchecked=True,
)
NO_REGION = _kind(
    "no-region",
    Severity.INFORMATION,
    ("not checked: no region is given", "ikke kontrolleret: der er ikke angivet en region"),
    ("give region=, such as Region Syddanmark", "angiv region=, fx Region Syddanmark"),
    _SEEN,
    unchecked=True,
)
REPLACED = _kind(
    "region-replaced",
    Severity.WARNING,
    ("{region} is no longer there on {day}: {other} is", "{region} findes ikke længere den {day}: det gør {other}"),
    ("name {other}, and look up its departments anew", "angiv {other}, og slå dens afdelinger op på ny"),
    "Digital Health Denmark; Folketinget, L 43 2025-26",
)
NOT_YET = _kind(
    "region-not-yet",
    Severity.WARNING,
    ("{region} is not there before {first}", "{region} findes ikke før den {first}"),
    ("name the region that is there on the day of authorisation", "angiv den region der findes på godkendelsesdagen"),
    "Digital Health Denmark; Folketinget, L 43 2025-26",
    unchecked=True,
)
NOTED = _kind(
    "region-note",
    Severity.INFORMATION,
    ("{region} says: {note}", "{region} skriver: {note}"),
    ("see to it", "vær opmærksom på det"),
    "the pages of the region",
)
CUSTODY_CONSENT = _kind(
    "custody-consent",
    Severity.WARNING,
    (
        "the child is under 15: no consent of a custody holder is given",
        "barnet er under 15 år: der er ikke angivet samtykke fra en forældremyndighedsindehaver",
    ),
    (
        "tell the consent of every custody holder: with joint custody both must agree",
        "angiv samtykke fra hver forældremyndighedsindehaver: ved fælles forældremyndighed skal begge være enige",
    ),
    _CONSENT,
)
CUSTODY_HOLDERS = _kind(
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
YOUNG_CONSENT = _kind(
    "young-consent",
    Severity.WARNING,
    (
        "the young person is 15 to 17: no consent of their own is given",
        "den unge er 15-17 år: der er ikke angivet samtykke fra den unge selv",
    ),
    ("tell the consent of the young person", "angiv den unges eget samtykke"),
    _CONSENT,
)
REFUSED = _kind(
    "consent-refused",
    Severity.WARNING,
    ("{field} says that consent is refused", "{field} siger at samtykke er afslået"),
    ("do not refer before it is settled who must agree", "henvis ikke før det er afklaret hvem der skal være enige"),
    _CONSENT,
)
ACUTE = _kind(
    "acute",
    Severity.WARNING,
    (
        "an acute matter is not arranged by a referral alone",
        "en akut henvendelse klares ikke med en henvisning alene",
    ),
    (
        "telephone the psychiatric emergency unit, and send the referral after it; in danger to life dial 112",
        "ring til den psykiatriske akutmodtagelse, og send henvisningen bagefter; ved livsfare ring 112",
    ),
    "practice: acute child psychiatry is arranged by telephone",
)


def missing(fields: Mapping[str, object], region: Region | str, on: date) -> Report:
    """What a region asks for that the fields do not tell: a report of warnings, in English and Danish, with sources.

    ``fields`` are parameters of :class:`BupReferralBuilder` by name, or what :func:`fields_of` gives; a blank text is
    as good as none, an empty list of ``medication`` says that there is none. Of ``patient`` and ``sender``, where they
    are given, the address, telephone and title are looked for, and a patient's age on the day settles who must consent;
    other names are not looked at. ``region`` is a :class:`Region` or its name, ``on`` the day of authorisation. Paths
    are names of parameters.

    What a region requires is a warning, what it recommends an information. Where its form was not read, the report says
    so and no more, and is not complete. Raises TypeError for arguments or fields of another kind, ValueError for an
    unknown region.
    """
    check("missing: fields", fields, Mapping[str, Any])
    check("missing: the names of fields", list(fields), Sequence[str])
    check("missing: region", region, Region | str)
    check("missing: on", on, date)
    day, patient = day_of(on), fields.get("patient")
    known = patient if isinstance(patient, ReferralPatient) else None
    return report((*lacking(fields, region_named(region), day), *consents(fields, known, day)))


def report(issues: Iterable[Issue]) -> Report:
    """A report of the rule layer."""
    return Report.from_issues(issues, (Layer.RULE,), (Layer.RULE,))


def lacking(fields: Mapping[str, object], region: Region, on: date) -> Iterator[Issue]:
    """What the region that is there on a day asks for and the fields do not tell."""
    if not region.is_there(on):
        if region.successor is None:
            yield NOT_YET.issue("region", region=region.name, first=_danish(region.valid_from))
            return
        other = authority(region.name, on)
        yield REPLACED.issue("region", region=region.name, day=_danish(on), other=other.name)
        region = region_named(other.name)
    if not region.form:
        yield NOT_KNOWN.issue("region", region=region.name)
        return
    for name, heading, demand in demands(region):
        if not _is_there(name, fields):
            kind = attrs.evolve(REQUIRED if demand is Demand.REQUIRED else RECOMMENDED, source=region.form)
            yield kind.issue(name, field=Text(name, heading), region=region.name)


def demands(region: Region) -> Iterator[tuple[str, str, Demand]]:
    """The fields and parts that a region asks for: name, Danish heading, how much."""
    named = ((key.name, (key.heading, key.asked)) for key in KEYS)
    for name, (heading, asked) in (*named, *PARTS.items()):
        if region.name in asked:
            yield name, heading, asked[region.name]


def _is_there(name: str, fields: Mapping[str, object]) -> bool:
    first, *rest = name.split(".")
    value = fields.get(first)
    if not rest:
        return bool(text_of(first, value).strip())
    if value is None or isinstance(value, str):
        return True  # the builder itself asks for patient and sender, and takes no text for them
    for part in rest:
        value = getattr(value, part, None)
    return value not in (None, "", "_", ())


def _danish(day: date | None) -> str:
    return f"{day:%d.%m}.{day.year:04}" if day else ""


def notes(region: Region) -> Iterator[Issue]:
    """What else the pages of a region say."""
    for note in region.notes:
        yield attrs.evolve(NOTED, source=region.form).issue("region", region=region.name, note=note)


def age(patient: ReferralPatient | None, on: date) -> int | None:
    """The age of a patient on a day, in whole years; None where the number tells no age, or a birth after that day."""
    number = patient.identifier if patient is not None else None
    born = number.birth_date if number is not None else None
    if born is None or born > on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def consents(fields: Mapping[str, object], patient: ReferralPatient | None, on: date) -> Iterator[Issue]:
    """What is said of consent and custody by the patient's age on the day of authorisation."""
    years = age(patient, on)
    holders, given = _values(fields.get("custody_holders")), _values(fields.get("consent"))
    if years is not None and years < 18:
        if not worded(fields.get("custody_holders")).strip():
            yield CUSTODY_HOLDERS.issue("custody_holders")
        by = (ConsentBy.CUSTODY_HOLDER, ConsentBy.GUARDIAN) if years < 15 else (ConsentBy.YOUNG_PERSON,)
        agrees = fields.get("custody_holders_agree") is True or _all_consent(holders)
        if not (agrees and years < 15) and not _is_consented(given, by):
            yield (CUSTODY_CONSENT if years < 15 else YOUNG_CONSENT).issue("consent")
    for name, values in (("custody_holders", holders), ("consent", given)):
        for one in values:
            told = one.consents if isinstance(one, CustodyHolder) else one.given if isinstance(one, Consent) else None
            if told is False:
                yield REFUSED.issue(name, field=Text(name, BY_NAME[name].heading))
                break


def _all_consent(holders: Sequence[object]) -> bool:
    return bool(holders) and all(isinstance(one, CustodyHolder) and one.consents for one in holders)


def _is_consented(given: Sequence[object], by: Sequence[ConsentBy]) -> bool:
    """Whether one of these consents; of a text nobody but a reader can tell, so that it counts as one."""
    return any(isinstance(one, str) and one.strip() != "" for one in given) or any(
        isinstance(one, Consent) and one.given and one.by in by for one in given
    )


def _values(value: object) -> Sequence[object]:
    if value is None:
        return ()
    return value if isinstance(value, tuple | list) else (value,)


def urgency(priority: Priority | str | None) -> Iterator[Issue]:
    """What is said of an acute matter."""
    if priority == Priority.ACUTE:
        yield ACUTE.issue("priority")
