"""The status of the patient in a letter, and the encounter, that FHIR has for it.

Source: use cases of the VANS conversion service 3.1.0, 4.2; governance 080; mapping workbook of January 2026, 18 and
35.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence

from medcom_bu.values.codes import EpisodeOfCareStatusCode as Status
from medcom_bu.values.fhir_codes import ACT_CODES, EPISODE_OF_LPR3
from medcom_bu.values.fhir_types import Coding, Identifier

OTHER_CLASSES = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-core-encounter-act-codes"
_OTHER = Coding(system=OTHER_CLASSES, code="other")
_INPATIENT, _AMBULATORY = Coding(system=ACT_CODES, code="IMP"), Coding(system=ACT_CODES, code="AMB")

ENCOUNTERS: Mapping[str, tuple[Coding, str]] = {
    Status.INACTIVE: (_OTHER, "unknown"),
    Status.ADMITTED: (_INPATIENT, "in-progress"),
    Status.OUTPATIENT: (_AMBULATORY, "in-progress"),
    Status.DEAD: (_OTHER, "finished"),
    Status.OUTPATIENT_X_RAY: (_AMBULATORY, "in-progress"),
}
"""Status of the patient -> class and status of the Encounter."""

_STATUSES = {
    ("other", "unknown"): Status.INACTIVE,
    ("IMP", "in-progress"): Status.ADMITTED,
    ("AMB", "in-progress"): Status.OUTPATIENT,
    ("other", "finished"): Status.DEAD,
}
_UUID = re.compile("(?:urn:uuid:)?([0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12})")


def taken_status(code: str | None) -> Status:
    """What a receiver takes the status of a patient for: one that is missing, or not of the list, is inactive."""
    taken = Status.get(Status.taken_for(code)) if code is not None else None
    return taken if isinstance(taken, Status) else Status.INACTIVE


def status_of(class_code: str | None, status: str | None) -> Status | None:
    """The status of the patient that class and status of an Encounter stand for; None where they stand for none."""
    return _STATUSES.get((class_code or "", status or ""))


def as_uuid(text: str | None) -> uuid.UUID | None:
    """The UUID that a text is, with or without hyphens and ``urn:uuid:``; None where it is none."""
    match = _UUID.fullmatch(text or "")
    return uuid.UUID(match[1]) if match else None


def chosen_episode(identifiers: Sequence[Identifier], prefers_local: bool) -> Identifier | None:
    """Which of several numbers a letter gets: the first local one, or the first of LPR3; else the first."""
    preferred = (each for each in identifiers if (each.system != EPISODE_OF_LPR3) is prefers_local)
    return next(preferred, identifiers[0] if identifiers else None)
