"""What the builder of CareCommunications asks of its parameters, and which of them filled a path in the message.

Source: MedCom, CareCommunication 5.0.2 and 4.0.3 with their governance; HL7 Denmark's dk-core; MedCom Core 3.0.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from medcom_bu.builders.attachments import NO_CONTENT, NO_TYPE
from medcom_bu.builders.problems import CODE, EMPTY, FORM, MISSING, Place, bring_home, problem
from medcom_bu.builders.threads import Added, Author
from medcom_bu.fhir.assembly import name_of
from medcom_bu.issues import Issue, Text
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.numerals import is_digits
from medcom_bu.values.fhir_codes import EPISODE_OF_LPR3
from medcom_bu.values.fhir_resources import Communication, Organization, Patient, Resource
from medcom_bu.values.fhir_types import Attachment, Identifier
from medcom_bu.values.filetypes import FILE_TYPES
from medcom_bu.values.identifiers import Cpr, DanishIdentifier, Gln, ReplacementCpr, SorCode

ROLE = problem(
    "author-role",
    ("{field} has no role that version {version} accepts", "{field} har ikke en rolle som version {version} kender"),
    ("give {wanted}", "angiv {wanted}"),
    "MedCom, CareCommunication 5.0.2 and 4.0.3, medcom-careCommunication-7",
)
TITLE = problem(
    "title-extension",
    ("{field} ends in the file extension .{extension}", "{field} ender med filendelsen .{extension}"),
    ("leave the extension out: the file type already gives it", "udelad filendelsen: den fremgår af filens type"),
    "MedCom, governance of CareCommunication, attachments",
)
EPISODE = problem(
    "episode-of-lpr3",
    (
        "an episode in LPR3 is named by a UUID of version 5, which this is not",
        "et LPR3-forløb har et UUID af version 5, og det er dette ikke",
    ),
    (
        "give the number from LPR3; for a number of your own use episode_of_care(value, system=...)",
        "angiv det nummer som LPR3 har givet; jeres eget angives som episode_of_care(value, system=...)",
    ),
    "MedCom Core, lpr3-identifier, uuidv5",
)

_LPR3 = re.compile("urn:uuid:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-5[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
_LEAST_SOR = 11
_NUMBERS: Mapping[type[DanishIdentifier], tuple[str, Text]] = {
    Gln: ("gln", Text("13 digits, the last the right check digit", "13 cifre, det sidste det rigtige kontrolciffer")),
    SorCode: ("sor", Text(f"at least {_LEAST_SOR} digits", f"mindst {_LEAST_SOR} cifre")),
    Cpr: ("number", Text("ten digits that begin with a date", "ti cifre der begynder med en dato")),
    ReplacementCpr: (
        "number",
        Text("a replacement number: DDMMYY, a digit, two letters, a digit",
             "et erstatningsnummer: DDMMÅÅ, et ciffer, to bogstaver, et ciffer"),
    ),
}  # fmt: skip
"""Each number: how a resource calls it, and its form."""


def check_unit(unit: Organization | None, field: str) -> Iterator[Issue]:
    """Whether a unit has both its numbers, and they are such numbers."""
    if unit is None:
        return
    for name, number in (("sor", unit.sor), ("gln", unit.gln)):
        if number is None:
            yield MISSING.issue(f"{field}.{name}", field=f"{field}.{name}", wanted=f"organization(..., {name}=...)")
        else:
            yield from _check_number(number, field)


def check_citizen(citizen: Patient | None, field: str) -> Iterator[Issue]:
    """Whether the number of a citizen, where there is one, is such a number."""
    for identifier in citizen.identifier if citizen else ():
        if isinstance(identifier.number, Cpr | ReplacementCpr):
            yield from _check_number(identifier.number, field)


def _check_number(number: DanishIdentifier, field: str) -> Iterator[Issue]:
    text = number.reveal()
    is_right = len(text) >= _LEAST_SOR and is_digits(text) if isinstance(number, SorCode) else number.is_valid(text)
    if not is_right:
        name, form = _NUMBERS[type(number)]
        yield FORM.issue(f"{field}.{name}", field=f"{field}.{name}", expected=form)


def check_episode(episode: Identifier | None, field: str) -> Iterator[Issue]:
    """Whether an episode of care says by whom it is numbered, and one of LPR3 has a number of LPR3."""
    if episode is None:
        return
    for name in ("system", "value"):
        if not (getattr(episode, name) or "").strip():
            yield MISSING.issue(f"{field}.{name}", field=f"{field}.{name}", wanted="episode_of_care(value, system=...)")
            return
    if episode.system == EPISODE_OF_LPR3 and not _LPR3.fullmatch(episode.value or ""):
        yield EPISODE.issue(field)


def check_filled(field: str, text: str | None) -> Iterator[Issue]:
    """Whether a text that is given says anything."""
    if text is not None and not text.strip():
        yield EMPTY.issue(field, field=field)


def check_segments(added: Sequence[Added], version: str) -> Iterator[Issue]:
    """Whether what the message adds has content, and an author where it must have one."""
    seen: set[Author] = set()
    count = 0
    for segment in added:
        if isinstance(segment.content, str):
            yield from check_filled(segment.place, segment.content)
        else:
            count += 1
            yield from _check_attachment(segment.content, segment.place, count)
        if segment.author is not None and segment.author not in seen:
            seen.add(segment.author)
            yield from _check_author(segment.author, f"{segment.place}.author", version)


def _check_attachment(attachment: Attachment, place: str, number: int) -> Iterator[Issue]:
    yield from check_filled(f"{place}.title", attachment.title)
    if attachment.data is not None and not attachment.data.content:
        yield NO_CONTENT.issue(place, number=number)
    elif attachment.data is not None and attachment.content_type is None:
        yield NO_TYPE.issue(
            place, number=number, wanted=Text(f"content_type=, one of {_TYPES}", f"content_type=, en af {_TYPES}")
        )
    elif attachment.content_type is not None and attachment.content_type not in ATTACHMENT_TYPES:
        field = f"{place}.content_type"
        yield CODE.issue(field, field=field, nearest="", expected=_TYPES)
    stem, dot, ending = (attachment.title or "").rpartition(".")
    if stem and dot and ending.casefold() in _ENDINGS.get(attachment.content_type or "", ()):
        yield TITLE.issue(f"{place}.title", field=f"{place}.title", extension=ending.casefold())


ATTACHMENT_TYPES = tuple(FILE_TYPES[name].mime_type for name in ("pdf", "gif", "jpeg", "png", "tiff", "bmp"))
"""MedCom's value set medcom-core-attachmentMimeTypes, the same in both versions."""
_TYPES = ", ".join(ATTACHMENT_TYPES)
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    kind.mime_type: (kind.extension, *({"jpeg": ("jpg", "jpe"), "tiff": ("tif",)}.get(kind.extension, ())))
    for kind in FILE_TYPES.values()
    if kind.signature is not None
}
"""MIME type -> what the names of such files end in."""


def _check_author(author: Author, field: str, version: str) -> Iterator[Issue]:
    for name in ("given", "family", "telephone"):
        yield from check_filled(f"{field}.{name}", getattr(author, name))
    wants_code = version == "4.0"
    if not author.role_code and (wants_code or not author.role):
        wanted = "role_code=" if wants_code else "role_code=, role="
        yield ROLE.issue(f"{field}.role_code", field=field, version=version, wanted=wanted)


# --- the way home ---------------------------------------------------------------------------------------------------

_IN_RESOURCE: Mapping[str, Mapping[str, str]] = {
    "Practitioner": {".name[0].family": ".family", ".name[0].given": ".given", "": ""},
    "PractitionerRole": {".code": ".role_code", "": ""},
    "CareTeam": {"": ""},
    "Encounter": {"": ""},
}
"""Of a resource that the builder makes: a path in it -> the parameter, or part of one, that filled it."""

_IN_SEGMENT = {
    ".content_attachment.title": ".title",
    ".content_attachment.url": ".url",
    ".content_attachment.content_type": ".content_type",
    ".content_attachment.creation": ".creation",
    ".extension[3]": ".author.telephone",
    "": "",
}


def make_place(
    message: CareCommunicationMessage,
    received: CareCommunicationMessage | None,
    origins: Mapping[str, str],
    kept: int,
    added: Sequence[Added],
) -> Place:
    """Make the function that leads from a path in a CareCommunication to the parameter that filled it.

    ``origins`` says of which parameter a resource was made; the first ``kept`` segments are those of the message
    ``received``, as are the other resources that are in it.
    """
    in_communication = {f".{name}": name for name in ("category", "topic", "priority")}
    in_communication |= {".extension": "specific_sender", ".recipient": "specific_recipient"}
    in_communication |= {f".payload[{number}]": f"received.communication.payload[{number}]" for number in range(kept)}
    for number, segment in enumerate(added, kept):
        in_communication |= {f".payload[{number}]{start}": segment.place + name for start, name in _IN_SEGMENT.items()}

    def place(path: str) -> str | None:
        found = re.fullmatch(r"entry\[(\d+)\]\.resource(.*)", path)
        resource = message.entry[int(found[1])].resource if found else None
        if found is None or resource is None:
            return None
        if isinstance(resource, Communication):
            return bring_home(found[2], in_communication, keep_rest=False)
        origin = origins.get(name_of(resource))
        if origin is not None:
            return origin + _part(resource, found[2])
        at = received.places.get(id(resource)) if received else None
        return None if at is None else f"received.entry[{at}].resource{found[2]}"

    return place


def _part(resource: Resource, rest: str) -> str:
    """What the builder calls a part of a resource."""
    if isinstance(resource, Organization | Patient):
        for number, identifier in enumerate(resource.identifier):
            known = _NUMBERS.get(type(identifier.number))  # type: ignore[arg-type]
            if known is not None and rest.startswith(f".identifier[{number}]"):
                return f".{known[0]}"
        return "" if rest == ".identifier" else rest
    table = _IN_RESOURCE.get(resource.resource_type, {})
    return bring_home(rest, table, keep_rest=False) or ""
