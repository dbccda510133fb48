"""Answering, knowing, resending messages of both standards: what came, what was sent, what answers what.

Each name is loaded when it is first used; the modules behind them may change without notice.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medcom_bu.exchange.answering import accept, again, refuse, refuse_delivery, write
    from medcom_bu.exchange.corrections import correct
    from medcom_bu.exchange.identity import MessageKey, answers, key, keys, matches, sending, wants_answer
    from medcom_bu.exchange.outbox import Outbox, OutboxStep
    from medcom_bu.exchange.pairing import Pairing, pair
    from medcom_bu.exchange.policy import AuditRecord, ExchangePolicy
    from medcom_bu.exchange.reasons import Reason
    from medcom_bu.exchange.receiving import Action, Decision, receive
    from medcom_bu.exchange.sqlite_store import SqliteStore
    from medcom_bu.exchange.store import Box, Entry, MemoryStore, State, Store

_HOMES = {
    "answering": "accept again refuse refuse_delivery write",
    "corrections": "correct",
    "identity": "MessageKey answers key keys matches sending wants_answer",
    "outbox": "Outbox OutboxStep",
    "pairing": "Pairing pair",
    "policy": "AuditRecord ExchangePolicy",
    "reasons": "Reason",
    "receiving": "Action Decision receive",
    "sqlite_store": "SqliteStore",
    "store": "Box Entry MemoryStore State Store",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Action",
    "AuditRecord",
    "Box",
    "Decision",
    "Entry",
    "ExchangePolicy",
    "MemoryStore",
    "MessageKey",
    "Outbox",
    "OutboxStep",
    "Pairing",
    "Reason",
    "SqliteStore",
    "State",
    "Store",
    "accept",
    "again",
    "answers",
    "correct",
    "key",
    "keys",
    "matches",
    "pair",
    "receive",
    "refuse",
    "refuse_delivery",
    "sending",
    "wants_answer",
    "write",
]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'medcom_bu.exchange' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
