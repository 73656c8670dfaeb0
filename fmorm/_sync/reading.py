# Written by tools/unasync.py from fmorm/_async/reading.py: edit that file, not this one.
"""Pages of a find one after the other, the next one read ahead where that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TypeVar

from fmorm._sync.primitives import Ahead
from fmorm._sync.runs import Runs
from fmorm.mapper.finding import Pages
from fmorm.model.records import Model
from fmorm.protocol.effects import Steps

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def read_pages(runs: Runs, pages: Pages[M], *, prefetch: bool = False) -> Generator[list[M]]:
    """Read pages as they are wanted.

    Args:
        runs: Where to read them.
        pages: The pages.
        prefetch: Whether the next one is read while the caller is at work on this one. That takes a session of its
            own: where there is one alone, nothing is read ahead.

    Yields:
        Records; no page is empty.
    """
    with closing(_read(runs, pages, pages.next_page, prefetch=prefetch)) as reading:
        for records in reading:
            if records:
                yield records


def each(runs: Runs, pages: Pages[M], *, prefetch: bool = False) -> Iterator[M]:
    """Read pages as `read_pages` does, and give their records one by one; none is kept that was given."""
    with closing(_read(runs, pages, pages.next_parts, prefetch=prefetch)) as reading:
        for parts in reading:
            for records in parts:
                records.reverse()
                while records:
                    yield records.pop()


def _read(runs: Runs, pages: Pages[M], step: Callable[[], Steps[T]], *, prefetch: bool) -> Generator[T]:
    """Read pages by a step of theirs."""
    return (_ahead if prefetch and runs.room > 1 else _in_turn)(runs, pages, step)


def _in_turn(runs: Runs, pages: Pages[M], step: Callable[[], Steps[T]]) -> Generator[T]:
    while not pages.done:
        yield _next(runs, step)


def _ahead(runs: Runs, pages: Pages[M], step: Callable[[], Steps[T]]) -> Generator[T]:
    ahead = None if pages.done else Ahead(_next, runs, step)
    try:
        while ahead is not None:
            read: T = ahead.result()
            ahead = None if pages.done else Ahead(_next, runs, step)
            yield read
    finally:
        if ahead is not None:
            ahead.drop()


def _next(runs: Runs, step: Callable[[], Steps[T]]) -> T:
    return runs.run(step())
