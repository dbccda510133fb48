"""The FHIR messages that have a class of their own, and a message in a version of its standard."""

from __future__ import annotations

from collections.abc import Mapping

from medcom_bu.errors import InvalidMessage
from medcom_bu.fhir.model import catalogue
from medcom_bu.issues import Layer, Report
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import DEFINITIONS, VERSIONS, CareCommunicationMessage
from medcom_bu.messages.other_fhir import OtherFhirMessage
from medcom_bu.values.fhir_codes import Event
from medcom_bu.values.fhir_resources import BundleEntry, MessageHeader

LAYERS = (Layer.SYNTAX, Layer.SCHEMA, Layer.PROFILE, Layer.RULE)
"""What can be asked of a FHIR message; the last two are not the codec's."""

KnownFhirMessage = CareCommunicationMessage | AcknowledgementMessage | OtherFhirMessage

MESSAGES: Mapping[str, type[KnownFhirMessage]] = {
    Event.CARE_COMMUNICATION: CareCommunicationMessage,
    Event.ACKNOWLEDGEMENT: AcknowledgementMessage,
}
"""The class of a message, by its event. Any other is an OtherFhirMessage."""

_OTHER_VERSIONS = ("2.0",)


def in_version(message: KnownFhirMessage, version: str) -> KnownFhirMessage:
    """The message in a version of its standard: the definition in its header says which.

    Raises InvalidMessage where there is no such version.
    """
    versions = VERSIONS if isinstance(message, CareCommunicationMessage) else _OTHER_VERSIONS
    if version not in versions:
        issue = catalogue.VERSION.issue("header.definition", expected=", ".join(versions))
        raise InvalidMessage(Report.from_issues([issue], [Layer.SCHEMA], LAYERS))
    if not isinstance(message, CareCommunicationMessage) or message.version == version:
        return message
    entries = tuple(_redefined(entry, DEFINITIONS[version]) for entry in message.entry)
    return message.replace(entry=entries)


def _redefined(entry: BundleEntry, definition: str) -> BundleEntry:
    if not isinstance(entry.resource, MessageHeader):
        return entry
    return entry.replace(resource=entry.resource.replace(definition=definition))
