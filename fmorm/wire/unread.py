"""Rows of a portal that stay bytes until somebody looks at them.

Most of a page is portals, and most are never looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, TypeAlias, overload

from typing_extensions import Buffer

from fmorm.wire.shaped import Raw, Shaped

ReadRows: TypeAlias = Callable[[bytes], list[Raw]]
"""Reads the rows of a portal; raises ProtocolError."""


class UnreadRows(Sequence[Raw]):
    """The raw rows of a portal. Nothing is kept of what is read, were it their number: whoever asks keeps it."""

    __slots__ = ("_piece", "_read")

    def __init__(self, piece: Buffer, read: ReadRows) -> None:
        """Be the rows of a piece of JSON, of which it takes a copy: a part of a page would keep the whole page."""
        self._piece = bytes(piece)
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


class UnreadPortals(Shaped):
    """The portals of a record.

    Attributes:
        readers: What reads the rows of each.
    """

    __slots__ = ()

    readers: ClassVar[Mapping[str, ReadRows]]

    def __getitem__(self, key: str) -> UnreadRows:
        return UnreadRows(super().__getitem__(key), self.readers[key])
