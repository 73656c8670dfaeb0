"""Embedded servers for tests: from schema files, mappings or models, with rows out of files."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from fmorm.drafting import draft_from_models
from fmorm.model.records import Model
from fmorm.server import App, Code, Schema, load_code, load_schemas
from fmorm.server.row_files import read_rows
from fmorm.server.rows import Row

MODELS_FILE: Final = "tests"
"""What the file is called whose schema is drawn up from models."""

One: TypeAlias = str | os.PathLike[str] | Mapping[str, object]
Source: TypeAlias = One | Schema | Sequence[One] | Sequence[type[Model]]
"""A schema file, the same as a mapping, a loaded schema, several files, or the models that it has to fit."""
Rows: TypeAlias = str | os.PathLike[str] | Mapping[str, Iterable[Row]]
"""A file of rows (.csv, .json), a folder of them, or the rows of each table."""


@contextmanager
def embedded_app(
    schema: Source,
    *,
    rows: Rows | None = None,
    code: Code | str | os.PathLike[str] | None = None,
    **options: Any,
) -> Generator[App]:
    """Run an embedded server for the time of a `with` block, with data of its own.

    Args:
        schema: A schema file, the same as a mapping, several of them, or a list of models: then the schema is drawn
            up from them, and the file is called `tests`.
        rows: Records: a file (.csv, .json), a folder of such files, or a mapping of table names to rows. A table that
            is named there has these records and no others.
        code: Scripts and custom functions, or the Python file that has them.
        **options: Those of `App`, such as `release`, `clock` and `session_seconds`.

    Yields:
        The server: `Database.embedded(app)` opens a database on it.

    Raises:
        SchemaError: The schema is wrong.
        DeclarationError: A model is declared wrongly.
        RowError: The rows do not fit.
        CodeError: The code cannot be used.
    """
    app = App(_schemas(schema), code=_code(code), **options)
    try:
        if rows is not None:
            app.load_tables(rows if isinstance(rows, Mapping) else read_rows(Path(rows)), replace=True)
        yield app
    finally:
        app.close()


def _schemas(source: Source) -> list[Schema]:
    if isinstance(source, Schema):
        return [source]
    if isinstance(source, (str, os.PathLike, Mapping)):
        return load_schemas(source)
    if source and all(isinstance(one, type) for one in source):
        models = cast("Sequence[type[Model]]", source)
        return load_schemas(draft_from_models(models, database=MODELS_FILE).schema)
    return load_schemas(*cast("Sequence[One]", source))


def _code(code: Code | str | os.PathLike[str] | None) -> Code | None:
    return load_code(code) if isinstance(code, (str, os.PathLike)) else code
