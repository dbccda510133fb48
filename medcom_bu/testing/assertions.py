"""Assertions that say what is wrong, and where. No text or number of a person is shown unless it is asked for."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from medcom_bu import binary_files, wire
from medcom_bu.arguments import check
from medcom_bu.binary_files import Data
from medcom_bu.declare.base import Declared
from medcom_bu.issues import Loss, Outcome, Parsed
from medcom_bu.messages.emessage import Consignment
from medcom_bu.messages.letter_union import Letter
from medcom_bu.messages.message import Message
from medcom_bu.testing.comparison import differences, paths_of

_HELD = (Declared, Message, Consignment)

MOST_DIFFERENCES = 100
"""How many differences an assertion lists."""


def assert_valid(data: Data | Message | Consignment[Letter]) -> None:
    """Fail where ``validate`` finds an error, or where a layer that applies did not run.

    ``data`` is a message, a consignment, or what a message is read from: bytes, a path or a binary file. Raises
    AssertionError, whose text is that of the report and names each layer that did not run; TypeError for all else.
    """
    __tracebackhide__ = True
    if isinstance(data, Declared) and not isinstance(data, Message):
        raise TypeError(f"assert_valid takes a message, not {type(data).__name__}: give the message that it is part of")
    with _opened("assert_valid", data) as opened:
        report = wire.validate(opened)
    if not (report.ok and report.complete):
        missing = [layer for layer, outcome in report.layers.items() if outcome is Outcome.NOT_RUN]
        raise AssertionError("\n".join([report.text(), *(f"the layer {layer} did not run" for layer in missing)]))


def assert_same_message(
    a: Data | Message | Consignment[Letter] | Letter,
    b: Data | Message | Consignment[Letter] | Letter,
    *,
    up_to: Iterable[Loss | str] = (),
    reveal: bool = False,
) -> None:
    """Fail where two messages differ.

    ``a`` and ``b`` are each a message, a letter, a consignment, or what a message is read from: bytes, a path or a
    binary file. ``up_to`` is what may differ: losses, as ``losses`` gives them, or attribute paths as texts, such as
    ``"envelope.sent"``; all that lies at one of them or below it is allowed. ``reveal`` shows what is in the
    messages, names, numbers of persons and clinical texts too; without it a text is told by its length and by how far
    the two agree.

    Moments in UTC that end in ``Z`` and in ``+00:00`` are the same.

    Raises AssertionError with a line for each difference, its attribute path first; TypeError for what is not a
    message; and what ``parse`` raises.
    """
    __tracebackhide__ = True
    check("assert_same_message: up_to", up_to, Iterable[Loss | str])
    check("assert_same_message: reveal", reveal, bool)
    allowed = paths_of(up_to)
    pairs = differences(_message(a), _message(b))
    found = (difference for difference in pairs if not difference.is_allowed(allowed))
    listed = list(itertools.islice(found, MOST_DIFFERENCES))
    if listed:
        lines = ["the messages differ:", *(difference.text(reveal=reveal) for difference in listed)]
        more = sum(1 for _ in found)
        lines += [f"  and in {more} more places"] if more else []
        lines += [] if reveal else ["(reveal=True shows the texts)"]
        raise AssertionError("\n".join(lines))


@contextlib.contextmanager
def _opened(name: str, data: Any) -> Iterator[Any]:
    """What a message is, or a file that it can be read from. Raises TypeError for all else."""
    if isinstance(data, Parsed):
        raise TypeError(f"{name} takes a message, not Parsed: give its .message, or the bytes that were read")
    if isinstance(data, _HELD):
        yield data
    else:
        with binary_files.opened(data, f"{name} takes a message, bytes, a path or a binary file") as file:
            yield file


def _message(data: Any) -> Any:
    with _opened("assert_same_message", data) as opened:
        return opened if isinstance(opened, _HELD) else wire.parse(opened)
