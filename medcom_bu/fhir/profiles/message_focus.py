"""What a message is about is in it: each focus of its MessageHeader leads to a resource of the bundle.

Source: FHIR R4, MessageHeader.focus and Messaging; HL7's validator checks the same, of types that R4 has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.guide import header_of
from medcom_bu.fhir.profiles.index import EntryIndex, is_absolute, type_in
from medcom_bu.fhir.profiles.scope import Rule
from medcom_bu.issues import Issue

_RULE = Rule(R4 + "MessageHeader", "MessageHeader.focus")


def issues(bundle: dict[str, Any], index: EntryIndex) -> Iterator[Issue]:
    """What is not in the message, be it that a profile says the same."""
    header = header_of(bundle) if bundle.get("type") == "message" else {}
    place, foci = index.place_of(header), header.get("focus")
    if place is None or type(foci) is not list:
        return
    for number, focus in enumerate(foci):
        reference = focus.get("reference") if type(focus) is dict else None
        if type(reference) is not str or not (is_absolute(reference) or type_in(reference) is not None):
            continue
        if index.resolve(reference, place) is None:
            yield _RULE.broken(catalogue.NOT_BUNDLED, f"{place.path}.focus[{number}]")
