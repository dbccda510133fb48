"""The declarations say what the schemas say: names, order, cardinality, choices, bounds, patterns, codes, texts.

Declarations, our schemas and the model of the official schemas are each made into the same table, and compared.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import attrs
import pytest
import xmlschema

from medcom_bu.declare import oioxml as declarations
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Choice, Codes, Element, Value, elements, leaf_type
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.hospital_referral import XH0131R, HospitalReferral
from medcom_bu.messages.letters import letters, spec_of
from medcom_bu.oioxml.schemas import file_of
from medcom_bu.resources import folder
from medcom_bu.values.text import Mark, Style
from tests.regenerate import COMMAND
from tests.support.oracle import oracle

LETTERS = [(cls, version) for cls in letters() for version in spec_of(cls).versions]
EACH = pytest.mark.parametrize(("cls", "version"), LETTERS, ids=[version.code for _, version in LETTERS])
TIME = "(([0-1][0-9])|(2[0-3])):[0-5][0-9]"
HEX = "[0-9a-fA-F]"
HEX_TOO = "[0-9A-Fa-f]"
SAME_PATTERN = {
    "-".join(f"{HEX}{{{count}}}" for count in (8, 4, 4, 4, 12)): "uuid",
    r"\-".join(f"{HEX_TOO}{{{count}}}" for count in (8, 4, 4, 4, 12)): "uuid",
}
UNBOUNDED = 10**9
Facts = tuple[Any, ...]


class Row(NamedTuple):
    """One element: its path, its cardinality, which alternative of a choice it belongs to, what it holds."""

    path: str
    min: int
    max: int | None
    alternative: int
    holds: Facts


# --- the facts of a leaf, in one form ------------------------------------------------------------------------------

BREAKABLE: frozenset[Any] = frozenset({(str(mark), frozenset()) for mark in Mark})
SIMPLE = BREAKABLE | {(str(style), BREAKABLE) for style in Style if style is not Style.FIXED_FONT}
FORMATTED = SIMPLE | {("FixedFont", SIMPLE)}
TEXTS = {"FormattedTextType": FORMATTED, "SimpleFormattedText": SIMPLE, "BreakableText": BREAKABLE}


def facts(base: str, low: int | None, high: int | None, patterns: list[str], enum: list[str] | None) -> Facts:
    """What a simple type allows. A pattern gives its own bounds; patterns and codes narrow each other."""
    if enum is not None:
        return ("codes", frozenset(code for code in enum if all(re.fullmatch(p, code) for p in patterns)))
    if base in ("date", "boolean", "positiveInteger"):
        return (base, *patterns)
    for pattern in patterns:
        narrow, wide = re._parser.parse(pattern).getwidth()  # type: ignore[attr-defined]
        low, high = max(low or 0, narrow), min(high if high is not None else UNBOUNDED, wide)
    return ("string", low or 0, high, *patterns)


def declared_facts(leaf: Any, version: Any) -> Facts:
    match leaf:
        case declarations.String():
            return ("string", leaf.min, leaf.max, *([leaf.pattern] if leaf.pattern else []))
        case Codes():
            return ("codes", frozenset(str(code) for code in leaf.codes if code.known_in(version.code)))
        case declarations.Fixed():
            return ("codes", frozenset({getattr(version, leaf.attribute)}))
        case declarations.Formatted():
            return ("text", BREAKABLE if leaf.simple else FORMATTED)
        case declarations.Date():
            return ("date", "[^:Z]*")
        case declarations.Time():
            return ("string", 5, 5, TIME)
        case declarations.Flag():
            return ("boolean", "true")
        case declarations.PositiveInteger():
            return ("positiveInteger",)
        case _:
            return ("string", 0, None)


# --- three tables ----------------------------------------------------------------------------------------------------


def of_declaration(cls: Any, version: Any, path: str) -> Iterator[Row]:
    for declared in fields(cls).values():
        options = [element for element in elements(declared) if element.exists_in(version.code)]
        for number, element in enumerate(options, 1):
            yield from _of_element(element, number if isinstance(declared, Choice) else 0, version, path)


def _of_element(element: Element, alternative: int, version: Any, path: str) -> Iterator[Row]:
    here, kind = f"{path}/{element.name}", element.type
    if isinstance(kind, type) and issubclass(kind, Value) and kind.inline:
        for row in of_declaration(kind, version, path):
            yield row._replace(alternative=alternative)
    elif isinstance(kind, type):
        yield Row(here, element.least(version.code), element.max, alternative, ("elements",))
        yield from of_declaration(kind, version, here)
    else:
        holds = declared_facts(leaf_type(kind, version.code), version)
        yield Row(here, element.least(version.code), element.max, alternative, holds)


@cache
def our_schema(namespace: str) -> Any:
    return xmlschema.XMLSchema(str(folder("xsd") / file_of(namespace)))


def of_schema(node: Any, path: str, alternative: int = 0) -> Iterator[Row]:
    """The rows of an element of a schema and of all below it."""
    here, kind = f"{path}/{node.local_name}", node.type
    assert not node.attributes or set(node.attributes) == {None}, f"{here} has attributes"
    if kind.is_simple() or kind.has_simple_content():
        holds = _schema_facts(kind)
    else:
        holds = ("text", _markup(kind)) if kind.mixed else ("elements",)
    yield Row(here, node.min_occurs, node.max_occurs, alternative, holds)
    if holds == ("elements",):
        yield from _of_group(kind.content, here)


def _of_group(group: Any, path: str, alternative: int = 0) -> Iterator[Row]:
    assert (group.min_occurs, group.max_occurs) == (1, 1), path
    for number, particle in enumerate(group, 1):
        own = number if group.model == "choice" else alternative
        if isinstance(particle, xmlschema.XsdElement):
            yield from of_schema(particle, path, own)
        else:
            yield from _of_group(particle, path, own)


def _schema_facts(kind: Any) -> Facts:
    kind = kind if kind.is_simple() else kind.content
    steps = []
    while not str(kind.name).startswith("{http://www.w3.org/2001/XMLSchema}"):
        steps.append(kind)
        kind = kind.base_type
    low = max((step.min_length for step in steps if step.min_length is not None), default=None)
    high = min((step.max_length for step in steps if step.max_length is not None), default=None)
    patterns = [pattern for step in steps if step.patterns for pattern in step.patterns.regexps]
    enum = next((step.enumeration for step in steps if step.enumeration is not None), None)
    return facts(kind.local_name, low, high, patterns, enum)


def _markup(kind: Any) -> frozenset[Any]:
    group = kind.content
    if not kind.mixed:
        assert not list(group)
        return frozenset()
    assert (group.min_occurs, group.max_occurs) == (0, None) or all(p.max_occurs is None for p in group)
    return frozenset((element.local_name, _markup(element.type)) for element in group.iter_elements())


def of_model(rows: list[dict[str, Any]], texts: dict[str, frozenset[Any]]) -> list[Row]:
    """The rows of the model of the official schemas, generated by a program of its own."""
    found = []
    for row in rows:
        number = re.search(r"alt (\d+)", row["group"])
        if row["kind"] == "simple":
            length = row.get("length")
            low, high = (row.get(bound, length) for bound in ("minLength", "maxLength"))
            patterns = ["|".join(step) for step in row.get("patterns") or []]
            low, high = (None if bound is None else int(bound) for bound in (low, high))
            holds = facts(row["base"].removeprefix("xs:"), low, high, patterns, row.get("enum"))
        else:
            holds = ("text", texts[row["type"]]) if row["kind"] == "text" else ("elements",)
        path = "/" + row["path"]
        found.append(Row(path, row["min"], row["max"], int(number.group(1)) if number else 0, holds))
    return found


def declared(cls: Any, version: Any) -> list[Row]:
    name = spec_of(cls).element
    return [Row(f"/{name}", 1, 1, 0, ("elements",)), *of_declaration(cls, version, f"/{name}")]


def in_schema(cls: Any, version: Any) -> list[Row]:
    name = spec_of(cls).element
    return list(of_schema(our_schema(version.namespace).elements[name], ""))


def same(row: Row) -> Row:
    """A row with its patterns by name where two ways of writing one are known."""
    return row._replace(holds=tuple(SAME_PATTERN.get(f, f) if isinstance(f, str) else f for f in row.holds))


def differences(one: list[Row], other: list[Row]) -> list[str]:
    """Every difference between two tables, order included; empty when they agree."""
    one, other = list(map(same, one)), list(map(same, other))
    found = [f"only here: {row}" for row in one if row not in other]
    found += [f"only there: {row}" for row in other if row not in one]
    return found or ([] if one == other else ["order differs"])


# --- the tests -------------------------------------------------------------------------------------------------------


@EACH
def test_our_schemas(cls: Any, version: Any) -> None:
    file = f"{version.code}.xsd"
    assert (folder("xsd") / file).exists(), f"write xsd/{file}; {COMMAND} puts it into the schema of its namespace"
    found = differences(declared(cls, version), in_schema(cls, version))
    assert not found, f"the class ('here') and xsd/{file} with xsd/shared/ ('there') say different things: {found}"


@EACH
def test_the_official_schemas(cls: Any, version: Any) -> None:
    model = json.loads(oracle("reference/xml-model.json").read_text(encoding="utf-8"))
    names = (version.type_code, f"{version.type_code}/{version.code}")
    letter = next((letter for key, letter in model["letters"].items() if key in names), None)
    assert letter, (
        f"the official schemas beside the project have no {version.code}: nothing vouches for the declaration"
    )
    assert (letter["element"], letter["namespace"]) == (spec_of(cls).element, version.namespace)
    assert differences(declared(cls, version), of_model(letter["rows"], TEXTS)) == []


@EACH
def test_the_envelope(cls: Any, version: Any) -> None:
    schema = our_schema(version.namespace)
    rows = of_declaration(Envelope, version, "/Envelope")
    root = schema.elements["Emessage"]
    (envelope,) = {id(e): e for e in root.type.content.iter_elements() if e.local_name == "Envelope"}.values()
    assert differences([Row("/Envelope", 1, 1, 0, ("elements",)), *rows], list(of_schema(envelope, ""))) == []


def test_the_official_envelope() -> None:
    model = json.loads(oracle("reference/xml-model.json").read_text(encoding="utf-8"))
    rows = [{"kind": "simple", "group": "", "min": 1, "max": 1, **row} for row in model["envelope"]["Envelope"]]
    leaves = [row for row in of_declaration(Envelope, XH0131R, "/Envelope") if row.holds != ("elements",)]
    assert differences(leaves, of_model(rows, TEXTS)) == []


def test_the_official_texts() -> None:
    model = json.loads(oracle("reference/xml-model.json").read_text(encoding="utf-8"))["text_types"]

    def markup(name: str) -> frozenset[Any]:
        children = [] if name == "empty" else model[name]["children"]
        return frozenset((child, markup(model["elements"][child])) for child in children)

    assert {name: markup(name) for name in TEXTS} == TEXTS


# --- what the comparison would catch ---------------------------------------------------------------------------------


def _altered() -> list[tuple[str, list[Row]]]:
    rows = declared(HospitalReferral, XH0131R)
    (cpr,) = (n for n, row in enumerate(rows) if row.path.endswith("Patient/CivilRegistrationNumber"))
    (code,) = (n for n, row in enumerate(rows) if row.path.endswith("Sender/IdentifierCode"))
    (text,) = (n for n, row in enumerate(rows) if row.path.endswith("Cave"))
    (name,) = (n for n, row in enumerate(rows) if row.path.endswith("Sender/OrganisationName"))

    def changed(number: int, **changes: Any) -> list[Row]:
        return [row._replace(**changes) if n == number else row for n, row in enumerate(rows)]

    swapped = [*rows]
    swapped[name], swapped[name + 1] = swapped[name + 1], swapped[name]
    return [
        ("name", changed(name, path="/HospitalReferral/Sender/OrganizationName")),
        ("order", swapped),
        ("optional", changed(name, min=0)),
        ("repeated", changed(name, max=2)),
        ("unbounded", changed(name, max=None)),
        ("longer", changed(name, holds=("string", 1, 36))),
        ("empty allowed", changed(name, holds=("string", 0, 35))),
        ("choice", changed(cpr, alternative=0)),
        ("pattern", changed(cpr, holds=("string", 10, 10, "[0-9A-Z]{10}"))),
        ("code", changed(code, holds=("codes", rows[code].holds[1] | {"cvrnummer"}))),
        ("text", changed(text, holds=("text", BREAKABLE))),
        ("missing", rows[:-1]),
        ("more", [*rows, rows[-1]._replace(path="/HospitalReferral/More")]),
    ]


@pytest.mark.parametrize(("what", "rows"), _altered(), ids=[what for what, _ in _altered()])
def test_a_changed_declaration_is_caught(what: str, rows: list[Row]) -> None:
    assert differences(rows, in_schema(HospitalReferral, XH0131R)), what


def test_the_tables_are_read_off_the_classes() -> None:
    """A class with one field changed gives another table: the comparison does not look at a copy."""
    assert attrs.has(Envelope)
    field = attrs.fields(Envelope).identifier
    original = field.metadata["medcom_bu"]
    table = dict(fields(Envelope))
    table["identifier"] = attrs.evolve(original, type=declarations.String(1, 15))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Envelope, "_declared", table, raising=False)
        rows = list(of_declaration(Envelope, XH0131R, "/Envelope"))
    assert differences(rows, list(of_declaration(Envelope, XH0131R, "/Envelope"))) == [
        "only here: Row(path='/Envelope/Identifier', min=1, max=1, alternative=0, holds=('string', 1, 15))",
        "only there: Row(path='/Envelope/Identifier', min=1, max=1, alternative=0, holds=('string', 1, 14))",
    ]


def test_a_class_is_made_by_the_first_that_needs_it() -> None:
    """That may be the constructor of a class below it, in many threads at once, or what attrs knows of it."""

    def below() -> Any:
        @declarations.declaration
        class Made(Value):
            text: str = declarations.element("Text", declarations.String())
            number: int = 3

        class Own(Made):
            def __init__(self, text: str) -> None:
                super().__init__(text=text)

        return Own

    own = below()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(own, "abcdefgh"))
    assert [each.text for each in made] == list("abcdefgh")
    assert [attribute.name for attribute in attrs.fields(below())] == ["unexpected", "text", "number"]
    assert list(inspect.signature(below().__base__).parameters) == ["unexpected", "text", "number"]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made[0].number = 4
