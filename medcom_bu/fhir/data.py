"""Plain data: what FHIR JSON holds, as dict, list, str, bool, None and ``Number``, and its way to bytes and back.

Nothing is converted: a number keeps its own text (``1.50`` stays ``1.50``), a timestamp is a string.
Source: RFC 8259; HL7 FHIR R4, 2.6.2 JSON Representation of Resources.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from medcom_bu.fhir import kinds
from medcom_bu.fhir.definitions import names
from medcom_bu.issues import Issue, Layer, Reading
from medcom_bu.values.structures import Number

Plain = Any
"""dict[str, Plain], list[Plain], str, bool, None or Number."""

MAX_DEPTH = 64
"""How deep objects and arrays may be nested. The deepest official example has 12 levels."""


def load_json(data: bytes) -> Reading[Plain]:
    """Read bytes. Never raises for bad input.

    Issues: those of ``fhir.kinds`` that begin with ``json.``; at ``line L, column C`` where the text cannot be read,
    else at a path such as ``Bundle.entry[0].resource``. There is no data where there is an error.
    """
    text, issues = _text(data)
    plain: Plain = None
    if text is not None:
        plain, found = _parsed(text, b"\\ud" in data or b"\\uD" in data)
        issues += found
    return Reading(None if _stops(issues) else plain, tuple(issues), (Layer.SYNTAX,))


def _stops(issues: list[Issue]) -> bool:
    return any(issue.kind is not kinds.JSON_BOM for issue in issues)


def _text(data: bytes) -> tuple[str | None, list[Issue]]:
    issues = []
    if data.startswith(b"\xef\xbb\xbf"):
        issues.append(kinds.JSON_BOM.at("byte 0"))
        data = data[3:]
    try:
        text = str(data, "utf-8")
    except UnicodeDecodeError as error:
        return None, [*issues, kinds.JSON_ENCODING.at(f"byte {error.start}")]
    if "\0" in text[:4]:
        return None, [*issues, kinds.JSON_ENCODING.at("byte 0")]
    return text, issues


class _Unfit(Exception):
    """The text holds what only the slower reading can place."""


def _parsed(text: str, may_have_surrogates: bool) -> tuple[Plain, list[Issue]]:
    try:
        plain = _FAST.decode(text)
        if may_have_surrogates:
            raise _Unfit
    except _Unfit:
        return _slow(text)
    except json.JSONDecodeError as error:
        return None, [_not_json(text, error)]
    except RecursionError:
        return None, [kinds.JSON_DEPTH.at("line 1, column 1", limit=MAX_DEPTH)]
    return plain, [kinds.JSON_DEPTH.at("line 1, column 1", limit=MAX_DEPTH)] if is_deep(plain) else []


def _not_json(text: str, error: json.JSONDecodeError) -> Issue:
    path = f"line {error.lineno}, column {error.colno}"
    if error.msg == "Extra data":
        return kinds.JSON_TRAILING.at(path)
    if error.pos >= len(text.rstrip()):
        return kinds.JSON_CUT.at(path)
    return kinds.JSON_SYNTAX.at(path, reason=error.msg)


def is_deep(plain: Plain) -> bool:
    """Whether more than ``MAX_DEPTH`` containers stand in each other; level by level, so nothing recurses."""
    level = [plain] if type(plain) in (dict, list) else []
    for _ in range(MAX_DEPTH):
        level = [
            item
            for held in level
            for item in (held.values() if type(held) is dict else held)
            if type(item) in (dict, list)
        ]
        if not level:
            return False
    return True


def _object(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Unfit
    return made


def _constant(_: str) -> Plain:
    raise _Unfit


_number = functools.partial(str.__new__, Number)  # the decoder has seen to its form
_FAST = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=_number, parse_constant=_constant, strict=True
)


class _Pairs(list[tuple[str, Plain]]):
    """An object with all its pairs, doubles too."""


class _Constant(str):
    """NaN or an infinity."""


_SLOW = json.JSONDecoder(
    object_pairs_hook=_Pairs, parse_float=_number, parse_int=_number, parse_constant=_Constant, strict=True
)
HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters, which no bytes can hold."""


def _slow(text: str) -> tuple[Plain, list[Issue]]:
    """Read again, to say where the doubled keys, the constants and the halves of characters are."""
    try:
        tree = _SLOW.decode(text)
    except json.JSONDecodeError as error:
        return None, [_not_json(text, error)]
    except RecursionError:
        return None, [kinds.JSON_DEPTH.at("line 1, column 1", limit=MAX_DEPTH)]
    found: list[Issue] = []
    plain = _placed(tree, "", 0, found)
    return plain, found


def _placed(tree: Plain, path: str, depth: int, found: list[Issue]) -> Plain:
    if isinstance(tree, list) and depth >= MAX_DEPTH:
        found.append(kinds.JSON_DEPTH.at(path or "$", limit=MAX_DEPTH))
        return None
    if isinstance(tree, _Pairs):
        return _placed_object(tree, path, depth, found)
    if isinstance(tree, list):
        return [_placed(item, f"{path or '$'}[{index}]", depth + 1, found) for index, item in enumerate(tree)]
    if isinstance(tree, _Constant):
        found.append(kinds.JSON_CONSTANT.at(path or "$"))
    elif isinstance(tree, str) and HALVES.search(tree):
        found.append(kinds.JSON_SURROGATE.at(path or "$"))
    return tree


def _placed_object(pairs: _Pairs, path: str, depth: int, found: list[Issue]) -> dict[str, Plain]:
    made: dict[str, Plain] = {}
    path = path or root_name(dict(pairs))
    for key, item in pairs:
        here = f"{path}.{shown_name(key)}"
        if key in made:
            found.append(kinds.JSON_DUPLICATE.at(here))
        if HALVES.search(key):
            found.append(kinds.JSON_SURROGATE.at(here))
        made[key] = _placed(item, here, depth + 1, found)
    return made


def shown_name(key: str) -> str:
    """A name as an issue shows it: one that R4 knows. Anything else could be content, and ``?`` stands for it."""
    return key if key.removeprefix("_") in names() else "?"


def root_name(plain: Plain) -> str:
    """The first step of a path: the resource type."""
    kind = plain.get("resourceType") if isinstance(plain, dict) else None
    return shown_name(kind) if type(kind) is str else "$"


def dump_json(plain: Plain) -> bytes:
    """The data as UTF-8 JSON without blanks, keys in their order. Nothing is checked.

    Half a character, which no bytes can hold, becomes U+FFFD; a key that then is there already gets one more.
    """
    out: list[str] = []
    _dump(plain, out.append)
    return "".join(out).encode()


_quote: Callable[[str], str] = json.encoder.encode_basestring


def _quoted(text: str) -> str:
    return _quote(text if text.isascii() else HALVES.sub("\ufffd", text))


def _dump(plain: Plain, put: Callable[[str], None]) -> None:
    kind = type(plain)
    if kind is str:
        put(_quoted(plain))
    elif kind is dict:
        sign = "{"
        for key, item in _written(plain).items():
            put(f"{sign}{_quoted(key)}:")
            _dump(item, put)
            sign = ","
        put("}" if plain else "{}")
    elif kind is list:
        sign = "["
        for item in plain:
            put(sign)
            _dump(item, put)
            sign = ","
        put("]" if plain else "[]")
    else:
        put(_WORDS[plain] if plain is None or kind is bool else plain)


def _written(plain: dict[str, Plain]) -> dict[str, Plain]:
    """An object with keys that bytes can hold, each once."""
    if all(map(str.isascii, plain)):
        return plain
    made: dict[str, Plain] = {}
    for key, item in plain.items():
        name = HALVES.sub("\ufffd", key)
        while name != key and (name in plain or name in made):
            name += "\ufffd"
        made[name] = item
    return made


_WORDS = {True: "true", False: "false", None: "null"}


def halves(plain: Plain) -> Iterator[tuple[str, int]]:
    """Every text and key with halves of characters in it, in order: its path, a key's that of its object, how many."""
    waiting: list[tuple[str, Plain]] = [("", plain)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, str):
            if not item.isascii() and (count := len(HALVES.findall(item))):
                yield path, count
        elif type(item) is list:
            waiting += [(f"{path}[{number}]", part) for number, part in enumerate(item)][::-1]
        elif type(item) is dict:
            before = f"{path}." if path else ""
            for key, part in reversed(item.items()):
                waiting.append((before + shown_name(key), part))
                if not key.isascii() and HALVES.search(key):
                    waiting.append((path, key))


def walk(plain: Plain, path: str) -> Iterator[tuple[str, Plain]]:
    """Every value of plain data that is no container, in order, with its path."""
    if type(plain) is dict:
        for key, item in plain.items():
            yield from walk(item, f"{path}.{shown_name(key)}")
    elif type(plain) is list:
        for index, item in enumerate(plain):
            yield from walk(item, f"{path}[{index}]")
    else:
        yield path, plain


__all__ = [
    "HALVES",
    "MAX_DEPTH",
    "Number",
    "Plain",
    "dump_json",
    "halves",
    "is_deep",
    "load_json",
    "root_name",
    "shown_name",
    "walk",
]
