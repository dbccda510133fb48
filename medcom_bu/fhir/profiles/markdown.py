"""Markdown without HTML, which many do not show as such.

Source: FHIR R4, Data Types, markdown; HL7's validator warns of the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath import bare
from medcom_bu.fhir.profiles import catalogue_of_parts
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s|/?>)")


@attrs.frozen
class NoHtml:
    """The text holds no tag."""

    rule: Rule

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a text."""
        text = bare(value)
        if isinstance(text, str) and _TAG.search(text):
            scope.report(self.rule.broken(catalogue_of_parts.MARKDOWN_HTML, path))


def make_markdown(source: CheckSource) -> Iterator[Check]:
    """For each text in Markdown."""
    if source.type == "markdown":
        yield NoHtml(source.rule)
