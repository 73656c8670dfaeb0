"""Aggregates: one field stands for all its related values or repetitions, several arguments for their first values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.functions.function import Function, special, table
from fmorm.server.calculations.kinds import (
    FALSE,
    LONGEST_TEXT,
    Value,
    as_number,
    as_text,
    is_empty,
    is_unknown,
)
from fmorm.server.calculations.nodes import Field, Node, Run
from fmorm.server.calculations.operators import add, attempt, compare
from fmorm.server.calculations.precision import EXACT, context_for, divide, rounded

Aggregate = Callable[[Sequence[Value]], Value]


@dataclass(frozen=True, slots=True)
class _Aggregated:
    function: Aggregate
    arguments: tuple[Node, ...]

    def value(self, run: Run) -> Value:
        values = _values(self.arguments, run)
        return attempt(self.function, [value for value in values if not is_empty(value)])


def _values(arguments: tuple[Node, ...], run: Run) -> Sequence[Value]:
    only = arguments[0]
    if len(arguments) == 1 and isinstance(only, Field) and only.reference.repetition is None:
        return only.values(run)
    return [argument.value(run) for argument in arguments]


def _numbers(values: Iterable[Value]) -> list[Decimal]:
    """Give the numbers; a text without one counts as nothing."""
    found = [as_number(value) for value in values]
    return [one for one in found if one is not None]


def total(values: Sequence[Value]) -> Value:
    """Add up; times stay times."""
    result: Value = FALSE
    for place, value in enumerate(values):
        result = add(result, value) if place else add(value, FALSE)
    return result


def count(values: Sequence[Value]) -> Value:
    """Count what is not empty."""
    return Decimal(len(values))


def average(values: Sequence[Value]) -> Value:
    """Give the mean, nothing of nothing."""
    numbers = _numbers(values)
    return divide(_sum(numbers), Decimal(len(numbers))) if numbers else None


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    result = FALSE
    for one in numbers:
        result = EXACT.add(result, one)
    return result


def largest(values: Sequence[Value]) -> Value:
    """Give the largest, as the operators compare."""
    return _extreme(values, 1)


def smallest(values: Sequence[Value]) -> Value:
    """Give the smallest."""
    return _extreme(values, -1)


def _extreme(values: Sequence[Value], sign: int) -> Value:
    if any(is_unknown(value) for value in values):
        raise EvaluationError
    best: Value = None
    for value in values:
        if best is None or compare(value, best) * sign > 0:
            best = value
    return best


def listing(values: Sequence[Value]) -> Value:
    """Write the values in lines."""
    text = "\r".join([as_text(value) for value in values])
    if len(text) > LONGEST_TEXT:
        raise EvaluationError
    return text


def last(values: Sequence[Value]) -> Value:
    """Give the last that is not empty."""
    return values[-1] if values else None


def _variance(values: Sequence[Value], fewer: int) -> Value:
    """Divide the sum of squared distances by the count, less one for a sample."""
    numbers = _numbers(values)
    if len(numbers) <= fewer:
        raise EvaluationError
    size = Decimal(len(numbers))
    squares = EXACT.multiply(size, _sum(EXACT.multiply(one, one) for one in numbers))
    whole_square = EXACT.multiply(_sum(numbers), _sum(numbers))
    return divide(EXACT.subtract(squares, whole_square), EXACT.multiply(size, Decimal(len(numbers) - fewer)))


def _deviation(values: Sequence[Value], fewer: int) -> Value:
    found = as_number(_variance(values, fewer)) or FALSE
    return rounded(context_for(found.adjusted() // 2 + 1).sqrt(found))


def _aggregate(name: str, function: Aggregate) -> Function:
    return special(name, "field { ; field... }", lambda nodes: _Aggregated(function, nodes))


AGGREGATES = table(
    _aggregate("Sum", total),
    _aggregate("Count", count),
    _aggregate("Average", average),
    _aggregate("Max", largest),
    _aggregate("Min", smallest),
    _aggregate("List", listing),
    _aggregate("StDev", lambda values: _deviation(values, 1)),
    _aggregate("StDevP", lambda values: _deviation(values, 0)),
    _aggregate("Variance", lambda values: _variance(values, 1)),
    _aggregate("VarianceP", lambda values: _variance(values, 0)),
    special("Last", "field", lambda nodes: _Aggregated(last, nodes)),
)
