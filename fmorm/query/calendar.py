"""The verbs of terms that name days: on dates and on timestamps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date, datetime
from typing import Generic, TypeAlias, TypeVar

from fmorm.query import days
from fmorm.query.conditions import Condition
from fmorm.query.fields import FieldRef

T = TypeVar("T")

HasDays: TypeAlias = "CalendarVerbs[date] | CalendarVerbs[datetime]"
"""What is on a day. The type checkers offer these verbs on dates and timestamps only."""


class CalendarVerbs(ABC, Generic[T]):
    """Conditions that name a day, a month or a year. T is the type of the field's values, without None."""

    __slots__ = ()

    @abstractmethod
    def _some(self, build: Callable[[FieldRef], Condition]) -> Condition:
        """Make a condition on the field, or on some repetition of it."""

    def on(self: HasDays, day: date, /) -> Condition:
        """The field is on this day; a timestamp, at any time of it.

        Args:
            day: The day.

        Raises:
            TypeError: The field holds neither dates nor timestamps, or the argument is no date.
            FindError: The field is global.
        """
        return self._some(lambda ref: days.on(ref, day))

    def in_month(self: HasDays, year: int, month: int) -> Condition:
        """The field is in this month.

        Args:
            year: The year, with all its digits.
            month: The month, 1 to 12.

        Raises:
            TypeError: The field holds neither dates nor timestamps, or the arguments are no whole numbers.
            FindError: There is no such month, or the field is global.
        """
        return self._some(lambda ref: days.in_month(ref, year, month))

    def in_year(self: HasDays, year: int) -> Condition:
        """The field is in this year.

        Args:
            year: The year, with all its digits.

        Raises:
            TypeError: The field holds neither dates nor timestamps, or the argument is no whole number.
            FindError: There is no such year, or the field is global.
        """
        return self._some(lambda ref: days.in_year(ref, year))

    def is_today(self: HasDays) -> Condition:
        """The field is on the day that it is on the server, whatever the zone of the program.

        Raises:
            TypeError: The field holds neither dates nor timestamps.
            FindError: It is a text field or global.
        """
        return self._some(days.is_today)
