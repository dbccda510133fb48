"""What the XHTML of a narrative may hold. Source: R4 narrative.html#xhtml (txt-1, txt-2)."""

from __future__ import annotations

import functools
import re
from html.entities import name2codepoint
from typing import NamedTuple

import attrs

from medcom_bu.values.fhir_types import read_xml

_XHTML = "http://www.w3.org/1999/xhtml "
_DIV = f"{_XHTML}div"
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


class JudgedNarrative(NamedTuple):
    """What the two rules say of a narrative; of one that is no ``div`` of XHTML both say no."""

    is_allowed: bool
    """Allowed elements and attributes alone, each in its place; no link to a script, none with a blank (txt-1)."""
    has_content: bool
    """It shows something: text that is not blank, or an image (txt-2)."""


def html_checks(xhtml: str) -> bool:
    """Whether a narrative is a ``div`` of XHTML with nothing in it that is not allowed (txt-1)."""
    return judge_narrative(xhtml).is_allowed


def judge_narrative(xhtml: str) -> JudgedNarrative:
    """What the two rules say of a narrative, in one reading."""
    is_div = is_allowed = True
    has_content = False
    inside: list[_Place] = [_OUTSIDE]

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal is_div, is_allowed, has_content
        attributes_allowed = _ALLOWED.get(name)
        place = _place(name, inside[-1]) if attributes_allowed is not None else None
        if place is None or (attributes and not _are_proper(attributes, attributes_allowed or _NOTHING)):
            is_allowed = False
            is_div = is_div and (len(inside) > 1 or name == _DIV)
        inside.append(place or _ANYWHERE)
        if name.endswith("img"):
            has_content = has_content or name.rpartition(" ")[2] == "img"

    def text(content: str) -> None:
        nonlocal is_allowed, has_content
        if content.strip(_BLANKS):
            has_content = True
            is_allowed = is_allowed and inside[-1].only is None

    is_read = read_xml(
        _with_numbers(xhtml),
        StartElementHandler=begin,
        EndElementHandler=lambda _: inside.pop(),
        CharacterDataHandler=text,
    )
    is_div = is_div and is_read
    return JudgedNarrative(is_div and is_allowed, is_div and has_content)


@attrs.frozen(eq=False)
class _Place:
    """An element that is open, with what may stand in it and what must not at any depth; one of each."""

    only: frozenset[str] | None
    never: frozenset[str]


@functools.cache
def _place(name: str, outer: _Place) -> _Place | None:
    """The place that an allowed element opens within another, or None where it has no place there."""
    local = name.removeprefix(_XHTML)
    never = _NEVER.get(local, _NOTHING)
    is_in_place = local in outer.only if outer.only is not None else local not in _PARTS
    return _one_place(_ONLY.get(local), never | outer.never) if is_in_place and local not in outer.never else None


_one_place = functools.cache(_Place)
_OUTSIDE = _Place(names("div"), _NOTHING)
_ANYWHERE = _one_place(None, _NOTHING)


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
    links: list[str] = []

    def begin(_: str, attributes: dict[str, str]) -> None:
        links.extend(attributes[name] for name in _ADDRESSES if name in attributes)

    is_read = read_xml(_with_numbers(xhtml), StartElementHandler=begin)
    return {link[1:] for link in links if link.startswith("#")} if is_read else set()


def _with_numbers(xhtml: str) -> str:
    """A narrative with HTML's named characters (``&nbsp;``) as XML knows them."""
    return _ENTITY.sub(_character, xhtml) if "&" in xhtml else xhtml


def _character(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in ("lt", "gt", "amp", "quot") or name not in name2codepoint:
        return match.group()
    return f"&#{name2codepoint[name]};"
