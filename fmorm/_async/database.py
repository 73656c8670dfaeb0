"""A database: the verbs. Each is one line here; what it does is below, in `mapper`."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from fmorm._async.driver import AsyncDriver
from fmorm._async.find import AsyncFind
from fmorm.mapper import reading, storing
from fmorm.mapper.finding import Found
from fmorm.mapper.given import expect_model
from fmorm.mapper.home import Home
from fmorm.model.records import Model
from fmorm.query.find import FindSpec
from fmorm.transport import settings as connecting
from fmorm.transport.account import Account
from fmorm.transport.http import AsyncHttpTransport
from fmorm.transport.settings import SESSIONS, TIMEOUT, VERSION, Settings

if TYPE_CHECKING:
    from fmorm.server import App
    from fmorm.transport.embedded import EmbeddedMount, SchemaSource

M = TypeVar("M", bound=Model)


class AsyncDatabase:
    """One FileMaker database on one server, through the Data API.

    Use it as a context manager, or `close` it: that logs out, and an open session counts against the server's
    capacity. It connects with the first verb.

    Args:
        url: The server's address, such as `https://fm.example.com`.
        database: The file, without extension.
        user: The account; its privilege set needs the extended privilege *fmrest*.
        password: Its password.
        version: The Data API's version segment: `v1`, `v2` or `vLatest`.
        timeout: Seconds to wait for a connection, or for the next piece of a reply.
        verify: Whether the server's certificate is checked, or the TLS context to check it with.
        sessions: How many FileMaker sessions may be open at once.

    Raises:
        ValueError: An argument cannot be meant so.
    """

    def __init__(
        self,
        url: str,
        database: str,
        *,
        user: str,
        password: str,
        version: str = VERSION,
        timeout: float = TIMEOUT,
        verify: bool | ssl.SSLContext = True,
        sessions: int = SESSIONS,
    ) -> None:
        self._open(
            Settings(
                url=url,
                database=database,
                account=Account(user, password),
                version=version,
                timeout=timeout,
                verify=verify,
                sessions=sessions,
            )
        )

    def _open(self, settings: Settings, mount: EmbeddedMount | None = None) -> None:
        self._settings = settings
        self._home = Home(settings.url, settings.place)
        self._driver = AsyncDriver(settings, AsyncHttpTransport(settings, mount))

    @classmethod
    def _from(cls, settings: Settings, mount: EmbeddedMount | None = None) -> Self:
        self = cls.__new__(cls)
        self._open(settings, mount)
        return self

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Open a database by one URL.

        Args:
            url: `https://user:password@host/database`, optionally with `?version=`, `timeout=`, `sessions=`.

        Returns:
            The database.

        Raises:
            ValueError: Something is missing or unknown; the message shows no password.
        """
        return cls._from(connecting.from_url(url))

    @classmethod
    def from_env(cls) -> Self:
        """Open the database that the environment names.

        It reads `FMORM_URL`, and where that holds no account also `FMORM_DATABASE`, `FMORM_USER` and
        `FMORM_PASSWORD`.

        Returns:
            The database.

        Raises:
            LookupError: A variable is missing.
            ValueError: `FMORM_URL` cannot be meant so.
        """
        return cls._from(connecting.from_env())

    @classmethod
    def embedded(
        cls,
        schema: SchemaSource | App,
        *,
        data: str = ":memory:",
        user: str | None = None,
        sessions: int = SESSIONS,
    ) -> Self:
        """Open a database of the embedded server, in this process and without a socket.

        Args:
            schema: A schema file, the same as a mapping, or an `App` that is running already.
            data: The SQLite file that keeps the data; `:memory:` forgets it at the end.
            user: The account to use; the schema's first one that may write where it is left out.
            sessions: How many FileMaker sessions may be open at once.

        Returns:
            The database.

        Raises:
            SchemaError: The schema is wrong; the message says where.
            LookupError: The schema has no such account.
        """
        from fmorm.transport.embedded import embedded

        return cls._from(*embedded(schema, data=data, user=user, sessions=sessions))

    # -- reading -------------------------------------------------------------------------------------------

    def find(self, model: type[M]) -> AsyncFind[M]:
        """Begin a find: nothing is sent until it is asked for records.

        Args:
            model: The class of the layout.

        Returns:
            A find of all records, to be narrowed with `where`, `omit`, `sort`, `limit`.
        """
        return AsyncFind(self._driver, Found(self._home, model, FindSpec(expect_model(model, "find").place)))

    async def get(self, model: type[M], record_id: str | int | None = None, /, **key: Any) -> M:
        """Read one record, with the portals that the model declares.

        Args:
            model: The class of the layout.
            record_id: FileMaker's record id.
            key: One business key and its value instead: `get(Person, id="4711")`.

        Returns:
            The record.

        Raises:
            RecordMissing: No record has this id.
            NotFound: No record has this key.
            MultipleFound: Several records have this key.
            TypeError: Neither was given, or both, or the field is no business key.
            ValueError: That is no record id.
            FindError: The key is empty.
        """
        return await self._driver.run(reading.get(self._home, model, record_id, key))

    async def reload(self, record: M) -> M:
        """Read a record again, in place; changes that were not saved are dropped.

        Args:
            record: A record that exists in FileMaker.

        Returns:
            The same object, as FileMaker has it now.

        Raises:
            RecordMissing: It is there no more.
            RecordStateError: It was never created, or lives elsewhere.
        """
        return await self._driver.run(storing.refresh(self._home, record))

    # -- writing -------------------------------------------------------------------------------------------

    async def create(self, record: M, *, reload: bool = False) -> M:
        """Create a record with its portal rows.

        Args:
            record: A record made in Python. What was never set is not sent, so that auto-enter works.
            reload: Whether to read back what FileMaker enters: serials, lookups, calculations.

        Returns:
            The same object, which now knows its record id and mod id, and those of its rows.

        Raises:
            RecordStateError: It exists already.
            RefusedValue: A value does not meet a field's validation; nothing was created.
            OutcomeUnknown: The connection broke: it may have been created.
        """
        return await self._driver.run(storing.create(self._home, record, reload_after=reload))

    async def save(self, record: M, *, expect: str | int | None = None) -> M:
        """Save what was changed on a record and on its portal rows, in one request; nothing where nothing was.

        Args:
            record: A record that exists in FileMaker.
            expect: The mod id that it must still have, for changes that are based on an earlier reading, as
                those of a web form are; the one it was read with where it is left out.

        Returns:
            The same object, with nothing dirty any more.

        Raises:
            ConflictError: Somebody else saved it since; nothing was written, and it is still dirty.
            RecordStateError: It was never created, or lives elsewhere.
            RefusedValue: A value does not meet a field's validation; nothing was written.
            OutcomeUnknown: The connection broke: it may have been saved; it is still dirty.
        """
        return await self._driver.run(storing.save(self._home, record, expect=expect))

    async def update(
        self,
        model: type[Model],
        record_id: str | int,
        values: Mapping[str, Any],
        *,
        mod_id: str | int | None = None,
    ) -> str | None:
        """Edit a record without reading it.

        Args:
            model: The class of the layout.
            record_id: FileMaker's record id.
            values: Values by attribute; a repeating field takes one for each of its repetitions.
            mod_id: The mod id that it must still have; None overwrites whatever is there.

        Returns:
            The new mod id, where the server tells it.

        Raises:
            ConflictError: It has another mod id; nothing was written.
            AttributeError: The model has no such field, or it is read-only.
            pydantic.ValidationError: A value does not fit its field.
            OutcomeUnknown: The connection broke: it may have been saved.
        """
        return await self._driver.run(storing.update(self._home, model, record_id, values, mod_id))

    @overload
    async def delete(self, record: Model, /, *, mod_id: str | int | None = None) -> None: ...
    @overload
    async def delete(
        self, model: type[Model], record_id: str | int, /, *, mod_id: str | int | None = None
    ) -> None: ...
    async def delete(
        self,
        target: Model | type[Model],
        record_id: str | int | None = None,
        /,
        *,
        mod_id: str | int | None = None,
    ) -> None:
        """Delete a record, given itself or by class and record id.

        The Data API checks no mod id when it deletes. So where one is known the record is read and compared
        first; what happens between the two requests it cannot guard.

        Args:
            target: The record, or its class.
            record_id: FileMaker's record id, with a class.
            mod_id: The mod id that it must still have; None for that of the record, and with a class for any.

        Raises:
            ConflictError: Somebody else saved it since; nothing was deleted.
            RecordMissing: It is there no more.
            OutcomeUnknown: The connection broke: it may have been deleted.
        """
        return await self._driver.run(storing.delete(self._home, target, record_id, mod_id))

    # -- being open ------------------------------------------------------------------------------------------

    async def close(self) -> None:
        """Log out and close the connections; a second call does nothing."""
        await self._driver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._settings.database!r} on {self._settings.url}>"
