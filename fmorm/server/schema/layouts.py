"""The layouts of a schema file, with their field objects and portals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from fmorm.server.schema.fields import check_formula
from fmorm.server.schema.parts import (
    MISSING,
    Layout,
    Look,
    Occurrence,
    Placed,
    Portal,
    SortKey,
    ValueList,
)
from fmorm.server.schema.places import Places
from fmorm.server.schema.section import Section, unknown

MISSING_NAME: Final = "<Field Missing>"
"""What FileMaker writes on a layout in the place of a field that has been deleted."""
_VIEWS = ("form", "list", "table")
_DISPLAYS = (
    "editText",
    "popupList",
    "popupMenu",
    "checkBox",
    "radioButtons",
    "selectionList",
    "calendar",
    "secureText",
)


class LayoutReader:
    """Reads layouts against the occurrences, relationships and value lists that are known already."""

    def __init__(self, places: Places, value_lists: Mapping[str, ValueList]) -> None:
        self._places = places
        self._value_lists = value_lists

    def read(self, name: str, part: Section) -> Layout:
        """Read one layout."""
        part.only("occurrence", "view", "fields", "portals")
        root = self._occurrence(part, name)
        fields = self._fields(part, root, bare=True)
        portals = tuple(self._portal(root, key, one) for key, one in part.section("portals").sections())
        view = part.choice("view", _VIEWS, "form")
        return Layout(name, root, fields, portals, _names(fields, portals), view)

    def _occurrence(self, part: Section, default: str) -> Occurrence:
        name = part.text("occurrence", default)
        return self._places.occurrence(part, "occurrence" * ("occurrence" in part), name)

    def _portal(self, root: Occurrence, key: str, part: Section) -> Portal:
        part.only("occurrence", "name", "fields", "sort", "rows", "initial", "filter", "allow_delete")
        occurrence = self._occurrence(part, key)
        path = self._places.path(part, "", root, occurrence)
        if not path:
            raise part.mistake(f'no relationship leads from "{root.name}" to "{occurrence.name}"')
        return Portal(
            object_name=part.text("name", key if key != occurrence.name else "") or None,
            occurrence=occurrence,
            path=path,
            fields=self._fields(part, occurrence),
            sort=tuple(self._sort_key(part, occurrence, one) for one in part.names("sort")),
            rows=part.count("rows"),
            initial=part.count("initial") or 1,
            filter=_read_filter(part),
            allow_delete=part.flag("allow_delete", default=True),
        )

    def _sort_key(self, part: Section, occurrence: Occurrence, text: str) -> SortKey:
        placed = self._places.place(part, "sort", occurrence, text.removeprefix("-"))
        return SortKey(placed, text.startswith("-"))

    def _fields(self, part: Section, root: Occurrence, *, bare: bool = False) -> tuple[Placed, ...]:
        """Read `fields`: names, or tables with the name and how the object shows the field."""
        placed: list[Placed] = []
        for number, given in enumerate(part.items("fields"), 1):
            if isinstance(given, str):
                placed.append(self._object(part, "fields", root, given, bare=bare))
            else:
                if not _is_table(given):
                    raise part.mistake("expected a list of names, or of tables of settings", "fields")
                one = part.item("fields", number, given)
                one.only("field", "display", "values", "repetitions")
                name = one.text("field")
                placed.append(self._object(one, "field", root, name, bare=bare, look=self._look(one)))
        return tuple(placed)

    def _object(
        self, part: Section, key: str, root: Occurrence, name: str, *, bare: bool, look: Look | None = None
    ) -> Placed:
        look = look or Look()
        if name == MISSING_NAME:
            return Placed(root, MISSING, (), qualified=False, look=look)
        placed = self._places.place(part, key, root, name, bare=bare, look=look)
        if (look.last or 1) > placed.field.repetitions:
            raise part.mistake(f"the field has {placed.field.repetitions} repetition(s)", "repetitions")
        return placed

    def _look(self, part: Section) -> Look:
        value_list = None
        if "values" in part:
            name = part.text("values")
            value_list = self._value_lists.get(name)
            if value_list is None:
                raise part.mistake(unknown("value list", name, self._value_lists), "values")
        display = part.choice("display", _DISPLAYS, "popupList" if value_list else "editText")
        return Look(display, value_list, *_window(part))


def _is_table(given: object) -> bool:
    return isinstance(given, Mapping)


def _window(part: Section) -> tuple[int, int | None]:
    """Read `repetitions`, the first and the last that are shown."""
    if "repetitions" not in part:
        return 1, None
    match part.items("repetitions"):
        case [int(first), int(last)] if 1 <= first <= last and bool not in {type(first), type(last)}:
            return first, last
        case _:
            raise part.mistake("expected the first and the last repetition, like [1, 2]", "repetitions")


def _names(fields: Iterable[Placed], portals: Iterable[Portal]) -> dict[str, Placed]:
    """Give every name a client may use; a field in a portal is on the layout too, seen from the layout."""
    names: dict[str, Placed] = {}
    for portal in portals:
        for placed in portal.fields:
            path = portal.path + placed.path
            seen = Placed(placed.occurrence, placed.field, path, qualified=True, look=placed.look)
            names.setdefault(seen.name.casefold(), seen)
    for placed in fields:
        names[placed.name.casefold()] = placed
        names[f"{placed.occurrence.name}::{placed.field.name}".casefold()] = placed
    return {name: placed for name, placed in names.items() if not placed.is_missing}


def _read_filter(part: Section) -> str | None:
    if "filter" not in part:
        return None
    check_formula(part, "filter")
    return part.text("filter")
