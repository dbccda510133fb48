"""Regions and authorities as data with dates: which exist on a day, who took over, and whose form was read.

Sources: the regions' public pages on referrals to child and adolescent psychiatry, 2015-2024, of which each is named
with its region; english.sundhedsdatastyrelsen.dk on Digital Health Denmark, and L 43 of 2025-26, for 1 January 2027.
What the pages ask for stands with each field, in :mod:`.keys`. The regions' Word forms themselves were not read: they
may ask for more.

>>> from datetime import date
>>> authority("MedCom", date(2026, 12, 31)).name, authority("MedCom", date(2027, 1, 1)).name
('MedCom', 'Digital Sundhed Danmark')
>>> [region.name for region in regions(date(2027, 1, 1))]
['Region Østdanmark', 'Region Syddanmark', 'Region Midtjylland', 'Region Nordjylland']
"""

from __future__ import annotations

from datetime import date, datetime

import attrs

from medcom_bu import danish_time
from medcom_bu.arguments import check_arguments, check_fields
from medcom_bu.bu.keys import HOVEDSTADEN, SJAELLAND, SYDDANMARK
from medcom_bu.issues import Text

OESTDANMARK, DIGITAL = "Region Østdanmark", "Digital Sundhed Danmark"
_LAST, _FIRST = date(2026, 12, 31), date(2027, 1, 1)
_REFORM = "sundhedsdatastyrelsen.dk, Digital Health Denmark; Folketinget, L 43 2025-26"


def day_of(moment: date) -> date:
    """The day in Denmark."""
    if isinstance(moment, datetime):
        return (danish_time.local(moment) or moment).date()
    return moment


@attrs.frozen(field_transformer=check_fields)
class Authority:
    """A region or another authority, from its first to its last day, with who comes after it.

    ``name``: its Danish name.
    ``valid_from``: its first day; None for one that does not matter here.
    ``valid_to``: its last day; None likewise.
    ``successor``: the name of the authority that comes after it; None where there is none.
    ``source``: the law or page that says so.
    """

    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    source: str = ""

    def is_there(self, on: date) -> bool:
        """Whether it exists on a day, ``on``."""
        day = day_of(on)
        return (self.valid_to is None or day <= self.valid_to) and (self.valid_from is None or day >= self.valid_from)


@attrs.frozen(field_transformer=check_fields)
class Region(Authority):
    """A region, and where it says what a referral must hold.

    ``name``, ``valid_from``, ``valid_to``, ``successor``, ``source``: those of :class:`Authority`.
    ``code``: its code of ISO 3166-2, such as ``DK-83``; empty where none is known yet.
    ``form``: the pages that say what it asks for; empty where they were not read.
    ``notes``: what else its pages say: what the region refuses, and how it wants to be told.
    """

    code: str = ""
    form: str = ""
    notes: tuple[Text, ...] = ()


REGIONS = (
    Region(
        HOVEDSTADEN,
        code="DK-84",
        valid_to=_LAST,
        successor=OESTDANMARK,
        source=_REFORM,
        form=(
            "psykiatri-regionh.dk: Center for Visitation og Diagnostik, Henvisning af børn og unge; samarbejdsaftale; "
            "Klinik for Selvmordsforebyggelse"
        ),
        notes=(
            Text(
                "a referral about suicidal or self-harming behaviour describes it, and does not wait for unrelated "
                "examinations",
                "en henvisning om selvmordstruet eller selvskadende adfærd beskriver adfærden og venter ikke på "
                "undersøgelser uden betydning for den",
            ),
        ),
    ),
    Region(
        SJAELLAND,
        code="DK-85",
        valid_to=_LAST,
        successor=OESTDANMARK,
        source=_REFORM,
        form="regionsjaelland.dk: Henvisning til børne- og ungdomspsykiatrien; holbaek.dk: BUF",
        notes=(
            Text(
                "a child known to the municipality is referred with all earlier examinations, school observations, "
                "assessments and plans",
                "et barn som kommunen kender, henvises med alle tidligere undersøgelser, skoleobservationer, "
                "vurderinger og handleplaner",
            ),
        ),
    ),
    Region(OESTDANMARK, valid_from=_FIRST, source=_REFORM),
    Region(
        SYDDANMARK,
        code="DK-83",
        form="psykiatrienisyddanmark.dk: henvisning af børn og unge; patientmålgruppe; side af 23. august 2021",
        notes=(
            Text(
                "the target groups are described in five grades, by symptoms, functioning, risk behaviour, earlier "
                "treatment and setting",
                "målgrupperne er beskrevet i fem grader efter symptomer, funktionsniveau, risikoadfærd, tidligere "
                "behandling og rammer",
            ),
        ),
    ),
    Region("Region Midtjylland", code="DK-82"),
    Region(
        "Region Nordjylland",
        code="DK-81",
        source="pri.rn.dk; psykiatri.rn.dk, Central Visitation: that there are checklists, which were not read",
        notes=(
            Text(
                "there are checklists of the minimum content; a referral with less is refused",
                "der er tjeklister over de oplysninger der mindst skal med; en mangelfuld henvisning afvises",
            ),
        ),
    ),
)
"""Every region, with the days on which it is there. Of Midtjylland, Nordjylland and Østdanmark no form was read."""

AUTHORITIES = (
    *(
        Authority(name, valid_to=_LAST, successor=DIGITAL, source=_REFORM)
        for name in ("MedCom", "Sundhedsdatastyrelsen", "sundhed.dk")
    ),
    Authority(DIGITAL, valid_from=_FIRST, source=_REFORM),
    *REGIONS,
)
"""Every authority that is known here, the regions included."""

_BY_NAME = {authority.name.casefold(): authority for authority in AUTHORITIES}
_BY_NAME |= {region.name.removeprefix("Region ").casefold(): region for region in REGIONS}
_BY_NAME |= {region.code.casefold(): region for region in REGIONS if region.code}


@check_arguments
def regions(on: date) -> tuple[Region, ...]:
    """The regions that exist on a day, ``on``."""
    return tuple(region for region in REGIONS if region.is_there(on))


@check_arguments
def region_named(name: Region | str) -> Region:
    """A region by its ``name``, with or without the word Region, or by its code; a Region is given back.

    Raises ValueError for any other name.
    """
    found = name if isinstance(name, Region) else _BY_NAME.get(name.strip().casefold())
    if not isinstance(found, Region):
        raise ValueError(f"region is one of {', '.join(region.name for region in REGIONS)}")
    return found


@check_arguments
def authority(name: str, on: date) -> Authority:
    """Who has the tasks of an authority on a day: the authority itself, or who took over from it.

    ``name`` is one of :data:`AUTHORITIES`, such as ``"MedCom"`` or ``"Region Sjælland"``; ``on`` is the day.

    Raises ValueError for a name that is not in the list, and for a day before the authority exists.
    """
    found = _BY_NAME.get(name.strip().casefold())
    while found is not None and found.successor is not None and not found.is_there(on):
        found = _BY_NAME[found.successor.casefold()]
    if found is None:
        raise ValueError(f"authority takes one of {', '.join(one.name for one in AUTHORITIES)}")
    if not found.is_there(on):
        raise ValueError(f"{found.name} does not exist before {found.valid_from}")
    return found
