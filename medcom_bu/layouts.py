"""What a layout of your own is made with, and the layouts that this library knows; see docs/edifact.md.

A layout is a value: made in Python of what is here, or read by ``load`` from a data file in TOML. ``to_toml`` gives
a known one as such a file, and ``gaps`` says what a layout cannot write of what its letter can hold.

>>> from medcom_bu import layouts
>>> layouts.H0130R.code, layouts.H0130R.version.code
('H0130R', 'XH0130R')
"""

from __future__ import annotations

from medcom_bu.binary_files import Data, opened
from medcom_bu.edifact.layout.codec import Codec, table
from medcom_bu.edifact.layout.data_file import BadLayout, from_toml, to_toml
from medcom_bu.edifact.layout.gaps import gaps
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
    "BadLayout",
    "Codec",
    "Group",
    "Layout",
    "always",
    "gaps",
    "kept",
    "known",
    "load",
    "maybe",
    "never",
    "table",
    "to_toml",
]


def load(data: Data) -> Layout:
    """Load a layout from a data file: a path, its bytes or a binary file, in TOML and UTF-8; see docs/edifact.md.

    Raises BadLayout, a ValueError, for what is not a layout: it says in which group and row, and why. Raises OSError
    for a path that cannot be read, TypeError for another kind of argument.
    """
    with opened(data, "layouts.load takes bytes, a path or a binary file") as source:
        raw = source if isinstance(source, bytes) else source.read()
    try:
        return from_toml(raw.decode(), known())
    except UnicodeDecodeError as error:
        raise BadLayout(f"it is not UTF-8, from byte {error.start} on") from None
