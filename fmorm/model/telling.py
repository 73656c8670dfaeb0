"""What people read of a record: which it is and what it begins with, in one line; and why a value is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fmorm.model.plan import Plan, plan_of
from fmorm.wire.values import Kind

if TYPE_CHECKING:
    from fmorm.model.records import Record

VALUES_SHOWN: Final = 4
"""Enough to know a record by, and short enough for a list of records."""

LONGEST_SHOWN: Final = 40
"""Characters of one value."""

_QUOTED: Final[frozenset[Any]] = frozenset({str, list, tuple, set, frozenset, dict})
"""What is shown with quotes; of a date or a number the text says what it is."""


def shown(record: Record) -> str:
    """Give class, record id, whether there are unsaved changes, and the first values that are loaded.

    Repetitions and portals are left out, and so are containers, whose addresses are as good as a password.

    Args:
        record: A record or portal row.

    Returns:
        A text such as `<Person 7, changed: name='Ada Lund', born=1985-12-10, …>`.
    """
    cls, known = type(record), record.__fmorm_state__
    if cls.__fmorm_place__ is None:  # a base class of several: it has no plan
        return f"<{cls.__name__}>"
    values = vars(record)
    fields = [field for field in plan_of(cls).fields.values() if field.attr in values]
    plain = [field for field in fields if not field.repetitions and field.codec.kind is not Kind.CONTAINER]
    parts = [f"{field.attr}={_short(values[field.attr])}" for field in plain[:VALUES_SHOWN]]
    if len(plain) > VALUES_SHOWN:
        parts.append("…")
    head = f"new {cls.__name__}" if known.is_new else f"{cls.__name__} {known.record_id}"
    if known.detached is not None:
        head += ", gone"
    elif not known.is_new and record.__fmorm_unsaved__().is_dirty:
        head += ", changed"
    return f"<{head}: {', '.join(parts)}>" if parts else f"<{head}>"


def _short(value: Any) -> str:
    text = repr(value) if value.__class__ in _QUOTED else str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def not_loaded(plan: Plan, attr: str) -> str:
    """Say why an attribute of a record that was read is not loaded, and what loads it."""
    label = f"{plan.cls.__name__}.{attr}"
    if attr in plan.portals:
        return (
            f"{label}: this portal was not asked for, or the layout has no portal {plan.portals[attr].name!r}; "
            f"db.load(record, {label}) loads it"
        )
    name = plan.fields[attr].name
    if plan.is_row:
        return (
            f"{label} is not loaded: no reply carried field {name!r} for this row; db.reload(record) loads it, if the "
            "portal shows it"
        )
    return (
        f"{label} is not loaded: no reply carried field {name!r}; db.load(record, {label}) loads it, if the layout "
        "shows it, and db.create(record, reload=True) does at once"
    )
