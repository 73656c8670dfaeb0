"""Found sets as lists of ids: which of them are still there, and in which order."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from fmorm.server.finds.foundset import Page
from fmorm.server.relations import ROOT, order_by
from fmorm.server.schema.parts import SortKey, Table
from fmorm.server.store.columns import RECORD_ID, table_name
from fmorm.server.store.files import Store

EVERYTHING: Final = Page(1, 2**63 - 1)
"""A page that holds any found set."""


def arranged(store: Store, table: Table, ids: Sequence[int], sort: Sequence[SortKey]) -> list[int]:
    """Sort records; those that are no longer there are left out."""
    return _ids(store, table, ids, order_by(sort, ROOT))


def still_there(store: Store, table: Table, ids: Sequence[int]) -> list[int]:
    """Give records in the same order, but without those that are no longer there."""
    return _ids(store, table, ids, "given.key")


def _ids(store: Store, table: Table, ids: Sequence[int], order: str) -> list[int]:
    sql = (
        f"SELECT {ROOT}.{RECORD_ID} FROM json_each(?) AS given "
        f"JOIN {table_name(table)} AS {ROOT} ON {ROOT}.{RECORD_ID} = given.value ORDER BY {order}"
    )
    return store.ids(sql, [json.dumps(list(ids))])
