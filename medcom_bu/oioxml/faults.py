"""What is wrong with a document, before it is decided how that is told, and the names that may be told of it."""

from __future__ import annotations

import functools
from itertools import chain
from typing import Any, NamedTuple

from lxml import etree

from medcom_bu.declare.oioxml import elements, fields
from medcom_bu.issues import MORE, Kind
from medcom_bu.limits import Limits
from medcom_bu.messages.emessage import Envelope
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.source import Document
from medcom_bu.oioxml.versions import letters, spec_of
from medcom_bu.values.text import Mark, Style

_OF_XML = ("lang", "space", "base", "id", "nil", "type", "schemaLocation", "noNamespaceSchemaLocation", "include")


class Location(NamedTuple):
    """Where something is: on the wire, and in the value."""

    xpath: str
    attribute: str


class Fault(NamedTuple):
    """A fault, before it is decided which of its two paths is shown."""

    kind: Kind
    place: Location
    params: dict[str, object]


@functools.cache
def _vocabulary() -> frozenset[str]:
    """Every name of the standard that may be shown."""
    names = {"Emessage", "EMessage", "Envelope", "Local_Elements", "VANSEnvelope", *_OF_XML, *Mark, *Style}
    todo: list[Any] = [Envelope, VansEnvelope, *letters()]
    names.update(spec_of(cls).element for cls in letters())
    while todo:
        for element in chain.from_iterable(map(elements, fields(todo.pop()).values())):
            names.add(element.name)
            if isinstance(element.type, type):
                todo.append(element.type)
                names.update((element.type.attribute or ())[1:])  # type: ignore[attr-defined]
    return frozenset(map(str, names))


def shown(tag: str) -> str:
    """A name of the wire, without namespace, as it may be shown: ``*`` where it is no name of the standard.

    Anything may stand where a name is expected, a person's name or number too.
    """
    name = tag.rpartition("}")[2]
    return name if name in _vocabulary() else "*"


def more(count: int) -> list[Fault]:
    """How many more faults there are than the limit has room for."""
    return [Fault(MORE, Location("/", ""), {"count": count})] if count else []


def too_deep(document: Document) -> list[Fault]:
    """The fault of a document whose elements are nested too deep."""
    place, excess = document.excess_of_depth() or ("", None)
    if excess is None:
        return []
    return [Fault(catalogue.TOO_LARGE, Location(place, ""), {"limit": excess.limit, "what": excess.what})]


def _node_at(tree: Any, path: str) -> Any:
    """The node of a path of libxml2, which may use prefixes of the document; the root where it leads nowhere."""
    try:
        return next(iter(tree.xpath(path)), tree.getroot())
    except etree.XPathEvalError:
        return tree.getroot()


def refusals(errors: list[Any], root: etree._Element, limits: Limits) -> list[Fault]:
    """What the schema says itself, without its texts, which quote content."""
    tree = root.getroottree()
    found = []
    for error in errors[: limits.issues]:
        node: Any = _node_at(tree, error.path) if error.path else root
        steps = [shown(str(step.tag)) for step in (*reversed(list(node.iterancestors())), node)]
        place = Location("/" + "/".join(steps), "")
        found.append(Fault(catalogue.OTHER, place, {"reason": error.type_name}))
    return found + more(len(errors) - len(found))
