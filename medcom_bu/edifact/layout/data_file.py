"""A layout as a data file in TOML: what a known one looks like, and how one of your own is read.

::

    version = "H0131R"
    empty = ["additional_information"]

    [[groups]]
    head = { always = "S01+01" }
    at = "receiver"
    rows = [
      { always = "NAD+!SSP+{identifier}:{identifier_code:IDENTIFIER}++{organisation_name|_}:::::US" },
      { maybe = "ADR++US:{street_name|_}+{district_name}+{post_code_identifier}" },
    ]

    [codes.CHOICE]
    values = { ALDB00 = "A0", ALDB01 = "A1" }

The rows are in the notation of :mod:`medcom_bu.edifact.layout.notation`; what else a row or a group says has the name
that it has there. A list of codes goes from the value of the letter to the code of the wire; ``extends`` names a known
list that it adds to, ``also`` has codes that are read and not written.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from medcom_bu.arguments import check
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Value, Wrapped, elements
from medcom_bu.edifact.layout.codec import Codec, table
from medcom_bu.edifact.layout.codes import CODECS
from medcom_bu.edifact.layout.gaps import coded_places
from medcom_bu.edifact.layout.notation import Group, Layout, Path, Row, always, kept, maybe, never

_MAKERS: Mapping[str, Callable[..., Row]] = {"always": always, "maybe": maybe, "never": never, "kept": kept}
_ROW = {"each": str, "holds": list, "unless": str, "first": bool, "payload": str, "most": int, "instead": str}
_GROUP = {
    "head": dict,
    "rows": list,
    "at": str,
    "when": str,
    "holds": str,
    "sets": dict,
    "each": str,
    "least": int,
    "size": int,
    "most": int,
}
_LAYOUT = {"version": str, "empty": list, "groups": list, "codes": dict}
_CODES = {"values": dict, "also": dict, "extends": str}


class BadLayout(ValueError):
    """A data file that is not a layout; the text says in which group and row, and why."""


def from_toml(text: str, known: Iterable[Layout]) -> Layout:
    """The layout of a data file, of a version and a letter of those ``known``. Raises BadLayout for anything else."""
    try:
        return _layout(tomllib.loads(text), {layout.code: layout for layout in known})
    except BadLayout:
        raise
    except RecursionError:
        raise BadLayout("it is nested too deeply") from None
    except ValueError as error:  # of TOML, or of a layout that could not be carried out
        raise BadLayout(str(error)) from None


def to_toml(layout: Layout) -> str:
    """A layout as a data file: the rows of a known one, to be changed according to MedCom's document on another
    version.

    Raises BadLayout for one with codecs of its own, which are functions and no data; TypeError for what is not a
    layout."""
    check("to_toml", layout, Layout)
    if layout.codecs:
        raise BadLayout(f"{layout.code} has codecs of its own: write their codes by hand")
    lines = [f"version = {_text(layout.code)}"]
    if layout.empty:
        lines.append(f"empty = {_value(list(layout.empty))}")
    for group in layout.groups:
        lines += ["", "[[groups]]", f"head = {_value(_row_data(group.head))}"]
        lines += [f"{name} = {_value(value)}" for name, value in _options(group, _GROUP) if name != "rows"]
        if group.rows:
            lines += ["rows = [", *(f"  {_value(_row_data(row))}," for row in group.rows), "]"]
    return "\n".join((*lines, ""))


# --- from data -------------------------------------------------------------------------------------------------------


def _layout(data: dict[str, Any], known: Mapping[str, Layout]) -> Layout:
    _check_keys(data, _LAYOUT, "the file", {"version", "groups"})
    base = known.get(data["version"].removeprefix("X"))
    if base is None:
        raise BadLayout(f"version: no letter has it; known are {', '.join(sorted(known))}")
    classes = _classes_in(base.letter)
    layout = Layout(
        version=base.version,
        letter=base.letter,
        groups=tuple(_group(group, number, classes) for number, group in enumerate(data["groups"], 1)),
        empty=tuple(data.get("empty", ())),
        codecs={name: _codec(name, codes) for name, codes in data.get("codes", {}).items()},
        not_taken=base.not_taken,
    )
    codes = data.get("codes", {})
    members = {name: _members(layout, name) for name in codes}
    return attrs.evolve(layout, codecs={name: _codec(name, codes[name], members[name]) for name in codes})


def _group(data: Any, number: int, classes: Mapping[str, type[Any]]) -> Group:
    where = f"group {number}"
    _check_keys(data, _GROUP, where, {"head"})
    given = {name: value for name, value in data.items() if name not in ("head", "rows")}
    if given.get("when", "always") not in ("always", "maybe"):
        raise BadLayout(f"{where}: when is always or maybe")
    if "holds" in given:
        given["holds"] = _class(given["holds"], classes, where)
    if any(not isinstance(text, str) for text in given.get("sets", {}).values()):
        raise BadLayout(f"{where}: sets has texts")
    if "sets" in given:
        given["sets"] = tuple(given["sets"].items())
    rows = tuple(_row(row, f"{where}, row {place}", classes) for place, row in enumerate(data.get("rows", ()), 1))
    return Group(_row(data["head"], f"{where}, head", classes), rows, **given)


def _row(data: Any, where: str, classes: Mapping[str, type[Any]]) -> Row:
    when = [name for name in _MAKERS if isinstance(data, dict) and name in data]
    if len(when) != 1:
        raise BadLayout(f"{where}: write one of {', '.join(_MAKERS)}")
    _check_keys(data, {**_ROW, when[0]: str}, where)
    given = {name: value for name, value in data.items() if name != when[0]}
    if "holds" in given:
        if len(given["holds"]) != 2 or not isinstance(given["holds"][0], str):
            raise BadLayout(f"{where}: holds has an attribute and a class")
        given["holds"] = (given["holds"][0], _class(given["holds"][1], classes, where))
    if given and when[0] in ("never", "kept"):
        raise BadLayout(f"{where}: a row that is {when[0]} there takes no {', '.join(given)}")
    try:
        return _MAKERS[when[0]](data[when[0]], **given)
    except ValueError as error:
        raise BadLayout(f"{where}: {error}") from None


def _check_keys(data: Any, known: Mapping[str, type], where: str, needed: Iterable[str] = ()) -> None:
    if not isinstance(data, dict):
        raise BadLayout(f"{where}: a table is wanted")
    for name, value in data.items():
        if name not in known:
            raise BadLayout(f"{where}: {name} is not known; there are {', '.join(known)}")
        if type(value) is not known[name]:
            raise BadLayout(f"{where}: {name} is {_NAMES[known[name]]}")
    if missing := set(needed) - data.keys():
        raise BadLayout(f"{where}: {', '.join(sorted(missing))} is missing")


_NAMES = {str: "a text", int: "a whole number", bool: "true or false", list: "an array", dict: "a table"}


def _class(name: object, classes: Mapping[str, type[Any]], where: str) -> type[Any]:
    if not isinstance(name, str) or name not in classes:
        raise BadLayout(f"{where}: {name} is no class of the letter; there are {', '.join(sorted(classes))}")
    return classes[name]


def _classes_in(letter: type[Any]) -> dict[str, type[Any]]:
    """The classes of a letter and of its parts, by name."""
    found: dict[str, type[Any]] = {}
    coming: list[Any] = [letter]
    while coming:
        kind = coming.pop()
        cls = kind.wrapper if isinstance(kind, Wrapped) else kind
        if isinstance(cls, type) and cls.__name__ not in found:
            found[cls.__name__] = cls
            if issubclass(cls, Value):
                coming += [element.type for declared in fields(cls).values() for element in elements(declared)]
    return found


def _codec(name: str, data: Any, members: Mapping[str, Any] = {}) -> Codec:
    where = f"codes.{name}"
    _check_keys(data, _CODES, where)
    given = [*data.get("values", {}).items(), *((value, code) for code, value in data.get("also", {}).items())]
    if any(not isinstance(value, str) for pair in given for value in pair):
        raise BadLayout(f"{where}: codes and values are texts")
    codes = {members.get(value, value): code for value, code in data.get("values", {}).items()}
    own = table(codes, also={code: members.get(value, value) for code, value in data.get("also", {}).items()})
    if "extends" not in data:
        return own
    base = CODECS.get(data["extends"])
    if base is None or base.codes is None:
        lists = ", ".join(sorted(known for known, codec in CODECS.items() if codec.codes is not None))
        raise BadLayout(f"{where}: extends names no list of codes; there are {lists}")
    return _extended(base, own)


def _extended(base: Codec, own: Codec) -> Codec:
    """A list of codes with some of its own, which come first."""

    def write(value: Any) -> str | None:
        code = own.write(value)
        return base.write(value) if code is None else code

    def read(text: str) -> Any:
        value = own.read(text)
        return base.read(text) if value is None else value

    codes = (*(base.codes or ()), *(own.codes or ()))
    return attrs.evolve(base, write=write, read=read, codes=tuple(dict.fromkeys(codes)))


def _members(layout: Layout, name: str) -> Mapping[str, Any]:
    """The members of the code lists that a codec of the layout stands for, by their text."""
    return {member.value: member for place in coded_places(layout, name) for member in place.codes}


# --- to data ---------------------------------------------------------------------------------------------------------


def _row_data(row: Row) -> dict[str, Any]:
    return {row.when: row.template, **dict(_options(row, _ROW))}


def _options(declared: Row | Group, names: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """What differs from the default."""
    usual = {field.name: field.default for field in attrs.fields(type(declared))}
    for name in names:
        value = getattr(declared, name)
        if name != "head" and value != usual[name]:
            yield name, _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return ("/" if value.absolute else "") + ".".join(value.steps)
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return dict(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(item)}" for name, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _text(value)


def _text(value: object) -> str:
    """A text, a number or a truth value: TOML writes them as JSON does."""
    return json.dumps(value, ensure_ascii=False)
