"""All rows of portals of one record, page by page, with a watch on whether they move meanwhile.

All that is read must be of one version of the record: a mod id, a count or a row that has moved is an error rather than
a record of two times. As with the pages of a find, each page begins with the last row of the page before.
"""

from __future__ import annotations

from dataclasses import dataclass

from fmorm.errors import DriftError, NotLoaded, RecordStateError
from fmorm.mapper.home import Home, expect_here
from fmorm.mapper.reading import read_raw
from fmorm.model.plan import PortalPlan
from fmorm.model.rows import RawRows
from fmorm.model.state import State
from fmorm.protocol.effects import Steps
from fmorm.wire.replies import found_counts
from fmorm.wire.requests import PORTAL_ROWS, Rows
from fmorm.wire.shaped import Raw


@dataclass(frozen=True, slots=True)
class Whole:
    """A portal as several replies told it.

    Attributes:
        rows: All rows that the server gives, raw.
        found: How many there are; None where it does not tell.
    """

    rows: RawRows
    found: int | None


def layout_of(home: Home, known: State) -> str:
    """Give the layout that more of a record is read through.

    Args:
        home: The database.
        known: The state of the record.

    Raises:
        RecordStateError: It was never created or was deleted, lives elsewhere, or is in doubt.
    """
    if known.record_id is None or known.origin is None:
        raise RecordStateError(
            "this record was never created in FileMaker, so there is nothing to load: db.create(record) does that"
        )
    if known.detached:
        raise RecordStateError(f"there is nothing to load: {known.detached}")
    if known.doubtful:
        raise RecordStateError(
            f"a write of record {known.record_id} had an unknown outcome, and what it did cannot be told from what "
            "others did: db.reload(record) reads it as it is"
        )
    expect_here(home, f"record {known.record_id}", known.origin, known.origin.layout)
    return known.origin.layout


def read_first(home: Home, known: State, layout: str, portals: list[PortalPlan]) -> Steps[Raw]:
    """Read a record with the first rows of portals, as the server sends it.

    Raises:
        DriftError: It has changed since it was read.
        NotLoaded: The reply does not carry a portal.
    """
    asked = [Rows(portal.name, PORTAL_ROWS) for portal in portals]
    raw = yield from read_raw(home, layout, str(known.record_id), asked)
    if known.mod_id is not None and raw.get("modId") not in (None, known.mod_id):
        raise DriftError(
            f"record {known.record_id} of layout {layout!r} has changed since it was read, so that what is loaded now "
            "would not belong to it: db.reload(record) reads it as it is"
        )
    for portal in portals:
        if portal.name not in (raw.get("portalData") or {}):
            raise NotLoaded(f"{portal.label}: layout {layout!r} gave no portal {portal.name!r}")
    return raw


def read_whole(home: Home, known: State, layout: str, portal: PortalPlan, first: Raw) -> Steps[Whole]:
    """Read the rows of a portal that did not come at once.

    Args:
        home: The database.
        known: The state of the record.
        layout: Its layout.
        portal: The portal.
        first: The record with the first rows.

    Returns:
        All rows, unless the server gives no more of them.

    Raises:
        DriftError: The record or its rows moved meanwhile.
    """
    rows = list(first["portalData"][portal.name])
    seen = set(map(_id, rows))
    found = found_counts(first).get(portal.name)
    came = len(rows)
    while came and (came >= PORTAL_ROWS if found is None else len(rows) < found):
        asked = Rows(portal.name, PORTAL_ROWS + 1, len(rows) - 1)
        page = yield from read_raw(home, layout, str(known.record_id), [asked])
        anchor, more = _parted(page, portal)
        same = (page.get("modId"), found_counts(page).get(portal.name)) == (first.get("modId"), found)
        if not same or anchor != _id(rows[-1]) or not seen.isdisjoint(map(_id, more)):
            raise DriftError(
                f"{portal.label}: the rows moved while they were being read, after {len(rows)} of them: somebody else "
                "has changed the record or its rows; load them again"
            )
        rows += more
        seen.update(map(_id, more))
        came = len(more)
    return Whole(rows, found)


def _parted(page: Raw, portal: PortalPlan) -> tuple[object, RawRows]:
    """Give the id of the row that a page begins with, and the rows after it."""
    portals: dict[str, RawRows] = page.get("portalData") or {}
    rows = portals.get(portal.name) or []
    return (_id(rows[0]) if rows else None), rows[1:]


def _id(row: Raw) -> object:
    return row.get("recordId")
