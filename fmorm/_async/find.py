"""A find over a database: chain it, look at it, run it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar

from fmorm._async.runs import AsyncRuns
from fmorm.mapper import finding
from fmorm.mapper.builder import FindBuilder
from fmorm.mapper.finding import Found, Pages
from fmorm.model.records import Model

M = TypeVar("M", bound=Model)


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

    async def __aiter__(self) -> AsyncIterator[M]:
        pages = Pages(self._found)
        while not pages.done:
            for record in await self._runs.run(pages.next_page()):
                yield record
