"""Date, time and timestamp criteria as conditions: a whole day, month or year is found by naming it."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence

from fmorm.server import refusals
from fmorm.server.finds.conditions import Condition, every
from fmorm.server.finds.criterion import Criterion, Operator, unescaped
from fmorm.server.finds.parts import CLOCK, DATE, Part, Parts, Range, day_range, is_exact, read_parts
from fmorm.server.finds.places import Place
from fmorm.server.refusals import Refusal
from fmorm.server.values.cells import Kind
from fmorm.server.values.moments import DAY_END, DateForm, read_time, time_key

Span = tuple[str, str]
"""The first and the last key that a criterion means."""

_NAMES_SECONDS = re.compile(r"[^:]*:[^:]*:[^:]*")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_SQL = {
    Part.YEAR: "substr({}, 1, 4)",
    Part.MONTH: "substr({}, 6, 2)",
    Part.DAY: "substr({}, 9, 2)",
    Part.WEEKDAY: "strftime('%w', substr({}, 1, 10))",
    Part.HOUR: "substr({}, 12, 2)",
    Part.MINUTE: "substr({}, 15, 2)",
    Part.SECOND: "substr({}, 18, 2)",
}
_SQL_OF_TIMES = {
    Part.HOUR: "{}",
    Part.MINUTE: "substr({}, instr({}, ':') + 1, 2)",
    Part.SECOND: "substr({}, instr({}, ':') + 4, 2)",
}


def match_moment(criterion: Criterion, place: Place, form: DateForm) -> Condition:
    """Say what a criterion asks of a date, a time or a timestamp.

    Raises:
        Refusal: A term means nothing for this kind, or the operator cannot be asked of it.
    """
    kind = place.slot.field.kind
    terms = [unescaped(term.strip().removeprefix("=")).strip() for term in criterion.terms]
    if criterion.operator in {Operator.WHOLE, Operator.MATCHES}:
        return _meets(kind, terms[0], place, form)
    days = day_range("..".join(terms)) if criterion.operator is Operator.RANGE else None
    if days and kind is not Kind.TIME:
        return _by_parts({Part.WEEKDAY: days}, place)
    spans = [_span(kind, term, form) for term in terms]
    return in_order(criterion.operator, place, spans[0], spans[-1])


def in_order(operator: Operator, place: Place, first: Span, last: Span) -> Condition:
    """Compare with spans: what is more begins after the end of one, what is less ends before its begin."""
    match operator:
        case Operator.LESS:
            return place.by_order("{} < ?", first[0])
        case Operator.AT_MOST:
            return place.by_order("{} <= ?", first[1])
        case Operator.MORE:
            return place.by_order(f"{{}} > ?{_unbroken(place)}", first[1])
        case Operator.AT_LEAST:
            return place.by_order(f"{{}} >= ?{_unbroken(place)}", first[0])
        case _:
            return place.by_order("{} BETWEEN ? AND ?", first[0], last[1])


def _unbroken(place: Place) -> str:
    """Leave out the `?` of a result that there is not: as a text it is more than any date."""
    return " AND {} < ':'" if place.slot.field.kind in {Kind.DATE, Kind.TIMESTAMP} else ""


def _meets(kind: Kind, term: str, place: Place, form: DateForm) -> Condition:
    exact = _exact_span(kind, term, form)
    if exact:
        return in_order(Operator.RANGE, place, exact, exact)
    parts = read_parts(kind, term, form)
    span = _span_of(kind, parts)
    return in_order(Operator.RANGE, place, span, span) if span else _by_parts(parts, place)


def _span(kind: Kind, term: str, form: DateForm) -> Span:
    span = _exact_span(kind, term, form) or _span_of(kind, read_parts(kind, term, form))
    if not span:
        raise Refusal(refusals.BAD_TIME if kind is Kind.TIME else refusals.BAD_DATE)
    return span


def _exact_span(kind: Kind, term: str, form: DateForm) -> Span | None:
    """Give a time to the second or to a fraction of it; a time may be negative or longer than a day."""
    if kind is Kind.TIME and (kept := read_time(term)):
        if _NAMES_SECONDS.fullmatch(term):
            return time_key(kept), time_key(kept)
        ends = sorted((time_key(kept), time_key(kept[:-2] + DAY_END[-12:])))
        return ends[0], ends[1]
    if kind is Kind.TIMESTAMP and _NAMES_SECONDS.fullmatch(term):
        kept = _form(term, form).read_timestamp(term)
        return (kept, kept) if kept else None
    return None


def _form(term: str, form: DateForm) -> DateForm:
    """A criterion may be in US form also where the request asks for ISO: the two cannot be mistaken."""
    return DateForm(iso=form.iso and bool(_ISO_DATE.match(term)), today=form.today)


def _span_of(kind: Kind, parts: Parts) -> Span | None:
    """Give the span between the first and the last moment of which parts are these, None when there are several."""
    if kind is Kind.TIME:
        clock = _clock(parts)
        return (time_key(clock[0]), time_key(clock[1])) if clock else None
    days = _days(parts)
    if not days or kind is Kind.DATE:
        return days
    if not any(part in parts for part in CLOCK):
        return f"{days[0]} 00:00:00", f"{days[1]} {DAY_END}"
    clock = _clock(parts)
    return (f"{days[0]} {clock[0]}", f"{days[1]} {clock[1]}") if clock and days[0] == days[1] else None


def _days(parts: Parts) -> Span | None:
    numbers = _leading(parts, DATE)
    if not numbers or Part.WEEKDAY in parts:
        return None
    year, month, day = [*numbers, 0, 0][:3]
    last_month = month or 12
    last_day = day or calendar.monthrange(year, last_month)[1]
    return f"{year:04d}-{month or 1:02d}-{day or 1:02d}", f"{year:04d}-{last_month:02d}-{last_day:02d}"


def _clock(parts: Parts) -> Span | None:
    numbers = _leading(parts, CLOCK)
    if not numbers:
        return None
    named = ":".join(f"{number:02d}" for number in numbers)
    missing = len(CLOCK) - len(numbers)
    return named + ":00" * missing, named + (":59" * missing + DAY_END[8:] if missing else "")


def _leading(parts: Parts, order: Sequence[Part]) -> list[int]:
    """Give the numbers of the named parts, if these come first in the order and each is a single number."""
    named = [part for part in order if part in parts]
    if named != list(order[: len(named)]) or not all(is_exact(parts[part]) for part in named):
        return []
    return [parts[part].low for part in named]


def _by_parts(parts: Parts, place: Place) -> Condition:
    if place.slot.field.kind is not Kind.TIME:
        return every(
            [_of_part(place, _SQL[part], numbers) for part, numbers in parts.items()] or [_any(place)]
        )
    positive = place.by_value("{} GLOB '[0-9]*'")
    return every(
        [positive, *(_of_part(place, _SQL_OF_TIMES[part], numbers) for part, numbers in parts.items())]
    )


def _any(place: Place) -> Condition:
    return place.by_value("{} < ':'")


def _of_part(place: Place, sql: str, numbers: Range) -> Condition:
    number = f"CAST({sql} AS INTEGER)"
    if numbers.digits:
        return place.by_value(f"{number} LIKE ?", numbers.digits.replace("#", "_"))
    if numbers.low <= numbers.high:
        return place.by_value(f"{number} BETWEEN ? AND ?", numbers.low, numbers.high)
    return place.by_value(
        f"{number} NOT BETWEEN ? AND ?", numbers.high + 1, numbers.low - 1
    )  # over the week's end
