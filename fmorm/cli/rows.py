"""`fmorm rows`: the records of an embedded file as CSV or JSON, out of a data file and into one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from fmorm.cli.code import add_code_to, read_code
from fmorm.cli.wrong import Wrong
from fmorm.server import App, Schema, SchemaError, load_schemas
from fmorm.server.row_files import ENDINGS, read_rows, to_csv, to_json, to_json_of_tables
from fmorm.server.rows import Row, RowError, table_named

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]  # argparse's only name for it

Tables = Mapping[str, Sequence[Row]]


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    text = "dump the records of a data file as CSV or JSON, and load them"
    parser = commands.add_parser("rows", help=text, description=text.capitalize() + ".")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    dump = _verb(verbs, "dump", "write the records of a data file")
    dump.add_argument(
        "--table", metavar="T", dest="tables", action="append", help="a base table (default: all)"
    )
    dump.add_argument(
        "--format",
        choices=list(ENDINGS.values()),
        help="the format (default: that of the file's name, or else json)",
    )
    dump.add_argument(
        "--to",
        metavar="PATH",
        default="-",
        help="a file (.csv, .json), or a folder for a file of each table (default: standard output)",
    )
    dump.set_defaults(run=_dump)
    load = _verb(verbs, "load", "make a record of each row of a file, or of none of them")
    load.add_argument("path", metavar="PATH", type=Path, help="a file (.csv, .json), or a folder of them")
    load.add_argument("--table", metavar="T", help="the base table (default: the name of the file)")
    load.add_argument("--replace", action="store_true", help="remove all records of the tables first")
    load.set_defaults(run=_load)


def _verb(verbs: Commands, name: str, text: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text.capitalize() + ".")
    parser.add_argument("schema", metavar="SCHEMA", help="the schema file (TOML)")
    parser.add_argument("--data", metavar="FILE", required=True, help="the SQLite file that keeps the data")
    parser.add_argument(
        "--with",
        metavar="SCHEMA",
        dest="others",
        action="append",
        default=[],
        help="the schema of another file that the data file keeps",
    )
    add_code_to(parser)
    return parser


def _dump(options: argparse.Namespace) -> int:
    try:
        with _app(options, must_exist=True) as app:
            _write(app, options)
    except (Wrong, RowError, OSError) as error:
        return Wrong(str(error)).told_by("rows dump")
    return 0


def _load(options: argparse.Namespace) -> int:
    try:
        tables = read_rows(options.path, options.table)
        with _app(options) as app:
            count = _enter(app, tables, options)
    except (Wrong, RowError, OSError) as error:
        return Wrong(str(error)).told_by("rows load")
    print(f"loaded {count} row(s) into {', '.join(tables)}")
    return 0


@contextmanager
def _app(options: argparse.Namespace, *, must_exist: bool = False) -> Generator[App]:
    if must_exist and not Path(options.data).exists():
        raise Wrong(f"{options.data}: there is no such data file")
    try:
        app = App(
            load_schemas(options.schema, *options.others), code=read_code(options.code), data=options.data
        )
    except SchemaError as error:
        raise Wrong(str(error)) from error
    try:
        yield app
    finally:
        app.close()


def _write(app: App, options: argparse.Namespace) -> None:
    names: list[str] = options.tables or list(_schema(app).tables)
    tables = {name: app.dump_rows(name) for name in names}
    place = Path(options.to)
    ending = ENDINGS.get(place.suffix.lower())
    form: str = options.format or ending or "json"
    if options.to == "-":
        sys.stdout.buffer.write(_in_one(app, tables, form))
    elif ending:
        place.write_bytes(_in_one(app, tables, form))
    else:
        place.mkdir(parents=True, exist_ok=True)
        for name, rows in tables.items():
            text = to_csv(table_named(_schema(app), name), rows) if form == "csv" else to_json(rows)
            (place / f"{quote(name, safe=' ')}.{form}").write_bytes(text.encode())


def _schema(app: App) -> Schema:
    """Give the schema that the command is about."""
    return app.schemas[app.databases[0]]


def _in_one(app: App, tables: Tables, form: str) -> bytes:
    """Give what goes into one file."""
    if form == "json":
        return to_json_of_tables(tables).encode()
    if len(tables) > 1:
        raise Wrong("a CSV file holds one table: choose it with --table, or give a folder with --to")
    ((name, rows),) = tables.items()
    return to_csv(table_named(_schema(app), name), rows).encode()


def _enter(app: App, tables: Tables, options: argparse.Namespace) -> int:
    try:
        return app.load_tables(tables, replace=options.replace)
    except RowError as error:
        raise Wrong(f"{options.path}: {error}") from error
