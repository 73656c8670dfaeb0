"""Kept values as formulas see them, and values of formulas as Python functions are given them and give them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Final

from fmorm.server.calculations.kinds import Time, Value
from fmorm.server.values.cells import Kind
from fmorm.server.values.numbers import is_plain

BROKEN: Final = "?"
"""What FileMaker shows for a result that there is not."""
_MICROSECONDS = 1_000_000


def seen(kind: Kind, kept: str | None) -> Value:
    """Give a kept value as formulas see it."""
    if kept is None or kept == "":
        return None
    match kind:
        case Kind.NUMBER:
            return Decimal(kept.strip()) if is_plain(kept) else kept
        case Kind.DATE if kept != BROKEN:
            return date.fromisoformat(kept)
        case Kind.TIMESTAMP if kept != BROKEN:
            return datetime.fromisoformat(kept[:26])
        case Kind.TIME if kept != BROKEN:
            return Time(_seconds(kept))
        case _:
            return kept


def _seconds(kept: str) -> Decimal:
    hours, minutes, seconds = kept.removeprefix("-").split(":")
    total = int(hours) * 3600 + int(minutes) * 60 + Decimal(seconds)
    return -total if kept.startswith("-") else total


def given(value: Value) -> object:
    """Give a value as custom functions get it: what is empty as `""`, and a time as a `timedelta`."""
    if isinstance(value, Time):
        return timedelta(microseconds=int(value.seconds * _MICROSECONDS))
    return "" if value is None else value


def as_value(value: object) -> Value:
    """Take what a Python function gives as a value of formulas.

    Raises:
        TypeError: It is none.
    """
    match value:
        case bool() | int():
            return Decimal(int(value))
        case float() | Decimal() if isfinite(value):
            return value if isinstance(value, Decimal) else Decimal(repr(value))
        case timedelta():
            return Time(Decimal(value // timedelta(microseconds=1)) / _MICROSECONDS)
        case time():
            return as_value(datetime.combine(date.min, value) - datetime.combine(date.min, time()))
        case None | str() | date() | Time():
            return value
        case _:
            what = f"{value}" if isinstance(value, float | Decimal) else type(value).__name__
            raise TypeError(f"a function gives text, a number, a date, a time or None, not {what}")
