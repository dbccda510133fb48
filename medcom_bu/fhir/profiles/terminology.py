"""Value sets, expanded from their definitions as far as the code systems available allow.

Source: FHIR R4, ValueSet.compose and CodeSystem; filters on ``concept`` (is-a, descendent-of, is-not-a).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from medcom_bu.fhir.model.r4 import UCUM
from medcom_bu.fhir.profiles.definition_tree import BadDefinition
from medcom_bu.fhir.profiles.packages import Definition, Definitions
from medcom_bu.values.codes import CodeList
from medcom_bu.values.fhir_codes import ACTIVITY_CODES, EVENT_CODES, Activity, Event

_GRAMMARS = {
    "urn:ietf:bcp:13": re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;.*)?"),
    "urn:ietf:bcp:47": re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"),
}
"""Code systems that are a grammar, not a list: MIME types and languages."""


_CANONICAL = ("canonical", "=")
_USUAL_UNITS = {
    "s": frozenset(("s", "ms", "us", "ns", "min", "h", "d", "wk", "mo", "a")),
    "m": frozenset(("m", "km", "dm", "cm", "mm", "um", "nm", "[in_i]", "[ft_i]", "[yd_i]", "[mi_i]")),
}
"""The canonical unit of UCUM by which R4 takes units of time and of distance -> the usual ones; of all there is no
list."""


@attrs.frozen
class Expansion:
    """The codes of a value set. ``unknown`` are the code systems of which it holds some that cannot be listed."""

    codes: Mapping[str, frozenset[str]]
    """Code system -> codes."""
    unknown: frozenset[str] = frozenset()
    """Code systems; the empty text stands for any."""
    grammars: frozenset[str] = frozenset()
    """Code systems of which every well-formed code is a member."""
    caseless: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    """Code systems that say that case does not matter in their codes -> their codes in small letters."""

    def holds(self, system: str | None, code: str) -> bool | None:
        """Whether a code is a member; None where that cannot be told. Without a system, that of any code fits."""
        if system is None:
            if any(self._lists(one, code) for one in self.codes):
                return True
            if any(_GRAMMARS[grammar].fullmatch(code) for grammar in self.grammars):
                return True
            return None if self.unknown else False
        if self._lists(system, code):
            return True
        if system in self.grammars:
            return _GRAMMARS[system].fullmatch(code) is not None
        return None if system in self.unknown or "" in self.unknown else False

    def _lists(self, system: str, code: str) -> bool:
        if code in self.codes.get(system, ()):
            return True
        return system in self.caseless and code.casefold() in self.caseless[system]


def _folded(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(code.casefold() for code in codes)


MOST_CODES = 5_000_000
"""Codes that the value sets of some definitions may be put together from, each time that they are."""
_MALFORMED = (AttributeError, KeyError, TypeError, RecursionError)


class Terminology:
    """The value sets of some definitions; each is expanded once, when first asked for.

    BadDefinition is raised where a definition that a question leads to is malformed, or larger than it may be.
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._expansions: dict[str, Expansion] = {}
        self._codes_left: int = MOST_CODES
        self._systems: dict[int, frozenset[str]] = {}
        self._caseless: dict[int, frozenset[str]] = {}
        self._displays: dict[int, Mapping[str, frozenset[str]]] = {}

    def expansion(self, canonical: str) -> Expansion:
        """The expansion of a value set; one that is not available has no codes, and every system unknown.

        Raises BadDefinition.
        """
        expansion = self._expansions.get(canonical)
        if expansion is None:
            try:
                expansion = self._expansions[canonical] = self._listed(canonical)
            except _MALFORMED as error:
                raise BadDefinition(f"{canonical} is malformed ({type(error).__name__})") from error
        return expansion

    def _listed(self, canonical: str) -> Expansion:
        listed = self._expand(canonical, {})
        caseless = {system: _folded(codes) for system, codes in listed.codes.items() if self._is_caseless(system)}
        return attrs.evolve(listed, caseless=caseless)

    def has_code(self, system: str, code: str) -> bool | None:
        """Whether a code is one of its code system; None where this is not available whole. Raises BadDefinition."""
        codes = self.codes(system)
        if codes is None or code in codes:
            return None if codes is None else True
        if not self._is_caseless(system):
            return False
        if id(codes) not in self._caseless:  # they are kept, and what a message names is not
            self._caseless[id(codes)] = _folded(codes)
        return code.casefold() in self._caseless[id(codes)]

    def displays(self, system: str, code: str) -> frozenset[str]:
        """What people may read for a code, made :func:`alike`; nothing where its code system says nothing.

        That is its display and its designations in any language, and MedCom's Danish words. Raises BadDefinition.
        """
        code_system = self._code_system(system)
        if code_system is None:
            return frozenset()
        if id(code_system) not in self._displays:
            try:
                self._displays[id(code_system)] = dict(_displays(code_system))
            except _MALFORMED as error:
                raise BadDefinition(f"{system} is malformed ({type(error).__name__})") from error
        return self._displays[id(code_system)].get(code.casefold(), frozenset())

    def _is_caseless(self, system: str) -> bool:
        """Whether a code system says that case does not matter; where it says nothing, it may."""
        return (self._code_system(system) or {}).get("caseSensitive") is False

    def codes(self, system: str) -> frozenset[str] | None:
        """The codes of a code system, or None where it is not available. Raises BadDefinition."""
        code_system = self._code_system(system)
        if code_system is None or code_system.get("content") != "complete":
            return None
        if id(code_system) not in self._systems:
            try:
                self._systems[id(code_system)] = frozenset(concept["code"] for concept, _ in _concepts(code_system))
            except _MALFORMED as error:
                raise BadDefinition(f"{system} is malformed ({type(error).__name__})") from error
        return self._systems[id(code_system)]

    def _expand(self, canonical: str, made: dict[str, Expansion]) -> Expansion:
        """The expansion of a value set; ``made`` has those of this call, so that each is made once.

        One that leads back to itself is taken to hold what cannot be told.
        """
        if canonical not in made:
            made[canonical] = Expansion({}, frozenset({""}))
            definition = self._value_set(canonical)
            if definition is not None:
                made[canonical] = self._expanded(definition, made)
        return made[canonical]

    def _code_system(self, system: str) -> Definition | None:
        """A code system: the nearest that is whole, since packages publish fragments of the same."""
        nearest = self._definitions.find("CodeSystem", system)
        if nearest is None or nearest.get("content") == "complete":
            return nearest
        held = self._definitions.find_each("CodeSystem", system.partition("|")[0])
        return next((one for one in held if one.get("content") == "complete"), nearest)

    def has_value_set(self, canonical: str) -> bool:
        """Whether a canonical URL is that of a value set available."""
        return self._definitions.find("ValueSet", canonical) is not None

    def _value_set(self, canonical: str) -> Definition | None:
        """The definition of a value set; one that a profile contains is named by the profile, and ``#id`` behind it."""
        profile, _, identifier = canonical.partition("#")
        if not identifier:
            return self._definitions.find("ValueSet", canonical)
        held = (self._definitions.find("StructureDefinition", profile) or {}).get("contained") or ()
        contained = (one for one in held if one.get("resourceType") == "ValueSet" and one.get("id") == identifier)
        return next(contained, None)

    def _expanded(self, definition: Definition, made: dict[str, Expansion]) -> Expansion:
        compose = definition.get("compose")
        if compose is None:
            return _listed(definition.get("expansion", {}))
        codes, unknown, grammars = dict[str, set[str]](), set[str](), set[str]()
        for part in compose.get("include", []):
            here = self._part(part, made)
            for system, members in here.codes.items():
                codes.setdefault(system, set()).update(members)
            unknown |= here.unknown
            grammars |= here.grammars
        for part in compose.get("exclude", []):
            here = self._part(part, made)
            for system, members in here.codes.items():
                codes.get(system, set()).difference_update(members)
            unknown |= here.unknown
        listed = {system: frozenset(members) for system, members in codes.items()}
        return Expansion(listed, frozenset(unknown), frozenset(grammars))

    def _take(self, part: Expansion) -> Expansion:
        """A part of a value set, and what it costs to put it in."""
        self._codes_left -= 1 + sum(map(len, part.codes.values()))
        if self._codes_left < 0:
            raise BadDefinition(f"the value sets hold more than {MOST_CODES} codes")
        return part

    def _part(self, part: Mapping[str, Any], made: dict[str, Expansion]) -> Expansion:
        """One ``include`` or ``exclude``: codes of one system, or what several value sets have in common."""
        parts = [self._take(self._expand(canonical, made)) for canonical in part.get("valueSet", [])]
        if "system" in part:
            parts.append(self._take(self._of_system(part)))
        first, *others = parts or [Expansion({})]
        if not others:
            return first
        codes, unknown = dict(first.codes), first.unknown | first.grammars
        for other in others:
            codes = {system: members & other.codes.get(system, frozenset()) for system, members in codes.items()}
            unknown |= other.unknown | other.grammars
        return Expansion(codes, unknown)

    def _of_system(self, part: Mapping[str, Any]) -> Expansion:
        system = part["system"]
        if "concept" in part:
            return Expansion({system: frozenset(concept["code"] for concept in part["concept"])})
        if system in _GRAMMARS and "filter" not in part:
            return Expansion({}, grammars=frozenset({system}))
        code_system, every = self._code_system(system), self.codes(system)
        if code_system is None or every is None:
            return Expansion(_units(part), frozenset({system}))
        members = set(every)
        for condition in part.get("filter", []):
            chosen = _filtered(code_system, condition)
            if chosen is None:
                return Expansion({}, frozenset({system}))
            members &= chosen
        return Expansion({system: frozenset(members)})


def _units(part: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The usual units that a part has which takes those of UCUM by what they can be converted to; else nothing."""
    filters = part.get("filter", [])
    if part["system"] != UCUM or len(filters) != 1 or (filters[0].get("property"), filters[0].get("op")) != _CANONICAL:
        return {}
    return {UCUM: _USUAL_UNITS.get(str(filters[0].get("value")), frozenset())}


def _listed(expansion: Mapping[str, Any]) -> Expansion:
    codes: dict[str, set[str]] = {}
    waiting = [*expansion.get("contains", [])]
    while waiting:
        concept = waiting.pop()
        if "code" in concept and concept.get("abstract") is not True:  # a heading may have none
            codes.setdefault(concept.get("system", ""), set()).add(concept["code"])
        waiting += concept.get("contains", [])
    return Expansion({system: frozenset(members) for system, members in codes.items()})


def _concepts(code_system: Definition) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    """Each concept, and the code that it is nested in."""
    waiting = [(concept, None) for concept in code_system.get("concept", [])]
    while waiting:
        concept, above = waiting.pop()
        yield concept, above
        waiting += [(inner, concept["code"]) for inner in concept.get("concept", [])]


def _below(code_system: Definition, value: str) -> set[str]:
    """The codes below one, by nesting and by the properties ``subsumedBy`` and ``parent``."""
    children: dict[str, list[str]] = {}
    for concept, above in _concepts(code_system):
        parents = [] if above is None else [above]
        for concept_property in concept.get("property", []):
            if concept_property.get("code") in ("subsumedBy", "parent"):
                parents += [value for key, value in concept_property.items() if key.startswith("value")]
        for parent in parents:
            children.setdefault(parent, []).append(concept["code"])
    below: set[str] = set()
    waiting = [value]
    while waiting:
        for code in children.get(waiting.pop(), ()):
            if code not in below:
                below.add(code)
                waiting.append(code)
    return below


def alike(display: str) -> str:
    """A display without what makes no other: capitals, and how many blanks there are."""
    return " ".join(display.split()).casefold()


_DANISH: dict[str, type[CodeList]] = {ACTIVITY_CODES: Activity, EVENT_CODES: Event}
"""The code systems of which MedCom publishes no Danish designations, and the lists that have them."""


def _displays(code_system: Definition) -> Iterator[tuple[str, frozenset[str]]]:
    """Each code, in small letters, with what people may read for it."""
    danish = {str(member): member.danish for member in _DANISH.get(code_system["url"], ())}
    for concept, _ in _concepts(code_system):
        words = [concept.get("display"), danish.get(concept["code"])]
        words += [designation.get("value") for designation in concept.get("designation", [])]
        yield concept["code"].casefold(), frozenset(alike(word) for word in words if type(word) is str)


def _filtered(code_system: Definition, condition: Mapping[str, Any]) -> set[str] | None:
    """The codes that a filter chooses, or None for a filter that is not known."""
    if condition.get("property") != "concept":
        return None
    value, way = condition["value"], condition["op"]
    below = _below(code_system, value)
    if way == "descendent-of":
        return below
    if way == "is-a":
        return below | {value}
    if way == "is-not-a":
        return {concept["code"] for concept, _ in _concepts(code_system)} - below - {value}
    return None
