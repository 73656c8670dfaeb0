"""Everything that says how to reach one database, from arguments, a URL or the environment."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from fmorm.transport.account import Account
from fmorm.wire.requests import Place

N = TypeVar("N", int, float)

_VERSION: Final = re.compile(r"v[0-9]+|vLatest")

VERSION: Final = "vLatest"
TIMEOUT: Final = 60.0
"""Seconds that a reply may take: a find on an unindexed field takes its time."""
SESSIONS: Final = 4
"""FileMaker sessions that one database object holds at most: each counts against the host's capacity."""

ENVIRONMENT: Final = {
    "url": "FMORM_URL",
    "database": "FMORM_DATABASE",
    "user": "FMORM_USER",
    "password": "FMORM_PASSWORD",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to reach one database.

    Attributes:
        url: The server's address: scheme, host and port.
        database: The file, without extension.
        account: Who logs in.
        version: The Data API's version segment.
        timeout: Seconds that connecting, or waiting for the next piece of a reply, may take.
        verify: Whether the server's certificate is checked, or the TLS context to check it with.
        sessions: How many FileMaker sessions may be open at once.
    """

    url: str
    database: str
    account: Account
    version: str = VERSION
    timeout: float = TIMEOUT
    verify: bool | ssl.SSLContext = field(default=True, repr=False)
    sessions: int = SESSIONS

    def __post_init__(self) -> None:
        """Check what a typing slip would turn into a puzzling failure later; raises ValueError."""
        for name in ("url", "database", "version"):
            _expect_text(name, getattr(self, name))
        parts = _split(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"url {_masked(self.url)!r}: write it like https://fm.example.com")
        if parts.username or parts.password:
            raise ValueError("the url holds an account: give user= and password=, or use from_url")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(
                f"url {_masked(self.url)!r}: give the server only; the database is an argument of its own"
            )
        if not self.database:
            raise ValueError("the database name is empty")
        if not _VERSION.fullmatch(self.version):
            raise ValueError(f"version={self.version!r}: the Data API's are v1, v2 and vLatest")
        if self.sessions.__class__ is not int or self.sessions < 1:
            raise ValueError(
                f"sessions={self.sessions!r}: one session is the least, and it is a whole number"
            )
        if self.timeout.__class__ not in {int, float} or not 0 < self.timeout < float("inf"):
            raise ValueError(f"timeout={self.timeout!r}: give seconds, more than 0")

    @property
    def place(self) -> Place:
        """Where requests go on the host."""
        return Place(self.version, self.database)


def from_url(url: str) -> Settings:
    """Read settings from one URL.

    Args:
        url: `https://user:password@host/database?version=v2&timeout=30&sessions=8`, with user, password and
            database percent-encoded where they need it.

    Returns:
        The settings.

    Raises:
        ValueError: Something is missing or unknown; the message shows no password.
    """
    parts = _split(url)
    if not parts.hostname or parts.username is None or parts.password is None:
        raise ValueError(f"url {_masked(url)!r}: write it like https://user:password@fm.example.com/database")
    host = parts.netloc.rpartition("@")[2]
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := options.keys() - {"version", "timeout", "sessions"}:
        raise ValueError(
            f"url {_masked(url)!r}: unknown {', '.join(sorted(unknown))}; known: version, timeout, sessions"
        )
    return Settings(
        url=f"{parts.scheme}://{host}",
        database=unquote(parts.path.strip("/")),
        account=Account(unquote(parts.username), unquote(parts.password)),
        version=options.get("version", VERSION),
        timeout=_number(options, "timeout", float, TIMEOUT),
        sessions=_number(options, "sessions", int, SESSIONS),
    )


def from_env(environ: Mapping[str, str] | None = None) -> Settings:
    """Read settings from environment variables.

    Args:
        environ: The variables; those of the process where it is left out: `FMORM_URL`, and where that holds no
            account also `FMORM_DATABASE`, `FMORM_USER` and `FMORM_PASSWORD`.

    Returns:
        The settings.

    Raises:
        LookupError: A variable is missing; the message names it.
        ValueError: `FMORM_URL` is no URL of a server or database.
    """
    variables = os.environ if environ is None else environ
    url = variables.get("FMORM_URL", "")
    if "@" in url:
        return from_url(url)
    missing = [name for name in ENVIRONMENT.values() if not variables.get(name)]
    if missing:
        raise LookupError(f"environment variables missing: {', '.join(missing)}")
    return Settings(
        url=url,
        database=variables[ENVIRONMENT["database"]],
        account=Account(variables[ENVIRONMENT["user"]], variables[ENVIRONMENT["password"]]),
    )


def _masked(url: str) -> str:
    """Leave out what may be a password: all before the last `@`, and the query."""
    scheme, mark, _ = url.partition("://")
    if "@" in url:
        shown = f"***@{url.rpartition('@')[2]}"
        url = f"{scheme}://{shown}" if mark and scheme in {"http", "https"} else shown
    return url.partition("?")[0]


def _expect_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} is a text and was given {value!r}")


def _split(url: str) -> SplitResult:
    if url != url.strip() or not url.isprintable():
        raise ValueError(f"url {_masked(url)!r} has white space or a control character in it")
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        parts.port  # noqa: B018 - it is checked when it is read
    except ValueError:
        pass
    else:
        return parts
    raise ValueError(
        f"url {_masked(url)!r} is no URL: is the port a number, and the password percent-encoded?"
    )


def _number(options: Mapping[str, str], name: str, kind: Callable[[str | N], N], default: N) -> N:
    try:
        return kind(options.get(name, default))
    except ValueError:
        raise ValueError(f"{name}={options[name]!r} is no number") from None
