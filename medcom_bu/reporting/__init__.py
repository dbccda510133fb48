"""Reports on many files, for people and for machines: text, JSON, JUnit XML, SARIF 2.1.0, a page of HTML.

Each format takes the files as they are judged and gives pieces of text as soon as it can. What is for machines is to be
written in UTF-8.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable, Iterator

from medcom_bu.reporting.judged import (
    NOT_CHECKED,
    NOT_FHIR,
    UNREADABLE,
    Judged,
    Look,
    Tally,
    exit_status,
    json_text,
    unreadable,
)


def _written(form: str, judged: Iterable[Judged], look: Look) -> Iterator[str]:
    """The pieces of a report; the module of its format is loaded when it is the one that is wanted."""
    pieces: Iterator[str] = getattr(importlib.import_module(f"medcom_bu.reporting.{form}"), f"as_{form}")(judged, look)
    return pieces


FORMATS: dict[str, Callable[[Iterable[Judged], Look], Iterator[str]]] = {
    form: functools.partial(_written, form) for form in ("text", "json", "sarif", "junit", "html")
}

__all__ = [
    "FORMATS",
    "NOT_CHECKED",
    "NOT_FHIR",
    "UNREADABLE",
    "Judged",
    "Look",
    "Tally",
    "exit_status",
    "json_text",
    "unreadable",
]
