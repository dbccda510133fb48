"""Which codes to use instead of one that is not allowed: those of a small value set, the nearest first."""

from __future__ import annotations

from typing import Any

from medcom_bu.fhir.profiles.terminology import Expansion
from medcom_bu.issues import Text
from medcom_bu.nearest import CODE, find_nearest

_MOST = 12
"""A value set of so many codes is listed."""


def hint_codes(expansion: Expansion, value: Any) -> Text:
    """The codes of a value set, if they are few, and which one comes nearest to the one given."""
    codes = sorted({code for members in expansion.codes.values() for code in members})
    if not codes or len(codes) > _MOST or expansion.unknown or expansion.grammars:
        return Text("", "")
    near = [found for one in _codes(value) if one not in codes and (found := find_nearest(one, codes, CODE))]
    listed = _as_template(", ".join(codes))
    if not near:
        return Text(f": {listed}", f": {listed}")
    nearest = _as_template(near[0])
    return Text(f", perhaps {nearest}; they are: {listed}", f", måske {nearest}; de er: {listed}")


def _codes(value: Any) -> list[str]:
    """The codes of a code, Coding or CodeableConcept."""
    if isinstance(value, str):
        return [value]
    if type(value) is not dict:
        return []
    codings = value.get("coding", [value])
    found = [one.get("code") for one in codings if type(one) is dict] if type(codings) is list else []
    return [code for code in found if isinstance(code, str)]


def _as_template(text: str) -> str:
    """A text in which braces stand for themselves."""
    return text.replace("{", "{{").replace("}", "}}")
