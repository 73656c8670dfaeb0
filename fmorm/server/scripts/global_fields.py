"""The global fields of a session, as its scripts see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fmorm.server import refusals
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Schema, Slot
from fmorm.server.scripts.texts import Value, as_text
from fmorm.server.values.cells import keep, show

if TYPE_CHECKING:
    from fmorm.server.scripts.window import Window


class Globals:
    """Global fields by `Table::Field` or `occurrence::Field`; each session has values of its own."""

    def __init__(self, window: Window) -> None:
        self._window = window

    def __getitem__(self, name: str) -> str:
        window = self._window
        with window.looking():
            table, slot = _slot(window.call.engine.schema, name)
            return str(show(slot.field.kind, window.call.user.globals.get((table, slot)), window.form))

    def __setitem__(self, name: str, value: Value) -> None:
        window, text = self._window, as_text(value)
        with window.step():
            table, slot = _slot(window.call.engine.schema, name)
            window.call.user.globals[table, slot] = keep(slot.field.kind, text, window.form).value


def _slot(schema: Schema, name: str) -> tuple[str, Slot]:
    """Find a global field: the name of its table, and which repetition."""
    owner, _, label = name.rpartition("::")
    occurrence = schema.occurrences.get(owner)
    table = occurrence.table if occurrence else schema.tables.get(owner)
    slots = (slot for field in table.fields.values() for slot in field.slots) if table else ()
    for slot in slots:
        is_meant = label.casefold() in {
            slot.label.casefold(),
            f"{slot.field.name}({slot.repetition})".casefold(),
        }
        is_first = slot.repetition == 1 and label.casefold() == slot.field.name.casefold()
        if table and slot.field.is_global and (is_meant or is_first):
            return table.name, slot
    raise Refusal(refusals.FIELD_MISSING)
