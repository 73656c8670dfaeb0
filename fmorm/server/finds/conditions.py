"""Conditions on records, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fmorm.server.schema.parts import Table
from fmorm.server.store.files import SqlValue


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL that is true of the records that meet it, and false or NULL of the others.

    Attributes:
        sql: The expression.
        values: What is bound in it, in order.
        searched: The columns, by plain name, that an index makes faster to search.
    """

    sql: str
    values: tuple[SqlValue, ...] = ()
    searched: tuple[tuple[Table, str], ...] = ()


_WIDE = 100
"""Conditions that are joined in a row: SQLite limits how deep an expression may be, and a row counts."""
NOTHING = Condition("0")
EVERYTHING = Condition("1")


def every(conditions: Sequence[Condition]) -> Condition:
    """Join conditions that must all hold."""
    return _combined(" AND ", [one for one in conditions if one != EVERYTHING] or [EVERYTHING])


def some(conditions: Sequence[Condition]) -> Condition:
    """Join conditions of which one must hold."""
    return _combined(" OR ", [one for one in conditions if one != NOTHING] or [NOTHING])


def but(one: Condition, omitted: Condition) -> Condition:
    """Leave out of what meets one condition what meets another."""
    joined = _combined(" AND ", [one, omitted])
    return Condition(f"({one.sql} AND ({omitted.sql}) IS NOT TRUE)", joined.values, joined.searched)


def _combined(word: str, conditions: Sequence[Condition]) -> Condition:
    if len(conditions) == 1:
        return conditions[0]
    if len(conditions) > _WIDE:
        parts = [conditions[start : start + _WIDE] for start in range(0, len(conditions), _WIDE)]
        conditions = [_combined(word, part) for part in parts]
    values = [value for condition in conditions for value in condition.values]
    searched = dict.fromkeys(one for condition in conditions for one in condition.searched)
    sql = word.join(condition.sql for condition in conditions)
    return Condition(f"({sql})", tuple(values), tuple(searched))
