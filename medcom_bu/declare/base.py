"""The kernel of declarations: what every declared class is, in whatever vocabulary its fields are written.

A class says field by field what the standard says; what came on the wire and has no field is kept in one more. Its
values are equal by content, never changed, masked when shown. A constructor checks types and nothing else. The two
vocabularies, that of the letters and that of FHIR, stand on this; nothing here knows a wire.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol, Self, TypeVar

import attrs

from medcom_bu.arguments import check_fields, checked_field, how_to_wrap, type_converters, typed_fields
from medcom_bu.once import MAKING_CLASSES

_KEY = "medcom_bu"
_SHOWN_LEVELS = 12
_NUMBER_OF_A_DAY = (
    "([06][1-9]|[1278][0-9]|[39][01])(0[1-9]|1[0-2])[0-9]{2}[ -]?([0-9]{4}|[0-9][A-Za-z]{2}[0-9])(?![0-9])"
)
_LIKE_A_PERSON = re.compile(f"(?<![0-9]){_NUMBER_OF_A_DAY}|^[0-9]{{6}}[ -]?[0-9A-Za-z]{{4}}$|^[0-9]{{9}}$")
"""What may be a CPR number or a replacement number is shown nowhere, whatever field it is in."""
_C = TypeVar("_C", bound=type)
_T = TypeVar("_T")


@attrs.frozen(field_transformer=check_fields)
class Open:
    """What of a field may be seen in a log, where it says nothing of a person and is not clinical text: a form."""

    form: re.Pattern[str]

    def shows(self, text: str) -> bool:
        """Whether a text may be seen. What may be the number of a person never is."""
        return self.form.fullmatch(text) is not None and not _LIKE_A_PERSON.search(text)


NUMBERS = Open(
    re.compile(
        r"(?=[!-~]*[0-9])[0-9A-Za-z.,:+_/#-]{1,100}"
        r"|(https?://|urn:)[0-9A-Za-z.:/_-]{1,200}(#[a-z]*=?[0-9]{0,40})?(\|[0-9.]{1,20})?"
        r"|[a-z]{1,20}([-/][a-z]{1,20}){0,5}"
    )
)
"""What has the form of a number, a date, a version, an address on the web or a code."""
TIMES = Open(
    re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?")
)
"""What has the form of a date or of a time, with or without a zone."""
WORDS = Open(re.compile(".{1,200}", re.DOTALL))
"""Any text of the length of a name."""
Shown = Open | None | Callable[[Any], Open | None]
"""What of a field may be seen, in all values of the class or by a look at each."""


class Descriptor(Protocol):
    """What a field says: the element, the choice or the property that it stands for."""

    @property
    def is_many(self) -> bool:
        """Whether the field holds a tuple."""

    @property
    def open(self) -> Shown:
        """What of it may be seen in a log."""

    @property
    def classes(self) -> tuple[type, ...]:
        """The classes that an item in it may have."""

    def takes(self, item: object) -> bool:
        """Whether an item is of one of them."""


def field(declared: Descriptor, default: Any, converter: Callable[[Any], Any] | None = None) -> Any:
    """A field of a declared class."""
    return attrs.field(default=default, converter=converter, metadata={_KEY: declared})


def declared_class(cls: _C) -> _C:
    """Declare a frozen attrs class. attrs makes it when its constructor, or what attrs knows of it, is asked for.

    To read and to judge a message takes neither, and attrs takes long to make the classes of all messages.
    """
    inherited: dict[str, Any] | None = getattr(cls, "_metadata", None)
    own = {
        name: _as_field(vars(cls).get(name, attrs.NOTHING))
        for name, hint in inspect.get_annotations(cls).items()
        if not str(hint).removeprefix("typing.").startswith("ClassVar")
    }
    for name in own.keys() & vars(cls).keys():
        delattr(cls, name)
    type_converters(own.values())
    kept = {name: each for name, each in (inherited or {}).items() if name not in own}
    cls._metadata = kept | {name: each.metadata for name, each in own.items()}  # type: ignore[attr-defined]
    if inherited is None:  # the root has what keeps values from being changed
        _make(cls, own)
    else:
        for name in ("__init__", "__attrs_attrs__"):
            setattr(cls, name, _Awaited(cls, own, name))
    return cls


_FIELD = type(attrs.field())


def _as_field(default: Any) -> Any:
    """A field as it is declared; one of an annotation alone, or with a default, for which there is no descriptor."""
    return default if isinstance(default, _FIELD) else attrs.field(default=default)


class _Awaited:
    """What attrs puts into a class that it has not made yet."""

    def __init__(self, cls: type, own: dict[str, Any], name: str) -> None:
        self.cls, self.own, self.name = cls, own, name

    def __get__(self, value: object, owner: type) -> Any:
        with MAKING_CLASSES:
            if vars(self.cls)[self.name] is self:  # else another thread has made it
                _make(self.cls, self.own)
        made = vars(self.cls)[self.name]
        return made.__get__(value, owner) if inspect.isfunction(made) else made


def _make(cls: Any, own: dict[str, Any]) -> None:
    """Have attrs make a class.

    Its constructor is annotated with what each field holds, as type checkers see it, where attrs would take what a
    converter of any field says.
    """
    attrs.frozen(
        these=own, init=True, kw_only=True, slots=False, eq=False, repr=False, field_transformer=_check_others
    )(cls)
    told = [one for one in attrs.fields(cls) if one.metadata or one.converter is as_tuple]
    cls.__init__.__annotations__.update({one.alias: one.type for one in told})


def _check_others(cls: type, all_fields: list[Any]) -> list[Any]:
    """Fields that stand for no element hold what their annotations say; the others are checked by their descriptor."""
    typed = typed_fields(cls, all_fields)
    return [one if _KEY in one.metadata or one.inherited else checked_field(one) for one in typed]


def as_tuple(items: Any) -> Any:
    """A converter: a list becomes a tuple."""
    return tuple(items) if isinstance(items, list) else items


def fields(cls: type) -> dict[str, Any]:
    """The declared fields of a class, in the order of the standard: attribute name -> its descriptor.

    A type that a descriptor gives by name is that of the module of the class, further down.
    """
    declared: dict[str, Any] | None = cls.__dict__.get("_declared")
    if declared is None:
        module = sys.modules[cls.__module__]
        declared = {
            name: _resolved(metadata[_KEY], module) for name, metadata in metadata_of(cls).items() if _KEY in metadata
        }
        cls._declared = declared  # type: ignore[attr-defined]
    return declared


def metadata_of(cls: Any) -> Mapping[str, Mapping[Any, Any]]:
    """What a class says of each of its fields, in their order."""
    metadata: Mapping[str, Mapping[Any, Any]] = cls._metadata
    return metadata


def _asked(cls: type) -> tuple[tuple[str, Any, Any, tuple[type, ...]], ...]:
    """What a constructor asks of each field: its name and descriptor, what it holds where nothing is given, classes."""
    asked: tuple[tuple[str, Any, Any, tuple[type, ...]], ...] | None = cls.__dict__.get("_asked")
    if asked is None:
        asked = tuple(
            (name, declared, *(((), ()) if declared.is_many else (None, declared.classes)))
            for name, declared in fields(cls).items()
        )
        cls._asked = asked  # type: ignore[attr-defined]
    return asked


def _resolved(declared: Any, module: Any) -> Any:
    name = getattr(declared, "type", None)
    return attrs.evolve(declared, type=getattr(module, name)) if isinstance(name, str) else declared


def _names(cls: type) -> tuple[str, ...]:
    """The names of all fields of a class, what is kept among them."""
    names: tuple[str, ...] | None = cls.__dict__.get("_all_names")
    if names is None:
        names = tuple(metadata_of(cls))
        cls._all_names = names  # type: ignore[attr-defined]
    return names


def made(cls: type[_T], held: dict[str, Any]) -> _T:
    """A value made without its constructor, which would only look at types: for readers, which make what fits.

    ``held`` has every field of the class, and becomes part of the value.
    """
    value = _new(cls)
    _put(value, held)
    return value


@declared_class
class Declared:
    """The root of every declared class."""

    _kept: ClassVar[str] = ""
    """The field that keeps what came on the wire and has no other."""

    def __attrs_post_init__(self) -> None:
        held = self.__dict__
        for name, declared, nothing, classes in _asked(type(self)):
            value = held[name]
            if value is not nothing and type(value) not in classes:
                _check(type(self).__name__, name, declared, value)

    def replace(self, **changes: Any) -> Self:
        """The same value with some fields changed."""
        return attrs.evolve(self, **changes)  # type: ignore[misc]

    def _fields(self) -> list[Any]:
        attributes = self.__dict__
        return [attributes[name] for name in _names(type(self))]

    def __eq__(self, other: object) -> bool:
        return _same(self, other) if isinstance(other, Declared) else NotImplemented

    def __hash__(self) -> int:
        leaves: list[Any] = []
        waiting: list[Any] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, tuple):
                waiting += (len(part), *part)
            elif _is_compared_by_fields(part):
                leaves.append(type(part))
                waiting += part._fields()
            else:
                leaves.append(part)
        return hash(tuple(leaves))

    def __copy__(self) -> Self:
        return self  # nothing in it can change

    def __deepcopy__(self, _: Any) -> Self:
        return self

    def __repr__(self) -> str:
        return _shown(self, _SHOWN_LEVELS)


_new, _put = object.__new__, Declared.__dict__["__dict__"].__set__
"""What ``object.__setattr__`` does with the name of ``__dict__``, without looking for it: half of the time."""


def _check(owner: str, name: str, declared: Descriptor, value: object) -> None:
    items: tuple[object, ...] = (value,)
    if declared.is_many:
        if not isinstance(value, tuple):
            raise TypeError(f"{owner}.{name} takes a tuple, not {type(value).__name__}")
        items = value
    for member in items:
        if not declared.takes(member):
            expected = " or ".join(sorted(kind.__name__ for kind in declared.classes))
            came = type(member).__name__
            raise TypeError(f"{owner}.{name} takes {expected}, not {came}{how_to_wrap(declared.classes, came)}")


def _is_compared_by_fields(value: object) -> bool:
    return isinstance(value, Declared) and type(value).__eq__ is Declared.__eq__


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


def open_of(owner: object, declared: Descriptor) -> Open | None:
    """What may be seen in a log of what a field of a value holds."""
    open_ = declared.open
    return open_ if open_ is None or isinstance(open_, Open) else open_(owner)


def masked(value: object, seen: Open | None = None) -> str:
    """How a field is shown: codes and structure as they are, a text by its length alone unless it may be seen."""
    return _shown(value, _SHOWN_LEVELS, seen)


def _shown(value: object, levels: int, seen: Open | None = None) -> str:
    """The same; a value that lies too deep is shown by its name alone."""
    if isinstance(value, tuple):
        return "(" + ", ".join(_shown(part, levels, seen) for part in value) + ("," if len(value) == 1 else "") + ")"
    if type(value) is str:
        return repr(value) if seen is not None and seen.shows(value) else f"<{len(value)} characters>"
    if isinstance(value, str):
        return str(getattr(value, "name", "<code>"))
    if not isinstance(value, Declared) or type(value).__repr__ is not Declared.__repr__:
        return repr(value)
    name, attributes = type(value).__name__, value.__dict__
    if not levels:
        return f"{name}(...)"
    shown = [
        f"{field_name}={_shown(attributes[field_name], levels - 1, open_of(value, declared))}"
        for field_name, declared in fields(type(value)).items()
        if attributes[field_name]
    ]
    extras = attributes.get(value._kept)
    if extras:
        shown.append(f"{value._kept}=" + (f"<{len(extras)}>" if isinstance(extras, tuple) else repr(extras)))
    return f"{name}({', '.join(shown)})"
