"""The resources of a bundle and the one index through which references are followed.

Source: FHIR R4, Bundle, Resolving references in Bundles (2.36.4.1); References, contained resources.
"""

from __future__ import annotations

import re
from typing import Any

import attrs

_REST = re.compile(r"(?P<base>.*/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(?P<history>/_history/.*)?")


@attrs.frozen(eq=False)
class Place:
    """Where a resource stands: in which entry, at which path, within which outer resource."""

    resource: dict[str, Any]
    path: str
    full_url: str
    container: dict[str, Any]
    """The resource itself, or for a contained one that which holds it."""


class Index:
    """The entries of a bundle by their ``fullUrl``."""

    def __init__(self, bundle: dict[str, Any]) -> None:
        self.places: list[Place] = []
        self._by_url: dict[str, Place] = {}
        self._by_resource: dict[int, Place] = {}
        entries = bundle.get("entry")
        for number, entry in enumerate(entries if type(entries) is list else ()):
            resource = entry.get("resource") if type(entry) is dict else None
            if type(resource) is dict:
                full_url = entry.get("fullUrl")
                self._add(resource, f"Bundle.entry[{number}].resource", full_url if type(full_url) is str else "")

    def _add(self, resource: dict[str, Any], path: str, full_url: str) -> None:
        place = Place(resource, path, full_url, resource)
        self.places.append(place)
        self._by_resource[id(resource)] = place
        if full_url:
            self._by_url.setdefault(full_url, place)

    def place_of(self, resource: Any) -> Place | None:
        """Where a resource of an entry stands."""
        return self._by_resource.get(id(resource))

    def resolve(self, reference: str, origin: Place) -> Place | None:
        """What a reference in the resource at ``origin`` leads to within the bundle, or None."""
        if reference.startswith("#"):
            return _contained(reference[1:], origin)
        found = self._by_url.get(reference)
        if found is not None:
            return found
        rest = _REST.fullmatch(reference)
        if rest is None:
            return None
        if rest["base"] is None:
            base = _REST.fullmatch(origin.full_url)
            if base is None or base["base"] is None:
                return None
            reference = f"{base['base']}{reference}"
        return self._by_url.get(reference.partition("/_history/")[0])


def _contained(wanted: str, origin: Place) -> Place | None:
    if not wanted:
        return Place(origin.container, origin.path, origin.full_url, origin.container)
    held = origin.container.get("contained")
    for number, resource in enumerate(held if type(held) is list else ()):
        if type(resource) is dict and resource.get("id") == wanted:
            path = f"{origin.path.partition('.contained[')[0]}.contained[{number}]"
            return Place(resource, path, origin.full_url, origin.container)
    return None


def type_in(reference: str) -> str | None:
    """The resource type that a reference names by its form, or None."""
    rest = _REST.fullmatch(reference)
    return rest["type"] if rest else None
