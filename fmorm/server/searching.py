"""Finding and sorting for one request: what its account may see, and by results that are not kept."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import count

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.finds.arranging import arranged
from fmorm.server.finds.conditions import EVERYTHING, NOTHING, Condition, every
from fmorm.server.finds.foundset import Found, Page, Search, found_ids, found_records
from fmorm.server.finds.requests import FindRequest
from fmorm.server.refusals import Refusal
from fmorm.server.relations import ROOT
from fmorm.server.schema.parts import Placed, Slot, SortKey, Table
from fmorm.server.schema.rules import Calculation
from fmorm.server.store.columns import RECORD_ID, part_of
from fmorm.server.store.remembering import Ids

_searches = count(1)


class Searching:
    """Finds and sorts; whoever calls it holds the app's lock."""

    def __init__(self, call: Call) -> None:
        self._store = call.engine.store
        self._account = call.user.account.name
        self._sight = call.sight
        self._access = call.access
        self._fields = {id(field): field for field in call.engine.data.rules.calculations}

    def find(
        self, table: Table, requests: Sequence[FindRequest] | None, sort: Sequence[SortKey], page: Page
    ) -> Found:
        """Give a page of what find requests find, None for all records.

        Raises:
            Refusal: The account may not see a field that is searched or sorted by.
        """
        searched = [placed for request in requests or () for placed in request.places]
        self._check(searched, refusals.FIELD_DENIED)
        self._check([key.placed for key in sort], refusals.SORT_DENIED)
        with self.calculating():
            visible = every([self.visible(table, ROOT), _once(searched, sort)])
            return found_records(self._store, table, requests, sort, page, visible)

    def arrange(self, table: Table, ids: Sequence[int], sort: Sequence[SortKey]) -> list[int]:
        """Sort records.

        Raises:
            Refusal: The account may not see a field that is sorted by.
        """
        self._check([key.placed for key in sort], refusals.SORT_DENIED)
        with self.calculating():
            return arranged(self._store, table, ids, sort)

    def calculating(self) -> AbstractContextManager[None]:
        """Have results that are not kept worked out where statements search or sort by them."""
        return self._store.calculating(self._calculated)

    def _check(self, places: Iterable[Placed], code: int) -> None:
        for placed in places:
            if not self._access.shows(placed.occurrence.table, placed.field):
                raise Refusal(code)

    def visible(self, table: Table, alias: str) -> Condition:
        """Give what records of a table, under an alias, must meet for the account to see them."""
        rule = self._access.view_rule(table)
        if isinstance(rule, bool):
            return EVERYTHING if rule else NOTHING
        ids = self._seen(table, rule)
        return Condition(f"{alias}.{RECORD_ID} IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))

    def _seen(self, table: Table, rule: Calculation) -> Ids:
        """Give the records for which a formula holds; that is remembered where the data and the account decide it."""
        used = [placed.field for placed in rule.places.values()]
        changes = rule.formula.is_volatile and not rule.formula.is_personal
        if changes or any(one.is_global or one.unstored for one in used):
            return self._access.seen(table, self._all(table))
        question = ("seen", rule, self._account)
        return self._store.remembered.get(
            self._store.version, question, lambda: self._access.seen(table, self._all(table))
        )

    def _all(self, table: Table) -> Ids:
        return found_ids(self._store, Search(table, None, ()))

    def _calculated(self, part: str, field: int, repetition: int, record_id: int) -> str | None:
        return part_of(self._sight.cell(Slot(self._fields[field], repetition), record_id), part)


def _once(searched: Iterable[Placed], sort: Iterable[SortKey]) -> Condition:
    """Keep a search from being remembered whose results depend on more than the data."""
    places = [*searched, *(key.placed for key in sort)]
    if not any(placed.field.unstored for placed in places):
        return EVERYTHING
    return Condition("? > 0", (next(_searches),))
