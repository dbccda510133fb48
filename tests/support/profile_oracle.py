"""The official packages and examples, for the tests of the profile engine."""

from __future__ import annotations

import functools
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.profiles.packages import Definitions, Library, load_all
from tests.support.oracle import oracle

GUIDES = {
    "acknowledgement-2.0.3": ("medcom.fhir.dk.acknowledgement", "2.0.3"),
    "acknowledgement-testscripts-2.0.0": ("medcom.fhir.dk.acknowledgement", "2.0.3"),
    "carecommunication-4.0.3": ("medcom.fhir.dk.carecommunication", "4.0.3"),
    "carecommunication-5.0.2": ("medcom.fhir.dk.carecommunication", "5.0.2"),
    "homecareobservation-1.2.1": ("medcom.fhir.dk.homecareobservation", "1.2.1"),
    "hospitalnotification-3.0.2": ("medcom.fhir.dk.hospitalnotification", "3.0.2"),
    "messaging-4.0.2": ("medcom.fhir.dk.messaging", "4.0.2"),
    "testscripts-4.0.1": ("medcom.fhir.dk.carecommunication", "4.0.1"),
    "testscripts-5.0.0": ("medcom.fhir.dk.carecommunication", "5.0.1"),
    "testscripts-5.0.2": ("medcom.fhir.dk.carecommunication", "5.0.2"),
}
"""Folder of examples -> the package that they were published or judged with."""

NEWER = {
    "acknowledgement-testscripts-2.0.0/Bundle-fd618b85-9376-45ac-b0bd-67b0541f4fa4.json": {
        ("profile.code", "Bundle.entry[1].resource.issue[0].details.coding[0]")
    }
}
"""Examples of an older guide than any available: the code is gone from the value set of 2.0.3."""


@functools.cache
def official_library() -> Library:
    """The official packages alone."""
    return Library(load_all(oracle("reference/fhir")))


@functools.cache
def definitions(name: str, version: str) -> Definitions:
    """What one official package reaches."""
    return official_library().definitions(name, version)


def load(path: Path) -> dict[str, Any]:
    """A JSON example as plain data."""
    plain: dict[str, Any] = json.loads(path.read_text("utf-8-sig"), parse_float=Number, parse_int=Number)
    return plain


def examples() -> Iterator[tuple[str, Path]]:
    """Each JSON example that a package is available for, with its name below ``examples/fhir``."""
    root = oracle("examples/fhir")
    for folder in GUIDES:
        for path in sorted((root / folder).rglob("*.json")):
            yield path.relative_to(root).as_posix(), path


def recorded(name: str) -> list[dict[str, str]] | None:
    """The errors that the official validator recorded for an example, or None."""
    path = oracle("examples/fhir/expected") / f"{name.removesuffix('.json')}.issues.json"
    if not path.exists():
        return None
    return [issue for issue in json.loads(path.read_text("utf-8"))["issues"] if issue["severity"] == "error"]


HOSPITAL = (
    "medcom.fhir.dk.hospitalnotification-3.0.2",
    "hl7.fhir.dk.core-2.0.0",
    "medcom.fhir.dk.core-2.0.0",
    "medcom.fhir.dk.messaging-2.1.0",
    "medcom.fhir.dk.terminology-1.1.1",
)
HOME_CARE = (
    "medcom.fhir.dk.homecareobservation-1.2.1",
    "hl7.fhir.r4.core-4.0.1-rebuilt",
    "hl7.fhir.dk.core-3.4.0",
    "medcom.fhir.dk.core-2.4.0",
    "medcom.fhir.dk.messaging-3.0.0",
    "medcom.fhir.dk.messagedefinitions-1.0.0",
    "medcom.fhir.dk.terminology-2.0.2",
)
"""Two guides that the library does not ship, each with what it depends on."""


def archives(*names: str) -> list[Path]:
    """The official packages of some names."""
    return [oracle("reference/fhir") / f"{name}.tgz" for name in names]


def examples_of(name: str) -> Iterator[tuple[str, bytes]]:
    """The Bundles among the examples of an official package, by the names of their files."""
    with tarfile.open(oracle("reference/fhir") / f"{name}.tgz", "r:gz") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name.startswith("package/example/Bundle-") else None
            if content is not None:
                yield member.name.rpartition("/")[2], content.read()
