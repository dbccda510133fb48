"""Wrapping messages for the network, opening what comes, answering and counting it."""

from __future__ import annotations

from medcom_bu.envelopes import sbdh, statistics, vans

__all__ = ["sbdh", "statistics", "vans"]
