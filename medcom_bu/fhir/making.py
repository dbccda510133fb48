"""What all makers of FHIR messages share: ids, URLs, profiles, narratives, moments, and taking resources along.

Source: MedCom, CareCommunication 5.0.2 and Acknowledgement 2.0.3 with their governance (ids, timestamps, narrative).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from medcom_bu.fhir.narrative import narrative
from medcom_bu.surroundings import Surroundings
from medcom_bu.values.fhir_codes import DESTINATION_USE, DESTINATION_USE_EXTENSION, EVENT_CODES
from medcom_bu.values.fhir_resources import (
    Bundle,
    Destination,
    Entry,
    MessageHeader,
    Organization,
    Resource,
    Source,
    UnknownResource,
)
from medcom_bu.values.fhir_types import Coding, Extension, Meta, Reference
from medcom_bu.values.structures import Structure, properties

_IG = "http://medcomfhir.dk/ig/"
CARE_COMMUNICATION = _IG + "carecommunication/StructureDefinition/medcom-careCommunication-"
ACKNOWLEDGEMENT = _IG + "acknowledgement/StructureDefinition/medcom-messaging-acknowledgement"
OUTCOME = _IG + "acknowledgement/StructureDefinition/medcom-acknowledgement-operationoutcome"
CORE = _IG + "core/StructureDefinition/medcom-core-"
MESSAGING = _IG + "messaging/StructureDefinition/medcom-messaging-"

_S = TypeVar("_S", bound=Structure)
_R = TypeVar("_R", bound=Resource)


def moment_text(moment: datetime) -> str:
    """A moment as FHIR writes it: to the second, with its zone. One without a zone is Danish time."""
    zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo("Europe/Copenhagen"))
    return zoned.isoformat(timespec="seconds")


def completed(resource: _R, profile: str, around: Surroundings) -> _R:
    """The resource with what it lacks of an id, a profile and a narrative."""
    known = resource if resource.id else resource.replace(id=str(around.uuids()))
    claimed = known if known.meta else known.replace(meta=Meta(profile=(profile,)))
    return claimed if claimed.text else claimed.replace(text=narrative(claimed))


def key(resource: Resource) -> str:
    """What a resource is referred to by: ``Type/id``."""
    kind = resource.type if isinstance(resource, UnknownResource) else resource.resource_type
    return f"{kind}/{resource.id}"


def to(resource: Resource | None) -> Reference | None:
    """A reference to a resource of the same message."""
    return None if resource is None else Reference(reference=key(resource))


def entries(resources: Iterable[Resource], base: str) -> tuple[Entry, ...]:
    """The resources as a message holds them, each once."""
    held = {key(resource): resource for resource in resources}
    return tuple(Entry(full_url=base + name, resource=resource) for name, resource in held.items())


def header(
    around: Surroundings, event: str, sender: Organization | None, receiver: Organization | None, **more: Any
) -> MessageHeader:
    """The MessageHeader of a new message to one receiver, without its profile and narrative."""
    use = Extension(url=DESTINATION_USE_EXTENSION, value_coding=Coding(system=DESTINATION_USE, code="primary"))
    return MessageHeader(
        id=str(around.uuids()),
        event_coding=Coding(system=EVENT_CODES, code=event),
        destination=(Destination(extension=(use,), endpoint=endpoint(receiver), receiver=to(receiver)),),
        sender=to(sender),
        source=Source(endpoint=endpoint(sender)),
        **more,
    )


def endpoint(unit: Organization | None) -> str | None:
    """The address that stands for a unit, made of its SOR code."""
    return None if unit is None or unit.sor is None else f"https://sor2.sum.dsdn.dk/#id={unit.sor.reveal()}"


def reachable(received: Bundle, roots: Iterable[Structure]) -> dict[str, Resource]:
    """Every resource of a message that something refers to, directly or through others, by ``Type/id``."""
    found: dict[str, Resource] = {}
    waiting: list[Structure] = list(roots)
    while waiting:
        for reference in references(waiting.pop()):
            resource = received.resolve(reference, Resource)
            if resource is not None and not isinstance(resource, MessageHeader) and key(resource) not in found:
                found[key(resource)] = resource
                waiting.append(resource)
    return found


def references(value: Structure) -> Iterator[Reference]:
    """Every reference inside a value."""
    if isinstance(value, Reference):
        yield value
    for name in properties(type(value)):
        held = value.__dict__[name]
        for item in held if isinstance(held, tuple) else (held,):
            if isinstance(item, Structure):
                yield from references(item)


def local_names(received: Bundle) -> dict[str, str]:
    """How references that are URLs read where resources are known by type and id: fullUrl -> ``Type/id``."""
    return {
        entry.full_url: key(entry.resource) for entry in received.entry if entry.full_url and entry.resource is not None
    }


def relinked(value: _S, names: Mapping[str, str]) -> _S:
    """The value with its references renamed."""
    changes: dict[str, Any] = {}
    if isinstance(value, Reference) and (value.reference or "") in names:
        changes["reference"] = names[value.reference or ""]
    for name in properties(type(value)):
        held = value.__dict__[name]
        if isinstance(held, Structure):
            changed: Any = relinked(held, names)
        elif isinstance(held, tuple):
            changed = tuple(relinked(item, names) if isinstance(item, Structure) else item for item in held)
        else:
            continue
        if changed != held:
            changes[name] = changed
    return value.replace(**changes) if changes else value
