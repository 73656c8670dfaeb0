"""Dates, times and timestamps read out of any value, US texts among them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.kinds import (
    Time,
    Value,
    date_of,
    is_empty,
    number,
    timestamp_of,
    timestamp_seconds,
)
from fmorm.server.calculations.precision import EXACT

_DATE = re.compile(r"\s*([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})\s*")
_TIME = re.compile(
    r"\s*(-?)([0-9]{1,9}):([0-9]{1,2})(?::([0-9]{1,2})(\.[0-9]{1,9})?)?(?:\s?([AaPp])[Mm])?\s*"
)
_LAST_YEAR = 4000
_DAY = 86_400


def as_date(value: Value) -> date | None:
    """Give the date in a value; a number counts days, a text is month/day/year with all digits of the year.

    Returns:
        None when the value is empty.

    Raises:
        EvaluationError: There is no date in it.
    """
    if is_empty(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _read_date(value) if isinstance(value, str) else date_of(number(value))


def _read_date(text: str) -> date:
    found = _DATE.fullmatch(text)
    if not found or int(found[4]) > _LAST_YEAR:
        raise EvaluationError
    try:
        return date(int(found[4]), int(found[1]), int(found[3]))
    except ValueError as error:
        raise EvaluationError from error


def as_time(value: Value) -> Time | None:
    """Give the time in a value; a number counts seconds, a timestamp gives its time of day.

    Returns:
        None when the value is empty.

    Raises:
        EvaluationError: There is no time in it.
    """
    if is_empty(value):
        return None
    if isinstance(value, Time):
        return value
    if isinstance(value, datetime):
        return Time(EXACT.remainder(timestamp_seconds(value), Decimal(_DAY)))
    return _read_time(value) if isinstance(value, str) else Time(number(value))


def _read_time(text: str) -> Time:
    found = _TIME.fullmatch(text)
    if not found:
        raise EvaluationError
    sign, hour, minute, second, fraction, half = found.groups("")
    if int(minute) > 59 or int(second or 0) > 59 or (half and (sign or not 1 <= int(hour) <= 12)):
        raise EvaluationError
    hours = int(hour) % 12 + (12 if half in "Pp" else 0) if half else int(hour)
    seconds = EXACT.add(Decimal(hours * 3600 + int(minute) * 60 + int(second or 0)), Decimal(fraction or 0))
    return Time(seconds.copy_negate() if sign and seconds else seconds)


def as_timestamp(value: Value) -> datetime | None:
    """Give the timestamp in a value; a date is its midnight, a number counts seconds since the year 1.

    Returns:
        None when the value is empty.

    Raises:
        EvaluationError: There is no timestamp in it.
    """
    if is_empty(value):
        return None
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return _read_timestamp(value) if isinstance(value, str) else timestamp_of(number(value))


def _read_timestamp(text: str) -> datetime:
    day, _, clock = text.strip().partition(" ")
    return timestamp(_read_date(day), _read_time(clock) if clock else Time(Decimal(0)))


def timestamp(day: date, time: Time) -> datetime:
    """Put a date and a time together; a time of more than a day moves the date."""
    return timestamp_of(EXACT.add(Decimal((day.toordinal() - 1) * _DAY), time.seconds))
