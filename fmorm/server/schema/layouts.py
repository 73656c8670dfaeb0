"""The layouts of a schema file, with their fields and portals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fmorm.server.schema.graph import Steps, find_path
from fmorm.server.schema.parts import Layout, Occurrence, Placed, Portal, SortKey
from fmorm.server.schema.section import Section, unknown


class LayoutReader:
    """Reads layouts against the occurrences and relationships that are known already."""

    def __init__(self, occurrences: Mapping[str, Occurrence], steps: Steps) -> None:
        self._occurrences = occurrences
        self._steps = steps

    def read(self, name: str, part: Section) -> Layout:
        """Read one layout."""
        part.only("occurrence", "fields", "portals")
        root = self._occurrence(part, name)
        fields = tuple(self._place(part, "fields", root, one, bare=True) for one in part.names("fields"))
        portals = tuple(self._portal(root, key, one) for key, one in part.section("portals").sections())
        return Layout(name, root, fields, portals, _names(fields, portals))

    def _occurrence(self, part: Section, default: str) -> Occurrence:
        name = part.text("occurrence", default)
        if name not in self._occurrences:
            raise part.mistake(
                unknown("occurrence", name, self._occurrences), "occurrence" * ("occurrence" in part)
            )
        return self._occurrences[name]

    def _portal(self, root: Occurrence, key: str, part: Section) -> Portal:
        part.only("occurrence", "fields", "sort", "rows", "filter")
        occurrence = self._occurrence(part, key)
        path = find_path(self._steps, root, occurrence)
        if not path:
            raise part.mistake(f'no relationship leads from "{root.name}" to "{occurrence.name}"')
        return Portal(
            object_name=key if key != occurrence.name else None,
            occurrence=occurrence,
            path=path,
            fields=tuple(self._place(part, "fields", occurrence, one) for one in part.names("fields")),
            sort=tuple(self._sort_key(part, occurrence, one) for one in part.names("sort")),
            rows=part.count("rows"),
            filter=part.text("filter") if "filter" in part else None,
        )

    def _sort_key(self, part: Section, occurrence: Occurrence, text: str) -> SortKey:
        return SortKey(self._place(part, "sort", occurrence, text.removeprefix("-")), text.startswith("-"))

    def _place(self, part: Section, key: str, root: Occurrence, text: str, *, bare: bool = False) -> Placed:
        """Find a field; what is not qualified belongs to `root`, and `bare` shows that by name alone."""
        owner, separator, name = text.rpartition("::")
        owner = owner if separator else root.name
        if owner not in self._occurrences:
            raise part.mistake(unknown("occurrence", owner, self._occurrences), key)
        occurrence = self._occurrences[owner]
        field = occurrence.table.fields.get(name.casefold())
        if field is None:
            known = [one.name for one in occurrence.table.fields.values()]
            raise part.mistake(unknown("field", name, known) + f' (table "{occurrence.table.name}")', key)
        path = find_path(self._steps, root, occurrence)
        if path is None:
            raise part.mistake(f'no relationship leads from "{root.name}" to "{owner}"', key)
        return Placed(occurrence, field, path, qualified=bool(path) or not bare)


def _names(fields: Iterable[Placed], portals: Iterable[Portal]) -> dict[str, Placed]:
    """Give every name a client may use; a field in a portal is on the layout too, seen from the layout."""
    names: dict[str, Placed] = {}
    for portal in portals:
        for placed in portal.fields:
            seen = Placed(placed.occurrence, placed.field, portal.path + placed.path, qualified=True)
            names.setdefault(seen.name.casefold(), seen)
    for placed in fields:
        names[placed.name.casefold()] = placed
        names[f"{placed.occurrence.name}::{placed.field.name}".casefold()] = placed
    return names
