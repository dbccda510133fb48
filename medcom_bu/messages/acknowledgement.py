"""Acknowledgement: what came of a FHIR message, from its receiver to its sender. FHIR R4, standard 2.0.

Source: MedCom, Acknowledgement 2.0.3.
"""

from __future__ import annotations

from medcom_bu.declare.fhir import structure
from medcom_bu.messages.message import FhirMessage
from medcom_bu.values.fhir_codes import ResponseCode
from medcom_bu.values.fhir_resources import Bundle, OperationOutcome, OutcomeIssue


@structure
class AcknowledgementMessage(Bundle, FhirMessage):
    """The answer to one message, by the id of its MessageHeader."""

    @property
    def acknowledged(self) -> str | None:
        """The id of the MessageHeader of the message that is answered."""
        response = self.header.response if self.header else None
        return response.identifier if response else None

    @property
    def code(self) -> ResponseCode | str | None:
        """What came of the message; a code that the standard lacks stays text."""
        response = self.header.response if self.header else None
        code = response.code if response else None
        return ResponseCode.get(code)

    @property
    def issues(self) -> tuple[OutcomeIssue, ...]:
        """What was wrong with the message."""
        response = self.header.response if self.header else None
        outcome = self.resolve(response.details, OperationOutcome) if response else None
        reported = outcome or next(self.resources(OperationOutcome), None)
        return reported.issue if reported else ()
