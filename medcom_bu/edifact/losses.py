"""What is lost when a consignment is written as EDIFACT: it is written and read again, and every difference is named.

The layout decides what is carried, and it alone: there is no second list of what has a place and what has none. Beside
the differences stand the groups that take more segments than a receiver must accept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from medcom_bu.binding import Choice, Codes, Element, Value, elements, fields, held_element
from medcom_bu.edifact.encode import carried
from medcom_bu.issues import Kind, Layer, Loss, Severity, Text
from medcom_bu.messages.emessage import Emessage
from medcom_bu.values.base64 import Base64
from medcom_bu.values.text import FormattedText, Mark, Node, RawMarkup, Styled

_SOURCE = "MedCom's EDIFACT layouts, by the behaviour of MedCom's converter"


def _kind(code: str, layer: Layer, message: Text, hint: Text, source: str = _SOURCE) -> Kind:
    return Kind(f"loss.edifact-{code}", Severity.WARNING, layer, message, hint, source)


ELEMENT = _kind(
    "element",
    Layer.SCHEMA,
    Text("EDIFACT has no place for {element} here", "EDIFACT har ikke plads til {element} her"),
    Text("say it in a text, or send XML", "skriv det i en tekst, eller send XML"),
)
CODE = _kind(
    "code",
    Layer.SCHEMA,
    Text("EDIFACT has no code for this value of {element}", "EDIFACT har ingen kode for denne værdi af {element}"),
    Text("use a value that has a code", "brug en værdi der har en kode"),
)
DEFAULT = _kind(
    "default",
    Layer.SCHEMA,
    Text(
        "{element} is absent, but arrives with what EDIFACT puts in its place",
        "{element} mangler, men ankommer med det EDIFACT sætter i stedet",
    ),
    Text("give {element}", "angiv {element}"),
)
CHARACTER = _kind(
    "character",
    Layer.SYNTAX,
    Text(
        "{count} characters of {element} are not in ISO-8859-1 and arrive as others",
        "{count} tegn i {element} findes ikke i ISO-8859-1 og ankommer som andre",
    ),
    Text("write them in characters of ISO-8859-1", "skriv dem med tegn i ISO-8859-1"),
    "UN/EDIFACT, ISO 9735, character set UNOC",
)
CHANGED = _kind(
    "changed",
    Layer.SCHEMA,
    Text("{element} arrives in another form", "{element} ankommer i en anden form"),
    Text("give it in the form that EDIFACT can carry", "angiv det i en form EDIFACT kan bære"),
)
ADDRESS = _kind(
    "address",
    Layer.SCHEMA,
    Text(
        "an interchange has one sender and one receiver: those of its first letter",
        "en udveksling har én afsender og én modtager: dem fra dens første brev",
    ),
    Text("send letters of other parties by themselves", "send breve med andre parter for sig"),
)
SPLIT = _kind(
    "split",
    Layer.SCHEMA,
    Text(
        "the items of {element} arrive otherwise parted ({before} as {after})",
        "{element} ankommer anderledes opdelt ({before} som {after})",
    ),
    Text("keep each to five lines in one style", "hold hver på fem linjer i én stil"),
)
CONTENT = _kind(
    "content",
    Layer.SCHEMA,
    Text(
        "the content is damaged base64; what decodes is sent",
        "indholdet er beskadiget base64; det der kan afkodes, sendes",
    ),
    Text("attach the file anew", "vedhæft filen igen"),
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
        "characters and lines arrive, but styles or kept blanks in another markup",
        "tegn og linjer ankommer, men stil eller blanktegn med anden opmærkning",
    ),
    Text("nothing needs to be done", "der skal ikke gøres noget"),
)
TEXT_LINES = _kind(
    "text-lines",
    Layer.SCHEMA,
    Text("lines or blanks of the text arrive otherwise", "tekstens linjer eller blanktegn ankommer anderledes"),
    Text(
        "no line feeds in the source, no line with a full stop alone or with a backslash at its end, "
        "and a line break before and after what is centred or set right",
        "ingen linjeskift i kilden, ingen linje med et punktum alene eller med omvendt skråstreg til sidst, "
        "og et linjeskift før og efter det der er centreret eller højrestillet",
    ),
)
LIMIT = _kind(
    "limit",
    Layer.SCHEMA,
    Text(
        "{count} segments are needed, a receiver takes {most}: it may refuse or cut them",
        "der kræves {count} segmenter, en modtager tager {most}: den kan afvise eller afkorte",
    ),
    Text("shorten the text, or part it", "forkort teksten, eller del den"),
)
KEPT = _kind(
    "kept",
    Layer.SCHEMA,
    Text("{name} has no place in the letter and is not written", "{name} har ingen plads i brevet og skrives ikke"),
    Text("say it in a text", "skriv det i en tekst"),
)


def differences(before: Emessage, after: Emessage, versions: Sequence[str]) -> Iterator[Loss]:
    """A loss for each attribute that differs after writing and reading, the letters in these versions."""
    if before.envelope is None:
        yield Loss(DEFAULT, "envelope", (("element", "Envelope"),))
    else:
        yield from _of_value(before.envelope, after.envelope, "envelope", "")
    pairs = zip(before.letters, after.letters, versions, strict=True)
    for number, (letter, arrived, version) in enumerate(pairs):
        yield from _of_value(letter, arrived, f"letters[{number}]", version)
    for number in range(len(before.local_elements)):
        yield Loss(KEPT, f"local_elements[{number}]", (("name", "Local_Elements"),))
    yield from _kept(before, "")
    if before.namespace != after.namespace:
        yield Loss(CHANGED, "namespace", (("element", "namespace"),))


def _kept(value: Value, path: str) -> Iterator[Loss]:
    for number, item in enumerate(value.unexpected):
        yield Loss(KEPT, f"{path}unexpected[{number}]", (("name", item.name),))


def _of_value(before: Any, after: Any, path: str, version: str) -> Iterator[Loss]:
    """The losses of a value that both sides have. A part that is missing on one side is one loss."""
    yield from _kept(before, f"{path}.")
    for attribute, declared in fields(type(before)).items():
        held, arrived = getattr(before, attribute), getattr(after, attribute)
        if held == arrived:
            continue
        here = f"{path}.{attribute}"
        if isinstance(held, tuple):
            yield from _of_items(declared, held, arrived, here, version)
        else:
            yield from _of_item(declared, held, arrived, here, version)


def _of_items(declared: Element | Choice, held: Any, arrived: Any, path: str, version: str) -> Iterator[Loss]:
    name = elements(declared)[0].name
    if not arrived:
        yield Loss(ELEMENT, path, (("element", name),))
    elif len(held) != len(arrived):
        yield Loss(SPLIT, path, (("element", name), ("before", len(held)), ("after", len(arrived))))
    else:
        for number, (one, other) in enumerate(zip(held, arrived, strict=True)):
            yield from _of_item(declared, one, other, f"{path}[{number}]", version)


def _of_item(declared: Element | Choice, held: Any, arrived: Any, path: str, version: str) -> Iterator[Loss]:
    if held == arrived:
        return
    found = held_element(declared, held) or elements(declared)[0]
    params: tuple[tuple[str, object], ...] = (("element", found.name),)
    if held is None:
        yield Loss(DEFAULT, path, params)
    elif not found.exists_in(version):
        yield Loss(ELEMENT, path, params)
    elif isinstance(held, Value):
        if type(held) is type(arrived):
            yield from _of_value(held, arrived, path, version)
        else:
            yield Loss(ELEMENT if any(getattr(held, name) for name in fields(type(held))) else CHANGED, path, params)
    elif isinstance(held, FormattedText):
        yield from _of_text(held, arrived, path, params)
    elif isinstance(held, Base64):
        yield Loss(CONTENT, path)
    else:
        yield _of_leaf(found, held, arrived, path, params)


def _of_leaf(element: Element, held: Any, arrived: Any, path: str, params: tuple[tuple[str, object], ...]) -> Loss:
    text = held.reveal() if hasattr(held, "reveal") else str(held)
    count = _not_carried(text)
    if count:
        return Loss(CHARACTER, path, (("count", count), *params))
    if path.endswith("ean_identifier"):
        return Loss(ADDRESS, path)
    if isinstance(element.type, Codes):
        return Loss(CODE, path, params)
    return Loss(ELEMENT if arrived is None and text else CHANGED, path, params)


def _not_carried(text: str) -> int:
    return sum(carried(sign) != sign for sign in text if sign not in "\r\n")


def _of_text(
    held: FormattedText, arrived: FormattedText | None, path: str, params: tuple[tuple[str, object], ...]
) -> Iterator[Loss]:
    if arrived is None:
        yield Loss(CHANGED if not held.plain() else ELEMENT, path, params)
        return
    count = sum(map(_not_carried, _texts(held.nodes)))
    if count:
        yield Loss(CHARACTER, path, (("count", count), *params))
    if _has_raw(held.nodes):
        yield Loss(KEPT, path, (("name", "markup"),))
    expected = FormattedText(_carried_nodes(held.nodes))
    if expected == arrived:
        return
    if FormattedText((*expected.nodes, Mark.BREAK)) == arrived:
        yield Loss(TEXT_END, path)
    elif arrived.plain() in (expected.plain(), expected.plain() + "\n"):
        yield Loss(TEXT_MARKUP, path)
    else:
        yield Loss(TEXT_LINES, path)


def _texts(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Styled):
            yield from _texts(node.nodes)
        elif type(node) is str:
            yield node


def _has_raw(nodes: tuple[Node, ...]) -> bool:
    return any(isinstance(node, RawMarkup) or (isinstance(node, Styled) and _has_raw(node.nodes)) for node in nodes)


def _carried_nodes(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(
        Styled(node.style, _carried_nodes(node.nodes)) if isinstance(node, Styled) else _carried_node(node)
        for node in nodes
        if not isinstance(node, RawMarkup)
    )


def _carried_node(node: Node) -> Node:
    return "".join(s if s in "\r\n" else carried(s) for s in node) if type(node) is str else node
