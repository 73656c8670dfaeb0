"""What a script reaches: every field of its table and of related tables, whatever the layout shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from fmorm.server import refusals
from fmorm.server.refusals import Refusal
from fmorm.server.schema.graph import find_path
from fmorm.server.schema.parts import Layout, Occurrence, Path, Placed, find_placed
from fmorm.server.schema.schema import Schema


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Reach(Layout):
    """An occurrence with all that can be seen from it, as a layout that shows everything."""

    schema: Schema

    def place(self, name: str) -> tuple[Placed, int | None] | None:
        """Find `Field`, `Field(2)` or `occurrence::Field`; case does not count."""
        owner, separator, label = name.rpartition("::")
        owner = owner if separator else self.occurrence.name
        return find_placed(_names(self.schema, self.occurrence, owner.casefold()), label)

    def field(self, name: str) -> tuple[Placed, int]:
        """Find a field and its repetition.

        Raises:
            Refusal: There is no such field, or nothing leads to it.
        """
        found = self.place(name)
        if found is None:
            raise Refusal(refusals.FIELD_MISSING)
        return found[0], found[1] or 1

    def path_to(self, occurrence: str) -> Path:
        """Give the way to a related occurrence.

        Raises:
            Refusal: There is none.
        """
        target = _occurrence(self.schema, occurrence.casefold())
        path = find_path(self.schema.steps, self.occurrence, target) if target else None
        if not path:
            raise Refusal(refusals.TABLE_MISSING)
        return path


@lru_cache(maxsize=256)
def reach_of(schema: Schema, occurrence: Occurrence) -> Reach:
    """Give all that can be seen from an occurrence."""
    return Reach(name=occurrence.name, occurrence=occurrence, fields=(), portals=(), names={}, schema=schema)


@lru_cache(maxsize=256)
def _names(schema: Schema, source: Occurrence, owner: str) -> Mapping[str, Placed]:
    """Give the fields of an occurrence by name; of one that nothing leads to, only the global ones."""
    target = _occurrence(schema, owner)
    if target is None:
        return {}
    path = find_path(schema.steps, source, target)
    return {
        name: Placed(target, field, path or (), qualified=True)
        for name, field in target.table.fields.items()
        if path is not None or field.is_global
    }


def _occurrence(schema: Schema, name: str) -> Occurrence | None:
    return next((one for one in schema.occurrences.values() if one.name.casefold() == name), None)
