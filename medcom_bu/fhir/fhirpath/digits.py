"""The digits of a number, as FHIRPath counts them: how many it has behind its point, and a number with so many."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def places(number: int | Decimal) -> int:
    """How many digits a number has behind its point; fewer than none where it ends in zeros that it does not write.

    >>> places(Decimal("1.50")), places(7), places(Decimal("1e3"))
    (2, 0, -3)
    """
    exponent = Decimal(number).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def with_places(number: int | Decimal, digits: int, way: str = ROUND_HALF_UP) -> Decimal:
    """The number with so many digits behind its point. Raises ArithmeticError for more than can be reckoned with.

    >>> with_places(Decimal("1.25"), 1)
    Decimal('1.3')
    """
    return Decimal(number).quantize(Decimal(1).scaleb(-digits), way)
