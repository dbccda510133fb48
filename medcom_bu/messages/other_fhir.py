"""A FHIR message of another event than the library knows: read, kept and written, and nothing more."""

from __future__ import annotations

from medcom_bu.declare.fhir import structure
from medcom_bu.messages.message import FhirMessage
from medcom_bu.values.fhir_resources import Bundle


@structure
class OtherFhirMessage(Bundle, FhirMessage):
    """A message that is neither CareCommunication nor Acknowledgement, such as MedCom's empty message."""

    @property
    def event(self) -> str | None:
        """The code of its event."""
        coding = self.header.event_coding if self.header else None
        return coding.code if coding else None
