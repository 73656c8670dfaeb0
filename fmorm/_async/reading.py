"""Pages of a find one after the other, the next one read ahead where that is wanted."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import TypeVar

from fmorm._async.primitives import Ahead
from fmorm._async.runs import AsyncRuns
from fmorm.mapper.finding import Pages
from fmorm.model.records import Model
from fmorm.protocol.effects import Steps

M = TypeVar("M", bound=Model)
T = TypeVar("T")


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
    async with aclosing(_read(runs, pages, pages.next_page, prefetch=prefetch)) as reading:
        async for records in reading:
            if records:
                yield records


async def each(runs: AsyncRuns, pages: Pages[M], *, prefetch: bool = False) -> AsyncIterator[M]:
    """Read pages as `read_pages` does, and give their records one by one; none is kept that was given."""
    async with aclosing(_read(runs, pages, pages.next_parts, prefetch=prefetch)) as reading:
        async for parts in reading:
            for records in parts:
                records.reverse()
                while records:
                    yield records.pop()


def _read(
    runs: AsyncRuns, pages: Pages[M], step: Callable[[], Steps[T]], *, prefetch: bool
) -> AsyncGenerator[T]:
    """Read pages by a step of theirs."""
    return (_ahead if prefetch and runs.room > 1 else _in_turn)(runs, pages, step)


async def _in_turn(runs: AsyncRuns, pages: Pages[M], step: Callable[[], Steps[T]]) -> AsyncGenerator[T]:
    while not pages.done:
        yield await _next(runs, step)


async def _ahead(runs: AsyncRuns, pages: Pages[M], step: Callable[[], Steps[T]]) -> AsyncGenerator[T]:
    ahead = None if pages.done else Ahead(_next, runs, step)
    try:
        while ahead is not None:
            read: T = await ahead.result()
            ahead = None if pages.done else Ahead(_next, runs, step)
            yield read
    finally:
        if ahead is not None:
            await ahead.drop()


async def _next(runs: AsyncRuns, step: Callable[[], Steps[T]]) -> T:
    return await runs.run(step())
