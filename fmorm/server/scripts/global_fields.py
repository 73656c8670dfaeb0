"""What a session keeps for its scripts: values of global fields, and `$$` variables."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

from fmorm.server import refusals
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Occurrence, Placed, Slot, find_placed
from fmorm.server.schema.schema import Schema
from fmorm.server.scripts.texts import Value, as_text
from fmorm.server.values.cells import keep, show

if TYPE_CHECKING:
    from fmorm.server.scripts.window import Window


class Globals:
    """Global fields by `Table::Field` or `occurrence::Field`; each session has values of its own."""

    def __init__(self, window: Window) -> None:
        self._window = window

    def __getitem__(self, name: str) -> str:
        window, call = self._window, self._window.call
        with window.looking():
            slot = _slot(call.schema, name)
            value = call.user.globals.get(slot, slot.field.initial or None)
            if slot.field.calculation is not None:
                value = call.sight.cell(slot, 0).value
            return str(show(slot.field.kind, value, window.form))

    def __setitem__(self, name: str, value: Value) -> None:
        window, text = self._window, as_text(value)
        with window.step():
            slot = _slot(window.call.schema, name)
            if not slot.field.is_entered:
                raise Refusal(refusals.FIELD_LOCKED)
            window.call.user.globals[slot] = keep(slot.field.kind, text, window.form).value


def _slot(schema: Schema, name: str) -> Slot:
    """Find a global field and its repetition.

    Raises:
        Refusal: There is none of this name.
    """
    owner, _, label = name.rpartition("::")
    table = schema.tables.get(owner)
    occurrence = schema.occurrences.get(owner) or (Occurrence(owner, table) if table else None)
    found = find_placed(_placed(occurrence), label) if occurrence else None
    if found is None:
        raise Refusal(refusals.FIELD_MISSING)
    return Slot(found[0].field, found[1] or 1)


def _placed(occurrence: Occurrence) -> dict[str, Placed]:
    fields = occurrence.table.fields.items()
    return {key: Placed(occurrence, one, (), qualified=True) for key, one in fields if one.is_global}


class Variables(MutableMapping[str, Any]):
    """The `$$` variables of a session. A name may be given with its `$$` or without, and its case does not count.

    Formulas see those that hold texts, numbers, dates and times.
    """

    def __init__(self, kept: dict[str, object]) -> None:
        self._kept = kept

    def __repr__(self) -> str:
        return f"<variables: {', '.join(self)}>"

    def __getitem__(self, name: str) -> Any:
        return self._kept[_plain(name)]

    def __setitem__(self, name: str, value: object) -> None:
        self._kept[_plain(name)] = value

    def __delitem__(self, name: str) -> None:
        del self._kept[_plain(name)]

    def __iter__(self) -> Iterator[str]:
        return (f"$${name}" for name in list(self._kept))

    def __len__(self) -> int:
        return len(self._kept)


def _plain(name: str) -> str:
    return name.removeprefix("$$").casefold()
