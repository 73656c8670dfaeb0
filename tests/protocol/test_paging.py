from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocol.answers import expired, ok, record, records, records_of_17, refusal
from protocol.scripted import ScriptedDriver, in_order

from fmorm.errors import DriftError, FmormError, ProtocolError, RecordMissing
from fmorm.protocol.paging import Page, Paging, read_page
from fmorm.wire import requests
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Place, Request

PLACE = Place("vLatest", "crm")
ENDS = ["401", "101", "empty"]
"""What is said to an offset past the end: recorded is 101 for a range, the others are what clients report."""


def ask_range(offset: int, limit: int) -> Request:
    return requests.read_range(PLACE, "guest", offset=offset, limit=limit)


def ask_find(offset: int, limit: int) -> Request:
    return requests.find(PLACE, "guest", query=[{"Name": "*"}], offset=offset, limit=limit)


ASKS = {"range": ask_range, "find": ask_find}


def parameter(request: Request, name: str, default: str) -> int:
    given: Any = request.query.get(f"_{name}") if request.body is None else request.body.get(name)
    return int(given or default)


@dataclass
class FoundSet:
    """Records that a server finds anew for each request.

    Attributes:
        ids: The record ids.
        release: The FileMaker Server: 17 counts nothing.
        end: What is said to an offset past the end.
        between: Runs before each request but the first, and may move the records.
    """

    ids: list[int]
    release: int = 19
    end: str = "101"
    between: Callable[[list[int]], None] | None = None
    pages: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def answer(self, request: Request) -> Reply:
        if self.pages and self.between:
            self.between(self.ids)
        offset, limit = parameter(request, "offset", "1"), parameter(request, "limit", "100")
        self.pages.append((offset, limit))
        assert offset >= 1, "offsets count from 1"
        if not self.ids and request.method == "POST":
            return refusal(401)
        if offset > max(len(self.ids), 1) and self.end != "empty":
            return refusal(int(self.end))
        data = [record(number) for number in self.ids[offset - 1 : offset - 1 + limit]]
        return records_of_17(data) if self.release == 17 else records(data, len(self.ids))


def read_all(
    found_set: FoundSet, ask: str = "find", *, offset: int = 0, limit: int | None = None, size: int = 4
) -> list[int]:
    driver = ScriptedDriver(found_set.answer)
    paging = Paging(ASKS[ask], offset=offset, limit=limit, size=size)
    ids: list[int] = []
    while not paging.done:
        ids += [int(one["recordId"]) for one in driver.run(paging.next_page())]
        assert len(found_set.pages) < 200, "the pages never end"
    assert driver.run(paging.next_page()) == [], "a page after the last one"
    return ids


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(
    ("count", "pages"),
    [
        (0, [(1, 4)]),
        (1, [(1, 4)]),
        (3, [(1, 4)]),
        (4, [(1, 4)]),
        (5, [(1, 4), (4, 5)]),
        (8, [(1, 4), (4, 5)]),
        (9, [(1, 4), (4, 5), (8, 5)]),
    ],
)
def test_pages_overlap_by_one_record_and_stop_at_the_count(
    ask: str, count: int, pages: list[tuple[int, int]]
) -> None:
    found_set = FoundSet(list(range(10, 10 + count)))
    assert read_all(found_set, ask) == list(range(10, 10 + count))
    assert found_set.pages == pages


@pytest.mark.parametrize(
    ("count", "pages"),
    [
        (0, [(1, 4)]),
        (3, [(1, 4)]),
        (4, [(1, 4), (4, 5)]),
        (5, [(1, 4), (4, 5)]),
        (8, [(1, 4), (4, 5), (8, 5)]),
    ],
)
def test_server_17_counts_nothing_so_a_short_page_is_the_last(
    count: int, pages: list[tuple[int, int]]
) -> None:
    found_set = FoundSet(list(range(count)), release=17)
    assert read_all(found_set) == list(range(count))
    assert found_set.pages == pages


@pytest.mark.parametrize(
    ("offset", "limit", "pages"),
    [
        (0, 0, []),
        (0, 3, [(1, 3)]),
        (0, 4, [(1, 4)]),
        (0, 6, [(1, 4), (4, 3)]),
        (7, None, [(8, 4)]),
        (2, 5, [(3, 4), (6, 2)]),
        (10, None, [(11, 4)]),
        (25, 3, [(26, 3)]),
    ],
)
def test_offset_and_limit(offset: int, limit: int | None, pages: list[tuple[int, int]]) -> None:
    found_set = FoundSet(list(range(10)))
    stop = None if limit is None else offset + limit
    assert read_all(found_set, offset=offset, limit=limit) == list(range(10))[offset:stop]
    assert found_set.pages == pages


@given(
    count=st.integers(0, 30),
    size=st.integers(1, 8),
    offset=st.integers(0, 33),
    limit=st.none() | st.integers(0, 33),
    ask=st.sampled_from(sorted(ASKS)),
    release=st.sampled_from([17, 19]),
    end=st.sampled_from(ENDS),
)
def test_the_pages_are_exactly_the_slice(
    *, count: int, size: int, offset: int, limit: int | None, ask: str, release: int, end: str
) -> None:
    ids = list(range(100, 100 + count))
    found_set = FoundSet(list(ids), release, end)
    stop = None if limit is None else offset + limit
    assert read_all(found_set, ask, offset=offset, limit=limit, size=size) == ids[offset:stop]


# -- the found set moves ---------------------------------------------------------------------------------


def grow(ids: list[int]) -> None:
    ids.append(99)


def shrink(ids: list[int]) -> None:
    del ids[-1]


def swap_before(ids: list[int]) -> None:
    del ids[0]
    ids.append(99)


def lose_anchor(ids: list[int]) -> None:
    ids[3] = 99


MOVES = pytest.mark.parametrize("move", [grow, shrink, swap_before, lose_anchor, list[int].clear])


@MOVES
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("ask", ASKS)
def test_a_found_set_that_moves_is_an_error(move: Callable[[list[int]], None], end: str, ask: str) -> None:
    with pytest.raises(DriftError, match="the found set moved while it was being read, after 4 records"):
        read_all(FoundSet(list(range(9)), end=end, between=move), ask)


@pytest.mark.parametrize("move", [swap_before, lose_anchor, list[int].clear])
@pytest.mark.parametrize("end", ENDS)
def test_without_counts_the_last_record_read_must_stay_in_place(
    move: Callable[[list[int]], None], end: str
) -> None:
    with pytest.raises(DriftError):
        read_all(FoundSet(list(range(9)), release=17, end=end, between=move))


@pytest.mark.parametrize("release", [17, 19])
def test_the_message_of_drift_says_what_moved(release: int) -> None:
    with pytest.raises(DriftError) as caught:
        read_all(FoundSet(list(range(9)), release, between=list[int].clear))
    assert "None" not in str(caught.value), "it speaks of a count that there never was"


@given(st.integers(1, 20), st.integers(1, 5), st.integers(0, 10**6), st.sampled_from([17, 19]))
def test_no_record_that_stays_is_skipped_or_comes_twice(
    count: int, size: int, seed: int, release: int
) -> None:
    stay = set(range(count))
    chance = random.Random(seed)

    def move(ids: list[int]) -> None:
        for _ in range(chance.randrange(3)):
            if ids and chance.random() < 0.5:
                stay.discard(ids.pop(chance.randrange(len(ids))))
            else:
                ids.insert(chance.randrange(len(ids) + 1), chance.randrange(10**6, 10**9))

    try:
        ids = read_all(FoundSet(list(range(count)), release, between=move), size=size)
    except DriftError:
        return
    assert len(ids) == len(set(ids)), "a record came twice"
    assert stay <= set(ids), "a record was skipped"


# -- one page --------------------------------------------------------------------------------------------


def read(ask: str, offset: int, *answers: Reply | FmormError) -> Page:
    return ScriptedDriver(in_order(*answers)).run(read_page(ASKS[ask], offset, 4))


def test_a_page_tells_the_count_where_the_reply_does() -> None:
    one = record(7, {"Name": "Ida"})
    assert read("find", 0, records([one], 12)) == Page([one], 12)
    without_info = {key: value for key, value in one.items() if key != "portalDataInfo"}
    assert read("find", 0, records_of_17([one])) == Page([without_info], None)


@pytest.mark.parametrize("offset", [0, 3])
def test_no_match_is_an_empty_page(offset: int) -> None:
    assert read("find", offset, refusal(401)) == Page([], 0)


@pytest.mark.parametrize(("ask", "offset"), [("range", 0), ("range", 3), ("find", 3)])
def test_record_missing_is_an_empty_page_where_an_offset_can_be_past_the_end(ask: str, offset: int) -> None:
    assert read(ask, offset, refusal(101)) == Page([], 0)


def test_record_missing_to_a_find_from_the_start_is_an_error() -> None:
    with pytest.raises(RecordMissing):
        read("find", 0, refusal(101))


def test_a_page_survives_an_expired_session() -> None:
    assert read("find", 0, expired(), records([], 0)) == Page([], 0)


@pytest.mark.parametrize(
    "response",
    [{}, {"data": "none"}, {"data": None}, {"dataInfo": {"foundCount": 0}}],
    ids=repr,
)
def test_a_reply_without_records_or_count_is_none(response: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        read("range", 0, ok(response))
