"""What is made at first use is made once, whatever threads ask for it, and nothing locks up."""

from __future__ import annotations

import concurrent.futures
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu.once import MAKING, once
from medcom_bu.testing.sets import fhir_samples
from tests.support import ROOT

THREADS = 16


def at_once(call: Callable[[], Any]) -> list[Any]:
    """What so many threads get that begin together."""
    barrier = threading.Barrier(THREADS)

    def begin(_: int) -> Any:
        barrier.wait()
        return call()

    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def test_threads_get_the_one_that_is_made() -> None:
    made: list[int] = []
    waits = threading.Event()

    @once
    def make(number: int) -> object:
        made.append(number)
        waits.wait(0.05)
        return object()

    assert len(set(map(id, at_once(lambda: make(1))))) == 1
    assert make(1) is not make(2)
    assert made == [1, 2]


def test_what_fails_is_made_again() -> None:
    tries: list[int] = []

    @once
    def make() -> int:
        tries.append(1)
        if len(tries) <= 2:
            raise KeyError("not yet")
        return len(tries)

    for _ in range(2):
        with pytest.raises(KeyError):
            make()
    assert [make(), make(), len(tries)] == [3, 3, 3]


def test_things_that_are_made_of_each_other() -> None:
    """With a lock for each, two threads that begin at either end would wait for one another."""

    @once
    def even(number: int) -> bool:
        return number == 0 or odd(number - 1)

    @once
    def odd(number: int) -> bool:
        return number != 0 and even(number - 1)

    numbers = iter(range(THREADS))
    assert sorted(at_once(lambda: (even, odd)[next(numbers) % 2](60))) == [False] * 8 + [True] * 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_waits_for_what_is_being_made() -> None:
    """Else the child would wait for ever, for a thread that it does not have."""
    begun = threading.Event()

    @once
    def make() -> int:
        begun.set()
        threading.Event().wait(0.05)
        return 7

    maker = threading.Thread(target=make)
    maker.start()
    begun.wait()
    child = os.fork()
    if not child:
        os._exit(make() if MAKING.acquire(blocking=False) else 1)
    maker.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


NOTHING_AT_IMPORT = """
import importlib, pkgutil, sys
import medcom_bu.once
medcom_bu.once.MAKING = None  # whoever makes something fails
for found in pkgutil.walk_packages(medcom_bu.__path__, "medcom_bu."):
    if not found.name.endswith(("__main__", ".strategies")) and not found.name.startswith("medcom_bu._data"):
        importlib.import_module(found.name)
"""


def test_no_module_makes_anything_while_it_is_imported() -> None:
    """It would wait for a thread that may wait for the module."""
    subprocess.run([sys.executable, "-c", NOTHING_AT_IMPORT], check=True)


COUNTED = """
import sys
from pathlib import Path
from medcom_bu.fhir.fhirpath import compiled
from medcom_bu.fhir.profiles import packages
from medcom_bu.fhir.profiles import definition_tree
from tests.robustness.workers import threads
loaded, parsed, read = [], [], []
def counting(module, name, calls, key):
    call = getattr(module, name)
    setattr(module, name, lambda *args, **kwargs: calls.append(key(args)) or call(*args, **kwargs))
counting(packages, "load_all", loaded, str)
counting(compiled, "parse", parsed, str)
from medcom_bu.fhir.profiles import compile
counting(compile, "read", read, lambda args: args[0]["url"])
threads(Path(sys.argv[1]).read_bytes())
for calls in (loaded, parsed, read):
    assert calls and len(calls) == len(set(calls)), (len(calls), len(set(calls)))
"""


def test_profiles_are_loaded_and_compiled_once(tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_bytes(medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"]))
    subprocess.run([sys.executable, "-c", COUNTED, str(path)], check=True, cwd=ROOT)
