"""The hooks of a record and its rows around a save, and what they set taken back where it was not saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fmorm.model.keeping import held_rows
from fmorm.model.plan import plan_of
from fmorm.model.records import Model, Record
from fmorm.model.state import saved_id
from fmorm.model.unsaved import Kept


@dataclass(frozen=True, slots=True)
class Stamped:
    """What hooks may have set on one record or row.

    Attributes:
        record: The record or row.
        kept: What was changed before.
    """

    record: Record
    kept: Kept


def before(record: Model) -> list[Stamped]:
    """Run what is to run before a record is saved: its own hooks, and then those of its rows that are saved with it.

    Returns:
        What was changed before, for `take_back`. Where a hook raises, that was done already.
    """
    if not _has_hooks(record):
        return []
    stamped = [_stamped(one) for one in _written(record)]
    try:
        _run(record, plan_of(type(record)).hooks.before)
        _, *rows = _written(record)  # the record's own hooks may have changed others
        known = {id(one.record) for one in stamped}
        stamped += [_stamped(row) for row in rows if id(row) not in known]
        for row in rows:
            _run(row, plan_of(type(row)).hooks.before)
    except BaseException:
        take_back(stamped)
        raise
    return stamped


def take_back(stamped: list[Stamped]) -> None:
    """Put back what hooks have set for a save that was not done: the next one sets it anew."""
    for one in stamped:
        one.record.__fmorm_unsaved__().put_back(one.kept)


def written(record: Model) -> list[Record]:
    """Give the record and its rows that a save writes, whose hooks run after it; none where there are none."""
    return list(_written(record)) if _has_hooks(record) else []


def after(record: Model, saved: list[Record]) -> None:
    """Run what is to run after the server has confirmed.

    Args:
        record: The record.
        saved: It and the rows that were saved with it.
    """
    try:
        for one in saved:
            _run(one, plan_of(type(one)).hooks.after)
    except BaseException as error:
        error.add_note(f"Record {saved_id(record)} was saved; only what runs after it has failed")
        raise


def _has_hooks(record: Model) -> bool:
    plan = plan_of(type(record))
    plans = [plan, *(plan_of(portal.row) for portal in plan.portals.values())]
    return any(one.hooks.before or one.hooks.after for one in plans)


def _written(record: Model) -> Iterator[Record]:
    yield record
    for attr in plan_of(type(record)).portals:
        rows = held_rows(record, attr)
        if rows is not None and rows.touched:
            yield from [*rows.changed_rows(), *rows.new_rows()]


def _run(record: Record, hooks: tuple[str, ...]) -> None:
    for name in hooks:
        getattr(record, name)()


def _stamped(record: Record) -> Stamped:
    return Stamped(record, record.__fmorm_unsaved__().kept())
