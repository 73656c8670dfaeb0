"""The tables and fields of a schema file."""

from __future__ import annotations

import re
from datetime import date

from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import AutoEnter, Field, Table
from fmorm.server.schema.section import Section, unknown
from fmorm.server.values.cells import Kind, keep
from fmorm.server.values.moments import DateForm

_SETTINGS = ("type", "repetitions", "auto_enter", "required", "unique", "numeric", "modifiable", "global")
_NOT_OF_CONTAINERS = ("auto_enter", "unique", "numeric")
_ANY_DAY = DateForm(iso=False, today=date.min)
_LIKE_REPETITION = re.compile(r".*\([0-9]+\)", re.DOTALL)


def read_tables(section: Section) -> dict[str, Table]:
    """Read `[tables]`."""
    tables: dict[str, Table] = {}
    for name, part in section.sections():
        if name.lower().startswith("sqlite_"):
            raise part.mistake('a table name cannot begin with "sqlite_"')
        check_name(part, name)
        if name.casefold() in {known.casefold() for known in tables}:
            raise part.mistake("another table has this name (case does not count)")
        part.only("fields")
        tables[name] = Table(name, _read_fields(part.section("fields")))
    if not tables:
        raise section.mistake("a file needs at least one table")
    return tables


def _read_fields(section: Section) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for name in section:
        check_name(section, name)
        if name.casefold() in fields:
            raise section.mistake("another field has this name (case does not count)", name)
        fields[name.casefold()] = _read_field(section, name)
    if not fields:
        raise section.mistake("a table needs at least one field")
    return fields


def check_name(section: Section, name: str) -> None:
    """Refuse names that could not be told from FileMaker's own notation."""
    if not name.strip():
        raise section.mistake("a name is empty")
    if "::" in name or "\0" in name or _LIKE_REPETITION.fullmatch(name):
        raise section.mistake("a name cannot hold ::, or end like a repetition", name)


def _read_field(section: Section, name: str) -> Field:
    given = section.raw(name)
    settings = {"type": given} if isinstance(given, str) else given
    part = Section(f"{section.place}.{name}", settings, section.source)
    part.only(*_SETTINGS)
    kind_name = part.text("type")
    if kind_name not in list(Kind):
        raise part.mistake(unknown("type", kind_name, Kind), "type" * (settings is given))
    for option in _NOT_OF_CONTAINERS:
        if kind_name == Kind.CONTAINER and part.raw(option):
            raise part.mistake("a container field cannot have this option", option)
    auto_enter, auto_value = _read_auto_enter(part, Kind(kind_name))
    return Field(
        name=name,
        kind=Kind(kind_name),
        repetitions=part.count("repetitions") or 1,
        auto_enter=auto_enter,
        auto_value=auto_value,
        required=part.flag("required"),
        unique=part.flag("unique"),
        numeric=part.flag("numeric"),
        modifiable=part.flag("modifiable", default=True),
        is_global=part.flag("global"),
    )


def _read_auto_enter(part: Section, kind: Kind) -> tuple[AutoEnter | None, str]:
    given = part.raw("auto_enter")
    if given is None:
        return None, ""
    if not isinstance(given, str):
        constant = part.section("auto_enter")
        constant.only("value")
        try:
            keep(kind, constant.text("value"), _ANY_DAY)
        except Refusal as refusal:
            raise constant.mistake(refusal.message, "value") from refusal
        return AutoEnter.VALUE, constant.text("value")
    choices = [one for one in AutoEnter if one is not AutoEnter.VALUE]
    if given not in choices:
        raise part.mistake(unknown("auto-enter option", given, choices), "auto_enter")
    return AutoEnter(given), ""
