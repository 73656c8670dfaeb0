"""Found sets: which records, how many, and which of them in which order make a page."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from fmorm.server.finds.matching import some
from fmorm.server.finds.requests import FindRequest
from fmorm.server.relations import ROOT, order_by
from fmorm.server.schema.parts import SortKey, Table
from fmorm.server.store.columns import RECORD_ID, quoted
from fmorm.server.store.files import Store

_TOGETHER = 100
"""Requests that are asked in one statement; SQLite limits how deep an expression may be."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a found set is asked for; offsets count from 1."""

    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a found set, with the counts that go into `dataInfo`."""

    ids: list[int]
    count: int
    total: int
    all: Sequence[int] = ()


def all_records(store: Store, table: Table, sort: Sequence[SortKey], page: Page) -> Found:
    """Give a page of all records."""
    total = store.count(table)
    return Found(_page(store, f"{quoted(table.stored_as)} AS {ROOT}", sort, page), total, total)


def found_records(
    store: Store, table: Table, requests: Sequence[FindRequest], sort: Sequence[SortKey], page: Page
) -> Found:
    """Work through find requests in order and give a page of what is left.

    A find adds what it finds, an omit takes away. When an omit comes first it takes away from all records.
    """
    store.change("DELETE FROM temp.found")
    source = f"SELECT {ROOT}.{RECORD_ID} FROM {quoted(table.stored_as)} AS {ROOT}"
    if requests[0].omits:
        store.change(f"INSERT INTO temp.found {source}")
    for omits, part in _parts(requests):
        condition = some([request.condition for request in part])
        chosen = f"{source} WHERE {condition.sql}"
        if omits:
            store.change(f"DELETE FROM temp.found WHERE {RECORD_ID} IN ({chosen})", condition.values)
        else:
            store.change(f"INSERT OR IGNORE INTO temp.found {chosen}", condition.values)
    count = store.ids("SELECT count(*) FROM temp.found")[0]
    tables = f"temp.found JOIN {quoted(table.stored_as)} AS {ROOT} USING ({RECORD_ID})"
    return Found(_page(store, tables, sort, page), count, store.count(table))


def _parts(requests: Sequence[FindRequest]) -> Iterator[tuple[bool, Sequence[FindRequest]]]:
    for omits, run in groupby(requests, lambda request: request.omits):
        alike = list(run)
        for start in range(0, len(alike), _TOGETHER):
            yield omits, alike[start : start + _TOGETHER]


def _page(store: Store, tables: str, sort: Sequence[SortKey], page: Page) -> list[int]:
    sql = f"SELECT {ROOT}.{RECORD_ID} FROM {tables} ORDER BY {order_by(sort, ROOT)} LIMIT ? OFFSET ?"
    return store.ids(sql, [page.limit, page.offset - 1])
