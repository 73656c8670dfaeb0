"""Where fields can be seen from: names in a schema file, found through the relationships graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fmorm.server.schema.graph import Steps, find_path
from fmorm.server.schema.parts import Look, Occurrence, Path, Placed
from fmorm.server.schema.section import Section, unknown

_LOOK = Look()


@dataclass(frozen=True, slots=True)
class Places:
    """The occurrences of a file, and the ways between them."""

    occurrences: Mapping[str, Occurrence]
    steps: Steps

    def occurrence(self, part: Section, key: str, name: str) -> Occurrence:
        """Find an occurrence."""
        if name not in self.occurrences:
            raise part.mistake(unknown("occurrence", name, self.occurrences), key)
        return self.occurrences[name]

    def path(self, part: Section, key: str, source: Occurrence, target: Occurrence) -> Path:
        """Find the way from one occurrence to another; it has no steps where they are the same."""
        path = find_path(self.steps, source, target)
        if path is None:
            raise part.mistake(f'no relationship leads from "{source.name}" to "{target.name}"', key)
        return path

    def place(
        self,
        part: Section,
        key: str,
        root: Occurrence,
        text: str,
        *,
        bare: bool = False,
        look: Look = _LOOK,
    ) -> Placed:
        """Find a field; what is not qualified belongs to `root`, and `bare` shows that by name alone."""
        owner, separator, name = text.rpartition("::")
        occurrence = self.occurrence(part, key, owner if separator else root.name)
        field = occurrence.table.fields.get(name.casefold())
        if field is None:
            known = [one.name for one in occurrence.table.fields.values()]
            raise part.mistake(unknown("field", name, known) + f' (table "{occurrence.table.name}")', key)
        path = self.path(part, key, root, occurrence)
        return Placed(occurrence, field, path, qualified=bool(path) or not bare, look=look)
