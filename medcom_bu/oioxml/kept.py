"""XML that is kept as it came: out of a tree in one form, and back into a document where it is well-formed.

Whatever is kept, and for whatever reason, goes through :func:`xml_of` or :func:`attribute_of`. What they give can stand
anywhere, names what it needs, and is the same when it is written, read and kept again. Whatever a value holds as XML
goes through :func:`fragment` or :func:`attributes` before it is written, since anybody can make such a value.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Collection, Iterable, Mapping

from lxml import etree

from medcom_bu.values.base64 import Base64
from medcom_bu.xml_limits import FEW_NAMES
from medcom_bu.xmlio import attribute_text, escape, parse

Payloads = Mapping[etree._Element, Base64]
"""The decoded content of the elements whose base64 was cut out of the document."""

_XML = "http://www.w3.org/XML/1998/namespace"
_PLAIN_NAME = re.compile("[A-Za-z_]+")
"""Names of which no parser need be asked."""
XML_BLANKS = " \t\r\n"
_OUTER = "urn:medcom-bu:kept"
"""Any namespace: what is kept is written into an element of one."""


class Malformed(ValueError):
    """Something that a value holds as XML cannot be in a document."""


# --- out of a tree ------------------------------------------------------------------------------------------------


def xml_of(node: etree._Element, payloads: Payloads, default: str | None = None) -> str:
    """An element with all that is in it, its base64 too, as XML that can stand anywhere.

    It declares the default namespace, unless that is the ``default`` of where it is written, and of the prefixes around
    it those that it mentions, in a name or in a text.
    """
    scope = node.nsmap
    scopes = [scope]
    out = io.StringIO()
    for event, at in etree.iterwalk(node, events=("start", "end")):
        is_empty = not len(at) and at not in payloads and not at.text
        if event == "start":
            names = scope if at is node else at.nsmap
            out.write("<" + _qualified(at))
            if at is not node:
                outer = scopes[-1]
                out.write(_declarations({p: uri for p, uri in names.items() if (outer.get(p) or "") != uri}))
            for name, text in at.attrib.items():
                out.write(f' {_attribute_name(str(name), names)}="{attribute_text(str(text))}"')
            out.write("/>" if is_empty else ">")
            out.write(escape(_text_of(at, payloads)))
            scopes.append(names)
        else:
            scopes.pop()
            if not is_empty:
                out.write(f"</{_qualified(at)}>")
            if at is not node:
                out.write(escape(at.tail or ""))
    body = out.getvalue()
    place = len(_qualified(node)) + 1
    declared = {None: scope.get(None) or "", **_mentioned(scope, body)}
    if declared[None] == default:
        del declared[None]
    return body[:place] + _declarations(declared) + body[place:]


def attribute_of(node: etree._Element, name: str, text: str) -> str:
    """An attribute as XML that can be on any element: with the prefixes that it mentions."""
    scope = node.nsmap
    body = f'{_attribute_name(name, scope)}="{attribute_text(text)}"'
    return (_declarations(_mentioned(scope, body)) + " " + body).lstrip()


def _text_of(node: etree._Element, payloads: Payloads) -> str:
    payload = payloads.get(node)
    return (node.text or "") if payload is None else b"".join(payload.encoded()).decode("ascii")


def _qualified(node: etree._Element) -> str:
    name = str(node.tag).rpartition("}")[2]
    return f"{node.prefix}:{name}" if node.prefix else name


def _attribute_name(name: str, scope: Mapping[str | None, str]) -> str:
    """The name of an attribute under a prefix of its namespace: the first in the alphabet, so always the same."""
    uri, _, local = name.rpartition("}")
    if not uri:
        return local
    prefixes = [prefix for prefix, bound_uri in scope.items() if prefix and bound_uri == uri[1:]]
    return f"{'xml' if uri[1:] == _XML else min(prefixes)}:{local}"


def _mentioned(scope: Mapping[str | None, str], body: str) -> dict[str | None, str]:
    return {prefix: uri for prefix, uri in scope.items() if prefix and f"{prefix}:" in body}


def _declarations(scope: Mapping[str | None, str]) -> str:
    ordered = sorted((f"xmlns:{prefix}" if prefix else "xmlns", uri or "") for prefix, uri in scope.items())
    return "".join(f' {name}="{attribute_text(uri)}"' for name, uri in ordered)


# --- back into a document -----------------------------------------------------------------------------------------


def elements(content: str) -> tuple[etree._Element, ...]:
    """The elements that stand side by side in XML that a value holds, none where it is malformed."""
    try:
        return tuple(_parsed(f'<w xmlns="{_OUTER}">{content}</w>'))
    except Malformed:
        return ()


def is_as_kept(content: str) -> bool:
    """Whether XML that a value holds is one element in the form that :func:`xml_of` gives, so that it comes back so."""
    parsed = elements(content)
    return len(parsed) == 1 and xml_of(parsed[0], {}) == content


def fragment(content: str) -> int:
    """How many elements stand side by side in it. Raises Malformed where it cannot be written."""
    return len(_parsed(f'<w xmlns="{_OUTER}">{content}</w>'))


def text(content: str) -> None:
    """Raise Malformed where what a value holds as a text of XML is none: blanks between elements are layout."""
    wrapper = _parsed(f'<w xmlns="{_OUTER}">{content}</w>')
    if len(wrapper) or not (wrapper.text or "").strip(XML_BLANKS):
        raise Malformed


def attributes(contents: Iterable[str], own: Collection[str] = ()) -> str:
    """Attributes that a value holds, as they stand on one element: what several of them declare is declared once.

    ``own`` are the attributes that the element may have besides. Raises Malformed.
    """
    scope: dict[str | None, str] = {None: _OUTER}
    written = dict.fromkeys(own, "")
    for content in contents:
        bearer = _parsed(f'<w xmlns="{_OUTER}" {content}/>')
        if len(bearer) or any(scope.setdefault(prefix, uri) != uri for prefix, uri in bearer.nsmap.items()):
            raise Malformed
        for name, value in bearer.attrib.items():
            name = str(name)
            if name in written:
                raise Malformed
            written[name] = f' {_attribute_name(name, bearer.nsmap)}="{attribute_text(str(value))}"'
    del scope[None]
    return _declarations(scope) + "".join(written.values())


def name(element: str) -> str:
    """The name of an element without a prefix. Raises Malformed where no element can have it."""
    if _PLAIN_NAME.fullmatch(element):
        return element
    if [node.tag for node in _parsed(f'<w xmlns="{_OUTER}"><{element}/></w>')] != [f"{{{_OUTER}}}{element}"]:
        raise Malformed
    return element


def namespace(name: str) -> str:
    """The name of a namespace as the content of an attribute. Raises Malformed where no document can have it."""
    written = attribute_text(name)
    if _parsed(f'<w xmlns="{written}"/>').nsmap.get(None, "") != name:
        raise Malformed
    return written


def _parsed(xml: str) -> etree._Element:
    with contextlib.suppress(etree.XMLSyntaxError, UnicodeEncodeError):
        return parse(xml.encode(), has_many_names=xml.count("<") > FEW_NAMES)
    raise Malformed  # out here, where no error of the parser, which shows what it met, becomes the context of this one
