"""Models of layouts into a module: what is new is added, what is gone is marked, all else stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fmorm.generating.declaring import (
    Lines,
    alias_lines,
    class_lines,
    field_lines,
    left_out,
    literal_values,
    portal_lines,
)
from fmorm.generating.editing import Edits
from fmorm.generating.importing import add_imports
from fmorm.generating.reading import Declaration, Module, ReadClass
from fmorm.generating.source import INDENT
from fmorm.model.naming import attribute_names, class_name
from fmorm.model.showing import Shown, shown_fields
from fmorm.wire.metadata import LayoutMetadata, PortalInfo, ValueList
from fmorm.wire.values import Kind

GONE: Final = "# fmorm: not on the layout any more"
NO_LAYOUT: Final = "# fmorm: there is no such layout any more"


@dataclass
class Asked:
    """What a class that is there already is compared with: of a row class, all portals that use it."""

    fields: dict[str, Shown] = field(default_factory=dict[str, Shown])
    owner: str = ""
    table: str = ""
    portals: dict[str, PortalInfo] = field(default_factory=dict[str, PortalInfo])
    twice: set[str] = field(default_factory=set[str])
    lists: dict[str, ValueList] = field(default_factory=dict[str, ValueList])


class Merger:
    """Brings layouts into a module."""

    def __init__(self, source: str, *, literals: bool) -> None:
        """Begin with a source; raises SyntaxError."""
        self._module = Module(source)
        self._edits = Edits(self._module.lines)
        self._names = set(self._module.names)
        self._needed: set[str] = set()
        self._literals = literals
        self._aliases: dict[tuple[str, ...], str] = {}
        self._asked: dict[str, Asked] = {}
        self._new: list[Lines] = []

    def merge(self, layouts: Iterable[LayoutMetadata]) -> None:
        """Bring layouts in: first into classes that are there, in their order, so that types are known further down."""
        new: list[LayoutMetadata] = []
        for told in layouts:
            known = self._module.of_layout(told.layout)
            if known is None:
                new.append(told)
            else:
                self._ask(known, told)
        for cls in self._module.classes.values():
            if cls.name in self._asked:
                self._update(cls, self._asked[cls.name])
        for told in new:
            self._new += self._classes(told)

    def mark_layouts(self, existing: Iterable[str]) -> None:
        """Mark the classes of layouts that are not there any more."""
        names = {name.casefold() for name in existing}
        for one in self._module.classes.values():
            if one.layout is not None:
                self._edits.mark(one.line, NO_LAYOUT, wanted=one.layout.casefold() not in names)

    def merged(self) -> str:
        """Give the source with everything in it."""
        add_imports(self._module, self._edits, self._needed)
        lines = self._edits.made()
        while lines and not lines[-1].strip():
            lines.pop()
        for one in self._new:
            is_near = not _is_class(one.lines[0]) and not lines[-1].startswith(INDENT)
            lines += [*([""] if is_near else ["", ""]), *one.lines]
        return "\n".join([*lines, ""])

    # -- new classes -----------------------------------------------------------------------------------------

    def _classes(self, told: LayoutMetadata) -> list[Lines]:
        name = self._class_name(told.layout)
        lists = {one.name: one for one in told.value_lists}
        fields = shown_fields(told.fields)
        attrs = attribute_names([one.name for one in fields])
        made: list[Lines] = []
        body = [
            self._field(one, attrs[one.name], owner=name, table="", lists=lists, made=made) for one in fields
        ]
        portals = [one for one in told.portals if one.name not in told.twice]
        portal_attrs = attribute_names([one.name for one in portals], attrs.values())
        for shown in portals:
            attr = portal_attrs[shown.name]
            row = self._row_class(shown, f"{name}.{attr}", name, lists, made)
            body.append(portal_lines(shown.name, attr, row))
        body += [left_out(name) for name in told.twice]
        about = f"A record of layout {told.layout!r}."
        return [*made, self._whole("Model", name, told.layout, about, body)]

    def _row_class(
        self, told: PortalInfo, owner: str, model: str, lists: Mapping[str, ValueList], made: list[Lines]
    ) -> str:
        """Write the class of a portal's rows; gives its name."""
        name = class_name(told.name)
        name = self._class_name(told.name if name not in self._names else f"{model} {told.name}")
        fields = shown_fields(told.fields, told.table)
        attrs = attribute_names([one.name for one in fields])
        body = [
            self._field(one, attrs[one.name], owner=owner, table=told.table, lists=lists, made=made)
            for one in fields
        ]
        about = f"A row of portal {told.name!r}."
        made.append(self._whole("PortalRow", name, told.table, about, body))
        return name

    def _whole(self, base: str, name: str, place: str, about: str, body: list[Lines]) -> Lines:
        made = class_lines(base, name, place, about, [line for one in body for line in one.lines])
        self._needed |= made.names.union(*(one.names for one in body))
        return made

    def _class_name(self, text: str) -> str:
        name = class_name(text, self._names)
        self._names.add(name)
        return name

    def _field(
        self,
        shown: Shown,
        attr: str,
        *,
        owner: str,
        table: str,
        lists: Mapping[str, ValueList],
        made: list[Lines],
    ) -> Lines:
        literal = self._literal(shown, lists, made)
        return field_lines(shown, attr, owner=owner, table=table, literal=literal)

    def _literal(self, shown: Shown, lists: Mapping[str, ValueList], made: list[Lines]) -> str:
        """Give the type of a field's value list, which is written where it is new; "" for the kind's own type."""
        listed = lists.get(shown.info.value_list or "")
        usable = listed is not None and listed.is_custom and shown.info.display != "checkBox"
        if not (self._literals and listed and usable and shown.info.kind is Kind.TEXT) or shown.repetitions:
            return ""
        values = tuple(literal_values(listed))
        if not values:
            return ""
        key = (listed.name, *values)
        if key not in self._aliases:
            self._aliases[key] = self._alias(listed.name, values, made)
        return self._aliases[key]

    def _alias(self, list_name: str, values: tuple[str, ...], made: list[Lines]) -> str:
        name = class_name(list_name)
        known = self._module.aliases.get(name)
        if known is not None:
            every = list(dict.fromkeys([*known.values, *values]))
            if every != known.values:
                self._edits.replace(known.line, known.end, alias_lines(name, every).lines)
            return name
        name = self._class_name(list_name)
        alias = alias_lines(name, values)
        self._needed |= alias.names
        made.append(alias)
        return name

    # -- classes that are there ------------------------------------------------------------------------------

    def _ask(self, known: ReadClass, told: LayoutMetadata) -> None:
        lists = {one.name: one for one in told.value_lists}
        asked = self._asked.setdefault(known.name, Asked(owner=known.name))
        asked.fields |= {one.name.casefold(): one for one in shown_fields(told.fields)}
        asked.portals |= {one.name: one for one in told.portals if one.name not in told.twice}
        asked.twice |= set(told.twice)
        asked.lists |= lists
        for one in self._declared_portals(known):
            row = self._module.classes.get(one.row)
            shown = asked.portals.get(self._portal_name(one))
            if row is not None and shown is not None:
                self._ask_row(row, shown, f"{known.name}.{one.attr}", lists)

    def _ask_row(self, row: ReadClass, shown: PortalInfo, owner: str, lists: Mapping[str, ValueList]) -> None:
        table = row.table or shown.table
        asked = self._asked.setdefault(row.name, Asked(owner=owner, table=table))
        asked.fields |= {one.name.casefold(): one for one in shown_fields(shown.fields, table)}
        asked.lists |= lists

    def _declared_portals(self, known: ReadClass) -> list[Declaration]:
        return [one for cls in self._module.lineage(known) for one in cls.portals]

    def _portal_name(self, declared: Declaration) -> str:
        row = self._module.classes.get(declared.row)
        return declared.name or (row.table if row is not None else None) or ""

    def _update(self, known: ReadClass, asked: Asked) -> None:
        """Bring a class up to date."""
        every = list(self._module.lineage(known))
        declared = {_key(one, asked.table) for cls in every for one in cls.fields}
        without = {name.casefold() for cls in every for name in cls.without}
        taken = {name for cls in every for name in cls.taken}
        new = [
            one
            for key, one in asked.fields.items()
            if key not in declared and not _is_without(one.name, without)
        ]
        attrs = attribute_names([one.name for one in new], taken)
        before: list[Lines] = []
        body = [
            self._field(
                one, attrs[one.name], owner=asked.owner, table=asked.table, lists=asked.lists, made=before
            )
            for one in new
        ]
        if asked.portals and not asked.table:
            body += self._new_portals(known, asked, without, {*taken, *attrs.values()}, before)
        self._insert(known, before, body)
        for one in known.fields:
            self._edits.mark(one.line, GONE, wanted=_key(one, asked.table) not in asked.fields)
        for one in known.portals:
            self._edits.mark(
                one.line, GONE, wanted=self._portal_name(one) not in {*asked.portals, *asked.twice}
            )

    def _new_portals(
        self, known: ReadClass, asked: Asked, without: set[str], taken: set[str], before: list[Lines]
    ) -> list[Lines]:
        declared = {self._portal_name(one) for one in self._declared_portals(known)}
        new = [
            one
            for name, one in asked.portals.items()
            if name not in declared and name.casefold() not in without
        ]
        attrs = attribute_names([one.name for one in new], taken)
        made: list[Lines] = []
        for shown in new:
            attr = attrs[shown.name]
            row = self._row_class(shown, f"{known.name}.{attr}", known.name, asked.lists, before)
            made.append(portal_lines(shown.name, attr, row))
        return made

    def _insert(self, known: ReadClass, before: list[Lines], body: list[Lines]) -> None:
        for one in before:
            self._edits.insert(known.top, [*one.lines, "", ""])
        if not body:
            return
        if known.one_line:
            raise ValueError(f"class {known.name} has its body in the line of its name: put it below first")
        has_space = known.fields or known.portals or known.body_end == known.body_start
        lines = [line for one in body for line in one.lines]
        self._edits.insert(known.body_end, lines if has_space else ["", *lines])
        self._needed = self._needed.union(*(one.names for one in body))


def _is_class(line: str) -> bool:
    return line.startswith("class ")


def _key(declared: Declaration, table: str) -> str:
    """Give a field's name as the server tells it."""
    name = declared.name
    return (name if "::" in name or not table else f"{table}::{name}").casefold()


def _is_without(name: str, without: set[str]) -> bool:
    return name.casefold() in without or name.rpartition("::")[2].casefold() in without
