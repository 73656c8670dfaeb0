"""Where commands learn what is on layouts: a server, the embedded one, or replies that `fmorm pull` has kept."""

from __future__ import annotations

import argparse
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fmorm.cli.drafts import Mistake
from fmorm.errors import Missing, PrivilegeError
from fmorm.wire.metadata import LayoutMetadata
from fmorm.wire.told import metadata_of

if TYPE_CHECKING:
    from fmorm import Database

_SOURCES = ("url", "env", "metadata", "embedded")


@dataclass
class Told:
    """What is known of a file.

    Attributes:
        names: The names of its layouts.
        layouts: What is on them, as far as it was told.
        refused: Why it was not, of the others.
    """

    names: list[str]
    layouts: dict[str, LayoutMetadata] = field(default_factory=dict[str, LayoutMetadata])
    refused: dict[str, str] = field(default_factory=dict[str, str])


def add_sources(parser: argparse.ArgumentParser, url: str) -> None:
    """Add the options to a command; `url` is that of the server, or the argument."""
    parser.set_defaults(url_word=url if url.startswith("-") else "URL")
    group = parser.add_argument_group("where the layouts are told")
    is_argument: dict[str, Any] = {} if url.startswith("-") else {"nargs": "?"}
    group.add_argument(
        url, metavar="URL", help="a server, as in https://user:password@fm.example.com/people", **is_argument
    )
    group.add_argument("--env", action="store_true", help="the server that the FMORM_ variables name")
    group.add_argument(
        "--metadata", metavar="FOLDER", help="replies kept by fmorm pull --save-metadata; no server is asked"
    )
    group.add_argument("--embedded", metavar="SCHEMA", help="the schema file of the embedded server")


def expect_one_source(options: argparse.Namespace) -> None:
    """Refuse none, and several; raises Mistake."""
    given = [name for name in _SOURCES if getattr(options, name)]
    if len(given) != 1:
        beside = f", not {' and '.join(given)}" if given else ""
        raise Mistake(f"give one of {options.url_word}, --env, --metadata and --embedded{beside}")


@contextmanager
def opened(options: argparse.Namespace) -> Generator[Database]:
    """Open the database that the options name."""
    from fmorm import Database

    if options.url:
        database = Database.from_url(options.url)
    elif options.env:
        database = Database.from_env()
    else:
        database = Database.embedded(options.embedded)
    with database as db:
        yield db


def saved(folder: str) -> Told:
    """Read replies that were kept.

    Raises:
        OSError: The folder cannot be read.
        ValueError: There is something else in it.
    """
    from fmorm.drafting.replies import Metadata, layout_names

    replies = Metadata.load(folder)
    layouts = {name: metadata_of(name, reply) for name, reply in replies.metadata.items()}
    return Told(layout_names(replies.layouts) or list(layouts), layouts)


def told(options: argparse.Namespace, wanted: list[str]) -> Told:
    """Learn what is on layouts, on all where none is named.

    Raises:
        Mistake: A layout that is wanted is not there.
        FmormError: The server says no, or the conversation broke.
        OSError: A file or folder cannot be read.
        ValueError: What is given cannot be meant so.
    """
    expect_one_source(options)
    if options.metadata:
        known = saved(options.metadata)
        _refuse_unknown(wanted, list(known.layouts))
        return Told(known.names, {name: known.layouts[name] for name in wanted or known.layouts})
    with opened(options) as db:
        known = Told([one.name for one in db.layouts()])
        _refuse_unknown(wanted, known.names)
        for name in wanted or known.names:
            try:
                known.layouts[name] = db.layout_metadata(name)
            except (Missing, PrivilegeError) as error:
                known.refused[name] = str(error)
    return known


def _refuse_unknown(wanted: list[str], names: list[str]) -> None:
    from fmorm.checking.notes import did_you_mean

    for name in wanted:
        if name not in names:
            raise Mistake(
                f"there is no layout {name!r}, or the account may not see it{did_you_mean(name, names)}"
            )
