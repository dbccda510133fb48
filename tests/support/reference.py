"""Pages of the site that the library knows by heart: every public name, the fields of each message, the cases."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import itertools
import re
import sys
import textwrap
import types
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin

from medcom_bu.certification.cases import all_cases
from medcom_bu.certification.model.cases import CaseArea, CertificationCase
from tests.support import docstrings, field_tables

USUAL = {
    "lang": 'the language of the words, `"en"` or `"da"`; another is a ValueError',
    "ids": "what gives identifiers and the time; left out, they are new ones and now",
    "data": "the bytes that came; for `from_dict`, what `to_dict` told",
    "message": "the message, as a value",
    "envelope": "the envelope, as a value",
    "text": "what may be a number of the kind, as text",
    "template": "the segment, as the page on EDIFACT writes it",
    "message_id": "MessageHeader.id, or the number of the letter",
    "task": "what a user is to send",
    "path": "where the file or folder is",
    "rest": "the properties that have no field, as plain data",
    "unexpected": "what came at a place where the standard has nothing, kept to be written back",
}
"""Parameters that mean the same wherever they stand, so that no docstring repeats it."""

_WIDE = 100
_OF_METHODS = ("self", "cls")
_CONVENTIONS = """\
A function raises TypeError for an argument of another type, also where its text does not say so; so does the
constructor of what you make yourself, such as a builder, a letter or a number. Where no source is named, no standard
says it: it is the library's own.
"""
_CASES = """# The cases of the certification kit

`medcom-bu certify run --case ID` runs one of them. *Official* cases follow a step of MedCom's protocol, the others are
ours.
"""


def pages(rooms: dict[types.ModuleType, list[str]]) -> dict[str, str]:
    """File name -> page. ``rooms`` are the public modules with their public names."""
    api = {f"api/{room.__name__}.md": _room(room, names) for room, names in rooms.items()}
    return api | {"fields.md": field_tables.page(), "certification-cases.md": _CASES + "".join(_cases())}


def _room(room: types.ModuleType, names: list[str]) -> str:
    documented = _constants(room)
    parts = (
        f"\n## {name}\n\n{documented[name]}\n" if name in documented else _public(name, getattr(room, name), "##")
        for name in sorted(names, key=str.casefold)
    )
    heading = room.__name__.replace(".", ".<wbr>")
    return f"# {heading}\n\n{docstrings.prose(docstrings.text_of(room))}\n\n{_CONVENTIONS}" + "".join(parts)


def _constants(room: types.ModuleType) -> dict[str, str]:
    """The constants of a room, or of those that it imports from, with the text below each."""
    documented = {}
    tree = ast.parse(inspect.getsource(room))
    homes = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    for module in [room, *(importlib.import_module(home) for home in sorted(homes) if home.startswith("medcom_bu."))]:
        lines = ast.parse(inspect.getsource(module)).body
        for line, below in itertools.pairwise(lines):
            target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
            if isinstance(target, ast.Name) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                doc = inspect.cleandoc(str(below.value.value))
                own = (docstrings.prose(doc), docstrings.source(doc, module.__name__))
                documented[target.id] = "\n\n".join(filter(None, own))
    return documented


def _public(name: str, value: Any, level: str) -> str:
    """A name with its signature, docstring, parameters and source; of a class its methods and attributes too."""
    doc = docstrings.text_of(value) if callable(value) or inspect.ismodule(value) else ""  # a constant has its type's
    if isinstance(value, type) and issubclass(value, StrEnum):
        words = "".join(f"| `{member.name}` | `{member.value}` |\n" for member in value)
        return f"\n{level} {name}\n\n{_told(value, doc)}\n| Name | Value |\n|---|---|\n{words}"
    declared = field_tables.table(value) if isinstance(value, type) else ""
    text = (
        f"\n{level} {name}\n\n{_signature(name, value)}{_told(value, doc, parameters(value))}{declared}{_table(value)}"
    )
    for attribute, found in members(value).items() if isinstance(value, type) else ():
        is_attribute = isinstance(found, property | functools.cached_property)
        found = function_of(found)
        if inspect.isfunction(found) and found.__doc__:
            part = _public(attribute, found, level + "#")
            text += part.replace(f"{attribute}() ->", f"{attribute}:") if is_attribute else part
    return text


def _told(value: Any, doc: str, given: Collection[str] = ()) -> str:
    """The prose of a docstring, and the source of a function or class that stands on its own."""
    is_part = "." in getattr(value, "__qualname__", "")
    parts = (docstrings.prose(doc, given), "" if is_part else docstrings.source(doc, getattr(value, "__module__", "")))
    return "".join(f"{part}\n\n" for part in parts if part).rstrip("\n") + "\n"


def members(cls: type) -> dict[str, Any]:
    """The public methods and attributes of a class, but its fields: its own, and those of the bases that are ours.

    What every declared value has is not among them: the page of the fields says it once.
    """
    found: dict[str, Any] = {}
    for base in cls.__mro__:
        if base.__module__.startswith("medcom_bu") and not base.__module__.startswith("medcom_bu.declare"):
            types_of = inspect.get_annotations(base)
            own = {name: one for name, one in vars(base).items() if "ClassVar" in str(types_of.get(name, "ClassVar"))}
            found |= {name: one for name, one in own.items() if not name.startswith("_") and name not in found}
    return found


def function_of(member: Any) -> Any:
    """The function behind a method, a class method or a property."""
    return getattr(member, "__func__", getattr(member, "fget", getattr(member, "func", member)))


def parameters(value: Any) -> dict[str, inspect.Parameter]:
    """The parameters of a function, or of the constructor of a class, that no table of its fields describes."""
    signature = _signature_of(value)
    described = field_tables.names(value) if isinstance(value, type) else set()
    given = {} if signature is None else dict(signature.parameters)
    return {name: one for name, one in given.items() if name not in {*described, *_OF_METHODS}}


def meaning(value: Any, name: str) -> str:
    """What is said of a parameter, in its docstring or once for all."""
    doc = docstrings.text_of(value)
    return docstrings.meaning(doc, name, parameters(value)) or USUAL.get(name, "") or docstrings.sentence(doc, name)


def _table(value: Any) -> str:
    rows = []
    for name, one in parameters(value).items():
        shown = one.replace(annotation=one.empty, default=one.empty)  # with its stars
        rows.append(f"| `{shown}` | `{_annotation(value, one)}` | {docstrings.cell(meaning(value, name))} |\n")
    return "\n| Parameter | Type | Meaning |\n|---|---|---|\n" + "".join(rows) if rows else ""


def _signature_of(value: Any) -> inspect.Signature | None:
    """How a function or a class is called; None for what is not called: a protocol, an exception without fields."""
    if not callable(value) or getattr(value, "_is_protocol", False):
        return None
    try:
        return inspect.signature(value)
    except ValueError:
        return None


def _signature(name: str, value: Any) -> str:
    """The call with its defaults; the types of parameters are in their table."""
    signature = _signature_of(value)
    if signature is None:
        return ""
    untyped = [one.replace(annotation=one.empty) for key, one in signature.parameters.items() if key not in _OF_METHODS]
    returned = signature.return_annotation if not isinstance(value, type) else signature.empty
    text = name + _short(str(signature.replace(parameters=untyped, return_annotation=returned)))
    if len(text) > _WIDE:
        inside, _, end = text[len(name) + 1 :].rpartition(")")
        wrapped = textwrap.fill(inside, _WIDE, initial_indent="    ", subsequent_indent="    ", break_long_words=False)
        text = f"{name}(\n{wrapped}\n){end}"
    return f"```python\n{text}\n```\n\n"


def _annotation(value: Any, one: inspect.Parameter) -> str:
    """The type of a parameter; a name of several types that is not public is written out."""
    if one.annotation is one.empty:
        return "any"
    if not isinstance(one.annotation, str):
        return _short(inspect.formatannotation(one.annotation))
    known = getattr(inspect.unwrap(value), "__globals__", vars(sys.modules[value.__module__]))
    text = re.sub(r"\b[A-Z]\w+\b(?!\[)", lambda name: _written_out(known.get(name[0]), name[0]), one.annotation)
    return _short(text)


def _written_out(kind: Any, name: str) -> str:
    """The alternatives that a name stands for; of a class its name."""
    if get_origin(kind) in (types.UnionType, Union):
        return " | ".join(map(inspect.formatannotation, get_args(kind))).replace("NoneType", "None")
    return inspect.formatannotation(kind) if get_origin(kind) is Literal else name


def _short(text: str) -> str:
    """Types and defaults without their modules, and without the quotes of those that are read late."""
    text = re.sub(r" at 0x[0-9a-f]+|<class '([^']+)'>|ForwardRef\('([^']*)'[^)]*\)|(?<=-> )'([^']*)'", r"\1\2\3", text)
    text = re.sub(r"<(\w+\.\w+): [^>]*>", r"\1", text)
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Z])", "", text)


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
