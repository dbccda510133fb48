"""Where the links of a narrative lead: to something in the resource, or to an address that can be followed.

Source: FHIR R4, Narrative, 2.4.0.2; HL7's validator checks the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import judged_once, narrative_links, objects_in
from medcom_bu.fhir.profiles import catalogue_of_parts
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.narrative_parts import div_of
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope

_NOT_FOLLOWED = re.compile(r"(?:urn|cid):", re.IGNORECASE)
_DOUBTFUL = re.compile(rf"#|{_NOT_FOLLOWED.pattern}", re.IGNORECASE)
"""What may lead nowhere: few narratives have such a link, and only these are read for what it may lead to."""


@attrs.frozen
class NarrativeLinks:
    """Each link and each image leads somewhere."""

    rule: Rule

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a Narrative. One that is not XHTML has no links: that is reported where it stands."""
        div = div_of(value)
        if div is None or not any(map(_DOUBTFUL.match, judged_once(scope.env, div).addresses)):
            return
        found, anchors = narrative_links(div)
        if any(_NOT_FOLLOWED.match(address) for name, address in found if name == "href"):
            scope.report(self.rule.broken(catalogue_of_parts.LINK_SCHEME, f"{path}.div"))
        inner = {address[1:] for _, address in found if address.startswith("#")} - anchors - {""}
        if inner and inner - {*_ids(scope.env.resource), *_ids(scope.env.root)}:
            kind = catalogue_of_parts.LINK_WARNING if scope.is_in_message else catalogue_of_parts.LINK_NOWHERE
            scope.report(self.rule.broken(kind, f"{path}.div"))


def _ids(resource: Any) -> Iterator[str]:
    """The ids of a resource, of its elements, and of what it contains."""
    return (node["id"] for node in objects_in(resource) if type(node.get("id")) is str)


def make_narrative_links(source: CheckSource) -> Iterator[Check]:
    """For each Narrative."""
    if source.type == "Narrative":
        yield NarrativeLinks(source.rule)
