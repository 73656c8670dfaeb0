"""A record in the hands of a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fmorm.server.answers import field_values
from fmorm.server.schema.parts import Occurrence
from fmorm.server.scripts.texts import Value, as_text

if TYPE_CHECKING:
    from fmorm.server.scripts.window import Window


class Record:
    """A record, seen from a table occurrence.

    A field is named like `Field`, `Field(2)` for a repetition, or `occurrence::Field` for the first related record;
    the layout need not show it. Values are texts, as a client sees them, with dates month first; empty is `""`.
    A value is written as a text, a number, a date, a time or None for empty.

    Each writing step is committed at once and raises the record's mod id by one. Like a script in FileMaker, it goes
    past the fields' validation and past *prohibit modification*.

    Attributes:
        id: The record id.
    """

    def __init__(self, window: Window, occurrence: Occurrence, record_id: int) -> None:
        self.id = record_id
        self._window = window
        self._occurrence = occurrence

    def __repr__(self) -> str:
        return f"<record {self.id} of {self._occurrence.name}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and (self._occurrence.table, self.id) == (
            other._occurrence.table,
            other.id,
        )

    def __hash__(self) -> int:
        return hash((self._occurrence.table, self.id))

    def __getitem__(self, field: str) -> str:
        with self._window.looking():
            placed, repetition = self._window.reach(self._occurrence).field(field)
            self._there()
            values = field_values(
                self._window.call,
                self._window.form,
                self._occurrence.table,
                (placed,),
                self.id,
                self._window.summed(self._occurrence, placed.field),
            )
            label = next(label for label, slot in placed.labels if slot.repetition == repetition)
            return str(values[label])

    def __setitem__(self, field: str, value: Value) -> None:
        self.update({field: value})

    @property
    def mod_id(self) -> int:
        """How often the record was changed."""
        with self._window.looking():
            return self._there()

    def update(self, values: Mapping[str, Value]) -> None:
        """Set several fields in one step.

        Args:
            values: Values by field.

        Raises:
            ScriptError: It is refused: 101 the record is gone, 102 there is no such field, 301 it is locked ...
        """
        members = {name: as_text(value) for name, value in values.items()}
        with self._window.writing(self._occurrence) as writer:
            self._there()
            writer.change(self.id, members)

    def delete(self) -> None:
        """Delete the record, and what is deleted with it.

        Raises:
            ScriptError: It is refused.
        """
        with self._window.writing(self._occurrence) as writer:
            self._there()
            writer.delete(self._occurrence.table, self.id)
        self._window.note_gone(self._occurrence.table, self.id)

    def duplicate(self) -> Record:
        """Duplicate the record; the copy comes to the end of the found set.

        Returns:
            The copy.

        Raises:
            ScriptError: It is refused.
        """
        with self._window.writing(self._occurrence) as writer:
            self._there()
            new_id = writer.duplicate(self.id)
        self._window.note_new(self._occurrence, new_id)
        return Record(self._window, self._occurrence, new_id)

    def related(self, occurrence: str) -> list[Record]:
        """Give the related records of another occurrence.

        Args:
            occurrence: The name of the occurrence.

        Returns:
            The records, in the order of the relationship's sort, or else of their creation.

        Raises:
            ScriptError: It is refused: 106 nothing leads to such an occurrence ...
        """
        with self._window.looking():
            path = self._window.reach(self._occurrence).path_to(occurrence)
            ids = self._window.call.engine.relations.ids(path, self.id)
        return [Record(self._window, path[-1].target, one) for one in ids]

    def _there(self) -> int:
        """Give the mod id of the record, which must be there for the account."""
        return self._window.check_seen(self._occurrence.table, self.id)
