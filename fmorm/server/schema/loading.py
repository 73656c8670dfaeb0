"""From a schema file to a `Schema`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from fmorm.server.schema.graph import read_occurrences, read_relationships
from fmorm.server.schema.layouts import LayoutReader
from fmorm.server.schema.lines import encoding_error, syntax_error
from fmorm.server.schema.parts import Account, OAuth, Schema, Table
from fmorm.server.schema.section import SchemaError, Section, unknown
from fmorm.server.schema.tables import read_tables

_PARTS = ("database", "accounts", "tables", "occurrences", "relationships", "layouts", "rows")
_PRIVILEGES = ("full", "read-only")
_FIRST_ACCOUNT = Account("Admin", "")
"""What a new FileMaker file has."""


def load_schema(source: str | os.PathLike[str] | Mapping[str, object]) -> Schema:
    """Read a schema.

    Args:
        source: The path of a TOML file, or the same structure as a mapping.

    Returns:
        The schema, checked as a whole.

    Raises:
        SchemaError: There is a mistake in it; the message names the file, the line and the place.
        OSError: The file cannot be read.
    """
    if isinstance(source, Mapping):
        return _read(Section("", source))
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SchemaError(encoding_error(str(path), error)) from error
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(syntax_error(str(path), text, error)) from error
    return _read(Section("", content, str(path)))


def _read(whole: Section) -> Schema:
    whole.only(*_PARTS)
    database = whole.section("database")
    database.only("name")
    tables = read_tables(whole.section("tables"))
    occurrences = read_occurrences(whole.section("occurrences"), tables)
    steps = read_relationships(whole.list_of_sections("relationships"), occurrences)
    reader = LayoutReader(occurrences, steps)
    return Schema(
        name=database.text("name"),
        accounts=_read_accounts(whole.section("accounts")),
        tables=tables,
        occurrences=occurrences,
        steps=steps,
        layouts={name: reader.read(name, part) for name, part in whole.section("layouts").sections()},
        rows=_read_rows(whole.section("rows"), tables),
        source=whole.source,
    )


def _read_accounts(section: Section) -> dict[str, Account]:
    accounts = {name.casefold(): _read_account(name, part) for name, part in section.sections()}
    return accounts or {_FIRST_ACCOUNT.name.casefold(): _FIRST_ACCOUNT}


def _read_account(name: str, part: Section) -> Account:
    part.only("password", "privileges", "claris_id", "oauth")
    privileges = part.text("privileges", "full")
    if privileges not in _PRIVILEGES:
        raise part.mistake(unknown("privilege set", privileges, _PRIVILEGES), "privileges")
    if ":" in name:
        raise part.mistake("an account name with a colon cannot be sent in a Basic log-in")
    claris_id = _secret(part, "claris_id") if "claris_id" in part else None
    oauth = _read_oauth(part.section("oauth")) if "oauth" in part else None
    is_elsewhere = claris_id is not None or oauth is not None
    password = None if is_elsewhere and "password" not in part else part.text("password", "")
    return Account(name, password, privileges == "full", claris_id, oauth)


def _read_oauth(part: Section) -> OAuth:
    part.only("provider", "identifier")
    return OAuth(part.text("provider"), _secret(part, "identifier"))


def _secret(part: Section, key: str) -> str:
    """Give a text that a header can carry."""
    text = part.text(key)
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise part.mistake("expected printable ASCII without spaces", key)
    return text


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
        value = part.raw(name)
        if isinstance(value, list) and len(part.items(name)) > field.repetitions:
            raise part.mistake(f"the field has {field.repetitions} repetition(s)", name)
    return {name: part.raw(name) for name in part}
