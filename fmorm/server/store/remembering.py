"""Found sets that are remembered until data change, for all sessions together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Final, TypeAlias

Ids: TypeAlias = "Sequence[int]"
"""Record ids in order: an array, or a range where the records have no gaps."""

MOST: Final = 8_000_000
"""Ids that are remembered at most, at eight bytes each; a single larger found set is remembered all the same."""
SETS: Final = 500
"""Found sets that are remembered at most: what decides them takes room as well."""


class Remembered:
    """Record ids by whatever decides them, for one version of the data; the longest unused go first."""

    def __init__(self) -> None:
        self._version = 0
        self._count = 0
        self._kept: OrderedDict[Hashable, Ids] = OrderedDict()

    def get(self, version: int, question: Hashable, answer: Callable[[], Ids]) -> Ids:
        """Give the answer to a question, which is worked out when this version of the data was not asked it yet."""
        if version != self._version:
            self._version, self._count = version, 0
            self._kept.clear()
        found = self._kept.get(question)
        if found is None:
            found = answer()
            self._keep(question, found)
        self._kept.move_to_end(question)
        return found

    def _keep(self, question: Hashable, found: Ids) -> None:
        self._kept[question] = found
        self._count += _weight(found)
        while (self._count > MOST or len(self._kept) > SETS) and len(self._kept) > 1:
            self._count -= _weight(self._kept.popitem(last=False)[1])


def _weight(found: Ids) -> int:
    return 0 if isinstance(found, range) else len(found)
