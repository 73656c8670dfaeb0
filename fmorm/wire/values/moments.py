"""Dates, times, durations and timestamps, in US or ISO form; and in ISO form in text fields."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from fmorm.wire.values.codecs import Unreadable, Wire

_DAY: Final = r"([0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_CLOCK: Final = r"((?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)"
_DATE: Final = re.compile(_DAY)
_TIME: Final = re.compile(_CLOCK)
_DURATION: Final = re.compile(r"(-?)([0-9]+):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]+))?")
_TIMESTAMP: Final = re.compile(f"{_DAY}[ T]{_CLOCK}")


def _strict_time(text: str) -> time:
    if text.lstrip("T").startswith("24"):
        raise ValueError(text)
    return time.fromisoformat(text)


def _strict_timestamp(text: str) -> datetime:
    if text[11:].startswith("24"):
        raise ValueError(text)
    return datetime.fromisoformat(text)


_TAKES_24: Final = sys.version_info >= (3, 14)
"""Whether Python makes 0:00 of the time 24:00, which FileMaker tells from it, and which is no time of a timestamp."""

iso_time: Final = _strict_time if _TAKES_24 else time.fromisoformat
iso_timestamp: Final = _strict_timestamp if _TAKES_24 else datetime.fromisoformat


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
    beyond = _DURATION.fullmatch(str(raw)) is not None
    raise Unreadable(f"it is not a time of day{_DECLARE_DURATION if beyond else ''}")


_DECLARE_DURATION: Final = ", which goes from 00:00:00 to 23:59:59.999999; declare the field as timedelta"


def duration_in(raw: Wire) -> timedelta:
    """Read a time as FileMaker has it: beyond 24 hours, below zero, with or without a fraction of a second."""
    if (found := _DURATION.fullmatch(str(raw))) and not (found[5] or "")[6:].strip("0"):
        try:
            length = timedelta(
                hours=int(found[2]),
                minutes=int(found[3]),
                seconds=int(found[4]),
                microseconds=int(f"{found[5] or '':0<6.6}"),
            )
        except (OverflowError, ValueError):  # more days than Python counts, or more digits than it reads
            pass
        else:
            return -length if found[1] else length
    raise Unreadable("it is not a time")


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


def duration_out(value: timedelta) -> str:
    """Write `HH:MM:SS`, with a minus below zero and a fraction where there is one."""
    sign, length = ("-", -value) if value < timedelta() else ("", value)
    minutes, seconds = divmod(length.days * 86_400 + length.seconds, 60)
    text = f"{sign}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return f"{text}.{length.microseconds:06}".rstrip("0") if length.microseconds else text


def timestamp_out(value: datetime) -> str:
    """Write `MM/DD/YYYY HH:MM:SS`, with a fraction where there is one."""
    if value.tzinfo is not None:
        raise ValueError("FileMaker timestamps carry no zone: give the datetime without tzinfo")
    return f"{date_out(value)} {time_out(value.time())}"


# -- dates and times kept in text fields ------------------------------------------------------------------


_TOO_FINE: Final = re.compile(r"[.,][0-9]{7}")


def iso_in(parse: Callable[[str], Any], what: str) -> Callable[[Wire], Any]:
    """Give what reads ISO text with `parse`; `what` names it in messages."""

    def read(raw: Wire) -> Any:
        text = str(raw).strip()
        if not _TOO_FINE.search(text):  # Python would cut that off silently
            try:
                return parse(text)
            except ValueError:
                pass
        raise Unreadable(f"it is not {what} in ISO form")

    return read


def iso_out(value: date | time) -> str:
    """Write ISO text."""
    return value.isoformat()
