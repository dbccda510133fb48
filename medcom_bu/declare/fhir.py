"""How a FHIR type is declared: one property a line, named as the standard names it, and a place for all the rest.

A declared class has a field for each property that a message of MedCom uses. What else the wire holds is kept, as it
came, in ``rest``: a property without a field, and one whose content does not fit its field. Nothing here knows a wire.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import attrs

from medcom_bu.declare.oioxml import masked

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_DEEPEST = 500
"""How deep plain data may be nested that is handed in: more than is ever read. What holds itself comes to an end."""


class Number(str):
    """A JSON number as its own text: ``1.50`` is not ``1.5``. Raises ValueError for a text that is no JSON number."""

    __slots__ = ()

    def __new__(cls, text: object) -> Self:
        made = super().__new__(cls, text)
        if not is_number(made):
            raise ValueError("a Number takes the text of a JSON number")
        return made

    def __repr__(self) -> str:
        return f"Number({str.__repr__(self)})"


def is_number(text: str) -> bool:
    """Whether a text is a number as JSON writes it."""
    return _NUMBER.fullmatch(text) is not None


class _Mark(Enum):
    """What stands in plain data written out flat beside names and values."""

    OBJECT = 1
    LIST = 2
    NUMBER = 3
    END = 4


class Rest:
    """Properties as plain data, never changed: dicts, lists, texts, ``Number``, truth values, None.

    Equality is by content; the order of the properties does not count. A number of Python becomes a ``Number``.
    Raises TypeError for anything else, ValueError for what is nested without end.
    """

    __slots__ = ("_names", "_tokens")

    def __init__(self, plain: Mapping[str, Any] | None = None) -> None:
        if plain is not None and not isinstance(plain, Mapping):
            raise TypeError(f"Rest takes a mapping, not {type(plain).__name__}")
        self._tokens: tuple[Any, ...] = _flat(plain or {})
        self._names: tuple[str, ...] = tuple(map(str, plain or ()))

    @classmethod
    def _from_tokens(cls, tokens: tuple[Any, ...], names: tuple[str, ...]) -> Rest:
        made = cls.__new__(cls)
        made._tokens, made._names = tokens, names
        return made

    def plain(self) -> dict[str, Any]:
        """The properties as dicts, lists and texts, for the caller to keep."""
        made: dict[str, Any] = _nested(self._tokens)
        return made

    def names(self) -> tuple[str, ...]:
        """The names of the properties."""
        return self._names

    def __bool__(self) -> bool:
        return bool(self._names)

    def _sorted(self) -> tuple[Any, ...]:
        return _flat(self.plain(), in_order=True) if self else ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rest):
            return NotImplemented
        return self._tokens == other._tokens or self._sorted() == other._sorted()

    def __hash__(self) -> int:
        return hash(self._sorted())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: Any) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Rest._from_tokens, (self._tokens, self._names)

    def __repr__(self) -> str:
        return f"<Rest of {len(self._names)} properties>"


def _flat(plain: Mapping[str, Any], *, in_order: bool = False) -> tuple[Any, ...]:
    """Plain data as one row of marks, names and values: however deep it was, nothing in it is nested."""
    tokens: list[Any] = []
    waiting: list[Any] = [plain]
    depth = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping | Rest):
            pairs = item.plain().items() if isinstance(item, Rest) else item.items()
            waiting.append(_Mark.END)
            for key, inner in sorted(pairs, reverse=True) if in_order else reversed(list(pairs)):
                waiting += (inner, _name(key))
            item = _Mark.OBJECT
        elif isinstance(item, list | tuple):
            waiting += (_Mark.END, *reversed(item))
            item = _Mark.LIST
        elif not isinstance(item, _Mark):
            item = _leaf(item)
            if type(item) is Number:
                tokens.append(_Mark.NUMBER)
        depth += (item is _Mark.OBJECT) + (item is _Mark.LIST) - (item is _Mark.END)
        if depth > _DEEPEST:
            raise ValueError(f"plain data may be nested {_DEEPEST} levels deep")
        tokens.append(item)
    return tuple(tokens)


def _name(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"Rest takes texts as names of properties, not {type(key).__name__}")
    return str(key)


def _leaf(item: Any) -> Any:
    """A value that nothing stands in, as plain data has it."""
    if item is None or type(item) in (str, bool, Number):
        return item
    if isinstance(item, str):
        return str(item)
    if isinstance(item, int | float | Decimal):
        text = str(item)
        if is_number(text):
            return Number(text)
        raise ValueError("a number of JSON is finite")
    raise TypeError(f"Rest takes dicts, lists, texts, numbers, truth values and None, not {type(item).__name__}")


def _nested(tokens: tuple[Any, ...]) -> Any:
    """The plain data that was written out flat."""
    top: list[Any] = []
    containers: list[Any] = [top]
    names: list[Any] = [None]
    for token in tokens:
        holder = containers[-1]
        if token is _Mark.NUMBER:
            continue
        if token is _Mark.END:
            containers.pop()
            names.pop()
            continue
        if type(holder) is dict and names[-1] is None:
            names[-1] = token
            continue
        item: Any = {} if token is _Mark.OBJECT else [] if token is _Mark.LIST else token
        if type(holder) is dict:
            holder[names[-1]] = item
            names[-1] = None
        else:
            holder.append(item)
        if type(token) is _Mark:
            containers.append(item)
            names.append(None)
    return top[0]


NOTHING = Rest()


@attrs.frozen
class Property:
    """One property as JSON names it. ``type`` is ``str``, ``bool``, Number, Base64 or a declared class.

    The name of a class that the module declares further down stands for that class.
    """

    name: str
    type: Any
    many: bool


_KEY = "medcom_bu.property"
_C = TypeVar("_C", bound=type)


def one(name: str, type: Any = str, *, default: Any = None) -> Any:  # noqa: A002 - the standard's word
    """A field for a property that occurs at most once; ``None`` means that it is absent."""
    converter = getattr(type, "coerce_unbroken", None) or (_text if type is str else None)
    return attrs.field(default=default, converter=converter, metadata={_KEY: Property(name, type, False)})


def many(name: str, type: Any = str) -> Any:  # noqa: A002 - the standard's word
    """A field for a property that repeats: a tuple, empty where it is absent."""
    converter = _texts if type is str else _tuple
    return attrs.field(default=(), converter=converter, metadata={_KEY: Property(name, type, True)})


def _tuple(items: Any) -> Any:
    return tuple(items) if isinstance(items, list) else items


def _texts(items: Any) -> Any:
    return tuple(map(_text, items)) if isinstance(items, list | tuple) else items


def _text(item: Any) -> Any:
    """A member of a code list becomes its code: the wire has texts."""
    return str(item) if isinstance(item, str) and type(item) is not str else item


def structure(cls: _C) -> _C:
    """Make a frozen attrs class of a declaration. Its constructor checks types and nothing else."""
    return attrs.frozen(kw_only=True, slots=False, eq=False, repr=False)(cls)


@structure
class Structure:
    """The root of every declared class: equal by value, never changed, masked when shown."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Any) -> None: ...

    _table: ClassVar[dict[str, Property] | None] = None
    _structures: ClassVar[tuple[str, ...] | None] = None

    rest: Rest = attrs.field(default=NOTHING)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.rest, Rest):
            raise TypeError(f"{type(self).__name__}.rest takes Rest, not {type(self.rest).__name__}")
        others = self.rest.names()
        for name, declared in properties(type(self)).items():
            held = self.__dict__[name]
            _check(type(self).__name__, name, declared, held)
            if held not in (None, ()) and declared.name in others:
                raise ValueError(f"{type(self).__name__}.rest holds {declared.name}, which {name} holds too")

    def replace(self, **changes: Any) -> Self:
        """The same value with some fields changed."""
        return attrs.evolve(self, **changes)  # type: ignore[misc]

    def _fields(self) -> tuple[Any, ...]:
        held = self.__dict__
        return (*(held[name] for name in properties(type(self))), self.rest)

    def __eq__(self, other: object) -> bool:
        return _same(self, other) if isinstance(other, Structure) else NotImplemented

    def __hash__(self) -> int:
        leaves: list[Any] = []
        waiting: list[Any] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, tuple):
                waiting += (len(item), *item)
            elif _is_compared_by_fields(item):
                leaves.append(type(item))
                waiting += item._fields()
            else:
                leaves.append(item)
        return hash(tuple(leaves))

    def __copy__(self) -> Self:
        return self  # nothing in it can change

    def __deepcopy__(self, _: Any) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """What is pickled: the fields, nothing that was only worked out from them, and nothing that is nested."""
        return _put_together, (_taken_apart(self),)

    def __repr__(self) -> str:
        return _shown(self, _SHOWN_LEVELS)


_SHOWN_LEVELS = 12


def _shown(item: object, levels: int) -> str:
    """A field as ``masked`` shows it; a value that lies too deep by its name alone."""
    if isinstance(item, tuple):
        return "(" + ", ".join(_shown(one, levels) for one in item) + ("," if len(item) == 1 else "") + ")"
    if not isinstance(item, Structure):
        return masked(item)
    name, held = type(item).__name__, item.__dict__
    if not levels:
        return f"{name}(...)"
    shown = [f"{name}={_shown(held[name], levels - 1)}" for name in properties(type(item)) if held[name]]
    if item.rest:
        shown.append(f"rest={item.rest!r}")
    return f"{name}({', '.join(shown)})"


def _is_compared_by_fields(item: object) -> bool:
    return isinstance(item, Structure) and type(item).__eq__ is Structure.__eq__


def _same(one: Structure, other: Structure) -> bool:
    """Whether two values are equal. In a row, not one within the other: the stack of the interpreter is not asked."""
    waiting: list[tuple[Any, Any]] = [(one, other)]
    while waiting:
        left, right = waiting.pop()
        if left is right:
            continue
        if _is_compared_by_fields(left):
            if type(left) is not type(right):
                return False
            waiting += zip(left._fields(), right._fields(), strict=True)
        elif isinstance(left, tuple) and isinstance(right, tuple):
            if len(left) != len(right):
                return False
            waiting += zip(left, right, strict=True)
        elif left != right:
            return False
    return True


def _taken_apart(value: Structure) -> list[tuple[type[Structure], dict[str, Any]]]:
    """A value and all values in it, each after those that it holds, which it names by their numbers."""
    parts: list[tuple[type[Structure], dict[str, Any]]] = []
    numbers: dict[int, int] = {}
    waiting = [value]
    while waiting:
        cls, held = type(waiting[-1]), waiting[-1].__dict__
        inner = {name: held[name] for name in _inner(cls) if held[name]}
        missing = [one for item in inner.values() for one in _several(item) if id(one) not in numbers]
        if missing:
            waiting += missing
            continue
        done = waiting.pop()
        if id(done) not in numbers:
            numbers[id(done)] = len(parts)
            fields = {name: held[name] for name in (*properties(cls), "rest")}
            for name, item in inner.items():
                known = tuple(numbers[id(one)] for one in _several(item))
                fields[name] = known if isinstance(item, tuple) else known[0]
            parts.append((cls, fields))
    return parts


def _several(item: Any) -> tuple[Any, ...]:
    return item if isinstance(item, tuple) else (item,)


def _put_together(parts: list[tuple[type[Structure], dict[str, Any]]]) -> Structure:
    """The value that was taken apart."""
    made: list[Structure] = []
    for cls, fields in parts:
        value = cls.__new__(cls)
        value.__dict__.update(fields)
        for name in _inner(cls):
            held = fields[name]
            if isinstance(held, tuple):
                value.__dict__[name] = tuple(made[number] for number in held)
            elif held is not None:
                value.__dict__[name] = made[held]
        made.append(value)
    return made[-1]


def properties(cls: type) -> dict[str, Property]:
    """The declared properties of a class, in the order of the standard: attribute name -> what it declares."""
    found: dict[str, Property] | None = cls.__dict__.get("_table")
    if found is None:
        declared = {field.name: field.metadata[_KEY] for field in attrs.fields(cls) if _KEY in field.metadata}
        module = sys.modules[cls.__module__]
        found = {
            name: attrs.evolve(held, type=getattr(module, held.type)) if isinstance(held.type, str) else held
            for name, held in declared.items()
        }
        cls._table = found  # type: ignore[attr-defined]
    return found


def _check(owner: str, name: str, declared: Property, value: object) -> None:
    if declared.many:
        if not isinstance(value, tuple):
            raise TypeError(f"{owner}.{name} takes a tuple, not {type(value).__name__}")
        items: tuple[object, ...] = value
    elif value is None:
        return
    else:
        items = (value,)
    for item in items:
        if not isinstance(item, declared.type):
            raise TypeError(f"{owner}.{name} takes {declared.type.__name__}, not {type(item).__name__}")


def rests(value: Structure) -> Iterator[tuple[str, str]]:
    """Every property that is kept without a field: the attribute path of its owner, and its name."""
    waiting = [("", value)]
    while waiting:
        path, item = waiting.pop()
        for name in item.rest.names() if item.rest else ():
            yield path, name
        waiting += reversed(list(_values_in(path, item)))


def _values_in(path: str, value: Structure) -> Iterator[tuple[str, Structure]]:
    for name in _inner(type(value)):
        held = value.__dict__[name]
        here = f"{path}.{name}" if path else name
        if isinstance(held, tuple):
            yield from ((f"{here}[{number}]", item) for number, item in enumerate(held))
        elif held is not None:
            yield here, held


def has_rest(value: Structure) -> bool:
    """Whether any property is kept without a field."""
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if item.rest:
            return True
        held = item.__dict__
        for name in _inner(type(item)):
            inner = held[name]
            if inner:
                waiting += inner if type(inner) is tuple else (inner,)
    return False


def _inner(cls: type) -> tuple[str, ...]:
    """The fields of a class that hold values of declared classes."""
    found: tuple[str, ...] | None = cls.__dict__.get("_structures")
    if found is None:
        found = tuple(name for name, held in properties(cls).items() if issubclass(held.type, Structure))
        cls._structures = found  # type: ignore[attr-defined]
    return found
