"""Whether a number that came before came with the same message: a copy is one of the same type, status and patient.

A sender never uses a number again (043). Of one that does, the second message would be taken for a copy of the first,
and lost. Compared is what no resending changes, and no other wire says otherwise; of FHIR it is the
patient alone, since MedCom's test protocol takes any message with the id of the header for a copy.

Source: MedCom, governance of messaging 043; test protocol for receiving CareCommunications 5.0, 3.2.7.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from medcom_bu.exchange.identity import MessageKey, identities, known_key
from medcom_bu.exchange.store import Entry
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import Message
from medcom_bu.values.fhir_resources import Bundle

MARK = "is "


def trait_names(message: Message | None) -> dict[MessageKey, str]:
    """Under which further name the entry of each letter of a message is kept: a digest of what makes it that one."""
    return {key: f"{_prefix(key)}{_digest(key.text, *traits)}" for key, traits in _traits(message)}


def is_reused(key: MessageKey, name: str | None, entry: Entry) -> bool:
    """Whether the entry of a key is that of another message, as far as both are known."""
    kept = [own for own in entry.names if own.startswith(_prefix(key))]
    return name is not None and bool(kept) and name not in kept


def _prefix(key: MessageKey) -> str:
    return f"{MARK}{_digest(key.text)} "


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
