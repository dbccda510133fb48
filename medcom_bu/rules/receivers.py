"""Who a message goes to, by a directory that the caller gives: whether the unit is known, and takes what is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from medcom_bu import danish_time
from medcom_bu.directory import NUMBERS, Directory, Unit
from medcom_bu.issues import Issue
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import Message
from medcom_bu.rules.catalogue import ERROR, rule
from medcom_bu.values.fhir_resources import Bundle
from medcom_bu.values.fhir_types import moment
from medcom_bu.values.parties import given

_SOURCE = "the directory given"
UNKNOWN = rule(
    "directory.unknown-receiver",
    ERROR,
    ("the directory does not have that receiver on that day", "modtageren findes ikke i adresselisten på den dato"),
    (
        "correct the number, or bring the directory up to date",
        "ret nummeret, eller ajourfør adresselisten",
    ),
    _SOURCE,
)
NOT_TAKEN = rule(
    "directory.not-taken",
    ERROR,
    (
        "the receiver does not accept this type or version; it accepts {expected}",
        "modtageren tager ikke imod denne type eller version; den tager imod {expected}",
    ),
    (
        "send what it accepts, or ask it what it accepts now",
        "send det den tager imod, eller spørg hvad den tager imod nu",
    ),
    _SOURCE,
)


def check(message: Message | Bundle, directory: Directory) -> Iterator[Issue]:
    """What a directory says of the receivers of a message; of an envelope nothing, since its content is judged.

    The address on the network decides who the receiver is, and the number of the unit where there is no address.
    """
    if isinstance(message, Emessage):
        sent = message.envelope.sent.moment if message.envelope and message.envelope.sent else None
        for number, letter in enumerate(message.letters):
            path = f"letters[{number}].receiver"
            alone = message.replace(letters=(letter,))
            yield from _check(alone, directory, _numbers(getattr(letter, "receiver", None)), path, sent)
    elif isinstance(message, Bundle) and message.receiver is not None:
        unit, at = message.receiver, moment(message.timestamp)
        numbers = [(name, "identifier", str(text)) for name, text in (("gln", unit.gln), ("sor", unit.sor)) if text]
        path = f"entry[{message.places[id(unit)]}].resource"
        yield from _check(message, directory, numbers, path, at and danish_time.local(at))


def units_of(receiver: Any, directory: Directory, on: date) -> tuple[Unit, ...]:
    """The units that a letter's receiver may be on a day."""
    for name, _, text in _numbers(receiver)[:1]:
        return directory.matching(on=on, **{name: text})
    return ()


def _numbers(receiver: Any) -> list[tuple[str, str, str]]:
    """The numbers of a letter's receiver: the directory's name for each, the attribute, the text."""
    if receiver is None:
        return []
    names: dict[object, str] = {kind.CODE: name for name, kind in NUMBERS.items()}
    own = names.get(getattr(receiver, "identifier_code", None), "")  # a receipt has the address alone
    numbers = [
        ("gln", "ean_identifier", given(receiver.ean_identifier)),
        (own, "identifier", given(receiver.identifier) if own else None),
    ]
    return [(name, attribute, text) for name, attribute, text in numbers if name and text]


def _check(
    message: Any, directory: Directory, numbers: list[tuple[str, str, str]], path: str, sent: datetime | None
) -> Iterator[Issue]:
    for name, attribute, text in numbers[:1]:
        units = directory.matching(on=sent.date() if sent else None, **{name: text})
        if not units:
            yield UNKNOWN.issue(f"{path}.{attribute}")
        elif all(directory.takes(unit, message) is False for unit in units):
            taken = sorted({code for unit in units for code in unit.takes or ()})
            yield NOT_TAKEN.issue(f"{path}.{attribute}", expected=", ".join(taken))
