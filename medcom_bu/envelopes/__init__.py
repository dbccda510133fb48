"""Wrapping messages for the network, opening what comes, answering and counting it."""

from __future__ import annotations

from medcom_bu.envelopes import statistics, vans

__all__ = ["statistics", "vans"]
