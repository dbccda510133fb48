"""What is noted on the way: what is lost, what is made up, why it cannot be converted.

Source: MedCom, mappings of January 2026; use cases of the VANS conversion service 3.1.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from medcom_bu.arguments import Words
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Issue, Kind, Layer, Loss, Report


class Origin(Words):
    """Where a value that was made up comes from."""

    NEW = "new"
    """A new number or UUID."""
    CONSTANT = "constant"
    """The standard has no other here."""
    DEFAULT = "default"
    """MedCom's mapping names it for what is not known."""
    POLICY = "policy"
    """The caller's Policy."""
    DIRECTORY = "directory"
    """The caller's directory."""
    PAIRS = "pairs"
    """The pairs of an earlier conversion."""
    DERIVED = "derived"
    """Other elements of the message."""
    MEDCOM_WORDS = "words of MedCom"
    """A text in the wording that MedCom gives."""
    OWN_WORDS = "words of medcom_bu"
    """A text in our wording, where MedCom gives none."""


@attrs.frozen(repr=False)
class MadeUp:
    """One value in the result that is not in the original. Unpacked, it is ``(path, origin)``.

    ``kind``: what was made up, and why, as a declared kind with a code.
    ``path``: where it is: an attribute path in ``Conversion.messages``.
    ``origin``: where it comes from.
    """

    kind: Kind
    path: str
    origin: Origin

    @property
    def code(self) -> str:
        """The stable, documented code, such as ``made-up.thread``."""
        return self.kind.code

    def text(self, lang: str = "en") -> str:
        """What was made up, in ``"en"`` or ``"da"``."""
        return self.kind.message.render(lang, {})

    def __iter__(self) -> Iterator[str]:
        return iter((self.path, self.origin))

    def __repr__(self) -> str:
        return f"<MadeUp {self.code} at {self.path}: {self.origin}>"


@attrs.define(repr=False)
class Notes:
    """Gathers what is noted. Paths of losses and refusals are of the original, of what is made up of the result."""

    losses: list[Loss] = attrs.field(factory=list)
    made_up: list[MadeUp] = attrs.field(factory=list)
    refusals: list[Issue] = attrs.field(factory=list)

    def lose(self, kind: Kind, path: str, /, **params: object) -> None:
        """Something of the original is lost."""
        self.losses.append(Loss(kind, path, tuple(params.items())))

    def make(self, kind: Kind, path: str, origin: Origin) -> None:
        """Something of the result is made up."""
        self.made_up.append(MadeUp(kind, path, origin))

    def refuse(self, kind: Kind, path: str, /, **params: Any) -> None:
        """The message cannot be carried over."""
        self.refusals.append(kind.issue(path, **params))

    def place(self, places: Mapping[str, str], start: int) -> None:
        """Say of what was made up since ``start`` where it is, once that is known: ``places`` maps beginnings."""
        placed = []
        for made in self.made_up[start:]:
            name, dot, rest = made.path.partition(".")
            placed.append(MadeUp(made.kind, f"{places.get(name, name)}{dot}{rest}", made.origin))
        self.made_up[start:] = placed

    def check(self) -> None:
        """Raise InvalidMessage with every refusal, if there is any."""
        if self.refusals:
            raise InvalidMessage(Report.from_issues(self.refusals, [Layer.RULE], [Layer.RULE]))
