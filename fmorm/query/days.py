"""Whole days, months and years as conditions on one field that holds dates or timestamps."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from fmorm.errors import FindError
from fmorm.query import builders
from fmorm.query.conditions import Comparison, Condition, Criterion
from fmorm.query.fields import FieldRef
from fmorm.wire import criteria
from fmorm.wire.values import Kind


@dataclass(frozen=True, slots=True)
class Days:
    """Days that FileMaker and ISO name by leaving out the smaller parts of a date.

    Attributes:
        first: The first day.
        last: The last day.
        name: What FileMaker's find language calls them.
        iso: What a date of theirs begins with in ISO form.
    """

    first: date
    last: date
    name: str
    iso: str


def on(ref: FieldRef, day: object) -> Condition:
    """The field is on a day."""
    _expect_days(ref, "on")
    if not isinstance(day, date) or isinstance(day, datetime):
        raise TypeError(f"{ref.label}.on takes a date and was given {day!r}{_advice(day)}")
    return _among(ref, Days(day, day, f"{day.month:02}/{day.day:02}/{day.year:04}", day.isoformat()))


def in_month(ref: FieldRef, year: object, month: object) -> Condition:
    """The field is in a month of a year."""
    _expect_days(ref, "in_month")
    first = _first_day(ref, year, month)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return _among(ref, Days(first, last, criteria.month(first.year, first.month), first.isoformat()[:8]))


def in_year(ref: FieldRef, year: object) -> Condition:
    """The field is in a year."""
    _expect_days(ref, "in_year")
    first = _first_day(ref, year, 1)
    days = Days(first, first.replace(month=12, day=31), criteria.year(first.year), first.isoformat()[:5])
    return _among(ref, days)


def is_today(ref: FieldRef) -> Condition:
    """The field is on the server's today."""
    _expect_days(ref, "is_today")
    if ref.codec.kind is Kind.TEXT:
        raise FindError(
            f"{ref.label} is a text field, and FileMaker knows today in date and timestamp fields only: "
            f"write {ref.label}.on(date.today())"
        )
    return Criterion(ref, criteria.TODAY, Comparison("today"))


def _among(ref: FieldRef, days: Days) -> Condition:
    if ref.codec.kind is Kind.TEXT:
        return Criterion(ref, criteria.starts_with(days.iso), Comparison("like", days.iso))
    if ref.codec.kind is Kind.DATE:
        return builders.between(ref, days.first, days.last)
    # By its name, because the last moment of a day has no last digit.
    return Criterion(ref, days.name, Comparison("span", (_midnight(days.first), _midnight_after(days.last))))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _midnight_after(day: date) -> datetime | None:
    return None if day == date.max else _midnight(day + timedelta(days=1))


def _first_day(ref: FieldRef, year: Any, month: Any) -> date:
    for number in (year, month):
        if isinstance(number, bool) or not isinstance(number, int):
            raise TypeError(f"{ref.label}: years and months are whole numbers, and {number!r} was given")
    try:
        return date(year, month, 1)
    except (ValueError, OverflowError) as error:
        raise FindError(f"{ref.label}: there is no month {month} of the year {year}: {error}") from error


def _expect_days(ref: FieldRef, verb: str) -> None:
    if ref.codec.held not in (date, datetime):
        raise TypeError(
            f"{ref.label} is held as {ref.codec.held.__name__}; {verb} is for fields held as date or datetime"
        )


def _advice(day: object) -> str:
    return "; take its .date()" if isinstance(day, datetime) else ""
