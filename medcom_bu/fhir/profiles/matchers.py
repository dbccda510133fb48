"""What tells whether an occurrence is of a slice: made from what the slice's definition says at a discriminator.

Source: FHIR R4, Profiling, Discriminators; where nothing is fixed, a required binding or existence, as HL7's
validator does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from medcom_bu.fhir.fhirpath import bare
from medcom_bu.fhir.profiles.bindings import Binding
from medcom_bu.fhir.profiles.constants import FixedValue, Pattern
from medcom_bu.fhir.profiles.definition_tree import BadDefinition
from medcom_bu.fhir.profiles.references import FitsOne, NotChecked, Target
from medcom_bu.fhir.profiles.scope import Scope
from medcom_bu.fhir.profiles.slices import DEFAULT, Discriminator, Matcher, Slice, Step, Typed
from medcom_bu.fhir.profiles.tree import ProfileField, ProfileNode

ProfileSource = Callable[[str], ProfileNode | None]
"""What judges by a profile, named by its canonical URL; None where it is not available."""


@attrs.frozen(eq=False)
class DiscriminatorTarget:
    """Where a discriminator leads in a definition: a node, and the field that it is in."""

    node: ProfileNode
    field: ProfileField | None


@attrs.frozen(eq=False)
class ValueIs:
    """One of the values fulfils all that is fixed."""

    criteria: tuple[FixedValue | Pattern | Binding, ...]

    def __call__(self, values: list[Typed], _: Scope) -> bool:
        """Judge the values."""
        return any(all(criterion.accepts(bare(value)) for criterion in self.criteria) for value, _ in values)


@attrs.frozen
class TypeIs:
    """One of the values is of an allowed type."""

    types: frozenset[str]

    def __call__(self, values: list[Typed], _: Scope) -> bool:
        """Judge the values."""
        return any(of_type in self.types for _value, of_type in values)


@attrs.frozen
class Exists:
    """There is a value, or there is none."""

    wanted: bool

    def __call__(self, values: list[Typed], _: Scope) -> bool:
        """Judge the values."""
        return bool(values) is self.wanted


@attrs.frozen
class Conforms:
    """One of the values fits one of the profiles."""

    profiles: tuple[str, ...]

    def __call__(self, values: list[Typed], scope: Scope) -> bool:
        """Judge the values."""
        return any(scope.fits(value, profile) for value, _ in values for profile in self.profiles)


class NotAvailable(LookupError):
    """What tells a slice apart is in a profile that is not available."""

    def __init__(self, canonical: str) -> None:
        super().__init__(canonical)
        self.canonical = canonical


@attrs.frozen
class Anything:
    """The slice says nothing at the discriminator's path: it does not tell it apart."""

    def __call__(self, _values: list[Typed], _scope: Scope) -> bool:
        """Judge the values."""
        return True


def make_matchers(
    slice_: Slice, discriminators: Sequence[Discriminator], profiles: ProfileSource
) -> tuple[Matcher, ...]:
    """What tells a slice apart, one for each discriminator; one at which it says nothing is left to the others.

    Raises BadDefinition where the slice says nothing at any, NotAvailable where one leads to a profile that is not
    available. The slice ``@default`` takes what no other does, and needs nothing to tell it apart.
    """
    made = tuple(_made(slice_, discriminator, profiles) for discriminator in discriminators)
    is_told = any(not isinstance(matcher, Anything) for matcher in made)
    if not is_told and slice_.name != DEFAULT:
        raise _not_told(slice_, discriminators)
    return made if is_told else ()


def _not_told(slice_: Slice, discriminators: Iterable[Discriminator]) -> BadDefinition:
    told = ", ".join(f"{one.kind} {one.path}" for one in discriminators) or "anything"
    return BadDefinition(f"{slice_.rule.profile}: {slice_.rule.element} is not told apart by {told}")


def _made(slice_: Slice, discriminator: Discriminator, profiles: ProfileSource) -> Matcher:
    if discriminator.kind not in _MAKERS:
        raise _not_told(slice_, (discriminator,))
    places = [DiscriminatorTarget(node, None) for node in slice_.nodes.values()]
    unavailable = [*_unavailable(places)]
    for step in discriminator.steps:
        if step.kind == "resolve":
            unavailable += _unavailable_targets(places, profiles)
        places = [target for place in places for target in _below(place, step, profiles)]
        unavailable += _unavailable(places)
    matcher = _MAKERS[discriminator.kind](slice_, discriminator, places)
    if matcher is None and unavailable:
        raise NotAvailable(unavailable[0])
    return matcher or Anything()


def _unavailable(places: Iterable[DiscriminatorTarget]) -> Iterator[str]:
    """The profiles of places that are not available."""
    return (check.wanted for place in places for check in place.node.checks if isinstance(check, NotChecked))


def _unavailable_targets(places: Iterable[DiscriminatorTarget], profiles: ProfileSource) -> Iterator[str]:
    """The profiles that the references at places lead to and that are not available."""
    targets = (check for place in places for check in place.node.checks if isinstance(check, Target))
    return (canonical for target in targets for canonical in target.profiles if profiles(canonical) is None)


def _below(place: DiscriminatorTarget, step: Step, profiles: ProfileSource) -> Iterator[DiscriminatorTarget]:
    if step.kind == "type":
        if place.node.type == step.name:
            yield place
    elif step.kind == "extension":
        for target in _below(place, Step("child", "extension"), profiles):
            if step.name in target.node.profiles:
                yield target
    elif step.kind == "resolve":
        yield from _targets(place, profiles)
    else:
        for node in _inner_nodes(place.node, profiles):
            yield from _children(node, step.name)


def _inner_nodes(node: ProfileNode, profiles: ProfileSource) -> Iterable[ProfileNode]:
    """What says which elements a value has: the node, or for a resource what is said of it or its profiles."""
    if not node.is_resource:
        return (node,)
    return (node.inner,) if node.inner is not None else filter(None, map(profiles, sorted(node.profiles)))


def _targets(place: DiscriminatorTarget, profiles: ProfileSource) -> Iterator[DiscriminatorTarget]:
    """What a reference may lead to."""
    canonicals = [profile for check in place.node.checks if isinstance(check, Target) for profile in check.profiles]
    for node in map(profiles, canonicals):
        if node is not None:
            yield DiscriminatorTarget(node, place.field)


def _children(node: ProfileNode, name: str) -> Iterator[DiscriminatorTarget]:
    """The elements of a name, in each type and slice."""
    for field in _fields(node, name):
        nodes = [entry.node for entry in node.entries.values() if entry.field is field]
        nodes += field.slicing.nodes() if field.slicing is not None else ()
        yield from (DiscriminatorTarget(inner_node, field) for inner_node in nodes if inner_node is not None)


def _fields(node: ProfileNode, name: str) -> Iterable[ProfileField]:
    return {id(entry.field): entry.field for entry in node.entries.values() if entry.field.name == name}.values()


def _value(slice_: Slice, discriminator: Discriminator, places: Sequence[DiscriminatorTarget]) -> Matcher | None:
    for place in places:
        criteria = tuple(_telling(place.node))
        if criteria:
            return ValueIs(criteria)
    if discriminator.path == "url":
        unknown = [check for node in slice_.nodes.values() for check in node.checks if isinstance(check, NotChecked)]
        return ValueIs((FixedValue(slice_.rule, unknown[0].wanted.partition("|")[0]),)) if unknown else None
    return _exists(slice_, discriminator, places)


def _telling(node: ProfileNode) -> Iterator[FixedValue | Pattern | Binding]:
    for check in node.checks:
        if isinstance(check, FixedValue | Pattern) or (isinstance(check, Binding) and check.strength == "required"):
            yield check


def _exists(_: Slice, __: Discriminator, places: Sequence[DiscriminatorTarget]) -> Matcher | None:
    for place in places:
        if place.field is not None and place.field.most == 0:
            return Exists(False)
        if place.field is not None and place.field.least > 0:
            return Exists(True)
    return None


def _type(_: Slice, __: Discriminator, places: Sequence[DiscriminatorTarget]) -> Matcher | None:
    types = frozenset(name for place in places if not _is_beside(place) for name in _type_names(place.node))
    return TypeIs(types) if types else None


def _is_beside(place: DiscriminatorTarget) -> bool:
    """Whether a place is a type of a choice that its own slices, which are by type, leave aside."""
    field = place.field
    return (
        field is not None and field.is_choice and field.slicing is not None and place.node not in field.slicing.nodes()
    )


def _type_names(node: ProfileNode) -> Iterable[str]:
    """The types that a value may be of: one, but for a resource that may be of several."""
    return node.forms[1] if node.forms is not None else (node.type,)


def _profile(_: Slice, __: Discriminator, places: Sequence[DiscriminatorTarget]) -> Matcher | None:
    canonicals = tuple(sorted({profile for place in places for profile in _profiles_of(place.node)}))
    return Conforms(canonicals) if canonicals else None


def _profiles_of(node: ProfileNode) -> Iterable[str]:
    """The profiles of which a value must fit one; what they build on they demand themselves."""
    several = [profile for check in node.checks if isinstance(check, FitsOne) for profile in check.profiles]
    return several or ((node.profile,) if node.profile else node.profiles)


_MAKERS = {"value": _value, "pattern": _value, "exists": _exists, "type": _type, "profile": _profile}
