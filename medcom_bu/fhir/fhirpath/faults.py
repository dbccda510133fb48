"""What can be wrong with an expression, or with running it. The texts name functions and positions, never content."""

from __future__ import annotations


class FhirPathError(ValueError):
    """Whatever keeps an expression from having a result."""


class FhirPathSyntaxError(FhirPathError):
    """The text is no FHIRPath. ``position`` counts characters from 0."""

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


class Undecidable(FhirPathError):
    """The expression asks for a profile or value set that is not at hand: ``url`` names it."""

    def __init__(self, url: str) -> None:
        self.url: str = url
        super().__init__(url)


class EvaluationError(FhirPathError):
    """The data makes the expression meaningless, as where many values stand for one truth. ``name`` says in what."""

    def __init__(self, name: str, what: str) -> None:
        self.name: str = name
        self.what: str = what
        super().__init__(name, what)

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"
