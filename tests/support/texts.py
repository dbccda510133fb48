"""Texts with markup."""

from __future__ import annotations

from typing import Any

from medcom_bu.values.text import FormattedText


def formatted(*nodes: Any) -> FormattedText:
    """A formatted text of these nodes."""
    return FormattedText(nodes)
