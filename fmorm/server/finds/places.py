"""Where a criterion looks: one repetition of a field, in the records of a table under an alias."""

from __future__ import annotations

from dataclasses import dataclass

from fmorm.server.finds.conditions import Condition
from fmorm.server.schema.parts import Slot, Table
from fmorm.server.store.columns import (
    key_column,
    key_name,
    sort_column,
    sort_name,
    value_column,
    value_name,
    words_column,
    words_name,
)
from fmorm.server.store.files import SqlValue


@dataclass(frozen=True, slots=True)
class Place:
    """A slot of a table. Its conditions are written with `{}` for the column."""

    table: Table
    slot: Slot
    alias: str

    def by_value(self, sql: str, *values: SqlValue) -> Condition:
        """Ask of the value as it is written."""
        return self._condition(sql, value_column(self.slot, self.alias), value_name(self.slot), values)

    def by_key(self, sql: str, *values: SqlValue) -> Condition:
        """Ask of what the value is equal to."""
        return self._condition(sql, key_column(self.slot, self.alias), key_name(self.slot), values)

    def by_words(self, sql: str, *values: SqlValue) -> Condition:
        """Ask of the words of a text."""
        return self._condition(sql, words_column(self.slot, self.alias), words_name(self.slot), values)

    def by_order(self, sql: str, *values: SqlValue) -> Condition:
        """Ask of the place in the order."""
        return self._condition(sql, sort_column(self.slot, self.alias), sort_name(self.slot), values)

    def _condition(self, sql: str, column: str, name: str, values: tuple[SqlValue, ...]) -> Condition:
        searched = () if self.slot.field.unstored else ((self.table, name),)
        return Condition(sql.replace("{}", column), values, searched)
