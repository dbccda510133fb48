"""From the pieces that the writers put together to the bytes of a file: escaped and encoded, attachments in parts."""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterator
from typing import Any

from medcom_bu.arguments import check
from medcom_bu.values.base64 import Base64
from medcom_bu.xmlio import escape

Out = list[Any]
"""Pieces of XML, and the contents of attachments between them."""

_PIECE = 1 << 16
_ENCODINGS = {"iso8859-1": "ISO-8859-1", "utf-8": "UTF-8", "cp1252": "windows-1252", "ascii": "US-ASCII"}
"""The encodings that are written: Python's name for each, and the one that XML declares."""


def finish(out: Out, file: Any, encoding: str) -> None:
    """Write what the writers have put into ``out``, escaped and encoded, to a binary file.

    Where a name that is kept has a character that the encoding lacks, which no reference can stand for, it is UTF-8.
    """
    encoding = _declared(encoding)
    try:
        parts: list[str | Base64] = ["".join(out)]
    except TypeError:  # there are attachments
        parts = list(_parts(out))
    try:
        encoded = [part if isinstance(part, Base64) else part.encode(encoding) for part in parts]
    except UnicodeEncodeError:
        if any(isinstance(part, str) and _needs_unicode(part, encoding) for part in parts):
            encoding = "UTF-8"
        encoded = [part if isinstance(part, Base64) else part.encode(encoding, "xmlcharrefreplace") for part in parts]
    file.write(f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode("ascii"))
    for part in encoded:
        if isinstance(part, Base64):
            file.writelines(part.encoded() if part.text is None else _escaped(part.text, encoding))
        else:
            file.write(part)


_MARKUP = re.compile(r"""<(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")


def _needs_unicode(xml: str, encoding: str) -> bool:
    """Whether a name has a character that the encoding lacks, or a section of CDATA may have."""
    names = (_QUOTED.sub("", tag) for tag in _MARKUP.findall(xml) if not tag.isascii())
    try:
        for name in names:
            name.encode(encoding)
    except UnicodeEncodeError:
        return True
    return "<![CDATA[" in xml


def _parts(out: Out) -> Iterator[str | Base64]:
    """What is written, in order, the pieces between attachments as one."""
    for is_content, pieces in itertools.groupby(out, lambda piece: isinstance(piece, Base64)):
        if is_content:
            yield from pieces
        else:
            yield "".join(pieces)


def _declared(encoding: str) -> str:
    """The name that XML has for an encoding, however the caller spells it."""
    if encoding in _ENCODINGS.values():
        return encoding
    check("encoding", encoding, str)
    try:
        declared = _ENCODINGS.get(codecs.lookup(encoding).name)
    except (LookupError, ValueError):  # a text that is not a name of an encoding, or that cannot be looked up
        declared = None
    if declared is None:
        raise ValueError(f"encoding is one of {', '.join(_ENCODINGS.values())}")
    return declared


def _escaped(text: str, encoding: str) -> Iterator[bytes]:
    """The text of an attachment that is kept as it came, in pieces."""
    for at in range(0, len(text), _PIECE):
        yield escape(text[at : at + _PIECE]).encode(encoding, "xmlcharrefreplace")
