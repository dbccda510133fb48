"""The official validator as an oracle: HAPI's instance validator in one JVM, asked over a pipe.

Development only. ``tests/support/java/`` holds the Java side and the pinned artifacts; Maven resolves them once, the
class is compiled once, both into a cache outside the checkout (``MEDCOM_BU_CACHE``, else the user's cache folder). The
official packages are read from ``shared/reference/fhir``.

From a shell, ``python -m tests.support.java_oracle CC-5.0.2 FOLDER`` prints one JSON line a message.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from tests.support import ROOT
from tests.support.oracle import oracle

SOURCES = Path(__file__).parent / "java"
PROFILES = ROOT / "profiles"

# Which packages judge which version: the guide and what it depends on, as the guide's own package.json says.
PACKAGES = {
    "CC-5.0.2": (
        "hl7.fhir.dk.core-3.4.0",
        "medcom.fhir.dk.terminology-2.0.1",
        "medcom.fhir.dk.core-3.0.1",
        "medcom.fhir.dk.messaging-4.0.2",
        "medcom.fhir.dk.messagedefinitions-1.0.0",
        "medcom.fhir.dk.carecommunication-5.0.2",
    ),
    "CC-5.0.1": (
        "hl7.fhir.dk.core-3.4.0",
        "medcom.fhir.dk.terminology-2.0.1",
        "medcom.fhir.dk.core-3.0.1",
        "medcom.fhir.dk.messaging-4.0.1",
        "medcom.fhir.dk.messagedefinitions-1.0.0",
        "medcom.fhir.dk.carecommunication-5.0.1",
    ),
    "CC-4.0.3": (
        "hl7.fhir.dk.core-3.2.0",
        "medcom.fhir.dk.terminology-1.7.0",
        "medcom.fhir.dk.core-2.4.0",
        "medcom.fhir.dk.messaging-2.2.2",
        "medcom.fhir.dk.carecommunication-4.0.3",
    ),
    "CC-4.0.1": (
        "hl7.fhir.dk.core-3.2.0",
        "medcom.fhir.dk.terminology-1.7.0",
        "medcom.fhir.dk.core-2.4.0",
        "medcom.fhir.dk.messaging-2.2.0",
        "medcom.fhir.dk.carecommunication-4.0.1",
    ),
    "ACK-2.0.3": (
        "hl7.fhir.dk.core-2.0.0",
        "medcom.fhir.dk.terminology-1.4.0",
        "medcom.fhir.dk.core-2.0.1",
        "medcom.fhir.dk.messaging-2.1.0",
        "medcom.fhir.dk.acknowledgement-2.0.3",
    ),
    "HN-3.0.2": (
        "hl7.fhir.dk.core-2.0.0",
        "medcom.fhir.dk.terminology-1.1.1",
        "medcom.fhir.dk.core-2.0.0",
        "medcom.fhir.dk.messaging-2.1.0",
        "medcom.fhir.dk.hospitalnotification-3.0.2",
    ),
    "HCO-1.2.1": (
        "hl7.fhir.dk.core-3.4.0",
        "medcom.fhir.dk.terminology-2.0.2",
        "medcom.fhir.dk.core-2.4.0",
        "medcom.fhir.dk.messaging-3.0.0",
        "medcom.fhir.dk.messagedefinitions-1.0.0",
        "medcom.fhir.dk.homecareobservation-1.2.1",
    ),
}


_BRIEF = ("-XX:TieredStopAtLevel=1",)
"""For a few hundred messages the second compiler takes as long as the judging: it pays in a JVM that lasts."""
_ON_EXTENSIONS = ("CC-5", "HCO")
"""The guides that stand on the package of general extensions."""
CRASH = "crash"  # the id of the one finding where the validator itself broke on a message: it did not accept it


class Unavailable(Exception):
    """The oracle cannot run here; the text says why."""


class Unresolved(Unavailable):
    """Maven cannot have the artifacts here: nothing that a change of ours could have broken."""


@dataclass(frozen=True)
class Finding:
    """One message of the validator: ``id`` is its message id, or ``profile#key`` of a failed invariant."""

    severity: str
    id: str
    location: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """What the validator says of one message; ``nanos`` is the time it took inside the JVM."""

    valid: bool
    findings: tuple[Finding, ...]
    nanos: int

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity in {"error", "fatal"})

    @property
    def error_ids(self) -> set[str]:
        """The ids of the errors, an invariant's without its profile."""
        return {finding.id.rpartition("#")[2] for finding in self.errors}


class JavaOracle:
    """A running JVM. ``load`` makes a named validator, ``judge`` asks it; one request at a time."""

    def __init__(self, classpath: str, *, lasting: bool = False) -> None:
        self._java: subprocess.Popen[bytes] = subprocess.Popen(
            ["java", "-Xmx3g", "-XX:+UseSerialGC", *(() if lasting else _BRIEF), "-cp", classpath, "Oracle"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._loaded: dict[str, tuple[str, ...]] = {}

    def load(self, name: str, packages: Sequence[Path]) -> None:
        """A validator ``name`` over FHIR packages: archives, or folders that hold a folder ``package``."""
        paths = tuple(str(package.resolve()) for package in packages)
        if self._loaded.get(name) != paths:
            answer = self._ask({"load": name, "packages": paths})
            if "crash" in answer:
                raise RuntimeError(f"the Java oracle cannot load {name}: {answer['crash']}")
            self._loaded[name] = paths

    def judge(self, name: str, message: bytes | str, profiles: Iterable[str] = ()) -> Verdict:
        """The verdict of validator ``name``; ``profiles`` are asked for besides those the message claims."""
        text = message.decode("utf-8") if isinstance(message, bytes) else message
        answer = self._ask({"with": name, "text": text, "profiles": list(profiles)})
        if "crash" in answer:
            return Verdict(False, (Finding("fatal", CRASH, "", answer["crash"]),), 0)
        findings = (Finding(i["severity"], i["id"] or "", i["location"] or "", i["text"]) for i in answer["issues"])
        return Verdict(answer["valid"], tuple(findings), answer["nanos"])

    def outcome(self, name: str, message: str) -> str | None:
        """The OperationOutcome that validator ``name`` gives on a message, in JSON; None where it broke on it."""
        answer = self._ask({"with": name, "text": message, "outcome": True})
        return None if "crash" in answer else str(answer["outcome"])

    def close(self) -> None:
        _pipe(self._java.stdin).close()
        self._java.wait()
        _pipe(self._java.stdout).close()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        pipe = _pipe(self._java.stdin)
        pipe.write(json.dumps(request).encode() + b"\n")
        pipe.flush()
        line = _pipe(self._java.stdout).readline()
        if not line:
            raise RuntimeError("the Java oracle has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


@functools.cache
def _found() -> str | Unavailable:
    """The classpath, or why there is none: asked once, since Maven may take long to give up."""
    try:
        return classpath()
    except Unavailable as missing:
        return missing


@functools.cache
def start(*, lasting: bool = False) -> JavaOracle:
    """The one JVM of this process, built on first use; ``lasting`` for thousands of messages.

    Raises :class:`Unavailable` with the reason.
    """
    found = _found()
    if isinstance(found, Unavailable):
        raise found
    java = JavaOracle(found, lasting=lasting)
    atexit.register(java.close)
    return java


def running() -> JavaOracle:
    """:func:`start` for a test: without Java or its artifacts it skips and says so.

    A build of ours that is broken fails where oracles are required.
    """
    try:
        return start()
    except Unresolved as missing:
        pytest.skip(str(missing))
    except Unavailable as missing:
        if os.environ.get("MEDCOM_BU_REQUIRE_ORACLES") == "1" and shutil.which("java"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


def with_official(versions: Iterable[str]) -> JavaOracle:
    """The JVM for a test, with a validator by the official packages for each version, a key of :data:`PACKAGES`."""
    shared = oracle("reference").parent
    java = running()
    for version in versions:
        java.load(version, official_archives(shared, version))
    return java


def official_archives(shared: Path, version: str) -> list[Path]:
    """The official archives that judge ``version``, a key of :data:`PACKAGES`.

    The general extensions that some depend on are not available: ours, with the one that is reached, is used instead.
    """
    archives = [shared / "reference" / "fhir" / f"{name}.tgz" for name in PACKAGES[version]]
    return [PROFILES / "hl7.fhir.uv.extensions.r4#5.2.0", *archives] if version.startswith(_ON_EXTENSIONS) else archives


def own_folders(package: str) -> list[Path]:
    """The folders of our own ``profiles/`` that judge ``package``, a ``name#version``: it and its dependencies."""
    manifest = json.loads((PROFILES / package / "package" / "package.json").read_text(encoding="utf-8"))
    needed = [f"{name}#{version}" for name, version in manifest["dependencies"].items() if name != "hl7.fhir.r4.core"]
    return [PROFILES / name for name in (*needed, package)]


def classpath() -> str:
    """The classpath of the compiled oracle, from the cache or built now."""
    for tool in ("java", "javac", "mvn"):
        if shutil.which(tool) is None:
            raise Unavailable(f"the Java oracle did not run: {tool} is not on this machine")
    content = b"".join((SOURCES / name).read_bytes() for name in ("pom.xml", "Oracle.java"))
    caches = Path(os.environ.get("MEDCOM_BU_CACHE") or Path.home() / ".cache" / "medcom_bu")
    cache = caches / "java-oracle" / hashlib.sha256(content).hexdigest()[:16]
    listed = cache / "classpath"
    if listed.exists():
        paths = listed.read_text(encoding="utf-8").strip()
        if all(Path(path).exists() for path in paths.split(os.pathsep)):
            return paths
    cache.mkdir(parents=True, exist_ok=True)
    jars = cache / "jars"
    resolve = ["dependency:build-classpath", f"-Dmdep.outputFile={jars}"]
    try:
        _run("Maven could not resolve its artifacts", ["mvn", "-q", "-B", "-f", str(SOURCES / "pom.xml"), *resolve])
    except Unavailable as failed:
        raise Unresolved(str(failed)) from None
    libraries = jars.read_text(encoding="utf-8").strip()
    compiling = ["javac", "-cp", libraries, "-d", str(cache / "classes"), str(SOURCES / "Oracle.java")]
    _run("it does not compile", compiling)
    classpath = os.pathsep.join([str(cache / "classes"), libraries])
    listed.write_text(classpath, encoding="utf-8")
    return classpath


def _run(problem: str, command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=540)
    except subprocess.CalledProcessError as failed:
        said = (failed.stdout + failed.stderr).decode(errors="replace").strip()
        raise Unavailable(f"the Java oracle did not run: {problem}\n{said[:2000]}") from None
    except subprocess.TimeoutExpired:
        raise Unavailable(f"the Java oracle did not run: {problem} (timed out)") from None


def main(version: str, folder: str) -> None:
    """Judges every message of a folder by the official packages: one JSON line each."""
    shared = Path(os.environ.get("MEDCOM_BU_SHARED", ROOT.parent / "shared"))
    java = start()
    java.load(version, official_archives(shared, version))
    for path in sorted(p for p in Path(folder).rglob("*") if p.suffix in {".json", ".xml"}):
        verdict = java.judge(version, path.read_bytes())
        issues = [[f.severity, f.id, f.location] for f in verdict.findings]
        line = {"file": str(path), "valid": verdict.valid, "ms": verdict.nanos / 1e6, "issues": issues}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
