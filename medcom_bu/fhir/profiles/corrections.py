"""Invariants of CareCommunication 5.0 in another form than a package holds them: corrected, or as their text says.

Two were corrected after the last package, 5.0.2: ``medcom-carecommunication-definition-url`` in 5.0.3 and
``medcom-careCommunication-15`` in 5.0.4. Messages are judged by the corrected forms; the older ones serve to compare
with a validator that holds the package. Where a text asks for more than its expression, what the text asks is a
warning of its own, under the key with ``-text`` behind it.

``medcom-careCommunication-7`` grew stricter from 4.0.1 to 4.0.3: the role of an author must have a code. No message
says which of them it is of, and an official one of 4.0.1 has its role as text. So the older form is the rule, and what
4.0.3 adds is a warning, under the key with ``-4.0.3`` behind it.

Source: github.com/medcomdk/dk-medcom-carecommunication, 5.0.4 (2026-06-05); the packages' invariants.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import attrs

from medcom_bu.fhir.profiles.definition_tree import ElementDefinition
from medcom_bu.fhir.profiles.packages import Definition

_CARE = "http://medcomfhir.dk/ig/carecommunication/StructureDefinition/medcom-careCommunication"
_MESSAGE, _HEADER, _COMMUNICATION = f"{_CARE}-message", f"{_CARE}-messageHeader", f"{_CARE}-communication"
_CORE = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom"
_DEFINITION = "http://medcomfhir.dk/ig/messagedefinitions/MessageDefinition/MedComCareCommunicationMessageDefinition"
_AUTHOR_ROLE = (
    f"payload.where(extension('{_CORE}-core-practitioner-extension').exists()).extension.value.reference.resolve()"
)
_UUID_4 = "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"


class InvariantEdition(StrEnum):
    """Which forms of the corrected invariants hold."""

    CORRECTED = "5.0.4"
    PACKAGED = "5.0.2"


@attrs.frozen
class Correction:
    """One invariant on one element of one profile, in the versions of its guide that begin with ``guide``.

    ``human`` says it in words.
    """

    key: str
    profile: str
    element: str
    expression: str
    human: str
    severity: str = "error"
    guide: str = "5."


CORRECTIONS: dict[InvariantEdition, tuple[Correction, ...]] = {
    InvariantEdition.CORRECTED: (
        Correction(
            "medcom-carecommunication-definition-url",
            _HEADER,
            "MessageHeader.definition",
            f"matches('^{_DEFINITION}[|]5[.][0-9]{{1,2}}$')",
            "The message definition is that of CareCommunication 5",
        ),
        Correction(
            "medcom-careCommunication-15",
            _MESSAGE,
            "Bundle",
            "iif(Bundle.entry.resource.ofType(Encounter).exists(), Bundle.entry.resource.ofType(Encounter).id"
            " = Bundle.entry.resource.ofType(Communication).encounter.reference.resolve().id,"
            " Bundle.entry.resource.ofType(Communication).encounter.exists().not())",
            "An Encounter in the message is the one that the Communication refers to",
        ),
        Correction(
            "medcom-careCommunication-7",
            _COMMUNICATION,
            "Communication",
            f"{_AUTHOR_ROLE}.code.exists()",
            "The author of a payload has a role",
            guide="4.0.",
        ),
    ),
    InvariantEdition.PACKAGED: (
        Correction(
            "medcom-carecommunication-definition-url",
            _HEADER,
            "MessageHeader.definition",
            f"matches('^{_DEFINITION}|5[.][0-9]{{1,2}}$')",
            "The message definition is that of CareCommunication 5",
        ),
        Correction(
            "medcom-careCommunication-15",
            _COMMUNICATION,
            "Communication",
            "iif(encounter.exists(), Communication.encounter.reference.exists(),"
            " Communication.encounter.exists().not())",
            "An encounter is given by a reference",
        ),
    ),
}
"""The invariants in question, as messages are judged and as the packages of 5.0 have them."""

TEXTS = (
    Correction(
        "medcom-careCommunication-7-4.0.3",
        _COMMUNICATION,
        "Communication",
        f"{_AUTHOR_ROLE}.code.coding.code.exists()",
        "The role of an author has a code, not a text alone",
        "warning",
        guide="4.0.",
    ),
    Correction(
        "medcom-careCommunication-4-text",
        _MESSAGE,
        "Bundle",
        "Bundle.entry.resource.ofType(PractitionerRole).practitioner.resolve()"
        ".all(name.given.exists() and name.family.exists())",
        "Each Practitioner has both given name and family name",
        "warning",
    ),
    Correction(
        "medcom-careCommunication-13-text",
        _MESSAGE,
        "Bundle",
        "Bundle.entry.resource.ofType(PractitionerRole).all(practitioner.reference.exists())",
        "Each PractitionerRole refers to a Practitioner",
        "warning",
    ),
    Correction(
        "medcom-core-contact-text",
        f"{_CORE}-core-contact-extension",
        "Extension.value[x]:valueContactPoint.value",
        "matches('^[+]?[-0-9 ]+$')",
        "A telephone number is digits, perhaps with + before them",
        "warning",
        guide="",
    ),
    Correction(
        "medcom-uuidv4-text",
        _COMMUNICATION,
        "Communication.identifier",
        f"value.matches('{_UUID_4}')",
        "The UUID is of version 4",
        "warning",
    ),
    Correction(
        "medcom-uuidv4-text",
        f"{_CORE}-assigned-identifier",
        "Identifier.value",
        f"matches('{_UUID_4}')",
        "The UUID is of version 4",
        "warning",
        "",
    ),
    Correction(
        "marital-status-unknown-usage-text",
        "http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient",
        "Patient",
        "maritalStatus.coding.where((code = 'P' or code = 'A')"
        " and system = 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus').empty()",
        "Neither of the marital statuses P and A of HL7 v3 is used in Denmark",
        "warning",
        guide="",
    ),
)
"""What texts ask beyond their expressions."""


def applied(root: ElementDefinition, definition: Definition, edition: InvariantEdition) -> ElementDefinition:
    """The tree of a profile of a guide that is known with its invariants in these forms; other trees as they are."""
    version = str(definition.get("version"))
    forms = [form for form in (*CORRECTIONS[edition], *TEXTS) if version.startswith(form.guide)]
    keys = {form.key for form in forms} if root.profile.startswith(_CARE) else set()
    extra = [form for form in forms if form.profile == root.profile]
    for element in _all(root) if keys or extra else ():
        unchanged = [constraint for constraint in element.get("constraint") or () if constraint.get("key") not in keys]
        added = [
            {"key": form.key, "severity": form.severity, "expression": form.expression, "human": form.human}
            for form in extra
            if form.element == element.id
        ]
        if unchanged != (element.get("constraint") or []) or added:
            element.definition = {**element.definition, "constraint": [*unchanged, *added]}
    return root


def _all(element: ElementDefinition) -> Iterator[ElementDefinition]:
    yield element
    for below in (*element.children.values(), *element.slices.values()):
        yield from _all(below)
