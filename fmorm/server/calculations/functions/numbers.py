"""Number functions: rounding, division, logarithms, trigonometry."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.functions.function import Function, of_values, table
from fmorm.server.calculations.kinds import Time, Value, as_number, number, whole
from fmorm.server.calculations.nodes import Constant, Node
from fmorm.server.calculations.precision import (
    EXACT,
    context_for,
    divide,
    is_whole,
    round_half_up,
    rounded,
)

_MOST_PLACES = 400
_PI = Decimal("3.1415926535897932")
_LARGEST_EXP = Decimal(922)
"""The natural logarithm of 10 to the 400th, FileMaker's largest number, is a little less."""
_RANDOM_STEPS = 10**20


def absolute(value: Value) -> Value:
    """Drop the sign; a time stays a time."""
    found = number(value).copy_abs()
    return Time(found) if isinstance(value, Time) else found


def _rounding(rounding: str) -> Callable[[Value], Value]:
    return lambda value: round_half_up(number(value), 0, rounding)


def integer(value: Value) -> Value:
    """Drop the fraction; nothing stays nothing."""
    found = as_number(value)
    return None if found is None else round_half_up(found, 0, ROUND_DOWN)


def _places(precision: Value) -> int:
    return max(-_MOST_PLACES, min(_MOST_PLACES, whole(precision)))


def rounded_to(value: Value, precision: Value) -> Value:
    """Round to digits after the point, halves away from 0."""
    return round_half_up(number(value), _places(precision))


def truncated(value: Value, precision: Value) -> Value:
    """Cut to digits after the point."""
    return round_half_up(number(value), _places(precision), ROUND_DOWN)


def floor_of_quotient(left: Decimal, right: Decimal) -> Decimal:
    """Give the next whole number at or below a quotient, exactly."""
    if not right:
        raise EvaluationError
    quotient, rest = EXACT.divmod(left, right)
    return EXACT.subtract(quotient, Decimal(1)) if rest and (rest < 0) != (right < 0) else quotient


def floor_division(dividend: Value, divisor: Value) -> Value:
    """Divide and give the next whole number at or below."""
    return floor_of_quotient(number(dividend), number(divisor))


def modulo(dividend: Value, divisor: Value) -> Value:
    """Give the rest of a division, which has the sign of the divisor."""
    left, right = number(dividend), number(divisor)
    return EXACT.subtract(left, EXACT.multiply(right, floor_of_quotient(left, right)))


def sign(value: Value) -> Value:
    """Give -1, 0 or 1."""
    found = number(value)
    return Decimal((found > 0) - (found < 0))


def square_root(value: Value) -> Value:
    """Give the square root."""
    found = number(value)
    return rounded(context_for(found.adjusted() // 2 + 1).sqrt(found))


def exponential(value: Value) -> Value:
    """Give e to a power."""
    found = number(value)
    if found > _LARGEST_EXP:
        raise EvaluationError
    return Decimal(0) if found < -_LARGEST_EXP else rounded(context_for(int(found) // 2 + 2).exp(found))


def natural_logarithm(value: Value) -> Value:
    """Give the logarithm to the base e."""
    return rounded(context_for(4).ln(_positive(value)))


def decimal_logarithm(value: Value) -> Value:
    """Give the logarithm to the base 10."""
    return rounded(context_for(4).log10(_positive(value)))


def binary_logarithm(value: Value) -> Value:
    """Give the logarithm to the base 2."""
    context = context_for(8)
    return rounded(context.divide(context.ln(_positive(value)), context.ln(Decimal(2))))


def _positive(value: Value) -> Decimal:
    found = number(value)
    if found <= 0:
        raise EvaluationError
    return found


def factorial(value: Value, factors: Value = None) -> Value:
    """Multiply a number by those below it, all of them or so many."""
    found = number(value)
    if found < 0 or not is_whole(found):
        raise EvaluationError
    count = whole(found) if factors is None else min(whole(factors), whole(found))
    return _product(found, count)


def _product(largest: Decimal, count: int) -> Decimal:
    """Multiply downwards; what grows too large ends soon with an error."""
    product = Decimal(1)
    for step in range(max(0, count)):
        product = EXACT.multiply(product, EXACT.subtract(largest, Decimal(step)))
    return product


def combination(size: Value, choices: Value) -> Value:
    """Count the ways to choose some of a set."""
    whole_set, chosen = number(size), number(choices)
    if not 0 <= chosen <= whole_set or not is_whole(chosen) or not is_whole(whole_set):
        raise EvaluationError
    fewer = min(chosen, EXACT.subtract(whole_set, chosen))
    return divide(_product(whole_set, whole(fewer)), _product(fewer, whole(fewer)))


def random_number() -> Value:
    """Give a number from 0 up to 1."""
    return EXACT.scaleb(Decimal(secrets.randbelow(_RANDOM_STEPS)), -20)


def _in_floats(function: Callable[[float], float]) -> Callable[[Value], Value]:
    """Use the machine's arithmetic: FileMaker's trigonometry has no further digits either."""

    def in_floats(value: Value) -> Value:
        return rounded(Decimal(repr(function(float(number(value))))))

    return in_floats


def degrees(value: Value) -> Value:
    """Turn radians into degrees."""
    return divide(EXACT.multiply(number(value), Decimal(180)), _PI)


def radians(value: Value) -> Value:
    """Turn degrees into radians."""
    return divide(EXACT.multiply(number(value), _PI), Decimal(180))


def _pi(_: tuple[Node, ...]) -> Node:
    return Constant(_PI)


NUMBERS = table(
    of_values("Abs", "number", absolute),
    of_values("Ceiling", "number", _rounding(ROUND_CEILING)),
    of_values("Floor", "number", _rounding(ROUND_FLOOR)),
    of_values("Int", "number", integer),
    of_values("Round", "number ; precision", rounded_to),
    of_values("Truncate", "number ; precision", truncated),
    of_values("Div", "number ; divisor", floor_division),
    of_values("Mod", "number ; divisor", modulo),
    of_values("Sign", "number", sign),
    of_values("Sqrt", "number", square_root),
    of_values("Exp", "number", exponential),
    of_values("Ln", "number", natural_logarithm),
    of_values("Log", "number", decimal_logarithm),
    of_values("Lg", "number", binary_logarithm),
    of_values("Factorial", "number { ; numberOfFactors }", factorial),
    of_values("Combination", "setSize ; numberOfChoices", combination),
    of_values("Random", "", random_number, is_volatile=True),
    Function("Pi", "", _pi),
    of_values("Sin", "angleInRadians", _in_floats(math.sin)),
    of_values("Cos", "angleInRadians", _in_floats(math.cos)),
    of_values("Tan", "angleInRadians", _in_floats(math.tan)),
    of_values("Asin", "number", _in_floats(math.asin)),
    of_values("Acos", "number", _in_floats(math.acos)),
    of_values("Atan", "number", _in_floats(math.atan)),
    of_values("Degrees", "angleInRadians", degrees),
    of_values("Radians", "angleInDegrees", radians),
)
