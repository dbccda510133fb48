"""What FHIR data is made of here: dict, list, str, bool and ``Number``."""

from __future__ import annotations


class Number(str):
    """A JSON number as its own text, so that ``1.0`` stays ``1.0``."""

    __slots__ = ()
