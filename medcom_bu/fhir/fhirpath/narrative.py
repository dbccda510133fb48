"""What the XHTML of a narrative may hold. Source: R4 narrative.html#xhtml (txt-1, txt-2)."""

from __future__ import annotations

import functools
import re
from html.entities import name2codepoint

import attrs

from medcom_bu.values.fhir_types import XmlEvent, xml_events

_XHTML = "http://www.w3.org/1999/xhtml "
_XML = "http://www.w3.org/XML/1998/namespace "


def names(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


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

_NOTHING = names("")
_ONLY = {
    "table": names("caption col colgroup thead tfoot tbody tr"),
    **dict.fromkeys(("thead", "tfoot", "tbody"), names("tr")),
    "colgroup": names("col"),
    "tr": names("td th"),
    **dict.fromkeys(("ul", "ol"), names("li")),
    "dl": names("dt dd"),
    "map": names("area"),
    **dict.fromkeys(("br", "hr", "img", "col", "area"), _NOTHING),
}
"""Element -> the elements that alone may stand in it, and no text."""
_PARTS = names("area caption col colgroup dd dt li tbody td tfoot th thead tr")
"""What stands only in those that name it."""
_BLOCKS = names("div ol pre table ul")
_PHRASES = names(
    "abbr acronym address b bdo big cite code dfn em h1 h2 h3 h4 h5 h6 i kbd pre q samp small span strong sub sup tt"
    " var"
)
_NEVER = {
    **dict.fromkeys(_PHRASES, _BLOCKS),
    "a": _BLOCKS | names("a"),
    "p": _BLOCKS | names("p blockquote"),
}
"""Element -> what stands in it at no depth."""
_ADDRESSES = ("href", "src")
_BLANKS = " \t\r\n"
_BLANK = re.compile(r"\s")
_ACTIVE = re.compile("(?:javascript|vbscript):", re.IGNORECASE)

_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")


def html_checks(xhtml: str) -> bool:
    """Whether a narrative is a ``div`` of XHTML (txt-1), as :func:`is_allowed` says of what stands in it."""
    return is_allowed(narrative_events(xhtml))


def is_allowed(events: list[XmlEvent]) -> bool:
    """Whether there are allowed elements and attributes alone, each in its place (txt-1).

    No link may lead to a script, and none may have a blank.
    """
    inside: list[_Place] = []
    for name, content in events:
        if name == "#end":
            inside.pop()
        elif name == "#text":
            if inside and inside[-1].only is not None and content.strip(_BLANKS):
                return False
        elif name[0] != "#":
            allowed = _ALLOWED.get(name)
            place = _place(name, inside[-1] if inside else None) if allowed is not None else None
            if place is None or (content and not _are_proper(content, allowed or _NOTHING)):
                return False
            inside.append(place)
    return bool(events)


@attrs.frozen(eq=False)
class _Place:
    """An element that is open, with what may stand in it and what must not at any depth; one of each."""

    only: frozenset[str] | None
    never: frozenset[str]


@functools.cache
def _place(name: str, outer: _Place | None) -> _Place | None:
    """The place that an allowed element opens within another, or None where it has no place there."""
    local = name.removeprefix(_XHTML)
    never = _NEVER.get(local, _NOTHING)
    if outer is None:
        return _one_place(_ONLY.get(local), never)
    is_in_place = local in outer.only if outer.only is not None else local not in _PARTS
    return _one_place(_ONLY.get(local), never | outer.never) if is_in_place and local not in outer.never else None


_one_place = functools.cache(_Place)


def _are_proper(attributes: dict[str, str], allowed: frozenset[str]) -> bool:
    if not allowed >= attributes.keys():
        return False
    for name in _ADDRESSES:
        address = attributes.get(name)
        if address is not None and (not address or _BLANK.search(address) or _ACTIVE.match(address)):
            return False
    return True


def local_links(xhtml: str) -> set[str]:
    """The ids of the same resource to which the links and images of a narrative lead."""
    return {address[1:] for _, address in narrative_links(xhtml)[0] if address.startswith("#")}


def narrative_links(xhtml: str) -> tuple[list[tuple[str, str]], set[str]]:
    """The links and images of a narrative, each with the name of its attribute; and what they may lead to in it."""
    attributes = [attributes for name, attributes in narrative_events(xhtml) if name[0] != "#"]
    found = [(name, one[name]) for one in attributes for name in _ADDRESSES if name in one]
    return found, {one[name] for one in attributes for name in ("id", "name") if name in one}


def has_content(events: list[XmlEvent]) -> bool:
    """Whether a narrative shows anything: text that is not blank, or an image (txt-2)."""
    return any(
        bool(content.strip(_BLANKS)) if name == "#text" else name.rpartition(" ")[2] == "img"
        for name, content in events
    )


def narrative_events(xhtml: str) -> list[XmlEvent]:
    """What stands in the ``div``; nothing where it is none. HTML's named characters are known (``&nbsp;``)."""
    events = xml_events(_ENTITY.sub(_character, xhtml)) or []
    root = next((name for name, _ in events if name[0] != "#"), None)
    return events if root == f"{_XHTML}div" else []


def _character(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in ("lt", "gt", "amp", "quot") or name not in name2codepoint:
        return match.group()
    return f"&#{name2codepoint[name]};"
