"""What is lost when a consignment is written as OIO-XML, in its own or another version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.binding import ByVersion, Codes, Element, Value, Version, elements, fields, held_element, leaf_type
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Kind, Layer, Loss, Report, Severity, Text
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import VANS_104, VansEnvelope
from medcom_bu.oioxml.leaves import check_leaf
from medcom_bu.oioxml.versions import spec_of, version_in
from medcom_bu.values.characters import not_xml
from medcom_bu.values.text import FormattedText, RawMarkup, Styled

_SOURCE = "MedCom XML schemas as in use in 2026; differences between versions"

ELEMENT = Kind(
    "loss.xml-element",
    Severity.WARNING,
    Layer.SCHEMA,
    Text("{version} has no {element}", "{version} har ikke {element}"),
    Text("say it in a text, or use another version", "skriv det i en tekst, eller brug en anden version"),
    _SOURCE,
)
CODE = Kind(
    "loss.xml-code",
    Severity.WARNING,
    Layer.SCHEMA,
    Text("{version} does not know this value of {element}", "{version} kender ikke denne værdi af {element}"),
    Text("it is written as it is, and refused by the schema", "den skrives som den er og afvises af skemaet"),
    _SOURCE,
)
DEMAND = Kind(
    "loss.xml-demand",
    Severity.WARNING,
    Layer.SCHEMA,
    Text("{version} demands {element}, which the message lacks", "{version} kræver {element}, som meddelelsen mangler"),
    Text("add {element} before writing", "tilføj {element} før der skrives"),
    _SOURCE,
)
CHARACTER = Kind(
    "loss.xml-character",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "{count} characters cannot stand in XML and become U+FFFD",
        "{count} tegn kan ikke stå i XML og bliver til U+FFFD",
    ),
    Text("remove control characters from the text", "fjern kontroltegn fra teksten"),
    "XML 1.0, fifth edition, production Char",
)
SEGMENT = Kind(
    "loss.xml-segment",
    Severity.WARNING,
    Layer.SCHEMA,
    Text(
        "XML has no place for the EDIFACT segment {tag}, kept as it came",
        "XML har ikke plads til EDIFACT-segmentet {tag}, gemt som det kom",
    ),
    Text("say it in a text", "skriv det i en tekst"),
    _SOURCE,
)
NO_VERSION = Kind(
    "version.unknown",
    Severity.ERROR,
    Layer.SCHEMA,
    Text("the letter has no version of that code", "brevet har ingen version med den kode"),
    Text("versions of {element}: {expected}", "versioner af {element}: {expected}"),
    _SOURCE,
)


def losses(message: Emessage, version: str | None) -> tuple[Loss, ...]:
    """Every loss, in document order. Raises InvalidMessage where no letter has the version."""
    check_version(message, version)
    namespace = _namespace(message, version)
    specs = [spec_of(type(letter)) for letter in message.letters]
    targets = [version_in(type(letter), namespace) for letter in message.letters]
    found = list(_of_value(message.envelope, "envelope", (targets or [Version("", "", namespace)])[0]))
    for number, (letter, spec, target) in enumerate(zip(message.letters, specs, targets, strict=True)):
        if version is not None and target.namespace != namespace:
            found.append(Loss(ELEMENT, f"letters[{number}]", (("version", version), ("element", spec.element))))
        found += _of_value(letter, f"letters[{number}]", target)
    found += _segments(message, "")
    return tuple(found)


def envelope_losses(envelope: VansEnvelope, version: str | None) -> tuple[Loss, ...]:
    """Every loss of an envelope. Raises InvalidMessage where a version other than 1.0.4 is asked for."""
    in_version(envelope, version)
    return tuple(_of_value(envelope, "", VANS_104))


def in_version(envelope: VansEnvelope, version: str | None) -> VansEnvelope:
    """The envelope in a version. Raises InvalidMessage where that is another than 1.0.4."""
    if version is None:
        return envelope
    if version != VANS_104.code:
        issue = NO_VERSION.at("namespace", element=VANS_104.type_code, expected=VANS_104.code)
        raise InvalidMessage(Report.of([issue], [Layer.SCHEMA], [Layer.SCHEMA]))
    return envelope.replace(namespace=VANS_104.namespace)


def _namespace(message: Emessage, version: str | None) -> str:
    """The namespace in which the message would be written."""
    known = {v.code: v.namespace for letter in message.letters for v in spec_of(type(letter)).versions}
    return known.get(version or "", message.namespace)


def check_version(message: Emessage, version: str | None) -> None:
    """Raise InvalidMessage where a version is asked for that no letter of the message has."""
    if version is None:
        return
    specs = [spec_of(type(letter)) for letter in message.letters]
    if not any(known.code == version for spec in specs for known in spec.versions):
        issues = [
            NO_VERSION.at(f"letters[{n}]", element=spec.element, expected=", ".join(v.code for v in spec.versions))
            for n, spec in enumerate(specs)
        ]
        raise InvalidMessage(Report.of(issues, [Layer.SCHEMA], [Layer.SCHEMA]))


def _segments(value: Value, path: str) -> Iterator[Loss]:
    for number, kept in enumerate(value.unexpected):
        if kept.kind == "segment":
            yield Loss(SEGMENT, f"{path}unexpected[{number}]", (("tag", kept.name),))


def _of_value(value: Value | None, path: str, version: Version) -> Iterator[Loss]:
    if value is None:
        return
    attribute = type(value).attribute
    for name in (attribute[0], "text") if attribute else ():
        yield from _of_text(value.__dict__[name], f"{path}.{name}")
    yield from _segments(value, f"{path}.")
    for name, declared in fields(type(value)).items():
        held, here = value.__dict__[name], f"{path}.{name}" if path else name
        first = elements(declared)[0]
        absent = held is None or held == ()
        if not first.exists_in(version.code):
            if not absent:
                yield Loss(ELEMENT, here, (("version", version.code), ("element", first.name)))
            continue
        if absent:
            if isinstance(declared, Element) and version.code in declared.required_in:
                yield Loss(DEMAND, here, (("version", version.code), ("element", declared.name)))
            continue
        items = enumerate(held) if isinstance(held, tuple) else [(None, held)]
        for index, item in items:
            place = here if index is None else f"{here}[{index}]"
            yield from _of_item(held_element(declared, item), item, place, version)


def _of_item(element: Element | None, item: Any, path: str, version: Version) -> Iterator[Loss]:
    if isinstance(item, Value):
        yield from _of_value(item, path, version)
        return
    leaf = leaf_type(element.type, version.code) if element else None
    if element and not _is_known(element.type, leaf, item, version):
        yield Loss(CODE, path, (("version", version.code), ("element", element.name)))
    yield from _of_text(item, path)


def _of_text(item: Any, path: str) -> Iterator[Loss]:
    count = len(not_xml().findall(_text(item)))
    if count:
        yield Loss(CHARACTER, path, (("count", count),))


def _is_known(declared: Any, leaf: Any, item: Any, version: Version) -> bool:
    """Whether a version knows a code, and takes a text whose form is not the same in every version."""
    if isinstance(leaf, Codes) and isinstance(item, leaf.codes):
        known: bool = item.known_in(version.code)
        return known
    return not (isinstance(declared, ByVersion) and isinstance(item, str) and any(check_leaf(leaf, item, version)))


def _text(item: Any) -> str:
    if isinstance(item, FormattedText):
        return "".join(_node_text(node) for node in item.nodes)
    if hasattr(item, "reveal"):
        return str(item.reveal())
    return item if isinstance(item, str) else ""


def _node_text(node: Any) -> str:
    if isinstance(node, Styled):
        return "".join(map(_node_text, node.nodes))
    return "" if isinstance(node, RawMarkup) else str(node)
