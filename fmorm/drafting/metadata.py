"""A draft from what a real server tells of its layouts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fmorm.drafting.draft import Draft
from fmorm.drafting.drawing import draw, invent_keys
from fmorm.drafting.fields import sketch_field
from fmorm.drafting.occurrences import Occurrences
from fmorm.drafting.replies import SEPARATOR, Metadata, Raw, layout_names
from fmorm.drafting.samples import add_samples
from fmorm.drafting.sketch import Placing, Sketch, SketchedLayout, SketchedPortal, is_usable

_PLAIN_DISPLAY: Final = "editText"
_DISPLAYS: Final = frozenset(
    {"popupList", "popupMenu", "checkBox", "radioButtons", "selectionList", "calendar", "secureText"}
)
_OF_A_FIELD: Final = "byField"


def draft_from_metadata(
    source: Metadata | str | os.PathLike[str], *, tables: Mapping[str, str] | None = None
) -> Draft:
    """Draw up the schema of a file from what a server has told of its layouts.

    Servers do not tell base tables, relationships, formulas, and how fields are auto-entered. What is missing is
    chosen so that the draft works at once, and marked. Records among the replies become sample rows.

    Args:
        source: The replies, or a folder that they were saved in.
        tables: The base tables of table occurrences, or of layouts: `{"person_list": "Person"}`; an occurrence that is
            not told has a table of its own.

    Returns:
        The draft. The same replies give the same draft.

    Raises:
        OSError: The folder cannot be read.
        ValueError: There is something else in it, or no layout, or `tables` has a name that is not there.
    """
    metadata = source if isinstance(source, Metadata) else Metadata.load(source)
    if not metadata.metadata:
        raise ValueError("a schema needs at least one layout")
    occurrences = Occurrences(metadata)
    told = {occurrences.meant(name): table for name, table in (tables or {}).items()}
    sketch = Sketch(metadata.database, told)
    for name, reply in metadata.metadata.items():
        _add_value_lists(sketch, reply.get("valueLists", ()))
        _add_layout(sketch, occurrences, name, reply)
    sketch.refuse_unknown(told)
    _add_missing_lists(sketch)
    sketch.folders = _folders(metadata)
    invent_keys(sketch)
    add_samples(sketch, metadata)
    return draw(sketch)


# -- layouts -------------------------------------------------------------------------------------------------


def _add_layout(sketch: Sketch, occurrences: Occurrences, name: str, reply: Raw) -> None:
    root = occurrences.of_layout[name]
    sketch.table(root)
    layout = sketch.layouts[name] = SketchedLayout(root)
    if name not in occurrences.certain:
        layout.notes.append(
            "TODO: the table occurrence is a guess: the server tells it with a record, and there was none."
        )
    for portal, fields in reply.get("portalMetaData", {}).items():
        _add_portal(sketch, layout, portal, occurrences.of_portal[name, portal], fields)
    layout.fields = _place_all(sketch, root, reply.get("fieldMetaData", ()))


def _add_portal(
    sketch: Sketch, layout: SketchedLayout, name: str, occurrence: str, fields: Iterable[Raw]
) -> None:
    if occurrence == layout.occurrence or not is_usable(occurrence):
        why = (
            "is the layout's own"
            if occurrence == layout.occurrence
            else "has a name that no schema file can have"
        )
        layout.notes.append(f"TODO: portal {name!r} was left out: its table occurrence {why}.")
        return
    sketch.table(occurrence)
    sketch.link(layout.occurrence, occurrence)
    layout.portals[name] = SketchedPortal(occurrence, _place_all(sketch, occurrence, fields))


def _place_all(sketch: Sketch, home: str, fields: Iterable[Raw]) -> list[Placing]:
    return [_place(sketch, home, one) for one in fields]


def _place(sketch: Sketch, home: str, told: Raw) -> Placing:
    """Place a field, where it stands, and sketch it in its table."""
    if not told.get("name"):
        return Placing("", None)
    owner, separator, name = told["name"].rpartition("::")
    occurrence = owner if separator else home
    if not (is_usable(name) and is_usable(occurrence)):
        return Placing(
            "", None, note=f"TODO: {told['name']!r} was left out: no schema file can have this name."
        )
    table = sketch.table(occurrence)
    if occurrence != home:
        sketch.link(home, occurrence)
    made = sketch_field(table, name, told)
    shown = (told.get("repetitionStart", 1), told.get("repetitionEnd", made.repetitions))
    return Placing(name if occurrence == home else told["name"], made, shown, _display(told))


def _display(told: Raw) -> dict[str, object]:
    display = told.get("displayType")
    if told.get("valueList"):
        return {"display": display if display in _DISPLAYS else _PLAIN_DISPLAY, "values": told["valueList"]}
    return {"display": display} if display in _DISPLAYS else {}


# -- value lists and folders ---------------------------------------------------------------------------------


def _add_value_lists(sketch: Sketch, lists: Iterable[Raw]) -> None:
    for one in lists:
        known = sketch.value_lists.setdefault(one["name"], [])
        values = [str(entry["value"]) for entry in one.get("values", ())]
        known.extend(value for value in dict.fromkeys(values) if value not in known)
        note = _about_list(one)
        if note:
            sketch.notes[("value_lists", one["name"])] = [note]


def _add_missing_lists(sketch: Sketch) -> None:
    """Add the value lists that fields show and the server did not tell."""
    for layout in sketch.layouts.values():
        shown = [*layout.fields, *(one for portal in layout.portals.values() for one in portal.fields)]
        for name in (one.settings.get("values") for one in shown):
            if isinstance(name, str) and name not in sketch.value_lists:
                sketch.value_lists[name] = []
                sketch.notes[("value_lists", name)] = ["TODO: its values were not told."]


def _about_list(told: Raw) -> str:
    if told.get("type") != _OF_A_FIELD:
        return ""
    values: Iterable[Any] = told.get("values", ())
    second = any(entry.get("displayValue", entry["value"]) != entry["value"] for entry in values)
    also = ', second = "occurrence::Field"' if second else ""
    return (
        f'TODO: the values of a field: {{ field = "occurrence::Field"{also} }}. These were there at the time.'
    )


def _folders(metadata: Metadata) -> list[object]:
    """Give the order of the layouts with folders and separators; nothing where there are none of both."""
    items = _folder(
        metadata.layouts.get("layouts", ()), set(layout_names(metadata.layouts)) & set(metadata.metadata)
    )
    return items if any(item == SEPARATOR or not isinstance(item, str) for item in items) else []


def _folder(items: Iterable[Raw], wanted: set[str]) -> list[object]:
    kept: list[object] = []
    for item in items:
        if item.get("isFolder"):
            inner = _folder(item.get("folderLayoutNames", ()), wanted)
            if any(one != SEPARATOR for one in inner):
                kept.append({"name": item["name"], "items": inner})
        elif item["name"] in wanted or item["name"] == SEPARATOR:
            kept.append(item["name"])
    return kept
