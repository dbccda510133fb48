"""EDIFACT: bytes to segments, whole messages on either wire."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import medcom_bu
from benchmarks.table import Row, at_most, faster
from medcom_bu.edifact.syntax import codec as syntax
from medcom_bu.testing.letters import letter_samples

MESSAGES = {"REF01": ("XREF01/XH0130R", "H0130R"), "DIS91": ("XDIS91/XD9134L", None)}


def nested_split(text: str) -> list[list[list[str]]]:
    """The least that taking an interchange apart can cost: no release character, no check."""
    return [[part.split(":") for part in segment.split("+")] for segment in text.split("'")]


def _data(name: str) -> bytes:
    sample, version = MESSAGES[name]
    return medcom_bu.to_edifact(letter_samples()[sample], version=version)


def segments(_: Path) -> Iterator[Row]:
    """Bytes to segments, with every check of the syntax."""
    for name in MESSAGES:
        data = _data(name)
        bare = partial(nested_split, data.decode("latin-1"))
        yield at_most(f"EDIFACT {name}: to segments", "nested str.split", 2.0, partial(syntax.read, data), bare)
    data = _data("REF01")
    read = partial(syntax.read, data)
    yield faster("EDIFACT REF01: to segments", "pydifact", 25, read, lambda: _pydifact(data), "pydifact")


def conversions(_: Path) -> Iterator[Row]:
    """From one wire to the other, against the other library's parse alone: a fifth of it is the target."""
    data = _data("REF01")
    value: Any = medcom_bu.parse(data)
    xml = medcom_bu.to_xml(value)
    both = {
        "EDIFACT REF01 -> XML": lambda: medcom_bu.to_xml(medcom_bu.parse(data)),  # type: ignore[arg-type]
        "XML -> EDIFACT REF01": lambda: medcom_bu.to_edifact(medcom_bu.parse(xml)),  # type: ignore[arg-type]
    }
    for path, work in both.items():
        yield faster(path, "pydifact, parse alone", 5, work, lambda: _pydifact(data), "pydifact")


def _pydifact(data: bytes) -> Any:
    from pydifact.segmentcollection import Interchange

    warnings.simplefilter("ignore")  # it warns of each segment that it has no description of
    return partial(Interchange.from_str, data.decode("latin-1"))


PATHS = (segments, conversions)
