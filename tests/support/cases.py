"""Synthetic cases played over again: who gets what, decides what, and is told what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from medcom_bu import VansEnvelope, exchange, read
from medcom_bu.envelopes import vans
from medcom_bu.exchange import Decision, MemoryStore, Outbox, Store
from medcom_bu.testing import Case, CaseStep

STATES = {"accepted": "acknowledged", "refused": "rejected"}
_TEN_DIGITS = re.compile(rb"(?<![0-9A-Za-z+/=])[0-9]{6}-?[0-9]{4}(?![0-9A-Za-z+/=])")


def opened(data: bytes) -> Any:
    """What ``read`` gives of a message, out of its envelope."""
    parsed = read(data)
    return read(vans.unwrap(parsed.message)) if isinstance(parsed.message, VansEnvelope) else parsed


def replay(case: Case, stores: Mapping[str, Store]) -> Iterator[tuple[CaseStep, Decision, list[str]]]:
    """Each step, with what ``receive`` decides, and what the outbox of who gets an answer then says."""
    outbox = Outbox()
    for step in case.steps:
        takes = case.parties[step.receiver].get("takes")
        if step.answers is None and step.repeats is None:
            outbox.send(step.data, stores[step.sender], step.moment)
        store = stores[step.receiver]
        decision = exchange.receive(step.data, store, step.moment, takes=takes)
        told = outbox.answered(step.data, store, step.moment) if step.answers else ()
        yield step, decision, [str(one.state) for one in told]


def memory() -> dict[str, Store]:
    """A store for each party."""
    return {role: MemoryStore() for role in ("municipality", "hospital", "doctor")}


def faults(case: Case, stores: Mapping[str, Store]) -> list[tuple[str, str]]:
    """What is not as ``case.json`` says: the step, and what."""
    found = []
    known = {step.file: step for step in case.steps}
    messages: dict[str, Any] = {}
    for step, decision, states in replay(case, stores):
        messages[step.file] = decision.message
        if decision.action != step.action:
            found.append((step.file, f"action {decision.action}"))
        if tuple(key.text for key in decision.keys) != step.keys:
            found.append((step.file, "keys"))
        if states != ([STATES[step.kind]] if step.answers else []):
            found.append((step.file, f"states {states}"))
        if step.repeats is not None and (
            step.keys != known[step.repeats].keys or step.data == known[step.repeats].data
        ):
            found.append((step.file, "is no resend"))
        if step.answers is not None and not exchange.matches(messages[step.answers], messages[step.file]):
            found.append((step.file, "does not match"))
    return [*found, *_loose(case)]


def _loose(case: Case) -> Iterator[tuple[str, str]]:
    """Links to what is not an earlier step of the kind that it should be, messages without one answer."""
    files = [step.file for step in case.steps]
    for place, step in enumerate(case.steps):
        links = {step.answers, step.continues, step.corrects, step.repeats, step.files_of} - {None}
        if not links <= {*files[:place]} or (place and step.moment < case.steps[place - 1].moment):
            yield step.file, "out of order"
        if step.answers is None and [other.answers for other in case.steps].count(step.file) != 1:
            yield step.file, "is not answered once"


def ten_digits(data: bytes) -> set[str]:
    """Everything in bytes, outside base64, that looks like a CPR number."""
    return {found.decode().replace("-", "") for found in _TEN_DIGITS.findall(data)}
