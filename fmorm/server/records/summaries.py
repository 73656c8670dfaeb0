"""Summary fields: what they tell of a set of records."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext

from fmorm.server.records.data import Data
from fmorm.server.records.sight import Sight
from fmorm.server.records.values import seen
from fmorm.server.schema.parts import Field, Slot, Table
from fmorm.server.store.columns import RECORD_ID, key_column, table_name, value_column
from fmorm.server.values.cells import EMPTY, Cell
from fmorm.server.values.numbers import number_in

_TOGETHER = 500
"""Records that are read by one statement."""
_DIGITS = 400
"""Sums are exact as far as FileMaker's numbers go."""
_MEAN_DIGITS = 16
"""FileMaker divides to this many."""


class Summaries:
    """Summarises fields for one author."""

    def __init__(self, data: Data, sight: Sight) -> None:
        self._data = data
        self._sight = sight

    def cell(self, table: Table, summary: Field, ids: Sequence[int]) -> Cell:
        """Give what a summary field holds for a set of records; of nothing there is no summary."""
        if summary.summary is None:
            return EMPTY
        field = table.fields[summary.summary.field.casefold()]
        cells = [cell for cell in self._cells(table, field, ids) if cell.value is not None]
        match summary.summary.function:
            case "count":
                return self._sight.kept(summary, Decimal(len(cells)))
            case "list":
                return self._sight.kept(summary, "\r".join(cell.value or "" for cell in cells))
            case "minimum" | "maximum" as function:
                return self._extreme(summary, field, cells, is_least=function == "minimum")
            case function:
                return self._sight.kept(summary, _computed(cells, is_mean=function == "average"))

    def _extreme(self, summary: Field, field: Field, cells: list[Cell], *, is_least: bool) -> Cell:
        known = [cell for cell in cells if cell.key is not None]
        if not known:
            return EMPTY
        found = (min if is_least else max)(known, key=lambda cell: cell.key or "")
        return self._sight.kept(summary, seen(field.kind, found.value))

    def _cells(self, table: Table, field: Field, ids: Sequence[int]) -> Iterator[Cell]:
        """Read every repetition of a field in the records, in their order."""
        if field.unstored:
            yield from (self._sight.cell(slot, one) for one in ids for slot in field.slots)
            return
        for start in range(0, len(ids), _TOGETHER):
            part = list(ids[start : start + _TOGETHER])
            for slot in field.slots:
                yield from self._read(table, slot, part)

    def _read(self, table: Table, slot: Slot, ids: list[int]) -> Iterator[Cell]:
        marks = ", ".join("?" * len(ids))
        columns = f"{RECORD_ID}, {value_column(slot)}, {key_column(slot)}"
        sql = f"SELECT {columns} FROM {table_name(table)} WHERE {RECORD_ID} IN ({marks})"
        found = {row[0]: Cell(_text(row[1]), _text(row[2])) for row in self._data.store.rows(sql, ids)}
        return (found[one] for one in ids if one in found)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _computed(cells: list[Cell], *, is_mean: bool) -> Decimal | None:
    """Give the sum or the mean of the numbers in cells; what holds no number does not count."""
    numbers = [number for number in (number_in(cell.value or "") for cell in cells) if number is not None]
    if not numbers:
        return None
    with localcontext(prec=_DIGITS):
        total = sum(numbers, Decimal(0))
    if not is_mean:
        return total
    with localcontext(prec=_MEAN_DIGITS):
        return total / len(numbers)
