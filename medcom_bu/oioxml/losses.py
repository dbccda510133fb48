"""What is lost when a consignment is written as OIO-XML, in its own or another version.

What has no place is told by the declarations; whether a receiver will refuse what is written, by the schema itself.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Value, Version, attributes, elements, walk, walk_unexpected
from medcom_bu.issues import Issue, Kind, Layer, Loss, Severity, Text
from medcom_bu.messages.crossing import not_crossing
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letters import element_of, shown_kept, told_element, told_kept
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.encode import dropped_attributes
from medcom_bu.oioxml.kept import Malformed, is_as_kept
from medcom_bu.oioxml.reading import judge
from medcom_bu.oioxml.versions import Said, check_version, said_in
from medcom_bu.once import once
from medcom_bu.values.characters import not_xml
from medcom_bu.values.text import FormattedText, RawMarkup, Styled, TextNode

_SOURCE = "MedCom XML schemas as in use in 2026; differences between versions"

ELEMENT = Kind(
    "loss.xml-element",
    Severity.WARNING,
    Layer.SCHEMA,
    Text("{version} has no {element}", "{version} har ikke {element}"),
    Text("put it in a text, or use another version", "skriv det i en tekst, eller brug en anden version"),
    _SOURCE,
)
CODE = Kind(
    "loss.xml-code",
    Severity.WARNING,
    Layer.SCHEMA,
    Text("{version} does not have this value of {element}", "{version} kender ikke denne værdi af {element}"),
    Text("it is written unchanged, and the schema rejects it", "den skrives som den er og afvises af skemaet"),
    _SOURCE,
)
DEMAND = Kind(
    "loss.xml-demand",
    Severity.WARNING,
    Layer.SCHEMA,
    Text(
        "{version} requires {element}, which the message lacks", "{version} kræver {element}, som meddelelsen mangler"
    ),
    Text("add {element} before writing", "tilføj {element} før der skrives"),
    _SOURCE,
)
LETTER = Kind(
    "loss.xml-letter",
    Severity.WARNING,
    Layer.SCHEMA,
    Text(
        "the Emessage has another namespace than {element} {version}: a receiver will reject it",
        "Emessage har et andet navnerum end {element} {version}: en modtager vil afvise den",
    ),
    Text("write the letter in an Emessage of its own", "skriv brevet i en Emessage for sig"),
    _SOURCE,
)
DEFAULT = Kind(
    "loss.xml-default",
    Severity.WARNING,
    Layer.SCHEMA,
    Text(
        "the version requires {element}, which the message lacks: a usual value is written",
        "versionen kræver {element}, som meddelelsen mangler: der skrives en sædvanlig værdi",
    ),
    Text("give {element} yourself", "angiv selv {element}"),
    _SOURCE,
)
REFUSED = Kind(
    "loss.xml-refused",
    Severity.WARNING,
    Layer.SCHEMA,
    Text("a receiver will reject what is written: {reason}", "en modtager vil afvise det der skrives: {reason}"),
    Text("fix it before writing", "ret det før der skrives"),
    _SOURCE,
)
CHARACTER = Kind(
    "loss.xml-character",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "{count} characters are not allowed in XML and become U+FFFD",
        "{count} tegn kan ikke stå i XML og bliver til U+FFFD",
    ),
    Text("remove control characters from the text", "fjern styretegn fra teksten"),
    "XML 1.0, fifth edition, production Char",
)
SEGMENT = Kind(
    "loss.xml-segment",
    Severity.WARNING,
    Layer.SCHEMA,
    Text(
        "XML has no place for the EDIFACT segment {tag}, which was kept as received",
        "XML har ikke plads til {tag} fra EDIFACT, gemt som det kom",
    ),
    Text("put it in a text", "skriv det i en tekst"),
    _SOURCE,
)
FORM = Kind(
    "loss.xml-form",
    Severity.WARNING,
    Layer.SCHEMA,
    Text(
        "the kept XML is not one element in the form and place that a reader keeps: it arrives changed",
        "det der er gemt som XML, er ikke ét element i den form en læser gemmer: det når frem i en anden form",
    ),
    Text("leave it as it was read", "gem det som det blev læst"),
    "medcom_bu: what a value keeps comes back as it was",
)

_FACETS = set(catalogue.OF_FACET.values())
"""What a version does not know of a value."""


def losses(message: Emessage, version: str | None) -> tuple[Loss, ...]:
    """Every loss: what is not written or otherwise, then what makes a receiver refuse what is written.

    Raises InvalidMessage where no letter has the version.
    """
    check_version(message, version)
    if stuck := not_crossing(message, is_edifact=False):
        return stuck
    written = said_in(message, version)
    first = (written.versions or (Version("", "", written.message.namespace),))[0]
    lost = list(of_value(message.envelope, "envelope", first))
    for number, (letter, target) in enumerate(zip(written.message.letters, written.versions, strict=True)):
        if number in written.strangers:
            params = {"element": told_element(element_of(letter)), "version": target.code}
            lost.append(Loss(LETTER, f"letters[{number}]", tuple(params.items())))
        lost += of_value(letter, f"letters[{number}]", target)
    lost += (Loss(DEFAULT, path, (("element", name),)) for path, name in written.made_up)
    lost += _segments(message, "")
    lost += _local_elements(message)
    return (*lost, *_refusals(written))


def _refusals(written: Said) -> Iterator[Loss]:
    """What the schema says of the message as it is written, but for letters that do not belong to it."""
    at = [number for number in range(len(written.message.letters)) if number not in written.strangers]
    belonging = _belonging(written.message, at) if written.strangers else written.message
    for issue in judge(belonging).issues:
        if issue.severity is not Severity.ERROR or (written.strangers and not at and _is_of_no_letter(issue)):
            continue
        match = _LETTER.match(issue.path)
        number = at[int(match[1])] if match else None
        path = issue.path if match is None else f"letters[{number}]{issue.path[match.end() :]}"
        yield refusal(issue, path, written.versions[number] if number is not None else None)


def _belonging(message: Emessage, at: list[int]) -> Emessage:
    """The message with some of its letters, and what comes after each."""
    place = {number: index for index, number in enumerate(at)}
    local = [
        attrs.evolve(element, after=place[element.after])
        for element in message.local_elements
        if element.after in place
    ]
    return message.replace(letters=tuple(message.letters[number] for number in at), local_elements=tuple(local))


_LETTER = re.compile(r"letters\[(\d+)\]")


def _is_of_no_letter(issue: Issue) -> bool:
    return issue.kind is catalogue.MISSING and issue.path == "/" and dict(issue.params)["element"] != "Envelope"


def refusal(issue: Issue, path: str, version: Version | None) -> Loss:
    """The loss that an error of the schema is, in what is written by a version, at an attribute path."""
    params = dict(issue.params)
    if issue.kind is catalogue.MISSING and path == "/":
        path = "envelope" if params["element"] == "Envelope" else "letters"
    if issue.kind is catalogue.MISSING or issue.kind in _FACETS:
        kind = DEMAND if issue.kind is catalogue.MISSING else CODE
        return Loss(kind, path, (("version", version.code if version else "Emessage"), ("element", params["element"])))
    return Loss(REFUSED, path, (("reason", issue.kind.message), *issue.params))


def _segments(value: Value, path: str) -> Iterator[Loss]:
    for number, extra in enumerate(value.unexpected):
        if extra.kind == "segment":
            yield Loss(SEGMENT, f"{path}unexpected[{number}]", (("tag", told_kept(extra)),))


def _local_elements(message: Emessage) -> Iterator[Loss]:
    """Those that come back in another form or at another place: they stand between letters, in their order."""
    last = -1
    for number, local in enumerate(message.local_elements):
        if not (last <= local.after < len(message.letters) and is_as_kept(local.xml)):
            yield Loss(FORM, f"local_elements[{number}]", ())
        last = max(last, local.after)


def _attributes(value: Value, path: str, version: Version) -> Iterator[Loss]:
    """The attributes that are kept of elements which a version does not have."""
    with contextlib.suppress(Malformed):  # then nothing is written
        for number in dropped_attributes(value, version):
            name = shown_kept(value.unexpected[number])
            yield Loss(ELEMENT, f"{path}unexpected[{number}]", (("version", version.code), ("element", f"@{name}")))


def of_value(value: Value | None, path: str, version: Version) -> Iterator[Loss]:
    """What a version has no place for, and what XML cannot hold, of a value at an attribute path."""
    if value is None:
        return
    held = value.__dict__
    for name in attributes(type(value)):
        yield from _of_text(held[name], f"{path}.{name}")
    if value.unexpected:
        here = f"{path}." if path else ""
        yield from _segments(value, here)
        yield from _attributes(value, here, version)
    for name, missing in _fields_in(type(value), version.code):
        content = held[name]
        if content is None or (missing is None and isinstance(content, str) and content.isprintable()):
            continue  # most texts are so: XML can hold them
        if content == ():
            continue
        here = f"{path}.{name}" if path else name
        if missing is not None:
            yield from _no_place(content, here, missing, version)
            continue
        items = enumerate(content) if isinstance(content, tuple) else [(None, content)]
        for index, child in items:
            place = here if index is None else f"{here}[{index}]"
            if isinstance(child, Value):
                yield from of_value(child, place, version)
            else:
                yield from _of_text(child, place)


@once
def _fields_in(cls: type[Value], version: str) -> tuple[tuple[str, str | None], ...]:
    """The fields of a class: name, and the element that the version does not have for it, if so."""
    first = ((name, elements(declared)[0]) for name, declared in fields(cls).items())
    return tuple((name, None if element.exists_in(version) else element.name) for name, element in first)


def _no_place(content: Any, path: str, name: str, version: Version) -> Iterator[Loss]:
    """What a version has no element for: each text of it and what is kept beside, or the whole where it holds none."""
    items = (
        [(f"{path}[{n}]", child) for n, child in enumerate(content)]
        if isinstance(content, tuple)
        else [(path, content)]
    )
    for place, child in items:
        leaves = [(leaf, declared.name) for leaf, declared, _ in walk(child, place)] if isinstance(child, Value) else []
        beside = (
            [(leaf, told_kept(extra)) for leaf, extra in walk_unexpected(child, place)]
            if isinstance(child, Value)
            else []
        )
        for leaf, element in (leaves + beside) or [(place, name)]:
            yield Loss(ELEMENT, leaf, (("version", version.code), ("element", element)))


def _of_text(content: Any, path: str) -> Iterator[Loss]:
    count = len(not_xml().findall(_text(content)))
    if count:
        yield Loss(CHARACTER, path, (("count", count),))
    if isinstance(content, FormattedText) and not _is_as_kept(content.nodes):
        yield Loss(FORM, path, ())


def _is_as_kept(nodes: tuple[TextNode, ...]) -> bool:
    """Whether all that is kept as XML in a text is in the form that a reader keeps."""
    return all(
        is_as_kept(node.xml) if isinstance(node, RawMarkup) else not isinstance(node, Styled) or _is_as_kept(node.nodes)
        for node in nodes
    )


def _text(content: Any) -> str:
    if isinstance(content, FormattedText):
        return "".join(_node_text(node) for node in content.nodes)
    if hasattr(content, "reveal"):
        return str(content.reveal())
    return content if isinstance(content, str) else ""


def _node_text(node: Any) -> str:
    if isinstance(node, Styled):
        return "".join(map(_node_text, node.nodes))
    return "" if isinstance(node, RawMarkup) else str(node)
