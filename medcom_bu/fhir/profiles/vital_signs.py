"""The profiles that R4 asks of an Observation by its code, whatever it claims: those of vital signs.

Source: FHIR R4, Vital Signs Profiles, the table of codes; HL7's validator demands the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.fhir.model.r4 import R4

_LOINC, _SNOMED = "http://loinc.org", "http://snomed.info/sct"
_PROFILES = {
    (_LOINC, "85353-1"): "vitalsigns",
    (_LOINC, "9279-1"): "resprate",
    (_LOINC, "8867-4"): "heartrate",
    (_LOINC, "2708-6"): "oxygensat",
    (_LOINC, "59408-5"): "oxygensat",
    (_LOINC, "8310-5"): "bodytemp",
    (_SNOMED, "276885007"): "bodytemp",
    (_LOINC, "8302-2"): "bodyheight",
    (_LOINC, "9843-4"): "headcircum",
    (_LOINC, "29463-7"): "bodyweight",
    (_LOINC, "39156-5"): "bmi",
    (_LOINC, "85354-9"): "bp",
}
"""The system and the code -> the name of the profile. R4 lists those of LOINC but 59408-5, HL7's validator all."""
PROFILES = frozenset(R4 + name for name in _PROFILES.values())
"""What R4 itself asks of vital signs; they are in its whole package, which is not shipped."""


def demanded_of(resource: dict[str, Any]) -> Iterator[str]:
    """The profiles that the codes of an Observation ask for; nothing of another resource."""
    code = resource.get("code") if resource.get("resourceType") == "Observation" else None
    codings = code.get("coding") if type(code) is dict else None
    for coding in codings if type(codings) is list else ():
        system, code = (coding.get("system"), coding.get("code")) if type(coding) is dict else (None, None)
        if type(system) is str and type(code) is str and (system, code) in _PROFILES:
            yield R4 + _PROFILES[system, code]
