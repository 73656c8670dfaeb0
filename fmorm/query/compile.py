"""The compiler: a condition becomes the list of requests of `_find`.

FileMaker works the requests in order: a find request adds what it matches, an omit request takes what it
matches away from what has been gathered so far, and a list that begins with an omit starts from all records.
So the alternatives with the most omits come first, and an omit that counts for all comes last.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from fmorm.errors import FindError
from fmorm.query.conditions import And, Condition, Or
from fmorm.query.merge import by_field, excludes, merge
from fmorm.query.normal import Alternative, Group, alternatives, impossible, union

Request = dict[str, str]

OMIT: Final = "omit"
"""The member that makes a request an omit; so no field of this name can be searched."""


def requests(condition: Condition) -> list[Request] | None:
    """Compile a condition.

    Args:
        condition: The condition.

    Returns:
        The requests; an empty list where nothing can meet the condition, None where everything does.

    Raises:
        FindError: No list of requests means the same; the message says what to do instead.
    """
    found = _essential(_settled(_one_without_finds(alternatives(condition))))
    if Alternative() in found:
        return None
    _check_start(found)
    ordered = sorted(found, key=lambda each: len(_keys(each)[1]), reverse=True)
    _check_omits(ordered)
    return [request for each, after in pairwise([*ordered, Alternative()]) for request in _said(each, after)]


# -- one criterion per field and request -----------------------------------------------------------------


def _settled(given: list[Alternative]) -> list[Alternative]:
    return [settled for each in given if not impossible(settled := _settle(each))]


def _settle(given: Alternative) -> Alternative:
    merged = [merge(criteria) for criteria in by_field(given.finds)]
    finds = tuple(each.find for each in merged)
    contraries: tuple[Group, ...] = tuple((omit,) for each in merged for omit in each.omits)
    groups = (_settle_omit(group) for group in given.omits)
    return Alternative(finds, contraries + tuple(group for group in groups if group))


def _settle_omit(group: Group) -> Group:
    """Merge an omit's criteria; nothing is left of a group that no record can meet."""
    fields = by_field(group)
    if any(excludes(criteria) for criteria in fields):
        return ()
    merged = [merge(criteria) for criteria in fields]
    if any(each.omits for each in merged):
        raise FindError(
            f"an omit of {And(group)!r} needs an omit within an omit, which FileMaker does not have: "
            f"use between() for a range with both its ends, or run two finds"
        )
    return tuple(each.find for each in merged)


# -- fewer alternatives ----------------------------------------------------------------------------------


def _one_without_finds(given: list[Alternative]) -> list[Alternative]:
    """Put alternatives that only omit into one, which is always possible."""
    only_omit = [each for each in given if not each.finds]
    if len(only_omit) < 2:
        return given
    return [each for each in given if each.finds] + [union(only_omit)]


def _essential(given: list[Alternative]) -> list[Alternative]:
    """Leave out what another alternative finds anyway: A or (A and B) is A."""
    unique: dict[_Keys, Alternative] = {}
    for each in given:
        unique.setdefault(_keys(each), each)
    sizes = {keys: len(keys[0]) + len(keys[1]) for keys in unique}
    smaller = {size: [keys for keys in unique if sizes[keys] < size] for size in set(sizes.values())}
    return [
        each
        for keys, each in unique.items()
        if not any(finds <= keys[0] and omits <= keys[1] for finds, omits in smaller[sizes[keys]])
    ]


_Key = tuple[str, str]
_GroupKey = frozenset[_Key]
_Keys = tuple[frozenset[_Key], frozenset[_GroupKey]]


def _keys(given: Alternative) -> _Keys:
    finds = frozenset(criterion.key for criterion in given.finds)
    return finds, frozenset(_group_key(group) for group in given.omits)


def _group_key(group: Group) -> _GroupKey:
    return frozenset(criterion.key for criterion in group)


# -- the order of requests -------------------------------------------------------------------------------


def _check_start(found: list[Alternative]) -> None:
    """A list that begins with an omit starts from all records; what finds would add to it is unknown."""
    bare = next((each for each in found if not each.finds), None)
    if bare is not None and len(found) > 1:
        raise FindError(
            f"records without {_shown(bare.omits)} *or* records that meet something else: FileMaker's "
            f"requests omit from what other requests found, so they cannot say it; run two finds"
        )


def _check_omits(ordered: list[Alternative]) -> None:
    """What is omitted for one alternative must be omitted for all before it: it is gone for them too."""
    for before, after in pairwise(ordered):
        if not _keys(after)[1] <= _keys(before)[1]:
            raise FindError(
                f"{And(after.finds)!r} without {_shown(after.omits)} *or* {And(before.finds)!r} without "
                f"{_shown(before.omits)}: an omit takes records away from all finds before it, so one "
                f"alternative's omit would meet the other; run two finds, or write one alternative with raw()"
            )


def _said(given: Alternative, after: Alternative) -> list[Request]:
    """Say one alternative: its find, and then the omits that no later alternative shares."""
    later = _keys(after)[1]
    omits = {_group_key(group): group for group in given.omits}
    found = [_request(given.finds)] if given.finds else []
    return found + [_request(group) | {OMIT: "true"} for key, group in omits.items() if key not in later]


def _request(group: Group) -> Request:
    for criterion in group:
        if criterion.ref.name == OMIT:
            raise FindError(
                f"{criterion.ref.label} is called {OMIT!r} in FileMaker, which in a request makes it an "
                f"omit: name it with its table occurrence, 'occurrence::{OMIT}'"
            )
    return {criterion.ref.name: criterion.text for criterion in group}


def _shown(omits: tuple[Group, ...]) -> str:
    return repr(Or(tuple(And(group) for group in omits)))
