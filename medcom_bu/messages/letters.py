"""Which letters there are, in which versions and namespaces, read off the declarations, and which names they have."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from itertools import chain

import medcom_bu.messages
from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Element, LetterSpec, Unexpected, Value, Version, attributes, elements
from medcom_bu.issues import Text
from medcom_bu.messages import letter_types
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.values.text import Mark, Style

Letters = Mapping[str, tuple[type[Value], Version]]
"""The letters that are known: element name -> its class, and the version of it."""

_NOT_OF_LETTERS = {"acknowledgement", "care_communication", "envelopes", "other_fhir", "standard_business_document"}
"""Modules that hold no letter, and whose many classes are made for a FHIR message or an envelope alone."""


@functools.cache
def letters() -> tuple[type[Value], ...]:
    """Every class of ``medcom_bu.messages`` that is declared as a letter, by element name."""
    by_element: dict[str, type[Value]] = {}
    names = {module.name for module in pkgutil.iter_modules(medcom_bu.messages.__path__)} - _NOT_OF_LETTERS
    for name in sorted(names):
        for candidate in vars(importlib.import_module(f"medcom_bu.messages.{name}")).values():
            if isinstance(candidate, type) and issubclass(candidate, Value) and candidate.__letter__:
                by_element[candidate.__letter__.element] = candidate
    return tuple(by_element[element] for element in sorted(by_element))


def spec_of(cls: type[Value]) -> LetterSpec:
    """The element name and versions of a letter class. Raises TypeError for a class that is not a letter."""
    if cls.__letter__ is None:
        raise TypeError(f"{cls.__name__} is not a letter class")
    return cls.__letter__


@functools.cache
def by_namespace() -> dict[str, dict[str, tuple[type[Value], Version]]]:
    """Namespace -> element name -> letter class and version."""
    table: dict[str, dict[str, tuple[type[Value], Version]]] = {}
    for cls in letters():
        for version in spec_of(cls).versions:
            table.setdefault(version.namespace, {})[spec_of(cls).element] = (cls, version)
    return table


@functools.cache
def _declared_types() -> frozenset[str]:
    return frozenset(
        letter_types.bare_type(version.type_code) for cls in letters() for version in spec_of(cls).versions
    )


def is_other_type(type_code: str | None, element: str = "") -> bool:
    """Whether a code, or else an element, is of a type of letter that has no class of its own, and is not an answer."""
    bare = letter_types.bare_type(type_code)
    is_type = bool(bare) or element in letter_types.ELEMENTS
    return is_type and bare not in _declared_types() and not letter_types.is_answer(bare)


def element_of(letter: Value) -> str:
    """The element of a letter in OIO-XML: that of its class, or its own."""
    return letter.element_name if isinstance(letter, OtherLetter) else spec_of(type(letter)).element


def version_in(cls: type[Value], namespace: str) -> Version:
    """A letter's version in a namespace; where the namespace has none, its default one."""
    return next((v for v in spec_of(cls).versions if v.namespace == namespace), spec_of(cls).versions[0])


_TAG = re.compile("[A-Z]{3}")
UNKNOWN_ELEMENT = Text("an unknown element", "et ukendt element")
UNKNOWN_SEGMENT = Text("an unknown segment", "et ukendt segment")
_OF_XML = ("lang", "space", "base", "id", "nil", "type", "schemaLocation", "noNamespaceSchemaLocation", "include")


def declared_elements() -> Iterator[tuple[type[Value], Element]]:
    """Every element of the letters and of the envelopes around them, with the class that has it, from the top down."""
    from medcom_bu.messages.envelopes import VansEnvelope
    from medcom_bu.messages.standard_business_document import StandardBusinessDocument

    waiting: list[type[Value]] = [Envelope, VansEnvelope, StandardBusinessDocument, *letters()]
    seen = set(waiting)
    while waiting:
        cls = waiting.pop(0)
        for element in chain.from_iterable(map(elements, fields(cls).values())):
            yield cls, element
            if isinstance(element.type, type) and element.type not in seen:
                seen.add(element.type)
                waiting.append(element.type)


@functools.cache
def element_names() -> frozenset[str]:
    """Every name of the standard: of elements, and of the attributes that they have."""
    names = {
        "Emessage",
        "EMessage",
        "Envelope",
        "Local_Elements",
        "VANSEnvelope",
        "StandardBusinessDocument",
        *_OF_XML,
        *Mark,
        *Style,
    }
    names.update(spec_of(cls).element for cls in letters())
    names.update(letter_types.ELEMENTS)
    for cls, element in declared_elements():
        names.update((element.name, *(each.name for each in attributes(cls).values() if each.name)))
    return frozenset(map(str, names))


@functools.cache
def _labels() -> dict[str, str]:
    labels: dict[str, str] = {}
    for _, element in declared_elements():
        labels.setdefault(element.name, element.danish)
    return labels


def label(element: str) -> str:
    """What a reader is shown in Danish for an element, by its name: what the first of that name says."""
    return _labels().get(element) or element


def shown_element(name: str) -> str:
    """A name without namespace as it may be shown: ``*`` where it is not a name of the standard.

    Anything may be where a name is expected, a person's name or number too.
    """
    return name if name in element_names() else "*"


def told_element(name: str) -> str | Text:
    """A name without namespace as a sentence tells it: what is not a name of the standard is an unknown element."""
    shown = shown_element(name)
    return UNKNOWN_ELEMENT if shown == "*" else shown


def told_tag(tag: str) -> str | Text:
    """The tag of a segment as a sentence tells it: what is not a tag is an unknown segment."""
    return tag if _TAG.fullmatch(tag) else UNKNOWN_SEGMENT


def told_kept(kept: Unexpected) -> str | Text:
    """The name of what a value keeps, as a sentence tells it."""
    return told_tag(kept.name) if kept.kind == "segment" else told_element(kept.name)


def shown_kept(kept: Unexpected) -> str:
    """The name of what a value keeps, as it may be shown: ``*`` for what is not a name of the standard and no tag."""
    if kept.kind == "segment":
        return kept.name if _TAG.fullmatch(kept.name) else "*"
    return shown_element(kept.name)
