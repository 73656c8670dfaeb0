"""`fmorm pull`: a schema file from what a real server tells of its layouts."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import TYPE_CHECKING, Final

from fmorm.cli import drafts
from fmorm.cli.drafts import Mistake
from fmorm.errors import FmormError

if TYPE_CHECKING:
    from fmorm.drafting import Metadata

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]  # argparse's only name for it

_PULLED: Final = ("url", "database", "user", "password_env", "ca", "layout", "rows")
"""What is asked of a server, so it does not go together with `--from`."""


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "pull",
        help="draft a schema file from the layouts of a FileMaker Server",
        description="Draft a schema file for the embedded server from the layouts of a FileMaker Server.",
    )
    parser.add_argument("url", metavar="URL", nargs="?", help="the server, as in https://fm.example.com")
    parser.add_argument("database", metavar="DATABASE", nargs="?", help="the file, without extension")
    parser.add_argument(
        "--user", metavar="ACCOUNT", help="the account; it needs the extended privilege fmrest"
    )
    parser.add_argument(
        "--password-env", metavar="NAME", help="the environment variable with the password (default: ask)"
    )
    parser.add_argument(
        "--ca", metavar="FILE", help="the authorities that the server's certificate is checked with"
    )
    parser.add_argument(
        "--layout", metavar="NAME", action="append", help="a layout to draft (default: all); may be repeated"
    )
    parser.add_argument("--rows", metavar="N", type=int, help="take up to N records of each layout along")
    parser.add_argument("--anonymise", action="store_true", help="invent the contents of records")
    parser.add_argument("--save-metadata", metavar="FOLDER", help="keep the replies, for --from")
    parser.add_argument(
        "--from", dest="source", metavar="FOLDER", help="ask no server: take replies kept before"
    )
    drafts.add_output(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the draft; gives the exit status."""
    from fmorm.drafting import anonymised, draft_from_metadata

    try:
        tables = drafts.tables_of(options)
        drafts.refuse_existing(options)
        metadata = _metadata(options)
        if options.anonymise:
            metadata = anonymised(metadata)
        if options.save_metadata:
            metadata.save(options.save_metadata)
        return drafts.write(draft_from_metadata(metadata, tables=tables), options)
    except (Mistake, FmormError, OSError, ValueError) as error:
        return drafts.complain("pull", error)


def _metadata(options: argparse.Namespace) -> Metadata:
    from fmorm.drafting import Metadata

    if options.source is None:
        return _pulled(options)
    beside = [name.replace("_", "-") for name in _PULLED if getattr(options, name) is not None]
    if beside:
        raise Mistake(f"--from asks no server, so it does not go together with {', '.join(beside)}")
    return Metadata.load(options.source)


def _pulled(options: argparse.Namespace) -> Metadata:
    from fmorm._sync.raw_database import RawDatabase
    from fmorm.drafting.pulling import pull

    if not (options.url and options.database and options.user):
        raise Mistake("give URL, DATABASE and --user, or --from FOLDER")
    if options.rows is not None and options.rows < 1:
        raise Mistake("--rows counts records, from 1")
    database = RawDatabase(
        options.url,
        options.database,
        user=options.user,
        password=_password(options),
        verify=options.ca or True,
    )
    with database as db:
        return pull(db, options.database, options.layout or (), rows=options.rows or 0, tell=_warn)


def _password(options: argparse.Namespace) -> str:
    if options.password_env is None:
        return _asked(options.user)
    password = os.environ.get(options.password_env)
    if password is None:
        raise Mistake(f"there is no environment variable {options.password_env}")
    return password


def _asked(user: str) -> str:
    try:
        return getpass.getpass(f"Password of {user}: ")
    except EOFError:
        raise Mistake("nobody is there to ask for the password: use --password-env") from None


def _warn(text: str) -> None:
    print(f"fmorm pull: {text}", file=sys.stderr)
