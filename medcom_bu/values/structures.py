"""How a FHIR type is declared: one property a line, named as the standard names it, and a place for all the rest.

A declared class has a field for each property that a message of MedCom uses. What else the wire holds is kept, as it
came, in ``rest``: a property without a field, and one whose content does not fit its field. Nothing here knows a wire.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import attrs

from medcom_bu.arguments import Content
from medcom_bu.binding import masked
from medcom_bu.values.base64 import Base64, Base64Layout


class Number(str):
    """A JSON number as its own text: ``1.50`` is not ``1.5``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Number({str.__repr__(self)})"


class Rest:
    """Properties as plain data, never changed. Equality is by content; the order of the properties does not count."""

    __slots__ = ("_held",)

    def __init__(self, plain: Mapping[str, Any] | None = None) -> None:
        self._held: dict[str, Any] = {key: _frozen(item) for key, item in (plain or {}).items()}

    def plain(self) -> dict[str, Any]:
        """The properties as dicts, lists and texts, for the caller to keep."""
        return {key: _thawed(item) for key, item in self._held.items()}

    def names(self) -> tuple[str, ...]:
        """The names of the properties."""
        return tuple(self._held)

    def __bool__(self) -> bool:
        return bool(self._held)

    def __eq__(self, other: object) -> bool:
        return self._held == other._held if isinstance(other, Rest) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._held.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.plain(),)

    def __repr__(self) -> str:
        return f"<Rest of {len(self._held)} properties>"


def _frozen(item: Any) -> Any:
    if isinstance(item, dict):
        return Rest(item)
    return tuple(map(_frozen, item)) if isinstance(item, list | tuple) else item


def _thawed(item: Any) -> Any:
    if isinstance(item, Rest):
        return item.plain()
    return list(map(_thawed, item)) if isinstance(item, tuple) else item


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
    converter = _base64 if type is Base64 else _text if type is str else None
    return attrs.field(default=default, converter=converter, metadata={_KEY: Property(name, type, False)})


def many(name: str, type: Any = str) -> Any:  # noqa: A002 - the standard's word
    """A field for a property that repeats: a tuple, empty where it is absent."""
    return attrs.field(default=(), converter=_tuple, metadata={_KEY: Property(name, type, True)})


def _tuple(items: Any) -> Any:
    return tuple(items) if isinstance(items, list) else items


def _text(item: Any) -> Any:
    """A member of a code list becomes its code: the wire has texts."""
    return str(item) if isinstance(item, str) and type(item) is not str else item


def _base64(content: Any) -> Any:
    """Bytes become content that is written in one line, as JSON has no others."""
    return Base64(content, layout=Base64Layout(width=0)) if isinstance(content, Content) else content


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
        for name, declared in properties(type(self)).items():
            _check(type(self).__name__, name, declared, self.__dict__[name])

    def replace(self, **changes: Any) -> Self:
        """The same value with some fields changed."""
        return attrs.evolve(self, **changes)  # type: ignore[misc]

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: the fields, and nothing that was only worked out from them."""
        return {name: self.__dict__[name] for name in (*properties(type(self)), "rest")}

    def _fields(self) -> tuple[Any, ...]:
        held = self.__dict__
        return (*(held[name] for name in properties(type(self))), self.rest)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Structure):
            return NotImplemented
        return self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash((type(self), self._fields()))

    def __repr__(self) -> str:
        held = self.__dict__
        shown = [f"{name}={masked(held[name])}" for name in properties(type(self)) if held[name]]
        if self.rest:
            shown.append(f"rest={self.rest!r}")
        return f"{type(self).__name__}({', '.join(shown)})"


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


def rests(value: Structure, path: str = "") -> Iterator[tuple[str, str]]:
    """Every property that is kept without a field: the attribute path of its owner, and its name."""
    if value.rest:
        for name in value.rest.names():
            yield path, name
    for name in _inner(type(value)):
        held = value.__dict__[name]
        if not held:
            continue
        here = f"{path}.{name}" if path else name
        if isinstance(held, tuple):
            for index, item in enumerate(held):
                yield from rests(item, f"{here}[{index}]")
        else:
            yield from rests(held, here)


def has_rest(value: Structure) -> bool:
    """Whether any property is kept without a field."""
    if value.rest:
        return True
    held = value.__dict__
    for name in _inner(type(value)):
        item = held[name]
        if item and (any(map(has_rest, item)) if type(item) is tuple else has_rest(item)):
            return True
    return False


def _inner(cls: type) -> tuple[str, ...]:
    """The fields of a class that hold values of declared classes."""
    found: tuple[str, ...] | None = cls.__dict__.get("_structures")
    if found is None:
        found = tuple(name for name, held in properties(cls).items() if issubclass(held.type, Structure))
        cls._structures = found  # type: ignore[attr-defined]
    return found
