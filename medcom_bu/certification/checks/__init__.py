"""The checks of the kit, a module for each subject: each is a function in one registry, called by the name of it.

A check takes the scene, the stage it looks at and its own parameters, and gives findings. See docs/certify.md.
"""

from __future__ import annotations

from medcom_bu.certification.checks import (
    answers,
    care,
    converted_letters,
    converted_messages,
    converted_receipts,
    display,
    envelope,
    episodes,
    forwards,
    letter_parts,
    letters,
    narratives,
    received,
    sent,
    threads,
)
from medcom_bu.certification.checks.findings import CHECKS, RegisteredCheck

__all__ = [
    "CHECKS",
    "RegisteredCheck",
    "answers",
    "care",
    "converted_letters",
    "converted_messages",
    "converted_receipts",
    "display",
    "envelope",
    "episodes",
    "forwards",
    "letter_parts",
    "letters",
    "narratives",
    "received",
    "sent",
    "threads",
]
