"""The layouts that are known: one module a message, each a table read in both directions.

The notation is that of :mod:`medcom_bu.edifact.layout.notation`. A layout that MedCom has not made public can be added
by the caller: make a :class:`~medcom_bu.edifact.layout.notation.Layout` and give it to ``to_edifact`` and to ``read``.
"""

from __future__ import annotations

import functools

from medcom_bu.edifact.layout.letters import binary_letter, clinical_email, hospital_referral, receipts
from medcom_bu.edifact.layout.notation import Layout


@functools.cache
def layouts() -> tuple[Layout, ...]:
    """Every layout, those that are only read included."""
    modules = (hospital_referral, binary_letter, clinical_email, receipts)
    return tuple(layout for module in modules for layout in module.LAYOUTS)
