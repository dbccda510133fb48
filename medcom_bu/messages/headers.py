"""What letters begin with: the envelope around them, and the header that every letter but a receipt has.

Source: MedCom's XML schemas, EMessage.xsd and LetterType, the same in every namespace but for what is marked.
"""

from __future__ import annotations

from medcom_bu.declare.base import NUMBERS
from medcom_bu.declare.oioxml import Codes, Fixed, String, Value, declaration, element
from medcom_bu.issues import Text
from medcom_bu.values.codes import AcknowledgementCode, StatusCode
from medcom_bu.values.parties import UUID_OR_NUMBER
from medcom_bu.values.timestamps import DateAndTime

LETTER_NUMBER = String(1, 14, form=Text("a number of at most 14 characters", "et nummer på højst 14 tegn"))
EPISODE_TYPE = String(1, 17, form=Text("a code of at most 17 characters", "en kode på højst 17 tegn"))


@declaration
class Envelope(Value):
    """Transmission data. ``identifier`` is unique for the sender."""

    sent: DateAndTime = element("Sent", DateAndTime, danish="Afsendt")
    identifier: str = element("Identifier", LETTER_NUMBER, danish="Kuvertnummer", shown=NUMBERS)
    acknowledgement_code: AcknowledgementCode | str = element(
        "AcknowledgementCode", Codes(AcknowledgementCode), danish="Positiv kvittering"
    )


EPISODE_OF_CARE_TYPE = "FORLOEBSNUMMER"
"""The kind of course number written where none is given. The standard's values are not public: agree on yours."""


@declaration
class EpisodeOfCare(Value):
    """A course of treatment. The values of its type are not in the public sources."""

    episode_of_care_type: str = element("EpisodeOfCareType", EPISODE_TYPE, danish="Forløbstype")
    episode_of_care_identifier: str = element("EpisodeOfCareIdentifier", UUID_OR_NUMBER, danish="Forløbsnummer")


@declaration
class LetterHeader(Value):
    """What every letter but a receipt begins with. ``identifier`` is unique for the sender."""

    identifier: str = element("Identifier", LETTER_NUMBER, danish="Brevnummer", shown=NUMBERS)
    version_code: str = element("VersionCode", Fixed("code"), danish="Version")
    statistical_code: str = element("StatisticalCode", String(1, 8), danish="Statistikkode", shown=NUMBERS)
    authorisation: DateAndTime = element("Authorisation", DateAndTime, danish="Godkendt")
    type_code: str = element("TypeCode", Fixed("type_code"), danish="Brevtype")
    status_code: StatusCode | str = element("StatusCode", Codes(StatusCode), danish="Brevets status")
    episode_of_care: tuple[EpisodeOfCare, ...] = element(
        "EpisodeOfCare",
        EpisodeOfCare,
        default=(),
        max=None,
        versions=("XH0131R",),
        required_in=("XH0131R",),
        danish="Forløb",
    )
    episode_of_care_identifier: str | None = element(
        "EpisodeOfCareIdentifier", UUID_OR_NUMBER, default=None, versions=("XH0130R", "XD9134L"), danish="Forløbsnummer"
    )
