"""The code tables of the layouts, by what the code lists say, and the codecs of values that are not plain text.

Source: MedCom's converter (behaviour) and the schemas; see docs/edifact.md for where the converter is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import attrs

from medcom_bu.declare.base import made
from medcom_bu.edifact.layout.codec import Codec, table
from medcom_bu.messages.crossing import with_hyphens, without_hyphens
from medcom_bu.values.codes import (
    CodeList,
    CorrespondencePriority,
    DiagnoseDescriptionCode,
    DiagnoseTypeCode,
    EpisodeOfCareStatusCode,
    IdentifierCode,
    InformationCode,
    ObjectCode,
    ObjectExtensionCode,
    Priority,
    ReferralStatus,
    RefuseCode,
    RelationCode,
    StatusCode,
    TelephoneSubscriberCode,
    Transport,
)
from medcom_bu.values.identifiers import Cpr, DanishIdentifier, ReplacementCpr
from medcom_bu.values.parties import PLACEHOLDER, Url
from medcom_bu.values.specialities import MedicalSpecialityCode as Speciality
from medcom_bu.values.timestamps import DateAndTime

_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)", re.ASCII)
_PLAIN = Codec(str, str)


def _coded(
    codes: type[CodeList],
    *,
    other: str | None = None,
    more: Mapping[str, str] | None = None,
    alike: Collection[str] = (),
) -> Codec:
    """The table of a code list, by what its members say; ``more`` are texts that are not members."""
    written = {member: member.edifact.code for member in codes if member.edifact and member.edifact.code is not None}
    read = {code: member for member in codes if member.edifact for code in member.edifact.also}
    codec = table({**(more or {}), **written}, also=read, other=other, alike=alike)

    def taken_for(code: str) -> str | None:
        """By the code in other letters, and else as the list has it."""
        spelt = {own.casefold(): value for value, own in written.items()}
        member = spelt.get(code.strip().casefold())
        return codes.taken_for(code) if member is None else member.value

    def write(value: Any) -> str | None:
        """A text that is not a member goes as it came: what was received is written back."""
        code = codec.write(value)
        return str(value) if code is None and not isinstance(value, codes) else code

    return attrs.evolve(codec, write=write, taken_for=taken_for)


IDENTIFIER = _coded(IdentifierCode, alike=("EAN",))
"""A location number has EAN or nothing, and 9 behind it: Den gode kiropraktorepikrise, 2015, pages 37-38."""
AGENCY = table({code: code.edifact.agency for code in IdentifierCode if code.edifact and code.edifact.agency})
SPECIALITY = _coded(Speciality, more={"patologi ": "2522"})
STATUS = _coded(StatusCode)
TELEPHONE = _coded(TelephoneSubscriberCode, other="HO")
OBJECT = _coded(ObjectCode)
EXTENSION = _coded(ObjectExtensionCode)
DIAGNOSE_TYPE = _coded(DiagnoseTypeCode)
DIAGNOSE_DESCRIPTION = _coded(DiagnoseDescriptionCode, more={"grundmorbus": "G"})
PRIORITY = _coded(Priority)
REFERRAL_STATUS = _coded(ReferralStatus)
TRANSPORT = _coded(Transport)
RELATION = _coded(RelationCode)
INFORMATION = _coded(InformationCode)
CORRESPONDENCE_PRIORITY = _coded(CorrespondencePriority)
EPISODE_STATUS = _coded(EpisodeOfCareStatusCode)
REFUSE = _coded(RefuseCode)

_MUNICIPALITY = IdentifierCode.MUNICIPALITY_NUMBER
SPECIALITY_LIST = table({_MUNICIPALITY: "KOM"}, other="SKS", alike=("SKS", "YNR", "KOM"))
SPECIALITY_AGENCY = table({_MUNICIPALITY: "IM"}, other="SST", alike=("SST", "SFU", "IM"))
"""The list that a speciality is of, by the register that its sender's number is of. No one reads anything from it.

Source: Den gode kiropraktorepikrise, 2015, page 21, for municipalities. That practices too write SKS:SST, by MedCom's
own examples of these letters; KOM:IM and YNR:SFU are read whoever sends.
"""
DIAGNOSE_AGENCY = Codec(lambda _: None, str, alike=("SST",))
"""Who keeps the list of a diagnosis: nothing in MedCom's examples of REF01, SST in Den gode kiropraktorepikrise, 2015,
pages 24-28."""

_TYPES = {
    "A": "PRODAT",
    "B": "MEDBIN",
    "D": "MEDDIS",
    "H": "MEDREF",
    "Q": "MEDREQ",
    "R": "MEDRPT",
}
"""The letter that a version code begins with -> the message type of its UNH. Others are of no one type."""
_VERSION = re.compile(r"(X?)([A-Z])\d{4}[A-Z]", re.ASCII)
UNKNOWN_TYPES = ("Ukendt", "????")
"""What stands for a type that is not known; MedCom's converter writes it for many that are."""


def _moment(value: DateAndTime) -> str | None:
    date, time = _DATE.match(value.date or ""), _TIME.match(value.time or "")
    return "".join(date.groups() + time.groups()) if date and time else None


def _read_moment(text: str) -> DateAndTime | None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute = match.groups()
    return made(DateAndTime, {"unexpected": (), "date": f"{year}-{month}-{day}", "time": f"{hour}:{minute}"})


def _type(code: str) -> str:
    """The message type of a letter, which a receipt repeats from its UNH, by the version code."""
    match = _VERSION.fullmatch(code)
    name = _TYPES.get(match[2]) if match else None
    return f"{match[1]}{name}" if match and name else UNKNOWN_TYPES[0]


def _only(cls: type[DanishIdentifier]) -> Callable[[Any], str | None]:
    return lambda value: value.reveal() if isinstance(value, cls) else None


def _given(text: str) -> str | None:
    return None if text == PLACEHOLDER else text


CODECS: dict[str, Codec] = {
    **{name: item for name, item in list(globals().items()) if isinstance(item, Codec)},
    "MOMENT": Codec(_moment, _read_moment),
    "CPR": Codec(_only(Cpr), Cpr),
    "GIVEN_CPR": Codec(_only(Cpr), lambda text: None if text == PLACEHOLDER else Cpr(text)),
    "REPLACEMENT": Codec(_only(ReplacementCpr), ReplacementCpr),
    "GIVEN": Codec(str, _given),
    "UUID": Codec(lambda text: text.replace("-", ""), with_hyphens),
    "NUMBER": Codec(without_hyphens, str),
    "COURSE": Codec(without_hyphens, _given),
    "URL": Codec(str, Url),
    "LINE": _PLAIN,
    "TYPE": Codec(_type, str, alike=UNKNOWN_TYPES),
}
"""Name in a layout -> codec. ``URL`` and ``LINE`` may run on over components; ``TEXT`` is the engine's own.

Of a ``UUID`` that has hyphens in the value, and of a ``NUMBER`` that may be one, EDIFACT has 32 characters.
"""


def codec_of(own: Mapping[str, Codec], name: str | None) -> Codec:
    """The codec of a name: a layout's ``own``, or one of these. Raises ValueError where there is none."""
    if name is None:
        return _PLAIN
    codec = own.get(name) or CODECS.get(name)
    if codec is None:
        raise ValueError(f"{name} is neither a codec of the layout nor one that is known")
    return codec
