"""People who log in with their own FileMaker accounts.

The browser's cookie holds a random key and nothing else: Flask signs its cookies, and encrypts nothing. Account and
token stay on the server, in a store under that key.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Unauthorized

from fmorm import Database, FmormError
from fmorm.contrib.flask import late
from fmorm.contrib.flask.connections import Connections
from fmorm.contrib.flask.settings import Settings
from fmorm.contrib.flask.stores import MemoryUsers, UserStore

P = ParamSpec("P")
R = TypeVar("R")

COOKIE: Final = "fmorm"
"""Where the key stands in Flask's session."""
_PREFIX: Final = "fmorm:user:"


class LogInRequired(Unauthorized):
    """Nobody has logged in: answered with the log-in page, or with 401 where there is none.

    Attributes:
        ended: Whether somebody had, and the session has ended.
    """

    def __init__(self, *, ended: bool = False) -> None:
        super().__init__()
        self.ended = ended


class Users:
    """The users of one application.

    Args:
        settings: What the configuration says.
        connections: Where they log in.
    """

    def __init__(self, settings: Settings, connections: Connections) -> None:
        self._settings = settings
        self._connections = connections
        self._store: UserStore = settings.users or MemoryUsers()

    @property
    def name(self) -> str | None:
        """The account that has logged in with this browser; None where nobody has."""
        kept = self._kept()
        return kept[0] if kept else None

    def database(self) -> Database:
        """Give the database as the user sees it; raises LogInRequired where nobody has logged in."""
        kept = self._kept()
        if kept is None:
            raise LogInRequired(ended=COOKIE in session)
        return self._connections.host.resume(self._connections.file, kept[1])

    def log_in(self, user: str, password: str) -> None:
        """Log in to FileMaker, and keep the token under a new key: one that was planted before is of no use."""
        host, file = self._connections.host, self._connections.file
        token = host.log_in(file, user=user, password=password)
        key = secrets.token_urlsafe(32)
        try:
            self._keep(key, user, token)
        except BaseException:
            host.log_out(file, token)
            raise
        self.log_out()
        session[COOKIE] = key

    def log_out(self) -> None:
        """Log out of FileMaker and forget the user; where nobody has logged in, nothing happens."""
        if kept := self.forget():
            # A server out of reach ends the session by itself, and here nobody knows its token any more.
            with suppress(FmormError):
                self._connections.host.log_out(self._connections.file, kept[1])

    def forget(self) -> tuple[str, str] | None:
        """Forget the user of this browser, and give account and token."""
        kept = self._kept()
        if key := session.pop(COOKIE, None):
            self._store.delete(_PREFIX + key)
        return kept

    def to_log_in(self, error: Exception) -> ResponseReturnValue:
        """Answer somebody who has to log in, first or again."""
        ended = not isinstance(error, LogInRequired) or error.ended
        kept = self.forget()
        if self._settings.login_view is None:
            return Unauthorized()
        if kept:
            late.keep(self._store, kept[0])
        flash(self._settings.ended_message if ended else self._settings.login_message, "fmorm")
        return redirect(url_for(self._settings.login_view, next=_asked_for()), 303)

    def late_form(self) -> MultiDict[str, str] | None:
        """Give the form of this page that came too late, if its user is back."""
        return late.take(self._store, self.name)

    def _keep(self, key: str, user: str, token: str) -> None:
        if self._store.set(_PREFIX + key, (user, token), timeout=self._settings.user_seconds) is False:
            raise RuntimeError("FMORM_USERS does not keep what it is given: nobody can log in")

    def _kept(self) -> tuple[str, str] | None:
        key = session.get(COOKIE)
        if not isinstance(key, str):
            return None
        kept = self._store.get(_PREFIX + key)
        return (str(kept[0]), str(kept[1])) if kept else None


def required(users: Callable[[], Users], view: Callable[P, R]) -> Callable[P, R]:
    """Wrap a view so that it is for those only who have logged in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if users().name is None:
            raise LogInRequired(ended=COOKIE in session)
        return view(*args, **kwargs)

    return guarded


def next_url(default: str) -> str:
    """Give the path to go on to after the log-in, out of the request's `next`; the default where it leads elsewhere."""
    asked = request.values.get("next", "")
    return asked if _is_local(asked) else default


def _asked_for() -> str | None:
    """Give the page to come back to: what was asked for, or the page of the form that was sent."""
    if request.method in {"GET", "HEAD"}:
        return (request.script_root + request.full_path).rstrip("?")
    came_from = urlsplit(request.referrer or "")
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return path if came_from.netloc == request.host and _is_local(path) else None


def _is_local(path: str) -> bool:
    r"""Tell whether it is a path of this site: `//host` is not, nor what browsers read so: `/\host`, a tab inside."""
    safe = all(letter > " " and letter != "\\" for letter in path)
    return safe and path.startswith("/") and not path.startswith("//")
