"""The kernel of declarations: what every declared class is, in whatever vocabulary its fields are written.

A class says field by field what the standard says; what came on the wire and has no field is kept in one more. Its
values are equal by content, never changed, masked when shown. A constructor checks types and nothing else. The two
vocabularies, that of the letters and that of FHIR, stand on this; nothing here knows a wire.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ClassVar, Protocol, Self, TypeVar

import attrs

from medcom_bu.arguments import check_fields

_KEY = "medcom_bu"
_SHOWN_LEVELS = 12
_C = TypeVar("_C", bound=type)
_T = TypeVar("_T")


class Descriptor(Protocol):
    """What a field says: the element, the choice or the property that it stands for."""

    @property
    def is_many(self) -> bool:
        """Whether the field holds a tuple."""

    @property
    def classes(self) -> tuple[type, ...]:
        """The classes that an item in it may have."""

    def takes(self, item: object) -> bool:
        """Whether an item is of one of them."""


def field(declared: Descriptor, default: Any, converter: Callable[[Any], Any] | None = None) -> Any:
    """A field of a declared class."""
    return attrs.field(default=default, converter=converter, metadata={_KEY: declared})


def declared_class(cls: _C) -> _C:
    """Make a frozen attrs class of a declaration."""
    return attrs.frozen(kw_only=True, slots=False, eq=False, repr=False, field_transformer=_check_others)(cls)


def _check_others(cls: type, all_fields: list[Any]) -> list[Any]:
    """Fields that stand for no element hold what their annotations say; the others are checked by their descriptor."""
    return [one if _KEY in one.metadata else check_fields(cls, [one])[0] for one in all_fields]


def as_tuple(items: Any) -> Any:
    """A converter: a list becomes a tuple."""
    return tuple(items) if isinstance(items, list) else items


def fields(cls: type) -> dict[str, Any]:
    """The declared fields of a class, in the order of the standard: attribute name -> its descriptor.

    A type that a descriptor gives by name is that of the module of the class, further down.
    """
    found: dict[str, Any] | None = cls.__dict__.get("_declared")
    if found is None:
        module = sys.modules[cls.__module__]
        found = {one.name: _resolved(one.metadata[_KEY], module) for one in attrs.fields(cls) if _KEY in one.metadata}
        cls._declared = found  # type: ignore[attr-defined]
    return found


def _resolved(declared: Any, module: Any) -> Any:
    name = getattr(declared, "type", None)
    return attrs.evolve(declared, type=getattr(module, name)) if isinstance(name, str) else declared


def _names(cls: type) -> tuple[str, ...]:
    """The names of all fields of a class, what is kept among them."""
    found: tuple[str, ...] | None = cls.__dict__.get("_all_names")
    if found is None:
        found = tuple(one.name for one in attrs.fields(cls))
        cls._all_names = found  # type: ignore[attr-defined]
    return found


def made(cls: type[_T], held: dict[str, Any]) -> _T:
    """A value made without its constructor, which would only look at types: for readers, which make what fits.

    ``held`` has every field of the class, and becomes part of the value.
    """
    value = cls.__new__(cls)
    object.__setattr__(value, "__dict__", held)
    return value


@declared_class
class Declared:
    """The root of every declared class."""

    _kept: ClassVar[str] = ""
    """The field that keeps what came on the wire and has no other."""

    def __attrs_post_init__(self) -> None:
        for name, declared in fields(type(self)).items():
            _check(type(self).__name__, name, declared, self.__dict__[name])

    def replace(self, **changes: Any) -> Self:
        """The same value with some fields changed."""
        return attrs.evolve(self, **changes)  # type: ignore[misc]

    def _fields(self) -> list[Any]:
        held = self.__dict__
        return [held[name] for name in _names(type(self))]

    def __eq__(self, other: object) -> bool:
        return _same(self, other) if isinstance(other, Declared) else NotImplemented

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

    def __repr__(self) -> str:
        return _shown(self, _SHOWN_LEVELS)


def _check(owner: str, name: str, declared: Descriptor, value: object) -> None:
    items: tuple[object, ...] = (value,)
    if declared.is_many:
        if not isinstance(value, tuple):
            raise TypeError(f"{owner}.{name} takes a tuple, not {type(value).__name__}")
        items = value
    elif value is None:
        return
    for item in items:
        if not declared.takes(item):
            wanted = " or ".join(sorted(kind.__name__ for kind in declared.classes))
            raise TypeError(f"{owner}.{name} takes {wanted}, not {type(item).__name__}")


def _is_compared_by_fields(item: object) -> bool:
    return isinstance(item, Declared) and type(item).__eq__ is Declared.__eq__


def _same(one: Declared, other: Declared) -> bool:
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


def masked(value: object) -> str:
    """How a field is shown: codes and structure as they are, text by its length alone."""
    return _shown(value, _SHOWN_LEVELS)


def _shown(item: object, levels: int) -> str:
    """The same; a value that lies too deep is shown by its name alone."""
    if isinstance(item, tuple):
        return "(" + ", ".join(_shown(one, levels) for one in item) + ("," if len(item) == 1 else "") + ")"
    if type(item) is str:
        return f"<{len(item)} characters>"
    if isinstance(item, str):
        return str(getattr(item, "name", "<code>"))
    if not isinstance(item, Declared) or type(item).__repr__ is not Declared.__repr__:
        return repr(item)
    name, held = type(item).__name__, item.__dict__
    if not levels:
        return f"{name}(...)"
    shown = [f"{one}={_shown(held[one], levels - 1)}" for one in fields(type(item)) if held[one]]
    kept = held.get(item._kept)
    if kept:
        shown.append(f"{item._kept}=" + (f"<{len(kept)}>" if isinstance(kept, tuple) else repr(kept)))
    return f"{name}({', '.join(shown)})"
