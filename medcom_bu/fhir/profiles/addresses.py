"""The checks on the addresses of identifiers and extensions.

Source: FHIR R4, Identifier.system, and Extension.url.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.index import is_absolute
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope


@attrs.frozen
class AbsoluteSystem:
    """The system of an Identifier is absolute, as the text of R4 says."""

    rule: Rule

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        system = value.get("system") if type(value) is dict else None
        if type(system) is str and system and not is_absolute(system):
            scope.report(self.rule.broken(catalogue.IDENTIFIER_SYSTEM, f"{path}.system"))


@attrs.frozen
class AbsoluteUrl:
    """The url of an Extension is absolute, but of one inside another, as the text of R4 says."""

    rule: Rule

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge a value."""
        url = value.get("url") if type(value) is dict else None
        if type(url) is str and url and not is_absolute(url) and not _INSIDE.search(path):
            scope.report(self.rule.broken(catalogue.EXTENSION_URL, f"{path}.url"))


_INSIDE = re.compile(r"xtension\[\d+\]\.extension\[\d+\]$")


def make_addresses(source: CheckSource) -> Iterator[Check]:
    """For each Identifier and each Extension."""
    if source.type == "Identifier":
        yield AbsoluteSystem(source.rule)
    if source.type == "Extension":
        yield AbsoluteUrl(source.rule)
