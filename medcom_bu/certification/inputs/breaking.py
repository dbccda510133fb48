"""How inputs are broken on purpose: each way has a name, and says what it does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from medcom_bu.issues import Text


@attrs.frozen
class Break:
    """A way to break a message: what it does, and the bytes that it makes of others."""

    says: Text
    change: Callable[[bytes], bytes]


def edited(data: bytes, kind: str, edit: Callable[[dict[str, Any]], object]) -> bytes:
    """FHIR JSON with each resource of a kind edited in place; other bytes are given back as they are."""
    try:
        bundle = json.loads(data)
    except ValueError:
        return data
    if kind == "Bundle":
        edit(bundle)
    for entry in bundle.get("entry", ()):
        if entry["resource"]["resourceType"] == kind:
            edit(entry["resource"])
    return json.dumps(bundle, ensure_ascii=False).encode()


def without(kind: str, name: str) -> Callable[[bytes], bytes]:
    """An edit of FHIR JSON that takes a property away from each resource of a kind."""
    return lambda data: edited(data, kind, lambda resource: resource.pop(name, None))


def replaced(pattern: str, new: str) -> Callable[[bytes], bytes]:
    """An edit of text: the first match of a pattern becomes another text."""
    return lambda data: re.sub(pattern.encode(), new.encode(), data, count=1)


BREAKS: Mapping[str, Break] = {
    "without-category": Break(
        Text("Communication.category is taken away", "Communication.category er fjernet"),
        without("Communication", "category"),
    ),
    "without-text": Break(
        Text("a text segment has no content", "et tekstsegment har intet indhold"),
        lambda data: edited(data, "Communication", lambda each: each["payload"][0].pop("contentString", None)),
    ),
    "patient-misnamed": Break(
        Text("the element Patient has another name", "elementet Patient har et andet navn"),
        lambda data: data.replace(b"Patient>", b"Borger>"),
    ),
    "wrong-version": Break(
        Text("VersionCode is one that does not exist", "VersionCode er en, der ikke findes"),
        lambda data: data.replace(b"XD9134L", b"XD9199L").replace(b"XH0131R", b"XH0199R").replace(b"D9134L", b"D9199L"),
    ),
    "cut-off": Break(
        Text("the last tenth of the bytes is missing", "den sidste tiendedel af bytene mangler"),
        lambda data: data[: len(data) * 9 // 10],
    ),
}
"""The ways by the name that a case calls them."""
