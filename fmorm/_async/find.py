"""A find over a database: chain it, look at it, run it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from fmorm._async.reading import each, read_pages
from fmorm._async.runs import AsyncRuns
from fmorm.mapper import changed, finding
from fmorm.mapper.builder import FindBuilder
from fmorm.mapper.changed import Changes, Mark
from fmorm.mapper.finding import Found, Pages
from fmorm.model.records import Model
from fmorm.query.terms import Term
from fmorm.wire.requests import RECORDS_AT_ONCE

M = TypeVar("M", bound=Model)
N = TypeVar("N", bound=Model)

OVERLAP: Final = timedelta(minutes=2)
"""A change bears the time at which it began, or that of a computer whose clock is late, and is stored after it."""


class AsyncFind(FindBuilder[M]):
    """A find: immutable, and nothing is sent until it is asked for records.

    Every chaining method gives a new find. `async for` reads all matches, page by page.
    """

    def __init__(self, runs: AsyncRuns, found: Found[M]) -> None:
        """Run on `runs` what `found` says."""
        super().__init__(found)
        self._runs = runs

    def _of(self, found: Found[M]) -> AsyncFind[M]:
        return AsyncFind(self._runs, found)

    def using(self, model: type[N]) -> AsyncFind[N]:
        """Get the records as those of another layout: FileMaker's `layout.response`.

        Conditions and order stay those of this find, with its class's fields. What comes is records of the other class,
        with its fields and portals.

        Args:
            model: A class of a layout with the same base table.

        Returns:
            The find, of the other class.

        Raises:
            TypeError: That is no model.
        """
        return AsyncFind(self._runs, self._using(model))

    async def all(self) -> list[M]:
        """Read all the records.

        Returns:
            The records; an empty list where none matches.

        Raises:
            FindError: FileMaker cannot be asked this; nothing was sent.
            DriftError: The found set moved between pages.
            MappingError: A value does not fit its field.
            ServerError: The server says no.
            TransportError: The conversation broke.
        """
        return await self._runs.run(finding.read_all(self._found))

    async def first(self) -> M | None:
        """Read the first record only; None where none matches. Raises as `all`."""
        return await self._runs.run(finding.first(self._found))

    async def one(self) -> M:
        """Read the one record that matches.

        Returns:
            The record.

        Raises:
            NotFound: None matches.
            MultipleFound: Several match.
        """
        return await self._runs.run(finding.one(self._found))

    async def one_or_none(self) -> M | None:
        """Read the one record that matches, or None; raises MultipleFound where several match."""
        return await self._runs.run(finding.one_or_none(self._found))

    async def count(self) -> int:
        """Count the matches, within limit and offset, by reading one of them at most.

        Raises:
            ProtocolError: The server is FileMaker Server 17, which does not count.
        """
        return await self._runs.run(finding.count(self._found))

    async def exists(self) -> bool:
        """Tell whether anything matches, reading one record at most."""
        return await self._runs.run(finding.exists(self._found))

    def __aiter__(self) -> AsyncIterator[M]:
        return each(self._runs, Pages(self._found))

    def pages(self, *, size: int = RECORDS_AT_ONCE, prefetch: bool = False) -> AsyncIterator[list[M]]:
        """Read the records in lists, one page after the other, as iteration does.

        Args:
            size: How many records make a page; the last one may have fewer.
            prefetch: Whether the next page is read while you work on this one, on another session of the pool.

        Returns:
            An iterator of lists, none of them empty.

        Raises:
            FindError: FileMaker cannot be asked this, or the size is none; nothing was sent.
            DriftError: While iterating: the found set moved between pages.
        """
        return read_pages(self._runs, self._pages(size), prefetch=prefetch)

    def stream(
        self, *, by: Term[Any], size: int = RECORDS_AT_ONCE, prefetch: bool = False
    ) -> AsyncIterator[M]:
        """Read the records in the order of a key, whatever is added, changed or deleted meanwhile.

        A record that is there all the time, matches all the time and keeps its key comes exactly once. What is added
        or deleted meanwhile may come or not. Memory stays the same, however many there are.

        Args:
            by: The key: a field that every record has, that is unique or nearly so, and that does not change.
            size: How many records to read at once.
            prefetch: Whether the next page is read while you work on this one, on another session of the pool.

        Returns:
            An iterator of records, ascending by the key.

        Raises:
            TypeError: The key is no field.
            FindError: The find has an order or offset of its own, or one cannot go by this field; nothing was sent.
                While iterating: a record has no key, or too many have the same one.
        """
        return each(self._runs, self._stream(by, size), prefetch=prefetch)

    async def changed_since(
        self,
        field: Term[datetime],
        since: Mark | datetime | None = None,
        *,
        overlap: timedelta = OVERLAP,
        by: Term[Any] | None = None,
    ) -> Changes[M]:
        """Read what was created or changed since the last time.

        Args:
            field: The field in which FileMaker enters the time of each change.
            since: The mark that the last time gave; a time, to begin there; left out, to begin with everything.
            overlap: How long before the mark to begin, because a change may be stored some time after the time that
                it bears. What you were given before and was not changed again is left out.
            by: A key to go by, as in `stream`, where others write meanwhile.

        Returns:
            The records, and the mark for the next time. It is made of the records' own times.

        Raises:
            TypeError: The field is no timestamp, or the mark is none; nothing was sent.
            FindError: The find has a limit or offset.
            MappingError: A time of change does not fit its field, whatever `on_bad_value` says.
            DriftError: The found set moved between pages: read again, or go `by` a key.
        """
        return await self._runs.run(changed.changed_since(self._found, field, since, overlap, self._turn(by)))

    async def record_ids(self, *, by: Term[Any] | None = None) -> list[str]:
        """Read the record ids of all matches, and nothing of the records themselves.

        Args:
            by: A key to go by, as in `stream`, where others write meanwhile.

        Raises:
            DriftError: The found set moved between pages: read again, or go `by` a key.
        """
        return await self._runs.run(changed.record_ids(self._found, self._turn(by)))

    async def missing(self, known: Iterable[str | int], *, by: Term[Any] | None = None) -> list[str]:
        """Tell which of these records are not among the matches, as those that were deleted.

        Args:
            known: Record ids, such as those of the records that a copy has.
            by: A key to go by, as in `stream`, where others write meanwhile.

        Returns:
            The ids of those that are missing, in the order given.

        Raises:
            ValueError: One is no record id; nothing was sent.
            FindError: The find has a limit or offset.
            DriftError: The found set moved between pages: read again, or go `by` a key.
        """
        return await self._runs.run(changed.missing(self._found, known, self._turn(by)))
