"""FHIR packages and the judge of profiles; and our report beside the verdict of another validator.

The packages are those shipped with the library, those in the FHIR cache, those of a file.
"""

from __future__ import annotations

from medcom_bu.fhir.profiles.packages import BadPackage, Definitions, Library, Package, cache, load, load_all, shipped
from medcom_bu.fhir.profiles.walk import check
from medcom_bu.second_opinion import BadOutcome, SecondOpinion, second_opinion

__all__ = [
    "BadOutcome",
    "BadPackage",
    "Definitions",
    "Library",
    "Package",
    "SecondOpinion",
    "cache",
    "check",
    "load",
    "load_all",
    "second_opinion",
    "shipped",
]
