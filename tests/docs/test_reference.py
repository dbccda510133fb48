"""The reference of the API: each public function says what it takes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from tests import regenerate
from tests.support import reference


def test_each_public_function_says_what_it_takes() -> None:
    """A parameter is named in the docstring, or the docstring leads to the function that says it."""
    silent = {label: missing for label, function in functions() if (missing := unnamed(function))}
    assert silent == {}


def test_a_parameter_that_is_not_named_is_found() -> None:
    def spoken(one: int, other_one: int, third: int, lang: str) -> None:
        """The ``one``, and other ones."""

    def led(one: int) -> None:
        """Parameters are those of :func:`spoken`."""

    assert (unnamed(spoken), unnamed(led)) == (["third"], [])


def test_each_public_constant_says_what_it_is() -> None:
    for room, names in regenerate.rooms().items():
        constants = {
            name for name in names if not callable(getattr(room, name)) and not inspect.ismodule(getattr(room, name))
        }
        assert constants <= reference._constants(room).keys()


def functions() -> Iterator[tuple[str, Any]]:
    for room, names in regenerate.rooms().items():
        for name in names:
            value = getattr(room, name)
            if inspect.isfunction(value):
                yield f"{room.__name__}.{name}", value
            elif isinstance(value, type):
                for part, found in vars(value).items():
                    function = getattr(found, "__func__", found)
                    if inspect.isfunction(function) and not part.startswith("_"):
                        yield f"{room.__name__}.{name}.{part}", function


def unnamed(function: Any) -> list[str]:
    doc = inspect.getdoc(function) or ""
    if re.search(r"[Pp]arameters( and errors)? are those of", doc):
        return []
    names = set(inspect.signature(function).parameters) - {"self", "cls"} - reference.USUAL.keys()
    return sorted(
        name for name in names if not re.search(rf"\b{re.sub('_', '[_ ]', name)}(s|es)?\b", doc, re.IGNORECASE)
    )


def test_a_docstring_becomes_markdown() -> None:
    """Parameters that stand a line each are a list, which needs a blank line before it; a sentence is none."""
    doc = "Takes:\n``a``: one.\n``b`` and ``c`` (To): the others,\nor none.\n\n``d`` is a :class:`Thing`: one."
    assert reference._marked(doc) == (
        "Takes:\n\n* `a`: one.\n* `b` and `c` (To): the others,\n  or none.\n\n`d` is a `Thing`: one."
    )
