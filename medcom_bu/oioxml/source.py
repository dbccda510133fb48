"""From bytes to a tree that is safe and small: attachments are cut out and decoded before the XML is parsed.

Any DOCTYPE is refused, no entity, DTD or network address is followed, and the limits are counted here, so that no
verdict hangs on those of a parser. The base64 of ``Object_Base64Encoded`` never reaches the parser and counts for
nothing, but where it is in an unusual form: in a section of CDATA, with a comment or a reference in it, in UTF-16,
or undecodable. Then it is text as any other.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

import attrs
from lxml import etree

from medcom_bu.issues import Issue, Text
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.cutting import DECLARATION, PAYLOAD, CutDocument, cut, too_large
from medcom_bu.values.base64 import Base64
from medcom_bu.xml_limits import Excess, Markup, count_markup, find_excess
from medcom_bu.xmlio import fault_of, has_doctype, parse, root_namespace

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
HINTS = frozenset({XSI + "schemaLocation", XSI + "noNamespaceSchemaLocation"})
"""Attributes that say where a schema may be found. They may stand anywhere, and are not part of a message."""

MANY = 5_000
"""Tags from which on a document is judged by its schema while it is parsed."""

_ASIDES = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_SINGLE_BYTE = ("iso-8859-1", "iso-8859-15", "windows-1252", "latin1", "us-ascii")
_C1 = bytes(range(0x80, 0xA0))
_WINDOWS = re.compile(rb"(?<![\xc2-\xef])[\x80-\x9f]")
_FORBIDDEN = re.compile(rb"[\0-\x08\x0b\x0c\x0e-\x1f]")
_REFERENCE = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|&#(x[0-9A-Fa-f]+|[0-9]+);", re.DOTALL
)
_NONCHARACTER = re.compile(rb"\xef\xbf[\xbe\xbf]")
_INVALID_CHARACTER = 9
_ENCODING_ERRORS = (31, 32, 81, 6003)
_DEPTH_ERROR = 114
_DEEPEST_PATH = 1_000


@attrs.frozen
class Document:
    """A parsed document: its root, the decoded content of the elements whose base64 was cut out, the bytes of the rest.

    In a document that a schema of the letters accepts, only attributes of XML Schema itself can stand, and they need
    a prefix; ``may_have_attributes`` is False where the document declares none. ``errors`` are those of the schema
    where it was asked while the document was parsed.
    """

    root: etree._Element
    payloads: Mapping[etree._Element, Base64]
    may_have_attributes: bool
    markup: Markup
    source: CutDocument = attrs.field(repr=False)
    limits: Limits
    errors: list[Any] | None

    @property
    def skeleton(self) -> bytes:
        """The document without its attachments."""
        return self.source.skeleton

    def excess_of_depth(self) -> tuple[str, Excess] | None:
        """The first element that is nested too deep, and its place."""
        if not _may_be_deep(self.root, self.markup.tags, self.limits.depth):
            return None
        excess = find_excess(self.skeleton, self.limits)
        return (self.source.place(excess.at), excess) if excess else None

    def refused_by(self, schema: etree.XMLSchema) -> list[Any]:
        """The errors of a schema, none where it accepts the document."""
        if self.errors is not None:
            return self.errors
        return [] if schema.validate(self.root) else list(schema.error_log)  # type: ignore[call-overload]


SchemaOf = Callable[[str], "etree.XMLSchema | None"]
"""The schema of a root, by its namespace."""


def load(
    data: bytes | BinaryIO,
    payload: str = PAYLOAD,
    limits: Limits = LIMITS,
    schema_of: SchemaOf = lambda _: None,
) -> tuple[Document | None, list[Issue]]:
    """Parse bytes, or a seekable binary file, into a document; ``payload`` names the elements that hold base64.

    Every limit but that of depth is kept: see :meth:`Document.excess_of_depth`. ``schema_of`` gives the schema that a
    large document is judged by while it is parsed: over many faults in a tree libxml2 takes time that grows with their
    square.

    Issues: ``xml.not-well-formed``, ``xml.encoding``, ``xml.character``, ``xml.encoding-declaration``,
    ``xml.doctype``, ``xml.too-large``, ``xml.not-carried``. Never raises for bad input.
    """
    start = 0 if isinstance(data, bytes) else data.tell()
    source = cut(data, payload, limits.text)
    skeleton = source.skeleton
    if source.fault:
        return None, [source.fault]
    if has_doctype(skeleton):
        return None, [catalogue.DOCTYPE.issue("/")]
    markup = count_markup(skeleton, limits)
    if markup.excess:
        return None, [_excess_issue(markup.excess, source)]
    try:
        root, errors = _parsed(skeleton, markup, schema_of)
    except etree.XMLSyntaxError as error:
        return None, [_syntax_issue(error, source, limits)]
    carriers = list(root.iter("{*}" + payload)) if source.cut else []
    if len(carriers) != len(source.cut):  # what was taken for a tag was none
        if not isinstance(data, bytes):
            data.seek(start)
        return load(data, "", limits, schema_of)
    payloads = {carrier: content for carrier, content in zip(carriers, source.cut, strict=True) if content is not None}
    may_have_attributes = skeleton.rfind(b"xmlns:") >= 0  # from the end is much faster
    return Document(root, payloads, may_have_attributes, markup, source, limits, errors), list(_remarks(source))


def _parsed(skeleton: bytes, markup: Markup, schema_of: SchemaOf) -> tuple[etree._Element, list[Any] | None]:
    """The root and, of a large document, the errors of its schema, one of each type. Raises XMLSyntaxError."""
    schema = schema_of(root_namespace(skeleton)) if markup.tags > MANY else None
    if schema is None:
        return parse(skeleton, has_many_names=markup.has_many_names), None
    try:
        return parse(skeleton, has_many_names=markup.has_many_names, schema=schema), []
    except etree.XMLSyntaxError as error:
        errors = {entry.type_name: entry for entry in error.error_log}  # type: ignore[attr-defined]
    return parse(skeleton, has_many_names=markup.has_many_names), list(errors.values())


def _may_be_deep(root: etree._Element, tags: int, depth: int) -> bool:
    if tags <= 2 * depth or depth > _DEEPEST_PATH:
        return tags > 2 * depth
    try:
        return bool(_is_deeper_than(depth)(root))
    except etree.XPathError:  # of more elements than libxml2 takes in one set
        return True


@functools.lru_cache(maxsize=8)
def _is_deeper_than(depth: int) -> etree.XPath:
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")


def _remarks(source: CutDocument) -> Iterator[Issue]:
    skeleton, declared = source.skeleton, source.declared
    if not source.is_wide and declared.lower() in _SINGLE_BYTE and not skeleton.isascii():
        actual = _other_encoding(skeleton, declared.lower())
        if actual:
            yield catalogue.ENCODING_LIES.issue("/", declared=declared, actual=actual, read=declared)
    elif source.is_wide and not declared.lower().startswith("utf-16"):
        yield catalogue.ENCODING_LIES.issue("/", declared=declared, actual="UTF-16", read="UTF-16")
    end = skeleton.find(b"?>") + 2 if DECLARATION.match(skeleton) else 0
    if b"!" in skeleton or skeleton.find(b"?", end) >= 0:
        count = sum(not aside.startswith((b"<![", b"<?xml ")) for aside in _ASIDES.findall(skeleton))
        if count:
            yield catalogue.NOT_CARRIED.issue("/", count=count)


def _other_encoding(skeleton: bytes, declared: str) -> str | None:
    try:
        skeleton.decode("utf-8")
    except UnicodeDecodeError:
        windows = declared == "iso-8859-1" and len(skeleton.translate(None, _C1)) < len(skeleton)
        return "windows-1252" if windows and _WINDOWS.search(skeleton) else None
    return "UTF-8"


# --- what is wrong with the syntax ------------------------------------------------------------------------------------


def _excess_issue(excess: Excess, source: CutDocument) -> Issue:
    return too_large(source.place(excess.at), excess.limit, excess.what)


def _syntax_issue(error: Any, source: CutDocument, limits: Limits) -> Issue:
    skeleton = source.skeleton
    line, column = error.position or (0, 0)
    excess = find_excess(skeleton, limits)
    if excess and source.is_before(excess.at, line, column):
        return _excess_issue(excess, source)
    at, character = _forbidden_character(skeleton, source.is_utf_8)
    if character and source.is_before(at, line, column):
        return catalogue.CHARACTER.issue(source.place(at), character=character)
    path = "line {}, column {}".format(*source.original(line, column))
    if error.code == _DEPTH_ERROR:
        return too_large(path, 2048, Text("levels of nested elements", "elementer inden i hinanden"))
    if error.code in _ENCODING_ERRORS or (error.code == _INVALID_CHARACTER and not source.fits):
        return catalogue.BAD_ENCODING.issue(path, declared=source.declared or "UTF-8")
    return catalogue.NOT_WELL_FORMED.issue(path, reason=fault_of(error))


def _forbidden_character(skeleton: bytes, is_utf_8: bool) -> tuple[int, str]:
    """The offset and the name of the first character that XML cannot hold; the name is empty where there is none."""
    raw = [_FORBIDDEN.search(skeleton), _NONCHARACTER.search(skeleton) if is_utf_8 else None]
    forbidden = [(match.start(), f"U+{ord(match[0].decode()):04X}") for match in raw if match]
    references = ((match.start(), _named(match[1])) for match in _REFERENCE.finditer(skeleton) if match[1])
    return min([*forbidden, next((named for named in references if named[1]), (len(skeleton), ""))])


def _named(digits: bytes) -> str:
    """The character of a reference where XML cannot hold it, else nothing."""
    significant = digits.lstrip(b"x0")
    if len(significant) > 7:
        return "beyond U+10FFFF"
    code = int(significant or b"0", 16 if digits.startswith(b"x") else 10)
    if code > 0x10FFFF:
        return "beyond U+10FFFF"
    is_allowed = code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF
    return "" if is_allowed else f"U+{code:04X}"
