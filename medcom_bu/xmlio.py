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

from medcom_bu.issues import Text
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


# --- what is wrong ----------------------------------------------------------------------------------------------------

_FAULTS = {
    name: Text(english, danish)
    for names, english, danish in (
        (
            "ERR_DOCUMENT_EMPTY",
            "no element begins where the root is expected",
            "intet element begynder hvor roden ventes",
        ),
        ("ERR_DOCUMENT_END", "something follows the root element", "der står noget efter rodelementet"),
        ("ERR_TAG_NAME_MISMATCH", "an end tag does not fit its start tag", "et sluttag passer ikke til sit starttag"),
        ("ERR_TAG_NOT_FINISHED", "an element is not closed", "et element er ikke afsluttet"),
        ("ERR_GT_REQUIRED", "a tag is not closed by >", "et tag er ikke afsluttet med >"),
        ("ERR_NAME_REQUIRED", "a name is missing after < or &", "der mangler et navn efter < eller &"),
        ("ERR_SPACE_REQUIRED", "a blank is missing", "der mangler et blanktegn"),
        (
            "ERR_ATTRIBUTE_WITHOUT_VALUE ERR_ATTRIBUTE_NOT_STARTED ERR_ATTRIBUTE_NOT_FINISHED",
            "an attribute has no value in quotes",
            "en attribut har ingen værdi i anførselstegn",
        ),
        ("ERR_ATTRIBUTE_REDEFINED", "an attribute is given twice", "en attribut er angivet to gange"),
        ("ERR_LT_IN_ATTRIBUTE", "there is a < in an attribute", "der står et < i en attribut"),
        ("ERR_UNDECLARED_ENTITY", "an entity is not declared", "en entitet er ikke erklæret"),
        ("ERR_ENTITYREF_SEMICOL_MISSING", "a ; is missing after an entity", "der mangler et ; efter en entitet"),
        (
            "ERR_INVALID_CHAR ERR_INVALID_HEX_CHARREF ERR_INVALID_DEC_CHARREF",
            "a character, or its number, is not allowed",
            "et tegn eller dets nummer er ikke tilladt",
        ),
        ("ERR_COMMENT_NOT_FINISHED", "a comment is not closed", "en kommentar er ikke afsluttet"),
        ("ERR_HYPHEN_IN_COMMENT", "there is a -- in a comment", "der står -- i en kommentar"),
        ("ERR_CDATA_NOT_FINISHED", "a CDATA section is not closed", "en CDATA-sektion er ikke afsluttet"),
        ("ERR_MISPLACED_CDATA_END", "there is a ]]> in a text", "der står ]]> i en tekst"),
        ("ERR_RESERVED_XML_NAME", "the XML declaration does not stand first", "XML-erklæringen står ikke først"),
        ("NS_ERR_UNDEFINED_NAMESPACE", "a prefix has no namespace", "et præfiks har intet navnerum"),
    )
    for name in names.split()
}


def fault_of(error: etree.XMLSyntaxError) -> Text | str:
    """What libxml2 found, in both languages where it is a usual fault, with libxml2's own name for it.

    The name tells nothing of the content, as libxml2's sentence does.
    """
    name = str((error.code and etree.ErrorTypes._getName(error.code)) or "unknown")  # type: ignore[attr-defined]
    fault = _FAULTS.get(name)
    return Text(f"{fault.en} ({name})", f"{fault.da} ({name})") if fault else name


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
