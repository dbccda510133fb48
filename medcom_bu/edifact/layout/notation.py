"""The notation of layouts: one segment a row, written as it stands on the wire, with ``{path}`` where a value goes.

::

    NAD+!PO+{identifier}:{identifier_code:IDENTIFIER}:{=identifier_code:AGENCY}++{organisation_name|_}:::::US
    PNA+PAT+[{identifier:CPR}:::CPR:IM]+++SU:{person_surname_name}+[FO:{person_given_name}]

* Plain text is a constant: written as it stands; something else in its place on the wire is a warning.
* ``!PO`` must be there for the row to be the one meant: it tells rows of one tag apart.
* ``*203`` must be there: something else is an error.
* ``CPR|`` is written; nothing in its place is read alike.
* ``{path}`` is an attribute of the value, relative to the group's ``at``; ``{/path}`` is relative to the letter.
* ``{path:CODEC}`` goes through a code table or another codec, see :mod:`medcom_bu.edifact.layout.codes`.
* ``{path|text}`` writes the text where the value is absent; ``{path|text?other}`` only where ``other`` is present.
* ``{=path}`` is written from the value and compared on reading, not read: the wire says the same thing twice.
* ``{#}`` is the running number of the item, from 1; ``{version}`` the version code of the layout.
* ``[...]`` around an element: it is written only where one of its values is present or has a text that stands for it.
* ``{path:TEXT}`` is formatted text: it stands for the format and the lines, and may take several segments.

A row is ``always`` there, ``maybe`` (only where one of its values is present) or ``never`` (its presence is an error).
A ``kept`` one may be there, and the value has no attribute for it: it stays as it came, in ``unexpected`` of what the
group stands for, and is written again. The head of a group may be kept too; what is kept of it is kept in one.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Literal, TypedDict, Unpack

import attrs

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Binary, Choice, Formatted, Value, Version, Wrapped, elements
from medcom_bu.edifact.layout.codec import Codec
from medcom_bu.edifact.layout.codes import codec_of
from medcom_bu.messages.letters import letters, spec_of

_VARIABLE = re.compile(r"\{(=?)(/?[\w.]+|#)(?::(\w+))?(?:\|([^?}]*)(?:\?([\w.]+))?)?\}")
_TAG = re.compile("[A-Z][A-Z0-9]{2}")
_ENVELOPE = ("UNA", "UNB", "UNT", "UNZ", "UNP")
_OWN = ("#", "version")
"""What stands for no attribute of the letter."""
_SETTLED = (
    *(("letter", name) for name in ("version_code", "type_code", "statistical_code")),
    *((role, "ean_identifier") for role in ("sender", "receiver")),
)
"""The attributes that the layout itself or the UNB gives."""


@attrs.frozen
class Constant:
    """A text that is in every such segment."""

    text: str
    mark: Literal["", "!", "*"] = ""
    may_lack: bool = False


@attrs.frozen(slots=False)
class Path:
    """An attribute of the value: from the letter, or from what the group's ``at`` names."""

    steps: tuple[str, ...]
    absolute: bool = False

    @functools.cached_property
    def parents(self) -> tuple[str, ...]:
        """The steps to the part that has the attribute."""
        return self.steps[:-1]

    @functools.cached_property
    def name(self) -> str:
        """The attribute itself."""
        return self.steps[-1]

    @classmethod
    def from_text(cls, text: str) -> Path:
        """``/a.b`` from the letter, ``a.b`` from the group."""
        return cls(tuple(text.removeprefix("/").split(".")), text.startswith("/"))


@attrs.frozen
class Variable:
    """Where a value goes."""

    path: Path
    codec: str | None = None
    derived: bool = False
    fallback: str | None = None
    beside: Path | None = None


Component = Constant | Variable


@attrs.frozen(slots=False)
class SegmentElement:
    """One element of a segment. An ``optional`` one is written only where one of its values is present."""

    components: tuple[Component, ...]
    optional: bool = False

    @functools.cached_property
    def constant(self) -> tuple[str, ...] | None:
        """The texts of an element that holds constants alone."""
        texts = [part.text for part in self.components if isinstance(part, Constant)]
        return tuple(texts) if len(texts) == len(self.components) else None


@attrs.frozen(slots=False)
class Row:
    """One segment of a layout.

    ``each`` repeats it for the items of a tuple. ``holds`` says that an attribute must hold a class for the row to be
    meant. ``unless`` leaves it out where an attribute is present. ``first`` writes it in the first group alone.
    ``most`` says how many segments of a formatted text a receiver takes, ``instead`` what element has room for more.
    ``payload`` is the attribute of the item that holds the content behind a UNO: its UNP goes by itself, and
    ``original_object_size`` is written as the content's own. ``template`` is the row as it was written.
    """

    tag: str
    fields: tuple[SegmentElement, ...]
    when: Literal["always", "maybe", "never", "kept"]
    each: Path | None = None
    holds: tuple[str, type[Any]] | None = None
    unless: Path | None = None
    first: bool = False
    payload: str | None = None
    most: int | None = None
    instead: str = ""
    template: str = attrs.field(default="", eq=False, repr=False)

    @functools.cached_property
    def values(self) -> tuple[Variable, ...]:
        """What is read from the segment."""
        components = (part for field in self.fields for part in field.components)
        return tuple(part for part in components if isinstance(part, Variable) and not part.derived)

    @functools.cached_property
    def keys(self) -> tuple[tuple[int, int, str], ...]:
        """What must be where for the row to be meant: element and component from 0, text."""
        return tuple(
            (number, place, part.text)
            for number, field in enumerate(self.fields)
            for place, part in enumerate(field.components)
            if isinstance(part, Constant) and part.mark == "!"
        )

    @property
    def carries_once(self) -> bool:
        """Whether a second such segment would bring values for which there is no room."""
        return bool(self.values) and not self.each and not self.text

    @functools.cached_property
    def text(self) -> Variable | None:
        """The formatted text that the row ends with."""
        return next((value for value in self.values if value.codec == "TEXT"), None)

    @functools.cached_property
    def text_at(self) -> int | None:
        """The number of the element, from 0, at which the formatted text begins: always the last."""
        return len(self.fields) - 1 if self.text else None


class _Uncached:
    """What is pickled and copied without what has been worked out: that is by the identity of parts."""

    def __getstate__(self) -> dict[str, Any]:
        own: Any = type(self)
        return {field.name: self.__dict__[field.name] for field in attrs.fields(own)}


@attrs.frozen(slots=False)
class Group(_Uncached):
    """A segment group: its first segment, and those that may follow.

    ``head``: the row of its first segment.
    ``rows``: the rows of the others, in the order of the standard.
    ``at``: the attribute that its paths start from.
    ``when``: whether it is there always, or only where one of its rows is.
    ``holds``: the class that the attribute must hold; None for any.
    ``sets``: attributes that the presence of the group gives, with their values.
    ``each``: the tuple that it is repeated for, once an item.
    ``least``: how many times it is there at least.
    ``size``: how many segments it takes before a new group begins.
    ``most``: how many segments of a kind a receiver takes.
    """

    head: Row
    rows: tuple[Row, ...] = ()
    at: str = ""
    when: Literal["always", "maybe"] = "always"
    holds: type[Value] | None = None
    sets: tuple[tuple[str, str], ...] = ()
    each: str = ""
    least: int = 0
    size: int | None = None
    most: int | None = None

    @functools.cached_property
    def keyed(self) -> tuple[Row, ...]:
        """The rows that tell the group from others with the same head."""
        return tuple(row for row in self.rows if row.keys and row.when == "always" and not row.unless)

    @functools.cached_property
    def carries(self) -> bool:
        """Whether values are read from it."""
        return any(row.values for row in (self.head, *self.rows))

    @functools.cached_property
    def carries_once(self) -> bool:
        """Whether a second such group would bring values for which there is no room."""
        return not self.each and self.size is None and any(row.carries_once for row in (self.head, *self.rows))

    @functools.cached_property
    def places(self) -> dict[int, int]:
        """The place of each row, by identity. The order of texts is free."""
        return {id(row): number for number, row in enumerate(self.rows) if row.tag != "FTX"}

    @functools.cached_property
    def by_each(self) -> tuple[tuple[Path | None, tuple[Row, ...]], ...]:
        """The rows, those together that stand for the items of one tuple."""
        return tuple((each, tuple(rows)) for each, rows in itertools.groupby(self.rows, lambda row: row.each))

    @functools.cached_property
    def counted(self) -> frozenset[str]:
        """The tags of the segments of which there are ``most``."""
        return frozenset(row.tag for row in self.rows if row.when != "kept")

    def among(self, tag: str) -> tuple[Row, ...]:
        """The rows of one tag, those with keys first."""
        return self._by_tag.get(tag, ())

    @functools.cached_property
    def _by_tag(self) -> dict[str, tuple[Row, ...]]:
        tags = dict.fromkeys(row.tag for row in self.rows)
        order = sorted(self.rows, key=lambda row: not row.keys)
        return {tag: tuple(row for row in order if row.tag == tag) for tag in tags}


@attrs.frozen(slots=False)
class Layout(_Uncached):
    """The EDIFACT form of one version of a letter.

    ``version``: the version of the letter.
    ``letter``: the class of the letter.
    ``groups``: its segment groups, in order; the head of the first is the UNH.
    ``empty``: parts of the value that are there even where nothing on the wire speaks of them.
    ``codecs``: the layout's own, by name, beside those of :mod:`medcom_bu.edifact.layout.codes`.
    ``guess``: marks a layout that is not known: it is that of the version named, good for reading what both share, and
    is never written.
    ``not_taken``: values, by the path of their attribute, that MedCom's converter refuses or reads otherwise, though
    the letter may hold them.

    Raises ValueError for a layout that could not be carried out, which says why.
    """

    version: Version
    letter: type[Value]
    groups: tuple[Group, ...]
    empty: tuple[str, ...] = ()
    codecs: Mapping[str, Codec] = attrs.field(factory=dict, eq=False)
    guess: str = ""
    not_taken: Mapping[str, Collection[Any]] = attrs.field(factory=dict, eq=False)

    def __attrs_post_init__(self) -> None:
        """Refuse what could not be carried out: it would be silent in writing, or fail when it is first used."""
        owner = next((cls for cls in letters() if self.version in spec_of(cls).versions), self.letter)
        if owner is not self.letter:
            raise ValueError(f"{self.code} is a version of {owner.__name__}: give letter={owner.__name__}")
        if spec_of(self.letter).versions:  # else it is the form of letters that have no layout
            self._check_form()
        for row, base in self.bases():
            if row.unless:
                kinds_at({self.letter} if row.unless.absolute else base, row.unless, self)
            if row.payload:
                kinds_at(base, Path((row.payload,)), self)
            for part in (part for field in row.fields for part in field.components):
                if isinstance(part, Variable) and part.path.name not in _OWN:
                    self._check(part, base)

    def _check_form(self) -> None:
        """Refuse what is not a message: without UNH first, with what the envelope says, or with numbers that are
        none."""
        first = self.groups[0].head if self.groups else None
        if first is None or first.tag != "UNH" or len(first.fields) < 2:
            raise ValueError("the first group begins with UNH, its reference and the message type")
        for group in self.groups:
            for row in (group.head, *group.rows):
                if row.tag in _ENVELOPE or (row.tag == "UNH" and row is not first):
                    raise ValueError(f"{row.tag} is written by itself: leave it out")
                if not row.template.isprintable():
                    raise ValueError(f"a row of {row.tag} has a sign that cannot be written")
                if row.most is not None and row.most < 1:
                    raise ValueError(f"a row of {row.tag} has most below 1")
            if (
                group.least < 0
                or (group.size is not None and group.size < 1)
                or (group.most is not None and group.most < 1)
            ):
                raise ValueError(f"the group of {group.head.tag} has a number below that of one segment")

    def bases(self) -> Iterator[tuple[Row, set[Any]]]:
        """Each row with the classes that its paths start from."""
        for group in self.groups:
            start: set[Any] = {group.holds} if group.holds else {self.letter}
            if group.at or group.each:
                reached = _classes(kinds_at({self.letter}, Path.from_text(group.at or group.each), self))
                start = start if group.holds else reached or start
            for row in (group.head, *group.rows):
                if row.each:
                    yield row, _classes(kinds_at({self.letter} if row.each.absolute else start, row.each, self))
                else:
                    yield row, start

    @functools.cached_property
    def demanded(self) -> frozenset[int]:
        """The rows, by identity, that bring what the version demands: that they are absent is told by that."""
        rows = self.bases()
        return frozenset(
            id(row) for row, base in rows if any(self._is_demanded(part.path, base) for part in row.values)
        )

    def _is_demanded(self, path: Path, base: set[Any]) -> bool:
        holders = {self.letter} if path.absolute else base
        if path.parents:
            holders = _classes(kinds_at(holders, Path(path.parents), self))
        declared = [fields(cls)[path.name] for cls in holders if path.name in fields(cls)]
        return any(isinstance(one, Choice) or one.least(self.version.code) > 0 for one in declared)

    def _check(self, part: Variable, base: set[Any]) -> None:
        kinds = kinds_at({self.letter} if part.path.absolute else base, part.path, self)
        path = ".".join(part.path.steps)
        if part.beside:
            kinds_at(base, part.beside, self)
        if (part.codec == "TEXT") != any(isinstance(kind, Formatted) for kind in kinds):
            raise ValueError(f"{path}: formatted text, and that alone, is written as {{{path}:TEXT}}")
        if part.codec is None and any(isinstance(kind, type | Binary | Wrapped) for kind in kinds):
            raise ValueError(f"{path} is no text: name what is in it, or a codec")
        if part.codec != "TEXT":
            codec_of(self.codecs, part.codec)

    def has_place(self, path: str) -> bool:
        """Whether an attribute of the letter, or a part of it, is written. The path goes without numbers of items."""
        return path in self._written

    @functools.cached_property
    def _written(self) -> frozenset[str]:
        paths: set[tuple[str, ...]] = set(_SETTLED)
        for group in self.groups:
            at = Path.from_text(group.at or group.each).steps if group.at or group.each else ()
            paths |= {(*at, name) for name, _ in group.sets}
            for row in (group.head, *group.rows):
                base = at if row.each is None else (() if row.each.absolute else at) + row.each.steps
                paths |= {(*base, name) for name in (row.payload, row.holds and row.holds[0]) if name}
                paths |= {(() if value.path.absolute else base) + value.path.steps for value in row.values}
        return frozenset(".".join(steps[:end]) for steps in paths for end in range(1, len(steps) + 1))

    @functools.cached_property
    def made(self) -> dict[str, Any]:
        """What is made of the layout when it is first used, to read and to write by it.

        It is kept here, since another layout may be equal to this one and have other codecs.
        """
        return {}

    @functools.cached_property
    def by_head(self) -> dict[str, tuple[Group, ...]]:
        """The groups that begin with a tag."""
        tags = dict.fromkeys(group.head.tag for group in self.groups)
        return {tag: tuple(group for group in self.groups if group.head.tag == tag) for tag in tags}

    @functools.cached_property
    def numbers(self) -> dict[int, int]:
        """The place of each group, by identity."""
        return {id(group): number for number, group in enumerate(self.groups)}

    @property
    def code(self) -> str:
        """The version code of EDIFACT, such as ``H0130R``."""
        return self.version.code[1:]

    @property
    def message_type(self) -> str:
        """The message type of the UNH, such as ``MEDREF``."""
        first = self.groups[0].head.fields[1].components[0]
        return first.text if isinstance(first, Constant) else ""

    @property
    def type_code(self) -> str:
        """The letter's type, such as ``REF01``."""
        return self.version.type_code[1:]


def kinds_at(classes: set[Any], path: Path, layout: Layout) -> set[Any]:
    """The types of what is at a path. Raises ValueError where nothing can."""
    kinds = classes
    for name in path.steps:
        declared = [fields(cls)[name] for cls in _classes(kinds) if name in fields(cls)]
        if not declared:
            raise ValueError(f"{layout.letter.__name__} has no {'.'.join(path.steps)}, which the layout names")
        kinds = {element.type for declaration in declared for element in elements(declaration)}
    return kinds


def _classes(kinds: set[Any]) -> set[Any]:
    """Those of some types that have attributes."""
    return {kind for kind in kinds if isinstance(kind, type)}


Layouts = Layout | Iterable[Layout] | None
"""Where layouts can be given: one, several or none."""


class RowOptions(TypedDict, total=False):
    """What a row says beside its template: the fields of :class:`Row`; ``each`` and ``unless`` are texts of paths."""

    each: str
    holds: tuple[str, type[Any]]
    unless: str
    first: bool
    payload: str
    most: int
    instead: str


def always(template: str, **options: Unpack[RowOptions]) -> Row:
    """A segment that is always written; ``options`` are those of :class:`RowOptions`.

    Raises ValueError for a template whose first three signs are not a tag.
    """
    return _row("always", template, options)


def maybe(template: str, **options: Unpack[RowOptions]) -> Row:
    """A segment that is written if one of its values is present; options and errors are those of :func:`always`."""
    return _row("maybe", template, options)


def never(template: str) -> Row:
    """A segment that must not be here. Errors are those of :func:`always`."""
    return _row("never", template, {})


def kept(template: str) -> Row:
    """A segment that may be here; it is kept unchanged and written again. Errors are those of :func:`always`."""
    return _row("kept", template, {})


def _row(when: Any, template: str, options: RowOptions) -> Row:
    tag, *elements = _split(template, "+")
    if not _TAG.fullmatch(tag):
        raise ValueError(f"{tag} is no tag of a segment: write three capitals or digits")
    given: dict[str, Any] = {**options}
    given |= {name: Path.from_text(given[name]) for name in ("each", "unless") if given.get(name) is not None}
    return Row(tag, tuple(map(_field, elements)), when, template=template, **given)


def _split(text: str, separator: str) -> list[str]:
    """The parts of a template; what is within braces is one."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if sign == separator and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _field(text: str) -> SegmentElement:
    optional = text.startswith("[")
    inner = text[1:-1] if optional else text
    return SegmentElement(tuple(map(_component, _split(inner, ":"))), optional)


def _component(text: str) -> Component:
    if not text.startswith("{"):
        mark: Any = text[0] if text[:1] in {"!", "*"} else ""
        return Constant(text[len(mark) :].removesuffix("|"), mark, text.endswith("|"))
    match = _VARIABLE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text} is not the notation of a value")
    derived, path, codec, fallback, beside = match.groups()
    return Variable(
        Path.from_text(path), codec, bool(derived) or path in _OWN, fallback, Path.from_text(beside) if beside else None
    )
