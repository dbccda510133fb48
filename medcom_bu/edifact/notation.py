"""What a layout of one's own is written with; see docs/edifact.md."""

from __future__ import annotations

from medcom_bu.edifact.layout.notation import Codec, Group, Layout, always, maybe, never, table

__all__ = ["Codec", "Group", "Layout", "always", "maybe", "never", "table"]
