"""Plain data: what FHIR JSON holds, as dict, list, str, bool, None and ``Number``, and its way to bytes and back.

Nothing is converted: a number keeps its own text (``1.50`` stays ``1.50``), a timestamp is a string.
Source: RFC 8259; HL7 FHIR R4, 2.6.2 JSON Representation of Resources.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from medcom_bu.declare.fhir import Number
from medcom_bu.fhir.model import catalogue
from medcom_bu.fhir.model.definitions import names
from medcom_bu.fhir.model.gathered import Gathered
from medcom_bu.issues import Issue, Layer, Reading, Text
from medcom_bu.limits import LIMITS, Limits

try:
    import orjson
except ImportError:  # the extra "fast" is not installed
    orjson = None  # type: ignore[assignment, unused-ignore]

Plain = Any
"""dict[str, Plain], list[Plain], str, bool, None or Number."""


def load_json(data: bytes, limits: Limits = LIMITS) -> Reading[Plain]:
    """Read bytes. Never raises for bad input.

    Issues: those of ``fhir.model.catalogue`` that begin with ``json.``; at ``line L, column C`` where the text cannot
    be read, else at a path such as ``Bundle.entry[0].resource``. There is no data where there is an error. Raises:
    RecursionError where the text is no deeper than the limit and the stack of the interpreter runs out.
    """
    text, issues = _text(data, limits)
    plain: Plain = None
    if text is not None:
        plain, parse_issues = _parsed(text, limits, b"\\ud" in data or b"\\uD" in data)
        issues += parse_issues
        if not parse_issues:
            issues += beyond(plain, limits, text.count(":"))
    return Reading(None if _stops(issues) else plain, tuple(issues), (Layer.SYNTAX,))


def _stops(issues: list[Issue]) -> bool:
    return any(issue.kind is not catalogue.JSON_BOM for issue in issues)


def _text(data: bytes, limits: Limits) -> tuple[str | None, list[Issue]]:
    issues = []
    if too_much := beyond_text(data, _CONTENT, limits):
        return None, [too_much]
    if data.startswith(b"\xef\xbb\xbf"):
        issues.append(catalogue.JSON_BOM.issue("byte 0"))
        data = data[3:]
    try:
        text = str(data, "utf-8")
    except UnicodeDecodeError as error:
        return None, [*issues, catalogue.JSON_ENCODING.issue(f"byte {error.start}")]
    if "\0" in text[:4]:
        return None, [*issues, catalogue.JSON_ENCODING.issue("byte 0")]
    return text, issues


class _Unfit(ValueError):
    """The text holds what only the slower reading can place."""


def _parsed(text: str, limits: Limits, may_have_surrogates: bool) -> tuple[Plain, list[Issue]]:
    try:
        plain = _FAST.decode(text)
        issue = _too_deep(text, limits) if is_deep(plain, limits.depth) else None
        if issue is None and not may_have_surrogates:
            return plain, []
    except _Unfit:
        issue = _too_deep(text, limits)
    except json.JSONDecodeError as error:
        issue = _too_deep(text[: error.pos], limits) or _not_json(text, error)
    except RecursionError:
        issue = _too_deep(text, limits)
        if issue is None:
            raise
    return (None, [issue]) if issue else _slow(text, limits)


_IN_DANISH = {
    "Expecting value": "der mangler en værdi",
    "Expecting ',' delimiter": "der mangler et komma",
    "Expecting ':' delimiter": "der mangler et kolon efter en nøgle",
    "Expecting property name enclosed in double quotes": "der mangler en nøgle i anførselstegn",
    "Illegal trailing comma before end of object": "der står et komma før }",
    "Illegal trailing comma before end of array": "der står et komma før ]",
    "Invalid control character at": "der står et styretegn i en tekst",
    "Invalid \\escape": "der står et tegn efter \\ som JSON ikke kender",
    "Invalid \\uXXXX escape": "der mangler hexadecimale cifre efter \\u",
    "Unterminated string starting at": "en tekst er ikke afsluttet",
}
"""What Python's parser says, from 3.11 on, in Danish."""


def _not_json(text: str, error: json.JSONDecodeError) -> Issue:
    path = _position(text, error.pos)
    if error.msg == "Extra data":
        return catalogue.JSON_TRAILING.issue(path)
    if error.pos >= len(text.rstrip()):
        return catalogue.JSON_CUT.issue(path)
    danish = _IN_DANISH.get(error.msg)
    return catalogue.JSON_SYNTAX.issue(path, reason=Text(error.msg, f"{danish} ({error.msg})") if danish else error.msg)


def _position(text: str, at: int) -> str:
    return f"line {text.count(chr(10), 0, at) + 1}, column {at - text.rfind(chr(10), 0, at)}"


_CONTAINER = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def _too_deep(text: str, limits: Limits) -> Issue | None:
    """Where a text opens a container too many within others, by counting: it may be deeper than any stack."""
    depth = 0
    for match in _CONTAINER.finditer(text):
        sign = text[match.start()]
        if sign != '"':
            depth += 1 if sign in "[{" else -1
            if depth > limits.depth:
                return catalogue.JSON_DEPTH.issue(_position(text, match.start()), limit=limits.depth)
    return None


def is_deep(plain: Plain, limit: int) -> bool:
    """Whether more than ``limit`` containers are nested in each other; level by level, so nothing recurses."""
    level = [plain] if type(plain) in (dict, list) else []
    for _ in range(limit):
        level = [
            inner
            for container in level
            for inner in (container.values() if type(container) is dict else container)
            if type(inner) in (dict, list)
        ]
        if not level:
            return False
    return True


_CONTENT = re.compile(rb'"data"\s*:\s*"((?:[A-Za-z0-9+/=\s]++|\\[nrt/])*+)"')


def beyond_text(data: bytes, content: re.Pattern[bytes], limits: Limits) -> Issue | None:
    """What is said of more text than a message may have; attachments, which ``content`` finds, do not count."""
    if len(data) <= limits.text:
        return None
    count = len(data) - sum(match.end(1) - match.start(1) for match in content.finditer(data))
    return too_large("text", count, limits) if count > limits.text else None


def beyond(plain: Plain, limits: Limits, most_names: int = 0) -> list[Issue]:
    """What is said of more contained resources, or of more different names, than a message may have.

    ``most_names`` is a number that there are surely no more names than.
    """
    issues = []
    if most_names > limits.names and (count := _distinct_names(plain)) > limits.names:
        issues.append(too_large("names", count, limits))
    waiting: list[tuple[str, Plain]] = [(root_name(plain), plain)]
    while waiting:
        path, resource = waiting.pop()
        if type(resource) is not dict:
            continue
        contained, entries = resource.get("contained"), resource.get("entry")
        if type(contained) is list and len(contained) > limits.contained:
            issues.append(too_large("contained", len(contained), limits, f"{path}.contained"))
        for number, entry in enumerate(entries) if type(entries) is list else ():
            if type(entry) is dict:
                waiting.append((f"{path}.entry[{number}].resource", entry.get("resource")))
    return issues


def too_large(what: str, count: int, limits: Limits, path: str = "/") -> Issue:
    """What is said of a message with so many of something that a limit has the name of."""
    return catalogue.TOO_LARGE.issue(path, what=what, count=count, limit=getattr(limits, what))


def _distinct_names(plain: Plain) -> int:
    names: set[str] = set()
    waiting = [plain]
    while waiting:
        value = waiting.pop()
        if type(value) is dict:
            names.update(value)
            waiting += value.values()
        elif type(value) is list:
            waiting += value
    return len(names)


def _object(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    properties = dict(pairs)
    if len(properties) != len(pairs):
        raise _Unfit
    return properties


def _constant(_: str) -> Plain:
    raise _Unfit


_number = functools.partial(str.__new__, Number)  # the decoder has seen to its form
_FAST = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=_number, parse_constant=_constant, strict=True
)


_HALF = re.compile(rb"\\u[dD]")


def proven_json(data: bytes) -> Plain:
    """Plain data of bytes in which nothing is doubled or altered. Raises ValueError where that is not sure.

    What orjson writes as it came is proven: a doubled name, a number in another form or an escape would come out
    otherwise. So a number may be an int or a float here, and its text that of the bytes. Raises RecursionError too.
    """
    if orjson is not None:
        plain = orjson.loads(data)
        with contextlib.suppress(TypeError):  # it reads deeper than it writes
            if orjson.dumps(plain, option=orjson.OPT_INDENT_2 if data[1:2] == b"\n" else 0) == data.rstrip():
                return plain
    if _HALF.search(data):
        raise ValueError("an escape may be half a character")
    return _FAST.decode(str(data, "utf-8"))


class _Pairs(list[tuple[str, Plain]]):
    """An object with all its pairs, doubles too."""


class _Constant(str):
    """NaN or an infinity."""


_SLOW = json.JSONDecoder(
    object_pairs_hook=_Pairs, parse_float=_number, parse_int=_number, parse_constant=_Constant, strict=True
)
HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters, which no bytes can hold."""


def _slow(text: str, limits: Limits) -> tuple[Plain, list[Issue]]:
    """Read again, to say where the doubled keys, the constants and the halves of characters are."""
    try:
        tree = _SLOW.decode(text)
    except json.JSONDecodeError as error:
        return None, [_not_json(text, error)]
    issues = Gathered(limits.issues)
    plain = _placed(tree, "", issues)
    return plain, list(issues.all())


def _placed(tree: Plain, path: str, issues: list[Issue]) -> Plain:
    if isinstance(tree, _Pairs):
        return _placed_object(tree, path, issues)
    if isinstance(tree, list):
        return [_placed(value, f"{path or '$'}[{index}]", issues) for index, value in enumerate(tree)]
    if isinstance(tree, _Constant):
        issues.append(catalogue.JSON_CONSTANT.issue(path or "$"))
    elif isinstance(tree, str) and HALVES.search(tree):
        issues.append(catalogue.JSON_SURROGATE.issue(path or "$"))
    return tree


def _placed_object(pairs: _Pairs, path: str, issues: list[Issue]) -> dict[str, Plain]:
    properties: dict[str, Plain] = {}
    path = path or root_name(dict(pairs))
    for key, value in pairs:
        here = f"{path}.{shown_name(key)}"
        if key in properties:
            issues.append(catalogue.JSON_DUPLICATE.issue(here))
        if HALVES.search(key):
            issues.append(catalogue.JSON_SURROGATE.issue(here))
        properties[key] = _placed(value, here, issues)
    return properties


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
    if orjson is not None:
        with contextlib.suppress(TypeError):  # half a character, or deeper than orjson goes
            return orjson.dumps(plain, _number_as_it_is, orjson.OPT_PASSTHROUGH_SUBCLASS)
    with contextlib.suppress(UnicodeEncodeError, RecursionError):  # half a character, or deeper than C goes
        if _ENCODER is not None:
            return "".join(_ENCODER(plain, 0)).encode()
    out: list[str] = []
    _dump(plain, out.append)
    return "".join(out).encode()


def _number_as_it_is(value: object) -> Any:
    if type(value) is not Number:
        raise TypeError
    return orjson.Fragment(str(value))


_quote: Callable[[str], str] = json.encoder.encode_basestring


def _quoted_or_number(text: str) -> str:
    return text if type(text) is Number else _quote(text)


_MAKE_ENCODER: Any = getattr(json.encoder, "c_make_encoder", None)
_ENCODER = _MAKE_ENCODER and _MAKE_ENCODER(None, None, _quoted_or_number, None, ":", ",", False, False, False)
"""The encoder of Python's json, in C, but for how a text is written; None where Python has it in Python alone."""


def _quoted(text: str) -> str:
    return _quote(text if text.isascii() else HALVES.sub("\ufffd", text))


def _dump(plain: Plain, put: Callable[[str], None]) -> None:
    kind = type(plain)
    if kind is str:
        put(_quoted(plain))
    elif kind is dict:
        sign = "{"
        for key, value in _written(plain).items():
            put(f"{sign}{_quoted(key)}:")
            _dump(value, put)
            sign = ","
        put("}" if plain else "{}")
    elif kind is list:
        sign = "["
        for value in plain:
            put(sign)
            _dump(value, put)
            sign = ","
        put("]" if plain else "[]")
    else:
        put(_WORDS[plain] if plain is None or kind is bool else plain)


def _written(plain: dict[str, Plain]) -> dict[str, Plain]:
    """An object with keys that bytes can hold, each once."""
    if all(map(str.isascii, plain)):
        return plain
    renamed: dict[str, Plain] = {}
    for key, value in plain.items():
        name = HALVES.sub("\ufffd", key)
        while name != key and (name in plain or name in renamed):
            name += "\ufffd"
        renamed[name] = value
    return renamed


_WORDS = {True: "true", False: "false", None: "null"}


def halves(plain: Plain) -> Iterator[tuple[str, int]]:
    """Every text and key with halves of characters in it, in order: its path, a key's that of its object, how many."""
    waiting: list[tuple[str, Plain]] = [("", plain)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            if not value.isascii() and (count := len(HALVES.findall(value))):
                yield path, count
        elif type(value) is list:
            waiting += [(f"{path}[{number}]", part) for number, part in enumerate(value)][::-1]
        elif type(value) is dict:
            before = f"{path}." if path else ""
            for key, part in reversed(value.items()):
                waiting.append((before + shown_name(key), part))
                if not key.isascii() and HALVES.search(key):
                    waiting.append((path, key))


def walk(plain: Plain, path: str) -> Iterator[tuple[str, Plain]]:
    """Every value of plain data that is not a container, in order, with its path."""
    if type(plain) is dict:
        for key, value in plain.items():
            yield from walk(value, f"{path}.{shown_name(key)}")
    elif type(plain) is list:
        for index, value in enumerate(plain):
            yield from walk(value, f"{path}[{index}]")
    else:
        yield path, plain


__all__ = [
    "HALVES",
    "Number",
    "Plain",
    "beyond",
    "beyond_text",
    "dump_json",
    "halves",
    "is_deep",
    "load_json",
    "proven_json",
    "root_name",
    "shown_name",
    "too_large",
    "walk",
]
