"""Numbers as people write them, made numbers as messages have them: without blanks and hyphens.

Only what then has the form of its number is changed: anything else stays as it was given, and is reported. A UUID
loses its hyphens where the standard writes it without: in every letter but the binary ones.

Source: MedCom's XML schemas; MedCom, use cases of the VANS conversion service 3.1.0, on course numbers and objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from medcom_bu.messages.crossing import without_hyphens
from medcom_bu.values.identifiers import BY_CODE, BY_SYSTEM, DanishIdentifier, Gln

_Spell = Callable[[str], str]


def bare_identifier(number: DanishIdentifier) -> DanishIdentifier:
    """A number that is held as one, such as a Cpr."""
    kind = type(number)
    return kind(_spelt(kind)(number.reveal()))


def bare_numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a value or of a builder, by name; those that hold numbers as the message has them."""
    spells: dict[str, _Spell] = {
        "ean_identifier": _spelt(Gln),
        "episode_of_care_identifier": without_hyphens,
        "object_identifier": without_hyphens,
    }
    register = BY_CODE.get(values.get("identifier_code") or "")
    if register is not None:
        spells["identifier"] = _spelt(register)
    system = BY_SYSTEM.get(values.get("system") or "")
    if system is not None:
        spells["value"] = _spelt(system)
    return {
        name: spells[name](value) if name in spells and isinstance(value, str) else value
        for name, value in values.items()
    }


def _spelt(kind: type[DanishIdentifier]) -> _Spell:
    def spelt(text: str) -> str:
        bare = kind.compact(text)
        return bare if kind.has_form(bare) else text

    return spelt
