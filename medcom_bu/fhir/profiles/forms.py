"""Invariants of CareCommunication 5.0 in another form than a package holds them: corrected, or as their text says.

Two were corrected after the last package, 5.0.2: ``medcom-carecommunication-definition-url`` in 5.0.3 and
``medcom-careCommunication-15`` in 5.0.4. Messages are judged by the corrected forms; the older ones serve to compare
with a validator that holds the package. Where a text asks for more than its expression, what the text asks is a
warning of its own, under the key with ``-text`` behind it.

Source: github.com/medcomdk/dk-medcom-carecommunication, 5.0.4 (2026-06-05); the packages' invariants.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import attrs

from medcom_bu.fhir.profiles.elements import Element
from medcom_bu.fhir.profiles.packages import Definition

_CARE = "http://medcomfhir.dk/ig/carecommunication/StructureDefinition/medcom-careCommunication"
_MESSAGE, _HEADER, _COMMUNICATION = f"{_CARE}-message", f"{_CARE}-messageHeader", f"{_CARE}-communication"
_CORE = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom"
_DEFINITION = "http://medcomfhir.dk/ig/messagedefinitions/MessageDefinition/MedComCareCommunicationMessageDefinition"


class Forms(StrEnum):
    """Which forms of the corrected invariants hold."""

    CORRECTED = "5.0.4"
    PACKAGED = "5.0.2"


@attrs.frozen
class Form:
    """One invariant on one element of one profile."""

    key: str
    profile: str
    element: str
    expression: str
    severity: str = "error"


FORMS: dict[Forms, tuple[Form, ...]] = {
    Forms.CORRECTED: (
        Form(
            "medcom-carecommunication-definition-url",
            _HEADER,
            "MessageHeader.definition",
            f"matches('^{_DEFINITION}[|]5[.][0-9]{{1,2}}$')",
        ),
        Form(
            "medcom-careCommunication-15",
            _MESSAGE,
            "Bundle",
            "iif(Bundle.entry.resource.ofType(Encounter).exists(), Bundle.entry.resource.ofType(Encounter).id"
            " = Bundle.entry.resource.ofType(Communication).encounter.reference.resolve().id,"
            " Bundle.entry.resource.ofType(Communication).encounter.exists().not())",
        ),
    ),
    Forms.PACKAGED: (
        Form(
            "medcom-carecommunication-definition-url",
            _HEADER,
            "MessageHeader.definition",
            f"matches('^{_DEFINITION}|5[.][0-9]{{1,2}}$')",
        ),
        Form(
            "medcom-careCommunication-15",
            _COMMUNICATION,
            "Communication",
            "iif(encounter.exists(), Communication.encounter.reference.exists(),"
            " Communication.encounter.exists().not())",
        ),
    ),
}
"""The two corrected invariants, before and after."""

TEXTS = (
    Form(
        "medcom-careCommunication-4-text",
        _MESSAGE,
        "Bundle",
        "Bundle.entry.resource.ofType(PractitionerRole).practitioner.resolve()"
        ".all(name.given.exists() and name.family.exists())",
        "warning",
    ),
    Form(
        "medcom-careCommunication-13-text",
        _MESSAGE,
        "Bundle",
        "Bundle.entry.resource.ofType(PractitionerRole).all(practitioner.reference.exists())",
        "warning",
    ),
    Form(
        "medcom-core-contact-text",
        f"{_CORE}-core-contact-extension",
        "Extension.value[x]:valueContactPoint.value",
        "matches('^[+]?[-0-9 ]+$')",
        "warning",
    ),
)
"""What texts ask beyond their expressions."""


def applied(root: Element, definition: Definition, forms: Forms) -> Element:
    """The tree of a profile of the guide 5.0 with its invariants in these forms; other trees as they are."""
    extra = [form for form in (*FORMS[forms], *TEXTS) if form.profile == root.profile]
    if not _is_concerned(definition):
        return root
    keys = {form.key for form in FORMS[forms]}
    for element in _all(root):
        kept = [one for one in element.get("constraint") or () if one.get("key") not in keys]
        added = [
            {"key": form.key, "severity": form.severity, "expression": form.expression}
            for form in extra
            if form.element == element.id
        ]
        if kept != (element.get("constraint") or []) or added:
            element.definition = {**element.definition, "constraint": [*kept, *added]}
    return root


def _is_concerned(definition: Definition) -> bool:
    """Whether a profile is one of the guide 5.0 or of Core, which a later guide than 5.0.4 may word otherwise."""
    url, version = definition["url"], str(definition.get("version"))
    return (url.startswith(_CARE) and version.startswith("5.0.")) or url.startswith(_CORE)


def _all(element: Element) -> Iterator[Element]:
    yield element
    for below in (*element.children.values(), *element.slices.values()):
        yield from _all(below)
