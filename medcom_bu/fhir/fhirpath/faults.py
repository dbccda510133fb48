"""What can be wrong with an expression, or with running it. The texts name functions and positions, never content."""

from __future__ import annotations

from typing import Any, ClassVar

from medcom_bu.issues import Text


class FhirPathError(ValueError):
    """Whatever keeps an expression from having a result."""


class FhirPathSyntaxError(FhirPathError):
    """The text is not FHIRPath. ``position`` counts characters from 0."""

    def __init__(self, what: str, position: int) -> None:
        self.what: str = what
        self.position: int = position
        super().__init__(what, position)

    def __str__(self) -> str:
        return f"{self.what} at character {self.position}"


class UnsupportedExpression(FhirPathError):
    """The expression uses ``name``, a function or operator outside the subset that is compiled."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)

    def __str__(self) -> str:
        return f"FHIRPath {self.name} is not supported"


class UnknownType(FhirPathError):
    """The expression asks for a type that R4 does not have."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)

    def __str__(self) -> str:
        return f"R4 has no type {self.name}"


class TooManySteps(FhirPathError):
    """The expression takes more steps than the judging of one message may: it was not asked to its end."""

    why: ClassVar[Text] = Text(
        "it takes more steps than an expression is allowed", "det kræver flere trin end et udtryk må tage"
    )

    def __str__(self) -> str:
        return self.why.en


class EvaluationError(FhirPathError):
    """The data makes the expression meaningless, as where many values stand for one truth. ``name`` says in what."""

    def __init__(self, name: str, what: str) -> None:
        self.name: str = name
        self.what: str = what
        super().__init__(name, what)

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"


class Undecidable(EvaluationError):
    """What the expression asks for cannot be told, so neither can what it gives: ``why`` says so in both languages."""

    def __init__(self, name: str, why: Text) -> None:
        super().__init__(name, why.en)
        self.why: Text = why

    def __reduce__(self) -> tuple[Any, ...]:
        return Undecidable, (self.name, self.why)


def not_at_hand(name: str, wanted: str) -> Undecidable:
    """That a profile, a value set or its package is not available, for which the function ``name`` asks."""
    return Undecidable(name, Text(f"{wanted} is not available", f"{wanted} foreligger ikke"))
