"""Rows of a portal that stay bytes until somebody looks at them.

Most of a page is portals, and most are never looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import overload

from fmorm.wire.shaped import Raw


class UnreadRows(Sequence[Raw]):
    """The raw rows of a portal. Nothing is kept of what is read, were it their number: whoever asks keeps it."""

    __slots__ = ("_piece", "_read")

    def __init__(self, piece: bytes, read: Callable[[bytes], list[Raw]]) -> None:
        """Be the rows of a piece of JSON, which `read` makes of it; it raises ProtocolError."""
        self._piece = piece
        self._read = read

    def read(self) -> list[Raw]:
        """Give the rows as a list of the caller's own; `list` would read them twice, to know their number first."""
        return self._read(self._piece)

    def __len__(self) -> int:
        return len(self.read())

    @overload
    def __getitem__(self, index: int) -> Raw: ...
    @overload
    def __getitem__(self, index: slice) -> list[Raw]: ...
    def __getitem__(self, index: int | slice) -> Raw | list[Raw]:
        return self.read()[index]

    def __iter__(self) -> Iterator[Raw]:
        return iter(self.read())
