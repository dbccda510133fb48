"""What tests of the FHIR codec share: official examples, the message by hand as data, any value of a declared class."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import medcom_bu
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Number, Rest, Structure
from medcom_bu.fhir.codec import read
from medcom_bu.values.base64 import Base64
from medcom_bu.values.fhir_resources import RESOURCES, Resource
from tests.support import fhir_by_hand
from tests.support.oracle import oracle

BROKEN = {"Tek-Y-new-invalid", "R-Tek-O-invalid"}
"""The official examples that are broken on purpose."""


def official_bundles() -> list[Path]:
    """The official examples in JSON that are not broken on purpose."""
    found = list(oracle("examples/fhir").rglob("Bundle-*.json"))
    found += oracle("examples/fhir").rglob("CareCommunication_*.json")
    return [p for p in found if "expected" not in p.parts and not any(word in p.name for word in BROKEN)]


def plain_sample() -> Any:
    """The message by hand as plain data."""
    return json.loads(medcom_bu.to_fhir(fhir_by_hand.message()))


def json_of(plain: Any) -> bytes:
    """Plain data in JSON."""
    return json.dumps(plain).encode()


def found_in_fhir(data: bytes) -> set[tuple[str, str]]:
    """All that reading says of a FHIR message."""
    return {(issue.code, issue.path) for issue in read(data).issues}


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
PLAIN = st.recursive(
    st.booleans() | TEXTS | st.integers(0, 9).map(lambda n: Number(str(n))),
    lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
LEAVES: dict[type, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bool: st.booleans(),
    Number: st.integers(0, 10**20).map(lambda n: Number(str(n))),
    Base64: st.binary(max_size=8).map(lambda content: Base64.decode(Base64(content).text or _text(content))),
}


def _text(content: bytes) -> str:
    return b"".join(Base64(content).encoded()).decode()


def structures(
    cls: type[Structure], depth: int = 4, texts: st.SearchStrategy[str] = TEXTS, unknown: bool = True
) -> st.SearchStrategy[Any]:
    """Any value of a declared class, domain rules apart; the narratives are well-formed."""
    if cls is Resource:
        return st.sampled_from(sorted(RESOURCES)).flatmap(
            lambda name: structures(RESOURCES[name], depth, texts, unknown)
        )
    leaves = {**LEAVES, str: texts}
    held: dict[str, st.SearchStrategy[Any]] = {}
    for name, declared in fields(cls).items():
        if declared.name == "div":
            one: st.SearchStrategy[Any] = st.just('<div xmlns="http://www.w3.org/1999/xhtml">&lt;</div>')
        elif declared.type in leaves:
            one = leaves[declared.type]
        elif depth:
            one = _deferred(declared.type, depth - 1, texts, unknown)
        else:
            continue
        held[name] = st.lists(one, max_size=2).map(tuple) if declared.is_many else st.none() | one
    kept = st.dictionaries(st.sampled_from(["x1", "_y", "contained"]), PLAIN, max_size=int(unknown)).map(Rest)
    return st.builds(functools.partial(_make, cls), st.fixed_dictionaries({}, optional=held), kept)


def _deferred(cls: type[Structure], depth: int, texts: st.SearchStrategy[str], unknown: bool) -> st.SearchStrategy[Any]:
    return st.deferred(lambda: structures(cls, depth, texts, unknown))


def _make(cls: type[Structure], held: dict[str, Any], rest: Rest) -> Structure:
    return cls(rest=rest, **held)
