"""Everything that says how to reach one database, from arguments, a URL or the environment."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from fmorm.protocol.retry import Retry
from fmorm.transport.addresses import decoded, expect_proxy, expect_server, masked, pairs, split
from fmorm.transport.credentials import Credentials, DataSource
from fmorm.transport.logins import LOGINS, LoginMissing, credentials_of, source_of, sources_of
from fmorm.transport.options import OPTIONS, read_options, suggestion
from fmorm.transport.trust import Verify, trusting
from fmorm.wire.requests import Place

_VERSION: Final = re.compile(r"v[0-9]+|vLatest")

VERSION: Final = "vLatest"
TIMEOUT: Final = 60.0
"""Seconds that a reply may take: a find on an unindexed field takes its time."""
CONNECT_TIMEOUT: Final = 10.0
"""Seconds that a connection may take: a host that does not answer sooner is away."""
SESSIONS: Final = 4
"""FileMaker sessions that one database object holds at most: each counts against the host's capacity."""
WAIT: Final = 60.0
"""Seconds to wait for a free session: as long as a reply may take that somebody else waits for."""
IDLE: Final = 300.0
"""Seconds after which a surplus session is logged out: long before the server forgets it, after fifteen minutes."""

RETRY: Final = Retry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to reach one database.

    Attributes:
        url: The server's address: scheme, host and port.
        database: The file, without extension.
        credentials: Who logs in.
        sources: Other files that the database takes data from, and who opens them.
        version: The Data API's version segment.
        timeout: Seconds to wait for the next piece of a reply.
        connect_timeout: Seconds that connecting may take.
        verify: Whether the server's certificate is checked, or the TLS context to check it with; a path becomes one.
        proxy: The proxy to go through; None leaves it to the environment of the process. It may hold a password.
        sessions: How many FileMaker sessions may be open at once.
        wait: Seconds to wait for a free session.
        idle: Seconds after which an unused session is logged out, as soon as another one has been used.
        retry: How often what may be repeated is sent again.
        debug: Whether each request is printed to the standard error stream, without secrets.
        iso_dates: Whether finds of several pages ask for ISO dates; None finds out whether that is safe.
    """

    url: str
    database: str
    credentials: Credentials
    sources: tuple[DataSource, ...] = ()
    version: str = VERSION
    timeout: float = TIMEOUT
    connect_timeout: float = CONNECT_TIMEOUT
    verify: Verify = field(default=True, repr=False)
    proxy: str | None = field(default=None, repr=False)
    sessions: int = SESSIONS
    wait: float = WAIT
    idle: float = IDLE
    retry: Retry = RETRY
    debug: bool = False
    iso_dates: bool | None = None

    def __post_init__(self) -> None:
        """Check what a typing slip would turn into a puzzling failure later; raises ValueError or TypeError."""
        for name in ("url", "database", "version"):
            _expect("a text", name, getattr(self, name), str)
        expect_server(self.url)
        if not self.database:
            raise ValueError("the database name is empty")
        _expect("an Account, an OAuth or a ClarisID", "credentials", self.credentials, Credentials)
        object.__setattr__(self, "sources", _expect_sources(self.sources))
        if not _VERSION.fullmatch(self.version):
            raise ValueError(f"version={self.version!r}: the Data API's are v1, v2 and vLatest")
        _expect_seconds("timeout", self.timeout, some=True)
        _expect_seconds("connect_timeout", self.connect_timeout, some=True)
        object.__setattr__(self, "verify", trusting(self.verify))
        if self.proxy is not None:
            _expect("a text", "proxy", self.proxy, str)
            expect_proxy(self.proxy)
        if self.sessions.__class__ is not int or self.sessions < 1:
            raise ValueError(
                f"sessions={self.sessions!r}: one session is the least, and it is a whole number"
            )
        _expect_seconds("wait", self.wait)
        _expect_seconds("idle", self.idle)
        _expect("a fmorm Retry", "retry", self.retry, Retry)
        _expect("True or False", "debug", self.debug, bool)
        if self.iso_dates is not None:
            _expect("True, False or None", "iso_dates", self.iso_dates, bool)

    @property
    def place(self) -> Place:
        """Where requests go on the host."""
        return Place(self.version, self.database)


# -- from a URL ------------------------------------------------------------------------------------------

_IN_URL: Final = ("auth", "keyring")
"""Options of a URL that say who logs in, beside user and password in their place."""

_FORM: Final = "write it like https://user:password@fm.example.com/database"


def from_url(url: str) -> Settings:
    """Read settings from one URL.

    Args:
        url: `https://user:password@host/database?version=v2&timeout=30&sessions=8`, with each part percent-encoded
            where it needs it. `?keyring=SERVICE` stands for a password in the keyring, `?auth=claris-id` says that
            user and password are a Claris ID, each `source=file:user:password` opens an external data source.

    Returns:
        The settings.

    Raises:
        ValueError: Something is missing or unknown; the message shows no password.
    """
    given = _in_url(url)
    try:
        return _made(given, credentials_of(_only(LOGINS, given), _called_in_url), _called_in_url)
    except LoginMissing:
        pass
    raise ValueError(f"url {masked(url)!r}: {_FORM}")


def _called_in_url(name: str) -> str:
    return f"the {name} before the @" if name in {"user", "password"} else name


def _in_url(url: str) -> dict[str, Any]:
    """Take a URL apart into texts by name, and its sources."""
    _expect("a text", "url", url, str)
    parts = split("url", url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"url {masked(url)!r}: {_FORM}")
    if parts.fragment or "/" in parts.path.strip("/"):
        raise ValueError(
            f"url {masked(url)!r}: behind the host stands the database and nothing else; is a # or / percent-encoded?"
        )
    given: dict[str, Any] = {"url": f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"}
    for name, text in (("user", parts.username), ("password", parts.password)):
        if text is not None:
            given[name] = decoded(f"the {name} of the url", text)
    if database := decoded("the database of the url", parts.path.strip("/")):
        given["database"] = database
    return given | _in_query(url, parts.query)


def _in_query(url: str, query: str) -> dict[str, Any]:
    given: dict[str, Any] = {}
    known = [*OPTIONS, *_IN_URL, "source"]
    for place, (name, text) in enumerate(pairs(query), 1):
        if name == "source":
            given["sources"] = (*given.get("sources", ()), source_of(text, "source"))
        elif name not in known:
            # Its name is not shown: a password whose & was not encoded ends in a name.
            near = suggestion(name, known)
            raise ValueError(
                f"url {masked(url)!r}: option {place} behind the ? is unknown{near}; known: {', '.join(known)}"
            )
        elif name in given:
            raise ValueError(f"url {masked(url)!r}: {name}= is there twice")
        else:
            given[name] = text
    return given


# -- from the environment --------------------------------------------------------------------------------

ENVIRONMENT: Final = {
    name: f"FMORM_{name.upper()}" for name in ("url", "database", *LOGINS, "sources", *OPTIONS)
}
"""The variable of each setting."""


def from_env(environ: Mapping[str, str] | None = None) -> Settings:
    """Read settings from environment variables.

    Args:
        environ: The variables; those of the process where it is left out. `FMORM_URL` may be all that `from_url`
            takes, or a part of it; every part has a variable of its own. One that is empty counts as not given.

    Returns:
        The settings.

    Raises:
        LookupError: A variable is missing; the message names it.
        ValueError: A variable cannot be meant so, or says what the URL says, too; the message shows no password.
        CredentialsMissing: A password file cannot be read.
    """
    variables = os.environ if environ is None else environ
    given: dict[str, Any] = {
        name: variables[variable] for name, variable in ENVIRONMENT.items() if variables.get(variable)
    }
    if "sources" in given:
        given["sources"] = sources_of(given["sources"], ENVIRONMENT["sources"])
    in_url = _in_url(given.pop("url")) if "url" in given else {}
    _expect_once(in_url, given)
    given |= in_url

    def called(name: str) -> str:
        return _called_in_url(name) if name in in_url else ENVIRONMENT[name]

    missing = [ENVIRONMENT[name] for name in ("url", "database") if name not in given]
    try:
        credentials = credentials_of(_only(LOGINS, given), called)
        if not missing:
            return _made(given, credentials, called)
    except LoginMissing as error:
        missing.extend(error.names)
    raise LookupError(f"environment variables missing: {', '.join(missing)}")


def _expect_once(in_url: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Which of two to take would be a guess, and a program might write to the wrong database."""
    twice = [ENVIRONMENT[name] for name in given if name in in_url]
    if twice:
        raise ValueError(f"{', '.join(twice)}: FMORM_URL says that, too; leave one of them out")


def _made(given: Mapping[str, Any], credentials: Credentials, called: Callable[[str], str]) -> Settings:
    return Settings(
        url=given["url"],
        database=given.get("database", ""),
        credentials=credentials,
        sources=given.get("sources", ()),
        **read_options(_only(OPTIONS, given), called),
    )


def _only(names: Iterable[str], given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}


# -- checks ----------------------------------------------------------------------------------------------


def _expect(what: str, name: str, value: object, kind: type[Any]) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"{name} is {what} and was given a {type(value).__name__}")


def _expect_seconds(name: str, value: float, *, some: bool = False) -> None:
    fits = value.__class__ in {int, float} and 0 <= value < math.inf and (value > 0 or not some)
    if not fits:
        raise ValueError(f"{name}={value!r}: give seconds, {'more than 0' if some else '0 or more'}")


def _expect_sources(given: object) -> tuple[DataSource, ...]:
    if not isinstance(given, (list, tuple)):
        raise TypeError(f"sources is a sequence of DataSource and was given a {type(given).__name__}")
    sources: tuple[DataSource, ...] = tuple(cast("Sequence[DataSource]", given))
    for source in sources:
        _expect("a DataSource", "each of the sources", source, DataSource)
    return sources
