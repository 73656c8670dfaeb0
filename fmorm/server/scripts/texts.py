"""Python values as the texts that FileMaker's fields, criteria and results are."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = str | int | float | Decimal | date | time | None
"""What a script may write: None empties, True is 1, dates and times are spelt month first."""


def as_text(value: Value) -> str:
    """Write a value as a client would send it.

    Raises:
        TypeError: The value is of another type.
    """
    match value:
        case None:
            return ""
        case str():
            return str(value)
        case int():
            return str(int(value))
        case float() | Decimal():
            return format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
        case datetime():
            return f"{_date(value)} {_time(value.time())}"
        case date():
            return _date(value)
        case time():
            return _time(value)
        case _:
            raise TypeError(f"{value!r}: give a text, a number, a date, a time or None")


def _date(value: date) -> str:
    return f"{value.month:02}/{value.day:02}/{value.year:04}"


def _time(value: time) -> str:
    fraction = f".{value.microsecond:06}".rstrip("0") if value.microsecond else ""
    return f"{value.hour:02}:{value.minute:02}:{value.second:02}{fraction}"
