"""The option `--code`: a Python file with scripts and custom functions, for the commands that open a file."""

from __future__ import annotations

import argparse

from fmorm.cli.wrong import Wrong
from fmorm.server import Code, CodeError, load_code


def add_code_to(parser: argparse.ArgumentParser) -> None:
    """Add the option to a command."""
    parser.add_argument(
        "--code", metavar="FILE.py", help="the Python file with the scripts and the custom functions"
    )


def read_code(path: str | None) -> Code:
    """Load the file that the option names.

    Raises:
        Wrong: It cannot be loaded.
    """
    if path is None:
        return Code()
    try:
        return load_code(path)
    except (CodeError, OSError) as error:
        raise Wrong(str(error)) from error
