"""How a declaration says what the standard says: data-only descriptors that a class carries, field by field.

A message class is written with :func:`declaration`, one field a line, in the order of the standard::

    @declaration
    class EpisodeOfCare(Value):
        episode_of_care_type: str = element("EpisodeOfCareType", String(1, 17))
        episode_of_care_identifier: str = element("EpisodeOfCareIdentifier", String(1, 35))

The reader, the writer, the explanations, the documentation and the test generators are all read off these descriptors.
Nothing here knows a wire.

A required field has no default; an optional one defaults to ``None``; a repeated one is a tuple. ``None`` is accepted
in a required field too, since a value can hold what is wrong: it means that the element is absent. Messages from
``parse`` have all that is required; only ``read`` gives such values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal, TypeVar, dataclass_transform

import attrs

from medcom_bu.arguments import check_fields, word_of
from medcom_bu.declare.base import (
    NUMBERS,
    Declared,
    Open,
    Shown,
    as_tuple,
    declared_class,
    field,
    fields,
    masked,
    metadata_of,
)
from medcom_bu.frozen import frozen
from medcom_bu.issues import Text
from medcom_bu.numerals import whole

# --- leaf types ---------------------------------------------------------------------------------------------------


@attrs.frozen
class String:
    """Text of ``min`` to ``max`` characters (code points), and, if given, of a regular expression ``pattern``.

    ``form`` says in words what is there where that is not running text but a number, a code or an address: what is
    too long is then not to be shortened, but to be written otherwise. What takes more than one character has a form.
    """

    min: int = 1
    max: int | None = None
    pattern: str | None = None
    form: Text | None = None


@attrs.frozen
class Codes:
    """A value of a code list. The list's members say which versions know them."""

    codes: Any


@attrs.frozen
class Fixed:
    """A text that the version settles: its own ``"code"`` or its ``"type_code"``."""

    attribute: Literal["code", "type_code"]


@attrs.frozen
class Date:
    """A calendar date ``YYYY-MM-DD`` without time zone."""


@attrs.frozen
class Time:
    """A clock time ``HH:MM``."""


@attrs.frozen
class PositiveInteger:
    """A whole number of at least 1, kept as the text that came."""


@attrs.frozen
class Flag:
    """``true``, the only value allowed."""


@attrs.frozen
class Formatted:
    """Formatted text, held in the class ``holds``. ``simple`` allows line breaks and kept blanks alone."""

    holds: Any
    simple: bool = False


@attrs.frozen
class Binary:
    """Content, base64 on the wire, held in the class ``holds``."""

    holds: Any


@attrs.frozen
class Wrapped:
    """A text of a leaf type that the value holds in a class of its own, such as an identifier that masks itself."""

    type: Leaf
    wrapper: Callable[[str], Any]


@attrs.frozen
class ByVersion:
    """A leaf type that differs between versions: ``other`` where a version is not named."""

    other: Leaf
    versions: Mapping[str, Leaf] = attrs.field(converter=frozen)


Leaf = String | Codes | Fixed | Date | Time | PositiveInteger | Flag | Formatted | Binary | Wrapped | ByVersion

# --- what a field says --------------------------------------------------------------------------------------------


@attrs.frozen
class Element:
    """One element of the standard.

    ``type`` is a leaf type or a declared class. ``min`` and ``max`` are its cardinality (``max`` None: unbounded).
    ``versions`` are the version codes that have it (None: all), ``required_in`` those that demand it though others
    do not. ``danish`` is what a reader is shown for its name. ``shown`` is what a log may show of it. ``namespace`` is
    its own where senders write it in another than the schema asks for.
    """

    name: str
    type: Any
    min: int = 1
    max: int | None = 1
    versions: tuple[str, ...] | None = None
    required_in: tuple[str, ...] = ()
    danish: str = ""
    shown: Shown = None
    namespace: str | None = None

    @property
    def open(self) -> Shown:
        """What of it may be seen in a log: always a version, a date, a time and a number of pieces."""
        return NUMBERS if isinstance(self.type, Fixed | Date | Time | PositiveInteger) else self.shown

    @property
    def is_many(self) -> bool:
        """Whether the element repeats."""
        return self.max != 1

    @property
    def classes(self) -> tuple[type, ...]:
        """The class that a value has for the element."""
        return (held_type(self),)

    def takes(self, item: object) -> bool:
        """Whether an item can stand for the element.

        A subclass of a declared class has fields of its own, which the element has no place for.
        """
        own = held_type(self)
        return type(item) is own or (isinstance(item, own) and not isinstance(item, Value))

    def exists_in(self, version: str) -> bool:
        """Whether the version has the element."""
        return self.versions is None or version in self.versions

    def least(self, version: str) -> int:
        """How often the element must at least occur in the version."""
        return 1 if version in self.required_in else self.min


@attrs.frozen
class Choice:
    """Exactly one of several elements, or any number of them in any order where it ``is_many``.

    An alternative whose class is ``inline`` stands for that class's elements.
    """

    alternatives: tuple[Element, ...]
    is_many: bool = False
    open: ClassVar[None] = None

    @property
    def classes(self) -> tuple[type, ...]:
        """The classes that a value has for the elements."""
        return tuple(held_type(alternative) for alternative in self.alternatives)

    def takes(self, item: object) -> bool:
        """Whether an item can stand for one of the elements."""
        return any(alternative.takes(item) for alternative in self.alternatives)


@attrs.frozen
class Attribute:
    """One attribute that an element has, or its own text, which has the name ``""``.

    ``collapses`` says that the schema takes white space out before it looks. ``shown`` is what a log may show of it.
    """

    name: str
    type: Any
    is_required: bool = True
    collapses: bool = False
    shown: Open | None = None


@attrs.frozen(cache_hash=True)  # readers and writers are looked up by it for each letter
class Version:
    """One version of a letter: its codes and its namespace.

    ``code`` and ``type_code`` are those of OIO-XML (``XH0131R``, ``XREF01``); the receipts have a type code too, though
    it is not written in them. EDIFACT's codes are the same without the leading ``X``.
    """

    code: str
    type_code: str
    namespace: str


@attrs.frozen
class LetterSpec:
    """A letter's element name, its versions, the default first, and what a reader is shown for its name."""

    element: str
    versions: tuple[Version, ...]
    danish: str = ""


@attrs.frozen(field_transformer=check_fields)
class Unexpected:
    """Something on the wire that the declaration has no place for, kept as it came.

    ``kind`` is ``"element"``, ``"text"`` or ``"attribute"``. ``index`` is the place among the child elements of the
    value it hangs on; for an attribute the child that has it, -1 for the value's own element. ``content`` is XML.
    Of EDIFACT, ``kind`` is ``"segment"``, ``index`` the segment's number in the interchange, ``content`` the segment;
    ``refused`` says that it made what came invalid.

    ``"order"`` is kept where the child elements came in another order than the declared one: ``content`` has a number
    for each of the declared children, its place among those that came. Without it they are written as declared.
    """

    kind: Literal["element", "text", "attribute", "segment", "order"] = attrs.field(
        validator=word_of(("element", "text", "attribute", "segment", "order"))
    )
    index: int
    name: str
    content: str = attrs.field(repr=False)
    refused: bool = False

    def behind_another(self) -> Unexpected:
        """This, where a child element is put before all those that came."""
        if self.kind == "order":
            places = map(whole, self.content.split(" "))
            return attrs.evolve(self, content=" ".join(["0", *("?" if n is None else str(n + 1) for n in places)]))
        return attrs.evolve(self, index=self.index + (self.index >= 0))


# --- declaring ----------------------------------------------------------------------------------------------------

_C = TypeVar("_C", bound=type)


def element(
    name: str,
    type: Any,  # noqa: A002 - the standard's word
    *,
    default: Any = attrs.NOTHING,
    max: int | None = 1,  # noqa: A002 - the standard's word
    min: int | None = None,  # noqa: A002
    versions: tuple[str, ...] | None = None,
    required_in: tuple[str, ...] = (),
    danish: str = "",
    shown: Shown = None,
) -> Any:
    """A field for one element. Without ``default`` it is mandatory, with ``default=()`` it repeats up to ``max``."""
    least = min if min is not None else 1 if default is attrs.NOTHING else 0
    return _field(Element(name, type, least, max, versions, required_in, danish, shown), default)


def choice(*alternatives: Element, default: Any = attrs.NOTHING) -> Any:
    """A field that holds exactly one of several elements; with ``default=()``, elements of them that each repeat."""
    return _field(Choice(alternatives, is_many=default == ()), default)


_ATTRIBUTE = "medcom_bu.attribute"


def attribute(
    name: str,
    type: Any,  # noqa: A002 - the standard's word
    *,
    default: Any = attrs.NOTHING,
    collapses: bool = False,
    shown: Open | None = None,
) -> Any:
    """A field for an attribute of an element, optional where it has a ``default``; for its text, where it is ``""``."""
    declared = Attribute(name, type, default is attrs.NOTHING, collapses, shown)
    return attrs.field(default=default, converter=_converter(type), metadata={_ATTRIBUTE: declared})


def _field(declared: Element | Choice, default: Any) -> Any:
    leaf = declared.type if isinstance(declared, Element) else None
    return field(declared, default, as_tuple if default == () else _converter(leaf))


def _converter(leaf: Any) -> Callable[[Any], Any] | None:
    if isinstance(leaf, Codes):
        converter: Callable[[Any], Any] = leaf.codes.get
        return converter
    if isinstance(leaf, Wrapped):
        return _wrap(leaf.wrapper)
    return leaf.holds.coerce if isinstance(leaf, Formatted | Binary) else None


def _wrap(wrapper: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda text: wrapper(text) if isinstance(text, str) else text


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(element, choice, attribute, attrs.field)
)
def declaration(cls: _C) -> _C:
    """Make a class of a declaration. Its constructor checks types and nothing else."""
    return declared_class(cls)


def letter(name: str, *versions: Version, danish: str = "") -> Callable[[_C], _C]:
    """Mark a declared class as the letter element ``name``, in these versions, the default first."""

    def mark(cls: _C) -> _C:
        cls.__letter__ = LetterSpec(name, versions, danish)  # type: ignore[attr-defined]
        return cls

    return mark


@declaration
class Value(Declared):
    """The root of every declared class of the letters: equal by value, never changed, masked when shown.

    ``unexpected`` keeps what came on the wire and has no place in the declaration.
    """

    _kept: ClassVar[str] = "unexpected"
    __letter__: ClassVar[LetterSpec | None] = None
    inline: ClassVar[bool] = False

    unexpected: tuple[Unexpected, ...] = attrs.field(default=(), converter=as_tuple)


@declaration
class Attributed(Value):
    """The root of what stands for an element that has attributes and holds no elements: text, or nothing."""

    def __repr__(self) -> str:
        held = self.__dict__
        shown = (f"{name}={masked(held[name], declared.shown)}" for name, declared in attributes(type(self)).items())
        return f"{type(self).__name__}({', '.join(shown)})"


def attributes(cls: Any) -> Mapping[str, Attribute]:
    """What the element of a class has, its text too: field -> attribute. Empty for what holds elements."""
    declared: Mapping[str, Attribute] | None = cls.__dict__.get("_attributes")
    if declared is None:
        declared = {name: each[_ATTRIBUTE] for name, each in metadata_of(cls).items() if _ATTRIBUTE in each}
        cls._attributes = declared
    return declared


def elements(declared: Element | Choice) -> tuple[Element, ...]:
    """The elements that a field can stand for."""
    return declared.alternatives if isinstance(declared, Choice) else (declared,)


def leaf_type(leaf: Any, version: str) -> Any:
    """The leaf type in a version, unwrapped."""
    while isinstance(leaf, ByVersion | Wrapped):
        leaf = leaf.type if isinstance(leaf, Wrapped) else leaf.versions.get(version, leaf.other)
    return leaf


def held_type(declared: Element) -> Any:
    """The Python type that a value has for an element."""
    leaf: Any = declared.type
    if isinstance(leaf, type):
        return leaf
    if isinstance(leaf, Wrapped):
        return leaf.wrapper
    if isinstance(leaf, Formatted | Binary):
        return leaf.holds
    return str


def walk(value: Value, path: str = "") -> Iterator[tuple[str, Element, object]]:
    """Every leaf of a value in document order: its attribute path, its element, what it holds."""
    for name, declared in fields(type(value)).items():
        content = value.__dict__[name]
        if content is None or content == ():
            continue
        here = f"{path}.{name}" if path else name
        for place, child in places(here, content):
            leaf_element = held_element(declared, child)
            if isinstance(child, Value):
                yield from walk(child, place)
            elif leaf_element is not None:
                yield place, leaf_element, child


def walk_unexpected(value: Value, path: str) -> Iterator[tuple[str, Unexpected]]:
    """All content that a value, and what it holds, keeps beside its declaration, each with its attribute path."""
    waiting = [(path, value)]
    while waiting:
        path, value = waiting.pop()
        for number, extra in enumerate(value.unexpected):
            if extra.kind != "order":
                yield f"{path}.unexpected[{number}]", extra
        held = value.__dict__
        for name in reversed(_holders(type(value))):
            content = held[name]
            if isinstance(content, Value):
                waiting.append((f"{path}.{name}", content))
            elif isinstance(content, tuple):
                inner = [(n, child) for n, child in enumerate(content) if isinstance(child, Value)]
                waiting += [(f"{path}.{name}[{n}]", child) for n, child in reversed(inner)]


def _holders(cls: type) -> tuple[str, ...]:
    """The fields of a class that can hold values of declared classes."""
    names: tuple[str, ...] | None = cls.__dict__.get("_holding")
    if names is None:
        names = tuple(
            name for name, declared in fields(cls).items() if any(issubclass(kind, Value) for kind in declared.classes)
        )
        cls._holding = names  # type: ignore[attr-defined]
    return names


def places(path: str, content: object) -> Iterator[tuple[str, object]]:
    """What a field holds, one by one, each with its attribute path."""
    if isinstance(content, tuple):
        for index, child in enumerate(content):
            yield f"{path}[{index}]", child
    else:
        yield path, content


def held_element(declared: Element | Choice, item: object) -> Element | None:
    """Which element of a field an item stands for."""
    if isinstance(declared, Element):
        return declared
    return next(
        (alternative for alternative in declared.alternatives if isinstance(item, held_type(alternative))), None
    )
