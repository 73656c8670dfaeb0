"""The values of formulas, and how FileMaker turns one kind into another.

Empty is None, and an empty text is the same. Texts of dates and times are those of a US file: `M/D/YYYY`,
`H:MM:SS` and `M/D/YYYY H:MM:SS AM`; a number has no zero before its point: `.5`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final, TypeAlias

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.precision import EXACT
from fmorm.server.values.numbers import is_plain, number_in

_LAST_DAY = date(4000, 12, 31).toordinal()
_DAY = 86_400
_MILLION = 1_000_000
_BEGINNING = datetime(1, 1, 1)
_LARGEST_EXPONENT = 400
"""FileMaker's numbers end at 10 to the 400th."""
LONGEST_TEXT: Final = 10_000_000
"""A formula that doubles its text again and again must not eat the memory."""


@dataclass(frozen=True, slots=True, order=True)
class Time:
    """A time as FileMaker has it: a duration in exact seconds, over a day or below zero as well."""

    seconds: Decimal


Date: TypeAlias = date
Timestamp: TypeAlias = datetime
Value: TypeAlias = str | Decimal | date | Time | datetime | None


class Unknown(str):
    """The text `?` that stands for a value which could not be had; it spoils what is computed with it."""

    __slots__ = ()


UNKNOWN: Final = Unknown("?")
TRUE: Final = Decimal(1)
FALSE: Final = Decimal(0)


def is_empty(value: Value) -> bool:
    """Tell whether there is nothing in a value."""
    return value is None or value == ""


def is_unknown(value: Value) -> bool:
    """Tell whether the value stands for an error."""
    return isinstance(value, Unknown)


def as_text(value: Value) -> str:
    """Write any value as a formula sees it as text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return _short(plain(value))
    if isinstance(value, Time):
        return _time_text(value.seconds, 1)
    day = f"{value.month}/{value.day}/{value.year:04d}"
    if not isinstance(value, datetime):
        return day
    clock = _clock(value.hour % 12 or 12, value, 1)
    return f"{day} {clock} {'AM' if value.hour < 12 else 'PM'}"


def plain(number: Decimal) -> str:
    """Write a number in full: no exponent, no zeros at the end, `0` before the point.

    Raises:
        EvaluationError: The number is beyond FileMaker's.
    """
    if not number:
        return "0"
    if not number.is_finite() or number.adjusted() > _LARGEST_EXPONENT:
        raise EvaluationError
    if number.adjusted() < -_LARGEST_EXPONENT:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _short(text: str) -> str:
    if text.startswith("0."):
        return text[1:]
    return "-" + text[2:] if text.startswith("-0.") else text


def as_number(value: Value) -> Decimal | None:
    """Give the number in a value: of a text its digits, of a date its days, of times and timestamps their seconds.

    Returns:
        None when there is no digit.

    Raises:
        EvaluationError: The value is `?`, or the number is beyond FileMaker's.
    """
    if value is None:
        return value
    if isinstance(value, Decimal):
        return _finite(value)
    if isinstance(value, str):
        return _number_of_text(value)
    if isinstance(value, Time):
        return value.seconds
    if isinstance(value, datetime):
        return timestamp_seconds(value)
    return Decimal(value.toordinal())


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise EvaluationError
    return number


def _number_of_text(text: str) -> Decimal | None:
    if text == "?":  # FileMaker's GetAsNumber ( "?" ) is "?"
        raise EvaluationError
    number = number_in(text)
    if number is None:
        return None
    if number and abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise EvaluationError
    return number.copy_negate() if number > 0 and not is_plain(text) and _in_parentheses(text) else number


def _in_parentheses(text: str) -> bool:
    """Tell whether a parenthesis opens before the first digit or point, as an accountant's minus."""
    return next((one for one in text if one in "(.0123456789"), "") == "("


def number(value: Value) -> Decimal:
    """Give the number in a value for arithmetic, where empty is 0."""
    found = as_number(value)
    return FALSE if found is None else found


def truth(value: Value) -> bool:
    """Tell whether FileMaker takes a value for true: its number is there and not 0."""
    return bool(as_number(value))


def boolean(flag: bool) -> Decimal:
    """Give FileMaker's 1 or 0."""
    return TRUE if flag else FALSE


def whole(value: Value) -> int:
    """Give the whole part of a number as a count; what is very large is cut, as no text is that long."""
    limit = 10**9
    return int(min(max(number(value), Decimal(-limit)), Decimal(limit)))


def timestamp_seconds(value: datetime) -> Decimal:
    """Count the seconds since the first midnight of the year 1."""
    since = value - _BEGINNING
    return EXACT.scaleb(Decimal((since.days * _DAY + since.seconds) * _MILLION + since.microseconds), -6)


def date_of(days: Decimal) -> date:
    """Give the day of a number, where 1 is January 1st of the year 1.

    Raises:
        EvaluationError: The day is not in FileMaker's calendar, the years 1 to 4000.
    """
    if not 1 <= days < _LAST_DAY + 1:
        raise EvaluationError
    return date.fromordinal(int(days))


def timestamp_of(seconds: Decimal) -> datetime:
    """Give the timestamp of a number of seconds; of a fraction six digits stay.

    Raises:
        EvaluationError: It is not in FileMaker's calendar.
    """
    if not 0 <= seconds < _LAST_DAY * _DAY:
        raise EvaluationError
    return _BEGINNING + timedelta(microseconds=int(EXACT.scaleb(seconds, 6)))


def _time_text(seconds: Decimal, width: int) -> str:
    if not seconds.is_finite() or seconds.adjusted() > _LARGEST_EXPONENT:
        raise EvaluationError
    exact = seconds.copy_abs().quantize(Decimal("1e-9"), ROUND_DOWN, EXACT)
    minutes, rest = EXACT.divmod(exact, Decimal(60))
    hours, minute = divmod(int(minutes), 60)
    text = f"{hours:0{width}d}:{minute:02d}:{_seconds_text(rest)}"
    return f"-{text}" if seconds < 0 and text.strip("0:.") else text


def _seconds_text(seconds: Decimal) -> str:
    second, _, fraction = f"{seconds:f}".partition(".")
    fraction = fraction.rstrip("0")
    return second.zfill(2) + (f".{fraction}" if fraction else "")


def _clock(hour: int, value: datetime, width: int) -> str:
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return f"{hour:0{width}d}:{value.minute:02d}:{value.second:02d}{fraction}"


def show_date(value: date) -> str:
    """Write a date as a client sends it: `MM/DD/YYYY`."""
    return f"{value.month:02d}/{value.day:02d}/{value.year:04d}"


def show_time(value: Time) -> str:
    """Write a time as a client sends it: `HH:MM:SS`, with a fraction when there is one."""
    return _time_text(value.seconds, 2)


def show_timestamp(value: datetime) -> str:
    """Write a timestamp as a client sends it: `MM/DD/YYYY HH:MM:SS`."""
    return f"{show_date(value)} {_clock(value.hour, value, 2)}"
