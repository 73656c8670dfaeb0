"""What the commands that write a draft have in common."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from fmorm.drafting.draft import Draft

DONE: Final = 0
NOT_WHOLE: Final = 1
WRONG: Final = 2


class Mistake(Exception):
    """What was asked cannot be done; the text says why in a line."""


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where the draft goes, and which tables there are."""
    parser.add_argument("--to", metavar="FILE", required=True, help="the schema file to write (TOML)")
    parser.add_argument("--force", action="store_true", help="write it also where it is there already")
    parser.add_argument(
        "--table",
        metavar="OCCURRENCE=TABLE",
        action="append",
        default=[],
        help="the base table of a table occurrence; may be repeated",
    )


def tables_of(options: argparse.Namespace) -> dict[str, str]:
    """Read `--table`; raises Mistake."""
    tables: dict[str, str] = {}
    for text in options.table:
        occurrence, equals, table = text.partition("=")
        if not (occurrence.strip() and equals and table.strip()):
            raise Mistake(f"--table {text!r}: write OCCURRENCE=TABLE")
        tables[occurrence.strip()] = table.strip()
    return tables


def refuse_existing(options: argparse.Namespace) -> None:
    """Say early that the output is there already; raises Mistake."""
    if Path(options.to).exists() and not options.force:
        raise Mistake(f"{options.to} is there already, and may hold your work: --force overwrites it")


def write(draft: Draft, options: argparse.Namespace) -> int:
    """Write a draft, and say what to do next; gives the exit status."""
    refuse_existing(options)
    try:
        Path(options.to).write_text(draft.toml(), encoding="utf-8")
    except OSError as error:
        raise Mistake(f"cannot write {options.to}: {error.strerror}") from None
    trouble = _trouble(draft)
    if trouble:
        print(f"wrote {options.to}, but it cannot be served as it is: {trouble}", file=sys.stderr)
        return NOT_WHOLE
    count = len(draft.todo)
    print(f"wrote {options.to}: look for TODO ({count}), then try: fmorm serve {options.to}")
    return DONE


def _trouble(draft: Draft) -> str:
    """Try to host a draft, and say what is in the way."""
    from fmorm.server import App, SchemaError, load_schema

    try:
        App(load_schema(draft.schema)).close()
    except SchemaError as error:
        return str(error)
    return ""


def complain(command: str, text: object) -> int:
    """Say what went wrong, in a line; gives the exit status."""
    print(f"fmorm {command}: {' '.join(str(text).splitlines())}", file=sys.stderr)
    return WRONG
