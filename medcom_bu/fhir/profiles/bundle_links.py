"""What R4 says of the links of a bundle in words alone: one link of a relation, and pages only of what is searched.

Source: FHIR R4, Bundle.link, and IANA's registry of link relations; HL7's validator checks the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.scope import Rule
from medcom_bu.issues import Issue

_RULE = Rule(R4 + "Bundle", "Bundle.link.relation")
_PAGES = frozenset(("first", "previous", "next", "last"))
_ONCE = _PAGES | {"self"}
_PAGED = ("searchset", "history")


def issues(bundle: dict[str, Any]) -> Iterator[Issue]:
    """What is wrong with the relations of the links."""
    links = bundle.get("link")
    before: set[str] = set()
    for number, link in enumerate(links if type(links) is list else ()):
        relation = link.get("relation") if type(link) is dict else None
        if type(relation) is not str or relation not in _ONCE:
            continue
        path = f"Bundle.link[{number}].relation"
        if relation in before:
            yield _RULE.broken(catalogue.LINK_TWICE, path, relation=relation)
        elif relation in _PAGES and bundle.get("type") not in _PAGED:
            yield _RULE.broken(catalogue.LINK_PAGE, path, relation=relation)
        before.add(relation)
