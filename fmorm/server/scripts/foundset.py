"""The found set of a script: records in an order, and what finds, omits and sorts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Self, overload

from fmorm.server import refusals
from fmorm.server.finds.arranging import EVERYTHING
from fmorm.server.finds.requests import read_requests
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Occurrence, SortKey
from fmorm.server.scripts.record import Record
from fmorm.server.scripts.texts import Value, as_text
from fmorm.server.searching import Searching

if TYPE_CHECKING:
    from fmorm.server.scripts.window import Window


class FoundSet(Sequence[Record]):
    """The records that are found, in their order.

    Whoever goes through it goes through the records that were found when that began, and may delete them meanwhile.
    """

    def __init__(self, window: Window, occurrence: Occurrence) -> None:
        self._window = window
        self._occurrence = occurrence

    def __repr__(self) -> str:
        return f"<{len(self)} records of {self._occurrence.name}>"

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Record]:
        return map(self._record, list(self._ids))

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...

    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        if isinstance(index, slice):
            return [self._record(one) for one in self._ids[index]]
        return self._record(self._ids[index])

    def find(self, *requests: Mapping[str, Value]) -> Self:
        """Find records, as the Data API's `_find` does; they come in the order of their creation.

        Args:
            *requests: The find requests: criteria by field, and `omit`, true in a request that omits.

        Returns:
            This found set.

        Raises:
            ScriptError: It is refused: 401 nothing is found, and the found set is empty then; 400 nothing is asked ...
        """
        query = [{name: _criterion(name, value) for name, value in one.items()} for one in requests]
        window, table = self._window, self._occurrence.table
        with window.step():
            searching = Searching(window.call)
            asked = read_requests(query, window.reach(self._occurrence), window.form, searching.visible)
            ids = searching.find(table, asked, [], EVERYTHING).ids
            window.found[self._occurrence] = ids
            if not ids:
                raise Refusal(refusals.NOTHING_FOUND)
        return self

    def show_all(self) -> Self:
        """Find all records, in the order of their creation.

        Returns:
            This found set.
        """
        with self._window.step():
            self._window.found.pop(self._occurrence, None)
        return self

    def omit(self, *records: Record) -> Self:
        """Take records out of the found set; they are not deleted.

        Args:
            *records: The records; those that are not found do not matter.

        Returns:
            This found set.
        """
        omitted = {one.id for one in records}
        kept = [one for one in self._ids if one not in omitted]
        with self._window.step():
            self._window.found[self._occurrence] = kept
        return self

    def sort(self, *fields: str) -> Self:
        """Sort the records; those that are equal stay in the order of their creation.

        Args:
            *fields: The fields to sort by; a `-` before one sorts it downwards. None: the order of creation.

        Returns:
            This found set.

        Raises:
            ScriptError: It is refused: 102 there is no such field ...
        """
        window, ids = self._window, self._ids
        with window.step():
            reach = window.reach(self._occurrence)
            keys = [SortKey(reach.field(one.removeprefix("-"))[0], one.startswith("-")) for one in fields]
            window.found[self._occurrence] = Searching(window.call).arrange(self._occurrence.table, ids, keys)
        return self

    @property
    def _ids(self) -> list[int]:
        return self._window.ids(self._occurrence)

    def _record(self, record_id: int) -> Record:
        return Record(self._window, self._occurrence, record_id)


def _criterion(name: str, value: Value) -> object:
    return value if name == "omit" and isinstance(value, bool) else as_text(value)
