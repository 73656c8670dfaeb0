"""The three sides of a conflict: what a value was, what it is here, what it is in FileMaker now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fmorm.mapper.changes import Key, Values, base_of
from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Record
from fmorm.model.repetitions import is_repetitions
from fmorm.model.state import NOT_LOADED


def value_of(record: Record, attr: str) -> Any:
    """Give a value; repetitions as a list, `NOT_LOADED` for what is not known."""
    value: Any = vars(record).get(attr, NOT_LOADED)
    return value.listed() if is_repetitions(value) else value


def base_is(mine: Record, theirs: Record, attr: str) -> bool:
    """Whether a value is in FileMaker as it was read, as far as that is known."""
    base, now = base_of(mine, attr), value_of(theirs, attr)
    if base is NOT_LOADED or now is NOT_LOADED:
        return True
    if plan_of(type(mine)).fields[attr].repetitions:
        return all(a is NOT_LOADED or b is NOT_LOADED or a == b for a, b in zip(base, now, strict=True))
    return bool(base == now)


def same(mine: Record, theirs: Record | None) -> bool:
    """Whether what is known of a record is what is there; what FileMaker calculates may differ."""
    if theirs is None:
        return False
    plan = plan_of(type(mine))
    return all(base_is(mine, theirs, attr) for attr, field in plan.fields.items() if not field.read_only)


def changed_by_either(plan: Plan, record: Record, current: Record | None) -> list[str]:
    """Name the attributes that either side has changed."""
    return [
        attr
        for attr in plan.fields
        if value_of(record, attr) != base_of(record, attr)
        or (current is not None and not base_is(record, current, attr))
    ]


def three_sides(
    attrs: Iterable[str], record: Record, current: Record | None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Give what attributes were, what they are here, and what they are there."""
    base = {attr: base_of(record, attr) for attr in attrs}
    mine = {attr: value_of(record, attr) for attr in base}
    return base, mine, {} if current is None else {attr: value_of(current, attr) for attr in base}


def contested(mine: Values, theirs: Record, *, based: bool) -> set[Key]:
    """Tell which of my changes they have changed as well, by themselves or in one merge group.

    That both have written the same value is no agreement: of two who count up a field, each has counted one. And
    what was never read is taken for changed, as nobody can tell.

    Args:
        mine: What I have changed.
        theirs: The record or row as it is now.
        based: Whether my changes are based on the values that my record was read with.

    Returns:
        The contested ones of my changes.
    """
    return {key for key in mine.changed() if not based or _contests(mine, theirs, key)}


def _contests(mine: Values, theirs: Record, key: Key) -> bool:
    group = mine.plan.merge_groups.get(attr_of(key))
    return any(_moved(mine.record, theirs, one) for one in group or (key,))


def _moved(mine: Record, theirs: Record, key: Key) -> bool:
    """Whether they have changed a value, or may have."""
    attr = attr_of(key)
    base, now = base_of(mine, attr), value_of(theirs, attr)
    if base is NOT_LOADED or now is NOT_LOADED:
        return True
    if not isinstance(key, str):
        base, now = base[key[1]], now[key[1]]
    elif isinstance(base, list) and (NOT_LOADED in base or NOT_LOADED in now):
        return True
    return base is NOT_LOADED or now is NOT_LOADED or bool(base != now)


def attr_of(key: Key) -> str:
    """Give the attribute of a key."""
    return key if isinstance(key, str) else key[0]
