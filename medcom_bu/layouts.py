"""What a layout of your own is made with, and the layouts that this library knows; see docs/edifact.md.

>>> from medcom_bu import layouts
>>> layouts.H0130R.code, layouts.H0130R.version.code
('H0130R', 'XH0130R')
"""

from __future__ import annotations

from medcom_bu.edifact.layout.codec import Codec, table
from medcom_bu.edifact.layout.letters import layouts as known
from medcom_bu.edifact.layout.letters.binary_letter import B0130X, B0131X, B0210X
from medcom_bu.edifact.layout.letters.clinical_email import D9134L
from medcom_bu.edifact.layout.letters.hospital_referral import H0130R, H0131R
from medcom_bu.edifact.layout.letters.receipts import C0130Q, C0230Q, C0330Q
from medcom_bu.edifact.layout.notation import Group, Layout, always, kept, maybe, never

__all__ = [
    "B0130X",
    "B0131X",
    "B0210X",
    "C0130Q",
    "C0230Q",
    "C0330Q",
    "D9134L",
    "H0130R",
    "H0131R",
    "Codec",
    "Group",
    "Layout",
    "always",
    "kept",
    "known",
    "maybe",
    "never",
    "table",
]
