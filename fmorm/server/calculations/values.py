"""The values of formulas, for those who give them and take them."""

from __future__ import annotations

from collections.abc import Callable

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.kinds import (
    Date,
    Time,
    Timestamp,
    Value,
    as_number,
    as_text,
    plain,
    show_date,
    show_time,
    show_timestamp,
    truth,
)
from fmorm.server.calculations.moments import as_date, as_time, as_timestamp

__all__ = [
    "Date",
    "Time",
    "Timestamp",
    "Value",
    "as_date",
    "as_number",
    "as_text",
    "as_time",
    "as_timestamp",
    "truth",
    "written",
]


def written(value: Value, kind: str) -> str:
    """Write a result as a client would write it into a field.

    Args:
        value: What a formula gave.
        kind: The kind of the field: `text`, `number`, `date`, `time` or `timestamp`.

    Returns:
        Dates and times month first with all digits, numbers without exponent, `""` when empty, and `?` when the
        value cannot be of that kind.
    """
    try:
        return _WRITERS[kind](value)
    except EvaluationError:
        return "?"


def _number(value: Value) -> str:
    found = as_number(value)
    return "" if found is None else plain(found)


def _date(value: Value) -> str:
    found = as_date(value)
    return "" if found is None else show_date(found)


def _time(value: Value) -> str:
    found = as_time(value)
    return "" if found is None else show_time(found)


def _timestamp(value: Value) -> str:
    found = as_timestamp(value)
    return "" if found is None else show_timestamp(found)


_WRITERS: dict[str, Callable[[Value], str]] = {
    "text": as_text,
    "number": _number,
    "date": _date,
    "time": _time,
    "timestamp": _timestamp,
}
