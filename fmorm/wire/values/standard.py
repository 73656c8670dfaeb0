"""Which codec goes with a FileMaker kind and a Python type, where nothing else was declared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from fmorm.wire.containers import Contents
from fmorm.wire.values import moments, numbers, text
from fmorm.wire.values.codecs import Codec, Kind, Wire


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
    return Codec(kind, held, optional, decode, encode, blank=_BLANK.get(held))


def natural_kind(held: type[Any]) -> Kind | None:
    """Give the kind that a Python type is held in unless a declaration says otherwise, if there is one."""
    return _NATURAL.get(held)


def types_of(kind: Kind) -> list[str]:
    """Name the Python types that a field of this kind can be held as."""
    return [held.__name__ for k, held in _CODECS if k is kind]


_BLANK: Final[dict[type[Any], Callable[[], Any]]] = {str: str, bool: bool}
"""What makes the value of an empty field: an empty text, and False."""

_CODECS: Final[dict[tuple[Kind, type[Any]], tuple[Callable[[Wire], Any], Callable[[Any], Any]]]] = {
    (Kind.TEXT, str): (text.text_in, text.text_out),
    (Kind.TEXT, int): (numbers.int_in, str),
    (Kind.TEXT, float): (numbers.float_in, lambda value: str(numbers.float_out(value))),
    (Kind.TEXT, Decimal): (numbers.decimal_in, lambda value: f"{numbers.finite(value):f}"),
    (Kind.TEXT, bool): (numbers.bool_in, lambda value: str(numbers.bool_out(value))),
    (Kind.TEXT, date): (moments.iso_in(date.fromisoformat, "a date"), moments.iso_out),
    (Kind.TEXT, datetime): (moments.iso_in(datetime.fromisoformat, "a timestamp"), moments.iso_out),
    (Kind.TEXT, time): (moments.iso_in(moments.iso_time, "a time"), moments.iso_out),
    (Kind.NUMBER, str): (numbers.number_text_in, text.text_out),
    (Kind.NUMBER, int): (numbers.int_in, numbers.int_out),
    (Kind.NUMBER, float): (numbers.float_in, numbers.float_out),
    (Kind.NUMBER, Decimal): (numbers.decimal_in, numbers.decimal_out),
    (Kind.NUMBER, bool): (numbers.bool_in, numbers.bool_out),
    (Kind.DATE, date): (moments.date_in, moments.date_out),
    (Kind.TIME, time): (moments.time_in, moments.time_out),
    (Kind.TIME, timedelta): (moments.duration_in, moments.duration_out),
    (Kind.TIMESTAMP, datetime): (moments.timestamp_in, moments.timestamp_out),
    (Kind.CONTAINER, Contents): (text.contents_in, text.contents_out),
}

_NATURAL: Final[dict[type[Any], Kind]] = {
    str: Kind.TEXT,
    int: Kind.NUMBER,
    float: Kind.NUMBER,
    Decimal: Kind.NUMBER,
    bool: Kind.NUMBER,
    date: Kind.DATE,
    time: Kind.TIME,
    timedelta: Kind.TIME,
    datetime: Kind.TIMESTAMP,
    Contents: Kind.CONTAINER,
}
