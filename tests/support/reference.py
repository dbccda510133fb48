"""Pages of the site that the library knows by heart: every public name, the fields of each message, the cases."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import itertools
import re
from collections.abc import Iterator
from enum import StrEnum
from types import ModuleType
from typing import Any

from medcom_bu.certification.cases import all_cases
from medcom_bu.certification.model.cases import CaseArea, CertificationCase
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import (
    Attribute,
    ByVersion,
    Codes,
    Element,
    Fixed,
    Formatted,
    String,
    Value,
    Wrapped,
    attributes,
    elements,
    held_type,
)
from medcom_bu.messages.letters import letters, spec_of

USUAL = {
    "lang": 'the language of the words, `"en"` or `"da"`',
    "ids": "what gives identifiers and the time; left out, they are new ones and now",
    "data": "the bytes that came; for `from_dict`, what `to_dict` told",
    "message": "the message, as a value",
    "envelope": "the envelope, as a value",
    "text": "what may be a number of the kind, as text",
    "template": "the segment, as the page on EDIFACT writes it",
    "message_id": "MessageHeader.id, or the number of the letter",
    "task": "what a user is to send",
    "path": "where the file or folder is",
}
"""Parameters that mean the same wherever they stand, so that no docstring repeats it."""

_WIDE = 100
_FIELDS_OF = "Each field with its bounds and Danish label: [fields](../fields.md).\n"
_FIELDS = """# The fields of each message

Every element of every letter, in the order of the standard, with the attribute that holds it, its bounds and its Danish
label. `1-35` is a length in characters; a version in brackets says that only it has the element.
"""
_CASES = """# The cases of the certification kit

`medcom-bu certify run --case ID` runs one of them. *Official* cases follow a step of MedCom's protocol, the others are
ours.
"""


def pages(rooms: dict[ModuleType, list[str]]) -> dict[str, str]:
    """File name -> page. ``rooms`` are the public modules with their public names."""
    api = {f"api/{room.__name__}.md": _room(room, names) for room, names in rooms.items()}
    return api | {"fields.md": _fields()[0], "certification-cases.md": _CASES + "".join(_cases())}


@functools.cache
def _fields() -> tuple[str, frozenset[type]]:
    """The page of the fields, and the classes that are on it."""
    shown: set[type] = set()
    return _FIELDS + "".join(_letters(shown)), frozenset(shown)


def _room(room: ModuleType, names: list[str]) -> str:
    documented = _constants(room)
    parts = (
        f"\n## {name}\n\n{documented[name]}\n" if name in documented else _public(name, getattr(room, name), "##")
        for name in sorted(names, key=str.casefold)
    )
    usual = "".join(f"* `{name}`: {meaning}\n" for name, meaning in USUAL.items())
    heading = room.__name__.replace(".", ".<wbr>")
    return f"# {heading}\n\n{_prose(room)}\n" + "".join(parts) + f"\n## Parameters of one meaning\n\n{usual}"


def _constants(room: ModuleType) -> dict[str, str]:
    """The constants of a room, or of those that it imports from, with the text below each."""
    documented = {}
    tree = ast.parse(inspect.getsource(room))
    homes = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    for module in [room, *(importlib.import_module(home) for home in sorted(homes) if home.startswith("medcom_bu."))]:
        lines = ast.parse(inspect.getsource(module)).body
        for line, below in itertools.pairwise(lines):
            target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
            if isinstance(target, ast.Name) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                documented[target.id] = _marked(inspect.cleandoc(str(below.value.value)))
    return documented


def _public(name: str, value: Any, level: str) -> str:
    """A name with its signature and docstring; of a class its methods and attributes too."""
    if isinstance(value, type) and issubclass(value, StrEnum):
        words = "".join(f"| `{member.name}` | `{member.value}` |\n" for member in value)
        return f"\n{level} {name}\n\n{_prose(value)}\n\n| Name | Value |\n|---|---|\n{words}"
    has_own = callable(value) or inspect.ismodule(value)  # a constant would show the docstring of its type
    text = f"\n{level} {name}\n\n{_signature(name, value)}{_prose(value) if has_own else ''}\n"
    if isinstance(value, type):
        text += f"\n{_FIELDS_OF}" if value in _fields()[1] else ""
        own = {attribute: inspect.getattr_static(value, attribute) for attribute in vars(value)}
        for attribute, found in own.items():
            is_attribute = isinstance(found, property | functools.cached_property)
            found = getattr(found, "__func__", getattr(found, "fget", getattr(found, "func", found)))
            if not attribute.startswith("_") and inspect.isfunction(found) and found.__doc__:
                part = _public(attribute, found, level + "#")
                text += part.replace(f"{attribute}(self) ->", f"{attribute}:") if is_attribute else part
    return text


def _signature(name: str, value: Any) -> str:
    if not callable(value):
        return ""
    try:
        signature = inspect.signature(value)
    except ValueError:
        return ""
    text = f"{name}{signature}"
    if len(text) > _WIDE:
        inside = ",\n    ".join(map(str, signature.parameters.values()))
        text = f"{name}(\n    {inside},\n){text.rpartition(')')[2]}"
    text = re.sub(r" at 0x[0-9a-f]+|<class '([^']+)'>|(?<=: )'([^']*)'|(?<=-> )'([^']*)'", r"\1\2\3", text)
    text = re.sub(r"\bmedcom_bu\.[\w.]+\.(?=[A-Z])", "", text)
    return f"```python\n{text}\n```\n\n"


def _prose(value: object) -> str:
    """A docstring as Markdown: roles as code, examples as blocks."""
    return _marked(inspect.getdoc(value) or "")


def _marked(doc: str) -> str:
    doc = re.sub(r":\w+:`[~.]?([^`]+)`", r"`\1`", doc).replace("``", "`").replace("::\n", ":\n")
    doc = re.sub(r"^(?=`\w+`(?:(?:,| and) `\w+`)*(?: \([^)\n]*\))?: )", "* ", doc, flags=re.MULTILINE)  # a parameter
    items = re.compile(r"^\* `.*(?:\n\S.*)*", re.MULTILINE)  # a line that goes on belongs to the one above
    doc = items.sub(lambda found: re.sub(r"\n(?!\* `)", "\n  ", found[0]), doc)
    doc = re.sub(r"^([^*\s].*\n)(?=\* `)", r"\1\n", doc, flags=re.MULTILINE)
    return re.sub(r"(^>>> .*?)(?=\n\n|\Z)", r"```python\n\1\n```", doc, flags=re.MULTILINE | re.DOTALL)


def _letters(shown: set[type]) -> Iterator[str]:
    for cls in letters():
        spec = spec_of(cls)
        versions = ", ".join(version.code for version in spec.versions)
        yield f"\n## {spec.element}: {spec.danish}\n\nClass `{cls.__name__}`, versions {versions}.\n"
        yield from _class(cls, shown)


def _class(cls: type[Value], shown: set[type]) -> Iterator[str]:
    shown.add(cls)
    yield "\n| Attribute | Element | Occurs | Content | Danish |\n|---|---|---|---|---|\n"
    inside: dict[type, str] = {}
    yield from (_row(name, one) for name, one in attributes(cls).items())
    for name, declared in fields(cls).items():
        for one in elements(declared):
            yield _row(name, one)
            held = held_type(one)
            if isinstance(held, type) and issubclass(held, Value) and held not in shown:
                inside.setdefault(held, one.name)
    for part, element in inside.items():
        yield f"\n### {element} (`{part.__name__}`)\n"
        yield from _class(part, shown)


def _row(name: str, one: Element | Attribute) -> str:
    if isinstance(one, Attribute):
        occurs, danish = ("1" if one.is_required else "0..1"), ""
        element = f"@{one.name}" if one.name else "its text"
    else:
        most = "n" if one.max is None else one.max
        versions = f" ({', '.join(one.versions)})" if one.versions else ""
        occurs, danish, element = f"{one.min}..{most}{versions}", one.danish, one.name
    return f"| `{name}` | {element} | {occurs} | {_content(one.type)} | {danish} |\n"


def _content(of: Any) -> str:
    if isinstance(of, String):
        return "text" if of.max is None else f"text, {of.min}-{of.max}"
    if isinstance(of, Codes):
        return f"[{of.codes.__name__}](code-lists.md#{of.codes.__name__.lower()})"
    if isinstance(of, Wrapped):
        return f"{_content(of.type)}, as `{getattr(of.wrapper, '__name__', '')}`".replace(", as ``", "")
    if isinstance(of, Formatted):
        return "text with line breaks" if of.simple else "formatted text"
    if isinstance(of, ByVersion):
        others = "; ".join(f"{version}: {_content(leaf)}" for version, leaf in of.versions.items())
        return f"{_content(of.other)} ({others})"
    if isinstance(of, Fixed):
        return "settled by the version"
    if isinstance(of, type):
        return f"`{of.__name__}`"
    return type(of).__name__


def _cases() -> Iterator[str]:
    for area in CaseArea:
        cases = [case for case in all_cases() if case.area == area]
        if cases:
            yield f"\n## {area.value}\n\n| Id | Title | Titel | Role | Step | Checks |\n|---|---|---|---|---|---|\n"
            yield from map(_case, cases)


def _case(case: CertificationCase) -> str:
    checks = ", ".join(dict.fromkeys(row.name for stage in case.stages for row in stage.checks))
    source = f"{case.protocol}, {case.section}".replace("_", "_<wbr>") + ("" if not case.is_ours else " (ours)")
    return f"| `{case.id}` | {case.title.en} | {case.title.da} | {case.role} | {source} | {checks} |\n"
