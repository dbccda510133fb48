"""What R4 says of a bundle in words alone: the addresses of its entries, its links, and what a search may find.

Source: FHIR R4, Bundle, and 3.1.1 Search; HL7's validator checks the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.fhir.model.r4 import R4, shown_type
from medcom_bu.fhir.profiles import bundle_links, catalogue_of_parts, documents, entry_addresses
from medcom_bu.fhir.profiles.index import EntryIndex
from medcom_bu.fhir.profiles.scope import Rule
from medcom_bu.issues import Issue

_RULE = Rule(R4 + "Bundle", "Bundle.entry.search.mode")


def bundle_issues(bundle: dict[str, Any], index: EntryIndex) -> Iterator[Issue]:
    """What is wrong with a bundle beyond what its definition says."""
    yield from entry_addresses.issues(bundle)
    yield from bundle_links.issues(bundle)
    if bundle.get("type") == "searchset":
        yield from _search(bundle)
    elif bundle.get("type") == "document":
        yield from documents.issues(bundle, index)


def _search(bundle: dict[str, Any]) -> Iterator[Issue]:
    """An outcome is an OperationOutcome, and all else that was found has an id."""
    entries = bundle.get("entry")
    for number, entry in enumerate(entries if type(entries) is list else ()):
        resource, search = (entry.get("resource"), entry.get("search")) if type(entry) is dict else (None, None)
        if type(resource) is not dict:
            continue
        of_type, path = resource.get("resourceType"), f"Bundle.entry[{number}].resource"
        is_outcome = type(search) is dict and search.get("mode") == "outcome"
        if is_outcome and of_type != "OperationOutcome":
            yield _RULE.broken(catalogue_of_parts.SEARCH_OUTCOME, path, found=shown_type(of_type))
        if not is_outcome and of_type != "OperationOutcome" and "id" not in resource:
            yield _RULE.broken(catalogue_of_parts.SEARCH_ID, path)
