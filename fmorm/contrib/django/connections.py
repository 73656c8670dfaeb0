"""The databases of the project: one object for each alias in a process, and in each event loop for async views."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.cache import caches
from django.utils.asyncio import async_unsafe

from fmorm import AsyncCacheTokens, AsyncDatabase, CacheTokens, Database, Host
from fmorm.contrib.django.configuration import DEFAULT, SETTING, Configuration, aliases, configuration_of
from fmorm.transport.leaving import tell_of_forks

if TYPE_CHECKING:
    from fmorm.server import App


class Apps:
    """The embedded servers of the project: one for each alias, whoever asks."""

    def __init__(self) -> None:
        self._apps: dict[str, App] = {}
        self._served: dict[str, str] = {}
        self._background = ExitStack()
        self._lock = threading.RLock()

    def app(self, of: Configuration) -> App:
        """Give the embedded server of an alias."""
        with self._lock:
            if of.alias not in self._apps:
                from fmorm.server import App, load_schema

                self._apps[of.alias] = App(load_schema(of.embedded), data=of.data, code=of.code)
            return self._apps[of.alias]

    def address(self, of: Configuration) -> str:
        """Give the address at which the embedded server of an alias is served in this process."""
        with self._lock:
            if of.alias not in self._served:
                from fmorm.server import Background

                background = self._background.enter_context(Background(self.app(of)))
                self._served[of.alias] = background.url
            return self._served[of.alias]

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            self._background.close()
            for app in self._apps.values():
                app.close()
            self._apps.clear()
            self._served.clear()


class Databases:
    """The databases by alias: `databases["stock"]`. Each is opened when it is first asked for, and used by all threads.

    A database keeps as many FileMaker sessions as `SESSIONS` says, for all threads together; what nobody uses is logged
    out after `IDLE` seconds, and the rest when the process ends. A process that was forked opens its own.
    """

    def __init__(self) -> None:
        self._apps = Apps()
        self._open: dict[str, Database] = {}
        self._hosts: dict[str, Host] = {}
        self.after_fork()
        tell_of_forks(self)

    def after_fork(self) -> None:
        """Have a lock of one's own: another thread of the parent may have held it."""
        self._lock = threading.RLock()

    @async_unsafe("The databases of fmorm would stop the event loop here: use async_db or async_databases.")
    def __getitem__(self, alias: str) -> Database:
        """Give the database of an alias.

        Raises:
            ImproperlyConfigured: The setting has no such alias, or what it says is wrong.
            SynchronousOnlyOperation: This is an event loop.
        """
        with self._lock:
            if alias not in self._open:
                self._open[alias] = self._opened(configuration_of(alias))
            return self._open[alias]

    def __iter__(self) -> Iterator[str]:
        return iter(aliases())

    def host(self, alias: str = DEFAULT) -> Host:
        """Give the server of an alias, for accounts of one's own; raises ImproperlyConfigured."""
        with self._lock:
            if alias not in self._hosts:
                self._hosts[alias] = self._hosted(configuration_of(alias))
            return self._hosts[alias]

    def file(self, alias: str = DEFAULT) -> str:
        """Give the name of the file of an alias; raises ImproperlyConfigured."""
        of = configuration_of(alias)
        named = of.options.get("database")
        return str(named) if named else self.app(of).databases[0]

    def app(self, of: Configuration) -> App:
        """Give the embedded server of an alias."""
        return self._apps.app(of)

    def close_all(self) -> None:
        """Log out of everything and close the embedded servers; what is used again is opened again."""
        with self._lock:
            closing: list[Database | Host] = [*self._open.values(), *self._hosts.values()]
            self._open.clear()
            self._hosts.clear()
        for one in closing:
            one.close()
        self._apps.close()

    def _opened(self, of: Configuration) -> Database:
        tokens = CacheTokens(caches[of.tokens], settings.SECRET_KEY) if of.tokens else None
        if of.embedded is not None:
            return Database.embedded(self.app(of), tokens=tokens, **of.options)
        return Database(**of.options, tokens=tokens)

    def _hosted(self, of: Configuration) -> Host:
        options: dict[str, Any] = {key: of.options[key] for key in of.options if key not in _OF_ACCOUNTS}
        if of.embedded is not None:
            options |= {"url": self._apps.address(of)}
        return Host(**options)


_OF_ACCOUNTS = {"database", "user", "password", "credentials", "sources", "sessions"}
"""Options that are no host's: who is asked for comes with each log-in, and a person has one session."""


@dataclass(eq=False)
class _InLoop:
    """What is open in one event loop, and the task that closes it at the loop's end."""

    databases: dict[str, AsyncDatabase] = field(default_factory=dict[str, AsyncDatabase])
    keeper: asyncio.Task[None] | None = None


class AsyncDatabases:
    """The databases by alias for async views: `async_databases["stock"]`, one of each in an event loop.

    They are closed when the loop ends, also where Django makes a loop for one request.
    """

    def __init__(self, synchronous: Databases) -> None:
        """Share embedded servers with `synchronous`."""
        self._synchronous = synchronous
        self._loops: dict[asyncio.AbstractEventLoop, _InLoop] = {}

    def __getitem__(self, alias: str) -> AsyncDatabase:
        """Give the database of an alias in the running event loop.

        Raises:
            ImproperlyConfigured: The setting has no such alias, or what it says is wrong.
            RuntimeError: There is no event loop here.
        """
        here = self._here()
        if alias not in here.databases:
            here.databases[alias] = self._opened(configuration_of(alias))
        return here.databases[alias]

    def __iter__(self) -> Iterator[str]:
        return iter(aliases())

    def forget(self) -> None:
        """Let go of what is open: each event loop closes what is its own."""
        for loop, here in list(self._loops.items()):
            del self._loops[loop]
            if here.keeper is not None and not loop.is_closed():
                loop.call_soon_threadsafe(here.keeper.cancel)

    def _here(self) -> _InLoop:
        loop = asyncio.get_running_loop()
        if loop not in self._loops:
            for one in [one for one in list(self._loops) if one.is_closed()]:
                self._loops.pop(one, None)
            here = self._loops[loop] = _InLoop()
            here.keeper = loop.create_task(self._keep(loop, here), name="fmorm")
        return self._loops[loop]

    async def _keep(self, loop: asyncio.AbstractEventLoop, here: _InLoop) -> None:
        """Wait for the end of the event loop, which cancels its tasks, and close the databases then."""
        try:
            await loop.create_future()
        finally:
            if self._loops.get(loop) is here:
                del self._loops[loop]
            for one in here.databases.values():
                await one.close()

    def _opened(self, of: Configuration) -> AsyncDatabase:
        tokens = AsyncCacheTokens(caches[of.tokens], settings.SECRET_KEY) if of.tokens else None
        if of.embedded is not None:
            return AsyncDatabase.embedded(self._synchronous.app(of), tokens=tokens, **of.options)
        return AsyncDatabase(**of.options, tokens=tokens)


class _Default:
    """Stands for the default database, whichever that is at the time."""

    def __init__(self, of: Databases | AsyncDatabases) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of[DEFAULT], name)

    def __repr__(self) -> str:
        return f"<the database {DEFAULT!r} of {SETTING}>"


databases = Databases()
"""The databases of the setting `FMORM`, by alias."""

db = cast("Database", _Default(databases))
"""The database `default`."""

async_databases = AsyncDatabases(databases)
"""The databases of the setting `FMORM` for async views, by alias."""

async_db = cast("AsyncDatabase", _Default(async_databases))
"""The database `default` for async views."""


def settings_changed(*, setting: str, **_: Any) -> None:
    """Let go of all databases when a test overrides the setting, or what it names."""
    if setting in {SETTING, "CACHES", "SECRET_KEY"}:
        async_databases.forget()
        databases.close_all()
