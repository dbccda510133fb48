"""Runs of many seeded inputs, in parts, so that a long run can be split and any one input made again.

``python -m tests.robustness.shards oioxml 3 5000`` runs 5,000 inputs of part 3; ``python -m tests.robustness.shards
oioxml/3/127`` makes one again and runs it alone, with everything that can be done; ``--save FILE`` keeps its bytes.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.robustness.leaves import VALUES, odd_value
from tests.robustness.mutators import Mutant, mutant
from tests.robustness.promises import hold_for_bytes, hold_for_value
from tests.support.memory import most_kib

SOME_USES = 3


@dataclass
class Tally:
    """What a run came to."""

    seen: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    hungriest: tuple[int, str] = (0, "")
    faults: dict[str, list[str]] = field(default_factory=dict)

    def line(self) -> str:
        """The run in one line."""
        (seconds, slow), (size, hungry) = self.slowest, self.hungriest
        told = f"{self.seen.total()} inputs {dict(self.seen)}, slowest {seconds:.3f} s ({slow})"
        return f"{told}, hungriest {size / 1024:.0f} MB more ({hungry})"

    def told(self) -> str:
        """Each fault once, with the names of a few inputs that show it."""
        return "\n".join(f"{len(names)} x {fault}\n    {names[:5]}" for fault, names in self.faults.items())


def run(source: str, part: int, count: int, most_uses: int | None = SOME_USES) -> Tally:
    """So many inputs of one part: bytes of a wire, or values."""
    tally = Tally()
    peak = most_kib()
    for number in range(count):
        name = f"{source}/{part}/{number}"
        started = time.process_time()
        try:
            tally.seen[once(name, most_uses)] += 1
        except Exception as error:
            tally.faults.setdefault(fault(error), []).append(name)
            tally.seen["fault"] += 1
        tally.slowest = max(tally.slowest, (time.process_time() - started, name))
        grown = most_kib()
        tally.hungriest = max(tally.hungriest, (grown - peak if number else 0, name))  # the first loads the library
        peak = grown
    return tally


def once(name: str, most_uses: int | None = None) -> str:
    """One input by its name."""
    r = random.Random(name)
    source = name.partition("/")[0]
    if source == VALUES:
        return hold_for_odd_value(r, most_uses)
    return hold_for_bytes(mutant(r, source).data, r, most_uses)


def hold_for_odd_value(r: random.Random, most_uses: int | None) -> str:
    value = odd_value(r)
    if value is None:
        return "refused at construction"
    hold_for_value(value, r, most_uses)
    return type(value).__name__


def input_of(name: str) -> Mutant:
    """The bytes of an input by its name."""
    return mutant(random.Random(name), name.partition("/")[0])


def fault(error: Exception) -> str:
    """An exception by its type, the use it was met in and the last places it passed."""
    places = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    own = [place for place in places if not place.startswith("shards.py")]
    notes = "; ".join(getattr(error, "__notes__", ()))
    return f"{type(error).__name__}({str(error)[:250]!a}) {notes} at {' < '.join(reversed(own[-4:]))}"


def main(arguments: list[str]) -> None:
    """See the module."""
    if "/" in arguments[0]:
        data: Any = None
        if not arguments[0].startswith(VALUES):
            made = input_of(arguments[0])
            data = made.data
            print(len(data), "bytes:", *made.changes)
        if "--save" in arguments:
            Path(arguments[-1]).write_bytes(data)
        print(once(arguments[0]))
        return
    source, part, count = arguments[0], int(arguments[1]), int(arguments[2])
    uses = int(arguments[3]) if len(arguments) > 3 else SOME_USES
    tally = run(source, part, count, uses)
    print(source, part, tally.line())
    print(tally.told())


if __name__ == "__main__":
    main(sys.argv[1:])
