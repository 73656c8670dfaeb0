"""What one application has open: its databases, and the host that its users log in to."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fmorm import Database, Host
from fmorm.contrib.flask.settings import EMBEDDED, Settings

if TYPE_CHECKING:
    from fmorm.server import App

_OF_A_HOST: Final = (
    "version",
    "timeout",
    "connect_timeout",
    "verify",
    "proxy",
    "wait",
    "idle",
    "retry",
    "debug",
    "on_request",
)
"""Settings of the main database that hold for its users, too."""
_WHO: Final = ("user", "password", "credentials")
_NOT_IN_URLS: Final = ("on_request", "tokens")
_NOT_EMBEDDED: Final = (
    "url",
    "password",
    "credentials",
    "sources",
    "version",
    "connect_timeout",
    "verify",
    "proxy",
)


class Connections:
    """The databases of an application in this process, and the host of its users.

    Nothing is sent before the first verb. After a fork each process opens sessions of its own.

    Args:
        settings: What the configuration says.
        root: The folder that the paths of schema files begin at.

    Raises:
        ValueError: A setting cannot be meant so.
        SchemaError: A schema is wrong.
    """

    def __init__(self, settings: Settings, root: str) -> None:
        self._settings = settings
        self._root = Path(root)
        self._closing = ExitStack()
        self._lock = threading.Lock()
        self._host: Host | None = None
        self._app: App | None = None
        try:
            self._binds = {name: self._opened(one) for name, one in settings.binds.items()}
            self._main = self._open_main()
        except BaseException:
            self._closing.close()
            raise

    def database(self, bind: str | None) -> Database:
        """Give the database of a name; the application's own where it is left out.

        Raises:
            LookupError: There is none.
        """
        if bind is None:
            if self._main is None:
                raise LookupError(
                    "the application has no FileMaker account of its own: set FMORM_USER and FMORM_PASSWORD, "
                    "or use fm.db, which is the database of whoever has logged in"
                )
            return self._main
        if bind not in self._binds:
            known = ", ".join(self._binds) or "none"
            raise LookupError(f"FMORM_BINDS has no database {bind!r}; it has {known}")
        return self._binds[bind]

    @property
    def host(self) -> Host:
        """The host that users log in to, which is opened when it is asked for first."""
        with self._lock:
            if self._host is None:
                self._host = self._closing.enter_context(self._open_host())
            return self._host

    @property
    def file(self) -> str:
        """The file that users log in to."""
        named = self._settings.main.get("database")
        return str(named or (self._app.databases[0] if self._app is not None else ""))

    def close(self) -> None:
        """Log out of everything and close the connections; a second call does nothing."""
        self._closing.close()

    def _open_main(self) -> Database | None:
        main = self._settings.main
        if "embedded" in main:
            self._app, rest = self._hosted(main)
            return self._closing.enter_context(Database.embedded(self._app, **rest))
        if not self._settings.per_user:
            return self._opened(main) if main else self._closing.enter_context(Database.from_env())
        if not {"url", "database"} <= main.keys():
            raise ValueError("FMORM_PER_USER needs FMORM_URL, the server's address, and FMORM_DATABASE")
        return self._opened(main) if any(name in main for name in _WHO) else None

    def _opened(self, arguments: Mapping[str, Any]) -> Database:
        if "embedded" in arguments:
            app, rest = self._hosted(arguments)
            return self._closing.enter_context(Database.embedded(app, **rest))
        _refuse(arguments, EMBEDDED, "that is for the embedded server; there is no `embedded`")
        if "database" in arguments:
            return self._closing.enter_context(Database(**arguments))
        hooks = {name: value for name, value in arguments.items() if name in _NOT_IN_URLS}
        others = [name for name in arguments if name not in {"url", *_NOT_IN_URLS}]
        _refuse(
            arguments,
            others,
            "without a database the URL says everything; write it there, or name the database",
        )
        return self._closing.enter_context(Database.from_url(arguments.get("url", ""), **hooks))

    def _hosted(self, arguments: Mapping[str, Any]) -> tuple[App, dict[str, Any]]:
        """Give the app of an embedded database, and the other arguments of `Database.embedded`."""
        from fmorm.server import App, load_schema

        _refuse(arguments, _NOT_EMBEDDED, "the embedded server takes none; leave `embedded` or that out")
        rest = {name: value for name, value in arguments.items() if name not in EMBEDDED}
        source: App | Mapping[str, object] | str | PathLike[str] = arguments["embedded"]
        if isinstance(source, App):
            return source, rest
        schema = self._root / source if isinstance(source, (str, PathLike)) else source
        making = {name: arguments[name] for name in ("data", "code") if name in arguments}
        app = App(load_schema(schema), **making)
        self._closing.callback(app.close)
        return app, rest

    def _open_host(self) -> Host:
        main = self._settings.main
        options = {name: main[name] for name in _OF_A_HOST if name in main}
        return Host(self._url(), **options)

    def _url(self) -> str:
        if self._app is None:
            return str(self._settings.main["url"])
        from fmorm.server import Background

        # Users log in with their passwords, which only a server with a socket is asked for.
        return self._closing.enter_context(Background(self._app)).url


def _refuse(arguments: Mapping[str, Any], strays: Iterable[str], why: str) -> None:
    """Refuse settings that would be left out of account."""
    if found := [name for name in strays if name in arguments]:
        raise ValueError(f"settings of fmorm: {', '.join(found)}: {why}")
