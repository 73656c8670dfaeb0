"""What the operators do with two values of any kinds."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.kinds import (
    LONGEST_TEXT,
    UNKNOWN,
    Time,
    Value,
    as_text,
    boolean,
    date_of,
    is_empty,
    is_unknown,
    number,
    timestamp_of,
    truth,
)
from fmorm.server.calculations.moments import as_date, as_time, as_timestamp, timestamp
from fmorm.server.calculations.precision import EXACT, divide, power
from fmorm.server.values.folding import fold

Operation = Callable[[Value, Value], Value]


def attempt(function: Callable[..., Value], *arguments: object) -> Value:
    """Apply a function; what cannot be computed is `?`."""
    try:
        return function(*arguments)
    except (EvaluationError, ArithmeticError, ValueError, RecursionError):
        return UNKNOWN


def join(left: Value, right: Value) -> Value:
    """Put two texts together."""
    text = as_text(left) + as_text(right)
    if len(text) > LONGEST_TEXT:
        raise EvaluationError
    return text


def add(left: Value, right: Value) -> Value:
    """Add; to a date days, to times and timestamps seconds, and a date and a time make a timestamp."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return EXACT.add(left, right)
    if _is_moment(left) and _is_moment(right):
        return _add_moments(left, right)
    if _is_moment(right):
        left, right = right, left
    return _like(left, EXACT.add(number(left), number(right)))


def _add_moments(left: Value, right: Value) -> Value:
    if isinstance(right, Time) and isinstance(left, date) and not isinstance(left, datetime):
        return timestamp(left, right)
    if isinstance(left, Time) and isinstance(right, date) and not isinstance(right, datetime):
        return timestamp(right, left)
    total = EXACT.add(number(left), number(right))
    kind = left if isinstance(right, Time) else right if isinstance(left, Time) else None
    return _like(kind, total)


def subtract(left: Value, right: Value) -> Value:
    """Subtract; between dates lie days, between times and timestamps a time."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return EXACT.subtract(left, right)
    difference = EXACT.subtract(number(left), number(right))
    if isinstance(left, datetime) and isinstance(right, datetime):
        return Time(difference)
    if isinstance(left, date) and not isinstance(left, datetime) and isinstance(right, Time):
        return timestamp(left, Time(EXACT.minus(right.seconds)))
    return difference if isinstance(right, date) else _like(left, difference)


def _is_moment(value: Value) -> bool:
    return isinstance(value, date | Time)


def _like(kind: Value, result: Decimal) -> Value:
    """Make the number a date, a time or a timestamp, as the given value is."""
    if isinstance(kind, Time):
        return Time(result)
    if isinstance(kind, datetime):
        return timestamp_of(result)
    return date_of(result.to_integral_value(ROUND_FLOOR)) if isinstance(kind, date) else result


def multiply(left: Value, right: Value) -> Value:
    """Multiply."""
    return EXACT.multiply(number(left), number(right))


def quotient(left: Value, right: Value) -> Value:
    """Divide."""
    return divide(number(left), number(right))


def raised(left: Value, right: Value) -> Value:
    """Raise to a power."""
    return power(number(left), number(right))


def negative(value: Value) -> Value:
    """Change the sign; a time stays a time."""
    result = EXACT.minus(number(value))
    return Time(result) if isinstance(value, Time) else result


def text_key(text: str) -> tuple[str, str]:
    """Give the key by which texts are ordered: without case, accents only where nothing else differs."""
    folded = fold(text)
    return (folded, folded) if text.isascii() else (folded, unicodedata.normalize("NFC", text.casefold()))


def compare(left: Value, right: Value) -> int:
    """Compare two values: below 0, 0 or above 0.

    Numbers compare as numbers, texts without case. A text beside a number makes both texts, as in FileMaker, where
    `"8" > 750` is true. A text beside a date, time or timestamp is read as one, where it can be (a guess). Empty equals
    only empty and is less than anything else.

    Raises:
        EvaluationError: One of them is an error.
    """
    if is_unknown(left) or is_unknown(right):
        raise EvaluationError
    if is_empty(left) or is_empty(right):
        return is_empty(right) - is_empty(left)
    if isinstance(left, str) or isinstance(right, str):
        return _compare_texts(left, right)
    first, second = _seconds_or_days(left, right)
    return (first > second) - (first < second)


def _compare_texts(left: Value, right: Value) -> int:
    readers: tuple[Callable[[Value], Value], ...] = (_reader(left), _reader(right))
    for read in readers:
        try:
            first, second = read(left), read(right)
        except EvaluationError:
            continue
        if not isinstance(first, str) and not isinstance(second, str):
            return compare(first, second)
    one, other = text_key(as_text(left)), text_key(as_text(right))
    return (one > other) - (one < other)


def _reader(value: Value) -> Callable[[Value], Value]:
    if isinstance(value, datetime):
        return as_timestamp
    if isinstance(value, date):
        return as_date
    return as_time if isinstance(value, Time) else as_text


def _seconds_or_days(left: Value, right: Value) -> tuple[Decimal, Decimal]:
    """Give two numbers; a date beside a timestamp is its midnight."""
    if (
        isinstance(left, datetime) != isinstance(right, datetime)
        and isinstance(left, date)
        and isinstance(right, date)
    ):
        left, right = as_timestamp(left), as_timestamp(right)
    return number(left), number(right)


def equal(left: Value, right: Value) -> Value:
    """Tell whether both are the same."""
    return boolean(compare(left, right) == 0)


def unequal(left: Value, right: Value) -> Value:
    """Tell whether they differ."""
    return boolean(compare(left, right) != 0)


def less(left: Value, right: Value) -> Value:
    """Tell whether the first is smaller."""
    return boolean(compare(left, right) < 0)


def greater(left: Value, right: Value) -> Value:
    """Tell whether the first is larger."""
    return boolean(compare(left, right) > 0)


def at_most(left: Value, right: Value) -> Value:
    """Tell whether the first is not larger."""
    return boolean(compare(left, right) <= 0)


def at_least(left: Value, right: Value) -> Value:
    """Tell whether the first is not smaller."""
    return boolean(compare(left, right) >= 0)


def opposite(value: Value) -> Value:
    """Give `not`."""
    return boolean(not truth(value))


OPERATIONS: Final[dict[str, Operation]] = {
    "&": join,
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": quotient,
    "^": raised,
    "=": equal,
    "≠": unequal,
    "<": less,
    ">": greater,
    "≤": at_most,
    "≥": at_least,
}
