"""Conditions as a list of alternatives, each a few criteria to find and a few groups of criteria to omit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final

from fmorm.errors import FindError
from fmorm.query.conditions import And, Condition, Criterion, Not, Or
from fmorm.query.merge import by_field, excludes

MAX_REQUESTS: Final = 200
"""The most requests that multiplying out may make. FileMaker Server works through them one by one and names
no limit; what grows beyond this was not meant. A list that is written out (`in_`) may be longer."""

_MAX_WORK: Final = MAX_REQUESTS**2
"""The most alternatives that are looked at on the way, where most exclude themselves."""

Group = tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way for a record to meet a condition.

    Attributes:
        finds: Criteria that all hold; none is any record.
        omits: Groups of criteria; of none of these groups all hold.
    """

    finds: Group = ()
    omits: tuple[Group, ...] = ()


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
        case And(parts):
            return _product(map(alternatives, parts))
        case Or(parts):
            return _unique(found for part in parts for found in alternatives(part))
        case Not(part):
            return negated(alternatives(part))
        case _:
            raise TypeError(f"{condition!r} is no condition that can be compiled")


def negated(given: list[Alternative]) -> list[Alternative]:
    """Give the alternatives of the contrary.

    Args:
        given: Alternatives.

    Raises:
        FindError: There are too many.
    """
    return _product(map(_contrary, given))


def _contrary(given: Alternative) -> list[Alternative]:
    """Not (A and not B) is: not A, or B."""
    without = [Alternative(omits=(given.finds,))] if given.finds else []
    return without + [Alternative(group) for group in given.omits]


def _product(factors: Iterable[list[Alternative]]) -> list[Alternative]:
    return reduce(_multiply, factors, [Alternative()])


def _multiply(left: list[Alternative], right: list[Alternative]) -> list[Alternative]:
    work = len(left) * len(right)
    written = max(MAX_REQUESTS, len(left), len(right))
    product = _unique(_joined(left, right)) if work <= max(_MAX_WORK, written) else None
    count = work if product is None else len(product)
    if product is None or count > written:
        raise FindError(
            f"the conditions multiply out to {count} requests, more than {MAX_REQUESTS}: split the find into "
            f"several, or narrow the lists that are put together with &"
        )
    return product


def _joined(left: list[Alternative], right: list[Alternative]) -> Iterator[Alternative]:
    for one in left:
        for other in right:
            both = Alternative(
                _once(one.finds, other.finds), tuple(dict.fromkeys((*one.omits, *other.omits)))
            )
            if not impossible(both):
                yield both


def impossible(given: Alternative) -> bool:
    """Whether an alternative excludes itself.

    Args:
        given: The alternative.
    """
    finds = {criterion.key for criterion in given.finds}
    if any(all(criterion.key in finds for criterion in group) for group in given.omits):
        return True
    return any(excludes(criteria) for criteria in by_field(given.finds) if len(criteria) > 1)


def _once(*groups: Group) -> Group:
    return tuple({criterion.key: criterion for group in groups for criterion in group}.values())


def _unique(given: Iterable[Alternative]) -> list[Alternative]:
    return list(dict.fromkeys(given))


def union(groups: Iterable[Alternative]) -> Alternative:
    """Make one of several alternatives that only omit: not A or not B is not (A and B).

    Args:
        groups: Alternatives without criteria to find.

    Raises:
        FindError: There are too many groups.
    """
    (one,) = negated(_product(negated([given]) for given in groups))
    return one
