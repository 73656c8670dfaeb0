"""Validation options of fields, with FileMaker's codes."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

import re
from collections.abc import Mapping

from fmorm.server import refusals
from fmorm.server.records.author import Author
from fmorm.server.records.data import Data
from fmorm.server.records.sight import Sight
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import NO_VALIDATION, Field, Slot, Table, Validation
from fmorm.server.store.columns import RECORD_ID, key_column, table_name
from fmorm.server.value_lists import has_value, values_of
from fmorm.server.values.cells import Cell, Kind, keep
from fmorm.server.values.folding import fold
from fmorm.server.values.numbers import is_plain

_HOURS = 24
_LONG_YEAR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")


class Validating:
    """Checks records for one author."""

    def __init__(self, data: Data, author: Author, sight: Sight) -> None:
        self._data = data
        self._author = author
        self._sight = sight

    def check(self, table: Table, record_id: int, cells: Mapping[Slot, Cell]) -> None:
        """Refuse values that do not meet the validation options of their fields.

        Raises:
            Refusal: One does not.
        """
        for slot, cell in cells.items():
            if self._applies(slot.field.validation):
                code = self._fault(table, record_id, slot, cell)
                if code:
                    raise Refusal(code)

    def check_filled(self, table: Table, cells: Mapping[Slot, Cell]) -> None:
        """Refuse a new record in which a required field was left out.

        Raises:
            Refusal: One was.
        """
        for field in table.stored:
            options = field.validation
            if options.required and self._applies(options) and Slot(field) not in cells:
                raise Refusal(refusals.VALUE_REQUIRED)

    def _applies(self, options: Validation) -> bool:
        return options is not NO_VALIDATION and (self._author.validates or options.always)

    def _fault(self, table: Table, record_id: int, slot: Slot, cell: Cell) -> int | None:
        """Give the code of what is wrong with a value."""
        options = slot.field.validation
        if cell.value is None:
            code = refusals.VALUE_REQUIRED if options.required and slot.repetition == 1 else None
        else:
            code = self._own_fault(options, slot, cell) or self._fault_among(table, record_id, slot, cell)
        formula = self._data.rules.validations.get(slot.field)
        if code is None and formula is not None and not self._sight.is_true(formula, record_id):
            return refusals.CALCULATION_FALSE
        return code

    def _own_fault(self, options: Validation, slot: Slot, cell: Cell) -> int | None:
        """Look at the value alone."""
        text = cell.value or ""
        if options.numeric and not is_plain(text):
            return refusals.BAD_NUMBER
        if options.time_of_day and slot.field.kind is Kind.TIME and not _is_of_a_day(text):
            return refusals.BAD_TIME
        if options.max_length and len(text) > options.max_length:
            return refusals.TOO_LONG
        if options.range and not self._is_in_range(slot, cell):
            return refusals.OUT_OF_RANGE
        return None

    def _fault_among(self, table: Table, record_id: int, slot: Slot, cell: Cell) -> int | None:
        """Look at the value among others."""
        options = slot.field.validation
        if options.unique and self._is_elsewhere(table, record_id, slot, cell):
            return refusals.NOT_UNIQUE
        if options.existing and not self._is_elsewhere(table, record_id, slot, cell):
            return refusals.NOT_EXISTING
        if options.values and not self._is_listed(slot.field, cell):
            return refusals.NOT_LISTED
        return None

    def _is_listed(self, field: Field, cell: Cell) -> bool:
        """Tell whether each line of a value, as check boxes make them, is in the value list."""
        one, store = self._data.rules.value_lists[field], self._data.store
        if has_value(one, store, field.kind, cell.key):
            return True  # going through a whole table takes its time
        known = {fold(value) for value in values_of(one, store, self._data.relations)}
        return all(fold(line) in known for line in (cell.value or "").split("\r") if line)

    def _is_in_range(self, slot: Slot, cell: Cell) -> bool:
        form = self._author.form
        low, high = (keep(slot.field.kind, end, form).key for end in slot.field.validation.range or ())
        return bool(cell.key and low and high) and str(low) <= str(cell.key) <= str(high)

    def _is_elsewhere(self, table: Table, record_id: int, slot: Slot, cell: Cell) -> bool:
        same = f"{key_column(slot)} = ? AND {RECORD_ID} <> ?"
        sql = f"SELECT 1 FROM {table_name(table)} WHERE {same} LIMIT 1"
        return bool(self._data.store.rows(sql, [cell.key, record_id]))


def _is_of_a_day(text: str) -> bool:
    return not text.startswith("-") and int(text.partition(":")[0]) < _HOURS


def is_given_in_full(field: Field, text: str) -> bool:
    """Tell whether a date is written with a year of four digits, where the field wants that."""
    if not field.validation.four_digit_year or not text:
        return True
    return _LONG_YEAR.search(text) is not None
