"""Large attachments go round the codec: cut out of the bytes before they are read, put in while they are written.

What stands in their place is a short base64 text that occurs nowhere else, so that everything between is none the
wiser. What cannot be cut (a base64 text with blanks or escapes, or that does not decode) goes the usual way.
"""

from __future__ import annotations

import binascii
import re
import secrets
from collections.abc import Iterator
from typing import Any, TypeVar

from medcom_bu.values.base64 import Base64, Base64Decoder, Base64Layout
from medcom_bu.values.fhir_resources import Bundle, BundleEntry, Communication, Payload

_B = TypeVar("_B", bound=Bundle)
LARGE = 1 << 16
"""From how many bytes on an attachment is large."""

_PIECE = 1 << 20
_IN_JSON = re.compile(rb'"data"\s*:\s*"([A-Za-z0-9+/=]{%d,})"' % LARGE)
_IN_XML = re.compile(rb'<(?:[\w.-]+:)?data\s+value="([A-Za-z0-9+/=]{%d,})"' % LARGE)
_ESCAPES = {
    "json": ((b"\n", b"\\n"), (b"\r", b"\\r"), (b"\t", b"\\t")),
    "xml": ((b"\n", b"&#xA;"), (b"\r", b"&#xD;"), (b"\t", b"&#x9;")),
}


def _token() -> bytes:
    return secrets.token_bytes(18)


def cut(data: bytes, *, is_xml: bool) -> tuple[bytes, dict[bytes, Base64]]:
    """The bytes without their large attachments, and these: the content of what stands for it -> the attachment."""
    if len(data) < LARGE:
        return data, {}
    pieces: list[bytes] = []
    contents: dict[bytes, Base64] = {}
    at = 0
    for match in (_IN_XML if is_xml else _IN_JSON).finditer(data):
        attachment = _decoded(data, *match.span(1))
        if attachment is None:
            continue
        token = _token()
        contents[token] = attachment
        pieces += (data[at : match.start(1)], binascii.b2a_base64(token, newline=False))
        at = match.end(1)
    return (b"".join((*pieces, data[at:])), contents) if contents else (data, {})


def _decoded(data: bytes, start: int, end: int) -> Base64 | None:
    decoder = Base64Decoder()
    for at in range(start, end, _PIECE):
        decoder.feed(data[at : min(at + _PIECE, end)])
    content, layout = decoder.finish()
    return None if content is None or layout is None else Base64(content, None, layout)


def restored(message: _B, contents: dict[bytes, Base64]) -> _B | None:
    """The message with its large attachments, or None where one of them does not lie where attachments do."""
    put = 0

    def put_back(placeholder: Base64) -> Base64:
        nonlocal put
        attachment = contents.get(placeholder.content or b"")
        put += attachment is not None
        return attachment or placeholder

    restored_message = _with_data(message, put_back)
    return restored_message if put == len(contents) else None


def lightened(message: _B) -> tuple[_B, dict[bytes, Base64]]:
    """The message without its large attachments, and these: what stands for it in base64 -> the attachment."""
    contents: dict[bytes, Base64] = {}

    def take(held: Base64) -> Base64:
        if held.text is not None or held.content is None or len(held.content) < LARGE:
            return held
        token = _token()
        contents[binascii.b2a_base64(token, newline=False)] = held
        return Base64(token, None, Base64Layout(width=0))

    return _with_data(message, take), contents


def pieces(skeleton: bytes, contents: dict[bytes, Base64], form: str) -> Iterator[bytes]:
    """The bytes with the large attachments in their places, in pieces of bounded size."""
    if not contents:
        yield skeleton
        return
    for part in re.split(b"(%s)" % b"|".join(map(re.escape, contents)), skeleton):
        attachment = contents.get(part)
        if attachment is None:
            yield part
            continue
        for piece in attachment.encoded():
            for plain, escaped in _ESCAPES[form] if attachment.layout.width else ():
                piece = piece.replace(plain, escaped)
            yield piece


def _with_data(message: _B, change: Any) -> _B:
    """The message with each attachment's data changed; the same message where nothing is."""
    entries = tuple(_entry(entry, change) for entry in message.entry)
    if all(new is old for new, old in zip(entries, message.entry, strict=True)):
        return message
    return message.replace(entry=entries)


def _entry(entry: BundleEntry, change: Any) -> BundleEntry:
    resource = entry.resource
    if not isinstance(resource, Communication):
        return entry
    payload = tuple(_payload(part, change) for part in resource.payload)
    if all(new is old for new, old in zip(payload, resource.payload, strict=True)):
        return entry
    return entry.replace(resource=resource.replace(payload=payload))


def _payload(payload: Payload, change: Any) -> Payload:
    attachment = payload.content_attachment
    if attachment is None or attachment.data is None:
        return payload
    data = change(attachment.data)
    if data is attachment.data:
        return payload
    return payload.replace(content_attachment=attachment.replace(data=data))
