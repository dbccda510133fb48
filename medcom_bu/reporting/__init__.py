"""Reports on many files, for people and for machines: text, JSON, JUnit XML, SARIF 2.1.0, a page of HTML.

Each format takes the files as they are judged and gives pieces of text as soon as it can. What is for machines is to be
written in UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from medcom_bu.reporting.html import as_html
from medcom_bu.reporting.json import as_json
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
from medcom_bu.reporting.junit import as_junit
from medcom_bu.reporting.sarif import as_sarif
from medcom_bu.reporting.text import as_text

FORMATS: dict[str, Callable[[Iterable[Judged], Look], Iterator[str]]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "junit": as_junit,
    "html": as_html,
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
