"""One request on its way through the server, and what the verbs need to answer it."""

from __future__ import annotations

import threading
import time
from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime

from fmorm.server import refusals
from fmorm.server.exact import NotJson, as_object, loads
from fmorm.server.faults.host import Host
from fmorm.server.http import Request
from fmorm.server.parameters import SCRIPT_PARAMETERS, Parameters
from fmorm.server.records.access import Access
from fmorm.server.records.author import Author
from fmorm.server.records.data import Data
from fmorm.server.records.sight import Sight
from fmorm.server.refusals import Refusal, malformed, required
from fmorm.server.relations import Relations
from fmorm.server.releases import LATEST, Release
from fmorm.server.schema.parts import Layout, Slot
from fmorm.server.schema.schema import Schema
from fmorm.server.scripts.code import Code
from fmorm.server.sessions import Session, Sessions
from fmorm.server.signing_in import SignIns
from fmorm.server.store.containers import Containers
from fmorm.server.store.files import Store
from fmorm.server.streams import Streaming

_JSON = "application/json"


def local_time(seconds: float) -> datetime:
    """Give the time in the server's own zone, without saying so: FileMaker timestamps carry no zone."""
    return datetime(*time.localtime(seconds)[:6])


@dataclass(frozen=True, slots=True)
class Engine:
    """What all requests share.

    Attributes:
        code: The file's scripts and custom functions.
        lock: Who holds it may use the store and what belongs to sessions.
    """

    schemas: Mapping[str, Schema]
    data: Data
    sessions: Sessions
    clock: Callable[[], float]
    host: Host = field(default_factory=Host)
    sign_ins: SignIns = field(default_factory=SignIns)
    streaming: Streaming = field(default_factory=Streaming)
    release: Release = LATEST
    filters_databases: bool = False
    code: Code = field(default_factory=Code)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def store(self) -> Store:
        """The data file."""
        return self.data.store

    @property
    def relations(self) -> Relations:
        """Finds related records."""
        return self.data.relations

    @property
    def containers(self) -> Containers:
        """The files in container fields."""
        return self.data.containers

    def now(self) -> datetime:
        """Give the time."""
        return local_time(self.clock())


@dataclass(slots=True)
class Call:
    """One request: the names in its path, its query, and the session it belongs to.

    Attributes:
        version: The version in its path: `v1`, `v2` or `vLatest`.
        unknown: The parameters that the release does not know here.
        headers: Headers that the reply carries besides the usual ones.
        cached: Whether the reply gets an ETag.
    """

    engine: Engine
    request: Request
    names: Mapping[str, str]
    query: Mapping[str, str]
    session: Session | None = None
    version: str = ""
    unknown: frozenset[str] = frozenset()
    headers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    cached: bool = True
    _sight: Sight | None = None
    _layout: Layout | None = None
    _now: datetime | None = None

    @property
    def user(self) -> Session:
        """The session; a route without one never asks."""
        if self.session is None:
            raise Refusal(refusals.BAD_TOKEN)
        return self.session

    @property
    def schema(self) -> Schema:
        """The file that the path names."""
        return self.engine.schemas[self.names["database"]]

    @property
    def now(self) -> datetime:
        """When the request has come."""
        if self._now is None:
            self._now = self.engine.now()
        return self._now

    def author(
        self, *, validates: bool = True, given: MutableMapping[Slot, str | None] | None = None
    ) -> Author:
        """Give who works with records in this request.

        Args:
            validates: Whether the fields' validation options are those of data entry.
            given: The values of global fields that the request sets; formulas see them before the session has them.
        """
        user = self.user
        account = user.account
        return Author(
            account=account.name,
            now=self.now,
            validates=validates,
            privileges=account.privileges,
            globals=user.globals if given is None else ChainMap(given, user.globals),
            variables=user.variables,
            facts={"layoutname": self.names.get("layout")},
        )

    @property
    def sight(self) -> Sight:
        """What formulas see in this request; it has nothing in mind of records that may have been changed."""
        if self._sight is None:
            self._sight = Sight(self.engine.data, self.author())
        self._sight.forget()
        return self._sight

    @property
    def access(self) -> Access:
        """What the session may do."""
        return Access(self.user.accounts, self.engine.data.rules, lambda: self.sight)

    @property
    def layout(self) -> Layout:
        """The layout that the path names."""
        if self._layout is None:
            self._layout = self.layout_named(self.names["layout"])
        return self._layout

    @property
    def origin(self) -> str:
        """Where the client has found the server."""
        return f"{self.request.scheme}://{self.request.headers.get('host') or 'localhost'}"

    def address_of(self, number: int) -> str:
        """Give the address at which this session can fetch a file."""
        return self.origin + self.user.streams.path(number, self.engine.containers.name(number))

    def layout_named(self, name: str) -> Layout:
        """Find a layout."""
        layout = self.schema.layouts.get(name)
        if layout is None:
            raise Refusal(refusals.LAYOUT_MISSING)
        return layout

    def query_parameters(self) -> Parameters:
        """Give what stands in the query."""
        return Parameters(dict(self.query), self.unknown)

    def body_parameters(self, *, optional: bool = False, windows: bool = False) -> Parameters:
        """Give the members of the JSON body, and what clients put into the query instead.

        Args:
            optional: Whether the body may be empty.
            windows: Whether limits and offsets of portals may stand in the query.

        Raises:
            Refusal: There is no body, its content type is another, or it is no JSON object.
        """
        parameters = Parameters(self._members(optional=optional), self.unknown)
        for name, value in self.query.items():
            if name in SCRIPT_PARAMETERS:
                parameters.give(name, value)
            elif windows and name.startswith(("_limit.", "_offset.")):
                parameters.give(name.removeprefix("_"), value)
            else:
                parameters.refuse(name)
        return parameters

    def _members(self, *, optional: bool) -> dict[str, object]:
        if not self.request.body.strip():
            if optional:
                return {}
            raise required("body")
        self._check_content_type()
        try:
            members = as_object(loads(self.request.body))
        except NotJson:
            members = None
        if members is None:
            raise malformed("body", "JSON object")
        return members

    def _check_content_type(self) -> None:
        content_type = self.request.headers.get("content-type", "")
        if content_type == _JSON:
            return
        media_type, _, parameters = content_type.partition(";")
        if media_type.strip().lower() != _JSON:
            raise Refusal(refusals.HEADER_ABSENT, f"Content-Type must be {_JSON}")
        if "charset" in parameters.lower() and not self.engine.release.has_charset:
            raise malformed("Content-Type")  # the status is known, code and text are a guess
