"""Writing a record through a layout: its fields, related fields, portal rows and deletions of them.

All of it runs inside one transaction, in this order: the record's own fields, related fields, portal rows,
deletions. Relationships are looked at as they are at that moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fmorm.server import refusals
from fmorm.server.calls import Engine
from fmorm.server.exact import Json, as_array, as_object
from fmorm.server.records.access import Access
from fmorm.server.records.records import Records
from fmorm.server.records.validating import is_given_in_full
from fmorm.server.refusals import Refusal, malformed
from fmorm.server.schema.parts import Field, Layout, Path, Placed, Portal, Predicate, Slot, Table
from fmorm.server.store.containers import File
from fmorm.server.store.rows import cell_of, mod_id_of
from fmorm.server.values.cells import Cell, keep
from fmorm.server.values.moments import DateForm

Cells = dict[Slot, Cell]
Finder = Callable[[str], tuple[Placed, int | None] | None]
Numbered = dict[tuple[str, int], dict[str, object]]
"""Fields of related records, by occurrence and record id."""
_WITH_NUMBER = re.compile(r"(.+)::(.+)\.([0-9]{1,18})", re.DOTALL)
"""How FileMaker Server 17 and earlier wrote to related records; it is still taken."""
_LONGEST_ID = 18
"""Digits that are sure to fit SQLite's whole numbers."""


def record_number(text: object) -> int:
    """Read a record id; what is none can be no record's."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID:
        return int(text)
    raise Refusal(refusals.RECORD_MISSING)


def _array(given: object, name: str) -> list[object]:
    items = as_array(given)
    if items is None:
        raise malformed(name)
    return items


@dataclass(slots=True)
class Writer:
    """Writes for one request.

    Attributes:
        prohibits: Whether fields that prohibit modification are refused.
        globals: Values of global fields, for the session to take over when all has gone well.
        new_rows: What goes into `newPortalRecordInfo`: an entry for each field of each new row, as sent.
    """

    engine: Engine
    layout: Layout
    records: Records
    form: DateForm
    access: Access
    prohibits: bool = True
    new_rows: list[Json] = field(default_factory=list[Json])
    globals: dict[Slot, str | None] = field(default_factory=dict[Slot, str | None])

    def create(self, members: Mapping[str, object]) -> int:
        """Make a record with its own and related fields."""
        plain, numbered = self._numbered(members)
        by_path = self._cells(plain, self.layout.place)
        record_id = self._create(self.layout.occurrence.table, by_path.pop((), {}))
        self._write_related(record_id, by_path)
        self._write_numbered(record_id, numbered)
        return record_id

    def duplicate(self, record_id: int) -> int:
        """Copy the record without its related records."""
        table = self.layout.occurrence.table
        self.access.check_creation(table)
        self.access.check("view", table, record_id)
        return self.records.duplicate(table, record_id)

    def change(self, record_id: int, members: Mapping[str, object]) -> None:
        """Set own and related fields of a record."""
        plain, numbered = self._numbered(members)
        by_path = self._cells(plain, self.layout.place)
        own = by_path.pop((), {})
        self.access.check("view", self.layout.occurrence.table, record_id)
        self._check_free(self.layout.occurrence.table, record_id)  # a change of its rows locks it, too
        if own:
            self._change(self.layout.occurrence.table, record_id, own)
        self._write_related(record_id, by_path)
        self._write_numbered(record_id, numbered)

    def put(self, record_id: int, slot: Slot, file: File) -> None:
        """Put a file into a container of the record, or into a global one, which is the session's."""
        table = self.layout.occurrence.table
        self._check_modifiable(table, slot.field)
        if slot.field.is_global:
            self.globals[slot] = self.records.containers.keep(file).value
        else:
            self._check_free(table, record_id)
            self._change(table, record_id, {slot: self.records.containers.keep(file)})

    def write_portals(self, record_id: int, portals: Mapping[str, object]) -> None:
        """Edit the rows that have a record id and create the others."""
        for name, rows in portals.items():
            portal = self.layout.portal(name)
            if portal is None:
                raise Refusal(refusals.FIELD_MISSING)
            for row in _array(rows, "portalData"):
                self._write_row(record_id, portal, row)

    def delete_related(self, record_id: int, given: object) -> None:
        """Delete portal rows named like `Portal.7`, one or a list of them."""
        for name in [given] if isinstance(given, str) else _array(given, "deleteRelated"):
            if not isinstance(name, str):
                raise malformed("deleteRelated")
            portal_name, _, row_id = name.rpartition(".")
            portal = self.layout.portal(portal_name)
            if portal is None:
                raise Refusal(refusals.RECORD_MISSING)
            related = self._related(record_id, portal, row_id)
            if not portal.allow_delete:
                raise Refusal(refusals.RECORD_DENIED)  # a guess: what real servers do is not recorded
            self.delete(portal.occurrence.table, related)

    def delete(self, table: Table, record_id: int) -> None:
        """Delete a record and, where the relationships say so, what is related to it."""
        doomed = {(table, record_id): None}
        waiting = list(doomed)
        for one_table, one_id in waiting:
            for step in self.engine.relations.cascading(one_table):
                found = [
                    (step.target.table, related) for related in self.engine.relations.ids((step,), one_id)
                ]
                waiting += [one for one in found if one not in doomed]
                doomed |= dict.fromkeys(found)
        for one_table, one_id in doomed:
            self._check_free(one_table, one_id)
            self.access.check("delete", one_table, one_id)
        for one_table, one_id in doomed:
            self.records.delete(one_table, one_id)

    def mod_id(self, table: Table, record_id: int, expected: object = None) -> int:
        """Give a record's mod id.

        Raises:
            Refusal: There is no such record, or its mod id is not the expected one.
        """
        mod_id = mod_id_of(self.engine.store, table, record_id)
        if mod_id is None:
            raise Refusal(refusals.RECORD_MISSING)
        if expected is not None and expected != str(mod_id):
            raise Refusal(refusals.MOD_ID_MISMATCH)
        return mod_id

    def _check_free(self, table: Table, record_id: int) -> None:
        self.engine.host.check_record(table, record_id)

    def _cells(self, members: Mapping[str, object], find: Finder) -> dict[Path, Cells]:
        """Read values, by the path to the record that they belong to."""
        by_path: dict[Path, Cells] = {}
        for name, value in members.items():
            found = find(name)
            if found is None:
                raise Refusal(refusals.FIELD_MISSING)
            placed, repetition = found
            slot = Slot(placed.field, repetition or 1)
            cell = self._cell(placed, slot, value)
            if placed.field.is_global:
                self.globals[slot] = cell.value
            else:
                by_path.setdefault(placed.path, {})[slot] = cell
        return by_path

    def _cell(self, placed: Placed, slot: Slot, value: object) -> Cell:
        if not isinstance(value, str):
            raise malformed("fieldData")
        self._check_modifiable(placed.occurrence.table, slot.field)
        is_strict = self.records.author.validates or slot.field.validation.always
        if is_strict and not is_given_in_full(slot.field, value):
            raise Refusal(refusals.BAD_DATE)
        return keep(slot.field.kind, value, self.form)

    def _check_modifiable(self, table: Table, one: Field) -> None:
        if not one.is_entered or (self.prohibits and not one.modifiable):
            raise Refusal(refusals.FIELD_LOCKED)
        self.access.check_field(table, one)

    def _create(self, table: Table, cells: Cells) -> int:
        self.access.check_creation(table)
        return self.records.create(table, cells)

    def _change(self, table: Table, record_id: int, cells: Cells) -> None:
        self.access.check("edit", table, record_id)
        self.records.change(table, record_id, cells)

    def _numbered(self, members: Mapping[str, object]) -> tuple[dict[str, object], Numbered]:
        """Part related fields that say of which record, as in `Occurrence::Field.7`, from the other members."""
        plain: dict[str, object] = {}
        numbered: Numbered = {}
        for name, value in members.items():
            found = _WITH_NUMBER.fullmatch(name)
            if found and self.layout.place(name) is None:
                numbered.setdefault((found[1], int(found[3])), {})[f"{found[1]}::{found[2]}"] = value
            else:
                plain[name] = value
        return plain, numbered

    def _write_numbered(self, record_id: int, numbered: Numbered) -> None:
        """Write related records by their record ids; 0 makes a new one."""
        for (_, related), members in numbered.items():
            for path, cells in self._cells(members, self.layout.place).items():
                if not path:
                    raise Refusal(refusals.FIELD_MISSING)
                if not related:
                    self._create_related(record_id, path, cells)
                elif not self.engine.relations.is_related(path, record_id, related):
                    raise Refusal(refusals.RECORD_MISSING)
                else:
                    self._check_free(path[-1].target.table, related)
                    self._change(path[-1].target.table, related, cells)

    def _write_related(self, record_id: int, by_path: Mapping[Path, Cells]) -> dict[Path, int]:
        """Set fields of first related records, creating those that are not there; give their ids."""
        written: dict[Path, int] = {}
        for path, cells in by_path.items():
            related = self.engine.relations.first(path, record_id)
            if related is None:
                written[path] = self._create_related(record_id, path, cells)
            else:
                self._check_free(path[-1].target.table, related)
                self._change(path[-1].target.table, related, cells)
                written[path] = related
        return written

    def _create_related(self, record_id: int, path: Path, cells: Cells) -> int:
        """Make a related record; its match fields take the values that relate it."""
        step = path[-1]
        owner = self.engine.relations.first(path[:-1], record_id)
        if owner is None or not step.allow_creation:
            raise Refusal(refusals.RECORD_MISSING)
        equal = [predicate for predicate in step.predicates if predicate.operator == "="]
        if not all(one.right.is_entered for one in equal):
            raise Refusal(
                refusals.FIELD_LOCKED
            )  # nothing can be entered that would relate it; the code is a guess
        match = {Slot(one.right): self._matching(step.source.table, owner, one) for one in equal}
        if any(cell.value is None for cell in match.values()):
            raise Refusal(refusals.RECORD_MISSING)  # an empty match field relates to nothing
        return self._create(step.target.table, {**match, **cells})

    def _matching(self, table: Table, record_id: int, predicate: Predicate) -> Cell:
        """Give what a match field on the right must hold to relate to a record on the left."""
        cell = cell_of(self.engine.store, table, record_id, Slot(predicate.left))
        if predicate.left.kind == predicate.right.kind:
            return cell
        return keep(predicate.right.kind, cell.value or "", self.form)

    def _write_row(self, record_id: int, portal: Portal, given: object) -> None:
        row = as_object(given)
        if row is None:
            raise malformed("portalData")
        members = {name: value for name, value in row.items() if name not in ("recordId", "modId")}
        found = {name: portal.place(name) for name in members}
        by_path = self._cells(members, found.__getitem__)
        own = by_path.pop((), {})
        if "recordId" in row:
            related = self._related(record_id, portal, row["recordId"])
            self.mod_id(portal.occurrence.table, related, row.get("modId"))
            if own:
                self._check_free(portal.occurrence.table, related)
                self._change(portal.occurrence.table, related, own)
            self._write_related(related, by_path)
        else:
            related = self._create_related(record_id, portal.path, own)
            written = {(): related, **self._write_related(related, by_path)}
            self._note_new_row([one[0] for one in found.values() if one], written)

    def _note_new_row(self, sent: Sequence[Placed], written: Mapping[Path, int]) -> None:
        for placed in sent:
            record_id = written[placed.path]
            mod_id = self.mod_id(placed.occurrence.table, record_id)
            info = {"tableName": placed.occurrence.name, "recordId": str(record_id), "modId": str(mod_id)}
            self.new_rows.append(info)

    def _related(self, record_id: int, portal: Portal, row_id: object) -> int:
        """Give a row's record id, if it is a row of this portal for this record."""
        related = record_number(row_id)
        filtered = self.engine.data.rules.filters.get(portal)
        is_row = self.engine.relations.is_related(portal.path, record_id, related)
        if not is_row or (filtered is not None and not self.records.sight.is_true(filtered, related)):
            raise Refusal(refusals.RECORD_MISSING)
        return related
