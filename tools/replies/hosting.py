"""A server for one question: made of a schema and rows with their ids, asked once, closed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote, urlencode

from fmorm.server import App, Code, Request, load_schemas
from fmorm.server.http import Reply
from fmorm.server.schema.parts import Field
from fmorm.server.values.cells import Kind, keep
from tools.replies.fields import US

ACCOUNT = "Admin"
"""The account of a schema that names none; it has no password."""
_ANY_FILE = {"name": "file", "type": "application/octet-stream", "base64": "eA=="}
_LONGEST = 10
"""Characters of an extension that an address shows."""


@dataclass(slots=True)
class Row:
    """A record with its ids, and its values by field and repetition."""

    table: str
    record_id: int
    mod_id: int = 0
    values: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])


class Host:
    """Served files, for the time of a `with` block.

    Args:
        schemas: Their schemas; what is asked is asked of the first.
        release: The release that the server is like.
        rows: The records of the first.
        code: Its scripts, all of which are asked for with every request.

    Attributes:
        scripts: The names of the scripts, which are those of the parameters that ask for them.
    """

    def __init__(
        self,
        schemas: Sequence[Mapping[str, object]],
        release: str,
        rows: Iterable[Row] = (),
        code: Code | None = None,
    ) -> None:
        self.app = App(load_schemas(*schemas), release=release, code=code)
        self._base = f"/fmi/data/v1/databases/{quote(self.app.databases[0], safe='')}"
        self.scripts = list(code.scripts) if code else []
        self._token = ""
        tables = self.app.schemas[self.app.databases[0]].tables
        given: dict[str, list[dict[str, object]]] = {}
        for row in rows:
            given.setdefault(row.table, []).append(_loaded(row, tables[row.table].fields))
        self.app.load_tables(given)

    def __enter__(self) -> Self:
        self._token = dict(self.log_in().headers)["X-FM-Data-Access-Token"]
        return self

    def __exit__(self, *_: object) -> None:
        self.app.close()

    def bare(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        """Send a request with these headers only; a path that begins with /fmi is whole."""
        target = path if path.startswith("/fmi") else self._base + path
        return self.app.handle(Request(method, target, headers or {}, body))

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request with the token; scripts are asked for in the body where there is one."""
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        scripts = {name: name for name in self.scripts}
        if body is None:
            given = urlencode({**(query or {}), **scripts})
            return self.bare(method, path + ("?" + given if given else ""), headers)
        return self.bare(method, path, headers, json.dumps({**body, **scripts}).encode())

    def form(self, path: str, content_type: str, body: bytes) -> Reply:
        """Send a form with the token."""
        headers = {"authorization": f"Bearer {self._token}", "content-type": content_type}
        return self.bare("POST", path, headers, body)

    def log_in(self) -> Reply:
        """Begin a session, whose token is not used."""
        return self.bare("POST", "/sessions", {"authorization": basic(ACCOUNT, "")})

    def log_out(self) -> Reply:
        """End the session."""
        return self.bare("DELETE", f"/sessions/{self._token}")


def basic(account: str, password: str) -> str:
    """Give the header of a log-in."""
    return "Basic " + base64.b64encode(f"{account}:{password}".encode()).decode()


def _loaded(row: Row, fields: Mapping[str, Field]) -> dict[str, object]:
    """Give a row as it is loaded, with its ids."""
    loaded: dict[str, object] = {"::id": row.record_id, "::mod": row.mod_id}
    for (name, repetition), text in row.values.items():
        field = fields[name.casefold()]
        label = f"{name}({repetition})" if field.repetitions > 1 else name
        loaded[label] = _value(field.kind, text)
    return loaded


def _value(kind: Kind, text: str) -> object:
    """Give a value as it is loaded; of a file nothing is known but its extension."""
    if kind is not Kind.CONTAINER or not text:
        return keep(kind, text, US).value or ""
    extension = text.partition("?")[0].rpartition("/")[2].rpartition(".")[2]
    return {**_ANY_FILE, "name": f"file.{extension}"} if len(extension) <= _LONGEST else _ANY_FILE
