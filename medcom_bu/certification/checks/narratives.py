"""What the narratives of a CareCommunication must show: every element that MedCom marks so.

Source: CareCommunication 5.0.2 and its parents, the obligation SHALL:in-narrative; governance of FHIR standards, 5.2.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from medcom_bu import danish_time
from medcom_bu.certification.checks.findings import for_a_person, is_present, message_of, named
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.fhir.values import to_plain
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.values.fhir_codes import Activity, Category, Event, RequestPriority
from medcom_bu.values.fhir_resources import Resource
from medcom_bu.values.fhir_types import moment
from medcom_bu.values.identifiers import Gln, SorCode

READ_BY_PEOPLE: Mapping[str, str] = {
    "MessageHeader": "id eventCoding.code destination.endpoint source.endpoint",
    "Communication": "id status category.coding.code priority topic.text payload.extension.valueDateTime"
    " payload.extension.valueContactPoint.value payload.contentString payload.contentAttachment.url"
    " payload.contentAttachment.title",
    "Provenance": "id occurredDateTime activity.coding.code",
    "Patient": "id identifier.value name.family name.given telecom.value address.line address.city address.postalCode",
    "Practitioner": "id name.family name.given",
    "PractitionerRole": "id code.coding.code code.text",
    "Organization": "id identifier.value name",
    "CareTeam": "id name",
    "Encounter": "id status class.code episodeOfCare.identifier.value",
}
"""Resource -> the elements whose values its narrative must show; of the numbers of a unit SOR code and GLN alone."""

OF_THE_WIRE: Mapping[str, str] = {
    "MessageHeader": "destination.extension.valueCoding.code destination.receiver.reference sender.reference"
    " focus.reference",
    "Communication": "extension.valueReference.reference subject.reference encounter.reference recipient.reference"
    " payload.extension.valueReference.reference payload.contentAttachment.contentType"
    " payload.contentAttachment.creation",
    "Provenance": "target.reference agent.who.reference entity.role entity.what.reference entity.what.identifier.value",
    "PractitionerRole": "practitioner.reference organization.reference",
    "CareTeam": "managingOrganization.reference",
    "Encounter": "subject.reference serviceProvider.reference",
}
"""Resource -> those that MedCom marks too, and its examples leave out in part: where one is missing, a person looks."""

_RULE = "SHALL:in-narrative"
_CODES = {str(code): code for codes in (Activity, Category, Event, RequestPriority) for code in codes}
_UNIT_SYSTEMS = (*Gln.SYSTEMS, *SorCode.SYSTEMS)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?")
_FOLDED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e"})


@named("narratives-show", "each narrative shows what it must", "hver tekstgengivelse viser det den skal")
def find_shown_elements(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Each value of an element that MedCom marks SHALL:in-narrative can be read, in whatever layout.

    A date may be written as Danes write it, a code may be shown by its name, a reference by its id or as a link.
    """
    message, missing = message_of(stage, CareCommunicationMessage, _RULE)
    yield from missing
    for entry in message.entry if message else ():
        if entry.resource is not None:
            yield from _shown(entry.resource)


def _shown(resource: Resource) -> Iterator[Finding]:
    kind, plain = resource.resource_type, dict(to_plain(resource))
    div = (plain.pop("text", None) or {}).get("div", "")
    if kind == "Organization":
        plain["identifier"] = [each for each in plain.get("identifier", ()) if each.get("system") in _UNIT_SYSTEMS]
    narrative = _fold(html.unescape(re.sub("<[^>]*>", " ", div)))
    for path in READ_BY_PEOPLE.get(kind, "id").split():
        values = list(_values(plain, path.split(".")))
        if values:
            is_read = all(_is_read(each, narrative) for each in values)
            yield is_present(is_read, rule=_RULE, path=f"{kind}.{path}")
    with_links = _fold(html.unescape(div))
    for path in OF_THE_WIRE.get(kind, "").split():
        values = [each.rpartition("/")[2] for each in _values(plain, path.split("."))]
        if not all(_is_read(each, with_links) for each in values):
            place = f"{kind}.{path}"
            yield for_a_person(f"{place} can be read in the narrative", f"{place} kan læses i tekstgengivelsen")


def _values(there: Any, way: list[str]) -> Iterator[str]:
    if isinstance(there, list):
        for each in there:
            yield from _values(each, way)
    elif not way:
        yield str(there)
    elif isinstance(there, dict) and way[0] in there:
        yield from _values(there[way[0]], way[1:])


def _is_read(value: str, narrative: str) -> bool:
    if _fold(value) in narrative:
        return True
    if _DATE.fullmatch(value):
        return _is_dated(value, narrative)
    code = _CODES.get(value)
    if code is not None:
        return any(_fold(name) in narrative for name in (code.danish, code.english))
    return value.startswith("urn:uuid:") and _fold(value.removeprefix("urn:uuid:")) in narrative


def _is_dated(value: str, narrative: str) -> bool:
    """Whether year and day of a date, and the clock of a moment, there or in Denmark, can be read."""
    instant = moment(value)
    local = danish_time.local(instant) if instant is not None else None
    clocks = {value[11:16].replace(":", ""), *([f"{local:%H%M}"] if local else [])}
    return value[:4] in narrative and value[8:10].lstrip("0") in narrative and any(each in narrative for each in clocks)


def _fold(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower().translate(_FOLDED))
