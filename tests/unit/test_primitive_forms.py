"""The forms of R4's primitives: one table for the schema layer, and what the profile layer asks beyond it."""

from __future__ import annotations

from typing import Any

import pytest

from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.model.r4 import PRIMITIVES
from medcom_bu.fhir.model.shape import kind_and_form
from medcom_bu.fhir.profiles.primitives import form

TEXTS = (
    *("", " ", "x", "a b", "a  b", " a", "x:y", "#a", "http://example.org/a", "http://example.org/a b"),
    *("urn:uuid:0b1f8b52-2b0e-4c63-8f0a-3a1f3a5f7c11", "urn:uuid:XYZ", "urn:oid:1.2.3", "urn:oid:x", "urn:x:y"),
    *("2026", "2026-02", "2026-02-28", "2026-02-30", "2026-02-30T10:00:00Z", "2026-02-28T10:00:00Z", "10:00:00"),
    *("QUJD", "QUJ", "$$", "Q UJD", "true", "7", "a" * 64, "a" * 65, "a" * 1048576, "a" * 1048577, "<div>x</div>"),
)
NUMBERS = tuple(map(Number, ("0", "1", "-1", "2147483647", "2147483648", "-2147483648", "-2147483649", "1.5", "1e3")))
BEYOND = {
    "uri": {"", "urn:uuid:XYZ", "urn:oid:x"},
    "url": {"", "urn:uuid:XYZ", "urn:oid:x"},
    "date": {"2026-02-30"},
    "dateTime": {"2026-02-30", "2026-02-30T10:00:00Z"},
    "instant": {"2026-02-30T10:00:00Z"},
    "string": {"a" * 1048577},
    "integer": {"2147483648", "-2147483649"},
    "positiveInt": {"2147483648"},
    "unsignedInt": {"2147483648"},
}
RELATIVE = set(TEXTS) - {text for text in TEXTS if " " in text or text.startswith(("x:", "#", "http", "urn:"))}
BEYOND["canonical"] = RELATIVE | {"urn:uuid:XYZ", "urn:oid:x"}


@pytest.mark.parametrize("name", sorted(PRIMITIVES.keys() - {"xhtml"}))
def test_profiles_ask_what_the_schema_layer_asks_and_more_of_some(name: str) -> None:
    kind: Any
    kind, fits = kind_and_form(name)
    values: tuple[Any, ...] = (*TEXTS, *NUMBERS, True, None, [], {})
    schema = [value for value in values if type(value) is kind and (fits is None or fits(value))]
    profile = [value for value in values if form(name)(value)]
    assert [value for value in profile if value not in schema] == []
    assert {value for value in schema if value not in profile} == BEYOND.get(name, set())


def test_a_narrative_is_a_text() -> None:
    assert [form("xhtml")(value) for value in ("<div>", "x", "", True, None)] == [True, True, False, False, False]
