"""XML in one room: what is refused before a parser, the parser itself, and how a text is written.

No other file makes a parser of lxml. No DTD, entity or network address is followed, whoever asks. The limits of the
parser are off: what a caller reads has gone through :mod:`medcom_bu.xml_limits` before, or is as small as that demands.

Source: XML 1.0, fifth edition.
"""

from __future__ import annotations

import re
import threading
from typing import Any

from lxml import etree

from medcom_bu.stack import on_own_stack

_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
_PIECE = 1 << 12
_PROLOG = re.compile(rb"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_UTF_8_MARK = b"\xef\xbb\xbf"
_of_thread = threading.local()


# --- reading ----------------------------------------------------------------------------------------------------------


def has_doctype(xml: bytes) -> bool:
    """Whether a DOCTYPE comes before the root."""
    if b"!" not in xml or b"!DOCTYPE" not in xml:  # one sign is found much faster than a word
        return False
    at = len(_UTF_8_MARK) if xml.startswith(_UTF_8_MARK) else 0
    while match := _PROLOG.match(xml, at):
        at = match.end()
    return xml.startswith(b"<!DOCTYPE", at)


def parse(
    xml: bytes, *, has_many_names: bool = False, keep_asides: bool = False, schema: etree.XMLSchema | None = None
) -> etree._Element:
    """The root of a document, where a schema that is given accepts it. Raises XMLSyntaxError.

    ``keep_asides`` leaves comments and processing instructions in the tree. lxml keeps every name that it has seen for
    as long as the thread lives, so ``has_many_names`` parses in a thread that ends.
    """
    if has_many_names:
        return on_own_stack(lambda: etree.fromstring(xml, _parser(keep_asides, schema)))
    return etree.fromstring(xml, _parser(keep_asides, schema))


def _parser(keep_asides: bool, schema: etree.XMLSchema | None) -> etree.XMLParser:
    """A parser: one of this thread, unless a schema makes it that of one document."""
    key = str(keep_asides)
    parser: etree.XMLParser | None = None if schema is not None else _of_thread.__dict__.get(key)
    if parser is None:
        parser = etree.XMLParser(**_SAFE, remove_comments=not keep_asides, remove_pis=not keep_asides, schema=schema)
        if schema is None:
            _of_thread.__dict__[key] = parser
    return parser


def root_namespace(xml: bytes) -> str:
    """The namespace of the root, read no further than that; empty where there is no root."""
    parser = etree.XMLPullParser(events=("start",), **_SAFE)
    try:
        for at in range(0, len(xml), _PIECE):
            parser.feed(xml[at : at + _PIECE])
            for _, root in parser.read_events():
                return str(root.tag).rpartition("}")[0][1:]  # type: ignore[union-attr]
    except etree.XMLSyntaxError:
        pass
    return ""


# --- writing ----------------------------------------------------------------------------------------------------------

_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_NOT_OF_TEXT = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_OF_ATTRIBUTES = re.compile('[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')


def escape(text: str) -> str:
    """A text as the content of an element. A character that XML cannot hold becomes U+FFFD: a named loss."""
    return _NOT_OF_TEXT.sub(_written, text) if _NOT_OF_TEXT.search(text) else text


def attribute_text(text: str) -> str:
    """A text as the value of an attribute, in double quotes; the same is a loss."""
    return _NOT_OF_ATTRIBUTES.sub(_written, text) if _NOT_OF_ATTRIBUTES.search(text) else text


def _written(match: re.Match[str]) -> str:
    return _REFERENCES.get(match[0], "\ufffd")
