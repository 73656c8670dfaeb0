"""Records of base tables: made, changed, duplicated, deleted, with what FileMaker does by itself."""

from __future__ import annotations

from collections.abc import Mapping

from fmorm.server.records.author import Author
from fmorm.server.records.data import Data
from fmorm.server.records.deriving import Deriving
from fmorm.server.records.entering import Entries
from fmorm.server.records.sight import Sight
from fmorm.server.records.validating import Validating
from fmorm.server.schema.parts import Field, Serial, Stamp, Table
from fmorm.server.store.containers import Containers
from fmorm.server.store.files import SqlValue
from fmorm.server.store.rows import Cells, cells_of, insert, remove, set_cells
from fmorm.server.values.cells import Kind


class Records:
    """The verbs on records, for one author; run them inside a transaction.

    Attributes:
        author: Who works with the records.
        containers: The files in container fields.
        sight: What formulas see.
    """

    def __init__(self, data: Data, author: Author) -> None:
        self.author = author
        self.containers: Containers = data.containers
        self.sight = Sight(data, author)
        self._data = data
        self._written: set[tuple[Table, int]] = set()
        self._entries = Entries(data.store, author)
        self._validating = Validating(data, author, self.sight)

    def create(self, table: Table, given: Cells, ids: Mapping[str, SqlValue] | None = None) -> int:
        """Make a record and give its id; its ids may be given, by column."""
        cells = {**self._entries.at_creation(table, set(given)), **given}
        record_id = insert(self._data.store, table, cells, ids)
        self._written.add((table, record_id))
        cells |= self._derive(table, record_id, cells, is_new=True)
        self._validating.check(table, record_id, cells)
        self._validating.check_filled(table, cells)
        return record_id

    def change(self, table: Table, record_id: int, given: Cells) -> None:
        """Set values of a record; its mod id rises by one, and that once for all that is committed together."""
        cells = {**self._entries.at_change(table, set(given)), **given}
        self.containers.remove(table, record_id, given)
        commits = (table, record_id) not in self._written
        self._written.add((table, record_id))
        set_cells(self._data.store, table, record_id, cells, commits=commits)
        derived = self._derive(table, record_id, cells, is_new=False)
        self._validating.check(table, record_id, {**given, **derived})

    def duplicate(self, table: Table, record_id: int) -> int:
        """Copy a record; what FileMaker enters at creation is entered anew."""
        slots = [slot for field in table.stored if not _is_fresh(field) for slot in field.slots]
        cells = cells_of(self._data.store, table, record_id, slots)
        files = [slot for slot in slots if slot.field.kind is Kind.CONTAINER]
        cells |= {slot: self.containers.copy(cells[slot]) for slot in files}
        cells |= self._entries.at_creation(table, set(cells))
        new_id = insert(self._data.store, table, cells)
        self._derive(table, new_id, cells, is_new=True)
        filled = {slot: cell for slot, cell in cells.items() if cell.value is not None}
        self._validating.check(table, new_id, filled)
        self._validating.check_filled(table, filled)
        return new_id

    def delete(self, table: Table, record_id: int) -> None:
        """Remove a record and its files; its id is never used again."""
        self.containers.remove(table, record_id, [slot for field in table.stored for slot in field.slots])
        remove(self._data.store, table, record_id)

    def _derive(self, table: Table, record_id: int, cells: Cells, *, is_new: bool) -> Cells:
        """Enter and calculate what follows from values that were set."""
        self.sight.forget()
        if not self._data.derived[table]:
            return {}
        deriving = Deriving(self._data, self.sight, self.author.form)
        entered = deriving.enter(table, record_id, {slot.field for slot in cells}, is_new=is_new)
        deriving.calculate(table, record_id)
        return entered


def _is_fresh(field: Field) -> bool:
    return not field.is_entered or isinstance(field.auto_enter, Stamp | Serial)
