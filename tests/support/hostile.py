"""Messages with the same text wherever one may stand."""

from __future__ import annotations

from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Value
from medcom_bu.messages.emessage import Emessage
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values import codes
from medcom_bu.values.identifiers import DanishIdentifier
from medcom_bu.values.text import FormattedText, Mark, Style, Styled

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</style></title></bdi></textarea>--><b>",
    "<Break/>&lt;Bold&gt;&amp;amp;&#x3c;",
    "x" * 70,
    "javascript:alert(1)",
    "&quot onmouseover=alert(1)",
]


def referral_with(**changes: Any) -> Emessage:
    """The sample of a referral with other things in its letter."""
    message = letter_samples()["XREF01/XH0131R"]
    return message.replace(letters=(message.letters[0].replace(**changes),))


def hostile(text: str) -> Emessage:
    """A referral with the same text in every field that takes one."""
    return referral_with(**{name: _filled(item, text) for name, item in referral_with().letters[0].__dict__.items()})


def hostile_letter(kind: str, text: str) -> Emessage:
    """A message of another kind, filled likewise."""
    message = letter_samples()[kind]
    return message.replace(letters=tuple(_filled(letter, text) for letter in message.letters))


def _filled(item: Any, text: str) -> Any:
    if isinstance(item, tuple):
        return tuple(_filled(part, text) for part in item)
    if isinstance(item, Value):
        return item.replace(**{name: _filled(item.__dict__[name], text) for name in fields(type(item))})
    if isinstance(item, FormattedText):
        return FormattedText((text, Mark.BREAK, Styled(Style.BOLD, (text,)), Styled(Style.FIXED_FONT, (text,))))
    if isinstance(item, codes.CodeList):
        return text
    return type(item)(text) if isinstance(item, str | DanishIdentifier) else item


def filled_envelope(value: Any, text: str) -> Any:
    """An envelope, or a part of one, with the same text in every field."""
    if isinstance(value, tuple):
        return tuple(filled_envelope(item, text) for item in value)
    if isinstance(value, Value):
        names = [name for name in value.__dict__ if name not in ("namespace", "unexpected")]
        return value.replace(**{name: filled_envelope(value.__dict__[name], text) for name in names})
    return text if isinstance(value, str) else value
