"""OperationOutcomes as HAPI writes them, for the tests of a second opinion."""

from __future__ import annotations

from tests.support.fhir_message import Node

SECRET = "250947-9989 Nancy"
"""What a validator quotes of a message where a test gives no text."""


def finding(id_: str, path: str, said: str = "", severity: str = "error") -> Node:
    """An issue as HAPI writes it."""
    return {
        "severity": severity,
        "code": "processing",
        "details": {"coding": [{"system": "http://hl7.org/fhir/java-core-messageId", "code": id_}]} if id_ else {},
        "diagnostics": said or SECRET,
        "location": [path, "Line[1] Col[2]"],
    }


def outcome(*issues: Node) -> Node:
    return {"resourceType": "OperationOutcome", "issue": list(issues)}
