"""The profile engine against others: ``python -m benchmarks.profiles``. Peers that are not installed are left out.

The messages and the Java oracle are those of the tests. ``python -m benchmarks.profiles CHECKOUT`` measures validation
against that of another checkout, such as a worktree of an earlier commit.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import Work, ratio
from medcom_bu.fhir.profiles.corrections import InvariantEdition
from medcom_bu.fhir.profiles.invariants import Invariant
from medcom_bu.fhir.profiles.packages import Library, shipped
from medcom_bu.fhir.profiles.walk import BundleWalk, check, compiled

GUIDE = ("medcom.fhir.dk.carecommunication", "5.0.2")


def milliseconds(work: Work, times: int = 50) -> float:
    """The shortest run."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found) * 1000


def compiled_anew() -> None:
    """One guide compiled, its packages being read already."""
    fresh = Library(shipped().packages).definitions(*GUIDE)
    compiled(fresh).get(
        "http://medcomfhir.dk/ig/carecommunication/StructureDefinition/medcom-careCommunication-message"
    )
    for one in fresh.root.definitions_of_kind("StructureDefinition"):
        compiled(fresh).get(one["url"])


def rows() -> Iterator[tuple[str, str]]:
    """What was measured, line by line."""
    from tests.support.fhir_message import message

    guide = shipped().definitions(*GUIDE)
    texts = {"a message": json.dumps(message()).encode(), "a thread of ten": json.dumps(message(9)).encode()}
    plain = {name: json.loads(text) for name, text in texts.items()}
    yield "compile CareCommunication 5.0", f"{milliseconds(compiled_anew, 3):.0f} ms"
    for name, bundle in plain.items():
        judge = partial(check, bundle, guide)
        yield f"judge {name} ({len(texts[name])} bytes)", f"{milliseconds(judge):.2f} ms"
        yield f"judge {name}, against json.loads", f"{ratio(judge, partial(json.loads, texts[name])):.1f}x as long"
        if importlib.util.find_spec("fhir"):
            yield f"judge {name}, against fhir.resources parsing", f"{ratio(parsed(texts[name]), judge):.1f}x faster"
    if importlib.util.find_spec("fhirpathpy"):
        yield from against_fhirpathpy(plain["a message"])
    yield from against_java(texts, plain)


def parsed(text: bytes) -> Work:
    """The message as models of fhir.resources."""
    from fhir.resources.R4B.bundle import Bundle

    return partial(Bundle.model_validate_json, text)


def against_fhirpathpy(bundle: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The invariants on whole resources that fhirpathpy can run, on both."""
    import fhirpathpy

    run = BundleWalk(bundle, compiled(shipped().definitions(*GUIDE)))
    run.issues()
    ours, theirs = [], []
    for judgement in run.judgements():
        resource, env = judgement.place.resource, run.env(judgement.place)
        for found in judgement.node.checks:
            if not isinstance(found, Invariant) or any(
                word in found.expression for word in ("resolve", "conformsTo", "trace")
            ):
                continue
            peer = partial(
                fhirpathpy.compile(found.expression), resource, {"resource": resource, "rootResource": resource}
            )
            if runs(peer):
                ours.append(partial(found.compiled.holds, resource, env))
                theirs.append(peer)
    faster = ratio(lambda: [work() for work in theirs], lambda: [work() for work in ours])
    yield f"{len(ours)} invariants, against fhirpathpy", f"{faster:.0f}x faster"


def runs(work: Work) -> bool:
    """Whether a peer can do it at all."""
    try:
        work()
    except Exception:
        return False
    return True


def against_java(texts: dict[str, bytes], plain: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The same messages in a warm JVM, by the time that it took itself."""
    from tests.support.java_oracle import Unavailable, official_archives, start
    from tests.support.oracle import oracle

    try:
        java = start()
        java.load("CC-5.0.2", official_archives(oracle("reference").parent, "CC-5.0.2"))
    except (Unavailable, RuntimeError) as missing:
        yield "against HL7's validator, warm", f"not measured: {missing}"
        return
    guide = shipped().definitions(*GUIDE)
    for name, text in texts.items():
        for _ in range(30):
            java.judge("CC-5.0.2", text)
        theirs = min(java.judge("CC-5.0.2", text).nanos for _ in range(20)) / 1e6
        ours = milliseconds(partial(check, plain[name], guide, InvariantEdition.PACKAGED))
        yield f"judge {name}, against HL7's validator, warm ({theirs:.0f} ms)", f"{theirs / ours:.0f}x faster"


_VALIDATING = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
import medcom_bu
for name, path in json.loads(sys.argv[2]).items():
    data, found = open(path, "rb").read(), []
    medcom_bu.validate(data)
    for _ in range(20):
        start = time.process_time()
        medcom_bu.validate(data)
        found.append(time.process_time() - start)
    print(name, min(found))
"""


def against_checkout(checkout: str, runs: int = 5) -> Iterator[tuple[str, str]]:
    """An official example of each guide, here and there in alternating processes, by the fastest of their own time."""
    from tests.support.oracle import oracle

    guides = ("acknowledgement-2.0.3", "carecommunication-4.0.3", "carecommunication-5.0.2")
    examples = {guide: str(max(oracle(f"examples/fhir/{guide}").rglob("*.json"), key=_size)) for guide in guides}
    fastest: dict[tuple[str, str], float] = {}
    for place in (str(Path(__file__).parent.parent), checkout) * runs:
        command = [sys.executable, "-c", _VALIDATING, place, json.dumps(examples)]
        for line in subprocess.run(
            command, check=True, capture_output=True, text=True, encoding="utf-8"
        ).stdout.splitlines():
            name, taken = line.split()
            fastest[name, place] = min(float(taken), fastest.get((name, place), float(taken)))
    for name in examples:
        here, there = (fastest[name, place] for place in (str(Path(__file__).parent.parent), checkout))
        yield f"validate {name}, against {Path(checkout).name}", f"{here / there:.2f}x as long"


def _size(path: Path) -> int:
    return path.stat().st_size


if __name__ == "__main__":
    for path, measured in against_checkout(sys.argv[1]) if sys.argv[1:] else rows():
        print(f"| {path} | {measured} |", flush=True)
