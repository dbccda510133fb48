"""What the XHTML of a narrative may hold. Source: R4 narrative.html#xhtml (txt-1, txt-2)."""

from __future__ import annotations

import re
from html.entities import name2codepoint

from medcom_bu.fhir.fhirpath.nodes import names
from medcom_bu.values.fhir_types import XmlEvent, xml_events

_XHTML = "http://www.w3.org/1999/xhtml "
_XML = "http://www.w3.org/XML/1998/namespace "

_ELEMENTS = names(
    "a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4"
    " h5 h6 hr i img kbd li map ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var"
)
_EVERYWHERE = names(
    "abbr accesskey align axis char charoff class colspan dir headers id lang rowspan scope span style tabindex"
    " title valign width"
) | {f"{_XML}lang", f"{_XML}space"}
_ATTRIBUTES = {
    "a": names("charset coords href hreflang name rel rev shape type"),
    "area": names("alt coords href nohref shape"),
    "blockquote": names("cite"),
    "img": names("alt border height ismap longdesc src usemap"),
    "map": names("name"),
    "pre": names("space"),
    "q": names("cite"),
    "table": names("border cellpadding cellspacing frame rules summary"),
    "td": names("nowrap"),
}
_ALLOWED = {_XHTML + name: _EVERYWHERE | _ATTRIBUTES.get(name, names("")) for name in _ELEMENTS}
"""Element -> the attributes that it may have."""

_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")


def html_checks(xhtml: str) -> bool:
    """Whether a narrative is a ``div`` of XHTML with allowed elements and attributes alone (txt-1)."""
    elements = [(name, attributes) for name, attributes in _events(xhtml) if name[0] != "#"]
    return bool(elements) and all(
        name in _ALLOWED and _ALLOWED[name] >= attributes.keys() for name, attributes in elements
    )


def has_content(xhtml: str) -> bool:
    """Whether a narrative shows anything: text that is not blank, or an image (txt-2)."""
    return any(
        bool(content.strip(" \t\r\n")) if name == "#text" else name.rpartition(" ")[2] == "img"
        for name, content in _events(xhtml)
    )


def _events(xhtml: str) -> list[XmlEvent]:
    """What stands in the ``div``; nothing where it is none. HTML's named characters are known (``&nbsp;``)."""
    events = xml_events(_ENTITY.sub(_character, xhtml)) or []
    root = next((name for name, _ in events if name[0] != "#"), None)
    return events if root == f"{_XHTML}div" else []


def _character(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in ("lt", "gt", "amp", "quot") or name not in name2codepoint:
        return match.group()
    return f"&#{name2codepoint[name]};"
