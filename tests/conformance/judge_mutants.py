"""Fresh mutants judged by both judges: ``python -m tests.conformance.judge_mutants N SEED [FILE [FOLDER]]``.

``python -m tests.conformance.judge_mutants replay FILE`` judges those of FILE again, and prints what
still has no reason.

The mutants are of the official examples of each guide, or of those of FOLDER alone, such as
``hospitalnotification-3.0.2``; every second of them in FHIR XML, and half of those changed as XML too. Printed are the
verdicts, why errors stand alone and how the rest were matched, and the rate. Every difference without a known reason,
of verdict or of root cause, goes to FILE, a line of JSON each, with its mutant: ``mutants-SEED.jsonl`` where none is
named. The exit status is 1 where there is one.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from medcom_bu.fhir.model.data import load_json
from medcom_bu.fhir.xml.write import dump_xml
from medcom_bu.issues import Layer, Outcome
from tests.support.fhir_mutants import mutants
from tests.support.fhir_xml_mutants import change_xml
from tests.support.java_oracle import JavaOracle, official_archives, start
from tests.support.judge_comparison import VALIDATORS, Compared, compared, engine_report, sources, told
from tests.support.oracle import oracle

_STEP = 100


class Fresh(NamedTuple):
    """A mutant, and the folder of the example that it is of."""

    folder: str
    name: str
    changes: tuple[str, ...]
    data: bytes


def fresh(count: int, seed: str, only: str = "") -> Iterator[Fresh]:
    """So many mutants, of each example in turn, of one folder or of all."""
    folders = [only] if only else VALIDATORS
    examples = [(folder, name, bundle) for folder in folders for name, bundle in sources(folder)]
    for number, (folder, name, bundle) in enumerate(itertools.islice(itertools.cycle(examples), count)):
        mutant = next(mutants(f"{name}/{seed}/{number}", bundle, 1))
        data = mutant.text.encode()
        if number % 2 and engine_report(data).layers[Layer.SCHEMA] is not Outcome.FAILED:
            xml, changes = dump_xml(load_json(data).message), (*mutant.changes, "as XML")
            if number % 4 == 3:
                change, xml = change_xml(xml, f"{seed}/{number}")
                changes = (*changes, change)
            yield Fresh(folder, f"{name}/{number}", changes, xml)
        else:
            yield Fresh(folder, f"{name}/{number}", mutant.changes, data)


def main(count: str, seed: str, file: str = "", folder: str = "") -> int:
    """Judge, print and write."""
    java = _started()
    verdicts, reasons, kinds, written = Counter[str](), Counter[str](), Counter[str](), 0
    begun = time.monotonic()
    with ThreadPoolExecutor(1) as pool, open(file or f"mutants-{seed}.jsonl", "w", encoding="utf-8") as out:
        for number, mutant in enumerate(fresh(int(count), seed, folder), 1):
            try:
                each = compared(java, pool, *mutant)
            except RuntimeError:  # the JVM has ended, be it for want of memory
                start.cache_clear()
                java = _started()
                each = compared(java, pool, *mutant)
            reasons += each.reasons
            verdicts[_verdict(each)] += 1
            kinds["XML" if mutant.data.startswith(b"<") else "JSON"] += 1
            if each.unexplained:
                written += 1
                out.write(json.dumps(each.to_dict()) + "\n")
            if number % _STEP == 0:
                out.flush()
                print(
                    f"{number}: {written} unexplained, {number * 60 / (time.monotonic() - begun):.0f} a minute",
                    flush=True,
                )
    for heading, counted in (("forms", kinds), ("verdicts", verdicts), ("errors, by reason", reasons)):
        print(heading)
        for what, times in counted.most_common():
            print(f"{times:8} {what}")
    return min(written, 1)


def replay(file: str) -> int:
    """Judge again what was written to a file."""
    java, alone = _started(), 0
    with open(file, encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    with ThreadPoolExecutor(1) as pool:
        for case in cases:
            name, changes = case["name"], case["changes"]
            each = compared(java, pool, name.partition("/")[0], name, changes, case["text"].encode())
            alone += bool(each.unexplained)
            if each.unexplained:
                print(name, "; ".join(changes), *map(told, each.unexplained), sep="\n    ")
    print(f"{alone} of {len(cases)} have an error without a known reason")
    return min(alone, 1)


def _started() -> JavaOracle:
    """A JVM with all validators."""
    java = start(lasting=True)
    for version in sorted(set(VALIDATORS.values())):
        java.load(version, official_archives(oracle("reference").parent, version))
    return java


def _verdict(each: Compared) -> str:
    if each.opinion is None:
        return "the official validator broke"
    if each.same_verdict:
        both = f"both {each.opinion.theirs}"
        return f"{both}, a root cause without reason" if each.unexplained else both
    return f"ours {each.opinion.ours}, theirs {each.opinion.theirs}: {'NO REASON' if each.unexplained else 'known'}"


if __name__ == "__main__":
    sys.exit(replay(sys.argv[2]) if sys.argv[1] == "replay" else main(*sys.argv[1:]))
