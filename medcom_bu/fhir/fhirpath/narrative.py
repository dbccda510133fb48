"""What the XHTML of a narrative may hold. Source: R4 narrative.html#xhtml (txt-1, txt-2)."""

from __future__ import annotations

import functools
import re
from html.entities import name2codepoint
from typing import NamedTuple

from medcom_bu.fhir.fhirpath.environment import Env
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
"""Element -> the elements that alone may be in it, and no text."""
_PARTS = names("area caption col colgroup dd dt li tbody td tfoot th thead tr")
"""What stands only in those that name it."""
_BLOCKS = names("div ol pre table ul")
_PHRASES = names(
    "abbr acronym address b bdo big cite code dfn em h1 h2 h3 h4 h5 h6 i kbd pre q samp small span strong sub sup tt"
    " var"
)
_NEVER = {
    **dict.fromkeys((*_PHRASES, "caption", "dt"), _BLOCKS),
    "a": _BLOCKS | names("a"),
    "p": _BLOCKS | names("p blockquote"),
}
"""Element -> what is in it at no depth."""
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
    addresses: list[str]
    """Where its links and images lead, as far as it is allowed."""


def html_checks(xhtml: str) -> bool:
    """Whether a narrative is a ``div`` of XHTML with nothing in it that is not allowed (txt-1)."""
    return judge_narrative(xhtml).is_allowed


def judge_narrative(xhtml: str) -> JudgedNarrative:
    """What the two rules say of a narrative, in one reading."""
    is_div = is_allowed = True
    has_text = False
    inside: list[_Place] = [_OUTSIDE]
    addresses: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal is_div, is_allowed
        place = inside[-1][name]
        if place is None or (attributes and not _are_proper(attributes, place.allowed, addresses)):
            is_allowed = False
            is_div = is_div and (len(inside) > 1 or name == _DIV)
        inside.append(_ANYWHERE if place is None else place)

    def text(content: str) -> None:
        nonlocal is_allowed, has_text
        if content.strip(_BLANKS):
            has_text = True
            if inside[-1].only is not None:
                is_allowed = False

    is_div = (
        read_xml(
            _with_numbers(xhtml),
            StartElementHandler=begin,
            EndElementHandler=lambda _: inside.pop(),
            CharacterDataHandler=text,
        )
        and is_div
    )
    return JudgedNarrative(is_div and is_allowed, is_div and (has_text or _has_image(xhtml)), addresses)


def judged_once(env: Env, xhtml: str) -> JudgedNarrative:
    """What the two rules say of a narrative of the resource, read once for all who ask."""
    remembered = env.memo.get(judge_narrative)
    if remembered is None or remembered[0] is not xhtml:
        remembered = env.memo[judge_narrative] = (xhtml, judge_narrative(xhtml))
    judged: JudgedNarrative = remembered[1]
    return judged


def _has_image(xhtml: str) -> bool:
    names: list[str] = []
    read_xml(_with_numbers(xhtml), StartElementHandler=lambda name, _: names.append(name))
    return any(name.rpartition(" ")[2] == "img" for name in names)


class _Place(dict[str, "_Place | None"]):
    """An element that is open, by name: the place that each opens in it, None for one that has none there.

    ``only`` are the elements that alone may be in it, and no text; ``never`` those that must not at any depth;
    ``allowed`` its attributes.
    """

    def __init__(self, only: frozenset[str] | None, never: frozenset[str], allowed: frozenset[str]) -> None:
        self.only, self.never, self.allowed = only, never, allowed

    def __missing__(self, name: str) -> _Place | None:
        if name not in _ALLOWED:  # of these there is no end, so none is kept
            return None
        local = name.removeprefix(_XHTML)
        is_in_place = local in self.only if self.only is not None else local not in _PARTS
        place = None
        if is_in_place and local not in self.never:
            place = _one_place(_ONLY.get(local), _NEVER.get(local, _NOTHING) | self.never, _ALLOWED[name])
        self[name] = place
        return place


_one_place = functools.cache(_Place)
_OUTSIDE = _Place(names("div"), _NOTHING, _NOTHING)
_ANYWHERE = _Place(None, _NOTHING, _NOTHING)


def _are_proper(attributes: dict[str, str], allowed: frozenset[str], addresses: list[str]) -> bool:
    for name, value in attributes.items():
        if name not in allowed:
            return False
        if name in _ADDRESSES:
            if not value or _BLANK.search(value) or _ACTIVE.match(value):
                return False
            addresses.append(value)
    return True


def local_links(xhtml: str) -> set[str]:
    """The ids of the same resource to which the links and images of a narrative lead."""
    return {address[1:] for _, address in narrative_links(xhtml)[0] if address.startswith("#")}


def narrative_links(xhtml: str) -> tuple[list[tuple[str, str]], set[str]]:
    """The links and images of a narrative, each with the name of its attribute; and what they may lead to in it."""
    found: list[tuple[str, str]] = []
    targets: set[str] = set()

    def begin(_: str, attributes: dict[str, str]) -> None:
        found.extend((name, attributes[name]) for name in _ADDRESSES if name in attributes)
        targets.update(attributes[name] for name in ("id", "name") if name in attributes)

    return (found, targets) if read_xml(_with_numbers(xhtml), StartElementHandler=begin) else ([], set())


def _with_numbers(xhtml: str) -> str:
    """A narrative with HTML's named characters (``&nbsp;``) as XML knows them."""
    return _ENTITY.sub(_character, xhtml) if "&" in xhtml else xhtml


def _character(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in ("lt", "gt", "amp", "quot") or name not in name2codepoint:
        return match.group()
    return f"&#{name2codepoint[name]};"
