"""Small changes that faults are made of: edits of bytes, of what is shown, of lists of messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from medcom_bu import wire
from medcom_bu.certification.inputs.breaking import edited
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.numerals import is_digits

Change = Callable[[Any, dict[str, Any]], Any]
Edit = Callable[[bytes], bytes]


def each(edit: Edit, *, only: bytes = b"") -> Change:
    """The edit on every message of a list, or on those alone that hold some bytes."""
    return lambda gave, _: [edit(data) if only in data else data for data in gave]


def resource(kind: str, change: Callable[[dict[str, Any]], object]) -> Edit:
    """An edit of each resource of a kind in FHIR JSON."""
    return lambda data: edited(data, kind, change)


def put(kind: str, path: str, value: Any) -> Edit:
    """An edit that puts a value at a path of each resource of a kind; None takes away what is there."""
    *way, last = path.split(".")

    def change(found: Any) -> None:
        for name in way:
            found = found[int(name)] if is_digits(name) else found.get(name, {})
        place: Any = int(last) if is_digits(last) else last
        if value is None:
            found.pop(place, None) if isinstance(found, dict) else found.pop(place)
        else:
            found[place] = value

    return resource(kind, change)


def text(pattern: str, new: str, *, count: int = 1) -> Edit:
    """An edit of the bytes as ISO-8859-1: a pattern becomes another text."""

    def change(data: bytes) -> bytes:
        return re.sub(pattern, new, data.decode("latin-1"), count=count, flags=re.DOTALL).encode("latin-1")

    return change


def enveloped(edit: Callable[[VansEnvelope], VansEnvelope]) -> Edit:
    """An edit of a VANSEnvelope; what is in none stays as it is."""

    def change(data: bytes) -> bytes:
        message = wire.read(data).message
        return wire.to_xml(edit(message)) if isinstance(message, VansEnvelope) else data

    return change


def shown(change: Callable[[dict[str, Any]], object]) -> Change:
    """A change of what is shown, where something is."""

    def apply(found: Any, _: dict[str, Any]) -> Any:
        if found is not None:
            change(found)
        return found

    return apply


def ids_of(memory: dict[str, Any]) -> IdsAndClock:
    """New numbers, and the time that the system was told last."""
    return IdsAndClock(clock=lambda: memory["now"])


def nothing(_: Any, __: dict[str, Any]) -> list[bytes]:
    """No message at all."""
    return []


def twice(gave: list[bytes], _: dict[str, Any]) -> list[bytes]:
    """Every message twice."""
    return [data for data in gave for _ in range(2)]


def raising(_: Any, __: dict[str, Any]) -> Any:
    """A system that breaks down. Raises RuntimeError."""
    raise RuntimeError("the database is away")


def cases_of(steps: str) -> tuple[str, ...]:
    """The cases of these steps, of both versions; what begins with a letter is an id."""
    return tuple(
        number
        for step in steps.split()
        for number in ([step] if step[0].isalpha() else [f"CCS-{step}", f"CCS4-{step}"])
    )
