"""How a FHIR type is declared: one property a line, named as the standard names it, and a place for all the rest.

A declared class has a field for each property that a message of MedCom uses. What else the wire holds is kept, as it
came, in ``rest``: a property without a field, and one whose content does not fit its field. Nothing here knows a wire.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import attrs

from medcom_bu.declare.base import Declared, Shown, as_tuple, declared_class, field, fields, made
from medcom_bu.once import once

NUMBER_PATTERN = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_NUMBER = re.compile(NUMBER_PATTERN)
_DEEPEST = 500
"""How deep plain data may be nested that is handed in: more than is ever read. What holds itself comes to an end."""


class Number(str):
    """A JSON number as its own text: ``1.50`` is not ``1.5``. Raises ValueError for a text that is not a JSON
    number."""

    __slots__ = ()

    def __new__(cls, text: object) -> Self:
        number = super().__new__(cls, text)
        if not is_number(number):
            raise ValueError("a Number takes the text of a JSON number")
        return number

    def __repr__(self) -> str:
        return f"Number({str.__repr__(self)})"


def is_number(text: str) -> bool:
    """Whether a text is a number as JSON writes it."""
    return _NUMBER.fullmatch(text) is not None


class _Mark(Enum):
    """What is in plain data written out flat beside names and values."""

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
        rest = cls.__new__(cls)
        rest._tokens, rest._names = tokens, names
        return rest

    def plain(self) -> dict[str, Any]:
        """The properties as dicts, lists and texts, for the caller to keep."""
        plain: dict[str, Any] = _nested(self._tokens)
        return plain

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
        part = waiting.pop()
        if isinstance(part, Mapping | Rest):
            pairs = part.plain().items() if isinstance(part, Rest) else part.items()
            waiting.append(_Mark.END)
            for key, inner in sorted(pairs, reverse=True) if in_order else reversed(list(pairs)):
                waiting += (inner, _name(key))
            part = _Mark.OBJECT
        elif isinstance(part, list | tuple):
            waiting += (_Mark.END, *reversed(part))
            part = _Mark.LIST
        elif not isinstance(part, _Mark):
            part = _leaf(part)
            if type(part) is Number:
                tokens.append(_Mark.NUMBER)
        depth += (part is _Mark.OBJECT) + (part is _Mark.LIST) - (part is _Mark.END)
        if depth > _DEEPEST:
            raise ValueError(f"plain data may be nested {_DEEPEST} levels deep")
        tokens.append(part)
    return tuple(tokens)


def _name(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"Rest takes texts as names of properties, not {type(key).__name__}")
    return str(key)


def _leaf(value: Any) -> Any:
    """A value that nothing is in, as plain data has it."""
    if value is None or type(value) in (str, bool, Number):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float | Decimal):
        text = str(value)
        if is_number(text):
            return Number(text)
        raise ValueError("a number of JSON is finite")
    raise TypeError(f"Rest takes dicts, lists, texts, numbers, truth values and None, not {type(value).__name__}")


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
        part: Any = {} if token is _Mark.OBJECT else [] if token is _Mark.LIST else token
        if type(holder) is dict:
            holder[names[-1]] = part
            names[-1] = None
        else:
            holder.append(part)
        if type(token) is _Mark:
            containers.append(part)
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
    is_many: bool
    open: Shown = None

    @property
    def classes(self) -> tuple[type, ...]:
        """The class that an item has."""
        return (self.type,)

    def takes(self, item: object) -> bool:
        """Whether an item is of the class."""
        return isinstance(item, self.type)


_C = TypeVar("_C", bound=type)


def one(name: str, type: Any = str, *, default: Any = None, shown: Shown = None) -> Any:  # noqa: A002 - the standard's
    """A field for a property that occurs at most once; ``None`` means that it is absent."""
    converter = getattr(type, "coerce_unbroken", None) or (_text if type is str else None)
    return field(Property(name, type, False, shown), default, converter)


def many(name: str, type: Any = str, *, shown: Shown = None) -> Any:  # noqa: A002 - the standard's word
    """A field for a property that repeats: a tuple, empty where it is absent."""
    converter = _texts if type is str else as_tuple
    return field(Property(name, type, True, shown), (), converter)


def _texts(items: Any) -> Any:
    return tuple(map(_text, items)) if isinstance(items, list | tuple) else items


def _text(value: Any) -> Any:
    """A member of a code list becomes its code: the wire has texts."""
    return str(value) if isinstance(value, str) and type(value) is not str else value


def structure(cls: _C) -> _C:
    """Make a class of a declaration. Its constructor checks types and nothing else."""
    return declared_class(cls)


@structure
class Structure(Declared):
    """The root of every declared class of FHIR: equal by value, never changed, masked when shown."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Any) -> None: ...

    _kept: ClassVar[str] = "rest"
    _structures: ClassVar[tuple[str, ...] | None] = None

    rest: Rest = attrs.field(default=NOTHING)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        others = self.rest.names() if self.rest else ()
        for name, declared in fields(type(self)).items() if others else ():
            if self.__dict__[name] not in (None, ()) and declared.name in others:
                raise ValueError(f"{type(self).__name__}.rest holds {declared.name}, which {name} holds too")

    def replace(self, **changes: Any) -> Self:
        """The same value with some fields changed. What ``rest`` keeps of a property whose field is given goes."""
        declared = fields(type(self))
        changed = {declared[name].name for name in changes if name in declared} & set(self.rest.names())
        if changed and "rest" not in changes:
            changes["rest"] = Rest(
                {name: content for name, content in self.rest.plain().items() if name not in changed}
            )
        return super().replace(**changes)

    def __reduce__(self) -> tuple[Any, ...]:
        """What is pickled: the fields, nothing that was only worked out from them, and nothing that is nested."""
        return _put_together, (_taken_apart(self),)


_S = TypeVar("_S", bound=Structure)


def _taken_apart(value: Structure) -> list[tuple[type[Structure], dict[str, Any]]]:
    """A value and all values in it, each after those that it holds, which it names by their numbers."""
    parts: list[tuple[type[Structure], dict[str, Any]]] = []
    numbers: dict[int, int] = {}
    waiting = [value]
    while waiting:
        cls, attributes = type(waiting[-1]), waiting[-1].__dict__
        inner = {name: attributes[name] for name in _inner(cls) if attributes[name]}
        missing = [child for content in inner.values() for child in _several(content) if id(child) not in numbers]
        if missing:
            waiting += missing
            continue
        done = waiting.pop()
        if id(done) not in numbers:
            numbers[id(done)] = len(parts)
            part = {name: attributes[name] for name in (*fields(cls), "rest")}
            for name, content in inner.items():
                child_numbers = tuple(numbers[id(child)] for child in _several(content))
                part[name] = child_numbers if isinstance(content, tuple) else child_numbers[0]
            parts.append((cls, part))
    return parts


def _several(content: Any) -> tuple[Any, ...]:
    return content if isinstance(content, tuple) else (content,)


def _put_together(parts: list[tuple[type[Structure], dict[str, Any]]]) -> Structure:
    """The value that was taken apart."""
    values: list[Structure] = []
    for cls, part in parts:
        for name in _inner(cls):
            numbered = part[name]
            if isinstance(numbered, tuple):
                part[name] = tuple(values[number] for number in numbered)
            elif numbered is not None:
                part[name] = values[numbered]
        values.append(made(cls, part))
    return values[-1]


def made_of(cls: type[_S], **held: Any) -> _S:
    """A value as the constructor makes it, unchecked: of parts that the library has made itself, and plain texts."""
    return made(cls, {**defaults(cls), **held})


def changed(value: _S, **changes: Any) -> _S:
    """The same value with some fields changed, as ``replace`` does it; unchecked, as :func:`made_of`."""
    cls, held = type(value), value.__dict__
    if held["rest"] is not NOTHING:
        return value.replace(**changes)
    empty = defaults(cls)
    if len(held) != len(empty):  # it remembers what was worked out from it
        held = {name: held[name] for name in empty}
    return made(cls, {**held, **changes})


@once
def defaults(cls: type) -> dict[str, Any]:
    """What a value of a declared class holds of which nothing is given; to be copied."""
    return {"rest": NOTHING} | {name: () if each.is_many else None for name, each in fields(cls).items()}


def rests(value: Structure) -> Iterator[tuple[str, str]]:
    """Every property that is kept without a field: the attribute path of its owner, and its name."""
    waiting = [("", value)]
    while waiting:
        path, owner = waiting.pop()
        for name in owner.rest.names() if owner.rest else ():
            yield path, name
        waiting += reversed(list(_values_in(path, owner)))


def _values_in(path: str, value: Structure) -> Iterator[tuple[str, Structure]]:
    for name in _inner(type(value)):
        content = value.__dict__[name]
        here = f"{path}.{name}" if path else name
        if isinstance(content, tuple):
            yield from ((f"{here}[{number}]", child) for number, child in enumerate(content))
        elif content is not None:
            yield here, content


def has_rest(value: Structure) -> bool:
    """Whether any property is kept without a field."""
    waiting: list[Any] = [value]
    while waiting:
        part = waiting.pop()
        if part.rest:
            return True
        attributes = part.__dict__
        for name in _inner(type(part)):
            inner = attributes[name]
            if inner:
                waiting += inner if type(inner) is tuple else (inner,)
    return False


def _inner(cls: type) -> tuple[str, ...]:
    """The fields of a class that hold values of declared classes."""
    names: tuple[str, ...] | None = cls.__dict__.get("_structures")
    if names is None:
        names = tuple(name for name, declared in fields(cls).items() if issubclass(declared.type, Structure))
        cls._structures = names  # type: ignore[attr-defined]
    return names
