"""What an envelope may hold, of every wire."""

from __future__ import annotations

import json
from typing import Any

import medcom_bu
from tests.support.clean_letters import MAIL

SENDER, RECEIVER = "5790000121526", "5790000121540"
HEADER = "5f0c3b1e-7a52-4d6a-9a3e-0c1d2e3f4a5b"
EDIFACT = (
    "UNA:+.? 'UNB+UNOC:3+5790000121526:14+5790000121540:14+260504:0930+KUVERT1++++1'\n"
    "UNH+BREV1+MEDDIS:D:93A:UN:D9134L+DIS91'BGM+KOR'UNT+3+BREV1'UNZ+1+KUVERT1'"
).encode("latin-1")


def bundle(event: str = "care-communication-message", **header: Any) -> dict[str, Any]:
    """A bundle with no more than an envelope asks for."""

    def organisation(number: str, gln: str) -> dict[str, Any]:
        identifiers = [
            {"system": "urn:oid:1.2.208.176.1.1", "value": "1"},
            {"system": "https://www.gs1.org/gln", "value": gln},
        ]
        held = {"resourceType": "Organization", "id": number, "identifier": identifiers}
        return {"fullUrl": f"https://example.invalid/Organization/{number}", "resource": held}

    message = {
        "resourceType": "MessageHeader",
        "id": HEADER,
        "eventCoding": {"system": "http://example.invalid", "code": event},
        "destination": [{"receiver": {"reference": "Organization/b"}}],
        "sender": {"reference": "Organization/a"},
        "definition": "http://example.invalid/MessageDefinition|5.0",
        **header,
    }
    category = {"resourceType": "Communication", "category": [{"coding": [{"code": "medicine"}]}]}
    entries = [{"resource": message}, {"resource": category}, organisation("a", SENDER), organisation("b", RECEIVER)]
    return {"resourceType": "Bundle", "type": "message", "entry": entries}


def as_json(held: dict[str, Any]) -> bytes:
    """The bundle in JSON."""
    return json.dumps(held).encode()


def as_xml(held: dict[str, Any]) -> bytes:
    """The bundle in XML."""

    def inner(node: Any) -> str:
        if not isinstance(node, dict):
            return ""
        parts = []
        for name, value in node.items():
            for item in value if isinstance(value, list) else [value]:
                if name == "resource":
                    parts.append(f"<resource><{item['resourceType']}>{inner(item)}</{item['resourceType']}></resource>")
                elif name != "resourceType":
                    own = f' value="{item}"' if isinstance(item, str) else ""
                    parts.append(f"<{name}{own}>{inner(item)}</{name}>")
        return "".join(parts)

    return f'<Bundle xmlns="http://hl7.org/fhir"><!-- x -->{inner(held)}</Bundle>'.encode()


ACKNOWLEDGEMENT = bundle("acknowledgement-message", response={"code": "fatal-error"}, definition="x|2.0")
PAYLOADS: dict[str, tuple[bytes, tuple[str | None, ...]]] = {
    "oioxml": (medcom_bu.to_xml(MAIL), ("XML", "MCM:XDIS91", "XD9134L", SENDER, SENDER, None)),
    "edifact": (EDIFACT, ("EDIFACT", "MCM:DIS91", "D9134L", SENDER, RECEIVER, None)),
    "edifact without UNA": (EDIFACT[9:], ("EDIFACT", "MCM:DIS91", "D9134L", SENDER, RECEIVER, None)),
    "edifact with its own signs": (
        EDIFACT.replace(b"'", b"~").replace(b"+", b"*").replace(b":", b"^"),
        ("EDIFACT", "MCM:DIS91", "D9134L", SENDER, RECEIVER, None),
    ),
    "json": (as_json(bundle()), ("HL7", "MCM:FDIS91#medicine", "5.0", SENDER, RECEIVER, "application/fhir+json")),
    "xml": (as_xml(bundle()), ("HL7", "MCM:FDIS91#medicine", "5.0", SENDER, RECEIVER, "application/fhir+xml")),
    "acknowledgement": (
        as_xml(ACKNOWLEDGEMENT),
        ("HL7", "MCM:FCTL#fatal-error", "2.0.0", SENDER, RECEIVER, "application/fhir+xml"),
    ),
}
