"""One related record in several portals: two may show the same table occurrence, in other orders, by other filters.

What is changed through both at once is refused before it is sent. What was saved through one is taken over by the
others as far as it is certain. Whether rows have come or gone there is not, so they are complete no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fmorm.errors import RecordStateError
from fmorm.model.keeping import held_rows
from fmorm.model.plan import PortalPlan, plan_of
from fmorm.model.portals import PortalRows
from fmorm.model.repetitions import is_repetitions
from fmorm.model.state import state

if TYPE_CHECKING:
    from fmorm.mapper.changes import PortalChange, Values
    from fmorm.model.records import Model, PortalRow, Record


def refuse_disagreement(changes: Sequence[PortalChange]) -> None:
    """Check that no related record is changed through two portals.

    Raises:
        RecordStateError: One is edited in both, or edited in one and removed in the other.
    """
    edited: dict[tuple[str, str | None], PortalPlan] = {}
    for change in changes:
        for values in change.edited:
            other = edited.setdefault(_related(change, values.record), change.portal)
            if other is not change.portal:
                _refuse(other, "edited in", change.portal, state(values.record).record_id)
    for change in changes:
        for row in change.removed:
            other = edited.get(_related(change, row), change.portal)
            if other is not change.portal:
                _refuse(other, "removed from", change.portal, state(row).record_id)


def _related(change: PortalChange, row: Record) -> tuple[str, str | None]:
    return plan_of(change.portal.row).place, state(row).record_id


def _refuse(one: PortalPlan, what: str, other: PortalPlan, record_id: str | None) -> None:
    raise RecordStateError(
        f"record {record_id} of {plan_of(one.row).place!r} is edited in {one.label} and {what} {other.label}, which "
        "show the same table occurrence; nothing was sent: change it in one of them, and state(row).reset() in the "
        "other"
    )


def removed_once(changes: Sequence[PortalChange]) -> Iterator[tuple[PortalPlan, PortalRow]]:
    """Give the rows to delete with a portal of each; one that was removed from two portals is deleted once."""
    seen: set[tuple[str, str | None]] = set()
    for change in changes:
        for row in change.removed:
            if (related := _related(change, row)) not in seen:
                seen.add(related)
                yield change.portal, row


def tell_twins(record: Model, changes: Sequence[PortalChange]) -> None:
    """Let other portals of the same occurrences know what was saved through one of them."""
    for change in changes:
        for rows in _others(record, change.portal):
            known = {state(row).record_id: row for row in rows.loaded_rows()}
            for sent in change.edited:
                twin = known.get(state(sent.record).record_id)
                if twin is not None:
                    _tell(twin, sent)
            rows.lose_deleted({state(row).record_id for row in change.removed})
            if rows.complete:
                rows.uncount()


def _tell(twin: PortalRow, sent: Values) -> None:
    """Let a row hold what was sent for its related record, unless it was changed meanwhile."""
    mine = {field.name: field for field in plan_of(type(twin)).fields.values()}
    state(twin).mod_id = None  # the server does not tell it, and it is never guessed
    values, originals = vars(twin), state(twin).originals
    for attr, value in sent.plain.items():
        field = mine.get(sent.plan.fields[attr].name)
        if field is None or field.attr not in values or field.attr in originals:
            continue
        if field.codec == sent.plan.fields[attr].codec:
            values[field.attr] = value
        else:  # the other row class holds it otherwise: it is not loaded any more
            del values[field.attr]
    for (attr, position), value in sent.repeated.items():
        field = mine.get(sent.plan.fields[attr].name)
        held = None if field is None else values.get(field.attr)
        if is_repetitions(held):
            held.tell(position, value)


def _others(record: Model, portal: PortalPlan) -> Iterator[PortalRows[PortalRow]]:
    place = plan_of(portal.row).place
    for attr, other in plan_of(type(record)).portals.items():
        rows = held_rows(record, attr)
        if other is not portal and rows is not None and plan_of(other.row).place == place:
            yield rows
