"""StructureDefinitions to the tree that judges: every profile once, when it is first asked for.

A node is made of *layers*: all element definitions that hold for a value, from the base of its type to the profile at
hand, each layer from one profile. What a layer says is added to what those before it say; only the types, a binding
and the rules of a slicing are those of the last layer that gives them, since a profile restricts its base.

Source: FHIR R4, Profiling, ElementDefinition.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from medcom_bu.fhir.model.r4 import PRIMITIVES, R4, choice_name, is_base, repeats
from medcom_bu.fhir.profiles import (
    addresses,
    answers,
    attachments,
    bindings,
    catalogue,
    constants,
    contained,
    extended,
    extension_parts,
    forms,
    imposed,
    inner_resources,
    invariants,
    markdown,
    matchers,
    narrative_links,
    references,
    unique_ids,
    vital_signs,
)
from medcom_bu.fhir.profiles.check_source import CheckMaker, CheckSource
from medcom_bu.fhir.profiles.corrections import InvariantEdition, applied
from medcom_bu.fhir.profiles.definition_tree import BadDefinition, DefinitionLayers, ElementDefinition, giving, read
from medcom_bu.fhir.profiles.element_types import by_code, shortcuts_of, with_slices
from medcom_bu.fhir.profiles.packages import KINDS, Definition, Definitions
from medcom_bu.fhir.profiles.scope import Check, ExtensionBearer, Rule
from medcom_bu.fhir.profiles.slices import Discriminator, Slice, Slicing, steps
from medcom_bu.fhir.profiles.terminology import Terminology
from medcom_bu.fhir.profiles.tree import ProfileField, ProfileNode, TypedField
from medcom_bu.issues import Kind
from medcom_bu.numerals import whole
from medcom_bu.once import MAKING
from medcom_bu.stack import on_own_stack

_PROFILE_ELEMENT = f"{R4}elementdefinition-profile-element"
_BY_URL = {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"}
_BY_TYPE = {"discriminator": [{"type": "type", "path": "$this"}], "rules": "open"}
_MALFORMED = (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError)
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,2}){0,2}")
_NONE_TYPES: list[dict[str, Any]] = []

CHECK_MAKERS: tuple[CheckMaker, ...] = (
    forms.make_form,
    addresses.make_addresses,
    bindings.make_known_code,
    constants.make_constants,
    bindings.make_binding,
    references.make_reference_checks,
    references.make_type_checks,
    contained.make_contained,
    attachments.make_attachment,
    invariants.make_invariants,
    extended.make_extended,
    imposed.make_imposed,
    extension_parts.make_extension_parts,
    narrative_links.make_narrative_links,
    markdown.make_markdown,
    answers.make_answers,
    unique_ids.make_unique_id,
)
"""What makes the checks of a node, in the order in which these run."""

MOST_NODES = 50_000
"""Nodes that one profile may need with all that it leads to; those of the official guides need some thousands."""


class UnknownProfile(LookupError):
    """A profile, or one that it builds on, is not available."""


class Profiles:
    """The compiled profiles of some definitions. Threads may share it.

    It keeps something for each definition, never for what a message names: it cannot grow with the messages.
    """

    def __init__(self, definitions: Definitions, edition: InvariantEdition) -> None:
        self.definitions = definitions
        self.edition = edition
        self.terminology: Terminology = Terminology(definitions)
        self._chains: dict[int, DefinitionLayers] = {}
        self._nodes: dict[tuple[object, ...], ProfileNode] = {}
        self._found: dict[int, ProfileNode | None] = {}
        self._by_url: dict[str, ProfileNode] = {}
        self._lacked: dict[int, str] = {}
        self._sliced: dict[int, ElementDefinition] = {}
        self._elements_alone: dict[int, ElementDefinition] = {}
        self._unfinished: list[tuple[ProfileNode, DefinitionLayers]] = []
        self._unmatched: list[Slicing] = []
        self._nodes_before: int = 0

    def get(self, canonical: str) -> ProfileNode | None:
        """What judges by a profile, or None where it is not available.

        Raises BadDefinition.
        """
        known = self._by_url.get(canonical)
        if known is not None:
            return known
        definition = self.definition(canonical)
        if definition is None:
            return None
        try:
            node = self._found[id(definition)]
        except KeyError:
            node = on_own_stack(lambda: self._made(canonical, definition))
        if node is not None and "|" not in canonical:  # of versions that a message may name there is no end
            self._by_url[canonical] = node
        return node

    def _made(self, canonical: str, definition: Definition) -> ProfileNode | None:
        node: ProfileNode | None
        with MAKING:
            if id(definition) in self._found:
                return self._found[id(definition)]
            whole = set(self._nodes)
            self._nodes_before = len(whole)
            try:
                node = self._node(self._chain(canonical), definition["type"])
                self._finish()
            except UnknownProfile as unknown:
                self._forget(whole)
                self._lacked[id(definition)] = unknown.args[0]
                node = None
            except Exception as error:
                self._forget(whole)
                if isinstance(error, _MALFORMED) and not isinstance(error, BadDefinition):
                    raise BadDefinition(f"{canonical} is malformed ({type(error).__name__})") from error
                raise
            self._found[id(definition)] = node
        return node

    def _forget(self, whole: set[tuple[object, ...]]) -> None:
        """Drop what is half made, so that nothing is ever judged by it."""
        self._unfinished.clear()
        self._unmatched.clear()
        for key in set(self._nodes) - whole:
            del self._nodes[key]

    def member_of(self, item: Any, value_set: str) -> bool | None:
        """Whether a code, Coding or CodeableConcept is in a value set; None where that cannot be told."""
        rule = Rule(value_set, "")
        return bindings.Binding(rule, "required", value_set, self.terminology.expansion(value_set)).member(item)

    def definition(self, canonical: str) -> Definition | None:
        """The StructureDefinition with a canonical URL."""
        return self.definitions.find("StructureDefinition", canonical)

    def not_checked(self, canonical: str, *, is_claimed: bool = False) -> tuple[Kind, dict[str, object]]:
        """What to say of a profile that cannot judge: it, or what it builds on, is not available. The kind, its params.

        A package that lacks it is named where it can be told. ``is_claimed`` says that a message names the profile, and
        no definition.
        """
        show = self.shown if is_claimed else str
        needed = self._needed(canonical)
        package = self.definitions.lacking(needed)
        if package is None:
            return catalogue.NOT_CHECKED, {"wanted": show(canonical)}
        kind = catalogue.PART if self.definitions.has_part(package) else catalogue.DEPENDENCY
        return kind, {"wanted": show(canonical), "needed": show(needed), "package": package}

    def lacking(self, canonical: str) -> str:
        """What keeps a profile from judging: the label of a package where it can be told, or else a canonical URL."""
        needed = self._needed(canonical)
        return self.definitions.lacking(needed) or self.shown(needed)

    def _needed(self, canonical: str) -> str:
        """The URL that is not available and that a profile needs: its own, or that of what it builds on."""
        definition = self.definition(canonical)
        needed = canonical if definition is None else self._lacked.get(id(definition), canonical)
        return needed.partition("|")[0]

    def shown(self, canonical: str) -> str:
        """An address as an issue shows it: one that these definitions or R4 know. Anything else could be content."""
        url, _, version = canonical.partition("|")
        is_known = is_base(url) or url in vital_signs.PROFILES or self.definitions.is_named(url)
        if not is_known and not any(self.definitions.find(kind, url) for kind in KINDS):
            return "?"
        return f"{url}|{shown_version(version)}" if version else url

    # --- layers -------------------------------------------------------------------------------------------------

    def _chain(self, canonical: str) -> DefinitionLayers:
        """The roots of a profile and of everything that it builds on, the base first."""
        definition = self.definition(canonical)
        if definition is None:
            raise UnknownProfile(canonical)
        layers = self._chains.get(id(definition))  # a version in its name or not, it is compiled once
        if layers is None:
            layers = self._chains[id(definition)] = self._layers(definition)
        return layers

    def _layers(self, definition: Definition) -> DefinitionLayers:
        """The base, then the differential; the snapshot where there is no differential, or no base to build on."""
        has_snapshot = bool(definition.get("snapshot"))
        try:
            base = self._chain(definition["baseDefinition"]) if "baseDefinition" in definition else ()
        except UnknownProfile:
            if not has_snapshot:
                raise
            return (self._read(definition, snapshot=True),)
        return (*base, self._read(definition, snapshot=has_snapshot and not definition.get("differential")))

    def _read(self, definition: Definition, *, snapshot: bool) -> ElementDefinition:
        return applied(read(definition, snapshot=snapshot), definition, self.edition)

    def _node(self, layers: DefinitionLayers, type_code: str) -> ProfileNode:
        key = tuple(map(id, layers))
        node = self._nodes.get(key)
        if node is None:
            profiles = [layer.profile for layer in layers if "." not in layer.id]
            if len(self._nodes) - self._nodes_before > MOST_NODES:
                raise BadDefinition(f"{layers[-1].profile}: it needs more than {MOST_NODES} nodes")
            node = self._nodes[key] = ProfileNode(type_code, frozenset(profiles), profiles[-1] if profiles else "")
            self._unfinished.append((node, layers))
        return node

    def _finish(self) -> None:
        """Fill the nodes that were made, which makes more; then tell the slices apart."""
        while self._unfinished:
            node, layers = self._unfinished.pop()
            self._fill(node, layers)
        while self._unmatched:
            slicing = self._unmatched.pop()
            try:
                for slice_ in slicing.slices if slicing.discriminators else ():
                    slice_.matchers = matchers.make_matchers(slice_, slicing.discriminators, self.get)
            except matchers.NotAvailable as missing:
                slicing.unavailable = missing.canonical

    def _fill(self, node: ProfileNode, layers: DefinitionLayers) -> None:
        node.is_primitive = node.type in PRIMITIVES
        source = CheckSource(node.type, layers, self.definitions, self.terminology)
        node.checks = tuple(check for make in CHECK_MAKERS for check in make(source))
        entries: dict[str, TypedField] = {}
        required = []
        names = dict.fromkeys(name for layer in layers for name in layer.children)
        shortcuts = shortcuts_of(names, layers)
        if shortcuts:
            layers = tuple(self._with_slices(layer, shortcuts) for layer in layers)
            names = dict.fromkeys(name for layer in layers for name in layer.children)
        for name in names:
            if node.is_primitive and name == "value":
                continue
            own = tuple(layer.children[name] for layer in layers if name in layer.children)
            field = self._field(name, own, layers)
            entries.update(self._entries(field, own))
            if field.least or (field.slicing is not None and field.slicing.is_required):
                required.append(field)
        node.entries, node.required = entries, tuple(required)

    def _with_slices(self, layer: ElementDefinition, shortcuts: Mapping[str, tuple[str, str]]) -> ElementDefinition:
        """The same for the same layer, and kept: nodes are known by the identity of their layers."""
        if not layer.children.keys() & shortcuts.keys():
            return layer
        if id(layer) not in self._sliced:
            self._sliced[id(layer)] = with_slices(layer, shortcuts)
        return self._sliced[id(layer)]

    # --- fields -------------------------------------------------------------------------------------------------

    def _field(self, name: str, own: DefinitionLayers, parent: DefinitionLayers) -> ProfileField:
        least, most = _least(own), _most(own)
        types = _last(own, "type", _NONE_TYPES)
        if name == "id" and any(self._is_resource(layer.id.removesuffix(".id")) for layer in own):
            types = [{"code": "id"}]  # R4's definitions say string, its text says id
        if own[0].id == "Extension.url":
            types = [{"code": "uri"}]  # the same
        field = ProfileField(
            name=name.removesuffix("[x]"),
            rule=giving(own, "type").rule,
            is_list=repeats(own[0].definition),
            is_choice=name.endswith("[x]"),
            least=least.get("min") or 0,
            least_rule=least.rule,
            most=_number(most.get("max")),
            most_rule=most.rule,
            types=tuple(by_code(types)),
        )
        if name in ("extension", "modifierExtension"):
            contexts = frozenset(_path(layer.id) for layer in parent)
            field.bearer = ExtensionBearer(field.rule, name == "modifierExtension", contexts)
        if any(layer.slices for layer in own):
            field.slicing = self._slicing(name, own)
        return field

    def _entries(self, field: ProfileField, own: DefinitionLayers) -> Iterator[tuple[str, TypedField]]:
        """Each JSON name that the element may have, with what judges it."""
        types = by_code(_last(own, "type", _NONE_TYPES))
        if field.is_choice:
            for code in by_code(own[0].get("type") or ()):
                node = self._value(own, code, types[code]) if code in types else None
                yield choice_name(field.name, code), TypedField(field, node, code)
        elif len(types) > 1 and all(map(self._is_resource, types)):
            yield field.name, TypedField(field, self._one_resource_of(own, types), field.types[0])
        else:
            code = field.types[0] if field.types else "BackboneElement"
            yield field.name, TypedField(field, self._value(own, code, types.get(code, ())), code)

    def _value(self, layers: DefinitionLayers, code: str, types: Sequence[Mapping[str, Any]]) -> ProfileNode:
        """What judges a value of an element in one type, which ``types`` say more of."""
        reference = layers[0].get("contentReference")
        if reference is not None:
            target = self._referred(layers[0], reference)
            return self._node((*self._chain(R4 + "BackboneElement"), target, *layers), "BackboneElement")
        profiles = tuple(dict.fromkeys(url for of_type in types for url in of_type.get("profile") or ()))
        if self._is_resource(code):
            return self._resource(layers, code, profiles)
        known_profiles = tuple(url for url in profiles if self.definition(url) is not None)
        is_one = len(known_profiles) == 1 == len(profiles)
        element = _profile_element(types) if is_one else None
        if element is not None:
            return self._node((*self._chain(R4 + code), *self._elements(known_profiles[0], element), *layers), code)
        base = self._chain(known_profiles[0] if is_one else R4 + code)
        return self._node((*base, *layers), code)

    def _elements(self, profile: str, identifier: str) -> Iterator[ElementDefinition]:
        """All that a profile and what it builds on say of one of its elements, of its slice too."""
        found = [one for root in self._chain(profile) for one in root.along(identifier)]
        if all(one.id != identifier for one in found):
            raise BadDefinition(f"{profile} has no element {identifier}")
        yield from found

    def _resource(self, layers: DefinitionLayers, code: str, profiles: tuple[str, ...]) -> ProfileNode:
        if len(profiles) > 1:
            return self._one_resource_of(layers, {code: [{"profile": [*profiles]}]})
        key = (*map(id, layers), code)  # a slice may be of several types
        node = self._nodes.get(key)
        if node is None:
            is_any = code in ("Resource", "DomainResource")
            demanded = profiles or (() if is_any else (R4 + code,))
            node = self._nodes[key] = ProfileNode(code, frozenset(demanded), is_resource=True)
            has_inner = not is_any and any(one.children for one in layers) and self.definition(demanded[0]) is not None
            node.checks = self._checks_there(layers, code, has_inner=has_inner)
            if has_inner:
                elements = inner_resources.elements_alone(layers, self._elements_alone)
                node.inner = self._node((*self._chain(demanded[0]), *elements), code)
        return node

    def _one_resource_of(
        self, layers: DefinitionLayers, types: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> ProfileNode:
        """What judges a resource that may be of several types, or of one type by one of several profiles."""
        key = (*map(id, layers), *types)
        node = self._nodes.get(key)
        if node is None:
            forms: dict[str, tuple[str, ...]] = {}
            for code, those in types.items():
                profiles = [url for of_type in those for url in of_type.get("profile") or ()]
                forms[code] = tuple(dict.fromkeys(profiles)) or (R4 + code,)
            rule = giving(layers, "type").rule
            all_profiles = frozenset(url for urls in forms.values() for url in urls)
            node = self._nodes[key] = ProfileNode("Resource", all_profiles, is_resource=True, forms=(rule, forms))
            node.checks = self._checks_there(layers, "Resource", has_inner=False)
        return node

    def _checks_there(self, layers: DefinitionLayers, code: str, *, has_inner: bool) -> tuple[Check, ...]:
        source = CheckSource(code, layers, self.definitions, self.terminology)
        return tuple(inner_resources.checks_there(source, has_inner=has_inner))

    def _is_resource(self, code: str) -> bool:
        definition = self.definition(R4 + code)
        return definition is not None and definition.get("kind") == "resource"

    def _referred(self, element: ElementDefinition, reference: str) -> ElementDefinition:
        """The element that a contentReference names."""
        path = reference.rpartition("#")[2]
        of_type, _, below = path.partition(".")
        for root in reversed(self._chain(R4 + of_type)):
            target = root.at(below) if root.id == of_type else None
            if target is not None:
                return target
        raise BadDefinition(f"{element.profile}: {element.id} refers to {reference}, which is not there")

    # --- slices -------------------------------------------------------------------------------------------------

    def _slicing(self, name: str, own: DefinitionLayers, above: DefinitionLayers = ()) -> Slicing:
        """What tells the slices of an element apart, or those of one slice, of which ``own`` are the layers.

        ``above`` are the layers of the element that a slice is of.
        """
        slicing = _last(own, "slicing", {} if above else _default_slicing(name))
        owner = giving(own, "slicing").rule
        names = dict.fromkeys(name for layer in own for name in layer.slices)
        compiled = Slicing(
            rule=owner,
            discriminators=tuple(
                _discriminator(discriminator, owner) for discriminator in slicing.get("discriminator", ())
            ),
            slices=tuple(self._slice(name, slice_name, own, above) for slice_name in names),
            rules=slicing.get("rules", "open"),
            ordered=slicing.get("ordered") is True,
        )
        self._unmatched.append(compiled)
        return compiled

    def _slice(self, field_name: str, name: str, own: DefinitionLayers, above: DefinitionLayers) -> Slice:
        layers = tuple(layer.slices[name] for layer in own if name in layer.slices)
        least, most = _least(layers), _most(layers)
        whole = (*above, *own)
        types = by_code(_last((*whole, *layers), "type", _NONE_TYPES)) or {"BackboneElement": []}
        is_sliced = any(layer.slices for layer in layers)
        return Slice(
            name=name,
            rule=layers[-1].rule,
            least=least.get("min") or 0,
            least_rule=least.rule,
            most=_number(most.get("max")),
            most_rule=most.rule,
            nodes={code: self._value((*whole, *layers), code, those) for code, those in types.items()},
            slicing=self._slicing(field_name, layers, whole) if is_sliced else None,
        )


def _default_slicing(name: str) -> dict[str, Any]:
    """What tells slices apart where a differential does not say it: URLs tell extensions, types tell choices."""
    if name.lower().endswith("extension"):
        return _BY_URL
    return _BY_TYPE if name.endswith("[x]") else {}


def _profile_element(types: Iterable[Mapping[str, Any]]) -> str | None:
    """The element of its profile that a type names, where it means no whole profile."""
    for beside in (one for of_type in types for one in of_type.get("_profile") or () if one):
        for extension in beside.get("extension") or ():
            if extension.get("url") == _PROFILE_ELEMENT:
                return str(extension.get("valueString"))
    return None


def _path(identifier: str) -> str:
    """An element's path: its id without the names of slices."""
    return ".".join(segment.partition(":")[0] for segment in identifier.split("."))


def _last(layers: DefinitionLayers, key: str, default: Any) -> Any:
    value = giving(layers, key).get(key)
    return default if value is None else value


def shown_version(version: str) -> str:
    """A version as an issue shows it: numbers, too few for anything else. What else is there could be content."""
    return version if _VERSION.fullmatch(version) else "?"


def _least(layers: DefinitionLayers) -> ElementDefinition:
    """The first layer with the highest ``min``."""
    return max(layers, key=lambda layer: layer.get("min") or 0)


def _most(layers: DefinitionLayers) -> ElementDefinition:
    """The first layer with the lowest ``max``."""
    return min(layers, key=lambda layer: _limit(_number(layer.get("max"))))


def _limit(most: int | None) -> float:
    return math.inf if most is None else most


def _number(most: Any) -> int | None:
    """The number behind ``max``; None where there is no limit."""
    return whole(most)


def _discriminator(definition: Mapping[str, Any], rule: Rule) -> Discriminator:
    try:
        return Discriminator(definition["type"], definition["path"], steps(definition["path"]))
    except ValueError as error:
        raise BadDefinition(f"{rule.profile}: {rule.element} has the {error}") from None
