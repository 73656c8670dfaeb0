"""Field values as the Data API writes them, and as Python holds them.

A field has a FileMaker *kind*; the Python type says what a program wants to hold. Both together choose a
`Codec`. The formats are the Data API's own: US dates unless ISO was asked for, `""` for empty, a carriage
return for a line break, numbers as JSON numbers or, when they are no plain number, as text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from fmorm.wire.containers import Contents


class Kind(StrEnum):
    """What FileMaker calls the type of a field; it decides encoding, operators and comparison."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    CONTAINER = "container"


Wire = str | int | float | Decimal
"""A value as `json` gives it: Decimal where the reader kept a literal's digits."""

EXACT_INTEGER: Final = 2**53
"""Above this a JSON reader that holds numbers as doubles loses digits, so such numbers travel as text."""


EXPONENTS: Final = 400
"""FileMaker's numbers reach from 10 to the -400th to 10 to the 400th (FileMaker Pro Help, number fields)."""


class Unreadable(ValueError):
    """A raw value that does not fit the declared type; its message is the reason, without the place."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind of field is held as one Python type.

    Attributes:
        kind: The FileMaker kind of the field.
        held: The Python type, without `| None`.
        optional: Whether an empty field is None.
        decode: Turns a non-empty value of a reply into a value of `held`; raises `Unreadable`.
        encode: Turns a value of `held` into what a request carries; raises ValueError.
    """

    kind: Kind
    held: type[Any]
    optional: bool
    decode: Callable[[Wire], Any]
    encode: Callable[[Any], str | int | float]

    def read(self, raw: Wire) -> Any:
        """Give the Python value of a raw value, `""` included; raises `Unreadable`."""
        return self.empty() if raw == "" else self.decode(raw)

    def empty(self) -> Any:
        """Give what an empty field is in Python; raises `Unreadable` where nothing can stand for it."""
        if self.optional:
            return None
        try:
            return _EMPTY[self.held]
        except KeyError:
            raise Unreadable(f"the field is empty; declare it as {self.held.__name__} | None") from None

    def write(self, value: Any) -> str | int | float:
        """Give what a request carries for a Python value; None is `""`. Raises ValueError."""
        return "" if value is None else self.encode(value)


_EMPTY: Final[dict[type[Any], Any]] = {str: "", bool: False}


def codec(kind: Kind, held: type[Any], *, optional: bool) -> Codec:
    """Choose the codec of a kind and a Python type.

    Args:
        kind: The FileMaker kind.
        held: The Python type, without `| None`.
        optional: Whether the declaration has `| None`.

    Returns:
        The codec.

    Raises:
        LookupError: A field of this kind cannot be held as this type.
    """
    decode, encode = _CODECS[kind, held]
    return Codec(kind, held, optional, decode, encode)


def natural_kind(held: type[Any]) -> Kind | None:
    """Give the kind that a Python type is held in unless a declaration says otherwise, if there is one."""
    return _NATURAL.get(held)


def types_of(kind: Kind) -> list[str]:
    """Name the Python types that a field of this kind can be held as."""
    return [held.__name__ for k, held in _CODECS if k is kind]


# -- text ------------------------------------------------------------------------------------------------


def text_in(raw: Wire) -> str:
    """Read text: FileMaker's carriage returns become line feeds."""
    if not isinstance(raw, str):
        raise Unreadable("the field gives numbers; declare it with kind='number'")
    return raw.replace("\r", "\n") if "\r" in raw else raw


def text_out(value: str) -> str:
    """Write text: every line break becomes FileMaker's carriage return."""
    return value.replace("\r\n", "\r").replace("\n", "\r")


# -- numbers ---------------------------------------------------------------------------------------------


def int_in(raw: Wire) -> int:
    """Read a whole number; a fraction is refused rather than cut off."""
    if isinstance(raw, int) and not isinstance(raw, bool):  # JSON's true is no number
        return raw
    number = decimal_in(raw)
    if number != number.to_integral_value():
        raise Unreadable("it has a fraction; declare the field as Decimal or float")
    return int(number)


def float_in(raw: Wire) -> float:
    """Read a number as a float; one beyond its range is refused rather than made infinite or zero."""
    exact = decimal_in(raw)
    number = float(exact)
    if math.isinf(number) or (exact and not number):
        raise Unreadable("it is beyond the range of a float; declare the field as Decimal")
    return number


def decimal_in(raw: Wire) -> Decimal:
    """Read a number with the digits that it is written with."""
    number = raw if isinstance(raw, Decimal) else _parsed(raw)
    if not number.is_finite():
        raise Unreadable("it is not a number, or beyond what JSON numbers hold")
    if number and abs(number.adjusted()) > EXPONENTS:
        raise Unreadable(f"it is beyond FileMaker's numbers, which end at 10 to the {EXPONENTS}th")
    return number


def _parsed(raw: str | float) -> Decimal:
    text = raw.strip() if isinstance(raw, str) else repr(raw)
    if not text.isascii() or "_" in text:
        raise Unreadable("it is not a number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Unreadable("it is not a number") from None


def bool_in(raw: Wire) -> bool:
    """Read FileMaker's 1 and 0."""
    number = decimal_in(raw)
    if number == 1 or number == 0:
        return bool(number)
    raise Unreadable("it is neither 1 nor 0; declare the field as int")


def number_text_in(raw: Wire) -> str:
    """Read a number field as text: whatever stands in it, a number without an exponent."""
    return text_in(raw) if isinstance(raw, str) else f"{decimal_in(raw):f}"


def int_out(value: int) -> int | str:
    """Write a whole number, as text where JSON numbers would lose digits."""
    return int(value) if -EXACT_INTEGER <= value <= EXACT_INTEGER else str(value)


def float_out(value: float) -> float | int | str:
    """Write a float; a whole one goes without its `.0`."""
    if not math.isfinite(value):
        raise ValueError(f"FileMaker has no number {value}")
    return int_out(int(value)) if value.is_integer() else value


def decimal_out(value: Decimal) -> float | int | str:
    """Write a Decimal, as a JSON number where that keeps every digit, else as text."""
    if _finite(value) == value.to_integral_value():
        return int_out(int(value))
    as_float = float(value)
    return as_float if Decimal(repr(as_float)) == value and "e" not in repr(as_float) else f"{value:f}"


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite() or (value and abs(value.adjusted()) > EXPONENTS):
        raise ValueError(f"FileMaker has no number {value}")
    return value


def bool_out(value: bool) -> int:
    """Write FileMaker's 1 or 0."""
    return 1 if value else 0


# -- dates and times -------------------------------------------------------------------------------------


_DAY: Final = r"([0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_CLOCK: Final = r"([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)"
_DATE: Final = re.compile(_DAY)
_TIME: Final = re.compile(_CLOCK)
_TIMESTAMP: Final = re.compile(f"{_DAY}[ T]{_CLOCK}")


def date_in(raw: Wire) -> date:
    """Read `MM/DD/YYYY` or `YYYY-MM-DD`."""
    if found := _DATE.fullmatch(str(raw)):
        try:
            return date.fromisoformat(_iso_date(found[1]))
        except ValueError:
            pass
    raise Unreadable("it is not a date")


def timestamp_in(raw: Wire) -> datetime:
    """Read `MM/DD/YYYY HH:MM:SS` or the ISO form, with or without a fraction of a second."""
    if found := _TIMESTAMP.fullmatch(str(raw)):
        try:
            return datetime.fromisoformat(f"{_iso_date(found[1])}T{_micro(found[2])}")
        except ValueError:
            pass
    raise Unreadable("it is not a timestamp")


def time_in(raw: Wire) -> time:
    """Read `HH:MM:SS`, with or without a fraction of a second."""
    if found := _TIME.fullmatch(str(raw)):
        try:
            return time.fromisoformat(_micro(found[1]))
        except ValueError:
            pass
    raise Unreadable("it is not a time of day")


def _iso_date(text: str) -> str:
    return f"{text[6:]}-{text[:2]}-{text[3:5]}" if text[2] == "/" else text


def _micro(text: str) -> str:
    """Bring a fraction of a second to six digits; what is finer is refused, as Python would cut it off."""
    whole, point, fraction = text.partition(".")
    if fraction[6:].strip("0"):
        raise ValueError(text)
    return f"{whole}.{fraction:0<6.6}" if point else text


def date_out(value: date) -> str:
    """Write `MM/DD/YYYY`."""
    return f"{value.month:02}/{value.day:02}/{value.year:04}"


def time_out(value: time) -> str:
    """Write `HH:MM:SS`, with a fraction where there is one."""
    if value.tzinfo is not None:
        raise ValueError("FileMaker times carry no zone: give the time without tzinfo")
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    return f"{text}.{value.microsecond:06}".rstrip("0") if value.microsecond else text


def timestamp_out(value: datetime) -> str:
    """Write `MM/DD/YYYY HH:MM:SS`, with a fraction where there is one."""
    if value.tzinfo is not None:
        raise ValueError("FileMaker timestamps carry no zone: give the datetime without tzinfo")
    return f"{date_out(value)} {time_out(value.time())}"


# -- dates and times kept in text fields ------------------------------------------------------------------


_TOO_FINE: Final = re.compile(r"[.,][0-9]{7}")


def _iso_in(parse: Callable[[str], Any], what: str) -> Callable[[Wire], Any]:
    def read(raw: Wire) -> Any:
        text = str(raw).strip()
        if not _TOO_FINE.search(text):  # Python would cut that off silently
            try:
                return parse(text)
            except ValueError:
                pass
        raise Unreadable(f"it is not {what} in ISO form")

    return read


def _iso_out(value: date | time) -> str:
    return value.isoformat()


# -- containers ------------------------------------------------------------------------------------------


def contents_in(raw: Wire) -> Contents:
    """Take the address of a file."""
    if not isinstance(raw, str):
        raise Unreadable("it is no address of a file")
    return Contents(raw)


def contents_out(value: Contents) -> str:
    """Refuse: files are uploaded."""
    del value
    raise ValueError("a file is uploaded: db.upload(record, …)")


_CODECS: Final[dict[tuple[Kind, type[Any]], tuple[Callable[[Wire], Any], Callable[[Any], Any]]]] = {
    (Kind.TEXT, str): (text_in, text_out),
    (Kind.TEXT, int): (int_in, str),
    (Kind.TEXT, float): (float_in, lambda value: str(float_out(value))),
    (Kind.TEXT, Decimal): (decimal_in, lambda value: f"{_finite(value):f}"),
    (Kind.TEXT, bool): (bool_in, lambda value: str(bool_out(value))),
    (Kind.TEXT, date): (_iso_in(date.fromisoformat, "a date"), _iso_out),
    (Kind.TEXT, datetime): (_iso_in(datetime.fromisoformat, "a timestamp"), _iso_out),
    (Kind.TEXT, time): (_iso_in(time.fromisoformat, "a time"), _iso_out),
    (Kind.NUMBER, str): (number_text_in, text_out),
    (Kind.NUMBER, int): (int_in, int_out),
    (Kind.NUMBER, float): (float_in, float_out),
    (Kind.NUMBER, Decimal): (decimal_in, decimal_out),
    (Kind.NUMBER, bool): (bool_in, bool_out),
    (Kind.DATE, date): (date_in, date_out),
    (Kind.TIME, time): (time_in, time_out),
    (Kind.TIMESTAMP, datetime): (timestamp_in, timestamp_out),
    (Kind.CONTAINER, Contents): (contents_in, contents_out),
}

_NATURAL: Final[dict[type[Any], Kind]] = {
    str: Kind.TEXT,
    int: Kind.NUMBER,
    float: Kind.NUMBER,
    Decimal: Kind.NUMBER,
    bool: Kind.NUMBER,
    date: Kind.DATE,
    time: Kind.TIME,
    datetime: Kind.TIMESTAMP,
    Contents: Kind.CONTAINER,
}
