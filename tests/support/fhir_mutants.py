"""Seeded mutants of FHIR messages: a Bundle as plain data, changed in one to three places.

Every mutant is named by its source, its number and what was done to it, so that a disagreement can be made again:
``mutants(name, bundle, seed)`` is the same stream for the same arguments. ``broken`` breaks one rule at a time instead.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.fhir_message import MEDCOM, Node

Place = tuple[Any, Any]  # a container (object or list) and the key or index in it

SYSTEMS = (
    f"{MEDCOM}/terminology/CodeSystem/medcom-careCommunication-categoryCodes",
    f"{MEDCOM}/terminology/CodeSystem/medcom-messaging-eventCodes",
    f"{MEDCOM}/terminology/CodeSystem/medcom-messaging-activityCodes",
    f"{MEDCOM}/terminology/CodeSystem/medcom-messaging-destinationUse",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "urn:oid:1.2.208.176.1.1",
    "urn:oid:1.2.208.176.1.2",
    "urn:oid:1.2.208.176.1.4",
    "urn:oid:1.2.208.176.1.6.1.1",
    "urn:oid:1.2.208.176.1.6.1.3",
    "urn:oid:1.2.208.176.1.6.1.3.179",
    "urn:oid:1.2.208.176.1.6.1.3.999",
    "https://www.gs1.org/gln",
    "http://cvr.dk",
    "https://www.esundhed.dk/Registre/Landspatientregisteret",
    "http://example.org/unknown",
    "not a uri",
)
CODES = (
    *("carecoordination", "other", "regarding-referral", "acute-ambulant", "decease", "examination-results"),
    *("care-communication-message", "acknowledgement-message", "empty-message", "hospital-notification-message"),
    *("new-message", "reply-message", "forward-message", "modified-message", "acknowledgement"),
    *("primary", "cc", "revision", "source", "removal", "quotation"),
    *("routine", "asap", "urgent", "stat", "unknown", "completed", "in-progress", "planned"),
    *("official", "temp", "usual", "old", "home", "phone", "email", "male", "generated", "empty", "additional"),
    *("application/pdf", "image/png", "text/plain", "AMB", "OBSENC", "IMP", "ok", "fatal-error", "transient-error"),
    *("message", "collection", "document", "no-such-code", "two words", " lead", ""),
)
TEXTS = (
    *("", " ", "x", "æøå", "a" * 200, "line\nbreak", "1", "true", "<b>"),
    *("2026-05-04", "2026-02-29", "2026-13-01", "2026-05", "2026", "2026-5-4", "2026-05-04T10:00:00+02:00"),
    *("2026-05-04T10:00:00Z", "2026-05-04T10:00:00", "2026-05-04T10:00Z", "2026-05-04T24:00:00Z"),
    *("urn:uuid:0b1f8b52-2b0e-4c63-8f0a-3a1f3a5f7c11", "urn:uuid:0B1F8B52-2B0E-4C63-8F0A-3A1F3A5F7C11"),
    *("0b1f8b52-2b0e-4c63-8f0a-3a1f3a5f7c11", "urn:uuid:x", "123456789012345", "5790000120420", "5790000120421"),
    *("0101010000", "3201010000", "010101AB12", "0101011AB1", "0101010AB1", "not base64", "QUJD", "id with space"),
    *("https://sor2.sum.dsdn.dk/#id=123", "tel:+4512345678", "+45 12 34 56 78"),
)
CHOICES = {
    "contentString": ("contentAttachment", "contentReference", "contentBoolean"),
    "contentAttachment": ("contentString", "contentReference"),
    "valueDateTime": ("valueDate", "valueString", "valueInstant"),
    "valueReference": ("valueString", "valueIdentifier"),
    "valueContactPoint": ("valueString", "valueIdentifier"),
    "valueIdentifier": ("valueString", "valueContactPoint"),
    "valueCoding": ("valueCode", "valueCodeableConcept"),
    "eventCoding": ("eventUri", "eventCode"),
    "occurredDateTime": ("occurredPeriod", "occurredString"),
    "deceasedBoolean": ("deceasedDateTime", "deceasedString"),
}
DIVS = (
    '<div xmlns="http://www.w3.org/1999/xhtml"></div>',
    '<div xmlns="http://www.w3.org/1999/xhtml"> </div>',
    '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>',
    '<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="x">y</p></div>',
    '<div xmlns="http://www.w3.org/1999/xhtml"><p>open</div>',
    '<div xmlns="http://www.w3.org/1999/xhtml"><b>a</b><table><tr><td>b</td></tr></table></div>',
    "<div>no namespace</div>",
    "no element",
)


@dataclass(frozen=True)
class Mutant:
    """A changed Bundle and what was done to it."""

    name: str
    changes: tuple[str, ...]
    bundle: Node

    @property
    def text(self) -> str:
        return json.dumps(self.bundle, ensure_ascii=False)


def slim(bundle: Node) -> Node:
    """The bundle with the data of its attachments cut short: what judges them does not depend on their length."""
    result = copy.deepcopy(bundle)
    for container, key in places(result):
        if key == "data" and isinstance(container[key], str):
            container[key] = container[key][:64]
    return result


def places(node: Any) -> Iterator[Place]:
    """Every value below a node, in document order, as (container, key)."""
    items = list(node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ())
    for key, value in items:
        yield node, key
        yield from places(value)


def entries(bundle: Node) -> list[Node]:
    """The entries that are objects; mutants may hold others."""
    found = bundle.get("entry")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def resources(bundle: Node, kind: str | None = None) -> list[Node]:
    """The resources of the entries, of one type or of all."""
    found = [entry.get("resource") for entry in entries(bundle)]
    return [one for one in found if isinstance(one, dict) and (kind is None or one.get("resourceType") == kind)]


class Mutator:
    """Changes bundles by a random generator of its own. Each change returns what it did, or nothing if it cannot."""

    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(seed)

    def mutate(self, name: str, bundle: Node, number: int) -> Mutant:
        """One mutant: one change mostly, sometimes two or three."""
        mutant, changes = copy.deepcopy(bundle), list[str]()
        wanted = self.random.choice((1, 1, 1, 1, 2, 3))
        while len(changes) < wanted:
            done = self.random.choice(CHANGES)(self, mutant)
            if done:
                changes.append(done)
        return Mutant(f"{name}/{number}", tuple(changes), mutant)

    def place(self, bundle: Node, wanted: Callable[[Any, Any], bool]) -> Place | None:
        """A random place whose container and key are wanted."""
        found = [(container, key) for container, key in places(bundle) if wanted(container, key)]
        return self.random.choice(found) if found else None

    def drop(self, bundle: Node) -> str | None:
        container, key = self.place(bundle, lambda c, k: True) or (None, None)
        if container is None:
            return None
        del container[key]
        return f"drop {key}"

    def double(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: isinstance(c, list))
        if found is None:
            return None
        container, key = found
        container.insert(key, copy.deepcopy(container[key]))
        return f"double [{key}]"

    def many(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: isinstance(c, dict) and isinstance(c[k], (str, dict)))
        if found is None:
            return None
        container, key = found
        container[key] = [container[key], copy.deepcopy(container[key])]
        return f"many {key}"

    def move(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: isinstance(c, list) and len(c) > 1)
        if found is None:
            return None
        container, key = found
        item = container.pop(key)
        container.insert(self.random.randrange(len(container) + 1), item)
        return f"move [{key}]"

    def exchange(self, bundle: Node) -> str | None:
        objects = [container[key] for container, key in places(bundle) if isinstance(container[key], dict)]
        one, other = self.random.choice(objects), self.random.choice(objects)
        if not one or one is other:
            return None
        key = self.random.choice(list(one))
        other[key] = copy.deepcopy(one.pop(key))
        return f"move {key} elsewhere"

    def retype(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: k != "resourceType")
        if found is None:
            return None
        container, key = found
        value = self.random.choice((7, 7.5, True, "text", {}, [], {"id": "a"}, ["a"], None))
        container[key] = value
        return f"retype {key} to {value!r}"

    def rechoose(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: k in CHOICES)
        if found is None:
            return None
        container, key = found
        name = self.random.choice(CHOICES[key])
        value = container[key] if self.random.random() < 0.1 else container.pop(key)
        container[name] = value if self.random.random() < 0.6 else self.random.choice(("x", True, {"reference": "#a"}))
        return f"rechoose {key} as {name}"

    def recode(self, bundle: Node) -> str | None:
        keys = {"code", "status", "use", "type", "role", "priority", "contentType", "system", "gender", "language"}
        found = self.place(bundle, lambda c, k: k in keys and isinstance(c[k], str))
        if found is None:
            return None
        container, key = found
        container[key] = self.random.choice(SYSTEMS if key == "system" else CODES)
        return f"recode {key} to {container[key]!r}"

    def redisplay(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: isinstance(c, dict) and {"system", "code"} <= c.keys())
        if found is None:
            return None
        found[0]["display"] = self.random.choice(("Something else", "Other", "Andet"))
        return "redisplay"

    def rewrite(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: isinstance(c[k], str) and k not in {"resourceType", "div"})
        if found is None:
            return None
        container, key = found
        container[key] = self.random.choice(TEXTS)
        return f"rewrite {key} as {container[key]!r}"

    def narrate(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: k == "div")
        if found is None:
            return None
        found[0]["div"] = self.random.choice(DIVS)
        return f"narrate {found[0]['div']}"

    def redirect(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: k == "reference" and isinstance(c[k], str))
        ids = [f"{one.get('resourceType')}/{one.get('id')}" for one in resources(bundle)]
        if found is None or not ids:
            return None
        kind, _, id_ = str(found[0]["reference"]).rpartition("/")
        found[0]["reference"] = self.random.choice(
            (
                self.random.choice(ids),
                self.random.choice(ids),
                self.random.choice(ids),
                f"{kind}/absent",
                f"Device/{id_}",
                f"https://medcomfhir.dk/ig/carecommunication/{kind}/{id_}",
                f"https://example.org/{kind}/{id_}",
                f"{kind}/{id_}/_history/1",
                f"#{id_}",
                "#",
                "urn:uuid:0b1f8b52-2b0e-4c63-8f0a-3a1f3a5f7c11",
            )
        )
        return f"redirect to {found[0]['reference']}"

    def readdress(self, bundle: Node) -> str | None:
        found = entries(bundle)
        if not found:
            return None
        entry, other = self.random.choice(found), self.random.choice(found)
        resource = entry.get("resource")
        what = self.random.choice(("no fullUrl", "urn", "other id", "other's", "history", "base", "no id", "new id"))
        if what == "no fullUrl":
            entry.pop("fullUrl", None)
        elif what in {"no id", "new id"} and isinstance(resource, dict):
            resource.pop("id", None)
            if what == "new id":
                resource["id"] = "another"
        else:
            address = str(entry.get("fullUrl"))
            entry["fullUrl"] = {
                "urn": "urn:uuid:0b1f8b52-2b0e-4c63-8f0a-3a1f3a5f7c11",
                "other id": address.rpartition("/")[0] + "/another",
                "other's": other.get("fullUrl"),
                "history": f"{address}/_history/1",
                "base": address.replace("medcomfhir.dk", "example.org"),
            }.get(what, "relative/id")
        return f"readdress: {what}"

    def reprofile(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: isinstance(c, list) and isinstance(c[k], str) and "Definition/" in c[k])
        if found is None:
            return None
        container, key = found
        profile = container[key]
        what = self.random.choice(("drop", "version", "unknown version", "unknown", "second", "kind"))
        if what == "drop":
            del container[key]
        elif what == "second":
            container.append(profile)
        else:
            container[key] = {
                "version": f"{profile.partition('|')[0]}|5.0.2",
                "unknown version": f"{profile.partition('|')[0]}|99.0.0",
                "unknown": "http://example.org/StructureDefinition/unknown",
            }.get(what, "http://hl7.org/fhir/StructureDefinition/Location")
        return f"reprofile: {what}"

    def extend(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: isinstance(c[k], dict))
        if found is None:
            return None
        target = found[0][found[1]]
        unknown = "http://example.org/StructureDefinition/unknown"
        known = f"{MEDCOM}/core/StructureDefinition/medcom-core-datetime-extension"
        what: Node = self.random.choice(
            (
                {"url": unknown, "valueString": "x"},
                {"url": unknown},
                {"url": unknown, "valueString": "x", "extension": [{"url": "a", "valueString": "y"}]},
                {"url": unknown, "valueString": "x", "valueCode": "y"},
                {"valueString": "x"},
                {"url": known, "valueDateTime": "2026-05-04T10:00:00+02:00"},
                {"url": known, "valueString": "x"},
            )
        )
        name = self.random.choice(("extension", "extension", "modifierExtension"))
        if not isinstance(target.setdefault(name, []), list):
            return None
        target[name].append(what)
        return f"{name} {json.dumps(what)}"

    def add(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: isinstance(c[k], dict))
        if found is None:
            return None
        key, value = self.random.choice(
            (
                *(("unknown", 1), ("text", "x"), ("text", {"status": "generated", "div": DIVS[5]}), ("id", "a b")),
                *(("id", "a"), ("language", "da"), ("language", "xx-no"), ("implicitRules", "http://x"), ("total", 1)),
                *(("display", "x"), ("period", {"start": "2026-05-04", "end": "2026-05-03"}), ("use", "official")),
                *(("contained", [{"resourceType": "Basic", "id": "b"}]), ("request", {"method": "GET", "url": "x"})),
                *(("note", [{"text": "x"}]), ("gender", "other"), ("account", [{"reference": "Account/1"}])),
                *(("sent", "2026-05-04"), ("telecom", [{"system": "phone", "value": "12345678", "use": "home"}])),
                *(("address", [{"use": "home", "city": "x"}]), ("_id", {"extension": [{"url": "a"}]})),
            )
        )
        found[0][found[1]][key] = copy.deepcopy(value)
        return f"add {key} {json.dumps(value)}"

    def empty(self, bundle: Node) -> str | None:
        found = self.place(bundle, lambda c, k: isinstance(c[k], (dict, list)))
        if found is None:
            return None
        found[0][found[1]].clear()
        return f"empty {found[1]}"


CHANGES: tuple[Callable[[Mutator, Node], str | None], ...] = (
    *(Mutator.drop, Mutator.drop, Mutator.drop, Mutator.double, Mutator.double, Mutator.many, Mutator.move),
    *(Mutator.exchange, Mutator.retype, Mutator.rechoose, Mutator.recode, Mutator.recode, Mutator.recode),
    *(Mutator.redisplay, Mutator.rewrite, Mutator.rewrite, Mutator.narrate, Mutator.redirect, Mutator.redirect),
    *(Mutator.readdress, Mutator.reprofile, Mutator.extend, Mutator.add, Mutator.add, Mutator.empty),
)


def mutants(name: str, bundle: Node, count: int, seed: int = 0) -> Iterator[Mutant]:
    """``count`` mutants of a bundle."""
    mutator, source = Mutator(f"{seed}/{name}"), slim(bundle)
    for number in range(count):
        yield mutator.mutate(name, source, number)
