"""FHIR packages and the judge of profiles: those shipped with the library, those in the FHIR cache, those of a file."""

from __future__ import annotations

from medcom_bu.fhir.profiles.packages import BadPackage, Definitions, Library, Package, cache, load, load_all, shipped
from medcom_bu.fhir.profiles.walk import check

__all__ = ["BadPackage", "Definitions", "Library", "Package", "cache", "check", "load", "load_all", "shipped"]
