"""Kept results of calculated fields, made anew where a formula of the schema is not the one that they come from."""

from __future__ import annotations

import json

from fmorm.server.records.author import Author
from fmorm.server.records.data import Data
from fmorm.server.records.deriving import Deriving
from fmorm.server.records.sight import Sight
from fmorm.server.schema.parts import Field, Table
from fmorm.server.store.columns import RECORD_ID, table_name


def renew_results(data: Data, author: Author) -> None:
    """Calculate every record of the tables whose formulas have changed since the data file was last open."""
    deriving = Deriving(data, Sight(data, author), author.form)
    for table, derived in data.derived.items():
        formulas = json.dumps({one.name: _decisive(one) for one in derived.calculated}, sort_keys=True)
        if formulas != _noted(data, table):
            with data.store.transaction():
                for record_id in data.store.ids(f"SELECT {RECORD_ID} FROM {table_name(table)}"):  # noqa: S608 - quoted names of the schema
                    deriving.calculate(table, record_id)
                sql = 'INSERT OR REPLACE INTO "::about" VALUES (?, ?)'
                data.store.change(sql, [_note(table), formulas])


def _decisive(field: Field) -> list[str | int | None]:
    """Give what of the schema decides the results of a field."""
    return [field.calculation, field.context, field.even_if_empty, field.repetitions]


def _noted(data: Data, table: Table) -> str:
    found = data.store.rows('SELECT value FROM "::about" WHERE name = ?', [_note(table)])
    return str(found[0][0]) if found else "{}"


def _note(table: Table) -> str:
    return f"formulas of {table.stored_as}"
