"""The value lists of a schema file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from fmorm.server.schema.parts import Placed, ValueList
from fmorm.server.schema.places import Places
from fmorm.server.schema.section import Section
from fmorm.server.values.cells import Kind

_ORDERS = ("first", "second")


def read_value_lists(section: Section, places: Places) -> dict[str, ValueList]:
    """Read `[value_lists]`: a list of values, or a table that names the field with the values."""
    return {name: _read(section, name, places) for name in section}


def _read(section: Section, name: str, places: Places) -> ValueList:
    given = section.raw(name)
    if isinstance(given, list | tuple):
        return ValueList(name, tuple(_own_values(section, name)))
    if not isinstance(given, Mapping):
        raise section.mistake("expected a list of values, or a table that names a field", name)
    return _by_field(name, section.section(name), places)


def _own_values(section: Section, name: str) -> list[str]:
    values = section.items(name)
    if not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in values):
        raise section.mistake("expected a list of texts and numbers", name)
    return [str(one) for one in cast("list[str | int | float]", values)]


def _by_field(name: str, part: Section, places: Places) -> ValueList:
    part.only("field", "second", "only_second", "sort", "related_from")
    field = _field(part, "field", places)
    second = _field(part, "second", places, field) if "second" in part else None
    order, only = part.choice("sort", _ORDERS, "first"), part.flag("only_second")
    if second is None and (only or order == "second"):
        raise part.mistake("there is no second field", "only_second" if only else "sort")
    source = (
        places.occurrence(part, "related_from", part.text("related_from")) if "related_from" in part else None
    )
    return ValueList(
        name,
        field=field,
        second=second,
        only_second=only,
        sorts_by_second=only or order == "second",
        related_from=source,
        path=places.path(part, "related_from", source, field.occurrence) if source else (),
    )


def _field(part: Section, key: str, places: Places, first: Placed | None = None) -> Placed:
    """Find a field of a value list; the second belongs to the occurrence of the first."""
    text = part.text(key)
    owner = text.rpartition("::")[0] or (first.occurrence.name if first else "")
    if not owner:
        raise part.mistake(f'"{text}" is not of the form occurrence::Field', key)
    if first is not None and owner != first.occurrence.name:
        raise part.mistake(f'both fields of a value list belong to "{first.occurrence.name}"', key)
    placed = places.place(part, key, places.occurrence(part, key, owner), text)
    if placed.field.kind is Kind.CONTAINER or placed.field not in placed.occurrence.table.stored:
        raise part.mistake("container, global, summary and unstored fields have no values to list", key)
    return placed
