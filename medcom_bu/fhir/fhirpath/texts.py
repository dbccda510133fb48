"""Functions of text. Source: FHIRPath 2.0.0, section 5.6, and the release 2.1.0 for those on encodings."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable

from medcom_bu.fhir.fhirpath.code import Code, base_code, listed
from medcom_bu.fhir.fhirpath.environment import Env
from medcom_bu.fhir.fhirpath.faults import EvaluationError, UnsupportedExpression
from medcom_bu.fhir.fhirpath.function import AT_ONCE, Function, Values, is_nothing, on_values, text_argument, word
from medcom_bu.fhir.fhirpath.nodes import Items
from medcom_bu.fhir.fhirpath.parser import Call
from medcom_bu.fhir.fhirpath.patterns import regular_expression

_LONGEST = 1024 * 1024
"""Characters of a text that is put together: as long as R4 lets one be."""
MAX_SEARCHED = 10_000
"""Characters that a regular expression is asked of; a longer text is an error, no silent answer."""


def _of_text(name: str, change: Callable[..., Items], arguments: int = 0) -> Function:
    """A function of a text and of the texts that are its arguments; none where one of them is none."""

    def ask(items: Items, values: Values, env: Env) -> Items:
        texts = [word(found, name) for found in (items, *values)]
        if None in texts:
            return []
        env.steps.take(1 + sum(len(text or "") for text in texts) // AT_ONCE)
        return change(*texts)

    return on_values(ask, arguments, arguments)


def _replace(text: str, old: str, new: str) -> Items:
    if len(text) + text.count(old) * len(new) > _LONGEST:
        raise EvaluationError("replace", f"a text of more than {_LONGEST} characters")
    return [text.replace(old, new)]


def _split(text: str, separator: str) -> Items:
    return list(text.split(separator) if separator else text)


def _join(items: Items, values: Values, env: Env) -> Items:
    separator = word(values[0], "join") if values else ""
    texts = [word([item], "join") for item in items]
    known = [text for text in texts if text is not None]
    if separator is None or not items:
        return []
    if sum(map(len, known)) + len(separator) * len(known) > _LONGEST:
        raise EvaluationError("join", f"a text of more than {_LONGEST} characters")
    env.steps.take(len(items))
    return [separator.join(known)]


_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "urlbase64": base64.urlsafe_b64encode,
    "hex": binascii.hexlify,
}
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": lambda data: base64.b64decode(data, validate=True),
    "urlbase64": lambda data: base64.b64decode(data, b"-_", validate=True),
    "hex": binascii.unhexlify,
}
_ESCAPES: dict[str, Callable[[str], str]] = {
    "html": html.escape,
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
}


_BARE_QUOTE = re.compile(r'((?<!\\)(?:\\\\)*)"')


def _from_json(text: str) -> str:
    return str(json.loads('"' + _BARE_QUOTE.sub(r'\1\\"', text) + '"'))


_UNESCAPES: dict[str, Callable[[str], str]] = {"html": html.unescape, "json": _from_json}


def _decode(text: str, way: str) -> str:
    return _DECODERS[way](text.encode()).decode()


def _in_ways(ways: object, change: Callable[[str, str], str]) -> Function:
    """A function whose argument names the way; one that is not known is refused, a text that it does not fit empty."""

    def build(call: Call) -> Code:
        way = text_argument(call)
        if way not in ways:  # type: ignore[operator]
            raise UnsupportedExpression(f"{call.name}() to that format")
        base = base_code(call.base)
        run, name = listed(base), call.name

        def changed(this: Items, env: Env) -> Items:
            text = word(run(this, env), name)
            if text is None:
                return []
            env.steps.take(1 + len(text) // AT_ONCE)
            try:
                return [change(text, way)]
            except ValueError:  # binascii.Error, UnicodeError and JSONDecodeError are some
                return []

        return Code(changed, fixed=base.fixed)

    return Function(build, 1, 1)


def _with_pattern(name: str, change: Callable[..., Items], more: int, *, whole: bool) -> Function:
    """A function of a text and a constant regular expression; ``whole``: of the whole text."""

    def build(call: Call) -> Code:
        if is_nothing(call.arguments[0]):
            return Code(lambda _, __: [], fixed=True)
        text = text_argument(call)
        pattern = regular_expression(f"^(?:{text})$" if whole else text)

        def ask(items: Items, values: Values, env: Env) -> Items:
            found = word(items, name)
            others = [word(value, name) for value in values[1:]]
            if found is None or None in others:
                return []
            if len(found) > MAX_SEARCHED:
                raise EvaluationError(name, f"a text of more than {MAX_SEARCHED} characters")
            return change(pattern, found, *others, env)

        return on_values(ask, 1 + more, 1 + more).build(call)

    return Function(build, 1 + more, 1 + more)


def _replace_matches(pattern: object, text: str, new: str, env: Env) -> Items:
    """The text with what fits replaced; ``$1`` in the new text is a group. A pattern that fits nothing leaves it."""
    return [pattern.replaced(text, new, env.steps)]  # type: ignore[attr-defined]


FUNCTIONS: dict[str, Function] = {
    "length": _of_text("length", lambda text: [len(text)]),
    "upper": _of_text("upper", lambda text: [text.upper()]),
    "lower": _of_text("lower", lambda text: [text.lower()]),
    "trim": _of_text("trim", lambda text: [text.strip()]),
    "toChars": _of_text("toChars", lambda text: list(text)),
    "indexOf": _of_text("indexOf", lambda text, part: [text.find(part)], 1),
    "lastIndexOf": _of_text("lastIndexOf", lambda text, part: [text.rfind(part)], 1),
    "replace": _of_text("replace", _replace, 2),
    "split": _of_text("split", _split, 1),
    "join": on_values(_join, 0, 1),
    "matchesFull": _with_pattern(
        "matchesFull", lambda pattern, text, env: [pattern.finds(text, env.steps)], 0, whole=True
    ),
    "replaceMatches": _with_pattern("replaceMatches", _replace_matches, 1, whole=False),
    "encode": _in_ways(_ENCODERS, lambda text, way: _ENCODERS[way](text.encode()).decode()),
    "decode": _in_ways(_DECODERS, _decode),
    "escape": _in_ways(_ESCAPES, lambda text, way: _ESCAPES[way](text)),
    "unescape": _in_ways(_UNESCAPES, lambda text, way: _UNESCAPES[way](text)),
}
