"""The tables of a schema file, with their fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from fmorm.server.calculations.formula import compile_formula
from fmorm.server.calculations.scope import SELF, Reference
from fmorm.server.schema.fields import read_field
from fmorm.server.schema.parts import Field, Table
from fmorm.server.schema.section import Section, unknown

_LIKE_REPETITION = re.compile(r".*\([0-9]+\)", re.DOTALL)


def read_tables(section: Section, file: str) -> dict[str, Table]:
    """Read `[tables]`."""
    tables: dict[str, Table] = {}
    for name, part in section.sections():
        check_name(part, name)
        if name.casefold() in {known.casefold() for known in tables}:
            raise part.mistake("another table has this name (case does not count)")
        part.only("fields")
        tables[name] = Table(file, name, _read_fields(part.section("fields"), name))
    if not tables:
        raise section.mistake("a file needs at least one table")
    return tables


def _read_fields(section: Section, table: str) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for name in section:
        check_name(section, name)
        if name.casefold() in fields:
            raise section.mistake("another field has this name (case does not count)", name)
        fields[name.casefold()] = read_field(section, name)
    if not fields:
        raise section.mistake("a table needs at least one field")
    return _Storage(section, table, fields).decided()


def check_name(section: Section, name: str) -> None:
    """Refuse names that could not be told from FileMaker's own notation."""
    if not name.strip():
        raise section.mistake("a name is empty")
    if "::" in name or "\0" in name or _LIKE_REPETITION.fullmatch(name):
        raise section.mistake("a name cannot hold ::, or end like a repetition", name)


class _Storage:
    """Decides which results of calculations are kept: FileMaker keeps what depends on the record alone."""

    def __init__(self, section: Section, table: str, fields: dict[str, Field]) -> None:
        self._section = section
        self._table = table
        self._fields = fields
        self._decided: dict[str, Field] = {}
        self._deciding: set[str] = set()

    def decided(self) -> dict[str, Field]:
        """Give the fields."""
        for key, one in self._fields.items():
            if one.summary:
                self._summed(one, one.summary.field)
            self._decide(key)
        return {key: self._decided[key] for key in self._fields}

    def _decide(self, key: str) -> Field:
        if key not in self._decided:
            one = self._fields[key]
            if key in self._deciding:
                raise self._section.mistake("the formula needs its own result", one.name)
            self._deciding.add(key)
            self._decided[key] = replace(one, unstored=not self._may_store(one)) if one.calculation else one
        return self._decided[key]

    def _may_store(self, one: Field) -> bool:
        formula = compile_formula(one.calculation or "")
        own = [self._own(one, reference) for reference in formula.references]
        depends = formula.is_volatile or one.unstored or one.is_global or None in own
        return not depends and not any(
            used.is_global or used.summary or used.unstored for used in own if used
        )

    def _own(self, one: Field, reference: Reference) -> Field | None:
        """Give the field of the same record that is meant, None for one of another table."""
        if reference.owner not in {None, self._table, one.context}:
            return None
        if reference == SELF:
            text = "Self stands for what is entered in a field, and nothing is entered in this one"
            raise self._section.mistake(text, f"{one.name}.calculation")
        used = self._fields.get(reference.name.casefold())
        if used is None:
            known = [field.name for field in self._fields.values()]
            raise self._section.mistake(unknown("field", reference.name, known), f"{one.name}.calculation")
        return self._decide(used.name.casefold())

    def _summed(self, one: Field, name: str) -> None:
        used = self._fields.get(name.casefold())
        if used is None or used.summary or used.is_global:
            known = [field.name for field in self._summable]
            raise self._section.mistake(unknown("field of the record", name, known), f"{one.name}.summary")

    @property
    def _summable(self) -> Iterator[Field]:
        return (field for field in self._fields.values() if not field.summary and not field.is_global)
