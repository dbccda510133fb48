"""What two sides say to each other about messages: receipts, and what they answer."""

from __future__ import annotations

from medcom_bu.exchange import acknowledgements, receipts

__all__ = ["acknowledgements", "receipts"]
