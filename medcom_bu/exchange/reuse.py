"""Whether a number that was used before was used for the same message.

A sender never uses a number again (043). Of one that does, the second message would be taken for a copy of the first,
and lost. Two things are remembered as digests. What makes a message another one to a receiver: type, status and
patient, which no resending changes, and no other wire says otherwise; of FHIR the patient alone, since MedCom's test
protocol takes any message with the id of the header for a copy. And all that it says, on the wire that it went on: a
sender sends nothing else under a used number, and a receiver is told of it.

Source: MedCom, governance of messaging 020 and 043; test protocol for receiving CareCommunications 5.0, 3.2.7.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange import answering
from medcom_bu.exchange.identity import Incoming, MessageKey, identities, known_key
from medcom_bu.exchange.interchanges import renumbered
from medcom_bu.exchange.store import Entry
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import Message
from medcom_bu.values.fhir_resources import Bundle
from medcom_bu.wire import WireFormat

MARK = "is "

_NO_MOMENT = IdsAndClock(numbers=lambda: "0", uuids=lambda: UUID(int=0), clock=lambda: datetime(2000, 1, 1, tzinfo=UTC))


def trait_names(message: Message | None) -> dict[MessageKey, str]:
    """Under which further name the entry of each letter of a message is kept: a digest of what makes it that one."""
    return {key: f"{_prefix(key)}{_digest(key.text, *traits)}" for key, traits in _traits(message)}


def content_names(came: Incoming, data: bytes | None = None) -> dict[MessageKey, str]:
    """The same for all that each letter says: a digest of its next transmission, under a number and time of no moment.

    ``data`` is what was sent, which stands for a letter that cannot be written again. Empty where nothing can be
    compared.
    """
    message: Any = came.message
    letters = message.letters if isinstance(message, Emessage) else ()
    parts = [message.replace(letters=(letter,)) for letter in letters] or [message]
    try:
        said = [(part, answering.bare(answering.again(part, ids=_NO_MOMENT), came)) for part in parts]
    except InvalidMessage:  # a letter whose layout is not known
        if data is None or came.wire != WireFormat.EDIFACT:
            return {}
        payload = came.envelope.payload if came.envelope is not None else None
        said = [(message, renumbered(payload or data, _NO_MOMENT))]
    wire = came.wire or (WireFormat.FHIR_JSON if isinstance(message, Bundle) else WireFormat.OIOXML)
    return {
        key: f"{_prefix(key, str(wire))}{hashlib.sha256(content).hexdigest()[:32]}"
        for part, content in said
        for key in identities(part)
    }


def is_reused(names: Iterable[str], entry: Entry) -> bool:
    """Whether an entry knows one of the digests otherwise; what it does not know at all says nothing."""
    return any(name not in kept for name in names if (kept := _alike(name, entry)))


def _alike(name: str, entry: Entry) -> list[str]:
    prefix = name[: name.rindex(" ") + 1]
    return [own for own in entry.names if own.startswith(prefix)]


def _prefix(key: MessageKey, *what: str) -> str:
    return f"{MARK}{_digest(key.text, *what)} "


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _traits(message: Message | None) -> Iterator[tuple[MessageKey, tuple[str, ...]]]:
    if isinstance(message, Bundle):
        patient = getattr(message, "patient", None)
        numbers = sorted(each.value or "" for each in patient.identifier) if patient is not None else []
        for key in identities(message):
            yield key, ("FHIR", *numbers)
    elif isinstance(message, Emessage):
        for letter in message.letters:
            yield from _of_letter(letter)


def _of_letter(letter: Any) -> Iterator[tuple[MessageKey, tuple[str, ...]]]:
    header, sender = letter.letter, getattr(letter, "sender", None)
    if header is None or sender is None:
        return
    person = getattr(letter, "patient", None) or getattr(letter, "subject", None)
    number: Any = getattr(person, "identifier", None)
    type_code = getattr(header, "type_code", None) or type(letter).__name__
    status = str(getattr(header, "status_code", ""))
    for key in known_key(sender.ean_identifier, header.identifier):
        yield key, (type_code.removeprefix("X"), status, number.reveal() if hasattr(number, "reveal") else "")
