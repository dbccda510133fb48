"""What a referral lacks of what its region asks for, and what is said of urgency: warnings only.

Nothing here refuses a referral. A region whose form was not read is not known: nothing is said of what it asks for.

Source: the regions' pages (:mod:`.regions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from medcom_bu.arguments import check
from medcom_bu.bu.advice import Advice, advice_kind
from medcom_bu.bu.consent import consents
from medcom_bu.bu.keys import BY_NAME, KEYS, PARTS, Demand
from medcom_bu.bu.regions import Region, authority, day_of, region_named
from medcom_bu.bu.values import text_of
from medcom_bu.issues import Issue, Layer, Report, Severity, Text
from medcom_bu.messages.hospital_referral import ReferralPatient
from medcom_bu.nearest import FIELD, find_nearest
from medcom_bu.values.codes import Priority

_SEEN = "medcom_bu.bu, forms that were read"


REQUIRED = advice_kind(
    "missing",
    Severity.WARNING,
    ("{field} is not given; {region} asks for it", "{field} mangler; {region} beder om det"),
    ("give it; if there is nothing to say, write that", "udfyld feltet; er der intet at oplyse, så skriv det"),
    "the pages of the region",
)
RECOMMENDED = advice_kind(
    "missing-recommended",
    Severity.INFORMATION,
    ("{field} is not given; {region} recommends it", "{field} mangler; {region} vil gerne have det oplyst"),
    ("give it if it is known", "udfyld feltet hvis det kendes"),
    "the pages of the region",
)
MISSPELT = advice_kind(
    "field-name",
    Severity.WARNING,
    (
        "a field has a name like {name}, and was not checked",
        "et felt har et navn der ligner {name}; det er ikke taget med",
    ),
    ("if it is that field, call it {name}", "kald det {name} hvis det er det feltet skal være"),
    _SEEN,
)
NOT_KNOWN = advice_kind(
    "form-not-known",
    Severity.INFORMATION,
    (
        "what {region} asks for is not known here, so it was not checked",
        "vides ikke: hvad {region} beder om, er ikke læst",
    ),
    ("ask the region for its form", "bed regionen om dens skema"),
    _SEEN,
    unchecked=True,
)
NO_REGION = advice_kind(
    "no-region",
    Severity.INFORMATION,
    ("not checked: no region is given", "ikke kontrolleret: der er ikke angivet nogen region"),
    ("give region=, such as Region Syddanmark", "angiv region=, fx Region Syddanmark"),
    _SEEN,
    unchecked=True,
)
REPLACED = advice_kind(
    "region-replaced",
    Severity.WARNING,
    (
        "{region} no longer exists on {day}; {other} has taken over",
        "{region} findes ikke længere den {day}: {other} har afløst den",
    ),
    ("name {other}, and look up its departments again", "angiv {other}, og slå dens afdelinger op på ny"),
    "Digital Health Denmark; Folketinget, L 43 2025-26",
)
NOT_YET = advice_kind(
    "region-not-yet",
    Severity.WARNING,
    ("{region} does not exist before {first}", "{region} findes ikke før den {first}"),
    ("name the region that exists on the day of authorisation", "angiv den region der findes på godkendelsesdagen"),
    "Digital Health Denmark; Folketinget, L 43 2025-26",
    unchecked=True,
)
NOTED = advice_kind(
    "region-note",
    Severity.INFORMATION,
    ("{region} says: {note}", "{region} skriver: {note}"),
    ("keep this in mind", "vær opmærksom på det"),
    "the pages of the region",
)
ACUTE = advice_kind(
    "acute",
    Severity.WARNING,
    (
        "an acute case needs more than a referral",
        "en akut henvendelse klares ikke med en henvisning alene",
    ),
    (
        "telephone the psychiatric emergency unit first, then send the referral; if life is in danger, dial 112",
        "ring til den psykiatriske akutmodtagelse, og send henvisningen bagefter; ved livsfare ring 112",
    ),
    "practice: acute child psychiatry is arranged by telephone",
)


def missing(fields: Mapping[str, object], region: Region | str, on: date) -> Report:
    """What a region asks for that the fields do not tell: a report of warnings, in English and Danish, with sources.

    ``fields`` are parameters of :class:`BupReferralBuilder` by name, or what :func:`fields_of` gives; a blank text is
    as good as none, an empty list of ``medication`` says that there is none. Of ``patient`` and ``sender``, where they
    are given, the address, telephone and title are looked for, and a patient's age on the day settles who must consent;
    other names are not looked at, but one that is nearly that of a field is reported. ``region`` is a :class:`Region`
    or its name, ``on`` the day of authorisation. Paths are names of parameters.

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
    return report((*misspelt(fields), *lacking(fields, region_named(region), day), *consents(fields, known, day)))


def report(issues: Iterable[Issue]) -> Report:
    """A report of the rule layer, whose first line is not a verdict on a message."""
    return Advice.from_issues(issues, (Layer.RULE,), (Layer.RULE,))


def misspelt(fields: Iterable[str]) -> Iterator[Issue]:
    """Names that are nearly those of fields; the name itself, which may be anything, is not shown."""
    known = (*BY_NAME, "patient", "sender")
    for name in fields:
        near = "" if name in known else find_nearest(name, known, FIELD)
        if near:
            yield MISSPELT.issue(near, name=near)


def lacking(fields: Mapping[str, object], region: Region, on: date) -> Iterator[Issue]:
    """What the region of that day asks for and the fields do not tell."""
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


def urgency(priority: Priority | str | None) -> Iterator[Issue]:
    """What is said of an acute matter."""
    if priority == Priority.ACUTE:
        yield ACUTE.issue("priority")
