"""A message as plain text, one line a field: masked unless asked otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.binding import walk
from medcom_bu.messages.emessage import Emessage
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import CodeList
from medcom_bu.values.text import FormattedText


def as_text(message: Emessage, *, reveal: bool = False) -> str:
    """The message field by field, by attribute path. Texts and numbers of persons are masked unless ``reveal``."""
    return "\n".join(_lines(message, reveal))


def _lines(message: Emessage, reveal: bool) -> Iterator[str]:
    yield f"namespace: {message.namespace}"
    parts: list[tuple[str, Any]] = [("envelope", message.envelope)] if message.envelope is not None else []
    parts += [(f"letters[{number}]", letter) for number, letter in enumerate(message.letters)]
    for path, part in parts:
        yield f"{path}: {type(part).__name__}"
        for place, _, item in walk(part, path):
            yield f"  {place} = {shown(item, reveal)}"
    for local in message.local_elements:
        yield f"local_elements after letters[{local.after}]: {shown(local.xml, reveal)}"


def shown(item: Any, reveal: bool) -> str:
    """One field: a code with its meaning, a text only where ``reveal``, a file by its size."""
    if isinstance(item, CodeList):
        return f"{item.value} ({item.english})"
    if isinstance(item, Base64) or not reveal:
        return f"<{len(item)} characters>" if type(item) is str else repr(item)
    if isinstance(item, FormattedText):
        return item.plain().replace("\n", "\n    ")
    return str(item.reveal()) if hasattr(item, "reveal") else str(item)
