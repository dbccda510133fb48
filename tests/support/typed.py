"""Messages with the type that a test knows them to have: the verbs give any, and another type fails the test."""

from __future__ import annotations

from typing import BinaryIO, TypeVar

import medcom_bu
from medcom_bu import AcknowledgementMessage, CareCommunicationMessage
from medcom_bu.messages.emessage import Emessage
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.wire import XmlMessage

T = TypeVar("T")


def of_type(kind: type[T], value: object) -> T:
    """The value, which is of that type."""
    assert isinstance(value, kind)
    return value


def of_xml(value: object) -> XmlMessage:
    """The value, which is an Emessage or an envelope."""
    assert isinstance(value, XmlMessage)
    return value


def read_as(kind: type[T], data: bytes | BinaryIO) -> T:
    """The message of that type that ``read`` finds in the bytes, faults or not."""
    return of_type(kind, medcom_bu.read(data).message)


def letter_as(kind: type[T], message: Emessage, number: int = 0) -> T:
    """The letter of that type in a message, the first where no number is given."""
    return of_type(kind, message.letters[number])


def care_communication() -> CareCommunicationMessage:
    """The library's sample of a CareCommunication 5.0."""
    return of_type(CareCommunicationMessage, fhir_samples()["CareCommunication/5.0"])


def acknowledgement() -> AcknowledgementMessage:
    """The library's sample of an Acknowledgement: the answer to :func:`care_communication`."""
    return of_type(AcknowledgementMessage, fhir_samples()["Acknowledgement/2.0"])
