"""What can be wrong with an expression, or with running it. The texts name functions and positions, never content."""

from __future__ import annotations


class FhirPathError(ValueError):
    """Whatever keeps an expression from having a result."""


class FhirPathSyntaxError(FhirPathError):
    """The text is no FHIRPath. ``position`` counts characters from 0."""

    def __init__(self, what: str, position: int) -> None:
        self.position = position
        super().__init__(f"{what} at character {position}")


class UnsupportedExpression(FhirPathError):
    """The expression uses ``name``, a function or operator outside the subset that is compiled."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"FHIRPath {name} is not supported")


class EvaluationError(FhirPathError):
    """The data makes the expression meaningless, as where many values stand for one truth. ``name`` says in what."""

    def __init__(self, name: str, what: str) -> None:
        self.name = name
        super().__init__(f"{name}: {what}")
