"""What R4 says of a document in words alone: all that its Composition refers to is in it, and nothing else.

Source: FHIR R4, Documents, 3.3.1; HL7's validator checks the same, and follows references both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.fhir.fhirpath import objects_in
from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue_of_parts
from medcom_bu.fhir.profiles.index import EntryIndex, ResourcePlace
from medcom_bu.fhir.profiles.scope import Rule
from medcom_bu.issues import Issue

_COMPOSITION = Rule(R4 + "Composition", "Composition")
_ENTRY = Rule(R4 + "Bundle", "Bundle.entry")
_INSIDE = ("subject", "encounter", "author", "custodian", "attester.party", "event.detail")
_SECTION = ("author", "focus", "entry")


def issues(bundle: dict[str, Any], index: EntryIndex) -> Iterator[Issue]:
    """What is wrong with the references of a document."""
    places = list(_places(bundle, index))
    if not places or places[0].resource.get("resourceType") != "Composition":
        return  # bdl-11
    first = places[0]
    for element, path in _demanded(first.resource, first.path):
        reference = element.get("reference") if type(element) is dict else None
        if type(reference) is str and index.resolve(reference, first) is None:
            yield _COMPOSITION.broken(catalogue_of_parts.DOCUMENT_REFERENCE, path)
    joined = _joined(first, places, index)
    for place in places:
        if id(place.resource) not in joined:
            yield _ENTRY.broken(catalogue_of_parts.DOCUMENT_ENTRY, place.path.removesuffix(".resource"))


def _places(bundle: dict[str, Any], index: EntryIndex) -> Iterator[ResourcePlace]:
    entries = bundle.get("entry")
    for entry in entries if type(entries) is list else ():
        place = index.place_of(entry.get("resource")) if type(entry) is dict else None
        if place is not None:
            yield place


def _demanded(composition: dict[str, Any], path: str) -> Iterator[tuple[Any, str]]:
    """The elements of a Composition of which R4 demands that they lead into the document."""
    for name in _INSIDE:
        yield from _at(composition, path, name)
    sections = list(_at(composition, path, "section"))
    while sections:
        section, here = sections.pop()
        for name in _SECTION:
            yield from _at(section, here, name)
        sections += _at(section, here, "section")


def _at(node: Any, path: str, names: str) -> Iterator[tuple[Any, str]]:
    """What is in an element under a name, or a path of names, each with its path."""
    name, _, below = names.partition(".")
    content = node.get(name) if type(node) is dict else None
    members = [(one, f"{path}.{name}[{at}]") for at, one in enumerate(content)] if type(content) is list else []
    if type(content) is dict:
        members = [(content, f"{path}.{name}")]
    for member, here in members:
        if below:
            yield from _at(member, here, below)
        else:
            yield member, here


def _joined(first: ResourcePlace, places: list[ResourcePlace], index: EntryIndex) -> set[int]:
    """The resources, by identity, that references join to the first one, whichever way they lead."""
    neighbours: dict[int, list[int]] = {}
    for place in places:
        own = id(place.resource)
        for reference in _references(place.resource):
            target = index.resolve(reference, place)
            if target is not None:
                neighbours.setdefault(own, []).append(id(target.resource))
                neighbours.setdefault(id(target.resource), []).append(own)
    joined, rest = {id(first.resource)}, [id(first.resource)]
    while rest:
        new = set(neighbours.get(rest.pop(), ())) - joined
        joined |= new
        rest += new
    return joined


def _references(resource: Any) -> Iterator[str]:
    """Each reference that is in a resource, or in what it contains."""
    return (node["reference"] for node in objects_in(resource) if type(node.get("reference")) is str)
