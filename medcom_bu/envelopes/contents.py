"""What a message says of itself, as far as its envelope repeats it; see :mod:`medcom_bu.enclosed`."""

from __future__ import annotations

from medcom_bu import enclosed, judgement, wire
from medcom_bu.enclosed import Contents
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import FhirMessage

__all__ = ["Contents", "contents", "written"]


def contents(payload: bytes | Emessage) -> tuple[Contents, ...]:
    """What every letter of a consignment, or a message of another format, says of itself. Never raises."""
    return enclosed.of_letters(payload) if isinstance(payload, Emessage) else judgement.contents_of(payload)


def written(message: bytes | Emessage | FhirMessage) -> tuple[bytes, Contents]:
    """The bytes of one message, as OIO-XML or FHIR JSON where they are to be written, and what it says of itself."""
    if isinstance(message, Emessage):
        return wire.to_xml(message), contents(message)[0]
    data = wire.to_fhir(message) if isinstance(message, FhirMessage) else message
    return data, contents(data)[0]
