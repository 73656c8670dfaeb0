"""Date, time and timestamp criteria as spans: a whole day, month or year is found by naming it."""

from __future__ import annotations

import calendar
import re

from fmorm.server import refusals
from fmorm.server.values.cells import Kind
from fmorm.server.values.moments import DAY_END, DateForm, read_time, time_key, valid_date

Span = tuple[str, str]
"""The first and the last key that a criterion means."""

_YEAR = re.compile(r"([0-9]{4})")
_US_MONTH = re.compile(r"([0-9]{1,2})/([0-9]{4})")
_ISO_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_MINUTE = re.compile(r"-?[0-9]+:[0-9]{1,2}(?: ?[AaPp][Mm])?")


def span(kind: Kind, text: str, form: DateForm) -> Span:
    """Give what a term means.

    Raises:
        Refusal: It means nothing for this kind, like a thirteenth month.
    """
    text = text.strip()
    if kind is Kind.TIME:
        return _time_span(text)
    found = _date_span(text, form)
    if kind is Kind.DATE and found:
        return found
    if kind is Kind.TIMESTAMP:
        found = (f"{found[0]} 00:00:00", f"{found[1]} {DAY_END}") if found else _timestamp_span(text, form)
    if not found or kind is Kind.DATE:
        raise refusals.Refusal(refusals.BAD_DATE)
    return found


def _date_span(text: str, form: DateForm) -> Span | None:
    if text == "//":
        return form.today.isoformat(), form.today.isoformat()
    year = _YEAR.fullmatch(text)
    if year:
        return f"{year[1]}-01-01", f"{year[1]}-12-31"
    us, iso = _US_MONTH.fullmatch(text), _ISO_MONTH.fullmatch(text)
    if us:
        return _month(int(us[2]), int(us[1]))
    if form.iso and iso:
        return _month(int(iso[1]), int(iso[2]))
    day = _form(text, form).read_date(text)
    return (day, day) if day else None


def _form(text: str, form: DateForm) -> DateForm:
    """A criterion may be in US form also where the request asks for ISO: the two cannot be mistaken."""
    return DateForm(iso=form.iso and bool(_ISO_DATE.match(text)), today=form.today)


def _month(year: int, month: int) -> Span | None:
    first = valid_date(year, month, 1)
    return (first, f"{first[:8]}{calendar.monthrange(year, month)[1]}") if first else None


def _timestamp_span(text: str, form: DateForm) -> Span | None:
    kept = _form(text, form).read_timestamp(text)
    if not kept:
        return None
    names_seconds = text.replace("T", " ", 1).partition(" ")[2].count(":") == 2
    return kept, kept if names_seconds else kept[:-2] + DAY_END[-12:]


def _time_span(text: str) -> Span:
    kept = read_time(text)
    if kept is None:
        raise refusals.Refusal(refusals.BAD_TIME)
    if not _MINUTE.fullmatch(text):
        return time_key(kept), time_key(kept)
    ends = sorted((time_key(kept), time_key(kept[:-2] + DAY_END[-12:])))
    return ends[0], ends[1]
