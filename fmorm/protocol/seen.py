"""Which records a reader has had already, in little memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

DIGITS: Final = 3
"""Ids that agree but for so many last digits share a block. A table numbers its records one after the other, so that
blocks are full and an id takes a bit or two; where only each hundredth record is read, it takes some thirty bytes."""


class SeenIds:
    """A set of record ids that stays small for a million of them."""

    def __init__(self) -> None:
        self._blocks: dict[str, int] = {}

    def add(self, ids: Iterable[str]) -> list[bool]:
        """Add ids, one after the other.

        Args:
            ids: Record ids, as the wire has them.

        Returns:
            For each whether it was new.
        """
        blocks, new = self._blocks, list[bool]()
        for one in ids:
            block, bit = one[:-DIGITS], 1 << int(one[-DIGITS:])
            held = blocks.get(block, 0)
            new.append(not held & bit)
            blocks[block] = held | bit
        return new
