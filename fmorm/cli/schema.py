"""`fmorm schema`: a schema file that fits fmorm models."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fmorm.cli import drafts
from fmorm.cli.drafts import Mistake
from fmorm.cli.models import add_models, models_of
from fmorm.errors import DeclarationError

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]  # argparse's only name for it


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "schema",
        help="draft a schema file from fmorm models",
        description="Draft a schema file for the embedded server from fmorm models.",
    )
    add_models(parser)
    drafts.add_output(parser)
    parser.add_argument(
        "--database", metavar="NAME", help="the database's name (default: that of the file, without suffix)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the draft; gives the exit status."""
    from fmorm.drafting import draft_from_models

    try:
        tables = drafts.tables_of(options)
        models = models_of(options)
        database = options.database or Path(options.to).stem
        return drafts.write(draft_from_models(models, database=database, tables=tables), options)
    except (Mistake, DeclarationError, ValueError) as error:
        return drafts.complain("schema", error)
