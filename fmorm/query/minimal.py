"""Fewer alternatives, and shorter ones, that find the same records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from fmorm.query.alternatives import EVERY, Alternative, Part, group_key
from fmorm.query.merge import contrary_of_emptiness


def essential(given: Iterable[Alternative]) -> list[Alternative]:
    """Leave out what another alternative finds anyway: A or (A and B) is A.

    Args:
        given: Alternatives.

    Returns:
        Those that are left, in their order.
    """
    unique: dict[frozenset[Part], Alternative] = {}
    for each in given:
        unique.setdefault(each.parts, each)
    if EVERY.parts in unique:
        return [EVERY]
    if len({len(parts) for parts in unique}) < 2:  # none is a part of another
        return list(unique.values())
    rarest = _by_rarest_member(unique)
    return [each for parts, each in unique.items() if not _has_part(parts, rarest)]


def _has_part(whole: frozenset[Part], rarest: _Members) -> bool:
    return any(part < whole for member in whole for part in rarest.get(member, ()))


def _by_rarest_member(sets: Iterable[frozenset[Part]]) -> _Members:
    """Keep each set under one member, so that the parts of a set are found by its members, and few in vain."""
    kept = list(sets)
    count = Counter(part for parts in kept for part in parts)
    rarest: _Members = {}
    for parts in kept:
        rarest.setdefault(min(parts, key=count.__getitem__), []).append(parts)
    return rarest


def resolved(given: list[Alternative]) -> list[Alternative]:
    """Take out of alternatives what others make up for: A or (B and not A) is A or B, A or not A is everything.

    Args:
        given: Alternatives.

    Returns:
        Alternatives of which none has a part too much, in their order.
    """
    while True:
        shorter = _shortened(given)
        if shorter == given:
            return essential(given)
        given = shorter


def _shortened(given: list[Alternative]) -> list[Alternative]:
    # Criteria on several fields of one row may be met by that row only, so such an alternative makes up for nothing.
    members = _by_member(each.parts for each in given if each.related < 2)
    return [_short(each, members) for each in given]


def _short(given: Alternative, members: _Members) -> Alternative:
    """Take out the first part that another alternative makes up for: with its contrary, that one is met as well."""
    parts = given.parts
    for part, contrary in _contraries(given):
        others = (other for member in contrary for other in members.get(member, ()))
        if any(part not in other and other - contrary <= parts for other in others):
            return given.without(part)
    return given


def _contraries(given: Alternative) -> Iterator[tuple[Part, frozenset[Part]]]:
    """Give each part of an alternative with what holds where that part alone does not."""
    for keys in map(group_key, given.omits):
        yield keys, frozenset(keys)
    several = given.related > 1
    for criterion in given.finds:
        if several and criterion.ref.some:  # without it the others might be met by other rows
            continue
        yield criterion.key, frozenset({frozenset({criterion.key})})
        if (contrary := contrary_of_emptiness(criterion)) is not None:
            yield criterion.key, frozenset({contrary.key})


_Members: TypeAlias = dict[Part, list[frozenset[Part]]]
"""Sets by their members."""


def _by_member(sets: Iterable[frozenset[Part]]) -> _Members:
    members: _Members = {}
    for parts in sets:
        for part in parts:
            members.setdefault(part, []).append(parts)
    return members
