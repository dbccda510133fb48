"""What is wrong with a document, before it is decided how that is reported, and the names that may be told of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from lxml import etree

from medcom_bu.issues import MORE, Kind, Text
from medcom_bu.limits import Limits
from medcom_bu.messages.letters import letters, shown_element, spec_of, told_element
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.source import Document


class Location(NamedTuple):
    """Where something is: on the wire, and in the value."""

    xpath: str
    attribute: str


class Fault(NamedTuple):
    """A fault, before it is decided which of its two paths is shown."""

    kind: Kind
    place: Location
    params: dict[str, object]


def shown(tag: str) -> str:
    """A name of the wire, without namespace, as it may be shown."""
    return shown_element(tag.rpartition("}")[2])


def named(tag: str) -> str | Text:
    """A name of the wire, without namespace, as a sentence tells it."""
    return told_element(tag.rpartition("}")[2])


def where_known(element: str) -> str:
    """The versions of a letter, with the namespace of each; empty for an element that no letter has."""
    versions = (version for cls in letters() if spec_of(cls).element == element for version in spec_of(cls).versions)
    return ", ".join(f"{version.code} ({version.namespace})" for version in versions)


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
    faults = []
    for error in errors[: limits.issues]:
        node: Any = _node_at(tree, error.path) if error.path else root
        steps = [shown(str(step.tag)) for step in (*reversed(list(node.iterancestors())), node)]
        place = Location("/" + "/".join(steps), "")
        faults.append(Fault(catalogue.OTHER, place, {"reason": error.type_name}))
    return faults + more(len(errors) - len(faults))
