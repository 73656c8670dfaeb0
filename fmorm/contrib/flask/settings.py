"""The keys of `app.config` that begin with `FMORM_`."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

CONNECTING: Final = (
    "url",
    "database",
    "user",
    "password",
    "credentials",
    "sources",
    "version",
    "timeout",
    "connect_timeout",
    "verify",
    "proxy",
    "sessions",
    "wait",
    "idle",
    "retry",
    "debug",
    "on_request",
    "tokens",
)
"""The arguments of `Database`."""
EMBEDDED: Final = ("embedded", "data", "code")
"""What the embedded server takes in place of an address."""
_TEXTS: Final = ("url", "database", "user", "login_view", "login_message", "ended_message")
_PREFIX: Final = "FMORM_"

USER_SECONDS: Final = 12 * 60 * 60
"""How long a user stays logged in at most: a long working day. FileMaker ends an idle session after 15 minutes."""
PER_PAGE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an application's configuration says.

    Attributes:
        main: How to reach the application's own database: arguments of `Database` by name.
        binds: The same for further databases, by the name that the application calls them.
        per_user: Whether people log in with their own FileMaker accounts.
        login_view: The endpoint of the log-in page; without one, who has not logged in is answered with 401.
        login_message: What is flashed to who has to log in.
        ended_message: What is flashed to whose session has ended.
        users: Where log-ins are kept; in the memory of the process where it is left out.
        user_seconds: How long a log-in is kept.
        per_page: How many records a page has.
        error_pages: Whether fmorm's errors are answered with pages of HTTP's: 404, 409 and so on.
    """

    main: Mapping[str, Any] = field(repr=False)
    binds: Mapping[str, Mapping[str, Any]] = field(repr=False)
    per_user: bool = False
    login_view: str | None = None
    login_message: str = "Please log in."
    ended_message: str = (
        "Your session has ended, and your last request was not carried out. Please log in again."
    )
    users: Any = None
    user_seconds: int = USER_SECONDS
    per_page: int = PER_PAGE
    error_pages: bool = False


_OURS: Final = tuple(name for name in Settings.__dataclass_fields__ if name not in {"main", "binds"})
_KNOWN: Final = (*CONNECTING, *EMBEDDED, *_OURS, "binds")


def read(config: Mapping[str, Any]) -> Settings:
    """Read the settings of an application.

    Args:
        config: The application's configuration. Keys that do not begin with `FMORM_` are somebody else's.

    Returns:
        The settings.

    Raises:
        ValueError: A key is unknown, or does not fit another one.
        TypeError: A value is of the wrong type.
    """
    given = {
        key.removeprefix(_PREFIX).lower(): value
        for key, value in config.items()
        if key.startswith(_PREFIX) and value is not None
    }
    _expect_known(given, _KNOWN, _key)
    _expect_texts(given)
    binds = {name: _bind(name, one) for name, one in given.get("binds", {}).items()}
    main: dict[str, Any] = {name: given[name] for name in (*CONNECTING, *EMBEDDED) if name in given}
    ours = {name: given[name] for name in _OURS if name in given}
    return Settings(main=main, binds=binds, **ours)


def _bind(name: str, given: Any) -> Mapping[str, Any]:
    if isinstance(given, str):
        return {"url": given}
    if not isinstance(given, Mapping):
        raise TypeError(
            f"FMORM_BINDS[{name!r}] is a URL or a mapping, and was given a {type(given).__name__}"
        )
    arguments: dict[str, Any] = dict(given)  # pyright: ignore[reportUnknownArgumentType]
    _expect_known(arguments, (*CONNECTING, *EMBEDDED), f"FMORM_BINDS[{name!r}] {{!r}}".format)
    return arguments


def _key(name: str) -> str:
    return _PREFIX + name.upper()


def _expect_known(given: Iterable[str], known: tuple[str, ...], called: Callable[[str], str]) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f": do you mean {called(near[0])}?" if near else ""
            raise ValueError(f"{called(name)} is no setting of fmorm's{hint}")


def _expect_texts(given: Mapping[str, Any]) -> None:
    """Refuse what `from_prefixed_env` has made of digits: the password 0123 and 123 would be one."""
    for name in _TEXTS:
        if name in given and not isinstance(given[name], str):
            raise TypeError(f"{_key(name)} is a text and was given a {type(given[name]).__name__}")
    password = given.get("password")
    if password is not None and not isinstance(password, str) and not callable(password):
        raise TypeError(
            f"FMORM_PASSWORD is a text or a function and was given a {type(password).__name__}: "
            "from_prefixed_env reads digits as a number, unless they stand in double quotes"
        )
