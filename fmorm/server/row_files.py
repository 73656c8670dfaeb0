"""Rows as files: JSON with everything, CSV with everything but files in containers."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast
from urllib.parse import unquote

from fmorm.server.exact import Json, NotJson, as_array, as_object, dumps, loads
from fmorm.server.rows import ID, MOD, Row, RowError, kept_fields
from fmorm.server.schema.parts import Field, Table
from fmorm.server.values.cells import Kind

ENDINGS: Final = {".csv": "csv", ".json": "json"}
"""What a file with rows may be called, and what is in it."""
_BOM = b"\xef\xbb\xbf"
_LONGEST_VALUE = 2**31 - 1


def read_rows(path: Path, table: str | None = None) -> dict[str, Sequence[Row]]:
    """Read the rows of a file, or of the files in a folder.

    Args:
        path: A file (.csv, .json), or a folder of them.
        table: The base table that is wanted; where it is left out, the names of files say it, and JSON by itself.

    Returns:
        The rows of each table.

    Raises:
        RowError: They cannot be read, or there are none; the message names the file.
        OSError: The file cannot be opened.
    """
    if not path.is_dir():
        return _read_file(path, table)
    tables: dict[str, Sequence[Row]] = {}
    for file in sorted(path.iterdir()):
        name = unquote(file.stem)
        if file.suffix.lower() in ENDINGS and table in (None, name):
            if name in tables:
                raise RowError(f"{path}: there are two files with rows of {name}")
            tables |= _read_file(file, name)
    if not tables:
        raise RowError(f"{path}: there is no file with rows" + (f" of {table}" if table else ""))
    return tables


def _read_file(path: Path, wanted: str | None) -> dict[str, Sequence[Row]]:
    form = ENDINGS.get(path.suffix.lower())
    if form is None:
        raise RowError(f"{path}: give a .csv or a .json file, or a folder")
    content = path.read_bytes()
    try:
        rows = from_csv(content) if form == "csv" else from_json(content)
    except RowError as error:
        raise RowError(f"{path}: {error}") from error
    if not isinstance(rows, dict):
        return {wanted or unquote(path.stem): rows}
    if wanted is not None and wanted not in rows:
        raise RowError(f"{path}: there are no rows of {wanted}")
    return {**rows} if wanted is None else {wanted: rows[wanted]}


def to_json(rows: Iterable[Row]) -> str:
    """Write the rows of a table as a JSON array, one row to a line."""
    lines = ",\n".join(dumps(cast("Json", row)) for row in rows)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def to_json_of_tables(tables: Mapping[str, Iterable[Row]]) -> str:
    """Write the rows of several tables as a JSON object with an array for each."""
    parts = ",\n".join(f"{dumps(name)}: {to_json(rows).rstrip()}" for name, rows in tables.items())
    return f"{{\n{parts}\n}}\n"


def to_csv(table: Table, rows: Iterable[Row]) -> str:
    """Write the rows of a table as CSV: a line with the columns, then a line for each row."""
    fields = [field for field in kept_fields(table) if field.kind is not Kind.CONTAINER]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([ID, MOD, *(slot.label for field in fields for slot in field.slots)])
    for row in rows:
        writer.writerow([row[ID], row[MOD], *(one for field in fields for one in _repetitions(field, row))])
    return text.getvalue()


def _repetitions(field: Field, row: Row) -> Sequence[object]:
    value = row[field.name]
    return [value] if field.repetitions == 1 else as_array(value) or []


def from_csv(content: bytes) -> list[Row]:
    """Read CSV.

    Raises:
        RowError: It is none, is not in UTF-8, or a row has not as many values as there are columns.
    """
    with _any_length():
        try:
            lines = [
                line for line in csv.reader(io.StringIO(_text(content), newline=""), strict=True) if line
            ]
        except csv.Error as error:
            raise RowError(f"this is no CSV: {error}") from error
    if not lines:
        raise RowError("there is no line with the names of the columns")
    columns, *rows = lines
    for column in columns:
        if columns.count(column) > 1:
            raise RowError(f'the column "{column}" is there twice')
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise RowError(f"row {number}: there are {len(row)} values for {len(columns)} columns")
    return [dict(zip(columns, row, strict=True)) for row in rows]


@contextmanager
def _any_length() -> Generator[None]:
    """Let values be longer than the csv module has them by itself."""
    before = csv.field_size_limit(_LONGEST_VALUE)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def from_json(content: bytes) -> list[Row] | dict[str, list[Row]]:
    """Read JSON: the rows of one table, or an object with the rows of each table.

    Raises:
        RowError: It is no JSON of this form.
    """
    try:
        value = loads(_text(content).encode())
    except NotJson as error:
        raise RowError(f"this is no JSON: {error}") from error
    tables = as_object(value)
    if tables is not None:
        return {name: _rows(rows, f"{name}, ") for name, rows in tables.items()}
    return _rows(value)


def _rows(value: object, place: str = "") -> list[Row]:
    items = as_array(value)
    if items is None:
        raise RowError(f"{place.removesuffix(', ') or 'the file'}: expected an array of rows")
    rows: list[Row] = []
    for number, item in enumerate(items, 1):
        row = as_object(item)
        if row is None:
            raise RowError(f"{place}row {number}: expected an object")
        rows.append(row)
    return rows


def _text(content: bytes) -> str:
    try:
        return content.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RowError(f"line {line}: the file is not in UTF-8") from error
