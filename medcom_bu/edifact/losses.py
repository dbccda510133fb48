"""What is lost when a consignment is written as EDIFACT: it is written and read again, and every difference is named.

The layout decides what is carried, and it alone: there is no second list of what has a place and what has none. Beside
the differences stands what a receiver refuses or cuts: what our own reader says of what is written, and what is known
of MedCom's converter, the one receiver whose behaviour is public.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import (
    Choice,
    Codes,
    Element,
    Value,
    elements,
    held_element,
    walk,
    walk_unexpected,
)
from medcom_bu.edifact.layout import catalogue
from medcom_bu.edifact.layout.demands import unmet_demands
from medcom_bu.edifact.layout.free_text import carried_text
from medcom_bu.edifact.layout.letters.receipts import C0330Q
from medcom_bu.edifact.layout.notation import Layout
from medcom_bu.edifact.layout.plain_forms import replaced, spelling
from medcom_bu.edifact.layout.write import Overrun
from medcom_bu.issues import Issue, Kind, Layer, Loss, Severity, Text
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letters import told_kept
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.values.base64 import Base64
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Styled, TextNode

_SOURCE = "MedCom's EDIFACT layouts, by the behaviour of MedCom's converter"


def _kind(code: str, layer: Layer, message: Text, hint: Text, source: str = _SOURCE) -> Kind:
    return Kind(f"loss.edifact-{code}", Severity.WARNING, layer, message, hint, source)


ELEMENT = _kind(
    "element",
    Layer.SCHEMA,
    Text("EDIFACT has no place for {element} here", "EDIFACT har ikke plads til {element} her"),
    Text("put it in a text, or send XML", "skriv det i en tekst, eller send XML"),
)
CODE = _kind(
    "code",
    Layer.SCHEMA,
    Text("EDIFACT has no code for this value of {element}", "EDIFACT har ingen kode for denne værdi af {element}"),
    Text("use a value that has a code", "brug en værdi der har en kode"),
)
ABSENT = _kind(
    "absent",
    Layer.SCHEMA,
    Text(
        "{element} does not arrive: it contains nothing that can be written as EDIFACT",
        "{element} når ikke frem: det har intet indhold der kan skrives som EDIFACT",
    ),
    Text("give it a text, or leave it out", "skriv en tekst i det, eller udelad det"),
)
DEMAND = _kind(
    "demand",
    Layer.SCHEMA,
    Text(
        "{element} is mandatory but does not arrive: the receiver will refuse the letter",
        "{element} er obligatorisk, men når ikke frem: modtageren vil afvise brevet",
    ),
    Text("add {element}, with a value that EDIFACT can carry", "tilføj {element} med en værdi som EDIFACT kan bære"),
)
REFUSED = _kind(
    "refused",
    Layer.SCHEMA,
    Text("the receiver will refuse what is written: {reason}", "modtageren vil afvise det der skrives: {reason}"),
    Text("fix it before writing", "ret det før der skrives"),
)
RECEIVER = _kind(
    "receiver",
    Layer.SCHEMA,
    Text(
        "MedCom's converter, the only receiver whose behaviour is public, does not accept this value of {element}",
        "MedComs konverter, den eneste modtager hvis opførsel er offentlig, accepterer ikke denne værdi af {element}",
    ),
    Text("use another value, or send XML", "brug en anden værdi, eller send XML"),
)
LETTERS = _kind(
    "letters",
    Layer.SCHEMA,
    Text(
        "there are {count} letters in the interchange; MedCom's converter accepts one",
        "der er {count} breve i udvekslingen; MedComs konverter accepterer ét",
    ),
    Text("send each letter by itself", "send hvert brev for sig"),
)
DEFAULT = _kind(
    "default",
    Layer.SCHEMA,
    Text(
        "{element} is absent, but arrives with the value that EDIFACT puts in its place",
        "{element} mangler, men når frem med det EDIFACT sætter i stedet",
    ),
    Text("give {element}", "angiv {element}"),
)
CHARACTER = _kind(
    "character",
    Layer.SYNTAX,
    Text(
        "{count} characters of {element} are not in ISO-8859-1 and are replaced ({spelling})",
        "{count} tegn i {element} findes ikke i ISO-8859-1 og når frem som andre ({spelling})",
    ),
    Text("write them in characters of ISO-8859-1", "skriv dem med tegn i ISO-8859-1"),
    "UN/EDIFACT, ISO 9735, character set UNOC",
)
CHANGED = _kind(
    "changed",
    Layer.SCHEMA,
    Text("{element} arrives in a different form", "{element} når frem i en anden form"),
    Text("give it in a form that EDIFACT can carry", "angiv det i en form EDIFACT kan bære"),
)
ADDRESS = _kind(
    "address",
    Layer.SCHEMA,
    Text(
        "an interchange has one sender and one receiver: those of its first letter",
        "en udveksling har én afsender og én modtager: det første brevs",
    ),
    Text("send letters of other parties separately", "send breve med andre parter for sig"),
)
SPLIT = _kind(
    "split",
    Layer.SCHEMA,
    Text(
        "the items of {element} arrive split differently ({before} become {after})",
        "{element} når frem anderledes opdelt ({before} som {after})",
    ),
    Text("keep each to five lines in one style", "begræns hver til fem linjer i én stil"),
)
CONTENT = _kind(
    "content",
    Layer.SCHEMA,
    Text(
        "the content is damaged base64; only what decodes is sent",
        "indholdet er beskadiget base64; det der kan afkodes, sendes",
    ),
    Text("attach the file again", "vedhæft filen igen"),
)
TEXT_END = _kind(
    "text-end",
    Layer.SCHEMA,
    Text("the text gains a line break at its end", "teksten får et linjeskift til sidst"),
    Text("end the text with a line break", "afslut teksten med et linjeskift"),
)
TEXT_MARKUP = _kind(
    "text-markup",
    Layer.SCHEMA,
    Text(
        "characters and lines arrive, but styles or preserved spaces arrive as different markup",
        "tegn og linjer når frem, men typografi eller blanktegn med anden opmærkning",
    ),
    Text("nothing needs to be done", "der skal ikke gøres noget"),
)
TEXT_LINES = _kind(
    "text-lines",
    Layer.SCHEMA,
    Text("lines or spaces of the text change", "tekstens linjer eller blanktegn når frem på en anden måde"),
    Text(
        "use no line feeds in the source, and put a line break before and after what is centred or right-aligned",
        "ingen linjeskift i kilden, og et linjeskift før og efter det der er centreret eller højrestillet",
    ),
)
LIMIT = _kind(
    "limit",
    Layer.SCHEMA,
    Text(
        "{count} segments are needed, but a receiver accepts {most}: it may reject or truncate them",
        "der kræves {count} segmenter, og en modtager tager imod {most}: den kan afvise eller afkorte dem",
    ),
    Text("shorten the text{instead}", "forkort teksten{instead}"),
)
KEPT = _kind(
    "kept",
    Layer.SCHEMA,
    Text("{name} has no place in the letter and is not written", "{name} har ingen plads i brevet og skrives ikke"),
    Text("put it in a text", "skriv det i en tekst"),
)

_NAMELESS = {
    "text": Text("text between the elements", "tekst mellem elementerne"),
    "order": Text("the order in which the elements came", "den rækkefølge som elementerne kom i"),
}
"""What is said of what a value keeps that has no name."""

_INSTEAD = Text(
    ", or write it in {element}, which has room for more", ", eller skriv den i {element}, som har plads til mere"
)
_ADDRESS = re.compile(r"letters\[[1-9]\d*\]\.(?:sender|receiver)\.ean_identifier")
_LAST_NUMBER = re.compile(r"\[\d+\]$")
_NUMBERS = re.compile(r"\[\d+\]")
_SERVICE = re.compile(r"segment \d+ (\w+)(?:, element (\d+))?")
_UNB = {
    "2": "letters[0].sender.ean_identifier",
    "3": "letters[0].receiver.ean_identifier",
    "4": "envelope.sent",
    "5": "envelope.identifier",
    "9": "envelope.acknowledgement_code",
}
"""Element of the UNB -> what it is written from."""


def overrun_loss(overrun: Overrun, letter: str) -> Loss:
    """The loss where more segments are written than a receiver takes, or none where it demands one."""
    path = ".".join(filter(None, (letter, overrun.path)))
    if not overrun.count:
        return Loss(RECEIVER, _LAST_NUMBER.sub("", path), (("element", "ClinicalInformation"),))
    instead = _INSTEAD if overrun.instead else Text("", "")
    params = {"count": overrun.count, "most": overrun.most, "instead": instead, "element": overrun.instead}
    return Loss(LIMIT, path, tuple(params.items()))


def refusals(arrived: Emessage, targets: Sequence[Layout], issues: Sequence[Issue]) -> Iterator[Loss]:
    """A loss for each reason why a reader refuses what is written. ``issues`` are its own, at places of the wire."""
    refused = set()
    parts: list[tuple[str, Any, Layout]] = [("envelope", arrived.envelope, C0330Q)]
    pairs = enumerate(zip(arrived.letters, targets, strict=True))
    parts += [(f"letters[{n}]", *pair) for n, pair in pairs if not isinstance(pair[0], OtherLetter)]
    for path, value, layout in parts:
        for kind, inner, params in unmet_demands(value, layout):
            here = f"{path}.{inner}" if inner else path
            refused.add(here)
            yield _refusal(kind, here, params)
    for issue in issues:
        if issue.severity is Severity.ERROR and issue.kind not in _BY_VALUE:
            here = _written_from(issue.path)
            if here not in refused:
                refused.add(here)
                yield _refusal(issue.kind, here, dict(issue.params))


_BY_VALUE = (
    catalogue.MISSING,
    catalogue.LENGTH,
    catalogue.PATTERN,
    catalogue.COUNT,
    catalogue.CODE_VERSION,
    catalogue.DATE,
)
"""What is asked of the value that arrived, with better paths."""


def _refusal(kind: Kind, path: str, params: dict[str, object]) -> Loss:
    if kind is catalogue.MISSING:
        return Loss(DEMAND, path, (("element", params["element"]),))
    return Loss(REFUSED, path, (("reason", kind.message), *params.items()))


def _written_from(place: str) -> str:
    """The attribute that a place on the wire is written from, as far as it is one of the UNB."""
    match = _SERVICE.match(place)
    return _UNB.get(match[2] or "", "envelope") if match and match[1] == "UNB" else "letters"


def not_taken(message: Emessage, targets: Sequence[Layout]) -> Iterator[Loss]:
    """What is written and read here, and refused or read otherwise by MedCom's converter."""
    if len(message.letters) > 1:
        yield Loss(LETTERS, "letters", (("count", len(message.letters)),))
    for number, (letter, layout) in enumerate(zip(message.letters, targets, strict=True)):
        for path, element, value in walk(letter):
            if value in layout.not_taken.get(_NUMBERS.sub("", path), ()):
                yield Loss(RECEIVER, f"letters[{number}].{path}", (("element", element.name),))


def differences(before: Emessage, after: Emessage, targets: Sequence[Layout]) -> Iterator[Loss]:
    """A loss for each attribute that differs after writing and reading, the letters by these layouts."""
    if before.envelope is None:
        yield Loss(DEFAULT, "envelope", (("element", "Envelope"),))
    else:
        yield from _Differences(None).of_value(before.envelope, after.envelope, "envelope")
    for number, (letter, arrived, layout) in enumerate(zip(before.letters, after.letters, targets, strict=True)):
        yield from _Differences(layout).of_value(letter, arrived, f"letters[{number}]")
    for number in range(len(before.local_elements)):
        yield Loss(KEPT, f"local_elements[{number}]", (("name", "Local_Elements"),))
    yield from _kept(before, after, "")
    if before.namespace != after.namespace:
        yield Loss(CHANGED, "namespace", (("element", "namespace"),))


def _kept(before: Value, after: Value, path: str) -> Iterator[Loss]:
    """What is next to a value and does not arrive."""
    arrived = frozenset(after.unexpected)
    for number, extra in enumerate(before.unexpected):
        if extra not in arrived:
            name = _NAMELESS.get(extra.kind) or told_kept(extra)
            yield Loss(KEPT, f"{path}unexpected[{number}]", (("name", name),))


class _Differences:
    """The losses between a value and what arrived of it, by the layout that says what has a place."""

    def __init__(self, layout: Layout | None) -> None:
        self.layout = layout

    def has_place(self, path: str) -> bool:
        return self.layout is None or self.layout.has_place(_NUMBERS.sub("", path).partition(".")[2])

    def of_value(self, before: Any, after: Any, path: str) -> Iterator[Loss]:
        """The losses of a value that both sides have. A part that is missing on one side is one loss."""
        yield from _kept(before, after, f"{path}.")
        for attribute, declared in fields(type(before)).items():
            sent, arrived = getattr(before, attribute), getattr(after, attribute)
            if sent == arrived:
                continue
            here = f"{path}.{attribute}"
            if isinstance(sent, tuple):
                yield from self.of_items(declared, sent, arrived, here)
            else:
                yield from self.of_item(declared, sent, arrived, here)

    def of_items(self, declared: Element | Choice, sent: Any, arrived: Any, path: str) -> Iterator[Loss]:
        name = elements(declared)[0].name
        if not self.has_place(path):
            for number, value in enumerate(sent):
                yield from _no_place(value, f"{path}[{number}]", name)
        elif not arrived:
            yield Loss(ABSENT, path, (("element", name),))
        elif len(sent) != len(arrived):
            yield Loss(SPLIT, path, (("element", name), ("before", len(sent)), ("after", len(arrived))))
        else:
            for number, (sent_value, arrived_value) in enumerate(zip(sent, arrived, strict=True)):
                yield from self.of_item(declared, sent_value, arrived_value, f"{path}[{number}]")

    def of_item(self, declared: Element | Choice, sent: Any, arrived: Any, path: str) -> Iterator[Loss]:
        if sent == arrived:
            return
        element = held_element(declared, sent) or elements(declared)[0]
        params: tuple[tuple[str, object], ...] = (("element", element.name),)
        if sent is None:
            yield Loss(DEFAULT, path, params)
        elif not self.has_place(path):
            yield from _no_place(sent, path, element.name)
        elif isinstance(sent, Value):
            if type(sent) is type(arrived):
                yield from self.of_value(sent, arrived, path)
            else:
                yield Loss(ABSENT if arrived is None else CHANGED, path, params)
        elif isinstance(sent, FormattedText):
            yield from _of_text(sent, arrived, path, params)
        elif isinstance(sent, Base64):
            yield Loss(CONTENT, path)
        else:
            yield _of_leaf(element, sent, arrived, path, params)


def _no_place(sent: Any, path: str, name: str) -> Iterator[Loss]:
    """What a layout has no place for: each text of it and what is kept beside, or the whole where it holds none."""
    leaves = [(place, element.name) for place, element, _ in walk(sent, path)] if isinstance(sent, Value) else []
    beside = list(walk_unexpected(sent, path)) if isinstance(sent, Value) else []
    for place, element in leaves or ([] if beside else [(path, name)]):
        yield Loss(ELEMENT, place, (("element", element),))
    for place, extra in beside:
        yield Loss(KEPT, place, (("name", _NAMELESS.get(extra.kind) or told_kept(extra)),))


def _of_leaf(element: Element, sent: Any, arrived: Any, path: str, params: tuple[tuple[str, object], ...]) -> Loss:
    text = sent.reveal() if hasattr(sent, "reveal") else str(sent)
    if signs := replaced(text):
        return _character(signs, path, params)
    if _ADDRESS.fullmatch(path):
        return Loss(ADDRESS, path)
    if isinstance(element.type, Codes):
        return Loss(CODE, path, params)
    return Loss(ABSENT if arrived is None else CHANGED, path, params)


def _character(signs: Sequence[str], path: str, params: tuple[tuple[str, object], ...]) -> Loss:
    """The loss says which characters were replaced, never the text: a name must not be read in it."""
    return Loss(CHARACTER, path, (("count", len(signs)), ("spelling", spelling(signs)), *params))


def _of_text(
    sent: FormattedText, arrived: FormattedText | None, path: str, params: tuple[tuple[str, object], ...]
) -> Iterator[Loss]:
    signs = [sign for text in _texts(sent.nodes) for sign in replaced(text)]
    if signs:
        yield _character(signs, path, params)
    if _has_raw(sent.nodes):
        yield Loss(KEPT, path, (("name", "markup"),))
    expected = carried_text(sent)
    if arrived is None:
        yield Loss(ABSENT, path, params)
    elif expected != arrived:
        yield from _of_layout(expected, arrived, path)


def _of_layout(expected: FormattedText, arrived: FormattedText, path: str) -> Iterator[Loss]:
    """How a text arrives whose characters are known: with a line break more, with other markup, in other lines."""
    if arrived.plain() not in (expected.plain(), expected.plain() + "\n"):
        yield Loss(TEXT_LINES, path)
        return
    if arrived.plain() != expected.plain():
        yield Loss(TEXT_END, path)
        expected = FormattedText((*expected.nodes, Mark.BREAK))
    if expected != arrived:
        yield Loss(TEXT_MARKUP, path)


def _texts(nodes: tuple[TextNode, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Styled):
            yield from _texts(node.nodes)
        elif type(node) is str:
            yield node


def _has_raw(nodes: tuple[TextNode, ...]) -> bool:
    return any(isinstance(node, RawMarkup) or (isinstance(node, Styled) and _has_raw(node.nodes)) for node in nodes)
