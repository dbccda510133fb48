"""A CareCommunication 5.0 of our own with all content, as plain data: what the tests of the profile engine break.

The person is one of the national test persons' kind: an invented name and the number of MedCom's own examples.
"""

from __future__ import annotations

import copy
import uuid
from typing import Any

Node = dict[str, Any]

BASE = "https://example.dk/fhir/"
MEDCOM = "http://medcomfhir.dk/ig"
_CARE = f"{MEDCOM}/carecommunication/StructureDefinition/medcom-careCommunication"
_CORE = f"{MEDCOM}/core/StructureDefinition/medcom-core"
_MESSAGING = f"{MEDCOM}/messaging/StructureDefinition/medcom-messaging"
_TERMS = f"{MEDCOM}/terminology/CodeSystem"
_SOR, _GLN = "urn:oid:1.2.208.176.1.1", "https://www.gs1.org/gln"
_ACTIVITY = ("new-message", "reply-message")
_LPR3 = "https://www.esundhed.dk/Registre/Landspatientregisteret"


def _id(name: str) -> str:
    return str(uuid.UUID(bytes=_made(name).bytes, version=4))


def _made(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{BASE}{name}")


def _urn(name: str) -> str:
    return f"urn:uuid:{_id(name)}"


def reference(kind: str, name: str) -> Node:
    """A reference to the resource of that type and name."""
    return {"reference": f"{kind}/{_id(name)}"}


def resource(kind: str, name: str, profile: str, /, **content: Any) -> Node:
    """A resource with its id, profile and narrative."""
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{kind}</div>'
    return {
        "resourceType": kind,
        "id": _id(name),
        "meta": {"profile": [profile]},
        "text": {"status": "generated", "div": div},
        **content,
    }


def entry(content: Node) -> Node:
    """The entry of a resource."""
    return {"fullUrl": f"{BASE}{content['resourceType']}/{content['id']}", "resource": content}


def _codings(system: str, code: str) -> Node:
    return {"coding": [{"system": f"{_TERMS}/{system}", "code": code}]}


def _organization(name: str, sor: str, gln: str) -> Node:
    return resource(
        "Organization",
        name,
        f"{_MESSAGING}-organization",
        identifier=[{"system": _SOR, "value": sor}, {"system": _GLN, "value": gln}],
        name=name,
    )


def payload(name: str, moment: str, author: str, /, **content: Any) -> Node:
    """A segment of the message with its date, author, contact and identifier."""
    assigner = reference("Organization", "Skolen")
    return {
        "extension": [
            {"url": f"{_CORE}-datetime-extension", "valueDateTime": moment},
            {"url": f"{_CORE}-practitioner-extension", "valueReference": reference("PractitionerRole", author)},
            {"url": f"{_CORE}-contact-extension", "valueContactPoint": {"system": "phone", "value": "38686868"}},
            {"url": f"{_CORE}-identifier-extension", "valueIdentifier": {"value": _urn(name), "assigner": assigner}},
        ],
        **content,
    }


def provenance(name: str, header: Node, activity: str, moment: str, sources: list[str], *preceding: Node) -> Node:
    """The Provenance of one message of a thread."""
    return resource(
        "Provenance",
        name,
        f"{_CARE}-provenance",
        target=[header],
        occurredDateTime=moment,
        recorded=moment,
        activity=_codings("medcom-messaging-activityCodes", activity),
        agent=[{"who": reference("Organization", "Skolen")}],
        entity=[
            *({"role": "source", "what": {"identifier": {"value": _urn(source)}}} for source in sources),
            *({"role": "revision", "what": one} for one in preceding),
        ],
    )


def message(earlier: int = 0) -> Node:
    """A valid message, the last of a thread with so many ``earlier`` ones; a new object each time."""
    names = [f"segment {number}" for number in range(earlier + 1)]
    moment = "2026-03-02T10:00:00+01:00"
    segments = [payload(name, moment, "Sundhedsplejerske", contentString="Barnet trives.") for name in names]
    document = {"contentType": "application/pdf", "data": "JVBERi0xLjQK", "title": "Skema", "creation": "2026-03-02"}
    segments.append(payload("attachment", moment, "Sundhedsplejerske", contentAttachment=document))
    headers = [reference("MessageHeader", f"header {number}") for number in range(earlier + 1)]
    provenances = [
        provenance(f"provenance {n}", headers[n], _ACTIVITY[n > 0], moment, [names[n]], *headers[max(n - 1, 0) : n])
        for n in range(earlier + 1)
    ]
    use = f"{_MESSAGING}-destinationUseExtension"
    primary = {"system": f"{_TERMS}/medcom-messaging-destinationUse", "code": "primary"}
    resources = [
        resource(
            "MessageHeader",
            f"header {earlier}",
            f"{_CARE}-messageHeader",
            eventCoding={"system": f"{_TERMS}/medcom-messaging-eventCodes", "code": "care-communication-message"},
            destination=[
                {
                    "extension": [{"url": use, "valueCoding": primary}],
                    "endpoint": "https://sor2.sum.dsdn.dk/#id=265161000016000",
                    "receiver": reference("Organization", "Klinikken"),
                }
            ],
            sender=reference("Organization", "Skolen"),
            source={"endpoint": "https://sor2.sum.dsdn.dk/#id=953741000016009"},
            focus=[reference("Communication", "letter")],
            definition=f"{MEDCOM}/messagedefinitions/MessageDefinition/MedComCareCommunicationMessageDefinition|5.0",
        ),
        resource(
            "Patient",
            "child",
            f"{_CORE}-patient",
            identifier=[{"use": "official", "system": "urn:oid:1.2.208.176.1.2", "value": "2509479989"}],
            name=[{"use": "official", "family": "Prøve", "given": ["Ida"]}],
        ),
        resource(
            "Communication",
            "letter",
            f"{_CARE}-communication",
            extension=[
                {
                    "url": f"{_CORE}-sender-extension",
                    "valueReference": reference("PractitionerRole", "Sundhedsplejerske"),
                }
            ],
            identifier=[{"value": _urn("thread")}],
            status="unknown",
            category=[_codings("medcom-careCommunication-categoryCodes", "regarding-referral")],
            priority="asap",
            subject=reference("Patient", "child"),
            topic={"text": "Henvisning"},
            encounter=reference("Encounter", "stay"),
            recipient=[reference("CareTeam", "team")],
            payload=segments,
        ),
        resource(
            "Encounter",
            "stay",
            f"{_CORE}-encounter",
            status="in-progress",
            **{"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}},
            subject=reference("Patient", "child"),
            episodeOfCare=[{"identifier": {"system": _LPR3, "value": f"urn:uuid:{_made('episode')}"}}],
        ),
        resource(
            "PractitionerRole",
            "Sundhedsplejerske",
            f"{_CORE}-practitionerrole",
            practitioner=reference("Practitioner", "nurse"),
            organization=reference("Organization", "Skolen"),
            code=[_codings("medcom-core-PractitionerRolesAutorisationsregistret", "sygeplejerske")],
        ),
        resource(
            "Practitioner",
            "nurse",
            f"{_CORE}-practitioner",
            name=[{"family": "Eksempel", "given": ["Bo"]}],
        ),
        resource(
            "CareTeam",
            "team",
            f"{_CORE}-careteam",
            name="Børneteam",
            managingOrganization=[reference("Organization", "Klinikken")],
        ),
        _organization("Klinikken", "265161000016000", "5790000209354"),
        _organization("Skolen", "953741000016009", "5790001348120"),
        *provenances[::-1],
    ]
    bundle: Node = {
        "resourceType": "Bundle",
        "id": _id("bundle"),
        "meta": {"profile": [f"{_CARE}-message"]},
        "type": "message",
        "timestamp": moment,
        "entry": [entry(one) for one in resources],
    }
    return copy.deepcopy(bundle)  # no part is shared, so that changing one changes nothing else
