"""Which records a reader has had already, in little memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

BLOCK: Final = 1024
"""Ids that share a block, one bit each. A table numbers its records one after the other, so that blocks are full and an
id takes a bit or two; where only each hundredth record is read, it takes some thirty bytes."""


class SeenIds:
    """A set of record ids that stays small for a million of them."""

    def __init__(self) -> None:
        self._blocks: dict[int, int] = {}

    def add(self, ids: Iterable[str]) -> list[bool]:
        """Add ids, one after the other.

        Args:
            ids: Record ids, as the wire has them.

        Returns:
            For each whether it was new.
        """
        numbers = list(map(int, ids))
        if numbers and self._add_run(numbers):
            return [True] * len(numbers)
        return [self._add(number) for number in numbers]

    def _add(self, number: int) -> bool:
        block, place = divmod(number, BLOCK)
        held, bit = self._blocks.get(block, 0), 1 << place
        self._blocks[block] = held | bit
        return not held & bit

    def _add_run(self, numbers: list[int]) -> bool:
        """Add ids at once that are all those from one to another, as they mostly are, unless one was there before."""
        first, last = min(numbers), max(numbers)
        if last - first + 1 != len(numbers) or len({*numbers}) != len(numbers):
            return False
        added: dict[int, int] = {}
        for block in range(first // BLOCK, last // BLOCK + 1):
            start, end = max(first - block * BLOCK, 0), min(last - block * BLOCK + 1, BLOCK)
            bits, held = (1 << end) - (1 << start), self._blocks.get(block, 0)
            if held & bits:
                return False
            added[block] = held | bits
        self._blocks.update(added)
        return True
