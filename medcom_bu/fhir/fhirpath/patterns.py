"""Regular expressions of definitions from outside: what one may cost is known before it is asked.

Python's own engine goes back and tries again, which can take for ever. So each pattern is read into a small tree that
tells how many steps it may take on a text. Where these are too many, the pattern runs as an automaton, whose steps are
counted and grow with the text alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import attrs

from medcom_bu.fhir.fhirpath.environment import ENDLESS, Steps
from medcom_bu.fhir.fhirpath.faults import UnsupportedExpression

_QUICK = 1_000_000
"""Steps that a pattern may take in Python's engine."""
_MOST_STATES = 20_000
_MAX_DEPTH = 100
_MOST_EXPONENT = 6
_FLAGS = re.ASCII | re.DOTALL
_FOREIGN = re.compile(r"(?:\\.|[^\\])*?(\\[pPQEhHvVRXGzZkN]|&&|\(\?[^:=!<])", re.DOTALL)
_CLASS = re.compile(r"\[\^?(?:\\.|[^\\])(?:\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_REPEATED = re.compile(r"(?:[*+?]|\{(?!\})([0-9]{0,9})(,([0-9]{0,9}))?\})([?+]?)")
_GROUPS = ("(?:", "(?=", "(?!", "(?<=", "(?<!", "(")


@attrs.frozen
class Atom:
    """What takes one character: a letter, a class, a dot."""

    text: str


@attrs.frozen
class Edge:
    """``^`` or ``$``."""

    text: str


@attrs.frozen
class Other:
    """What an automaton has no state for, such as ``\\b`` or what is in a look around."""

    inner: Part | None = None


@attrs.frozen
class InOrder:
    """Parts, one after the other."""

    parts: tuple[Part, ...]


@attrs.frozen
class AnyOf:
    """Alternatives."""

    parts: tuple[Part, ...]


@attrs.frozen
class Repetition:
    """A part, so many times; without end where ``most`` is None."""

    part: Part
    least: int
    most: int | None


Part = Atom | Edge | Other | InOrder | AnyOf | Repetition


class _Reader:
    """The tree of a pattern that Python has read already, so that only its parts are to be told apart."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def either(self, depth: int = 0) -> Part:
        """Alternatives, up to the end of their group."""
        if depth > _MAX_DEPTH:
            raise UnsupportedExpression("a regular expression that is so deep")
        rows = [self.row(depth)]
        while self.pattern.startswith("|", self.at):
            self.at += 1
            rows.append(self.row(depth))
        return rows[0] if len(rows) == 1 else AnyOf(tuple(rows))

    def row(self, depth: int) -> Part:
        """Parts up to the next ``|`` or ``)``."""
        parts: list[Part] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            part = self.part(depth)
            while repeated := _REPEATED.match(self.pattern, self.at):
                part = self.repeat(part, repeated)
            parts.append(part)
        return parts[0] if len(parts) == 1 else InOrder(tuple(parts))

    def repeat(self, part: Part, repeated: re.Match[str]) -> Part:
        """A part with the quantifier behind it."""
        self.at = repeated.end()
        least, comma, most, mode = repeated.groups()
        if mode == "+":
            return Other(part)  # possessive: it gives nothing back
        if least is None:
            sign = repeated.group()[0]
            return Repetition(part, int(sign == "+"), 1 if sign == "?" else None)
        return Repetition(part, int(least or 0), int(most) if most else None if comma else int(least))

    def group(self, depth: int) -> Part:
        """What is between brackets."""
        opened = next(sign for sign in _GROUPS if self.pattern.startswith(sign, self.at))
        self.at += len(opened)
        inner = self.either(depth + 1)
        self.at += 1
        return inner if opened in ("(", "(?:") else Other(inner)

    def part(self, depth: int) -> Part:
        """One part, without its quantifier."""
        sign = self.pattern[self.at]
        if sign == "(":
            return self.group(depth)
        form = _CLASS if sign == "[" else _ESCAPED if sign == "\\" else None
        found = form.match(self.pattern, self.at) if form else None
        text = found.group() if found else sign
        self.at += len(text)
        if sign in "^$":
            return Edge(sign)
        return Other() if text[:1] == "\\" and text[1:2] in "bBAZ123456789" else Atom(text)


Cost = tuple[float, int]
"""A factor and an exponent: so often the length of the text to that power."""
_WITHOUT_END: Cost = (math.inf, 0)


def _cost(part: Part) -> Cost:
    """In how many ways a part may be tried at one place."""
    if isinstance(part, InOrder):
        return _product([_cost(inner) for inner in part.parts])
    if isinstance(part, AnyOf):
        costs = [_cost(inner) for inner in part.parts]
        return sum(factor for factor, _ in costs), max(exponent for _, exponent in costs)
    if isinstance(part, Repetition):
        return _repeated(part)
    return _cost(part.inner) if isinstance(part, Other) and part.inner is not None else (1, 0)


def _product(costs: list[Cost]) -> Cost:
    return math.prod(float(factor) for factor, _ in costs), sum(exponent for _, exponent in costs)


def _repeated(part: Repetition) -> Cost:
    factor, exponent = _cost(part.part)
    if (factor, exponent) == (1, 0) and _takes(part.part):
        return (part.most - part.least + 1, 0) if part.most is not None else (2, 1)
    if part.most is None or part.most > _MAX_DEPTH:
        return _WITHOUT_END
    return _product([(part.most - part.least + 1, 0), *[(factor, exponent)] * part.most])


def _takes(part: Part) -> bool:
    """Whether a part takes a character whenever it fits."""
    if isinstance(part, InOrder):
        return any(map(_takes, part.parts))
    if isinstance(part, AnyOf):
        return all(map(_takes, part.parts))
    return isinstance(part, Atom) or (isinstance(part, Repetition) and part.least > 0 and _takes(part.part))


State = tuple[Callable[[str], object] | str, tuple[int, ...]]
"""What leads on, a test of one character, an edge or nothing, and where to. The first state is the end."""


class _Automaton:
    """Runs through a text once, in all ways at a time."""

    def __init__(self, part: Part) -> None:
        self.states: list[State] = [("end", ())]
        self.start: int = self.build(part, 0)

    def add(self, what: Callable[[str], object] | str, *following: int) -> int:
        """A new state."""
        if len(self.states) >= _MOST_STATES:
            raise UnsupportedExpression("a regular expression of so many parts")
        self.states.append((what, following))
        return len(self.states) - 1

    def build(self, part: Part, following: int) -> int:
        """The states of a part, before what follows; the first of them."""
        if isinstance(part, InOrder):
            for inner in reversed(part.parts):
                following = self.build(inner, following)
            return following
        if isinstance(part, AnyOf):
            return self.add("", *[self.build(inner, following) for inner in part.parts])
        if isinstance(part, Repetition):
            return self.repeated(part, following)
        if isinstance(part, Other):
            raise UnsupportedExpression("a regular expression whose steps have no bound")
        what = part.text if isinstance(part, Edge) else re.compile(part.text, _FLAGS).fullmatch
        return self.add(what, following)

    def repeated(self, part: Repetition, following: int) -> int:
        """As many copies of a part as it may stand; one that leads back to itself where it has no end."""
        if part.most is None:
            back = self.add("", following)
            self.states[back] = ("", (self.build(part.part, back), following))
            following = back
        else:
            end = following
            for _ in range(part.most - part.least):
                following = self.add("", self.build(part.part, following), end)
        for _ in range(part.least):
            following = self.build(part.part, following)
        return following

    def finds(self, text: str, steps: Steps) -> bool:
        """Whether the pattern fits somewhere. Raises TooManySteps."""
        end = len(text)
        edges = {"^": (0,), "$": (end, end - 1) if text.endswith("\n") else (end,)}
        reached: list[int] = []
        for at in range(end + 1):
            here: set[int] = set()
            waiting = [*reached, self.start]
            while waiting:
                number = waiting.pop()
                if number == 0:
                    return True
                if number not in here:
                    here.add(number)
                    what, following = self.states[number]
                    if what == "" or (isinstance(what, str) and at in edges[what]):
                        waiting.extend(following)
            steps.take(len(here))
            reached = self.after(text[at], here) if at < end else []
        return False

    def after(self, sign: str, here: set[int]) -> list[int]:
        """The states that a character leads to."""
        tests = (self.states[number] for number in here)
        return [state for what, following in tests if not isinstance(what, str) and what(sign) for state in following]


@attrs.frozen(eq=False)
class SearchPattern:
    """A regular expression with what it costs."""

    regex: re.Pattern[str]
    cost: Cost
    automaton: _Automaton | None

    def finds(self, text: str, steps: Steps) -> bool:
        """Whether it fits somewhere in a text. Raises TooManySteps."""
        factor, exponent = self.cost
        is_quick = exponent <= _MOST_EXPONENT and factor * (len(text) + 1) ** exponent <= _QUICK
        if not is_quick and self.automaton is not None:
            return self.automaton.finds(text, steps)
        steps.take(len(text) + 1 if is_quick else ENDLESS)
        return self.regex.search(text) is not None

    def replaced(self, text: str, new: str, steps: Steps) -> str:
        """The text with ``new`` for each part that fits, where ``$1`` is a group. Raises TooManySteps.

        An empty pattern changes nothing. An automaton knows no parts: where it is needed, there are no steps left.
        """
        factor, exponent = self.cost
        is_quick = exponent <= _MOST_EXPONENT and factor * (len(text) + 1) ** exponent <= _QUICK
        steps.take(len(text) + 1 if is_quick else ENDLESS)
        template = re.sub(r"\$([0-9])", r"\\g<\1>", new.replace("\\", r"\\"))
        return text if not self.regex.pattern else self.regex.sub(template, text)


def regular_expression(pattern: str) -> SearchPattern:
    """A Java regular expression as a Python one; ``.`` takes line ends, digits and letters are ASCII.

    Raises:  UnsupportedExpression for what Python lacks or reads otherwise: ``\\p``, ``\\Q``, flags within, character
             classes within character classes; and for what may take steps without end.
    """
    foreign = _FOREIGN.match(pattern)
    if foreign or _nests_classes(pattern):
        raise UnsupportedExpression(f"{foreign.group(1) if foreign else '[['} in a regular expression")
    try:
        regex = re.compile(pattern, _FLAGS)
    except (re.error, RecursionError, OverflowError):
        raise UnsupportedExpression("a regular expression that Python does not read") from None
    part = _Reader(pattern).either()
    starts = part.parts[0] if isinstance(part, InOrder) and part.parts else part
    factor, exponent = _cost(part)
    cost = factor, exponent + (starts != Edge("^"))
    return SearchPattern(regex, cost, _automaton(part, cost))


def _automaton(part: Part, cost: Cost) -> _Automaton | None:
    """The automaton of a pattern that may need one; None where it needs none, or has none and yet a bound."""
    if cost[1] <= 1 and cost[0] <= _QUICK:
        return None
    try:
        return _Automaton(part)
    except UnsupportedExpression:
        if cost[0] > _QUICK:
            raise
        return None


def _nests_classes(pattern: str) -> bool:
    within = False
    for sign in re.findall(r"\\.|.", pattern, re.DOTALL):
        if sign == "[" and within:
            return True
        within = sign == "[" or (within and sign != "]")
    return False
