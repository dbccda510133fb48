"""Which module makes, opens and answers which kind of envelope."""

from __future__ import annotations

from typing import Protocol, TypeVar

from medcom_bu.envelopes import sbdh, vans
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.messages.standard_business_document import StandardBusinessDocument

_E = TypeVar("_E", bound=NetworkEnvelope)


class _Kind(Protocol):
    """What the module of a kind of envelope has."""

    def unwrap(self, envelope: _E, /) -> bytes:
        """The message inside."""

    def rewrap(self, envelope: _E, /, *, ids: IdsAndClock | None = None) -> _E:
        """The same in a new envelope."""

    def with_payload(self, envelope: _E, /, data: bytes) -> _E:
        """The envelope with another transmission of its message in it."""

    def wants_receipt(self, envelope: _E, /) -> bool:
        """Whether the sender asks for a receipt of the envelope, and can be told."""

    def negative(self, envelope: _E, /, description: str, *, ids: IdsAndClock | None = None) -> _E:
        """The receipt for an envelope that cannot be read."""

    def matches(self, sent: _E, receipt: _E, /) -> bool:
        """Whether a receipt answers an envelope."""


_KINDS: dict[type, _Kind] = {VansEnvelope: vans, StandardBusinessDocument: sbdh}  # type: ignore[dict-item] # modules


def kind_of(envelope: NetworkEnvelope) -> _Kind:
    """The module for an envelope."""
    return _KINDS[type(envelope)]
