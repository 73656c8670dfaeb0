"""Pages of a find, for templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from flask import abort, request

from fmorm import Find, Model

M = TypeVar("M", bound=Model)

ARGUMENT: Final = "page"
"""The name of the number in the query of an address."""


@dataclass(frozen=True, slots=True)
class Pagination(Generic[M]):
    """One page of the records that match a find. Iterating gives its records.

    Attributes:
        items: The records of this page.
        page: Its number, from 1.
        per_page: How many records a page has.
        total: How many records match.
    """

    items: list[M]
    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; 0 where nothing matches."""
        return -(-self.total // self.per_page)

    @property
    def first(self) -> int:
        """The number of the page's first record among all; 0 where nothing matches."""
        return (self.page - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of the page's last record among all."""
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def prev_num(self) -> int | None:
        """The number of the page before; None on the first one."""
        return self.page - 1 if self.page > 1 else None

    @property
    def next_num(self) -> int | None:
        """The number of the page after it; None on the last one."""
        return self.page + 1 if self.page < self.pages else None

    @property
    def has_prev(self) -> bool:
        """Whether there is a page before."""
        return self.prev_num is not None

    @property
    def has_next(self) -> bool:
        """Whether there is a page after it."""
        return self.next_num is not None

    def iter_pages(self, *, edge: int = 1, around: int = 2) -> Iterator[int | None]:
        """Give the numbers to show as links, with None where some are left out.

        Args:
            edge: How many at the beginning and at the end.
            around: How many on either side of this page.
        """
        before = 0
        for number in range(1, self.pages + 1):
            near = abs(number - self.page) <= around
            if near or number <= edge or number > self.pages - edge:
                if number > before + 1:
                    yield None
                yield number
                before = number

    def __iter__(self) -> Iterator[M]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def paginate(find: Find[M], page: int | None, per_page: int) -> Pagination[M]:
    """Read one page of a find; 404 for a page that there is not.

    Args:
        find: The find.
        page: The number of the page; None takes the request's.
        per_page: How many records a page has.

    Raises:
        ValueError: `per_page` is less than 1.
    """
    if per_page < 1:
        raise ValueError(f"per_page={per_page}: one record is the least")
    number = _asked() if page is None else page
    if number < 1:
        abort(404)
    skipped = (number - 1) * per_page
    items = find[skipped : skipped + per_page].all()
    if not items and number > 1:
        abort(404)
    # A page that is not full is the last one, so that nothing needs to be counted.
    seen = skipped + len(items)
    total = seen if len(items) < per_page else max(seen, find.count())
    return Pagination(items, number, per_page, total)


def _asked() -> int:
    text = request.args.get(ARGUMENT, "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
