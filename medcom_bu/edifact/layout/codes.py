"""The code tables of the layouts, by what the code lists say, and the codecs of values that are no plain text.

Source: MedCom's converter (behaviour) and the schemas; see docs/edifact.md for where the converter is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

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


def _coded(codes: type[CodeList], *, other: str | None = None, more: Mapping[str, str] | None = None) -> Codec:
    """The table of a code list, by what its members say; ``more`` are texts that are no members."""
    written = {member: member.edifact.code for member in codes if member.edifact and member.edifact.code is not None}
    read = {code: member for member in codes if member.edifact for code in member.edifact.also}
    codec = table({**(more or {}), **written}, also=read, other=other)

    def taken_for(code: str) -> str | None:
        """By the code in other letters, and else as the list has it."""
        spelt = {own.casefold(): value for value, own in written.items()}
        member = spelt.get(code.strip().casefold())
        return codes.taken_for(code) if member is None else member.value

    def write(value: Any) -> str | None:
        """A text that is no member goes as it came: what was received is written back."""
        code = codec.write(value)
        return str(value) if code is None and not isinstance(value, codes) else code

    return attrs.evolve(codec, write=write, taken_for=taken_for)


IDENTIFIER = _coded(IdentifierCode)
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

_TYPES = {
    "MEDDIS": "D0133L D0233L D0333L D0533L D0633L D0733L D0833L D1333L D9133L D9134L "
    "D1430C D1730C D1830C D1930C D2030C",
    "MEDREF": "H0130R H0230R H0630R",
    "MEDRPT": "R0130K R0230M R0330P R0430P",
    "MEDREQ": "Q0130K Q0230M Q0330P",
    "PRODAT": "A0130Z",
}
_UNKNOWN_TYPE = "U0130U U0230U U0330U U0430U U0530U I0130D I0230D I0330D I0430D SST012"
UNKNOWN_TYPES = ("Ukendt", "????")
"""What the converter writes for a type that it does not know."""

_TYPE_OF = {code: name for name, codes in _TYPES.items() for code in codes.split()}
_TYPE_OF |= {f"X{code}": f"X{name}" for code, name in _TYPE_OF.items()} | dict.fromkeys(
    _UNKNOWN_TYPE.split(), UNKNOWN_TYPES[1]
)


def _moment(value: DateAndTime) -> str | None:
    date, time = _DATE.match(value.date or ""), _TIME.match(value.time or "")
    return "".join(date.groups() + time.groups()) if date and time else None


def _read_moment(text: str) -> DateAndTime | None:
    match = _MOMENT.fullmatch(text)
    return DateAndTime(date="{}-{}-{}".format(*match.groups()), time=f"{match[4]}:{match[5]}") if match else None


def _only(cls: type[DanishIdentifier]) -> Callable[[Any], str | None]:
    return lambda value: value.reveal() if isinstance(value, cls) else None


def _given(text: str) -> str | None:
    return None if text == PLACEHOLDER else text


CODECS: dict[str, Codec] = {
    **{name: item for name, item in list(globals().items()) if isinstance(item, Codec)},
    "MOMENT": Codec(_moment, _read_moment),
    "CPR": Codec(_only(Cpr), Cpr),
    "REPLACEMENT": Codec(_only(ReplacementCpr), ReplacementCpr),
    "GIVEN": Codec(str, _given),
    "UUID": Codec(lambda text: text.replace("-", ""), with_hyphens),
    "NUMBER": Codec(without_hyphens, str),
    "COURSE": Codec(without_hyphens, _given),
    "URL": Codec(str, Url),
    "LINE": _PLAIN,
    "TYPE": Codec(lambda code: _TYPE_OF.get(code, UNKNOWN_TYPES[0]), str),
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
