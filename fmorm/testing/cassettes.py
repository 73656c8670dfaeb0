"""A conversation with a server on a cassette: replayed, recorded, or held live; without pytest as well."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final, Literal, Never, TypeAlias
from unittest.mock import patch
from urllib.parse import unquote

from fmorm import Account, AsyncDatabase, Database
from fmorm.server import App, Background
from fmorm.testing.recording import configure, options
from fmorm.testing.scrubbing import HOST, SCRUBBED, Scrubber
from fmorm.transport.embedded import EmbeddedMount, embedded
from fmorm.transport.settings import Settings, from_url

Mode: TypeAlias = Literal["replay", "record", "live"]

_PLACE: Final = re.compile(r"/fmi/data/([^/]+)/databases/([^/?]+)/")


class CassetteError(AssertionError):
    """A conversation did not go over its cassette as it should have."""


class Cassette:
    """A conversation with one database, and the way to hold it.

    Attributes:
        mode: `replay`: what was recorded is answered, and nothing is sent. `record`: a server is asked, and what it
            answers is recorded. `live`: a server is asked, and nothing is recorded.
        settings: How the database is reached.
    """

    def __init__(self, mode: Mode, settings: Settings, played: Any = None) -> None:
        """Keep vcrpy's cassette, where there is one."""
        self.mode: Mode = mode
        self.settings = settings
        self._played = played

    def open(self, **options: Any) -> Database:
        """Open the database, which you close.

        Args:
            **options: Those of `Database` that shall differ, such as `user` and `password`.

        Returns:
            The database.
        """
        return Database(**self._options(options))

    def open_async(self, **options: Any) -> AsyncDatabase:
        """Open the database for a program with an event loop, in which you close it.

        Args:
            **options: Those of `AsyncDatabase` that shall differ.

        Returns:
            The database.
        """
        return AsyncDatabase(**self._options(options))

    def count(self, method: str | None = None) -> int | None:
        """Count the requests on the cassette.

        Args:
            method: Only those with this HTTP method.

        Returns:
            How many there are so far while it is recorded, and in the whole recording while it is replayed; None live,
            where nobody counts.
        """
        if self._played is None:
            return None
        return sum(method in {None, request.method} for request in self._played.requests)

    def check(self) -> None:
        """Check, at the end of a conversation, that it went over the cassette, and as far as the recording goes.

        Raises:
            CassetteError: Nothing was recorded, or a recorded reply was not asked for.
        """
        if self._played is None:
            return
        if not len(self._played):
            raise CassetteError("the conversation left no trace on the cassette: no database of it was used")
        if self.mode == "replay" and not self._played.all_played:
            asked, there = self._played.play_count, len(self._played)
            raise CassetteError(f"of {there} replies on the cassette {asked} were asked for: record it anew")

    def __repr__(self) -> str:
        return f"<Cassette, {self.mode}, database {self.settings.database!r}>"

    def _options(self, other: dict[str, Any]) -> dict[str, Any]:
        given = {one.name: getattr(self.settings, one.name) for one in fields(self.settings)}
        if other.keys() & {"user", "password"}:
            who = given.pop("credentials")
            if isinstance(who, Account):
                given |= {"user": who.name, "password": who.password}
        return given | other


@contextmanager
def use_cassette(
    path: str | os.PathLike[str], *, record_from: App | str | None = None
) -> Generator[Cassette]:
    """Replay a conversation from a file, or record it, for the time of a `with` block.

    Args:
        path: The cassette, a YAML file.
        record_from: None to replay. To record anew, the server to talk to: an `App`, or a URL with everything, as
            `Database.from_url` takes it. The old recording is replaced when the block ends well.

    Yields:
        The cassette: `cassette.open()` opens the database.

    Raises:
        CassetteError: There is no recording, or the conversation was another one.
        SecretFound: A secret would have been written; nothing was.
        ImportError: The extra `testing` is not installed.
    """
    place = Path(path)
    if record_from is None:
        with _replaying(place) as cassette:
            yield cassette
    elif isinstance(record_from, App):
        with (
            Background(record_from) as server,
            _recording(place, served(record_from, server.url)) as cassette,
        ):
            yield cassette
    else:
        with _recording(place, from_url(record_from)) as cassette:
            yield cassette


@contextmanager
def _replaying(place: Path) -> Generator[Cassette]:
    if not place.exists():
        raise CassetteError(f"there is no cassette {place}: record it first")
    with _played(place, "none", Scrubber()) as played:
        cassette = Cassette("replay", replayed(played), played)
        yield cassette
        cassette.check()


@contextmanager
def _recording(place: Path, settings: Settings) -> Generator[Cassette]:
    new = place.with_name(f".new-{place.name}")
    new.unlink(missing_ok=True)
    try:
        with _played(new, "all", Scrubber.of(settings)) as played:
            cassette = Cassette("record", settings, played)
            yield cassette
            cassette.check()
        new.replace(place)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def _played(place: Path, mode: str, scrubber: Scrubber) -> Generator[Any]:
    try:
        vcr = importlib.import_module("vcr").VCR(record_mode=mode)
    except ModuleNotFoundError:
        raise ImportError("cassettes need vcrpy: pip install 'fmorm[testing]'") from None
    configure(vcr, scrubber)
    with in_process_refused(), vcr.use_cassette(str(place), **options(scrubber)) as played:
        yield played


def served(app: App, url: str, *, user: str | None = None, database: str | None = None) -> Settings:
    """Say how an embedded server is reached on a socket.

    Args:
        app: The server.
        url: Its address.
        user: The account; None for the first one that may write.
        database: The file; None for the first.

    Returns:
        The settings.
    """
    settings, _ = embedded(app, data=":memory:", user=user, database=database)
    return replace(settings, url=url)


def replayed(played: Any) -> Settings:
    """Say how a recorded server is reached: under the name that recordings have for all, with the recorded database.

    Args:
        played: The cassette of vcrpy.

    Returns:
        The settings.

    Raises:
        CassetteError: The cassette has no request to a database.
    """
    for request in played.requests:
        if found := _PLACE.search(request.uri):
            version, database = found[1], unquote(found[2])
            return Settings(
                url=HOST, database=database, version=version, credentials=Account(SCRUBBED, SCRUBBED)
            )
    raise CassetteError(
        "the cassette is empty or was not found: record it, with --record-mode=rewrite in pytest"
    )


@contextmanager
def in_process_refused() -> Generator[None]:
    """Refuse requests to embedded servers in process: no cassette notices them, and a test would be green by them.

    Within the block they raise CassetteError.
    """
    with patch.object(EmbeddedMount, "answer", _refuse):
        yield


def _refuse(*_: object) -> Never:
    raise CassetteError(
        "an embedded server in process was asked while a cassette is open, which can neither record nor replay that: "
        "open the database by the cassette"
    )
