"""The resources of a bundle and the one index through which references are followed.

Source: FHIR R4, Bundle, Resolving references in Bundles (2.36.4.1); References, contained resources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.model.r4 import RESOURCE_TYPES

_RELATIVE = re.compile(
    r"(?P<type>[A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/(?P<version>[A-Za-z0-9\-.]{1,64}))?"
)
_REST = re.compile(rf"https?://(?:[^/\s]+/)+{_RELATIVE.pattern}")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@attrs.frozen(eq=False)
class ResourcePlace:
    """Where a resource stands: in which entry, at which path, within which outer resource."""

    resource: dict[str, Any]
    path: str
    full_url: str
    container: dict[str, Any]
    """The resource itself, or for a contained one that which holds it."""


class EntryIndex:
    """The entries of a bundle by their ``fullUrl``."""

    def __init__(self, bundle: dict[str, Any]) -> None:
        self._by_url: dict[str, list[ResourcePlace]] = {}
        self._by_resource: dict[int, ResourcePlace] = {}
        self._names: set[str] = set()
        self._contained: dict[int, dict[str, ResourcePlace]] = {}
        entries = bundle.get("entry")
        for number, entry in enumerate(entries if type(entries) is list else ()):
            resource = entry.get("resource") if type(entry) is dict else None
            if type(resource) is dict:
                full_url = entry.get("fullUrl")
                self._add(resource, f"Bundle.entry[{number}].resource", full_url if type(full_url) is str else "")
        self._has_doubles: bool = any(len(places) > 1 for places in self._by_url.values())

    def _add(self, resource: dict[str, Any], path: str, full_url: str) -> None:
        place = ResourcePlace(resource, path, full_url, resource)
        self._by_resource[id(resource)] = place
        self._names.add(name_of(resource))
        if full_url:
            self._by_url.setdefault(full_url, []).append(place)

    def __len__(self) -> int:
        """How many resources the bundle has."""
        return len(self._by_resource)

    def place_of(self, resource: Any) -> ResourcePlace | None:
        """Where a resource of an entry stands."""
        return self._by_resource.get(id(resource))

    def resolve(self, reference: str, origin: ResourcePlace) -> ResourcePlace | None:
        """What a reference in the resource at ``origin`` leads to within the bundle, or None; the first of several.

        A relative reference is taken from the base of the fullUrl of its own entry, where that ends with type and id.
        """
        if reference.startswith("#"):
            return self._within(reference[1:], origin)
        places = self._places(reference, origin)
        return places[0] if places else None

    def is_ambiguous(self, reference: str, origin: ResourcePlace) -> bool:
        """Whether several entries have the address, and the version if one is named, that a reference leads to."""
        return self._has_doubles and not reference.startswith("#") and len(self._places(reference, origin)) > 1

    def _places(self, reference: str, origin: ResourcePlace) -> list[ResourcePlace]:
        address, _, version = reference.partition("/_history/")
        if not _ABSOLUTE.match(address):
            own = name_of(origin.container)
            if not f"/{origin.full_url}".endswith(f"/{own}"):
                return []
            address = origin.full_url.removesuffix(own) + address
        places = self._by_url.get(address, [])
        return [place for place in places if version_of(place.resource) == version] if version else places

    def _within(self, identifier: str, origin: ResourcePlace) -> ResourcePlace | None:
        """The contained resource of an id, or for an empty one the resource that contains; looked through once."""
        if not identifier:
            outer = ResourcePlace(origin.container, origin.path, origin.full_url, origin.container)
            return None if origin.resource is origin.container else outer
        by_id = self._contained.get(id(origin.container))
        if by_id is None:
            by_id = self._contained[id(origin.container)] = dict(_contained(origin))
        return by_id.get(identifier)

    def is_near(self, reference: str) -> bool:
        """Whether a reference names type and id of an entry, even if its address does not fit."""
        match = _RELATIVE.fullmatch(reference)
        return match is not None and f"{match['type']}/{match['id']}" in self._names

    def misnamed(self, reference: str) -> ResourcePlace | None:
        """Where the resource stands of which a reference names the UUID, as an id, beside another type."""
        match = _RELATIVE.fullmatch(reference)
        if match is None:
            return None
        places = self._by_url.get(f"urn:uuid:{match['id']}", [])
        return next((place for place in places if place.resource.get("resourceType") != match["type"]), None)


def name_of(resource: dict[str, Any]) -> str:
    """``Type/id`` of a resource."""
    return f"{resource.get('resourceType')}/{resource.get('id')}"


def version_of(resource: dict[str, Any]) -> Any:
    """The ``meta.versionId`` of a resource, or None."""
    meta = resource.get("meta")
    return meta.get("versionId") if type(meta) is dict else None


def _contained(origin: ResourcePlace) -> Iterator[tuple[str, ResourcePlace]]:
    """The resources that are in the outer resource of a place, by id; of two with one id the first stands last."""
    outer, contained = origin.path.partition(".contained[")[0], origin.container.get("contained")
    for number, resource in reversed([*enumerate(contained if type(contained) is list else ())]):
        if type(resource) is dict and type(resource.get("id")) is str:
            path = f"{outer}.contained[{number}]"
            yield resource["id"], ResourcePlace(resource, path, origin.full_url, origin.container)


def is_absolute(address: str) -> bool:
    """Whether an address begins with a scheme."""
    return _ABSOLUTE.match(address) is not None


def is_reference(reference: str) -> bool:
    """Whether a text has the form of a reference: ``#id``, ``Type/id`` or an address."""
    return reference.startswith("#") or is_absolute(reference) or _RELATIVE.fullmatch(reference) is not None


def type_in(reference: str) -> str | None:
    """The type of resource that the address of a reference says, ``Patient/1`` or one of a RESTful server; or None."""
    match = _RELATIVE.fullmatch(reference) or _REST.fullmatch(reference)
    return match["type"] if match is not None and match["type"] in RESOURCE_TYPES else None


def is_elsewhere(full_url: str, resource: dict[str, Any]) -> bool:
    """Whether an address is one of a RESTful server, but not of this resource."""
    match = _REST.fullmatch(full_url)
    if match is None or match["type"] not in RESOURCE_TYPES:
        return False
    return match["version"] is not None or f"{match['type']}/{match['id']}" != name_of(resource)
