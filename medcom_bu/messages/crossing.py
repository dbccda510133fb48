"""A letter in another of its versions: what one version says in one place and form, another says in its own.

The course number is an ``EpisodeOfCare`` in XH0131R and an ``EpisodeOfCareIdentifier`` in XH0130R. The identifier of a
file is a UUID with hyphens in XB0131X and XB0210X; XB0130X has room for 35 characters, so that a UUID goes without. A
ReferralAttachment (XB0210X) and a BinaryLetter (XB0131X, XB0130X) carry the same under two names.

Source: MedCom's XML schemas of 2005/08/07, 2012/03/28, 2016/10/02 and 2017/05/01.
"""

from __future__ import annotations

import re
from typing import Any

import attrs

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Element, Value, Version, elements, leaf_type
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Issue, Kind, Layer, Loss, Report, Severity, Text
from medcom_bu.messages.binary_letter import BinaryLetter, BinaryObject, ReferralAttachment
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.headers import EPISODE_OF_CARE_TYPE, EpisodeOfCare, LetterHeader
from medcom_bu.messages.hospital_referral import HospitalReferral
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.values.codes import DiagnoseDescriptionCode

_ONE_WIRE = (
    Severity.ERROR,
    Layer.SCHEMA,
    Text(
        "{type} is not read here: it can only be written as received, as {wire}",
        "{type} læses ikke her: brevet kan kun skrives i det format det kom i ({wire})",
    ),
    Text("write it in that format", "skriv det i det format"),
    "medcom_bu: of a letter of another type all but header, parties and patient is kept as it came",
)
ONE_WIRE = Kind("letter.one-wire", *_ONE_WIRE)
LOST_LETTER = Kind("loss.letter", *_ONE_WIRE)

_TWINS: dict[type[Value], type[Value]] = {BinaryLetter: ReferralAttachment, ReferralAttachment: BinaryLetter}
_UUID = re.compile("([0-9a-fA-F]{8})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{12})")


@attrs.frozen
class Crossed:
    """A letter as a version says it.

    ``made_up`` names what the version demands and the letter lacked: attribute path in the letter, element.
    """

    letter: Any
    made_up: tuple[tuple[str, str], ...] = ()


def versions_of(cls: type[Value]) -> tuple[Version, ...]:
    """The versions that a letter of a class can be written in, its own first."""
    specs = [letter_class.__letter__ for letter_class in (cls, _TWINS.get(cls)) if letter_class is not None]
    return tuple(version for spec in specs if spec is not None for version in spec.versions)


def own_version(letter: Value) -> Version | None:
    """The version that a letter says it is of; None where it says none that it could be of."""
    code = getattr(getattr(letter, "letter", None), "version_code", None)
    spec = type(letter).__letter__
    return next((version for version in spec.versions if version.code == code), None) if spec else None


def crossed(letter: Any, version: Version) -> Crossed:
    """The letter in a version that :func:`versions_of` names: its codes, and what has another place or form there."""
    own = own_version(letter)
    if own == version:
        return placed(letter, version)
    letter = _of_class(letter, version)
    header = getattr(letter, "letter", None)
    if header is not None:
        codes = {"version_code": version.code}
        if own is not None and own.type_code != version.type_code:
            header_codes = {name: getattr(header, name, None) for name in ("type_code", "statistical_code")}
            codes |= {name: version.type_code for name, text in header_codes.items() if text == own.type_code}
        letter = letter.replace(letter=header.replace(**codes))
    if isinstance(letter, BinaryLetter | ReferralAttachment):
        letter = letter.replace(
            binary_object=tuple(_identified(attachment, version) for attachment in letter.binary_object)
        )
    crossing = placed(letter, version)
    return _with_role(crossing, own, version)


def placed(letter: Any, version: Version) -> Crossed:
    """The letter with its course number in the place that a version has for it."""
    header = getattr(letter, "letter", None)
    if not isinstance(header, LetterHeader):
        return Crossed(letter)
    has_list, has_number = (
        _exists(LetterHeader, name, version) for name in ("episode_of_care", "episode_of_care_identifier")
    )
    number = header.episode_of_care_identifier
    if has_list and not has_number and number is not None and not header.episode_of_care:
        episode = EpisodeOfCare(episode_of_care_type=EPISODE_OF_CARE_TYPE, episode_of_care_identifier=number)
        header = header.replace(episode_of_care=(episode,), episode_of_care_identifier=None)
        path = "letter.episode_of_care[0].episode_of_care_type"
        return Crossed(letter.replace(letter=header), ((path, "EpisodeOfCareType"),))
    if has_number and not has_list and number is None and header.episode_of_care:
        first, *others = header.episode_of_care
        rest = first.replace(episode_of_care_identifier=None)
        header = header.replace(
            episode_of_care=(rest, *others), episode_of_care_identifier=first.episode_of_care_identifier
        )
        return Crossed(letter.replace(letter=header))
    return Crossed(letter)


def not_crossing(message: Emessage, *, is_edifact: bool) -> tuple[Loss, ...]:
    """A loss for each letter of another type that came on the other wire: nothing of such a message is written."""
    return tuple(
        Loss(LOST_LETTER, f"letters[{number}]", (("type", letter.type_name), ("wire", _WIRES[not is_edifact])))
        for number, letter in enumerate(message.letters)
        if isinstance(letter, OtherLetter) and bool(letter.element_name) is is_edifact
    )


def check_crossing(message: Emessage, *, is_edifact: bool) -> None:
    """Raise InvalidMessage where a letter of another type came on the other wire."""
    lost = not_crossing(message, is_edifact=is_edifact)
    if lost:
        issues = [Issue(ONE_WIRE, loss.path, loss.params) for loss in lost]
        raise InvalidMessage(Report.from_issues(issues, [Layer.SCHEMA], [Layer.SCHEMA]))


_WIRES = ("OIO-XML", "EDIFACT")


def _exists(cls: Any, name: str, version: Version) -> bool:
    return elements(fields(cls)[name])[0].exists_in(version.code)


def _of_class(letter: Any, version: Version) -> Any:
    """The letter, or its twin where the version is the twin's."""
    twin = _TWINS.get(type(letter))
    if twin is None or twin.__letter__ is None or version not in twin.__letter__.versions:
        return letter
    return twin(**{field.name: letter.__dict__[field.name] for field in attrs.fields(type(letter))})


def _identified(attachment: BinaryObject, version: Version) -> BinaryObject:
    """A file with its identifier as the version writes a UUID. What is not a UUID stays."""
    declared: Any = fields(BinaryObject)["object_identifier"]
    room = leaf_type(declared.type, version.code).max
    spell = without_hyphens if room < _WITH_HYPHENS else with_hyphens
    text = attachment.object_identifier
    return attachment if text is None else attachment.replace(object_identifier=spell(text))


_WITH_HYPHENS = 36


def without_hyphens(text: str) -> str:
    """A UUID in 32 characters; any other text as it is."""
    return text.replace("-", "") if _UUID.fullmatch(text) else text


def with_hyphens(text: str) -> str:
    """A UUID in 36 characters; any other text as it is."""
    match = _UUID.fullmatch(text)
    return "-".join(match.groups()) if match else text


def _with_role(crossing: Crossed, own: Version | None, version: Version) -> Crossed:
    """The main diagnosis with its role, where the version it comes from gives that by its place alone."""
    letter = crossing.letter
    refer = letter.referral.refer if isinstance(letter, HospitalReferral) and letter.referral else None
    if refer is None or own is None or refer.diagnose_description_code is not None:
        return crossing
    declared = fields(type(refer))["diagnose_description_code"]
    if not isinstance(declared, Element) or declared.exists_in(own.code) or not declared.exists_in(version.code):
        return crossing
    extras = tuple(extra.behind_another() for extra in refer.unexpected)
    refer = refer.replace(diagnose_description_code=DiagnoseDescriptionCode.REFERRAL, unexpected=extras)
    path = "referral.refer.diagnose_description_code"
    return Crossed(
        letter.replace(referral=letter.referral.replace(refer=refer)), (*crossing.made_up, (path, declared.name))
    )
