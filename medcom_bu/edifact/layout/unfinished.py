"""A value in the making: parts and items are made when something is put into them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from medcom_bu.declare.base import fields, made
from medcom_bu.declare.oioxml import Value, elements


class UnfinishedValue:
    """A value in the making."""

    __slots__ = ("cls", "held", "path")

    def __init__(self, cls: Any, path: str) -> None:
        self.cls: Any = cls
        self.path: str = path
        self.held: dict[str, Any] = {}

    def part(self, name: str, cls: Any = None) -> UnfinishedValue | None:
        """The part of that name, made where it is not there yet; None where a part of another class is."""
        part = self.held.get(name)
        if part is None:
            part = self.held[name] = UnfinishedValue(cls or _part_class(self.cls, name), self.place(name))
        return part if cls is None or part.cls is cls else None

    def item(self, name: str) -> UnfinishedValue:
        """A new item of the tuple of that name."""
        items = self.held.setdefault(name, [])
        items.append(UnfinishedValue(_part_class(self.cls, name), f"{self.place(name)}[{len(items)}]"))
        draft: UnfinishedValue = items[-1]
        return draft

    def at(self, steps: Sequence[str]) -> Any:
        """What has been put at a path so far, or None."""
        content: Any = self
        for step in steps:
            content = content.held.get(step) if isinstance(content, UnfinishedValue) else None
        return content

    def element_name(self, steps: Sequence[str]) -> str:
        """The name that the standard gives to what is at a path."""
        holder: Any = self
        cls = self.cls
        for step in steps[:-1]:
            holder = holder.held.get(step) if isinstance(holder, UnfinishedValue) else None
            cls = holder.cls if isinstance(holder, UnfinishedValue) else _part_class(cls, step)
        return elements(fields(cls)[steps[-1]])[0].name

    def place(self, name: str) -> str:
        """The attribute path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def built(self) -> Any:
        """The value. What it holds has been made by the layout's codecs, so that no constructor need look at it."""
        values: dict[str, Any] = {}
        for name, absent, convert in shape(self.cls):
            content = self.held.get(name)
            if content is None:
                values[name] = absent
            elif type(content) is UnfinishedValue:
                values[name] = content.built()
            elif type(content) is list:
                values[name] = tuple([draft.built() if type(draft) is UnfinishedValue else draft for draft in content])
            else:
                values[name] = convert(content) if convert else content
        return made(self.cls, values)


@functools.cache
def shape(cls: Any) -> tuple[tuple[str, Any, Callable[[Any], Any] | None], ...]:
    """The attributes of a class: name, what stands for none, and what turns a text into what is held."""
    converters: Any = {field.name: field.converter for field in attrs.fields(cls)}
    absent = {field.name: () if field.default == () else None for field in attrs.fields(cls)}
    return tuple((name, absent[name], converters[name]) for name in converters)


@functools.cache
def _part_class(cls: Any, name: str) -> type[Value]:
    part_class: type[Value] = next(e.type for e in elements(fields(cls)[name]) if isinstance(e.type, type))
    return part_class
