"""What an expression may ask of its surroundings, and the index of a Bundle that answers ``resolve()``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from medcom_bu.fhir.fhirpath.faults import TooManySteps

MOST_STEPS = 5_000_000
"""Steps that the expressions on one message may take; an official message takes some thousands."""
STEPS_OF_AN_ENTRY = 20_000
"""Steps that each entry of a bundle adds."""
ENDLESS = 1 << 62
"""More steps than there ever are."""


class Steps:
    """How many steps are left. A step is an item that a function looks at or makes, or a character that is searched."""

    __slots__ = ("left",)

    def __init__(self, left: int = MOST_STEPS) -> None:
        self.left: int = left

    def take(self, count: int) -> None:
        """Take so many. Raises TooManySteps where there are no more, now and ever after."""
        self.left -= count
        if self.left < 0:
            raise TooManySteps


Resolve = Callable[[str, Any], dict[str, Any] | None]


def _nowhere(_reference: str, _node: Any) -> None:
    return None


def _unknown(_item: Any, _url: str) -> None:
    return None


@attrs.frozen(eq=False, repr=False)
class Env:
    """The surroundings of one evaluation. One value serves every expression on the elements of ``resource``.

    ``resource``     what ``%resource`` means: the resource that the focus is or lies in (a contained one, if in one).
    ``root``         what ``%rootResource`` means: the same, or the resource that holds the contained one.
    ``resolve``      (reference, the node that holds it) -> the resource, or None where it is not to be found.
    ``member_of``    (item, canonical URL of a value set) -> whether it is in; None where the value set is unknown.
    ``conforms_to``  (item, canonical URL of a profile) -> whether it conforms; None where the profile is unknown.
    ``steps``        how many steps are left to all expressions on the message.
    ``now``          the moment that ``now()`` and ``today()`` mean, with its zone; without it they cannot be told.
    ``extension``    what ``%extension`` means: the extension of whose context the expression is an invariant.
    ``loop``         what functions keep of the item that they are at: ``$index``, ``$total``.

    What depends on ``resource`` and ``root`` alone is remembered in ``memo``, what depends on ``root`` alone in
    ``shared``, which all resources within that root have in common: they may not change meanwhile.
    """

    resource: Any
    root: Any = attrs.field(default=attrs.Factory(lambda self: self.resource, takes_self=True))
    resolve: Resolve = _nowhere
    member_of: Callable[[Any, str], bool | None] = _unknown
    conforms_to: Callable[[Any, str], bool | None] = _unknown
    steps: Steps = attrs.field(factory=Steps)
    memo: dict[Callable[..., Any], Any] = attrs.field(factory=dict, init=False)
    shared: dict[Callable[..., Any], Any] = attrs.field(init=False)
    now: str | None = None
    extension: dict[str, Any] | None = None
    loop: dict[str, Any] = attrs.field(factory=dict, init=False)
    _by_root: dict[int, dict[Callable[..., Any], Any]] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "shared", self._by_root.setdefault(id(self.root), {}))

    def within(self, resource: Any, root: Any = None) -> Env:
        """The surroundings of another resource of the same message."""
        return attrs.evolve(self, resource=resource, root=resource if root is None else root)


class BundleIndex:
    """Where the resources of a Bundle are, found in one pass; :meth:`resolve` serves an :class:`Env`.

    A reference is found by an entry's fullUrl or by ``Type/id`` whatever the base, the first entry that fits: what
    HL7's reference engine does within expressions. That a reference agrees with the base of the fullUrl is not an
    expression's affair (R4 bundle.html#references).
    """

    def __init__(self, bundle: Any) -> None:
        self._found: dict[str, dict[str, Any]] = {}
        self._bundle = bundle
        self._owners: dict[int, dict[str, Any]] | None = None
        self._contained: dict[int, dict[str, dict[str, Any]]] = {}
        for entry in _dicts(bundle, "entry"):
            resource = entry.get("resource")
            if type(resource) is not dict:
                continue
            for key in (entry.get("fullUrl"), f"{resource.get('resourceType')}/{resource.get('id')}"):
                if isinstance(key, str):
                    self._found.setdefault(key, resource)

    def resolve(self, reference: str, node: Any) -> dict[str, Any] | None:
        """The resource that a reference names; ``#id`` is looked for in the resource in which ``node`` lies."""
        if reference[:1] != "#":
            return self._found.get(reference)
        owner = self._owner(node)
        if id(owner) not in self._contained:
            parts = {str(part.get("id")): part for part in reversed(_dicts(owner, "contained"))}
            self._contained[id(owner)] = parts
        return self._contained[id(owner)].get(reference[1:])

    def _owner(self, node: Any) -> dict[str, Any] | None:
        """The resource of an entry in which a node lies, by identity. Indexed when a first ``#id`` is met."""
        if self._owners is None:
            self._owners = {}
            for resource in [self._bundle, *(entry.get("resource") for entry in _dicts(self._bundle, "entry"))]:
                self._owners.update((id(node), resource) for node in objects_in(resource))
        return self._owners.get(id(node))


def objects_in(plain: Any) -> Iterator[dict[str, Any]]:
    """Every object in plain data, itself included, in no order that counts; however deep they are."""
    rest = [plain]
    while rest:
        node = rest.pop()
        if type(node) is dict:
            yield node
            rest.extend(node.values())
        elif type(node) is list:
            rest.extend(node)


def _dicts(node: Any, name: str) -> list[dict[str, Any]]:
    """The objects in an array of an object; nothing where there is no such thing."""
    array = node.get(name) if type(node) is dict else None
    return [part for part in array if type(part) is dict] if type(array) is list else []
