"""Which letters there are, in which versions and namespaces: read off the declarations."""

from __future__ import annotations

import functools
import importlib
import pkgutil

import medcom_bu.messages
from medcom_bu.binding import LetterSpec, Value, Version

_OF_FHIR = {"acknowledgement", "care_communication", "other_fhir"}
"""Modules that hold no letter, and whose many classes are made for a FHIR message alone."""


@functools.cache
def letters() -> tuple[type[Value], ...]:
    """Every class of ``medcom_bu.messages`` that is declared as a letter, by element name."""
    found: dict[str, type[Value]] = {}
    names = {module.name for module in pkgutil.iter_modules(medcom_bu.messages.__path__)} - _OF_FHIR
    for name in sorted(names):
        for item in vars(importlib.import_module(f"medcom_bu.messages.{name}")).values():
            if isinstance(item, type) and issubclass(item, Value) and item.__letter__:
                found[item.__letter__.element] = item
    return tuple(found[element] for element in sorted(found))


def spec_of(cls: type[Value]) -> LetterSpec:
    """The element name and versions of a letter class."""
    if cls.__letter__ is None:
        raise TypeError(f"{cls.__name__} is no letter")
    return cls.__letter__


@functools.cache
def by_namespace() -> dict[str, dict[str, tuple[type[Value], Version]]]:
    """Namespace -> element name -> letter class and version."""
    found: dict[str, dict[str, tuple[type[Value], Version]]] = {}
    for cls in letters():
        for version in spec_of(cls).versions:
            found.setdefault(version.namespace, {})[spec_of(cls).element] = (cls, version)
    return found


def version_in(cls: type[Value], namespace: str) -> Version:
    """A letter's version in a namespace; where the namespace has none, its default one."""
    return next((v for v in spec_of(cls).versions if v.namespace == namespace), spec_of(cls).versions[0])
