"""Found sets: which records, how many, and which of them in which order make a page.

What a find finds, and its order, is remembered until data change, for all sessions together. A large table is
indexed by what is searched or sorted, as FileMaker indexes fields when they are needed.
"""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from fmorm.server.finds.conditions import EVERYTHING, NOTHING, Condition, but, every, some
from fmorm.server.finds.requests import FindRequest
from fmorm.server.relations import ROOT, order_by
from fmorm.server.schema.parts import Slot, SortKey, Table
from fmorm.server.store.columns import RECORD_ID, sort_name, table_name
from fmorm.server.store.files import Store
from fmorm.server.store.remembering import Ids

_TOGETHER = 100
_VALUES = 10_000
_NESTED = 10
"""Requests that are joined in one expression, values bound in it, and how deep it may be nested: SQLite has limits."""
_CHOSEN = Condition(f"{ROOT}.{RECORD_ID} IN (SELECT {RECORD_ID} FROM temp.found)")
_LARGE = 1_000
"""Records of a table from which on indexes pay."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a found set is asked for; offsets count from 1."""

    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a found set, with the counts that go into `dataInfo`, and the whole set."""

    ids: list[int]
    count: int
    total: int
    all: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """All that decides which records are found, and in which order; what depends on today is in its conditions.

    Attributes:
        requests: Find requests in order; None for all records.
        visible: What the account may see; whatever decides it is bound in its values.
    """

    table: Table
    requests: tuple[FindRequest, ...] | None
    sort: tuple[SortKey, ...]
    visible: Condition = EVERYTHING


def found_records(
    store: Store,
    table: Table,
    requests: Sequence[FindRequest] | None,
    sort: Sequence[SortKey],
    page: Page,
    visible: Condition = EVERYTHING,
) -> Found:
    """Work through find requests in order and give a page of what is left.

    A find adds what it finds, an omit takes away. When an omit comes first it takes away from all records; without
    any request all records are found.
    """
    search = Search(table, None if requests is None else tuple(requests), tuple(sort), visible)
    ids = found_ids(store, search)
    start = page.offset - 1
    return Found(list(ids[start : start + page.limit]), len(ids), store.count(search.table), ids)


def found_ids(store: Store, search: Search) -> Ids:
    """Give the ids of all records that a search finds, in order."""
    return store.remembered.get(store.version, search, lambda: _ids(store, search))


def _ids(store: Store, search: Search) -> Ids:
    if search.sort:
        return _sorted(store, replace(search, sort=()), search.sort)
    if search.requests is None and search.visible == EVERYTHING:
        return _all(store, search.table)
    state = NOTHING if search.requests and not search.requests[0].omits else EVERYTHING
    nested = 0
    for run in _runs(search.requests or ()):
        if nested == _NESTED or len(state.values) + len(run.condition.values) > _VALUES:
            store.choose(_matching(store, search.table, state))
            state, nested = _CHOSEN, 0
        state, nested = _worked_through(run, state), nested + 1
    return _matching(store, search.table, every([state, search.visible]))


def _runs(requests: Sequence[FindRequest]) -> Iterator[FindRequest]:
    """Join requests that come one after the other and do the same."""
    for omits, run in groupby(requests, lambda request: request.omits):
        asked: list[Condition] = []
        for request in run:
            if asked and _is_too_much([*asked, request.condition]):
                yield FindRequest(some(asked), omits)
                asked = []
            asked.append(request.condition)
        yield FindRequest(some(asked), omits)


def _is_too_much(conditions: Sequence[Condition]) -> bool:
    return len(conditions) > _TOGETHER or sum(len(one.values) for one in conditions) > _VALUES


def _worked_through(request: FindRequest, state: Condition) -> Condition:
    """Give what is found when a request is worked through after others, which have found what meets `state`."""
    return but(state, request.condition) if request.omits else some([state, request.condition])


def _matching(store: Store, table: Table, condition: Condition) -> Ids:
    for searched, column in condition.searched:
        _index(store, searched, column)
    sql = f"SELECT {ROOT}.{RECORD_ID} FROM {table_name(table)} AS {ROOT} WHERE {condition.sql}"
    return array("q", sorted(store.id_array(sql, condition.values)))  # an index gives them in its own order


def _all(store: Store, table: Table) -> Ids:
    """Give the ids of all records; where no record is missing between them they need no memory."""
    name = table_name(table)
    ends = f"SELECT (SELECT min({RECORD_ID}) FROM {name}), (SELECT max({RECORD_ID}) FROM {name})"
    first, last = (int(end or 0) for end in store.rows(ends)[0])
    if last - first + 1 == store.count(table):
        return range(first, last + 1)
    return store.id_array(f"SELECT {RECORD_ID} FROM {name} ORDER BY {RECORD_ID}")


def _sorted(store: Store, search: Search, sort: Sequence[SortKey]) -> Ids:
    ids = found_ids(store, search)
    source = f"{table_name(search.table)} AS {ROOT}"
    if len(ids) < store.count(search.table):
        store.choose(ids)
        source = f"temp.found AS chosen CROSS JOIN {source} USING ({RECORD_ID})"
    elif len(sort) == 1 and not sort[0].placed.path and sort[0].placed.field in search.table.stored:
        _index(store, search.table, sort_name(Slot(sort[0].placed.field)))
    return store.id_array(f"SELECT {ROOT}.{RECORD_ID} FROM {source} ORDER BY {order_by(sort, ROOT)}")


def _index(store: Store, table: Table, column: str) -> None:
    if store.count(table) >= _LARGE:
        store.index(table, column)
