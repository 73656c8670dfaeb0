"""All the records of a find, page by page, with a watch on whether the found set moves meanwhile.

The Data API has no cursor: a page is an offset into a found set that is made anew for each request. Each page
therefore begins with the last record of the page before, and the count must stay the same; if not, records
may have been skipped or would come twice, and that is an error rather than a short result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from fmorm.errors import DriftError, NoRecords, RecordMissing
from fmorm.protocol.calls import call_for
from fmorm.protocol.effects import Steps
from fmorm.protocol.seen import SeenIds
from fmorm.wire.pages import Parse
from fmorm.wire.replies import data_of, found_of, ids_of, response_of
from fmorm.wire.requests import Request
from fmorm.wire.shaped import Raw
from fmorm.wire.withheld import parse_reply

Ask = Callable[[int, int], Request]
"""Makes the request for an offset (from 0) and a limit."""

Take = Callable[[dict[str, Any], Request], None]
"""Is given the `response` member of each reply, and the request, for what they tell beside the records."""


@dataclass(frozen=True, slots=True)
class Page:
    """One reply with records.

    Attributes:
        data: The records, raw.
        found: How many records the found set has; None on FileMaker Server 17, which does not tell.
    """

    data: list[Raw]
    found: int | None


def read_page(
    ask: Ask, offset: int, limit: int, take: Take | None = None, parse: Parse = parse_reply
) -> Steps[Page]:
    """Read one page, whose body `parse` reads; an empty found set is an empty page.

    A find without a match answers 401; an offset past the end answers 101, as a read of an empty table may.
    """
    request = ask(offset, limit)
    try:
        response = yield from call_for(request, partial(response_of, parse=parse))
    except NoRecords:
        return Page([], 0)
    except RecordMissing:
        if offset == 0 and request.method == "POST":
            raise  # a find from the start has no reason to say so
        return Page([], 0)
    page = Page(data_of(response, request), found_of(response))
    if take is not None:
        take(response, request)
    return page


class Paging:
    """The pages of one find, asked for one after the other."""

    def __init__(
        self,
        ask: Ask,
        *,
        offset: int,
        limit: int | None,
        size: int,
        take: Take | None = None,
        parse: Parse = parse_reply,
    ) -> None:
        """Start at an offset (from 0), for at most `limit` records (None for all), `size` at a time."""
        self._ask = ask
        self._take = take
        self._parse = parse
        self._start = offset
        self._left = limit
        self._size = size
        self._found: int | None = None
        self._anchor: str | None = None
        self._seen = SeenIds()
        self.done = limit == 0

    def next_page(self) -> Steps[list[Raw]]:
        """Read the next records; none when there are no more.

        Raises:
            DriftError: The found set is not the one that the first pages came from.
        """
        if self.done:
            return []
        overlap = 0 if self._anchor is None else 1
        wanted = self._size if self._left is None else min(self._size, self._left)
        first = self._start - overlap
        page = yield from read_page(self._ask, first, wanted + overlap, self._take, self._parse)
        self._refuse_drift(page)
        data = page.data[overlap:]
        if not all(self._seen.add(ids_of(data))):
            raise self._drift("a record comes a second time")
        self._advance(data, wanted)
        return data

    def _refuse_drift(self, page: Page) -> None:
        if self._anchor is None:
            self._found = page.found
            return
        if self._found is not None and page.found != self._found:
            raise self._drift(f"it had {self._found} records and has {page.found} now")
        if not page.data or page.data[0]["recordId"] != self._anchor:
            raise self._drift(f"record {self._anchor} is no longer number {self._start} of it")

    def _advance(self, data: list[Raw], wanted: int) -> None:
        if not data and self._found is not None and self._start < self._found:
            raise self._drift(f"it has {self._found} records and none after number {self._start}")
        self._start += len(data)
        if data:
            self._anchor = data[-1]["recordId"]
        if self._left is not None:
            self._left -= len(data)
        if self._found is None:
            self.done = len(data) < wanted
        else:
            self.done = not data or self._start >= self._found
        self.done = self.done or self._left == 0

    def _drift(self, what: str) -> DriftError:
        return DriftError(
            f"the found set moved while it was being read, after {self._start} records: {what}. If the loop "
            "itself edits or deletes what it finds, collect the records first: for record in find.all(). If "
            "somebody else does, read again, or go by a unique field: find.stream(by=…)"
        )
