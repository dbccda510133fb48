"""FHIRPath, compiled to closures: what the invariants and discriminators of FHIR profiles use.

>>> from medcom_bu.fhir.fhirpath import Env, compile
>>> patient = {"resourceType": "Patient", "name": [{"family": "Hansen"}]}
>>> compile("name.exists() or telecom.exists()").holds(patient, Env(patient))
True
>>> compile("name.comparable(name)")
Traceback (most recent call last):
medcom_bu.fhir.fhirpath.faults.UnsupportedExpression: FHIRPath comparable() is not supported

"""

from __future__ import annotations

from medcom_bu.fhir.fhirpath.compiled import Compiled, compile  # noqa: A004
from medcom_bu.fhir.fhirpath.corrections import corrected
from medcom_bu.fhir.fhirpath.environment import MOST_STEPS, STEPS_OF_AN_ENTRY, BundleIndex, Env, Steps, objects_in
from medcom_bu.fhir.fhirpath.faults import (
    EvaluationError,
    FhirPathError,
    FhirPathSyntaxError,
    TooManySteps,
    Undecidable,
    UnknownType,
    UnsupportedExpression,
    not_at_hand,
)
from medcom_bu.fhir.fhirpath.narrative import html_checks, judged_once, local_links, narrative_links
from medcom_bu.fhir.fhirpath.nodes import FhirElement, bare, merged

__all__ = [
    "MOST_STEPS",
    "STEPS_OF_AN_ENTRY",
    "BundleIndex",
    "Compiled",
    "Env",
    "EvaluationError",
    "FhirElement",
    "FhirPathError",
    "FhirPathSyntaxError",
    "Steps",
    "TooManySteps",
    "Undecidable",
    "UnknownType",
    "UnsupportedExpression",
    "bare",
    "compile",
    "corrected",
    "html_checks",
    "judged_once",
    "local_links",
    "merged",
    "narrative_links",
    "not_at_hand",
    "objects_in",
]
