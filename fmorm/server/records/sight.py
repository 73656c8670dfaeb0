"""What formulas see: the fields of a record and of those related to it, the session, the clock."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

import logging
import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from fmorm.server.calculations.kinds import Time, Value
from fmorm.server.calculations.scope import Reference
from fmorm.server.calculations.values import written
from fmorm.server.records.author import Author
from fmorm.server.records.data import Data
from fmorm.server.records.values import BROKEN, as_value, given, seen
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Calculated, Field, Placed, Slot, Table
from fmorm.server.schema.rules import Calculation
from fmorm.server.store.columns import MOD_ID, RECORD_ID, table_name, value_column
from fmorm.server.values.cells import EMPTY, Cell, keep

logger = logging.getLogger("fmorm.server")
_DEEPEST = 50
"""Calculations that need each other over relationships; FileMaker gives up as well."""


class Sight:
    """Evaluates formulas for one author, record by record."""

    def __init__(self, data: Data, author: Author) -> None:
        self._data = data
        self._author = author
        self._last: tuple[Table, int] | None = None
        self._row: Mapping[Slot, str | None] = {}
        self._changing: tuple[Table, int] | None = None
        self._results: dict[tuple[Field, int, int], Value] = {}
        self._depth = 0

    def cell(self, slot: Slot, record_id: int) -> Cell:
        """Give what a calculated field holds for a record."""
        with self._deeper():
            return self.kept(slot.field, self._result(slot.field, record_id, slot.repetition))

    def entry(self, field: Field, record_id: int) -> Cell:
        """Give what a formula enters in a field."""
        calculation = self._data.rules.entries[field]
        always = isinstance(field.auto_enter, Calculated) and field.auto_enter.even_if_empty
        with self._deeper():
            if not always and self._has_nothing(calculation, record_id):
                return EMPTY
            return self.kept(field, self._value(calculation, record_id))

    def is_true(self, calculation: Calculation, record_id: int) -> bool:
        """Tell whether a formula holds for a record."""
        with self._deeper():
            return calculation.formula.is_true(_Record(self, self._author, calculation, record_id))

    def forget(self) -> None:
        """Read the next record anew: it has been changed."""
        self._last = None

    @contextmanager
    def changing(self, table: Table, record_id: int) -> Generator[None]:
        """Take the kept results of a record for what they were before its change, and read it anew."""
        self._changing = table, record_id
        self.forget()
        try:
            yield
        finally:
            self._changing = None
            self.forget()

    @contextmanager
    def _deeper(self) -> Generator[None]:
        """Evaluate something; results are worked out once for all formulas that need each other."""
        if not self._depth:
            self._results.clear()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def _result(self, field: Field, record_id: int, repetition: int = 1) -> Value:
        """Work out a result once for all formulas that need it; one that needs itself is broken."""
        key = field, record_id, repetition
        if key not in self._results:
            self._results[key] = BROKEN
            self._results[key] = self._worked_out(field, record_id, repetition)
        return self._results[key]

    def _worked_out(self, field: Field, record_id: int, repetition: int) -> Value:
        if self._depth >= _DEEPEST:
            return BROKEN
        calculation = self._data.rules.calculations[field]
        with self._deeper():
            if not field.even_if_empty and self._has_nothing(calculation, record_id):
                return None
            return self._value(calculation, record_id, repetition)

    def _has_nothing(self, calculation: Calculation, record_id: int) -> bool:
        """Tell whether a formula names fields, and all of them are empty: by default it is not evaluated then."""
        return bool(calculation.places) and not any(
            value is not None and value != ""
            for reference, placed in calculation.places.items()
            for value in self.all(placed, record_id, reference.repetition)
        )

    def _value(self, calculation: Calculation, record_id: int, repetition: int = 1) -> Value:
        """Evaluate a formula for a record, for one of the repetitions of the field that it belongs to."""
        return calculation.formula.evaluate(_Record(self, self._author, calculation, record_id, repetition))

    def kept(self, field: Field, value: Value) -> Cell:
        """Turn a result into a value of a field."""
        text = written(value, field.kind)
        try:
            return keep(field.kind, text, self._author.form)
        except Refusal:
            return Cell(BROKEN, BROKEN if field.kind.sorts_as_kept else None)

    def all(self, placed: Placed, record_id: int, repetition: int | None) -> list[Value]:
        """Give the values of a field in all related records or, in the record itself, of all repetitions."""
        if placed.field.is_global or not placed.path:
            numbers = [repetition] if repetition else range(1, placed.field.repetitions + 1)
            return [self.one(placed, record_id, number) for number in numbers]
        ids = self._data.relations.ids(placed.path, record_id)
        return [self._of(placed, related, repetition or 1) for related in ids]

    def one(self, placed: Placed, record_id: int, repetition: int) -> Value:
        """Give the value of a field in the record or the first related one."""
        if not 1 <= repetition <= placed.field.repetitions:
            return None
        if placed.field.is_global:
            return self._global(placed.field, repetition)
        related = self._data.relations.first(placed.path, record_id)
        return None if related is None else self._of(placed, related, repetition)

    def call(self, name: str, arguments: Sequence[Value]) -> Value:
        """Call a custom function; where it fails the result is broken."""
        function = self._data.functions.get(name.casefold())
        if function is None:
            return BROKEN
        try:
            return as_value(function(*map(given, arguments)))
        except Exception:
            logger.exception("custom function %r failed", name)
            return BROKEN

    def mod_id(self, table: Table, record_id: int) -> int:
        """Give the mod id of a record."""
        sql = f"SELECT {MOD_ID} FROM {table_name(table)} WHERE {RECORD_ID} = ?"
        return self._data.store.ids(sql, [record_id])[0]

    def _global(self, field: Field, repetition: int) -> Value:
        if field.calculation is not None:
            return self._result(field, 0, repetition)
        held = self._author.globals.get(Slot(field, repetition), field.initial or None)
        return seen(field.kind, held)

    def _of(self, placed: Placed, record_id: int, repetition: int) -> Value:
        field, table = placed.field, placed.occurrence.table
        if field.unstored or (field.calculation is not None and self._changing == (table, record_id)):
            return self._result(field, record_id, repetition)
        if field.summary is not None:
            return BROKEN  # a summary belongs to a found set, and a formula sees records
        return seen(field.kind, self._read(table, record_id).get(Slot(field, repetition)))

    def _read(self, table: Table, record_id: int) -> Mapping[Slot, str | None]:
        """Read a record; formulas ask for one after another of its fields."""
        if self._last != (table, record_id):
            slots = [slot for field in table.stored for slot in field.slots]
            columns = ", ".join([RECORD_ID, *(value_column(slot) for slot in slots)])
            sql = f"SELECT {columns} FROM {table_name(table)} WHERE {RECORD_ID} = ?"
            found = self._data.store.rows(sql, [record_id])
            values = [None if one is None else str(one) for one in found[0][1:]] if found else []
            self._row = dict(zip(slots, values, strict=False))
            self._last = (table, record_id)
        return self._row


class _Record:
    """One record as a formula sees it."""

    def __init__(
        self, sight: Sight, author: Author, calculation: Calculation, record_id: int, repetition: int = 1
    ) -> None:
        self._repetition = repetition
        self._sight = sight
        self._author = author
        self._calculation = calculation
        self._record_id = record_id

    def field(self, reference: Reference) -> Value:
        """Give the value of a field.

        In a repetition of a result, a field without a number means its repetition of the same number; one that does
        not repeat is empty in all but the first.
        """
        placed = self._calculation.places[reference]
        return self._sight.one(placed, self._record_id, reference.repetition or self._repetition)

    def fields(self, reference: Reference) -> Sequence[Value]:
        """Give the values of a field in all related records, or of all of its repetitions."""
        placed = self._calculation.places[reference]
        return self._sight.all(placed, self._record_id, reference.repetition)

    def get(self, name: str) -> Value | None:
        """Give what `Get` tells; names ignore case."""
        now = self._author.now
        match name.casefold():
            case "accountname" | "username":
                return self._author.account
            case "privilegesetname":
                return self._author.privileges.name
            case "currentdate":
                return now.date()
            case "currenttime":
                return Time(Decimal((now - datetime.combine(now.date(), datetime.min.time())).seconds))
            case "currenttimestamp" | "currenthosttimestamp":
                return now
            case "uuid":
                return str(uuid.uuid4()).upper()
            case "filename":
                return self._calculation.table.file
            case "recordid":
                return Decimal(self._record_id)
            case "recordmodificationcount":
                return Decimal(self._sight.mod_id(self._calculation.table, self._record_id))
            case _:
                return self._author.facts.get(name.casefold())

    def call(self, name: str, arguments: Sequence[Value]) -> Value:
        """Call a custom function."""
        return self._sight.call(name, arguments)

    def variable(self, name: str) -> Value:
        """Give a `$$` variable; scripts may keep in one what is no value of formulas."""
        try:
            return as_value(self._author.variables.get(name.casefold()))
        except TypeError:
            return BROKEN
