"""The profiles that R4 asks of an Observation by its code, whatever it claims: those of vital signs.

Source: FHIR R4, Vital Signs Profiles, the table of codes; HL7's validator demands the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.fhir.model.r4 import R4

_LOINC = "http://loinc.org"
_PROFILES = {
    "85353-1": "vitalsigns",
    "9279-1": "resprate",
    "8867-4": "heartrate",
    "2708-6": "oxygensat",
    "8310-5": "bodytemp",
    "8302-2": "bodyheight",
    "9843-4": "headcircum",
    "29463-7": "bodyweight",
    "39156-5": "bmi",
    "85354-9": "bp",
}
"""The code of LOINC -> the name of the profile."""


def demanded_of(resource: dict[str, Any]) -> Iterator[str]:
    """The profiles that the codes of an Observation ask for; nothing of another resource."""
    code = resource.get("code") if resource.get("resourceType") == "Observation" else None
    codings = code.get("coding") if type(code) is dict else None
    for coding in codings if type(codings) is list else ():
        name = coding.get("code") if type(coding) is dict and coding.get("system") == _LOINC else None
        if type(name) is str and name in _PROFILES:
            yield R4 + _PROFILES[name]
