"""Apart from ``fhir_message`` on purpose: made by hand, value by value, so that the codec is tested without a builder.

It has what no builder makes and a codec must carry: a file that nobody signed, part of a second, a date without a day,
markup in a narrative, no claim of a profile.
"""

from __future__ import annotations

from typing import Any

from medcom_bu.messages.care_communication import DEFINITIONS, CareCommunicationMessage
from medcom_bu.values.fhir_codes import (
    ACTIVITY_CODES,
    CATEGORY_CODES,
    CONTACT_EXTENSION,
    DATE_TIME_EXTENSION,
    DESTINATION_USE,
    DESTINATION_USE_EXTENSION,
    EVENT_CODES,
    IDENTIFIER_EXTENSION,
    PRACTITIONER_EXTENSION,
)
from medcom_bu.values.fhir_resources import (
    Agent,
    BundleEntry,
    Communication,
    Destination,
    Entity,
    MessageHeader,
    MessageSource,
    Organization,
    Patient,
    Payload,
    Practitioner,
    PractitionerRole,
    Provenance,
    Resource,
)
from medcom_bu.values.fhir_types import (
    Attachment,
    CodeableConcept,
    Coding,
    ContactPoint,
    Extension,
    HumanName,
    Identifier,
    Narrative,
    ResourceReference,
)

NOW = "2026-01-02T10:00:00.50+01:00"
THREAD = "urn:uuid:11111111-1111-4111-8111-111111111111"
TEXT = "urn:uuid:22222222-2222-4222-8222-222222222222"
FILE = "urn:uuid:33333333-3333-4333-8333-333333333333"


def ref(target: str) -> ResourceReference:
    return ResourceReference(reference=target)


def narrative(text: str) -> Narrative:
    return Narrative(status="generated", div=f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{text}</p></div>')


def concept(system: str, code: str) -> CodeableConcept:
    return CodeableConcept(coding=(Coding(system=system, code=code),))


def organization(name: str, sor: str, gln: str) -> Organization:
    return Organization(
        id=name,
        text=narrative(name),
        identifier=(
            Identifier(system="urn:oid:1.2.208.176.1.1", value=sor),
            Identifier(system="https://www.gs1.org/gln", value=gln),
        ),
        name=name,
    )


def segment_extensions(identifier: str, *, signed: bool) -> tuple[Extension, ...]:
    own = Identifier(value=identifier, assigner=ref("Organization/sender"))
    base = (
        Extension(url=DATE_TIME_EXTENSION, value_date_time=NOW),
        Extension(url=IDENTIFIER_EXTENSION, value_identifier=own),
    )
    signature = (
        Extension(url=PRACTITIONER_EXTENSION, value_reference=ref("PractitionerRole/role")),
        Extension(url=CONTACT_EXTENSION, value_contact_point=ContactPoint(system="phone", value="12345678")),
    )
    return base + signature if signed else base


def resources() -> tuple[Resource, ...]:
    return (
        MessageHeader(
            id="header",
            text=narrative("header"),
            event_coding=Coding(system=EVENT_CODES, code="care-communication-message"),
            destination=(
                Destination(
                    extension=(
                        Extension(
                            url=DESTINATION_USE_EXTENSION, value_coding=Coding(system=DESTINATION_USE, code="primary")
                        ),
                    ),
                    endpoint="https://sor2.sum.dsdn.dk/#id=265161000016000",
                    receiver=ref("Organization/receiver"),
                ),
            ),
            sender=ref("Organization/sender"),
            source=MessageSource(endpoint="https://sor2.sum.dsdn.dk/#id=953741000016009"),
            focus=(ref("Communication/thread"),),
            definition=DEFINITIONS["5.0"],
        ),
        Patient(
            id="patient",
            text=narrative("patient"),
            identifier=(Identifier(system="urn:oid:1.2.208.176.1.2", value="2509479989"),),
            name=(HumanName(use="official", family="Elmer", given=("Bruno", "Test")),),
            deceased_boolean=False,
        ),
        Communication(
            id="thread",
            text=narrative("thread &amp; <b>more</b>"),
            identifier=(Identifier(value=THREAD),),
            status="unknown",
            category=(concept(CATEGORY_CODES, "other"),),
            subject=ref("Patient/patient"),
            topic=CodeableConcept(text="Genoptræning"),
            payload=(
                Payload(extension=segment_extensions(TEXT, signed=True), content_string="Kære kollega,\n\nen hilsen."),
                Payload(
                    extension=segment_extensions(FILE, signed=False),
                    content_attachment=Attachment(
                        content_type="application/pdf",
                        data=b"%PDF-1.4 not really",
                        title="Plan",
                        creation="2026-01",
                    ),
                ),
            ),
        ),
        PractitionerRole(
            id="role",
            text=narrative("role"),
            practitioner=ref("Practitioner/person"),
            code=(CodeableConcept(text="Pædagog"),),
        ),
        Practitioner(id="person", text=narrative("person"), name=(HumanName(family="Mose", given=("Ida",)),)),
        organization("sender", "953741000016009", "5790001382445"),
        organization("receiver", "265161000016000", "5790000209354"),
        Provenance(
            id="provenance",
            text=narrative("provenance"),
            target=(ref("MessageHeader/header"),),
            occurred_date_time=NOW,
            recorded=NOW,
            activity=concept(ACTIVITY_CODES, "new-message"),
            agent=(Agent(who=ref("Organization/sender")),),
            entity=tuple(
                Entity(role="source", what=ResourceReference(identifier=Identifier(value=value)))
                for value in (TEXT, FILE)
            ),
        ),
    )


def message(**changes: Any) -> CareCommunicationMessage:
    """A new message with a text and a file; ``changes`` replace fields of it."""
    base = "https://example.org/fhir/"
    entries = tuple(
        BundleEntry(full_url=f"{base}{resource.resource_type}/{resource.id}", resource=resource)
        for resource in resources()
    )
    made = CareCommunicationMessage(id="bundle", type="message", timestamp=NOW, entry=entries)
    return made.replace(**changes)
