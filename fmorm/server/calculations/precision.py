"""Decimal arithmetic as formulas do it.

Sums, differences, products and whole powers are exact. What cannot be exact (quotients, roots, logarithms, other
powers) is rounded half up to 16 digits after the point, and never to fewer than 16 significant ones; the latter is a
guess for very small numbers.
"""

from __future__ import annotations

from decimal import ROUND_05UP, ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache
from typing import Final

from fmorm.server.calculations.errors import EvaluationError

PLACES: Final = 16
"""FileMaker's digits after the point, unless SetPrecision asks for more."""
_TRAPS = [DivisionByZero, InvalidOperation, Overflow]
EXACT: Final = Context(prec=820, Emax=400, Emin=-1200, traps=_TRAPS)
"""Room for the sum of the largest and the smallest number, and for the product of two of 400 digits."""
_SPARE = 8


@lru_cache(maxsize=512)
def _working(digits: int) -> Context:
    """Give a context whose last digit tells that more follow, so that rounding again is right."""
    return Context(prec=digits, rounding=ROUND_05UP, Emax=400, Emin=-1200, traps=_TRAPS)


def context_for(size: int, places: int = PLACES) -> Context:
    """Give a context for a result of so many digits before the point."""
    return _working(min(max(size, 1) + places + _SPARE, EXACT.prec))


def rounded(number: Decimal, places: int = PLACES) -> Decimal:
    """Round what could not be exact."""
    if not number:
        return Decimal(0)
    digits = max(places, places - 1 - number.adjusted())
    return round_half_up(number, digits)


def round_half_up(number: Decimal, places: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round to so many digits after the point, or before it when negative."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -places:
        return number
    return number.quantize(Decimal((0, (1,), -places)), rounding, EXACT)


def divide(left: Decimal, right: Decimal, places: int = PLACES) -> Decimal:
    """Divide.

    Raises:
        EvaluationError: By zero.
    """
    if not right:
        raise EvaluationError
    size = left.adjusted() - right.adjusted() + 1
    digits = max(size, 1) + places + _SPARE if size > 0 else places + _SPARE
    return rounded(_working(min(digits, EXACT.prec)).divide(left, right), places)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Raise to a power; whole powers of whole numbers are exact.

    Raises:
        EvaluationError: The power is no number, or beyond FileMaker's.
    """
    if not exponent:
        return Decimal(1)
    if not base:
        return _power_of_zero(exponent)
    if exponent > 0 and is_whole(base) and is_whole(exponent):
        return EXACT.power(base, exponent)
    size = min(int(EXACT.multiply(Decimal(abs(base.adjusted()) + 1), exponent.copy_abs())), 400)
    return rounded(EXACT.plus(context_for(size).power(base, exponent)))


def _power_of_zero(exponent: Decimal) -> Decimal:
    if exponent < 0:
        raise EvaluationError
    return Decimal(0)


def is_whole(number: Decimal) -> bool:
    """Tell whether there is no fraction."""
    return number == number.to_integral_value()
