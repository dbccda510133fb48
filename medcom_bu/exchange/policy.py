"""What the documents leave open or say differently, and the record that each step of an exchange leaves.

Source: MedCom, governance of messaging 020, 040 and 043; test protocol for receiving Acknowledgements 2.0.4; use cases
of the VANS conversion service 3.1.0.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import attrs

from medcom_bu import danish_time
from medcom_bu.arguments import check_fields, check_word
from medcom_bu.declare.base import NUMBERS
from medcom_bu.exchange.identity import MessageKey
from medcom_bu.issues import LANGUAGES


@attrs.frozen(field_transformer=check_fields, kw_only=True)
class ExchangePolicy:
    """What a receiver and a sender do where MedCom's documents conflict or are silent.

    ``timeout`` is how long a sender waits for an answer: 30 minutes (020, 040, 043); the conversion service says 120,
    so set that while your receivers are reached through it. ``max_resends`` is how often a message is sent again at
    most: 3 (040 and the test protocol); 020 and 043 say 2, and for some flows always by hand, which is 0. ``retention``
    is how long an entry is remembered: 92 days, as the conversion service keeps a flow open for three months; it must
    be longer than a sender goes on sending again. ``lang`` is the language of texts for a sender and a user: ``"da"``
    or ``"en"``.

    Raises ValueError for a negative number or another language.
    """

    timeout: timedelta = timedelta(minutes=30)
    max_resends: int = 3
    retention: timedelta = timedelta(days=92)
    lang: str = "da"

    def __attrs_post_init__(self) -> None:
        check_word("ExchangePolicy.lang", self.lang, LANGUAGES)
        if self.max_resends < 0 or min(self.timeout, self.retention) <= timedelta(0):
            raise ValueError("ExchangePolicy takes times longer than none, and resends of 0 or more")


DEFAULTS = ExchangePolicy()
_UUID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""In one of a thousand, digits stand by chance as those of a CPR number do."""


def _with_zone(moment: datetime) -> datetime:
    return danish_time.aware(moment) if isinstance(moment, datetime) else moment  # which is refused


@attrs.frozen(field_transformer=check_fields, kw_only=True)
class AuditRecord:
    """What happened to which message and when, for the log that the governance requires. It contains no content.

    ``moment`` has a zone, Denmark's where it was given without one. ``step`` is what
    happened, ``kind`` the type and version of the message (``XDIS91/XD9134L``), ``key`` and ``sending`` its identity
    and transmission, each with ``?`` for what may not be shown; ``codes`` are those of the issues that decided.
    """

    moment: datetime = attrs.field(converter=_with_zone)
    step: str
    kind: str = ""
    key: str = ""
    sending: str = ""
    codes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON-ready data."""
        return {**attrs.asdict(self), "moment": self.moment.isoformat(), "codes": list(self.codes)}


def showable(text: str | None) -> str:
    """A number as a log may show it: whole where it is of a message or a unit, ``?`` where it may be of a person."""
    return "" if not text else text if NUMBERS.shows(text) or _UUID.fullmatch(text) else "?"


def showable_key(key: MessageKey | None) -> str:
    """A key as a log may show it."""
    return f"{showable(key.sender)}/{showable(key.identifier)}" if key is not None else ""
