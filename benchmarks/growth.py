"""How the cost of one more grows with how many there are: ``python -m benchmarks.growth``.

A figure is the processor time for each letter, reference, segment or byte, as a multiple of that in the first column:
the fastest of some runs. What grows in proportion stays at or below 1, since the first column bears what is done once
for a message. One that grows with its square would be 10 where there are ten times as many.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import medcom_bu
from benchmarks.fhir import thread
from benchmarks.oioxml import BINARY, REFERRAL, SMALL, with_content
from medcom_bu.testing.letters import letter_samples

COUNTS = (10, 100, 1_000)
THREADS = (1, 20, 200)
BYTES = (300_000, 3_000_000, 30_000_000)
_SECONDS = 0.5


class Growth(NamedTuple):
    """What there is more and more of: how so many are made, and what is done with them."""

    name: str
    make: Callable[[int], Any]
    work: Callable[[Any], object]
    sizes: Sequence[int] = COUNTS

    def __str__(self) -> str:
        each = [_taken(partial(self.work, self.make(size))) / size for size in self.sizes]
        figures = (f"{size:,}: {cost / each[0]:.2f}x" for size, cost in zip(self.sizes, each, strict=True))
        return f"| {self.name} | {' | '.join(figures)} |"


def _taken(work: Callable[[], object]) -> float:
    """The processor time of the fastest run."""
    gc.collect()
    fastest, end = float("inf"), time.thread_time() + _SECONDS
    while time.thread_time() < end or fastest == float("inf"):
        start = time.thread_time()
        work()
        fastest = min(fastest, time.thread_time() - start)
    return fastest


def growths() -> Iterator[Growth]:
    """All that is measured."""
    email, referral, binary = (letter_samples()[name] for name in (SMALL, REFERRAL, BINARY))

    def emails(count: int) -> bytes:
        return medcom_bu.to_xml(email.replace(letters=email.letters * count))

    def segments(count: int) -> bytes:
        data = medcom_bu.to_edifact(email)
        start, end = data.index(b"UNH+"), data.index(b"UNZ+")
        letters = max(1, count // data.count(b"'", start, end))
        return data[:start] + data[start:end] * letters + data[end:]

    def references(count: int) -> bytes:
        data = medcom_bu.to_xml(referral)
        start, end = data.index(b"<Reference>"), data.index(b"</Reference>") + len(b"</Reference>")
        return data[:start] + data[start:end] * count + data[end:]

    def attachment(count: int) -> bytes:
        return medcom_bu.to_xml(with_content(binary, bytes(count)))

    @cache  # a reply is judged with all before it, so that writing 200 takes the longest here
    def written_thread(count: int) -> bytes:
        return medcom_bu.to_fhir(thread(count - 1))

    def attached(count: int) -> bytes:
        return medcom_bu.to_fhir(thread(0, b"%PDF-1.4" + bytes(count)))

    yield Growth("letters: parse", emails, medcom_bu.parse)
    yield Growth("letters: validate", emails, medcom_bu.validate)
    yield Growth("letters: to_xml", lambda n: email.replace(letters=email.letters * n), medcom_bu.to_xml)
    yield Growth("letters that the schema refuses: validate", lambda n: _broken(emails(n)), medcom_bu.validate)
    yield Growth("references, more than the schema takes: validate", references, medcom_bu.validate)
    yield Growth("EDIFACT segments: read", segments, medcom_bu.read, (100, 1_000, 10_000))
    yield Growth("messages of a thread: parse", written_thread, medcom_bu.parse, THREADS)
    yield Growth("messages of a thread: validate", written_thread, medcom_bu.validate, THREADS)
    yield Growth(
        "messages of a thread: to_fhir", lambda n: medcom_bu.parse(written_thread(n)), medcom_bu.to_fhir, THREADS
    )
    yield Growth("bytes of an attachment: parse", attachment, medcom_bu.parse, BYTES)
    yield Growth("bytes of an attachment: to_xml", lambda n: with_content(binary, bytes(n)), medcom_bu.to_xml, BYTES)
    yield Growth("bytes of an attachment in FHIR: parse", attached, medcom_bu.parse, BYTES)
    yield Growth("bytes of an attachment in FHIR: validate", attached, medcom_bu.validate, BYTES)


def _broken(data: bytes) -> bytes:
    return data.replace(b"nytbrev", b"ny")


if __name__ == "__main__":
    print("| for each of them | | | |\n|---|---|---|---|")
    for growth in growths():
        print(growth, flush=True)
