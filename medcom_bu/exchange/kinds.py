"""What a message is called: the codes by which a directory, or a receiver, says what it takes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from medcom_bu.directory import OF_FHIR
from medcom_bu.exchange.policy import showable
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.crossing import own_version
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import Message
from medcom_bu.messages.other_fhir import OtherFhirMessage

NOT_SUPPORTED = ("letter.not-supported", "fhirmessage.not-supported")
"""The codes of the issues that say that a message is of a type that the library does not read."""


def kinds(message: Message | None) -> tuple[str, ...]:
    """The type and version of each letter, or of a FHIR message: ``XDIS91/XD9134L``, ``CareCommunication/5.0``.

    A FHIR message of another event goes by the code of its event.
    """
    if isinstance(message, Emessage):
        return tuple(map(_kind_of_letter, message.letters))
    if isinstance(message, CareCommunicationMessage):
        return (f"CareCommunication/{message.version or ''}",)
    if isinstance(message, AcknowledgementMessage):
        return ("Acknowledgement/2.0",)
    return (message.event or "",) if isinstance(message, OtherFhirMessage) else ()


def _kind_of_letter(letter: Any) -> str:
    version = own_version(letter)
    if version is not None:
        return f"{version.type_code}/{version.code}"
    header = getattr(letter, "letter", None)
    return f"{getattr(header, 'type_code', None) or ''}/{getattr(header, 'version_code', None) or ''}"


def showable_kinds(message: Message | None) -> str:
    """The same for a log, with ``?`` for a part that may say anything."""
    return ", ".join(
        "/".join(part if part in OF_FHIR else showable(part) for part in kind.split("/")) for kind in kinds(message)
    )


def is_taken(message: Message, takes: Collection[str]) -> bool:
    """Whether all of a message is among some codes; a type alone stands for all its versions.

    A letter goes by its names in EDIFACT too: ``DIS91/D9134L``, ``DIS91``.
    """
    wanted = {*map(_without_x, takes)}
    own = [*map(_without_x, kinds(message))]
    return bool(own) and all({kind, kind.partition("/")[0]} & wanted for kind in own)


def _without_x(code: str) -> str:
    return "/".join(part.removeprefix("X") for part in code.split("/"))
