"""What is known of a file so far, gathered piece by piece; `drawing` makes the draft of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fmorm.drafting.writer import Place

_LIKE_REPETITION = re.compile(r"\([0-9]+\)$")
_MEANS_SOMETHING = re.compile(r"\s(and|x|[^\w\s]+)\s")


@dataclass
class SketchedField:
    """A field of a table.

    Attributes:
        name: Its name.
        kind: Its type in a schema file.
        repetitions: How many it has.
        options: Its other settings.
        notes: What there is to say about it.
        seen_written: Whether somebody is known to write it.
    """

    name: str
    kind: str
    repetitions: int = 1
    options: dict[str, object] = field(default_factory=dict[str, object])
    notes: list[str] = field(default_factory=list[str])
    seen_written: bool = False

    def note(self, text: str) -> None:
        """Say something about it, once."""
        if text not in self.notes:
            self.notes.append(text)


@dataclass
class SketchedTable:
    """A base table.

    Attributes:
        name: Its name.
        fields: Its fields, by case-folded name.
        key: The field that related records can be found by, if there is one.
        notes: What there is to say about it.
    """

    name: str
    fields: dict[str, SketchedField] = field(default_factory=dict[str, SketchedField])
    key: SketchedField | None = None
    notes: list[str] = field(default_factory=list[str])

    def field(self, name: str, kind: str, repetitions: int = 1) -> SketchedField:
        """Give a field, which is added where it is new; one that is known already keeps its kind."""
        found = self.fields.setdefault(name.casefold(), SketchedField(name, kind, repetitions))
        found.repetitions = max(found.repetitions, repetitions)
        if found.kind != kind:
            found.note(f"TODO: it is told to be a {kind} field as well; which is right?")
        return found

    def add(self, name: str, kind: str = "text", **options: object) -> SketchedField:
        """Add an invented field, under another name where this one is in use."""
        free = name
        while free.casefold() in self.fields:
            free += "_"
        made = self.fields[free.casefold()] = SketchedField(free, kind, options=options)
        return made


@dataclass
class Placing:
    """A field as it stands on a layout or in a portal; no field where it is missing.

    Attributes:
        name: Its name there.
        target: The field.
        shown: The first and the last repetition that are shown.
        settings: How it is displayed.
        note: What there is to say about it.
    """

    name: str
    target: SketchedField | None
    shown: tuple[int, int] = (1, 1)
    settings: Mapping[str, object] = field(default_factory=dict[str, object])
    note: str = ""


@dataclass
class SketchedPortal:
    """A portal: its table occurrence and its fields."""

    occurrence: str
    fields: list[Placing] = field(default_factory=list[Placing])


@dataclass
class SketchedLayout:
    """A layout: its table occurrence, its fields, its portals by name."""

    occurrence: str
    fields: list[Placing] = field(default_factory=list[Placing])
    portals: dict[str, SketchedPortal] = field(default_factory=dict[str, SketchedPortal])
    notes: list[str] = field(default_factory=list[str])


@dataclass
class Link:
    """A relationship: one record on the left, its related ones on the right.

    Attributes:
        left: The occurrence that is nearer to the layout.
        right: The related occurrence.
        hint: Which fields may be the real match fields.
        key: The match field on the left, once it is chosen.
        foreign: That on the right.
    """

    left: str
    right: str
    hint: str = ""
    key: str = ""
    foreign: str = ""


class Sketch:
    """A file that takes shape.

    Attributes:
        database: Its name.
        tables: Base tables.
        occurrences: The base table of each table occurrence.
        links: Relationships, one between two occurrences at most, and never in a circle.
        layouts: Layouts.
        value_lists: Value lists.
        folders: The order of the layouts, where there is more to it.
        rows: Sample records by table.
        notes: Comments on parts that are no objects of their own, by place.
    """

    def __init__(self, database: str, tables: Mapping[str, str] | None = None) -> None:
        """Begin.

        Args:
            database: The file's name.
            tables: The base tables of some table occurrences or layouts.
        """
        self.database = database
        self.tables: dict[str, SketchedTable] = {}
        self.occurrences: dict[str, str] = {}
        self.links: list[Link] = []
        self.layouts: dict[str, SketchedLayout] = {}
        self.value_lists: dict[str, list[str]] = {}
        self.folders: list[object] = []
        self.rows: dict[str, list[dict[str, object]]] = {}
        self.notes: dict[Place, list[str]] = {}
        self._told = dict(tables or {})

    def table(self, occurrence: str) -> SketchedTable:
        """Give the base table of an occurrence, which is added where it is new: under its own name, if not told."""
        name = self.occurrences.get(occurrence)
        if name is None:
            name = self._told.get(occurrence) or self._free_name(occurrence)
            self.occurrences[occurrence] = name
        return self.tables.setdefault(name, SketchedTable(name))

    def _free_name(self, occurrence: str) -> str:
        """Give the told table of this name, whatever its case, or a name that no table has."""
        told = [table for table in self._told.values() if table.casefold() == occurrence.casefold()]
        if told:
            return told[0]
        name = f"_{occurrence}" if occurrence.lower().startswith("sqlite_") else occurrence
        while name.casefold() in {known.casefold() for known in self.tables}:
            name += "_"
        return name

    def refuse_unknown(self, told: Iterable[str]) -> None:
        """Refuse names of occurrences or layouts that nothing has; raises ValueError."""
        known = [*self.occurrences, *self.layouts]
        for name in told:
            if name not in known:
                close = difflib.get_close_matches(name, known, 1)
                meant = f"; did you mean {close[0]!r}?" if close else ""
                raise ValueError(f"there is no table occurrence {name!r} to tell the table of{meant}")

    def link(self, left: str, right: str) -> bool:
        """Relate two occurrences, unless a way leads from one to the other already; gives whether it was done."""
        if right in self.reach(left):
            return False
        self.links.append(Link(left, right))
        return True

    def reach(self, start: str) -> set[str]:
        """Give the occurrences that relationships lead to from one, itself included."""
        reached, waiting = {start}, [start]
        for name in waiting:
            ends = {one.right for one in self.links if one.left == name}
            new = sorted((ends | {one.left for one in self.links if one.right == name}) - reached)
            reached.update(new)
            waiting.extend(new)
        return reached


def is_usable(name: str) -> bool:
    """Whether a schema file can have a field or occurrence of this name."""
    return bool(name.strip()) and "::" not in name and "\0" not in name and not _LIKE_REPETITION.search(name)


def is_plain(name: str) -> bool:
    """Whether a field's name can stand in a join: without words and signs that mean something there."""
    return _MEANS_SOMETHING.search(name) is None


def occurrence_name(text: str) -> str:
    """Make a name that an occurrence can have out of another one: a layout's, say."""
    name = text.replace("::", "_").replace("\0", "").strip()
    return _LIKE_REPETITION.sub(lambda found: f"_{found[0][1:-1]}", name) or "layout"
