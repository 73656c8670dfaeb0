"""Invented values in place of real ones: of the same kind and shape, and the same for the same value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from fmorm.drafting.moments import HOURS
from fmorm.drafting.permuting import DIGITS, Permutation

_LINES: Final = re.compile(r"([\r\n\v]+)")
_DATE: Final = re.compile(
    r"(?:(?P<us>\d\d/\d\d/\d{4})|(?P<iso>\d{4}-\d\d-\d\d))(?:([ T])(\d\d:\d\d:\d\d))?", re.ASCII
)
_TIME: Final = re.compile(r"(-?)(\d{2,6}):([0-5]\d)(?::([0-5]\d))?((?:\.\d+)?)", re.ASCII)
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_MAIL: Final = re.compile(r"([^@\s]+)@([^@\s]+)\.([A-Za-z]{2,})")
_DAY: Final = HOURS * 3600
_SAFE: Final = "example"
"""The top-level domain that nobody can have, so that no mail is ever delivered."""


class Inventor:
    """Invents values; what is the same before is the same afterwards, and what is not is not.

    Text keeps its length, its spaces and its signs, with other letters and digits; so do phone numbers. Numbers keep
    their sign and size, 0 and 1 stay. Dates are shifted, all by the same number of days. A mail address leads nowhere.

    Args:
        secret: What decides the values.
        kept: Values that stay as they are: those of value lists, say.
    """

    def __init__(self, secret: bytes, kept: Iterable[str] = ()) -> None:
        self._permutation = Permutation(secret)
        self._kept = {one.casefold() for one in kept}
        self._known: dict[str, str] = {}
        self._days = 400 + self._permutation.number(0, 2000, "days")
        self._seconds = 60 * (1 + self._permutation.number(0, _DAY // 60 - 1, "minutes"))

    def value(self, value: object) -> object:
        """Invent a value of a reply."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return type(value)(self.text(str(value)))
        return value

    def text(self, text: str) -> str:
        """Invent a text, line by line: lines are the values of a checkbox set, or the keys of a multi-key field."""
        return "".join(
            part if _LINES.fullmatch(part) else self._line(part) for part in _LINES.split(text) if part
        )

    def _line(self, text: str) -> str:
        """Invent a value, or remember it: most values occur many times."""
        if text not in self._known:
            self._known[text] = text if self._stays(text) else self._invented(text)
        return self._known[text]

    def _invented(self, text: str) -> str:
        """Invent a value; one that has to stay is never invented in place of another."""
        invent = next((one for fits, one in self._forms if fits(text)), self._words)
        changed = invent(text)
        while self._stays(changed):
            changed = invent(changed)
        return changed

    def _stays(self, text: str) -> bool:
        return not text.strip() or text in ("0", "1") or text.casefold() in self._kept

    @property
    def _forms(self) -> list[tuple[Callable[[str], bool], Callable[[str], str]]]:
        return [
            (_is_date, self._date),
            (_is_time, self._time),
            (_is_number, self._number),
            (_is_mail, self._mail),
        ]

    def _words(self, text: str) -> str:
        changed = self._permutation.words(text)
        while any(fits(changed) for fits, _ in self._forms):
            changed = self._permutation.words(changed)
        return changed

    def _number(self, text: str) -> str:
        mantissa, e, exponent = text.replace("E", "e").partition("e")
        changed = self._permutation.chars(mantissa, list(_alphabets(mantissa)))
        return changed + text[len(mantissa) : len(mantissa) + len(e)] + exponent

    def _mail(self, text: str) -> str:
        found = _MAIL.fullmatch(text)
        assert found is not None  # noqa: S101 - it was looked at before
        user, host, top = map(self._permutation.words, found.groups())
        return f"{user}@{host}-{top}.{_SAFE}"

    def _date(self, text: str) -> str:
        found = _DATE.fullmatch(text)
        assert found is not None  # noqa: S101 - it was looked at before
        shifted = _shifted(_read_date(text), self._days)
        day = f"{shifted:%m/%d}/{shifted.year:04d}" if found["us"] else shifted.isoformat()
        return day + (found[3] + self._time(found[4]) if found[3] else "")

    def _time(self, text: str) -> str:
        found = _TIME.fullmatch(text)
        assert found is not None  # noqa: S101 - it was looked at before
        sign, hours, minutes, seconds, fraction = found.groups()
        total = int(hours) * 3600 + int(minutes) * 60
        moved = (
            (total + self._seconds) % _DAY
            if total < _DAY and not sign
            else _within_hour(total, self._seconds)
        )
        whole = f"{sign}{moved // 3600:0{len(hours)}d}:{moved // 60 % 60:02d}"
        return whole + (f":{seconds}" if seconds else "") + fraction


def _within_hour(total: int, seconds: int) -> int:
    """Move a duration within its hour, so that it keeps its size."""
    return total - total % 3600 + (total + seconds) % 3600


def _shifted(day: date, days: int) -> date:
    return date.fromordinal((day.toordinal() - 1 - days) % date.max.toordinal() + 1)


def _read_date(text: str) -> date:
    day = text[:10]
    if day[2] == "/":
        day = f"{day[6:]}-{day[:2]}-{day[3:5]}"
    return date.fromisoformat(day)


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if found is None or (found[3] and not _is_time_of_day(found[4])):
        return False
    try:
        _read_date(text)
    except ValueError:
        return False
    return True


def _is_time_of_day(text: str) -> bool:
    return _is_time(text) and int(text[:2]) < HOURS


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    return found is not None and (found[4] is not None or not found[5])


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _is_mail(text: str) -> bool:
    return _MAIL.fullmatch(text) is not None


def _alphabets(text: str) -> Iterable[str]:
    """Say what each character of a number can become, so that it stays of its size and none of its zeros appears."""
    is_single = text.lstrip("+-0") == text[-1:]
    has_begun = False
    for position, char in enumerate(text):
        is_last = "." in text and position == len(text) - 1
        if char not in DIGITS or (char == "0" and (not has_begun or is_last)):
            yield char
        elif is_single:
            yield char if char == "1" else DIGITS[2:]
        else:
            yield DIGITS[1:] if not has_begun or is_last else DIGITS
        has_begun = has_begun or char in DIGITS[1:]
