"""The rest of a portal's rows, against a server that a test plays: any pages, any movement, any edits meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapper.guests import FIELDS, ORIGIN, TABLES, Guest, home
from mapper.guests import Home as Row
from protocol.answers import record, records, records_of_17
from protocol.scripted import ScriptedDriver

from fmorm import DriftError, NotLoaded, state
from fmorm.mapper import loading
from fmorm.mapper.changes import changes
from fmorm.mapper.home import Home
from fmorm.model.build import build_records
from fmorm.model.plan import plan_of
from fmorm.model.source import Source
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Place, Request

HOME = Home(ORIGIN.host, Place("vLatest", ORIGIN.database))


@dataclass
class Portal:
    """A record with a portal on a server.

    Attributes:
        rows: All its rows.
        shown: How many of them a portal without scrolling shows; None where it scrolls.
        mod_id: The record's.
        counts: Whether the server counts, as FileMaker Server 17 does not.
        before: Is called before each reply with the number of the request.
        asked: Offset and limit of each request.
    """

    rows: list[dict[str, Any]]
    shown: int | None = None
    mod_id: int = 3
    counts: bool = True
    before: Callable[[int], None] = lambda number: None
    asked: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def raw(self, offset: int, limit: int) -> dict[str, Any]:
        visible = self.rows if self.shown is None else self.rows[: self.shown]
        portals = {"Homes": visible[offset : offset + limit]}
        raw = record(7, FIELDS, portals, mod_id=self.mod_id, tables=TABLES)
        raw["portalDataInfo"][0]["foundCount"] = len(self.rows)
        return raw

    def answer(self, request: Request) -> Reply:
        assert json.loads(request.query["portal"]) == ["Homes"]
        offset, limit = int(request.query.get("_offset.Homes", 1)) - 1, int(request.query["_limit.Homes"])
        self.before(len(self.asked))
        self.asked.append((offset, limit))
        data = [self.raw(offset, limit)]
        return records(data, 1) if self.counts else records_of_17(data)

    def guest(self, offset: int = 0, limit: int = 50) -> Guest:
        """The record as a find gives it that asks for some of the rows."""
        raw = self.raw(offset, limit)
        if not self.counts:
            del raw["portalDataInfo"]
        (guest,) = build_records(plan_of(Guest), [raw], Source(ORIGIN, frozenset({"homes"})))
        assert isinstance(guest, Guest)
        return guest

    def load(self, guest: Guest) -> None:
        assert ScriptedDriver(self.answer).run(loading.load(HOME, guest.homes, ())) is guest.homes


def ids(guest: Guest) -> list[str | None]:
    return [state(row).record_id for row in guest.homes]


def numbered(count: int) -> list[dict[str, Any]]:
    return [home(number, f"C{number}") for number in range(1, count + 1)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmorm.mapper.portals.PORTAL_ROWS", 3)


def test_ten_thousand_rows_and_more() -> None:
    portal = Portal(numbered(12_345))
    guest = portal.guest()
    portal.load(guest)
    assert portal.asked == [(0, 10_000), (9_999, 10_001)]
    assert (len(guest.homes), guest.homes.complete) == (12_345, True)
    assert [row.city for row in guest.homes[9_998:10_002]] == ["C9999", "C10000", "C10001", "C10002"]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_was_loaded_and_changed_all_rows_come_once(data: st.DataObject) -> None:
    portal = Portal(numbered(data.draw(st.integers(0, 12), "rows")))
    guest = portal.guest(data.draw(st.integers(0, 12), "offset"), data.draw(st.integers(1, 12), "limit"))
    held = list(guest.homes) if data.draw(st.booleans(), "touched") else []
    for row in held:
        change = data.draw(st.sampled_from(["edit", "remove", "leave"]))
        if change == "edit":
            row.zip = "new"
        elif change == "remove":
            guest.homes.remove(row)
    added = [Row(city=f"N{i}") for i in range(data.draw(st.integers(0, 2), "added"))]
    for row in added:
        guest.homes.append(row)
    before = state(guest).changes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fmorm.mapper.portals.PORTAL_ROWS", data.draw(st.integers(1, 5), "page"))
        portal.load(guest)
    removed = {state(row).record_id for row in guest.homes.removed_rows()}
    theirs = [raw["recordId"] for raw in portal.rows if raw["recordId"] not in removed]
    assert ids(guest) == [*theirs, *[None for _ in added]]
    assert guest.homes.complete is True
    assert all(guest.homes.by_id(str(state(row).record_id)) is row for row in held if row in guest.homes)
    assert state(guest).changes == before, "what was not saved is the same"
    state(guest).reset()
    assert ids(guest) == [raw["recordId"] for raw in portal.rows], "and reset puts all of it back in order"


MOVES: dict[str, Callable[[Portal], Any]] = {
    "the record is changed": lambda portal: setattr(portal, "mod_id", 4),
    "a row is added": lambda portal: portal.rows.append(home(99)),
    "a row before is deleted": lambda portal: portal.rows.pop(0),
    "a row is deleted and another is added": lambda portal: portal.rows.append(portal.rows.pop(0)),
    "rows are sorted otherwise": lambda portal: portal.rows.reverse(),
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("move", MOVES)
def test_rows_that_move_between_pages_are_told(move: str) -> None:
    portal = Portal(numbered(8))
    guest = portal.guest(limit=2)
    held = list(guest.homes)
    portal.before = lambda number: MOVES[move](portal) if number == 1 else None
    with pytest.raises(DriftError, match=r"Guest\.homes: the rows moved .* after 3 of them"):
        portal.load(guest)
    assert list(guest.homes) == held


def test_a_record_that_was_changed_since_it_was_read_is_told() -> None:
    portal = Portal(numbered(3))
    guest = portal.guest(limit=1)
    portal.mod_id += 1
    with pytest.raises(DriftError, match="record 7 of layout 'guest' has changed since it was read"):
        portal.load(guest)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
def test_where_nobody_counts_reading_ends_with_a_short_page_and_completeness_is_unknown(count: int) -> None:
    portal = Portal(numbered(count), counts=False)
    guest = portal.guest(limit=1)
    portal.load(guest)
    assert (len(guest.homes), guest.homes.complete) == (count, None)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("shown", [0, 1, 2, 3, 5])
def test_what_a_portal_does_not_show_ends_the_reading(shown: int) -> None:
    portal = Portal(numbered(8), shown=shown)
    guest = portal.guest(limit=1)
    portal.load(guest)
    assert (len(guest.homes.loaded_rows()), guest.homes.complete) == (shown, False)
    with pytest.raises(NotLoaded, match="does not scroll"):
        len(guest.homes)


def test_rows_that_nobody_has_touched_stay_raw() -> None:
    portal = Portal(numbered(5))
    guest = portal.guest(limit=1)
    portal.load(guest)
    assert not guest.homes.touched
    assert len(guest.homes) == 5


def test_a_row_that_is_edited_while_the_rest_is_read_stays_edited() -> None:
    portal = Portal(numbered(5))
    guest = portal.guest(limit=2)
    first, second = guest.homes

    def meanwhile(number: int) -> None:
        first.zip = "01"
        guest.homes.remove(second)
        guest.homes.append(Row(city="New"))

    portal.before = meanwhile
    portal.load(guest)
    assert ids(guest) == ["1", "3", "4", "5", None]
    change = changes(guest)
    assert change.portal_data()["Homes"][0] == {"recordId": "1", "homes::Zip": "01", "modId": "1"}
    assert change.delete_related() == ["Homes.2"]
