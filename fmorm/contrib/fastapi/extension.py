"""The databases of an application: opened when it starts, closed when it ends."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeAlias

from fastapi import FastAPI

from fmorm import AsyncDatabase
from fmorm.contrib.fastapi.opened import PerLoop
from fmorm.contrib.fastapi.users import Users

Opens: TypeAlias = Callable[[], AsyncDatabase]


class FMORM:
    """FileMaker databases of a FastAPI application.

    Each is opened once for each process, when `lifespan` begins, and is shared by all requests. Nothing is sent before
    the first verb.

    Args:
        database: Opens the application's own database: `AsyncDatabase.from_env`, or a function that gives one. None
            where the application has no account of its own.
        binds: The same for further databases, by the name that the application calls them.
        users: People who log in with their own FileMaker accounts, if they do.
    """

    def __init__(
        self,
        database: Opens | None = None,
        *,
        binds: Mapping[str, Opens] | None = None,
        users: Users | None = None,
    ) -> None:
        named: list[tuple[str | None, Opens]] = [*(binds or {}).items()]
        if database is not None:
            named.insert(0, (None, database))
        self._opens = dict(named)
        self._users = users
        self._open = PerLoop(self._open_all, "the FileMaker database")

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncGenerator[None]:  # noqa: ARG002 - Starlette passes it
        """Keep the databases open for the time that an application runs: `FastAPI(lifespan=fm.lifespan)`.

        In a lifespan of your own, `async with fm.lifespan(app):` does the same. At the end everything is logged out.

        Args:
            app: The application.
        """
        async with AsyncExitStack() as stack:
            if self._users is not None:
                await stack.enter_async_context(self._users.opened())
            await stack.enter_async_context(self._open.opened())
            yield

    async def db(self) -> AsyncDatabase:
        """Give the application's own database; a dependency, for `Annotated[AsyncDatabase, Depends(fm.db)]`.

        Raises:
            RuntimeError: `lifespan` has not begun.
            LookupError: The application has none.
        """
        return self.database()

    def bind(self, name: str) -> Callable[[], Awaitable[AsyncDatabase]]:
        """Give a dependency for a further database: `Annotated[AsyncDatabase, Depends(fm.bind("stock"))]`.

        Args:
            name: Its name in `binds`.

        Returns:
            The dependency. For one name it is the same each time, so that `dependency_overrides` finds it.

        Raises:
            LookupError: There is none.
        """
        self._expect(name)
        return _Bind(self, name)

    def database(self, bind: str | None = None) -> AsyncDatabase:
        """Give a database where there are no dependencies, as in a background task.

        Args:
            bind: Its name in `binds`; the application's own where it is left out.

        Returns:
            The database; the same for all requests of the process.

        Raises:
            RuntimeError: `lifespan` has not begun.
            LookupError: There is none.
        """
        self._expect(bind)
        return self._open.value()[bind]

    def _expect(self, name: str | None) -> None:
        if name in self._opens:
            return
        if name is None:
            raise LookupError(
                "the application has no FileMaker account of its own: FMORM(AsyncDatabase.from_env)"
            )
        known = ", ".join(one for one in self._opens if one is not None) or "none"
        raise LookupError(f"binds has no database {name!r}; it has {known}")

    def _open_all(self, closing: AsyncExitStack) -> dict[str | None, AsyncDatabase]:
        opened: dict[str | None, AsyncDatabase] = {}
        for name, opens in self._opens.items():
            opened[name] = opens()
            closing.push_async_callback(opened[name].close)
        return opened


class _Bind:
    """The dependency for one further database; two of the same database are equal."""

    def __init__(self, fm: FMORM, name: str) -> None:
        self._key = fm, name

    async def __call__(self) -> AsyncDatabase:
        fm, name = self._key
        return fm.database(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bind) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)
