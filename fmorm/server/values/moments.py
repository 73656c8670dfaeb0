"""Dates, times and timestamps: read in US or ISO form, kept so that their texts sort, written in either."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from fmorm.server.values.numbers import number_key

_US = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{1,2})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_TIME = re.compile(r"(-?)([0-9]{1,9}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]{1,9}))?)?(?: ?([AaPp])[Mm])?")
_LAST_YEAR = 4000
_YEARS_AHEAD = 30
"""A year of two digits lies within the next thirty years or the seventy before."""
DAY_END: Final = "23:59:59.999999999"


@dataclass(frozen=True, slots=True)
class DateForm:
    """How dates are spelt in one request: ISO or US, and which year `//` and short years count from."""

    iso: bool
    today: date

    def read_date(self, text: str) -> str | None:
        """Give the date as `YYYY-MM-DD`, or None when the text is no date in this form."""
        text = text.strip()
        if self.iso:
            found = _ISO.fullmatch(text)
            return found and valid_date(int(found[1]), int(found[2]), int(found[3]))
        return self.read_us_date(text)

    def read_us_date(self, text: str) -> str | None:
        """Give a date written month first as `YYYY-MM-DD`, or None."""
        found = _US.fullmatch(text.strip())
        return found and valid_date(self.year(found[4]), int(found[1]), int(found[3]))

    def year(self, text: str) -> int:
        """Widen a year of one or two digits."""
        if len(text) > 2:
            return int(text)
        this = self.today.year
        year = this - this % 100 + int(text)
        if year > this + _YEARS_AHEAD:
            return year - 100
        return year + 100 if year <= this - (100 - _YEARS_AHEAD) else year

    def read_timestamp(self, text: str) -> str | None:
        """Give the timestamp as `YYYY-MM-DD HH:MM:SS`, or None; a date alone is its midnight."""
        day_text, _, time_text = text.strip().replace("T", " ", 1).partition(" ")
        day = self.read_date(day_text)
        time = read_time(time_text) if time_text else "00:00:00"
        if day is None or time is None or not "00" <= time < "24" or time.index(":") != 2:
            return None
        return f"{day} {time}"

    def show_date(self, stored: str) -> str:
        """Write a kept date in this form."""
        return stored if self.iso else f"{stored[5:7]}/{stored[8:10]}/{stored[:4]}"

    def show_timestamp(self, stored: str) -> str:
        """Write a kept timestamp in this form."""
        return stored if self.iso else f"{stored[5:7]}/{stored[8:10]}/{stored[:4]}{stored[10:]}"


def valid_date(year: int, month: int, day: int) -> str | None:
    """Give `YYYY-MM-DD` for a day that exists in FileMaker's calendar."""
    if not 1 <= year <= _LAST_YEAR or not 1 <= month <= 12:
        return None
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def read_time(text: str) -> str | None:
    """Give the time as `HH:MM:SS`, or None; FileMaker times are durations, so hours have no limit."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    sign, hour, minute, second, fraction, half = found.groups("")
    hours = _hours(int(hour), half.lower()) if not (half and sign) else None
    if hours is None or int(minute) > 59 or int(second or 0) > 59:
        return None
    tail = fraction.rstrip("0")
    shown = f"{hours:02d}:{int(minute):02d}:{int(second or 0):02d}{'.' + tail if tail else ''}"
    return sign + shown if shown.strip("0:.") else shown


def _hours(hour: int, half: str) -> int | None:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half == "p" else 0)


def time_key(stored: str) -> str:
    """Give the text by which times sort."""
    hours, minutes, seconds = stored.lstrip("-").split(":")
    total = int(hours) * 3600 + int(minutes) * 60 + Decimal(seconds)
    return number_key(-total if stored.startswith("-") else total)
