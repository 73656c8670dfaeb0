"""Rows of a portal that stay bytes until somebody looks at them.

Most of a page is portals, and most are never looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

Row = dict[str, Any]


class UnreadRows(Sequence[Row]):
    """The raw rows of a portal, of which only their number is known until one of them is asked for.

    Nothing is kept of what is read: whoever asks keeps it.
    """

    __slots__ = ("_count", "_piece", "_read")

    def __init__(self, piece: bytes, count: int, read: Callable[[bytes], list[Row]]) -> None:
        """Be the rows of a piece of JSON, so many, which `read` makes of it."""
        self._piece = piece
        self._count = count
        self._read = read

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        return self._read(self._piece)[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._read(self._piece))
