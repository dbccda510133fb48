"""What R4 says of the entries of a bundle in words alone: each has an address, absolute and its own.

Source: FHIR R4, Bundle.entry.fullUrl and 2.36.4; HL7's validator checks the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue, catalogue_of_parts
from medcom_bu.fhir.profiles.index import is_absolute, is_elsewhere
from medcom_bu.fhir.profiles.scope import Rule
from medcom_bu.issues import Issue

_RULE = Rule(R4 + "Bundle", "Bundle.entry.fullUrl")
_WITHOUT_ADDRESSES = ("transaction", "batch")


def issues(bundle: dict[str, Any]) -> Iterator[Issue]:
    """What is wrong with the addresses of the entries."""
    entries = bundle.get("entry")
    if bundle.get("type") in _WITHOUT_ADDRESSES or type(entries) is not list:
        return
    for number, entry in enumerate(entries):
        if type(entry) is not dict:
            continue
        path, address, resource = f"Bundle.entry[{number}]", entry.get("fullUrl"), entry.get("resource")
        if type(address) is not str:
            yield _RULE.broken(catalogue.ENTRY_ADDRESS_MISSING, path)
        elif not is_absolute(address):
            is_message = bundle.get("type") == "message"
            kind = catalogue.ENTRY_ADDRESS_RELATIVE if is_message else catalogue_of_parts.ENTRY_ADDRESS_FORM
            yield _RULE.broken(kind, f"{path}.fullUrl")
        elif type(resource) is dict and is_elsewhere(address, resource):
            yield _RULE.broken(catalogue.ENTRY_ADDRESS_OTHER, f"{path}.fullUrl")
