"""FHIRPath text to a small syntax tree. Source: FHIRPath 2.0.0 (N1), sections 2, 3 and 6 and the grammar of appendix A.

The tree holds what the text says, no meaning: which functions and operators can be run is the compiler's affair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import attrs

from medcom_bu.fhir.fhirpath.faults import FhirPathSyntaxError, UnsupportedExpression
from medcom_bu.fhir.fhirpath.moments import Temporal, literal
from medcom_bu.fhir.fhirpath.quantities import CALENDAR, Quantity
from medcom_bu.numerals import exact, whole

MAX_LENGTH = 20_000
"""Characters of an expression; the longest of the official guides has about a thousand."""

MAX_DEPTH = 100
"""Levels of an expression: closures nest as deep as the tree does, and Python's stack is finite."""


@attrs.frozen
class Literal:
    """A constant, numbers and moments as written; ``None`` is the empty collection ``{}``."""

    value: str | int | Decimal | bool | Temporal | Quantity | None
    depth: int = 1


@attrs.frozen
class ExternalConstant:
    """``%name``."""

    name: str
    depth: int = 1


@attrs.frozen
class This:
    """``$this``."""

    depth: int = 1


@attrs.frozen
class Loop:
    """``$index``, ``$total`` or ``%context``: what is kept for a time, by its name."""

    name: str
    depth: int = 1


@attrs.frozen
class Member:
    """``base.name``; without base a path that starts with the name."""

    base: ExpressionNode | None
    name: str
    depth: int


@attrs.frozen
class Call:
    """``base.name(arguments)``; the operators ``is`` and ``as`` are calls with a type."""

    base: ExpressionNode | None
    name: str
    arguments: tuple[ExpressionNode, ...]
    depth: int


@attrs.frozen
class Subscript:
    """``base[index]``."""

    base: ExpressionNode
    index: ExpressionNode
    depth: int


@attrs.frozen
class Operation:
    """``left operator right``."""

    operator: str
    left: ExpressionNode
    right: ExpressionNode
    depth: int


ExpressionNode = Literal | ExternalConstant | This | Loop | Member | Call | Subscript | Operation

_BINDING = {
    name: power
    for power, names in enumerate(
        (
            ("implies",),
            ("or", "xor"),
            ("and",),
            ("in", "contains"),
            ("=", "!=", "~", "!~"),
            ("<", "<=", ">", ">="),
            ("|",),
            ("is", "as"),
            ("+", "-", "&"),
            ("*", "/", "div", "mod"),
        ),
        start=1,
    )
    for name in names
}
"""Operator -> how tightly it binds. All associate to the left (FHIRPath 6.8)."""

_TOKEN = re.compile(
    r"""
      (?P<blank>   [ \t\r\n]+ | //[^\r\n]* | /\*.*?\*/ )
    | (?P<text>    '(?:[^'\\]|\\.)*' )
    | (?P<quoted>  `(?:[^`\\]|\\.)*` )
    | (?P<variable>%(?: [A-Za-z_][A-Za-z0-9_]* | '(?:[^'\\]|\\.)*' | `(?:[^`\\]|\\.)*` ) )
    | (?P<special> \$[a-z]+ )
    | (?P<number>  [0-9]+(?:\.[0-9]+)? )
    | (?P<name>    [A-Za-z_][A-Za-z0-9_]* )
    | (?P<moment>  @(?=[0-9T])(?:[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)?
                   (?:T(?:[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)? )
    | (?P<sign>    <= | >= | != | !~ | [-+*/&|<>=~.,()\[\]{}] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"r": "\r", "n": "\n", "t": "\t", "f": "\f"} | {sign: sign for sign in "\\/'\"`"}

Token = tuple[str, str, int]


def parse(expression: str) -> ExpressionNode:
    """The tree of an expression.

    Raises:  FhirPathSyntaxError, naming the position, where the text is not FHIRPath or is deeper than ``MAX_DEPTH``;
             UnsupportedExpression for a number of more digits than are reckoned with.
    """
    if len(expression) > MAX_LENGTH:
        raise FhirPathSyntaxError("longer than an expression can be", MAX_LENGTH)
    parser = _Parser([*_tokens(expression), ("end", "", len(expression))])
    tree = parser.expression(0, 0)
    parser.expect_end()
    return tree


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FhirPathSyntaxError("a character that FHIRPath has no use for", at)
        kind = match.lastgroup or ""
        if kind != "blank":
            yield kind, match.group(), at
        at = match.end()


def _unquote(text: str, at: int) -> str:
    def plain(match: re.Match[str]) -> str:
        sign = match.group(1)
        if len(sign) == 5:
            return chr(int(sign[1:], 16))
        if sign not in _ESCAPED:
            raise FhirPathSyntaxError("an unknown escape", at)
        return _ESCAPED[sign]

    return _ESCAPE.sub(plain, text[1:-1])


def _number(text: str) -> int | Decimal:
    number = exact(text) if "." in text else whole(text)
    if number is None:
        raise UnsupportedExpression("a number of so many digits")
    return number


def _moment(text: str, at: int) -> Temporal:
    found = literal(text)
    if found is None:
        raise FhirPathSyntaxError("no date or time", at)
    return found


class _Parser:
    """Precedence climbing over the tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def next(self) -> Token:
        """Take the next token; the end stays."""
        token = self.tokens[self.at]
        self.at += token[0] != "end"
        return token

    def takes(self, sign: str) -> bool:
        """Take the sign if it comes next."""
        kind, text, _ = self.tokens[self.at]
        is_next = kind == "sign" and text == sign
        self.at += is_next
        return is_next

    def expect(self, sign: str) -> None:
        """Take the sign, which must come next."""
        if not self.takes(sign):
            raise FhirPathSyntaxError(f"no {sign!r}", self.tokens[self.at][2])

    def expect_end(self) -> None:
        """Nothing may be left."""
        if self.tokens[self.at][0] != "end":
            raise FhirPathSyntaxError("text that follows the expression", self.tokens[self.at][2])

    def deep(self, *nodes: ExpressionNode | None) -> int:
        """The depth of a node over these."""
        depth = 1 + max((node.depth for node in nodes if node is not None), default=0)
        if depth > MAX_DEPTH:
            raise FhirPathSyntaxError("deeper than an expression can be", self.tokens[self.at][2])
        return depth

    def expression(self, least: int, nested: int) -> ExpressionNode:
        """An expression of operators that bind tighter than ``least``."""
        if nested > MAX_DEPTH:
            raise FhirPathSyntaxError("deeper than an expression can be", self.tokens[self.at][2])
        left = self.signed(nested)
        while True:
            kind, operator, _ = self.tokens[self.at]
            power = _BINDING.get(operator, 0) if kind in ("sign", "name") else 0
            if power <= least:
                return left
            self.at += 1
            if operator in ("is", "as"):
                named = self.type_name()
                left = Call(left, operator, (named,), self.deep(left, named))
            else:
                right = self.expression(power, nested + 1)
                left = Operation(operator, left, right, self.deep(left, right))

    def type_name(self) -> Member:
        """A type, with or without its namespace."""
        name = Member(None, self.name(), 1)
        return Member(name, self.name(), 2) if self.takes(".") else name

    def signed(self, nested: int) -> ExpressionNode:
        """A term with its invocations, after signs."""
        negative = 0
        while self.tokens[self.at][0] == "sign" and self.tokens[self.at][1] in "+-":
            negative ^= self.next()[1] == "-"
        node = self.term(nested)
        while True:
            if self.takes("."):
                node = self.invocation(node, nested)
            elif self.takes("["):
                index = self.expression(0, nested + 1)
                self.expect("]")
                node = Subscript(node, index, self.deep(node, index))
            elif negative:
                return Operation("-", Literal(0), node, self.deep(node))
            else:
                return node

    def term(self, nested: int) -> ExpressionNode:
        """A literal, a variable, an expression in brackets, or what starts a path."""
        kind, text, at = self.tokens[self.at]
        if kind in ("name", "quoted") and text not in ("true", "false"):
            return self.invocation(None, nested)
        self.next()
        if (kind, text) == ("sign", "("):
            inner = self.expression(0, nested + 1)
            self.expect(")")
            return inner
        return self.constant(kind, text, at)

    def constant(self, kind: str, text: str, at: int) -> ExpressionNode:
        """A literal or a variable."""
        if (kind, text) == ("sign", "{"):
            self.expect("}")
            return Literal(None)
        if kind == "name":
            return Literal(text == "true")
        if kind == "text":
            return Literal(_unquote(text, at))
        if kind == "number":
            return Literal(self.quantity(_number(text)))
        if kind == "moment":
            return Literal(_moment(text[1:], at))
        if text in ("%context", "$index", "$total"):
            return Loop(text)
        if kind == "variable":
            return ExternalConstant(text[1:] if text[1] not in "'`" else _unquote(text[1:], at))
        if (kind, text) == ("special", "$this"):
            return This()
        raise FhirPathSyntaxError("no value", at)

    def quantity(self, number: int | Decimal) -> int | Decimal | Quantity:
        """A number, or with the unit that follows a quantity."""
        kind, text, at = self.tokens[self.at]
        if kind == "text":
            self.at += 1
            return Quantity(number, _unquote(text, at))
        if kind == "name" and text in CALENDAR:
            self.at += 1
            return Quantity(number, CALENDAR[text], is_calendar=True)
        return number

    def invocation(self, base: ExpressionNode | None, nested: int) -> ExpressionNode:
        """A member or a function, with what it is invoked on."""
        name = self.name()
        if not self.takes("("):
            return Member(base, name, self.deep(base))
        arguments: list[ExpressionNode] = []
        if not self.takes(")"):
            arguments.append(self.expression(0, nested + 1))
            while self.takes(","):
                arguments.append(self.expression(0, nested + 1))
            self.expect(")")
        return Call(base, name, tuple(arguments), self.deep(base, *arguments))

    def name(self) -> str:
        """The name that must come next."""
        kind, text, at = self.next()
        if kind == "quoted":
            return _unquote(text, at)
        if kind != "name":
            raise FhirPathSyntaxError("no name", at)
        return text
