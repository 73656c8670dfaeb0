"""From a sketch to the draft: the parts as a schema file has them, match fields invented, comments put in place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import Final

from fmorm.drafting.draft import Draft
from fmorm.drafting.hints import KEY
from fmorm.drafting.sketch import (
    Link,
    Placing,
    Sketch,
    SketchedField,
    SketchedLayout,
    SketchedPortal,
    SketchedTable,
)
from fmorm.drafting.writer import Place

_NO_LETTER: Final = re.compile(r"\W+")

MISSING: Final = "<Field Missing>"
"""What FileMaker shows, and a schema file says, in place of a field that is gone."""

_ACCOUNT: Final = {"api": {"password": "secret", "privileges": "full"}}
_HEADER: Final = (
    "A draft by fmorm: it can be served as it is. What could not be known is marked TODO.",
    "The account is invented.",
)
_MATCH_FIELDS: Final = (
    "TODO: match fields cannot be known from outside, so they are invented here. Put the real ones into join, and "
    "take the invented ones out of the tables. Whether related records can be created, and are deleted with the "
    "record (cascade_delete), is a guess as well."
)


def invent_keys(sketch: Sketch) -> None:
    """Give each relationship its match fields, and each table at least one field."""
    for link in sketch.links:
        left, right = sketch.table(link.left), sketch.table(link.right)
        left.key = left.key or _invented(left)
        link.key = left.key.name
        foreign = right.add(_NO_LETTER.sub("_", f"{KEY}_{link.left}"), left.key.kind)
        foreign.note(f"Invented: the {link.key} of {link.left}.")
        link.foreign = foreign.name
    for table in sketch.tables.values():
        if not table.fields:
            table.key = _invented(table)


def _invented(table: SketchedTable) -> SketchedField:
    made = table.add(KEY, auto_enter="uuid", unique=True)
    made.note("Invented, to find related records by.")
    return made


def draw(sketch: Sketch) -> Draft:
    """Make the draft of a sketch whose keys are invented."""
    schema: dict[str, object] = {
        "database": {"name": sketch.database},
        "accounts": _ACCOUNT,
        "tables": {name: {"fields": _fields(table)} for name, table in sketch.tables.items()},
        "occurrences": dict(sketch.occurrences),
        "relationships": [_relationship(link) for link in sketch.links],
        "value_lists": sketch.value_lists,
        "layouts": {name: _layout(layout) for name, layout in sketch.layouts.items()},
        "folders": {"layouts": sketch.folders} if sketch.folders else {},
        "rows": {table: rows for table, rows in sketch.rows.items() if rows},
    }
    told = chain(_table_notes(sketch), _link_notes(sketch), _layout_notes(sketch))
    notes: dict[Place, list[str]] = {(): list(_HEADER), **{place: texts for place, texts in told if texts}}
    return Draft({key: part for key, part in schema.items() if part}, notes | sketch.notes)


def _fields(table: SketchedTable) -> dict[str, object]:
    return {one.name: _settings(one) for one in table.fields.values()}


def _settings(one: SketchedField) -> object:
    repetitions = {"repetitions": one.repetitions} if one.repetitions > 1 else {}
    options = {**repetitions, **one.options}
    return {"type": one.kind, **options} if options else one.kind


def _relationship(link: Link) -> dict[str, object]:
    join = f"{link.left}::{link.key} = {link.right}::{link.foreign}"
    return {"join": join, "allow_creation": [link.right]}


def _layout(layout: SketchedLayout) -> dict[str, object]:
    portals = {name: _portal(name, portal) for name, portal in layout.portals.items()}
    made: dict[str, object] = {"occurrence": layout.occurrence, "fields": _placed(layout.fields)}
    return made | ({"portals": portals} if portals else {})


def _portal(name: str, portal: SketchedPortal) -> dict[str, object]:
    named = {"occurrence": portal.occurrence} if name != portal.occurrence else {}
    return {**named, "fields": _placed(portal.fields)}


def _placed(placings: Iterable[Placing]) -> list[object]:
    return [_place(one) for one in placings]


def _place(one: Placing) -> object:
    if one.target is None:
        return MISSING
    shown = {} if one.shown == (1, one.target.repetitions) else {"repetitions": list(one.shown)}
    settings = {**shown, **one.settings}
    return {"field": one.name, **settings} if settings else one.name


# -- comments --------------------------------------------------------------------------------------------


def _table_notes(sketch: Sketch) -> Iterable[tuple[Place, list[str]]]:
    for table in sketch.tables.values():
        place: Place = ("tables", table.name, "fields")
        yield place, table.notes
        for one in table.fields.values():
            yield (*place, one.name), one.notes


def _link_notes(sketch: Sketch) -> Iterable[tuple[Place, list[str]]]:
    if sketch.links:
        yield ("relationships",), [_MATCH_FIELDS]
    for number, link in enumerate(sketch.links):
        yield ("relationships", number), [link.hint] if link.hint else []


def _layout_notes(sketch: Sketch) -> Iterable[tuple[Place, list[str]]]:
    for name, layout in sketch.layouts.items():
        yield ("layouts", name), layout.notes
        yield from _placing_notes(("layouts", name), layout.fields)
        for portal, content in layout.portals.items():
            yield from _placing_notes(("layouts", name, "portals", portal), content.fields)


def _placing_notes(place: Place, placings: list[Placing]) -> Iterable[tuple[Place, list[str]]]:
    for number, one in enumerate(placings):
        yield (*place, "fields", number), [one.note] if one.note else []
