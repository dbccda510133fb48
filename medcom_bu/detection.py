"""Which of the wire formats bytes are of, by how they begin."""

from __future__ import annotations

import re

from medcom_bu.arguments import Words
from medcom_bu.errors import UnknownFormat
from medcom_bu.issues import Kind, Layer, Severity, Text


class WireFormat(Words):
    """The formats that the library distinguishes."""

    OIOXML = "oioxml"
    EDIFACT = "edifact"
    FHIR_JSON = "fhir+json"
    FHIR_XML = "fhir+xml"
    VANS_ENVELOPE = "vans-envelope"
    SBDH = "sbdh"

    @property
    def suffix(self) -> str:
        """What the name of a file in this format ends with: ``xml``, ``edi`` or ``json``."""
        return {WireFormat.EDIFACT: "edi", WireFormat.FHIR_JSON: "json"}.get(self, "xml")


UNKNOWN = Kind(
    "format.unknown",
    Severity.ERROR,
    Layer.SYNTAX,
    Text("the data is not in a known format", "bytene har ikke et kendt format"),
    Text(
        "expected OIO-XML, EDIFACT, FHIR as JSON or XML, a VANSEnvelope or an SBDH",
        "forventet: OIO-XML, EDIFACT, FHIR som JSON eller XML, en VANSEnvelope eller en SBDH",
    ),
    "medcom_bu, detection of formats",
)
EMPTY = Kind(
    "format.empty",
    Severity.ERROR,
    Layer.SYNTAX,
    Text("there is no data", "indholdet er tomt"),
    Text("check that the complete file was written and sent", "kontrollér at filen er skrevet og sendt helt"),
    "medcom_bu, detection of formats",
)
WEB_PAGE = Kind(
    "format.web-page",
    Severity.ERROR,
    Layer.SYNTAX,
    Text("this is a web page (HTML), not a message", "dette er en webside (HTML), ikke en meddelelse"),
    Text(
        "open it in a browser: a server that was asked for a message may have answered with an error page",
        "åbn den i en browser: en server der blev bedt om en meddelelse, kan have svaret med en fejlside",
    ),
    "medcom_bu, detection of formats",
)
HEAD = 65536
"""So many bytes at the beginning tell the format."""

_SKIP = re.compile(r"\s+|<\?.*?\?>|<!--.*?--!?>|<!DOCTYPE[^>\[]*(\[.*?\]\s*)?>", re.DOTALL)
"""What comes before the root. A comment that ends with ``--!>``, as Den gode XML korrespondance has it (page 16), is
no XML: the codec says so."""
_ROOT = re.compile(r"<(?:([\w.-]+):)?([\w.-]+)([^>]*)")
_EDIFACT = re.compile(
    r"""(?:\xef\xbb\xbf|\s)* U[\r\n]*N[\r\n]*
    (?: A[\r\n]* (?: [^\w\ \t\r\n\f\v]{2} | .{4,7}? U[\r\n]*N[\r\n]*[BGH] )  # UNA: two separators, or a UNB behind it
      | [BGH][\r\n]* [^\w\ \t\r\n\f\v] (?![\ \t]) )  # UNB, UNG or UNH: a separator, and what it separates
    """,
    re.VERBOSE | re.DOTALL,
)
_HTML = re.compile(r"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_FHIR_NAMESPACE = "http://hl7.org/fhir"
_BEGINNINGS = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"\xef\xbb\xbf", "utf-8"),
)
"""How bytes begin that are not of ASCII alone there, and their encoding."""
_UNUSUAL = tuple(start for start, _ in _BEGINNINGS)

_ROOTS = {
    "VANSEnvelope": WireFormat.VANS_ENVELOPE,
    "StandardBusinessDocument": WireFormat.SBDH,
    "Bundle": WireFormat.FHIR_XML,
}


def detect(data: bytes) -> WireFormat:
    """Which format the bytes are of, by their first 64 KiB.

    Raises UnknownFormat.
    """
    head = _head_text(data)
    if head.startswith("<") and not _is_web_page(head):
        return _detect_xml(head, len(data) >= HEAD)
    if head.startswith("{"):
        return WireFormat.FHIR_JSON
    if _EDIFACT.match(head):
        return WireFormat.EDIFACT
    raise UnknownFormat(kind_of_unknown(data).message.en)


def kind_of_unknown(data: bytes) -> Kind:
    """What to say of bytes that :func:`detect` refuses."""
    head = _head_text(data)
    if not head:
        return EMPTY
    return WEB_PAGE if _is_web_page(head) else UNKNOWN


def _is_web_page(head: str) -> bool:
    return _HTML.match(head, _root_at(head)) is not None


def _root_at(head: str) -> int:
    """Where what is no declaration, comment or DOCTYPE begins; a DOCTYPE of HTML itself is not passed over."""
    at = 0
    while (skipped := _SKIP.match(head, at)) and not _HTML.match(head, at):
        at = skipped.end()
    return at


def _head_text(data: bytes) -> str:
    head = bytes(data[:HEAD])
    if head.startswith(_UNUSUAL):
        encoding = next(encoding for start, encoding in _BEGINNINGS if head.startswith(start))
        return head.decode(encoding, "replace").removeprefix("\ufeff").lstrip()
    return head.decode("latin-1").lstrip()


def _detect_xml(head: str, is_long: bool) -> WireFormat:
    root = _ROOT.match(head, _root_at(head))
    if root is None and is_long:
        return WireFormat.OIOXML  # the root comes later, behind comments; the codec says what it is
    if root is None:
        raise UnknownFormat(UNKNOWN.message.en)
    if root.group(2) in _ROOTS:
        return _ROOTS[root.group(2)]
    return WireFormat.FHIR_XML if _FHIR_NAMESPACE in root.group(3) else WireFormat.OIOXML
