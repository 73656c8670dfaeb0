"""The find language of FileMaker: criteria as text, from values that are already text.

What a field's value is written as belongs to `values`; here that text gets its operator. Text that a user
gave passes through `escape`, so that no character of it is an operator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal

from fmorm.wire.values import text_out

EMPTY: Final = "="
"""Alone: the field is empty."""

NOT_EMPTY: Final = "*"
"""Alone: the field is not empty; of a number field, that it holds a number."""

DUPLICATED: Final = "!"
"""Alone: other records have the same value."""

INVALID: Final = "?"
"""Alone: what is in the field is no number, date or time (FileMaker Pro Help, "Finding numbers", "Finding dates")."""

TODAY: Final = "//"
"""Alone, in dates and timestamps: the day it is on the server."""

Order = Literal["<", "<=", ">", ">="]

LARGEST_EXPONENT: Final = 400
"""FileMaker numbers reach from 10**-400 to 10**400 (FileMaker Pro Help, "Defining database fields")."""

# One slash or one dot is text; `//` is today's date and two dots or more make a range.
_OPERATORS: Final = re.compile(r'[@*#?!=<>"\\≤≥…~]|/{2,}|\.{2,}')


def escape(text: str) -> str:
    """Turn text into a literal, so that a find takes every character of it as itself.

    FileMaker Pro Help, "Finding text": a backslash makes the next character literal.

    Args:
        text: What a user typed.

    Returns:
        The text with a backslash before each character that is or begins an operator, and with FileMaker's
        carriage returns for line breaks; nothing else is changed.
    """
    return _OPERATORS.sub(_literal, text_out(text))


def _literal(found: re.Match[str]) -> str:
    return "".join(f"\\{character}" for character in found[0])


def number(value: Decimal) -> str:
    """Write a number in plain digits, without exponent and without zeros that say nothing.

    Args:
        value: A finite number.

    Returns:
        Its digits; numbers that are equal get the same text.

    Raises:
        ValueError: FileMaker has no such number.
    """
    if value.is_zero():
        return "0"
    if not value.is_finite() or abs(value.adjusted()) > LARGEST_EXPONENT:
        raise ValueError(f"FileMaker has no number {value}")
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def equal(literal: str) -> str:
    """Ask for a whole value: FileMaker's `==`, which ignores case (FileMaker Pro Help, "Finding text").

    Args:
        literal: The value, escaped where it is text.
    """
    return f"=={literal}"


def starts_with(text: str) -> str:
    """Ask for a whole value that begins with a text.

    Args:
        text: The text as the user gave it.
    """
    return f"=={escape(text)}*"


def contains(text: str) -> str:
    """Ask for a whole value that has a text somewhere, also inside of words.

    Args:
        text: The text as the user gave it.
    """
    return f"==*{escape(text)}*"


def ends_with(text: str) -> str:
    """Ask for a whole value that ends with a text.

    Args:
        text: The text as the user gave it.
    """
    return f"==*{escape(text)}"


def lines_with(text: str) -> tuple[str, ...]:
    """Ask for whole values of several lines of which one is a text: one criterion for each place it can have.

    Args:
        text: The line as the user gave it.
    """
    line = escape(text)
    return f"=={line}", f"=={line}\r*", f"==*\r{line}", f"==*\r{line}\r*"


def words(texts: Iterable[str]) -> str:
    """Ask for words: each must be the beginning of some word of the value, in any order.

    Args:
        texts: The words as the user gave them.
    """
    return " ".join(map(escape, texts))


def compare(order: Order, literal: str) -> str:
    """Ask for what comes before or after a value, in the order of the field's kind.

    Args:
        order: The comparison, in the form that needs no character outside ASCII.
        literal: The value, escaped where it is text.
    """
    return f"{order}{literal}"


def between(low: str, high: str) -> str:
    """Ask for a range, both ends included. For numbers, dates and times: they have no dots at their ends.

    Args:
        low: The lower end.
        high: The upper end.
    """
    return f"{low}...{high}"


def month(year: int, number: int) -> str:
    """Ask for all moments of a month: a date criterion may leave out its smaller parts.

    Args:
        year: The year.
        number: The month, from 1.
    """
    return f"{number:02}/{year:04}"


def year(number: int) -> str:
    """Ask for all moments of a year.

    Args:
        number: The year.
    """
    return f"{number:04}"
