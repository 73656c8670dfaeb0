# Written by tools/unasync.py from fmorm/_async/reading.py: edit that file, not this one.
"""Pages of a find one after the other, the next one read ahead where that is wanted."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import TypeVar

from fmorm._sync.primitives import Ahead
from fmorm._sync.runs import Runs
from fmorm.mapper.finding import Pages
from fmorm.model.records import Model

M = TypeVar("M", bound=Model)


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
    reading = (_ahead if prefetch and runs.room > 1 else _in_turn)(runs, pages)
    with closing(reading):
        for records in reading:
            if records:
                yield records


def each(reading: Generator[list[M]]) -> Iterator[M]:
    """Give the records of pages one by one, and keep none that was given: so the next one's rows take up its memory."""
    with closing(reading):
        for records in reading:
            records.reverse()
            while records:
                yield records.pop()


def _in_turn(runs: Runs, pages: Pages[M]) -> Generator[list[M]]:
    while not pages.done:
        yield _next(runs, pages)


def _ahead(runs: Runs, pages: Pages[M]) -> Generator[list[M]]:
    ahead = None if pages.done else Ahead(_next, runs, pages)
    try:
        while ahead is not None:
            records: list[M] = ahead.result()
            ahead = None if pages.done else Ahead(_next, runs, pages)
            yield records
    finally:
        if ahead is not None:
            ahead.drop()


def _next(runs: Runs, pages: Pages[M]) -> list[M]:
    return runs.run(pages.next_page())
