"""A mapping that cannot be changed, and that can be copied, pickled and sent to another process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V", covariant=True)


class FrozenDict(Mapping[_K, _V]):
    """Keys and values as they were given. Equal to every mapping that holds the same."""

    __slots__ = ("_held",)

    def __init__(self, held: Mapping[_K, _V]) -> None:
        self._held = dict(held)

    def __getitem__(self, key: _K) -> _V:
        return self._held[key]

    def __contains__(self, key: object) -> bool:
        return key in self._held

    def __iter__(self) -> Iterator[_K]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __hash__(self) -> int:
        return hash(frozenset(self._held))  # of the keys: what they hold may have none

    def __repr__(self) -> str:
        return repr(self._held)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._held,)


def frozen(held: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """The mapping so that it cannot be changed; for an attrs converter, which wants no type parameters."""
    return FrozenDict(held)
