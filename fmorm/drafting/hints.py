"""Which fields may be the match fields of a relationship: those that agree in all rows that were seen as related."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from fmorm.drafting.sketch import Link

Pair: TypeAlias = tuple[Mapping[str, object], Mapping[str, object]]
"""A row, and one that was seen as related to it."""

_MOST: Final = 3


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


def _agree(pairs: Sequence[Pair], left: str, right: str) -> bool:
    values = {str(one.get(left, "")) for one, _ in pairs}
    if len(values) < 2 or "" in values:
        return False
    return all(str(one.get(left)) == str(other.get(right)) for one, other in pairs)
