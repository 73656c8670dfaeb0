"""The embedded FileMaker Data API server, without a socket: a request comes in, a reply goes out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from fmorm.server import refusals, rows, signing_in
from fmorm.server.calls import Call, Engine, local_time
from fmorm.server.exact import Literal, dumps
from fmorm.server.exchanges import Exchanges, timed
from fmorm.server.faults.control import Control
from fmorm.server.faults.faults import Faults
from fmorm.server.http import Reply, Request, json_reply
from fmorm.server.page.page import Page
from fmorm.server.records.author import Author
from fmorm.server.records.data import Data, data_of
from fmorm.server.records.renewing import renew_results
from fmorm.server.records.samples import enter_samples
from fmorm.server.refusals import Refusal
from fmorm.server.releases import LATEST, release_of
from fmorm.server.routes import Arrival, arrive
from fmorm.server.rows import Row, RowError
from fmorm.server.schema.schema import Schema
from fmorm.server.schema.section import unknown
from fmorm.server.scripts.asked import may_ask
from fmorm.server.scripts.code import Code
from fmorm.server.sessions import Session, Sessions
from fmorm.server.store.files import Store, open_store
from fmorm.server.streams import Streaming

_IDLE_SECONDS = 15 * 60
"""FileMaker closes a session that nobody used for a quarter of an hour."""
_REMEMBERED = 200
_FIRST_ACCOUNT = "Admin"
"""Who has entered the rows that no client has entered."""
_SCHEMES = {"bearer", "basic", "fmid"}
_OK = '[{"code":"0","message":"OK"}]'
logger = logging.getLogger("fmorm.server")


class App:
    """A FileMaker Data API over embedded files.

    It does no input or output but SQLite's and that of scripts, and may be called from any thread: requests are
    answered one after another, and others while a script runs.

    Args:
        schema: What the file is made of, or several files.
        code: Their scripts and custom functions.
        data: Where the records of all of them are kept: the path of a SQLite file, or `:memory:`.
        clock: Gives the time in seconds, as `time.time` does.
        session_seconds: How long a session may be idle.
        host: The name under which replies speak of the server.
        release: Which release of FileMaker Server it is like: `17` to `22`, or `2023`, `2024`, `2025`.
        filter_databases: Whether the list of databases wants credentials, and names only what they open.
        relative_redirects: Whether the redirect to a container's file names a path only; None: as the release
            does, which is since FileMaker 2023.
        authenticated_streaming: Whether a container's address also wants the token of its session, as hosts may
            since 19.3.2; None: no, since no release does until its administrator says so.
        control: Whether faults can be set over HTTP, by anybody who reaches the server, at `/fmorm/faults`.
        page: Whether a browser gets a page at `/`, which shows the recent exchanges to those who have logged in.
        latency: Seconds that every reply is held back, as on a line to a distant server.

    Attributes:
        requests: The last exchanges, newest last, with credentials and tokens masked.
        faults: What is to go wrong, for tests.

    Raises:
        ValueError: There is no such release.
        SchemaError: The data file does not fit the schema, or a sample row does not fit its table.
    """

    def __init__(
        self,
        schema: Schema | Sequence[Schema],
        *,
        code: Code | None = None,
        data: str = ":memory:",
        clock: Callable[[], float] = time.time,
        session_seconds: float = _IDLE_SECONDS,
        host: str = "localhost",
        release: str = LATEST.name,
        filter_databases: bool = False,
        relative_redirects: bool | None = None,
        authenticated_streaming: bool | None = None,
        control: bool = False,
        page: bool = True,
        latency: float = 0.0,
    ) -> None:
        self.requests = Exchanges(_REMEMBERED)
        like = release_of(release)
        is_relative = like.has_relative_redirects if relative_redirects is None else relative_redirects
        self._work = timed(self._answer)
        self._host = host
        self._latency = latency
        code = code or Code()
        schemas = [schema] if isinstance(schema, Schema) else list(schema)
        first_author = Author(_FIRST_ACCOUNT, local_time(clock()))
        self._engine = Engine(
            {one.name: one for one in schemas},
            _open_data(schemas, data, first_author, code),
            Sessions(clock, session_seconds),
            clock,
            streaming=Streaming(is_relative, bool(authenticated_streaming)),
            release=like,
            filters_databases=filter_databases,
            code=code,
        )
        self._lock = self._engine.lock
        self.faults = Faults(self._engine, self._lock, host)
        self._control = Control(self.faults, lambda: self.session_count) if control else None
        sessions = self._engine.sessions
        self._page = Page(sessions.use, self.requests, self._lock, host) if page else None

    def handle(self, request: Request) -> Reply:
        """Answer a request; whatever it is, the answer has FileMaker's form.

        Args:
            request: The request.

        Returns:
            The reply; where a fault wants it, with a delay or a drop that the mount carries out.
        """
        if self._control is not None and self._control.is_for(request):
            return self._control.answer(request)
        if self._page is not None and self._page.is_for(request):
            return self._page.answer(request)
        with self._lock:
            self._engine.store.undo_interrupted()
            reply = self.faults.answered(request, self._work)
            self.requests.note(request, reply)
        return replace(reply, delay=reply.delay + self._latency) if self._latency else reply

    def dump_rows(self, table: str, *, database: str | None = None) -> list[dict[str, object]]:
        """Give the rows of a base table, as `load_rows` takes them.

        Args:
            table: Its name.
            database: The file; None for the first.

        Returns:
            The rows, in the order of their creation.

        Raises:
            RowError: There is no such file or table.
        """
        with self._lock:
            return rows.dump(self._schema(database), self._engine.store, table)

    def load_rows(
        self, table: str, given: Iterable[Row], *, replace: bool = False, database: str | None = None
    ) -> int:
        """Make a record of each row, or of none of them where one does not fit.

        Args:
            table: The name of a base table.
            given: The rows.
            replace: Whether all records of the table go first.
            database: The file; None for the first.

        Returns:
            How many rows there were.

        Raises:
            RowError: There is no such file, table or column, or a value does not fit.
        """
        return self.load_tables({table: given}, replace=replace, database=database)

    def load_tables(
        self, tables: Mapping[str, Iterable[Row]], *, replace: bool = False, database: str | None = None
    ) -> int:
        """Make a record of each row of several tables, or of none of them where one does not fit.

        Args:
            tables: The rows by the names of their base tables.
            replace: Whether all records of these tables go first.
            database: The file; None for the first.

        Returns:
            How many rows there were.

        Raises:
            RowError: There is no such file, table or column, or a value does not fit.
        """
        with self._lock:
            self._engine.store.undo_interrupted()
            author = Author(_FIRST_ACCOUNT, self._engine.now(), validates=False)
            return rows.load(self._schema(database), self._engine.data, author, tables, replace=replace)

    def snapshot(self) -> bytes:
        """Give all records of all files, with serial numbers and record ids still to come, for `restore`.

        Returns:
            The snapshot, which fits this app only.
        """
        with self._lock:
            self._engine.store.undo_interrupted()
            return self._engine.store.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Go back to a snapshot: what was done to records since then is undone. Sessions and faults stay.

        Args:
            snapshot: What `snapshot` gave.
        """
        with self._lock:
            self._engine.store.undo_interrupted()
            self._engine.store.restore(snapshot)

    def may_run_script(self, request: Request) -> bool:
        """Tell whether a request may run a script, which may be slow: whoever must not wait has a thread handle it."""
        return bool(self._engine.code.scripts) and may_ask(request)

    def close(self) -> None:
        """End all sessions and close the data file."""
        with self._lock:
            self._engine.sessions.close_all()
            self._engine.store.close()
        self.faults.end_waits()

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """What the files are made of, by name."""
        return self._engine.schemas

    @property
    def release(self) -> str:
        """Which release of FileMaker Server it is like."""
        return self._engine.release.name

    @property
    def databases(self) -> list[str]:
        """The names of the files that are hosted."""
        return list(self._engine.schemas)

    @property
    def session_count(self) -> int:
        """How many sessions are alive."""
        with self._lock:
            return len(self._engine.sessions)

    def expire_sessions(self) -> None:
        """Make every token dead from now on, as a restart of the server does."""
        self.faults.expire_sessions()

    def _schema(self, database: str | None) -> Schema:
        name = self.databases[0] if database is None else database
        if name not in self.schemas:
            raise RowError(unknown("file", name, self.schemas))
        return self.schemas[name]

    def _answer(self, request: Request) -> Reply:
        try:
            if request.target.startswith(signing_in.PLACES):
                return signing_in.answer(request, self._engine.schemas.values(), self._engine.sign_ins)
            return self._do(request)
        except Refusal as refusal:
            return json_reply(refusal.status, refusal.content(), host=self._host)
        except Exception:
            logger.exception("%s failed", request.method)  # the target may hold a token
            unknown = Refusal(refusals.UNKNOWN_ERROR)
            return json_reply(unknown.status, unknown.content(), host=self._host)

    def _do(self, request: Request) -> Reply:
        arrival = arrive(request.method, request.target, self._engine.release)
        session = self._session(request, arrival) if arrival.route.needs_token else None
        call = Call(
            self._engine, request, arrival.names, arrival.query, session, arrival.version, arrival.unknown
        )
        answer = arrival.verb(call)
        if isinstance(answer, Reply):
            return answer
        content = Literal(f'{{"response":{dumps(answer)},"messages":{_OK}}}')
        reply = json_reply(200, content, host=self._host, cached=call.cached)
        reply.headers.extend(call.headers)
        return reply

    def _session(self, request: Request, arrival: Arrival) -> Session:
        if "database" in arrival.names:
            self._engine.host.check_open(arrival.names["database"])
        header = request.headers.get("authorization", "")
        if not header.strip():
            missing = "Request validation failed: Parameter (Authorization) is required"
            raise Refusal(refusals.NO_HEADER, missing)
        scheme, _, token = header.strip().partition(" ")
        if scheme.lower() not in _SCHEMES:
            raise Refusal(refusals.BAD_ACCOUNT, "Authorization header missing 'Basic' or 'Bearer'.")
        session = self._engine.sessions.use(token.strip()) if scheme.lower() == "bearer" else None
        if session is None or session.database != arrival.names.get("database", session.database):
            raise Refusal(refusals.BAD_TOKEN)
        return session


def _open_data(schemas: Sequence[Schema], path: str, author: Author, code: Code) -> Data:
    """Open the data file, and enter the sample rows of the files that are new in it."""

    def fill(store: Store, new: Schema) -> None:
        enter_samples(new, data_of(schemas, store, code.functions), author)

    data = data_of(schemas, open_store(schemas, path, fill), code.functions)
    try:
        renew_results(data, author)
        with data.store.transaction():
            data.containers.remove_lost()
    except BaseException:
        data.store.close()
        raise
    return data
