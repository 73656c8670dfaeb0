"""`fmorm generate`: models from what a server tells of its layouts; what people have changed in them stays."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fmorm.cli import drafts, sources
from fmorm.cli.drafts import DONE, Mistake
from fmorm.cli.sources import Told
from fmorm.errors import FmormError

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]  # argparse's only name for it


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "generate",
        help="write models from layouts, or bring them up to date",
        description="Write models from layouts, or bring a module with models up to date: what you changed stays.",
    )
    sources.add_sources(parser, "url")
    parser.add_argument(
        "--layout",
        metavar="NAME",
        action="append",
        default=[],
        help="a layout (default: all); may be repeated",
    )
    parser.add_argument(
        "--literals", action="store_true", help="types of the values of custom value lists, in place of str"
    )
    parser.add_argument(
        "-o", "--to", metavar="FILE.py", help="the module to write or update (default: standard output)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the models; gives the exit status."""
    from fmorm.generating import generate

    try:
        path = Path(options.to) if options.to else None
        source = path.read_bytes().decode("utf-8") if path and path.exists() else ""
        known = sources.told(options, options.layout)
        names = None if options.layout else known.names
        text = generate(
            known.layouts.values(), source.replace("\r\n", "\n"), literals=options.literals, names=names
        )
        _warn(known)
        if path is None:
            print(text, end="")
        else:
            _write(path, text.replace("\n", "\r\n") if "\r\n" in source else text, before=source)
    except SyntaxError as error:
        return drafts.complain("generate", f"{options.to}:{error.lineno}: {error.msg}")
    except (Mistake, FmormError, OSError, ValueError, LookupError) as error:
        return drafts.complain("generate", error)
    return DONE


def _warn(known: Told) -> None:
    for name, why in known.refused.items():
        print(f"fmorm generate: layout {name!r} was left out: {why}", file=sys.stderr)


def _write(path: Path, text: str, *, before: str) -> None:
    """Write the module whole, or leave it as it is."""
    if text == before:
        print(f"{path} is up to date")
        return
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(text.encode("utf-8"))
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    print(f"{'updated' if before else 'wrote'} {path}")
