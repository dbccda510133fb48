"""Run in a fresh process: many threads on first use, pools of processes, command lines.

``python -m tests.robustness.workers threads|fork|spawn|forkserver FILE...``, or ``commands JSON``.
"""

from __future__ import annotations

import concurrent.futures
import json
import multiprocessing
import sys
import threading
from pathlib import Path
from typing import Any

THREADS = 16
BROKEN = b"<Emessage xmlns='urn:x'><a/></Emessage>"


def work(data: bytes) -> tuple[Any, ...]:
    """What a receiver does; everything is loaded here for the first time."""
    import medcom_bu
    from medcom_bu.rendering.page import as_page

    parsed = medcom_bu.read(data)
    assert parsed.message is not None
    return parsed, medcom_bu.validate(data), as_page(parsed.message), medcom_bu.validate(parsed.message)


def threads(data: bytes) -> None:
    """All threads begin at once, in a process where nothing was used before, and come to the same."""
    sys.setswitchinterval(5e-4)
    barrier = threading.Barrier(THREADS)

    def begin(_: int) -> tuple[Any, ...]:
        barrier.wait()
        return work(data)

    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(begin, range(THREADS)))
    assert results == [work(data)] * len(results)


def parse(data: bytes) -> Any:
    import medcom_bu

    return medcom_bu.parse(data)


def processes(method: str, data: bytes) -> None:
    """What workers come to is what this process comes to; a refusal comes back whole."""
    import medcom_bu

    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        results = list(pool.map(work, [data] * 4))
        refusal = pool.submit(parse, BROKEN).exception()
        unknown = pool.submit(parse, b"x").exception()
    assert results == [work(data)] * len(results)
    assert type(refusal) is medcom_bu.InvalidMessage
    assert refusal.report == medcom_bu.read(BROKEN).report
    assert str(refusal) == str(medcom_bu.InvalidMessage(refusal.report)) != ""
    assert type(unknown) is medcom_bu.UnknownFormat


def commands(lines: str) -> None:
    """Run command lines of medcom-bu, a JSON list of lists, one after the other; all must end well."""
    from medcom_bu.cli import main as command

    for arguments in json.loads(lines):
        status: str | int | None
        try:
            status = command(arguments)
        except SystemExit as end:
            status = end.code
        assert not status, arguments


def main(method: str, *given: str) -> None:
    """See the module."""
    if method == "commands":
        commands(*given)
        return
    for path in given:
        data = Path(path).read_bytes()
        if method == "threads":
            threads(data)
        else:
            processes(method, data)
    print("as promised")


if __name__ == "__main__":
    main(*sys.argv[1:])
