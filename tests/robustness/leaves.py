"""Values with hostile leaves: sound messages in which one to three places hold what a caller might put there.

Every kind of text, nothing, too much, codes of other lists, values of another field, and wrong types. A constructor
may refuse with TypeError or ValueError, without telling what it was given; what it takes, all else must handle.
"""

from __future__ import annotations

import enum
import functools
import itertools
import random
from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.declare.fhir import Number, Rest
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.messages.emessage import LocalElements
from medcom_bu.values import codes, fhir_codes, identifiers
from medcom_bu.values.base64 import Base64, Base64Layout
from medcom_bu.values.fhir_types import Extension, Identifier, ResourceReference
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled
from tests.robustness.bases import business_documents, envelopes, fhir_messages, letters
from tests.robustness.mutators import hostile, placed
from tests.robustness.promises import silent_error

VALUES = "values"
REFUSED = (TypeError, ValueError)

Step = str | int
"""A field of a value, a number in a tuple, or a key of kept properties."""


@functools.cache
def pool() -> tuple[Any, ...]:
    """The sound messages."""
    return (*letters().values(), *fhir_messages().values(), *envelopes().values(), *business_documents().values())


@functools.cache
def code_members() -> tuple[Any, ...]:
    """The first members of every code list."""
    found = [
        member
        for module in (codes, fhir_codes)
        for cls in vars(module).values()
        if isinstance(cls, type) and issubclass(cls, enum.Enum) and issubclass(cls, str)
        for member in itertools.islice(cls, 3)
    ]
    return tuple(found)


def identifier_classes() -> tuple[Any, ...]:
    """The kinds of numbers."""
    return tuple(
        cls
        for cls in vars(identifiers).values()
        if isinstance(cls, type) and issubclass(cls, identifiers.DanishIdentifier) and not cls.__name__.startswith("_")
    )


def steps(value: Any) -> list[tuple[Step, Any]]:
    """What a value holds, and how it is reached."""
    if isinstance(value, tuple):
        return list(enumerate(value))
    if isinstance(value, Rest):
        return list(value.plain().items())
    if attrs.has(type(value)):
        return [(item.alias, getattr(value, item.name)) for item in attrs.fields(type(value)) if item.init]
    return []


def places(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """Every place below a value."""
    for step, held in steps(value):
        yield (*path, step), held
        yield from places(held, (*path, step))


def put(value: Any, path: tuple[Step, ...], new: Any) -> Any:
    """The value with something else at a place."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    inner = put(dict(steps(value))[step], rest, new)
    if isinstance(value, tuple):
        assert isinstance(step, int)
        return (*value[:step], inner, *value[step + 1 :])
    if isinstance(value, Rest):
        return Rest({**value.plain(), str(step): inner})
    return attrs.evolve(value, **{str(step): inner})


def odd_value(r: random.Random, base: Any = None) -> Any:
    """A message with hostile leaves; None where a constructor refused."""
    value = r.choice(pool()) if base is None else base
    for _ in range(r.choice((1, 1, 2, 3))):
        path, held = r.choice([place for place in places(value) if r.random() < 0.1 or not attrs.has(type(place[1]))])
        try:
            value = put(value, path, leaf(r, held, value))
        except REFUSED as error:
            silent_error(error)
            return None
    return value


# --- leaves -----------------------------------------------------------------------------------------------------------


def leaf(r: random.Random, held: Any, message: Any) -> Any:
    """Something to put where ``held`` was."""
    chance = r.random()
    if chance < 0.1:
        return None
    if chance < 0.15:
        return wrong_type(r)
    if chance < 0.2:
        return r.choice([item for _, item in places(message)])
    return of_its_kind(r, held)


def of_its_kind(r: random.Random, held: Any) -> Any:
    """A hostile one of the same type."""
    if isinstance(held, FormattedText):
        return formatted(r)
    if isinstance(held, Base64):
        return base64(r)
    if isinstance(held, Base64Layout):
        return base64_layout(r)
    if isinstance(held, identifiers.DanishIdentifier):
        return r.choice((type(held), r.choice(identifier_classes())))(hostile(r))
    if isinstance(held, Rest):
        return rest(r)
    if isinstance(held, tuple):
        return items(r, held)
    if isinstance(held, str):
        return text(r, held)
    return r.choice((None, hostile(r)))


def text(r: random.Random, held: str) -> Any:
    chance = r.random()
    if chance < 0.1:
        return r.choice(code_members())
    if chance < 0.15:
        return Number(hostile(r))
    if chance < 0.2:
        return r.choice(("x" * 70_000, "x\n" * 5_000, "æ" * 3_000, "'" * 3_000, "a" + "\u0301" * 2_000))
    return placed(r, str(held), hostile(r))


def items(r: random.Random, held: tuple[Any, ...]) -> Any:
    """Nothing, many, some of something else, or what a declared class keeps beside its fields."""
    kept = (
        Unexpected("element", r.choice((-1, 0, 3, 999)), hostile(r), f"<a>{hostile(r)}</a>"),
        Unexpected("attribute", r.choice((-1, 0, 999)), "a", 'a="b"'),
        Unexpected("text", 0, "", hostile(r)),
        Unexpected("segment", r.choice((0, 5)), hostile(r)[:3], hostile(r)),
        LocalElements(r.choice((-1, 0, 99)), f"<Local_Elements>{hostile(r)}</Local_Elements>"),
        Extension(url=hostile(r), value_string=hostile(r)),
        nested(r.choice((2, 60))),
    )
    return r.choice(((), held * r.choice((2, 12, 101)), list(held), (*held, None), (*held, r.choice(kept)), held[::-1]))


def nested(depth: int) -> Identifier:
    """An identifier whose assigner is named by an identifier, and so on."""
    made = Identifier(value="x")
    for _ in range(depth):
        made = Identifier(value="x", assigner=ResourceReference(identifier=made))
    return made


def formatted(r: random.Random) -> Any:
    """Plain, styled, marked up, empty, side by side."""
    nodes: list[Any] = [
        hostile(r),
        *(Mark.BREAK, Mark.SPACE, "", "a"),
        Styled(r.choice(list(Style)), (hostile(r), Mark.BREAK)),
        Styled(Style.BOLD, ("",)),
        Styled(Style.BOLD, ()),
        Styled(Style.FIXED_FONT, (Styled(Style.BOLD, (Styled(Style.BOLD, ("x",)),)),)),
    ]
    if r.random() < 0.1:
        nodes.append(RawMarkup(r.choice(("<a/>", "<a>x</a>", "<a", "</a>", "x", "", hostile(r)))))
    chosen = tuple(r.choices(nodes, k=r.choice((0, 1, 1, 2, 5))))
    return r.choice((FormattedText(chosen), FormattedText(chosen), FormattedText.from_plain(hostile(r)), hostile(r)))


def base64(r: random.Random) -> Any:
    content = r.choice((b"", b"abc", b"\0" * 70_000, b"%PDF-1.4\n", r.randbytes(100)))
    return r.choice(
        (
            lambda: Base64(content),
            lambda: content,
            lambda: Base64(None, hostile(r)),
            lambda: Base64(None, None),
            lambda: Base64(None, "QUJD"),
            lambda: Base64(content, hostile(r)),
            lambda: Base64(content, layout=base64_layout(r)),
            lambda: bytearray(content),
        )
    )()


def base64_layout(r: random.Random) -> Base64Layout:
    blanks = ("", " ", "\n", "\r\n", "\t\n  ", "zz", hostile(r))
    return Base64Layout(r.choice((0, 1, 4, 77, -4, 10**9)), r.choice(blanks), r.choice(blanks), r.choice(blanks))


def rest(r: random.Random) -> Rest:
    """Kept properties, of types that JSON has and of others."""
    held: Any = r.choice(
        (
            *(hostile(r), True, None, Number("1.50"), Number(hostile(r)), 5, 1.5, float("nan"), b"x", object(), {1: 2}),
            *([], {}, [None], [[]], {"a": {"b": [hostile(r)]}}, [hostile(r), True], ("x",)),
        )
    )
    name = r.choice(("x", "_x", "", "a b", "resourceType", "id", hostile(r)))
    return Rest({name: held})


def wrong_type(r: random.Random) -> Any:
    """What the field does not take, or takes by accident."""
    return r.choice(
        (
            *(
                0,
                -1,
                10**30,
                1.5,
                float("inf"),
                True,
                b"",
                b"CANARYsen",
                bytearray(b"x"),
                memoryview(b"x"),
                object(),
                str,
            ),
            *([], {}, set(), (), ("CANARYsen",), ["CANARYsen"], {"CANARYsen": 1}, FormattedText(("x",)), Base64(b"x")),
            *(identifiers.Cpr("2512489996"), Rest({"x": "y"}), nested(1), Mark.BREAK),
        )
    )
