"""The reference of the API: what each public name takes, which errors it raises, and which standard says so."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest

from tests import regenerate
from tests.support import docstrings, field_tables, raised, reference

IN_EVERY_VALUE = {"rest", "unexpected", "text"}
"""Fields that many classes have, and that the reference explains once."""
NEVER = {"medcom_bu.testing.strategies.acknowledgements": "it calls care_communications without a version"}
"""Functions that call one of their module which raises, in a way that never does, with the reason."""


def test_each_public_function_says_what_it_takes() -> None:
    """A parameter is named in the docstring, or the docstring leads to the function that says it."""
    silent = {label: missing for label, function, _ in functions() if (missing := unnamed(function))}
    assert silent == {}


def test_each_public_constructor_says_what_it_takes() -> None:
    """Each field has its own words, or a row in the table that is made of its declaration."""
    silent = {label: missing for label, cls in classes() if (missing := undescribed(cls))}
    assert silent == {}


def test_a_parameter_that_is_not_named_is_found() -> None:
    def spoken(one: int, other_one: int, third: int, lang: str) -> None:
        """The ``one``, and other ones."""

    def led(one: int) -> None:
        """Parameters are those of :func:`spoken`."""

    class Made:
        """A thing of parts, of which the ``third`` is of no use.

        ``one``: the first.
        """

        def __init__(self, one: int, third: int, rest: int) -> None: ...

    assert (unnamed(spoken), unnamed(led), undescribed(Made)) == (["third"], [], ["third"])


def test_each_public_function_names_the_errors_that_it_raises() -> None:
    """A method may leave it to its class. TypeError for an argument of another type is said once for all."""
    silent = {}
    for label, function, owner in functions():
        doc = docstrings.text_of(function) + (docstrings.text_of(owner) if owner else "")
        missing = [error.__name__ for error in raised.raised(function, owner) if not is_named(error, doc)]
        if missing:
            silent[label] = sorted(missing)
    assert silent.keys() == NEVER.keys()


class Other:
    """Of no type that a parameter takes."""


def test_each_public_function_refuses_another_type() -> None:
    """The first argument and those that must be given: what the reference says of all, each does."""
    wrong = {}
    for label, function, owner in functions():
        taken = reference.parameters(function)
        if owner is None and taken:
            given = {
                name: Other() for name, one in taken.items() if one.default is one.empty and one.kind < one.VAR_KEYWORD
            }
            given = given or {next(iter(taken)): Other()}
            arguments = inspect.signature(function).bind_partial()
            arguments.arguments |= given
            try:
                function(*arguments.args, **arguments.kwargs)
                wrong[label] = "nothing"
            except Exception as error:
                if not isinstance(error, TypeError):
                    wrong[label] = type(error).__name__
    assert wrong == {}


def test_an_error_is_seen_where_it_is_raised_and_not_where_it_is_caught() -> None:
    assert raised.raised(calls_what_raises) == {KeyError}
    assert raised.raised(Held.method, Held) == {ValueError, OSError}


def calls_what_raises(found: object) -> None:
    if found:
        raise KeyError("here")
    try:
        only_value_errors()
    except (TypeError, ValueError):
        return


def only_value_errors() -> None:
    raise UnicodeError("which is a ValueError")


class Held:
    def __init__(self) -> None:
        raise OSError

    def method(self) -> None:
        self.other()
        Held()

    def other(self) -> None:
        raise ValueError


def is_named(error: type[BaseException], doc: str) -> bool:
    kinds = [kind.__name__ for kind in error.__mro__ if kind not in (Exception, BaseException, object)]
    return error is TypeError or any(name in doc for name in kinds) or "rrors are those of" in doc


def test_each_public_constant_says_what_it_is() -> None:
    for room, names in regenerate.rooms().items():
        constants = {
            name for name in names if not callable(getattr(room, name)) and not inspect.ismodule(getattr(room, name))
        }
        assert constants <= reference._constants(room).keys()


def functions() -> Iterator[tuple[str, Any, type | None]]:
    """Each public function, method and property, with its class."""
    for room, names in regenerate.rooms().items():
        for name in names:
            value = getattr(room, name)
            if inspect.isfunction(value):
                yield f"{room.__name__}.{name}", value, None
            elif isinstance(value, type):
                for part, found in reference.members(value).items():
                    function = reference.function_of(found)
                    if inspect.isfunction(function):
                        yield f"{room.__name__}.{name}.{part}", function, value


def classes() -> Iterator[tuple[str, type]]:
    for room, names in regenerate.rooms().items():
        for name in names:
            value = getattr(room, name)
            if isinstance(value, type) and not issubclass(value, Enum):
                yield f"{room.__name__}.{name}", value


def unnamed(function: Any) -> list[str]:
    return sorted(name for name in reference.parameters(function) if not reference.meaning(function, name))


def undescribed(cls: type) -> list[str]:
    given = reference.parameters(cls)
    doc = docstrings.text_of(cls)
    said = docstrings.taken_apart(doc, given)[1]
    return sorted(
        name for name in given if name not in IN_EVERY_VALUE | said.keys() and f"``{name}``" not in brief(doc)
    )


def brief(doc: str) -> str:
    """A docstring of one line, which may name all fields itself."""
    return "" if "\n" in doc else doc


@pytest.mark.parametrize(
    ("doc", "rest", "said"),
    [
        (
            "One.\n\n``a``: the\nfirst.\n``b``, ``c`` (To): others,\nor none.\n``d`` is the last.",
            "One.",
            {"a": "the first.", "b": "(To) others, or none.", "c": "(To) others, or none.", "d": "the last."},
        ),
        ("``a`` and ``b`` are of :func:`x`; ``c`` where it is.", "", {"a": "of :func:`x`;", "c": "where it is."}),
        ("One. A ``a`` must be. So it is. Raises X.", "One. Raises X.", {"a": "must be. So it is."}),
        ("``a`` is one; ``jpg`` is none.", "", {"a": "one; ``jpg`` is none."}),
        ("Of ``a``, and ``b``.\n\n>>> f(``a``)", "Of ``a``, and ``b``.\n\n>>> f(``a``)", {}),
    ],
)
def test_a_docstring_is_taken_apart(doc: str, rest: str, said: dict[str, str]) -> None:
    found = docstrings.taken_apart(doc, ("a", "b", "c", "d"))
    assert (found[0], {name: text for name, text in found[1].items() if name in said}) == (rest, said)


def test_a_docstring_becomes_markdown() -> None:
    """Lines on other things than parameters are a list; errors and source are paragraphs."""
    doc = "Takes :class:`X`:\n``e``: one.\n\nAll. Raises ValueError for\nothers.\nSource: HL7.\n\n>>> 1\n1"
    assert docstrings.prose(doc) == (
        "Takes `X`:\n\n* `e`: one.\n\nAll.\n\n**Raises** ValueError for\nothers.\n\n**Source:** HL7.\n\n"
        "```python\n>>> 1\n1\n```"
    )


def test_the_table_of_a_class_has_a_row_for_each_field() -> None:
    from medcom_bu import Receiver
    from medcom_bu.carecommunication import Agent, Period

    for cls in (Receiver, Agent, Period):
        assert field_tables.table(cls).count("| `") >= len(field_tables.names(cls))
    assert "(https://hl7.org/fhir/R4/provenance-definitions.html#Provenance.agent)" in field_tables.table(Agent)
