"""Numbers, UUIDs and a clock that are known beforehand: those that the library gives to everybody's tests."""

from __future__ import annotations

from medcom_bu.testing import frozen as counted

__all__ = ["counted"]
