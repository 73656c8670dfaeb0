"""Values that come from others: lookups, auto-enter calculations, and the kept results of calculated fields."""

from __future__ import annotations

from collections.abc import Iterator

from fmorm.server.records.data import Data
from fmorm.server.records.sight import Sight
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Calculated, Field, Slot, Table
from fmorm.server.schema.rules import Calculation, Lookup
from fmorm.server.store.rows import cell_of, set_cells
from fmorm.server.values.cells import EMPTY, Cell, keep
from fmorm.server.values.moments import DateForm


class Deriving:
    """Derives values in a record whose own values stand in the data file already."""

    def __init__(self, data: Data, sight: Sight, form: DateForm) -> None:
        self._data = data
        self._sight = sight
        self._form = form

    def enter(self, table: Table, record_id: int, given: set[Field], *, is_new: bool) -> dict[Slot, Cell]:
        """Enter what is looked up and calculated because of the fields that were set, each at most once."""
        derived = self._data.derived[table]
        fields = (*derived.looked_up, *derived.entered)
        waiting: list[Field] = [one for one in fields if one not in given or self._corrects(one)]
        entered: dict[Slot, Cell] = {}
        changed = given
        while waiting and (changed or is_new):
            due: list[Field] = [
                one for one in waiting if is_new or not changed.isdisjoint(self._triggers(one))
            ]
            waiting = [one for one in waiting if one not in due]
            found = dict(self._found(table, record_id, due))
            changed, is_new = {slot.field for slot in found}, False
            entered |= found
        return entered

    def calculate(self, table: Table, record_id: int) -> None:
        """Keep the results of the calculated fields."""
        calculated = self._data.derived[table].calculated
        if calculated:
            slots = [slot for one in calculated for slot in one.slots]
            with self._sight.changing(table, record_id):
                cells = {slot: self._sight.cell(slot, record_id) for slot in slots}
            set_cells(self._data.store, table, record_id, cells)

    def _found(self, table: Table, record_id: int, due: list[Field]) -> Iterator[tuple[Slot, Cell]]:
        for one in due:
            cell = self._entry(table, one, record_id)
            if cell is not None:
                set_cells(self._data.store, table, record_id, {Slot(one): cell})
                self._sight.forget()
                yield Slot(one), cell

    def _corrects(self, one: Field) -> bool:
        """Tell whether a formula is about what was entered in its own field."""
        replaces = isinstance(one.auto_enter, Calculated) and one.auto_enter.replaces
        return replaces and one in self._triggers(one)

    def _entry(self, table: Table, one: Field, record_id: int) -> Cell | None:
        """Give what is to be entered, None for nothing."""
        if one in self._data.rules.lookups:
            return self._looked_up(self._data.rules.lookups[one], one, record_id)
        replaces = isinstance(one.auto_enter, Calculated) and one.auto_enter.replaces
        if not replaces and cell_of(self._data.store, table, record_id, Slot(one)).value is not None:
            return None
        with self._sight.changing(table, record_id):
            return self._sight.entry(one, record_id)

    def _looked_up(self, lookup: Lookup, one: Field, record_id: int) -> Cell | None:
        """Copy from the first related record; an empty value there is not copied."""
        related = self._data.relations.first(lookup.path, record_id)
        if related is None:
            return None if lookup.otherwise is None else keep(one.kind, lookup.otherwise, self._form)
        source = lookup.source
        if source.field.calculation is not None:
            cell = self._sight.cell(Slot(source.field), related)
        elif source.field not in source.occurrence.table.stored:
            cell = self._sight.kept(source.field, self._sight.one(source, record_id, 1))
        else:
            cell = cell_of(self._data.store, source.occurrence.table, related, Slot(source.field))
        if cell == EMPTY:
            return None
        return cell if source.field.kind == one.kind else self._converted(one, cell)

    def _converted(self, one: Field, cell: Cell) -> Cell | None:
        try:
            return keep(one.kind, cell.value or "", self._form)
        except Refusal:
            return None

    def _triggers(self, one: Field) -> set[Field]:
        """Give the fields of the record that make another one be entered anew."""
        if one in self._data.rules.lookups:
            return set(self._data.rules.lookups[one].triggers)
        found: set[Field] = set()
        waiting = [self._data.rules.entries[one]]
        for calculation in waiting:
            new = set(_own_fields(calculation)) - found
            found |= new
            waiting += [self._data.rules.calculations[each] for each in new if each.calculation is not None]
        return found


def _own_fields(calculation: Calculation) -> Iterator[Field]:
    for placed in calculation.places.values():
        if placed.path:
            yield from (predicate.left for predicate in placed.path[0].predicates)
        else:
            yield placed.field
