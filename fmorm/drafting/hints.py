"""What sample rows suggest: match fields, and occurrences that may be of one base table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from fmorm.drafting.sketch import Link

Pair: TypeAlias = tuple[Mapping[str, object], Mapping[str, object]]
"""A row, and one that was seen as related to it."""

Rows: TypeAlias = Mapping[int, Mapping[str, object]]
"""Rows of a table by their record ids."""

KEY: Final = "DraftKey"
"""The name of an invented match field; that of the other side begins with it."""

_MOST: Final = 3
_ENOUGH: Final = 3
"""Different values that must agree: one or two are soon the same by chance."""


def match_fields(link: Link, pairs: Sequence[Pair]) -> str:
    """Say which fields may be the match fields; nothing where the rows of one record alone are known."""
    if len({str(left.get(link.key)) for left, _ in pairs}) < 2:
        return ""
    found = [
        f"{link.left}::{left} = {link.right}::{right}"
        for left in pairs[0][0]
        for right in pairs[0][1]
        if left != link.key and right != link.foreign and _agree(pairs, left, right)
    ]
    if not found:
        return ""
    return f"TODO: perhaps {' or '.join(found[:_MOST])}: these agree in the sample rows."


def same_table(one: Rows, other: Rows) -> bool:
    """Whether two tables may be one: the records of the same ids have the same values in the same fields."""
    pairs = [(one[number], other[number]) for number in sorted(one.keys() & other.keys())]
    compared = [
        (mine[name], others[name])
        for mine, others in pairs
        for name in mine.keys() & others.keys()
        if not name.startswith(KEY)
    ]
    return len({str(value) for value, _ in compared}) >= _ENOUGH and all(a == b for a, b in compared)


def _agree(pairs: Sequence[Pair], left: str, right: str) -> bool:
    values = {str(one.get(left, "")) for one, _ in pairs}
    if len(values) < 2 or "" in values:
        return False
    return all(str(one.get(left)) == str(other.get(right)) for one, other in pairs)
