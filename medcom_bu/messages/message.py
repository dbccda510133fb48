"""What every message is, of whatever wire."""

from __future__ import annotations


class Message:
    """A message as the verbs take and give it: an Emessage, a VansEnvelope or a FHIR message."""

    __slots__ = ()


class FhirMessage(Message):
    """A FHIR message: CareCommunicationMessage, AcknowledgementMessage or OtherFhirMessage."""

    __slots__ = ()
