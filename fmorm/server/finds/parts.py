"""The parts that a date, time or timestamp criterion names.

Each is a number, in which `#` may stand for a digit, `*` for any, or `{a..b}` for a range.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from fmorm.server import refusals
from fmorm.server.refusals import Refusal
from fmorm.server.values.cells import Kind
from fmorm.server.values.moments import DateForm, valid_date


class Range(NamedTuple):
    """What a part may be.

    Attributes:
        low: The least number.
        high: The greatest number.
        digits: Its digits, with `#` for those that may be any; empty where the numbers say all.
    """

    low: int
    high: int
    digits: str = ""


_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_DOTS = r"(?:\.{2,3}|…)"
_DAY_RANGE = re.compile(rf"(?:\{{([A-Za-z]+){_DOTS}([A-Za-z]+)\}}|([A-Za-z]+){_DOTS}([A-Za-z]+))")
_PART = rf"(\*|[0-9#]{{1,9}}|\{{[0-9]{{1,4}}{_DOTS}[0-9]{{1,4}}\}})"
_DATE = re.compile(rf"{_PART}(?:([/.-]){_PART}(?:\2{_PART})?)?")
_CLOCK = re.compile(rf"{_PART}(?::{_PART}(?::{_PART})?)?(?: ?([AaPp])[Mm])?")
_SPACE_IN_BRACES = re.compile(r"\s+(?=[^{}]*\})|(?<=\{)\s+")
_ISO_T = re.compile(r"(?<=[0-9#*}])T(?=[0-9#*{])")


class Part(Enum):
    """A part of a moment."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    WEEKDAY = "weekday"
    HOUR = "hour"
    MINUTE = "minute"
    SECOND = "second"


_LIMITS = {
    Part.YEAR: (1, 4000),
    Part.MONTH: (1, 12),
    Part.DAY: (1, 31),
    Part.HOUR: (0, 23),
    Part.MINUTE: (0, 59),
    Part.SECOND: (0, 59),
}
_ANY_HOUR = 10**9
"""A time is a duration, and may have more hours than a day."""
Parts = Mapping[Part, Range]
DATE: Sequence[Part] = (Part.YEAR, Part.MONTH, Part.DAY)
CLOCK: Sequence[Part] = (Part.HOUR, Part.MINUTE, Part.SECOND)
_US = (Part.MONTH, Part.DAY, Part.YEAR)


def read_parts(kind: Kind, text: str, form: DateForm) -> Parts:
    """Give the parts that a term names; what may be anything is not among them.

    Raises:
        Refusal: It means nothing for this kind, like a thirteenth month.
    """
    text = _SPACE_IN_BRACES.sub("", text.strip())
    if kind is Kind.DATE:
        return _date(text, form)
    if kind is Kind.TIME:
        return _clock(text, refusals.BAD_TIME)
    day, _, clock = _ISO_T.sub(" ", text, count=1).partition(" ")
    if ":" in day:  # a time alone is that of any day: a guess
        return _clock(text, refusals.BAD_DATE)
    return {**_date(day, form), **(_clock(clock.strip(), refusals.BAD_DATE) if clock else {})}


def day_range(text: str) -> Range | None:
    """Give the days of the week that `Mon..Fri` or `{Mon..Fri}` names, from 0 for Sunday; None for other texts."""
    found = _DAY_RANGE.fullmatch(_SPACE_IN_BRACES.sub("", text.strip()))
    days = [_weekday(name) for name in found.groups() if name] if found else []
    return Range(days[0], days[1]) if len(days) == 2 and days[0] is not None and days[1] is not None else None


def _weekday(name: str) -> int | None:
    """Give the day of the week that a name of three letters or more begins."""
    starts = (number for number, day in enumerate(_DAYS) if day.startswith(name.lower()) and len(name) > 2)
    return next(starts, None)


def _date(text: str, form: DateForm) -> Parts:
    today = form.today
    if text == "//":
        return _exact(DATE, (today.year, today.month, today.day))
    weekday, days = _weekday(text), day_range(text)
    if weekday is not None:
        return {Part.WEEKDAY: Range(weekday, weekday)}
    if days:
        return {Part.WEEKDAY: days}
    found = _DATE.fullmatch(text)
    if not found:
        raise Refusal(refusals.BAD_DATE)
    first, separator, *rest = found.groups()
    tokens = [token for token in (first, *rest) if token]
    named = dict(zip(_date_order(tokens, separator, form), tokens, strict=True))
    parts = {part: _range(part, one, form) for part, one in named.items() if one != "*"}
    if named.keys() == {Part.MONTH, Part.DAY}:  # a day without a year is one of this year: a guess
        parts[Part.YEAR] = Range(today.year, today.year)
    return _checked(parts)


def _date_order(tokens: Sequence[str], separator: str | None, form: DateForm) -> Sequence[Part]:
    is_iso = form.iso and separator == "-" and not (len(tokens) == 3 and _is_year(tokens[-1]))
    if len(tokens) == 3:
        return DATE if is_iso else _US
    if len(tokens) == 1:
        if not _is_year(tokens[0]):
            raise Refusal(refusals.BAD_DATE)
        return DATE[:1]
    if is_iso:
        return DATE[:2]
    return (Part.MONTH, Part.YEAR) if tokens[1] == "*" or _is_year(tokens[1]) else (Part.MONTH, Part.DAY)


def _is_year(token: str) -> bool:
    return max(map(len, re.findall("[0-9#]+", token)), default=0) == 4


def _clock(text: str, code: int) -> Parts:
    found = _CLOCK.fullmatch(text)
    if not found:
        raise Refusal(code)
    *tokens, half = found.groups()
    named = {part: one for part, one in zip(CLOCK, tokens, strict=True) if one}
    parts = {part: _numbers(one) for part, one in named.items() if one != "*"}
    if half and Part.HOUR in parts:
        low, high, digits = parts[Part.HOUR]
        if digits or not 1 <= low <= high <= 12:
            raise Refusal(code)
        parts[Part.HOUR] = Range(_hour(low, half), _hour(high, half))
    return _checked(parts, code)


def _hour(hour: int, half: str) -> int:
    return hour % 12 + (12 if half in "Pp" else 0)


def _range(part: Part, token: str, form: DateForm) -> Range:
    if part is not Part.YEAR or "#" in token:
        return _numbers(token)
    years = [form.year(digits) for digits in re.findall("[0-9]+", token)]
    return Range(years[0], years[-1])


def _numbers(token: str) -> Range:
    if "#" in token:
        return Range(int(token.replace("#", "0")), int(token.replace("#", "9")), token.lstrip("0"))
    numbers = [int(digits) for digits in re.findall("[0-9]+", token)]
    return Range(numbers[0], numbers[-1])


def _checked(parts: dict[Part, Range], code: int = refusals.BAD_DATE) -> Parts:
    """Refuse numbers that a part cannot be, and a day that its month does not have."""
    for part, (low, high, digits) in parts.items():
        least, most = _LIMITS[part]
        if part is Part.HOUR and code == refusals.BAD_TIME:
            most = _ANY_HOUR
        if not (low <= most if digits else least <= low <= high <= most):
            raise Refusal(code)
    day = [parts[part].low for part in DATE if part in parts and is_exact(parts[part])]
    if len(day) == len(DATE) and not valid_date(*day):
        raise Refusal(code)
    return parts


def _exact(order: Iterable[Part], numbers: Iterable[int]) -> Parts:
    return {part: Range(number, number) for part, number in zip(order, numbers, strict=True)}


def is_exact(numbers: Range) -> bool:
    """Tell whether a part can be one number only."""
    return numbers.low == numbers.high and not numbers.digits
