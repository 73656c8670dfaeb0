"""Intervals of numbers, dates and times, as the comparisons of one field say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fmorm.query.conditions import Comparison


@dataclass(frozen=True, slots=True)
class Interval:
    """All values between two ends.

    Attributes:
        low: The lower end; None is no end.
        high: The upper end; None is no end.
        low_open: Whether the lower end itself is outside.
        high_open: Whether the upper end itself is outside.
    """

    low: Any = None
    high: Any = None
    low_open: bool = False
    high_open: bool = False

    def cut(self, other: Interval) -> Interval:
        """Give what both have in common.

        Args:
            other: The other interval.
        """
        # Of two equal ends the open one is the narrower.
        low, low_open = max(
            ((i.low, i.low_open) for i in (self, other) if i.low is not None), default=(None, False)
        )
        high, high_closed = min(
            ((i.high, not i.high_open) for i in (self, other) if i.high is not None), default=(None, True)
        )
        return Interval(low, high, low_open, not high_closed)

    def is_empty(self) -> bool:
        """Whether no value lies in it."""
        if self.low is None or self.high is None:
            return False
        return bool(self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)))

    def closed_days(self) -> Interval:
        """Give the same interval of dates with its ends inside, as far as the calendar reaches."""
        low, high = self.low, self.high
        closes_low = self.low_open and low < date.max
        closes_high = self.high_open and high > date.min
        return Interval(
            low + timedelta(days=1) if closes_low else low,
            high - timedelta(days=1) if closes_high else high,
            self.low_open and not closes_low,
            self.high_open and not closes_high,
        )

    def comparison(self) -> Comparison | None:
        """Say the interval in one comparison, if one can."""
        if self.high is None:
            return Comparison(">" if self.low_open else ">=", self.low)
        if self.low is None:
            return Comparison("<" if self.high_open else "<=", self.high)
        if self.low_open or self.high_open:
            return None
        if self.low == self.high:
            return Comparison("==", self.low)
        return Comparison("between", (self.low, self.high))

    def comparisons(self) -> tuple[Comparison, Comparison]:
        """Say an interval with two ends in two comparisons."""
        low = Comparison(">" if self.low_open else ">=", self.low)
        return low, Comparison("<" if self.high_open else "<=", self.high)


def interval_of(comparison: Comparison) -> Interval | None:
    """Give the interval that a comparison says, if it says one.

    Args:
        comparison: The comparison.
    """
    value = comparison.value
    match comparison.op:
        case "==":
            return Interval(value, value)
        case "between":
            return Interval(*value)
        case "span":
            return Interval(value[0], value[1], high_open=True)
        case "<" | "<=":
            return Interval(high=value, high_open=comparison.op == "<")
        case ">" | ">=":
            return Interval(low=value, low_open=comparison.op == ">")
        case _:
            return None
