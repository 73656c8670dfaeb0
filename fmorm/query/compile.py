"""The compiler: a condition becomes the list of requests of `_find`.

FileMaker works the requests in order: a find request adds what it matches, an omit request takes what it
matches away from what has been gathered so far, and a list that begins with an omit starts from all records.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fmorm.errors import FindError
from fmorm.query.alternatives import EVERY, Alternative, Group, together
from fmorm.query.builders import invalid, is_empty, not_empty
from fmorm.query.conditions import And, Condition, Criterion, Or
from fmorm.query.merge import by_field, covers, merge
from fmorm.query.minimal import resolved
from fmorm.query.normal import factors, product, union
from fmorm.query.ordering import in_order, is_idle
from fmorm.wire.values import Kind

Request = dict[str, str]

OMIT: Final = "omit"
"""The member that makes a request an omit; so no field of this name can be searched."""

_REASONED: Final = 10_000
"""The most pairs of alternatives and omits in which values are compared: long lists are sent as they were written."""


def requests(condition: Condition) -> list[Request] | None:
    """Compile a condition.

    Args:
        condition: The condition.

    Returns:
        The requests; an empty list where nothing can meet the condition, None where everything does.

    Raises:
        FindError: No list of requests means the same; the message says what to do instead.
    """
    given, last = _last_omits(factors(condition))
    found = _without_idle_omits(resolved(_settled(_one_without_finds(resolved(given)))))
    if EVERY in found and not last:
        return None
    ordered = in_order(_with_start(found))
    asked = [request for run, omits in ordered for request in _said(run.members, omits)]
    return asked + _said([], last) if found else []


def _last_omits(given: list[list[Alternative]]) -> tuple[list[Alternative], list[Group]]:
    """Set omits aside that count for all alternatives, where both are so many that to pair them takes long."""
    found = product(factor for factor in given if not _only_omits(factor))
    last = together(factor[0] for factor in given if _only_omits(factor))
    if len(found) * len(last.omits) <= _REASONED:
        return product([found, [last]]), []
    omitted = {group[0].key for group in last.omits if len(group) == 1}
    left = [each for each in found if not any(criterion.key in omitted for criterion in each.finds)]
    return left, list(last.omits)


def _only_omits(factor: list[Alternative]) -> bool:
    return len(factor) == 1 and not factor[0].finds


def _one_without_finds(given: list[Alternative]) -> list[Alternative]:
    """Put alternatives that only omit into one, which is always possible."""
    only_omit = [each for each in given if not each.finds]
    if len(only_omit) < 2:
        return given
    return [each for each in given if each.finds] + union(only_omit)


# -- one criterion per field and request -----------------------------------------------------------------


def _settled(given: list[Alternative]) -> list[Alternative]:
    settled = map(_settle, given)
    if _pairs(given) <= _REASONED:
        settled = map(_beside_omits, settled)
    return [each for each in settled if not each.impossible]


def _settle(given: Alternative) -> Alternative:
    merged = [merge(criteria) for criteria in by_field(given.finds)]
    finds = tuple(each.find for each in merged)
    contraries: tuple[Group, ...] = tuple((omit,) for each in merged for omit in each.omits)
    return Alternative(finds, contraries + given.omits)


# -- values that say more than the texts ------------------------------------------------------------------


def _beside_omits(given: Alternative) -> Alternative:
    """Take out of omits the criteria that all that is found meets; where none is left, nothing can be found."""
    return Alternative(given.finds, tuple(tuple(_not_met(given.finds, group)) for group in given.omits))


def _not_met(finds: Group, omit: Group) -> Iterator[Criterion]:
    for each in omit:
        if not any(find.ref.name == each.ref.name and covers(each, find) for find in finds):
            yield each


def _without_idle_omits(given: list[Alternative]) -> list[Alternative]:
    """Leave out omits that take nothing away from any alternative."""
    if _pairs(given) > _REASONED:
        return given
    working = {group for each in given for group in each.omits if not is_idle(each.finds, group)}
    return [
        Alternative(each.finds, tuple(group for group in each.omits if group in working)) for each in given
    ]


def _pairs(given: list[Alternative]) -> int:
    return sum(len(each.omits) for each in given)


# -- the requests ----------------------------------------------------------------------------------------


def _with_start(given: list[Alternative]) -> list[Alternative]:
    """Give what only omits something to omit from: what finds add to a list that begins with an omit is unknown.

    All records are found where a field is empty or not empty, or has something invalid in it; any field will do.
    """
    bare = next((each for each in given if not each.finds), None)
    if bare is None or len(given) == 1:
        return given
    starts = [start for criterion in _criteria(given) if (start := _anything(criterion))]
    if not starts:
        raise FindError(
            f"records without {Or(tuple(map(And, bare.omits)))!r} *or* records that meet something else: FileMaker's "
            f"requests omit from what other requests found, so they cannot say it; run two finds"
        )
    return [
        *(Alternative((each,), bare.omits) for each in min(starts, key=len)),
        *(each for each in given if each is not bare),
    ]


def _criteria(given: list[Alternative]) -> Iterator[Criterion]:
    for each in given:
        yield from each.finds
        yield from (criterion for group in each.omits for criterion in group)


def _anything(criterion: Criterion) -> tuple[Criterion, ...]:
    """Give criteria of which every record meets one; of related rows there may be none."""
    ref = criterion.ref
    if ref.some:
        return ()
    either = not_empty(ref), is_empty(ref)
    return (*either, invalid(ref)) if ref.codec.kind is Kind.NUMBER else either


def _said(finds: list[Alternative], omits: list[Group]) -> list[Request]:
    found = [_request(each.finds) for each in finds if each.finds]
    return found + [_request(group) | {OMIT: "true"} for group in omits]


def _request(group: Group) -> Request:
    for criterion in group:
        if criterion.ref.name == OMIT:
            raise FindError(
                f"{criterion.ref.label} is called {OMIT!r} in FileMaker, which in a request makes it an "
                f"omit: name it with its table occurrence, 'occurrence::{OMIT}'"
            )
    return {criterion.ref.name: criterion.text for criterion in group}
