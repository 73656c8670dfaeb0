"""One value of one field: what a client gave, what is kept of it, and what is shown again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fmorm.server import refusals
from fmorm.server.exact import Literal
from fmorm.server.values.folding import fold
from fmorm.server.values.moments import DateForm, read_time, time_key
from fmorm.server.values.numbers import is_json, number_in, number_key


class Kind(StrEnum):
    """The kinds of fields."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    CONTAINER = "container"

    @property
    def sorts_as_kept(self) -> bool:
        """Tell whether the kept text is already in order, so that no key beside it is needed."""
        return self in {Kind.DATE, Kind.TIMESTAMP, Kind.CONTAINER}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is kept, and the key by which it is found and sorted; both are None when empty."""

    value: str | None
    key: str | None


EMPTY = Cell(None, None)


def keep(kind: Kind, given: str, form: DateForm) -> Cell:
    """Turn what a client wrote into what is kept.

    Raises:
        Refusal: The text is no value of this kind.
    """
    if not given:
        return EMPTY
    match kind:
        case Kind.TEXT:
            return Cell(str(given), fold(given))
        case Kind.NUMBER:
            number = number_in(given)
            return Cell(str(given), None if number is None else number_key(number))
        case Kind.DATE:
            return _same(form.read_date(given), refusals.BAD_DATE)
        case Kind.TIMESTAMP:
            return _same(form.read_timestamp(given), refusals.BAD_DATE)
        case Kind.TIME:
            time = _same(read_time(given), refusals.BAD_TIME).value
            return Cell(time, time_key(time or ""))
        case Kind.CONTAINER:  # files are uploaded; what a real server does with a text is unknown
            raise refusals.Refusal(refusals.WRONG_TYPE)


def _same(kept: str | None, code: int) -> Cell:
    if kept is None:
        raise refusals.Refusal(code)
    return Cell(kept, kept)


def show(kind: Kind, kept: str | None, form: DateForm) -> str:
    """Write a kept value as the reply shows it; empty is `""` for every kind."""
    if not kept:
        return ""
    if kind is Kind.TEXT:
        return kept
    match kind:
        case Kind.NUMBER:
            return Literal(kept) if is_json(kept) else kept
        case Kind.DATE:
            return form.show_date(kept)
        case Kind.TIMESTAMP:
            return form.show_timestamp(kept)
        case _:
            return kept
