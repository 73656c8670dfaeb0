"""Conditions as a list of alternatives: `&` over `|` is multiplied out, `~` is carried down to the criteria."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from math import prod
from typing import Final

from fmorm.errors import FindError
from fmorm.query.alternatives import EVERY, Alternative, Group, together
from fmorm.query.conditions import And, Condition, Criterion, Not, Or
from fmorm.query.merge import by_field, contrary_of_emptiness, merge
from fmorm.query.minimal import essential

MAX_REQUESTS: Final = 200
"""The most requests that multiplying out may make. FileMaker Server works through them one by one and names
no limit; what grows beyond this was not meant. A list that is written out (`in_`) may be longer."""

_MAX_WORK: Final = MAX_REQUESTS**2
"""The most alternatives that are looked at on the way, where most exclude themselves."""

_BEYOND_REASON: Final = 10**12


def alternatives(condition: Condition) -> list[Alternative]:
    """Bring a condition to alternatives.

    Args:
        condition: The condition.

    Returns:
        The alternatives, in the order written: a record meets the condition if it meets one of them. An empty
        list is *nothing*; an alternative that asks for nothing is *everything*.

    Raises:
        FindError: There are too many.
    """
    match condition:
        case Criterion():
            return [Alternative((condition,))]
        case And():
            return product(factors(condition))
        case Or(parts):
            return essential(found for part in parts for found in alternatives(part))
        case Not(part):
            return negated(alternatives(part))
        case _:
            raise TypeError(f"{condition!r} is no condition that can be compiled")


def factors(condition: Condition) -> list[list[Alternative]]:
    """Give the alternatives of each part of a condition that must hold.

    Args:
        condition: The condition.

    Raises:
        FindError: There are too many.
    """
    if isinstance(condition, And):
        return [factor for part in condition.parts for factor in factors(part)]
    return [alternatives(condition)]


def negated(given: list[Alternative]) -> list[Alternative]:
    """Give the alternatives of the contrary.

    Args:
        given: Alternatives.

    Raises:
        FindError: There are too many.
    """
    return product(map(_contrary, given))


def union(given: Iterable[Alternative]) -> list[Alternative]:
    """Make of several alternatives that only omit at most one: not A or not B is not (A and B).

    Args:
        given: Alternatives without criteria to find.

    Raises:
        FindError: There are too many groups.
    """
    return negated(product(negated([each]) for each in given))


def _contrary(given: Alternative) -> list[Alternative]:
    """Give the contrary of one alternative: not (A and not B) is not A, or B."""
    merged = [merge(criteria) for criteria in by_field(given.finds)]
    without = [_without(tuple(each.find for each in merged))] if merged else []
    contraries = [Alternative((omit,)) for each in merged for omit in each.omits]
    return without + contraries + [Alternative(group) for group in given.omits]


def _without(group: Group) -> Alternative:
    """Not empty is found rather than omitted, where the one is the contrary of the other."""
    contrary = contrary_of_emptiness(group[0]) if len(group) == 1 else None
    return Alternative((contrary,)) if contrary is not None else Alternative(omits=(group,))


def product(given: Iterable[list[Alternative]]) -> list[Alternative]:
    """Multiply out: one alternative of each factor.

    Args:
        given: The factors.

    Raises:
        FindError: There are too many.
    """
    every = list(given)
    if not all(every):  # nothing meets one of them
        return []
    steps = [step for _, run in groupby(every, _is_single) for step in _one_step(list(run))]
    found = [EVERY]
    for done, step in enumerate(steps, 1):
        found = _multiplied(found, step, steps[done:])
    return found


def _is_single(factor: list[Alternative]) -> bool:
    return len(factor) == 1


def _one_step(run: list[list[Alternative]]) -> list[list[Alternative]]:
    """Put together at once what has no alternatives: an omitted list is long."""
    return [[together(each for (each,) in run)]] if _is_single(run[0]) else run


def _multiplied(
    left: list[Alternative], right: list[Alternative], others: list[list[Alternative]]
) -> list[Alternative]:
    work = len(left) * len(right)
    written = max(MAX_REQUESTS, len(left), len(right))
    if work > max(_MAX_WORK, written):
        raise _too_many(work, others)
    found = essential(both for one in left for other in right if not (both := one & other).impossible)
    if len(found) > written:
        raise _too_many(len(found), others)
    return found


def counted(count: int) -> str:
    """Show a number of requests; one that is beyond reason needs no digits.

    Args:
        count: The number.
    """
    return str(count) if count < _BEYOND_REASON else f"over {_BEYOND_REASON}"


def _too_many(count: int, others: list[list[Alternative]]) -> FindError:
    return FindError(
        f"the conditions multiply out to {counted(count * prod(map(len, others)))} requests, more than {MAX_REQUESTS}: "
        f"split the find into several, or narrow the lists that are put together with &"
    )
