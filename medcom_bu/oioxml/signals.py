"""The signals of ebBP, which are the payload of a receipt for an ehmiSBDH envelope: received, or not readable.

Source: OASIS, ebXML business process 2.0.4, signal schema; MedCom, dk-ehmi-sbdh 2.0.1, which elements it writes.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from medcom_bu.arguments import Words
from medcom_bu.declare.base import NUMBERS, masked
from medcom_bu.oioxml.source import load
from medcom_bu.xmlio import escape

NAMESPACE = "http://docs.oasis-open.org/ebxml-bp/ebbp-signals-2.0"


class SignalKind(Words):
    """What a signal says."""

    RECEIVED = "ReceiptAcknowledgement"
    EXCEPTION = "Exception"


def _shown(text: str | None) -> str:
    return masked(text, NUMBERS)


_HIDDEN: Callable[[str | None], str] = masked


@attrs.frozen
class Signal:
    """What is said of an envelope that came; texts are without the blanks around them, None where they are absent.

    ``original_message_identifier`` is the number of that envelope. ``reason`` and ``message`` are those of an
    exception; ``exception`` is its kind, such as ``"Syntax"``.
    """

    kind: SignalKind
    original_message_identifier: str | None = attrs.field(default=None, repr=_shown)
    original_document_identifier: str | None = attrs.field(default=None, repr=_shown)
    original_message_date_time: str | None = attrs.field(default=None, repr=_shown)
    this_message_date_time: str | None = attrs.field(default=None, repr=_shown)
    from_party: str | None = attrs.field(default=None, repr=_shown)
    to_party: str | None = attrs.field(default=None, repr=_shown)
    collaboration_identifier: str | None = attrs.field(default=None, repr=_shown)
    exception: str | None = attrs.field(default=None, repr=_HIDDEN)
    reason: str | None = attrs.field(default=None, repr=_HIDDEN)
    message: str | None = attrs.field(default=None, repr=_HIDDEN)


_ELEMENTS = {
    "original_message_identifier": "OriginalMessageIdentifier",
    "original_document_identifier": "OriginalDocumentIdentifier",
    "original_message_date_time": "OriginalMessageDateTime",
    "this_message_date_time": "ThisMessageDateTime",
    "from_party": "FromPartyInfo",
    "to_party": "ToPartyInfo",
    "collaboration_identifier": "CollaborationIdentifier",
    "exception": "ExceptionType/{*}ReceiptException",
    "reason": "Reason",
    "message": "ExceptionMessage",
}
_PARTIES = ("from_party", "to_party")


def read_signal(data: bytes) -> Signal | None:
    """The signal in bytes; None where they hold none that can be read. Never raises for bad input."""
    document, _ = load(data, "")
    if document is None or document.excess_of_depth():
        return None
    namespace, _, name = str(document.root.tag).rpartition("}")
    if namespace != "{" + NAMESPACE or name not in SignalKind.__members__.values():
        return None
    held = {field: (document.root.findtext(f"{{*}}{path}") or "").strip() for field, path in _ELEMENTS.items()}
    return Signal(SignalKind(name), **{field: text or None for field, text in held.items()})


def write_signal(signal: Signal) -> bytes:
    """A signal in UTF-8, its elements in the order of the schema. What XML cannot hold becomes U+FFFD."""
    lines = []
    for field, path in _ELEMENTS.items():
        text = getattr(signal, field)
        if text is not None:
            names = path.replace("{*}", "").split("/")
            start = "".join(f"<{name}>" for name in names)
            if field in _PARTIES:
                start = start.replace(">", ' type="iso6523-actorid-upis">')
            end = "".join(f"</{name}>" for name in reversed(names))
            lines.append(f"  {start}{escape(text)}{end}")
    body = "\n".join([f'<{signal.kind} xmlns="{NAMESPACE}">', *lines, f"</{signal.kind}>"])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()
