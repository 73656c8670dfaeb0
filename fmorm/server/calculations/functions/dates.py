"""Date, time and timestamp functions, with English names of days and months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.functions.function import of_values, table
from fmorm.server.calculations.kinds import Time, Value, date_of, number, whole
from fmorm.server.calculations.moments import as_date, as_time, timestamp
from fmorm.server.calculations.precision import EXACT

_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LAST_YEAR = 4000


def make_date(month: Value, day: Value, year: Value) -> Value:
    """Make a date; a month or a day beyond the end goes on into the next year or month."""
    months = whole(year) * 12 + whole(month) - 1
    if not 12 <= months < (_LAST_YEAR + 1) * 12:
        raise EvaluationError
    first = date(months // 12, months % 12 + 1, 1)
    return date_of(Decimal(first.toordinal() + whole(day) - 1))


def make_time(hours: Value, minutes: Value, seconds: Value) -> Value:
    """Make a time; 90 minutes are an hour and a half."""
    total = EXACT.add(
        EXACT.multiply(number(hours), Decimal(3600)), EXACT.multiply(number(minutes), Decimal(60))
    )
    return Time(EXACT.add(total, number(seconds)))


def make_timestamp(day: Value, time: Value) -> Value:
    """Put a date and a time together; without a date there is nothing."""
    found, clock = as_date(day), as_time(time)
    return None if found is None else timestamp(found, clock or Time(Decimal(0)))


def _of_date(function: Callable[[date], Value]) -> Callable[[Value], Value]:
    """Read the date first; of an empty one there is nothing to tell."""

    def of_date(value: Value) -> Value:
        found = as_date(value)
        return None if found is None else function(found)

    return of_date


def _weekday(day: date) -> int:
    """Count from Sunday, which is 0."""
    return day.isoweekday() % 7


def week_of_year(day: date) -> Value:
    """Count the weeks since January 1st; a part of a week at either end counts."""
    first = date(day.year, 1, 1)
    return Decimal(((day - first).days + _weekday(first)) // 7 + 1)


def fiscal_week(value: Value, starting_day: Value) -> Value:
    """Count the weeks of a year whose first one has four days or more in it; weeks start on a day from 1, Sunday."""
    day, start = as_date(value), whole(starting_day)
    if day is None:
        return None
    if not 1 <= start <= 7:
        raise EvaluationError
    fourth = day.toordinal() - (_weekday(day) - (start - 1)) % 7 + 3
    return Decimal((fourth - date.fromordinal(max(1, fourth)).replace(month=1, day=1).toordinal()) // 7 + 1)


def _of_time(function: Callable[[Decimal], Decimal]) -> Callable[[Value], Value]:
    """Read the time first; below zero every part is negative, which is a guess."""

    def of_time(value: Value) -> Value:
        found = as_time(value)
        if found is None:
            return None
        part = function(found.seconds.copy_abs())
        return part.copy_negate() if part and found.seconds < 0 else part

    return of_time


def _hours(seconds: Decimal) -> Decimal:
    return EXACT.divide_int(seconds, Decimal(3600))


def _minutes(seconds: Decimal) -> Decimal:
    return EXACT.remainder(EXACT.divide_int(seconds, Decimal(60)), Decimal(60))


def _seconds(seconds: Decimal) -> Decimal:
    return EXACT.remainder(seconds, Decimal(60))


DATES = table(
    of_values("Date", "month ; day ; year", make_date),
    of_values("Time", "hours ; minutes ; seconds", make_time),
    of_values("Timestamp", "date ; time", make_timestamp),
    of_values("Day", "date", _of_date(lambda day: Decimal(day.day))),
    of_values("Month", "date", _of_date(lambda day: Decimal(day.month))),
    of_values("Year", "date", _of_date(lambda day: Decimal(day.year))),
    of_values("DayName", "date", _of_date(lambda day: _DAYS[_weekday(day)])),
    of_values("DayOfWeek", "date", _of_date(lambda day: Decimal(_weekday(day) + 1))),
    of_values("DayOfYear", "date", _of_date(lambda day: Decimal(day.timetuple().tm_yday))),
    of_values("MonthName", "date", _of_date(lambda day: _MONTHS[day.month - 1])),
    of_values("WeekOfYear", "date", _of_date(week_of_year)),
    of_values("WeekOfYearFiscal", "date ; startingDay", fiscal_week),
    of_values("Hour", "time", _of_time(_hours)),
    of_values("Minute", "time", _of_time(_minutes)),
    of_values("Seconds", "time", _of_time(_seconds)),
)
