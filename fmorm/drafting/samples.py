"""Sample rows out of records that a server has sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from fmorm.drafting.cells import cell
from fmorm.drafting.hints import Pair, match_fields, same_table
from fmorm.drafting.loosening import loosen
from fmorm.drafting.replies import Metadata, Raw
from fmorm.drafting.sketch import Link, Placing, Sketch, SketchedField, SketchedTable

_MANY: Final = (
    "TODO: some of them were in the portals of several records: a row is in the portal of one here."
)


def add_samples(sketch: Sketch, metadata: Metadata) -> None:
    """Add the records of all layouts: those of one table are put together by their record ids."""
    samples = _Samples(sketch)
    for layout, reply in metadata.records.items():
        if layout in sketch.layouts:
            samples.add_layout(layout, reply.get("data", ()))
    samples.add_far()
    for table, rows in samples.in_order():
        loosen(sketch.tables[table], rows)
        sketch.rows[table] = rows
    samples.note_same_tables()
    for link in sketch.links:
        link.hint = match_fields(link, samples.pairs.get((link.left, link.right), ()))


class _Row:
    """A sample row, and where it was seen."""

    def __init__(self, table: SketchedTable, number: tuple[int, str]) -> None:
        self.number = number
        self.cells: dict[str, object] = {}
        if table.key is not None:
            self.cells[table.key.name] = f"{table.name}-{number[1] or number[0]}"


class _Samples:
    """Rows by table and record id.

    Attributes:
        pairs: Which rows were seen as related, by relationship.
    """

    def __init__(self, sketch: Sketch) -> None:
        self._sketch = sketch
        self._rows: dict[str, dict[tuple[int, str], _Row]] = {}
        self._related: set[tuple[str, str, object]] = set()
        self._far: list[tuple[_Row, str, str, dict[str, object]]] = []
        self.pairs: dict[tuple[str, str], list[Pair]] = {}

    def add_layout(self, name: str, records: Iterable[Raw]) -> None:
        """Add the records of a layout with the rows of its portals."""
        layout = self._sketch.layouts[name]
        home = layout.occurrence
        for record in records:
            row = self._row(home, record["recordId"])
            self._fill(row, home, _values(home, layout.fields, record["fieldData"], portal=False))
            for portal, rows in record.get("portalData", {}).items():
                if portal in layout.portals:
                    shown = layout.portals[portal]
                    self._add_portal(row, home, shown.occurrence, shown.fields, rows)

    def _add_portal(
        self, parent: _Row, home: str, occurrence: str, fields: list[Placing], rows: Iterable[Raw]
    ) -> None:
        for raw in rows:
            row = self._row(occurrence, raw["recordId"])
            self._fill(row, occurrence, _values(occurrence, fields, raw, portal=True))
            self._relate(parent, home, row, occurrence)

    def _row(self, occurrence: str, record_id: str) -> _Row:
        table = self._sketch.table(occurrence)
        number = (int(record_id), "")
        return self._rows.setdefault(table.name, {}).setdefault(number, _Row(table, number))

    def _fill(
        self, row: _Row, home: str, values: Mapping[str, list[tuple[SketchedField, int, object]]]
    ) -> None:
        for occurrence, cells in values.items():
            filled: dict[str, object] = row.cells if occurrence == home else {}
            for one, repetition, value in cells:
                _put(filled, one, repetition, value)
            if occurrence != home and filled:
                self._far.append((row, home, occurrence, filled))

    # -- related rows --------------------------------------------------------------------------------------

    def _relate(self, near: _Row, home: str, far: _Row, occurrence: str) -> None:
        link, parent, child = self._link(near, home, far, occurrence)
        if link is None:
            return
        key = parent.cells[link.key]
        self._related.add((link.left, link.right, key))
        if child.cells.setdefault(link.foreign, key) != key:
            table = self._sketch.table(link.right)
            self._sketch.notes[("rows", table.name)] = [_MANY]
        self.pairs.setdefault((link.left, link.right), []).append((parent.cells, child.cells))

    def _link(self, near: _Row, home: str, far: _Row, occurrence: str) -> tuple[Link | None, _Row, _Row]:
        """Find the relationship between two rows, and tell which of them is on its left."""
        for link in self._sketch.links:
            if (link.left, link.right) == (home, occurrence):
                return link, near, far
            if (link.left, link.right) == (occurrence, home):
                return link, far, near
        return None, near, far

    def add_far(self) -> None:
        """Add what was seen of related records without their record ids, unless it is known from elsewhere."""
        for near, home, occurrence, values in self._far:
            table = self._sketch.table(occurrence)
            number = (0, f"{occurrence} of {home} {near.number[0]}")
            rows = self._rows.setdefault(table.name, {})
            if number in rows:
                rows[number].cells.update(values)
                continue
            made = _Row(table, number)
            link, parent, child = self._link(near, home, made, occurrence)
            if link is None or self._has_related(link, near, parent is near):
                continue
            made.cells.update(values)
            child.cells[link.foreign] = parent.cells[link.key]
            self._related.add((link.left, link.right, parent.cells[link.key]))
            rows[number] = made

    def _has_related(self, link: Link, near: _Row, is_parent: bool) -> bool:
        if not is_parent:
            return link.foreign in near.cells
        return (link.left, link.right, near.cells[link.key]) in self._related

    def note_same_tables(self) -> None:
        """Say which tables may be one, as far as records tell."""
        known: list[tuple[str, dict[int, dict[str, object]]]] = []
        for name, rows in self._rows.items():
            mine = {row.number[0]: row.cells for row in rows.values() if row.number[0]}
            same = next((other for other, others in known if same_table(mine, others)), None)
            if same is not None:
                self._sketch.tables[name].notes.append(
                    f"TODO: perhaps the same base table as {same!r}, for their records agree; see --table."
                )
            known.append((name, mine))

    def in_order(self) -> Iterator[tuple[str, list[dict[str, object]]]]:
        """Give the rows of each table, by record id, their fields in the order of the table."""
        for table in self._sketch.tables.values():
            rows = sorted(
                self._rows.get(table.name, {}).values(), key=lambda row: (not row.number[0], row.number[0])
            )
            if rows:
                names = [one.name for one in table.fields.values()]
                yield table.name, [_ordered(row.cells, names) for row in rows]


def _ordered(cells: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    return {name: cells[name] for name in names if name in cells}


def _values(
    home: str, placings: Iterable[Placing], raw: Raw, *, portal: bool
) -> dict[str, list[tuple[SketchedField, int, object]]]:
    """Give the cells of a record that hold something, by the occurrence that they belong to."""
    found: dict[str, list[tuple[SketchedField, int, object]]] = {}
    for placing in placings:
        owner = placing.name.rpartition("::")[0] or home
        prefix = f"{home}::" if portal and owner == home else ""
        for label, repetition in _labels(placing):
            value = None if placing.target is None else cell(placing.target, raw.get(prefix + label, ""))
            if placing.target is not None and value is not None:
                found.setdefault(owner, []).append((placing.target, repetition, value))
    return found


def _labels(placing: Placing) -> list[tuple[str, int]]:
    first, last = placing.shown
    if first == last:
        return [(placing.name, first)]
    return [(f"{placing.name}({number})", number) for number in range(first, last + 1)]


def _put(cells: dict[str, Any], one: SketchedField, repetition: int, value: object) -> None:
    if one.repetitions == 1:
        cells[one.name] = value
        return
    values = cells.setdefault(one.name, [])
    values.extend([""] * (repetition - len(values)))
    values[repetition - 1] = value
