"""Pages of a find one after the other, the next one read ahead where that is wanted."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TypeVar

from fmorm._async.primitives import Ahead
from fmorm._async.runs import AsyncRuns
from fmorm.mapper.finding import Pages
from fmorm.model.records import Model

M = TypeVar("M", bound=Model)


async def read_pages(runs: AsyncRuns, pages: Pages[M], *, prefetch: bool = False) -> AsyncGenerator[list[M]]:
    """Read pages as they are wanted.

    Args:
        runs: Where to read them.
        pages: The pages.
        prefetch: Whether the next one is read while the caller is at work on this one. That takes a session of its
            own: where there is one alone, nothing is read ahead.

    Yields:
        Records; no page is empty.
    """
    reading = (_ahead if prefetch and runs.room > 1 else _in_turn)(runs, pages)
    async with aclosing(reading):
        async for records in reading:
            if records:
                yield records


async def each(reading: AsyncGenerator[list[M]]) -> AsyncIterator[M]:
    """Give the records of pages one by one, and keep none that was given: so the next one's rows take up its memory."""
    async with aclosing(reading):
        async for records in reading:
            records.reverse()
            while records:
                yield records.pop()


async def _in_turn(runs: AsyncRuns, pages: Pages[M]) -> AsyncGenerator[list[M]]:
    while not pages.done:
        yield await _next(runs, pages)


async def _ahead(runs: AsyncRuns, pages: Pages[M]) -> AsyncGenerator[list[M]]:
    ahead = None if pages.done else Ahead(_next, runs, pages)
    try:
        while ahead is not None:
            records: list[M] = await ahead.result()
            ahead = None if pages.done else Ahead(_next, runs, pages)
            yield records
    finally:
        if ahead is not None:
            await ahead.drop()


async def _next(runs: AsyncRuns, pages: Pages[M]) -> list[M]:
    return await runs.run(pages.next_page())
