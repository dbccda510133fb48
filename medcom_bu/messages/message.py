"""What every message is, of whatever wire."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import ClassVar, Protocol


class Message:
    """A message as the verbs take and give it: an Emessage, an envelope of the network or a FHIR message."""

    __slots__ = ()


class FhirMessage(Message):
    """A FHIR message: CareCommunicationMessage, AcknowledgementMessage or OtherFhirMessage."""

    __slots__ = ()


class _Carried(Protocol):
    """What an envelope holds as base64."""

    @property
    def content(self) -> bytes | None: ...


class NetworkEnvelope(Message):
    """An envelope of the network, with one message in it or the receipt for another envelope.

    It is a VansEnvelope or a StandardBusinessDocument.
    """

    __slots__ = ()

    data_path: ClassVar[str]
    """The attribute path at which the message inside stands."""

    @property
    @abstractmethod
    def carried(self) -> _Carried | None:
        """What is inside, as it stands on the wire; None where nothing is."""

    @property
    def payload(self) -> bytes | None:
        """The bytes inside; None where there are none, or they do not decode. Give them to ``parse``."""
        return self.carried.content if self.carried is not None else None

    @property
    @abstractmethod
    def is_receipt(self) -> bool:
        """Whether it is the receipt for another envelope."""

    @property
    @abstractmethod
    def identifier(self) -> str | None:
        """The number of the envelope, new whenever a message is sent."""

    @property
    @abstractmethod
    def ends(self) -> tuple[str | None, str | None]:
        """The numbers of the sender and of the receiver on the network."""

    @property
    @abstractmethod
    def sent(self) -> datetime | None:
        """The moment of sending, with a zone where the text has one; None where the text is none."""
