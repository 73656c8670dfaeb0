"""The command `fmorm`: one file per command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from fmorm._version import __version__
from fmorm.cli import audit, check, generate, pull, rows, schema, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The words after `fmorm`; those of the process where they are left out.

    Returns:
        The exit status: 0 for done, 1 for a draft that cannot be served as it is, for models that do not fit and for
            secrets that were found, 2 for a mistake in what was asked.
    """
    parser = argparse.ArgumentParser(prog="fmorm", description="Work with FileMaker databases from Python.")
    parser.add_argument("--version", action="version", version=f"fmorm {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    serve.add_to(commands)
    rows.add_to(commands)
    pull.add_to(commands)
    schema.add_to(commands)
    generate.add_to(commands)
    check.add_to(commands)
    audit.add_to(commands)
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status
