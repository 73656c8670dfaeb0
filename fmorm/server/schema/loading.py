"""From a schema file to a `Schema`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from fmorm.server.schema.accounts import read_accounts
from fmorm.server.schema.folders import read_folders
from fmorm.server.schema.graph import Files, read_occurrences, read_relationships
from fmorm.server.schema.layouts import LayoutReader
from fmorm.server.schema.lines import encoding_error, syntax_error
from fmorm.server.schema.parts import Table
from fmorm.server.schema.places import Places
from fmorm.server.schema.rules import RuleReader
from fmorm.server.schema.schema import Schema
from fmorm.server.schema.section import SchemaError, Section
from fmorm.server.schema.tables import read_tables
from fmorm.server.schema.value_lists import read_value_lists

_PARTS = (
    "database", "accounts", "privileges", "tables", "occurrences", "relationships", "value_lists", "layouts", "folders",
    "rows",
)  # fmt: skip


Source: TypeAlias = "str | os.PathLike[str] | Mapping[str, object]"
"""The path of a TOML file, or the same structure as a mapping."""


def load_schema(source: Source) -> Schema:
    """Read a schema.

    Args:
        source: The path of a TOML file, or the same structure as a mapping.

    Returns:
        The schema, checked as a whole.

    Raises:
        SchemaError: There is a mistake in it; the message names the file, the line and the place.
        OSError: The file cannot be read.
    """
    return load_schemas(source)[0]


def load_schemas(*sources: Source) -> list[Schema]:
    """Read the schemas of several files, which may speak of each other's tables.

    Args:
        *sources: For each file, the path of its TOML file or the same structure as a mapping.

    Returns:
        The schemas in the same order, checked as a whole.

    Raises:
        SchemaError: There is a mistake in one; the message names the place.
        OSError: A file cannot be read.
    """
    files: dict[str, Section] = {}
    for source in sources:
        whole = _whole(source)
        name = _read_name(whole)
        if name.casefold() in {known.casefold() for known in files}:
            raise whole.mistake(f'another file has the name "{name}" (case does not count)', "database.name")
        files[name] = whole
    tables = {name: read_tables(whole.section("tables"), name) for name, whole in files.items()}
    return [_read(name, whole, tables) for name, whole in files.items()]


def _whole(source: Source) -> Section:
    if isinstance(source, Mapping):
        return Section("", source)
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SchemaError(encoding_error(str(path), error)) from error
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(syntax_error(str(path), text, error)) from error
    return Section("", content, str(path))


def _read_name(whole: Section) -> str:
    whole.only(*_PARTS)
    database = whole.section("database")
    database.only("name")
    name = database.text("name")
    if name.lower().startswith("sqlite_"):
        raise database.mistake('a file name cannot begin with "sqlite_"', "name")
    if not name.strip() or "::" in name or "\0" in name:
        raise database.mistake("a file name cannot be empty or hold ::", "name")
    return name


def _read(name: str, whole: Section, files: Files) -> Schema:
    tables = files[name]
    occurrences = read_occurrences(whole.section("occurrences"), name, files)
    steps = read_relationships(whole.list_of_sections("relationships"), occurrences)
    places = Places(occurrences, steps)
    value_lists = read_value_lists(whole.section("value_lists"), places)
    reader = LayoutReader(places, value_lists)
    layouts = {name: reader.read(name, part) for name, part in whole.section("layouts").sections()}
    accounts = read_accounts(whole, tables)
    rules = RuleReader(whole, places, value_lists).read(tables.values(), layouts.values(), accounts.values())
    return Schema(
        name=name,
        accounts=accounts,
        tables=tables,
        occurrences=occurrences,
        steps=steps,
        layouts=layouts,
        rows=_read_rows(whole.section("rows"), tables),
        rules=rules,
        source=whole.source,
        value_lists=value_lists,
        folders=read_folders(whole.section("folders"), layouts),
    )


def _read_rows(section: Section, tables: Mapping[str, Table]) -> dict[str, tuple[Mapping[str, object], ...]]:
    rows: dict[str, tuple[Mapping[str, object], ...]] = {}
    for name in section:
        if name not in tables:
            raise section.no_such("table", name, tables)
        rows[name] = tuple(_read_row(part, tables[name]) for part in section.list_of_sections(name))
    return rows


def _read_row(part: Section, table: Table) -> dict[str, object]:
    """Check one sample row's names; its values are checked when they are entered."""
    for name in part:
        field = table.fields.get(name.casefold())
        if field is None:
            raise part.no_such("field", name, [one.name for one in table.fields.values()])
        if not field.is_entered:
            raise part.mistake("the field is calculated", name)
        value = part.raw(name)
        if isinstance(value, list) and len(part.items(name)) > field.repetitions:
            raise part.mistake(f"the field has {field.repetitions} repetition(s)", name)
    return {name: part.raw(name) for name in part}
