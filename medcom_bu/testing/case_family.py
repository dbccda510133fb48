"""The child of a synthetic case, its family, and the units that write about it: all drawn from the seed.

No child has a CPR number: each has a national replacement number, whose letters no CPR number has. Parents have none.
The numbers of units are MedCom's published examples.
"""

from __future__ import annotations

import string
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

import attrs

from medcom_bu.bu.regions import regions
from medcom_bu.builders.care_parts import organization, patient
from medcom_bu.builders.threads import Author
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.clinical_email import EmailPatient
from medcom_bu.messages.hospital_referral import ReferralPatient, TelephoneSubscriber
from medcom_bu.testing import case_texts as texts
from medcom_bu.testing.making import ADDRESS
from medcom_bu.values.codes import EpisodeOfCareStatusCode, IdentifierCode, TelephoneSubscriberCode
from medcom_bu.values.fhir_codes import AUTHORISED_ROLES, ROLES
from medcom_bu.values.fhir_resources import Organization, Patient
from medcom_bu.values.identifiers import ReplacementCpr
from medcom_bu.values.parties import Receiver, Referrer, ReferringSender, Sender

T = TypeVar("T")

_FIRST_DAY, _DAYS = datetime(2026, 9, 1, 8, 0), 200
"""Cases begin in the half year around 1 January 2027, on which two regions become one."""

_NUMBERS = string.ascii_uppercase + string.digits


class Draw:
    """What chance says for one case, the same for the same seed: choices, numbers, UUIDs, and a clock that is moved."""

    def __init__(self, seed: str, number: int) -> None:
        self._random = Random(f"{seed}/{number}")  # noqa: S311 - the same each time, on purpose
        self.now: datetime = _FIRST_DAY + timedelta(days=self.below(_DAYS), minutes=self.below(480))
        self.ids: IdsAndClock = IdsAndClock(numbers=self._number, uuids=self._uuid, clock=lambda: self.now)

    def below(self, end: int) -> int:
        """A number from 0 on, below ``end``."""
        return self._random.randrange(end)

    def one(self, choices: Sequence[T]) -> T:
        """One of some choices."""
        return choices[self.below(len(choices))]

    def wait(self, minutes: int) -> None:
        """Move the clock on."""
        self.now += timedelta(minutes=minutes)

    def _number(self) -> str:
        return "".join(self.one(_NUMBERS) for _ in range(14))

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self._random.getrandbits(128), version=4)


@attrs.frozen(repr=False)
class Child:
    """The child of a case. ``number`` is a replacement number; ``words`` are what its texts are filled with."""

    number: ReplacementCpr
    given: str
    family: str
    born: date
    is_girl: bool
    words: Mapping[str, str]
    theme: texts.Theme
    address: str

    def age(self, on: date) -> int:
        """The child's age on a day."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))

    def say(self, text: str) -> str:
        """A text about the child."""
        return text.format(**self.words)

    def in_referral(self) -> ReferralPatient:
        """The child as a referral has it."""
        phone = TelephoneSubscriber(
            telephone_subscriber_identifier="00000001", telephone_subscriber_code=TelephoneSubscriberCode.MOBILE
        )
        return ReferralPatient(
            **self._named(),
            street_name=self.address,
            district_name="Eksempelstad",
            post_code_identifier="9999",
            telephone_subscriber=(phone,),
        )

    def in_email(self) -> EmailPatient:
        """The child as a correspondence has it."""
        return EmailPatient(**self._named(), episode_of_care_status_code=EpisodeOfCareStatusCode.OUTPATIENT)

    def in_care(self) -> Patient:
        """The child as a CareCommunication has it."""
        return patient(self.number.reveal(), given=self.given, family=self.family)

    def _named(self) -> dict[str, Any]:
        return {"identifier": self.number, "person_surname_name": self.family, "person_given_name": self.given}


def child(draw: Draw) -> Child:
    """The child of a case."""
    theme, is_girl = draw.one(texts.THEMES), draw.below(2) == 0
    youngest, oldest = theme.ages
    days = 366 * (youngest + draw.below(oldest - youngest)) + draw.below(360)
    born = draw.now.date() - timedelta(days=days)
    letters = "".join(draw.one(string.ascii_uppercase) for _ in range(2))
    number = f"{born:%d%m%y}7{letters}{2 * draw.below(5) + (not is_girl)}"
    given = draw.one(texts.GIRLS if is_girl else texts.BOYS)
    he, him, his = ("hun", "hende", "hendes") if is_girl else ("han", "ham", "hans")
    words = {"name": given, "he": he, "him": him, "his": his, "He": he.capitalize()}
    return Child(
        ReplacementCpr(number),
        given,
        draw.one(texts.FAMILY_NAMES),
        born,
        is_girl,
        words,
        theme,
        f"{draw.one(texts.STREETS)} {1 + draw.below(99)}",
    )


@attrs.frozen(repr=False)
class Party:
    """Who sends and receives: ``role``, ``name``, ``unit``, ``gln``, ``sor``; ``person`` writes, with a ``title``.

    ``takes`` are the types of messages that it takes, as ``receive`` has them; None where it takes all.
    """

    role: str
    name: str
    unit: str
    gln: str
    sor: str
    person: str
    title: str
    role_code: str
    role_system: str = ROLES
    takes: tuple[str, ...] | None = None

    def sender(self) -> Sender:
        """As the sender of a letter."""
        return Sender(**self._numbers(), **ADDRESS)

    def referring(self) -> ReferringSender:
        """As the sender of a referral."""
        referrer = Referrer(person_name=self.person, person_title=self.title)
        return ReferringSender(**self._numbers(), **ADDRESS, referrer=referrer)

    def receiver(self) -> Receiver:
        """As the receiver of a letter."""
        return Receiver(**self._numbers())

    def in_care(self) -> Organization:
        """As the unit of a CareCommunication."""
        return organization(self.name, sor=self.sor, gln=self.gln)

    def author(self) -> Author:
        """Who writes, in a CareCommunication."""
        given, _, family = self.person.partition(" ")
        return Author(
            given=given,
            family=family,
            telephone="00000000",
            role_code=self.role_code,
            role_system=self.role_system,
        )

    def _numbers(self) -> dict[str, Any]:
        return {
            "ean_identifier": self.gln,
            "identifier": self.gln,
            "identifier_code": IdentifierCode.LOCATION_NUMBER,
            "organisation_name": self.name,
            "department_name": self.unit,
        }


_LETTERS_ALONE = ("XDIS91", "XBIN01")


def parties(draw: Draw, *, letters_alone: bool) -> dict[str, Party]:
    """The municipality, the region's psychiatry and the family doctor, who may take ``letters_alone``."""
    region = draw.one(regions(draw.now.date()))
    psychologist, physician, clinician = (
        draw.one(names) for names in (texts.PSYCHOLOGISTS, texts.PHYSICIANS, texts.CLINICIANS)
    )
    all_of_them = (
        Party("municipality", draw.one(texts.MUNICIPALITIES), "PPR", "5790000121526", "265161000016000",
              psychologist, "psykolog", "psykolog"),
        Party("hospital", region.name, texts.HOSPITAL_UNIT, "5790000209354", "325421000016001",
              clinician, "overlæge", "overlaege"),
        Party("doctor", draw.one(texts.DOCTORS), "Almen praksis", "5790001348120", "953741000016009",
              physician, "læge", "laege", AUTHORISED_ROLES, _LETTERS_ALONE if letters_alone else None),
    )  # fmt: skip
    return {party.role: party for party in all_of_them}
