"""A server for one question: made of a schema and rows with their ids, asked once, closed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self
from urllib.parse import quote, urlencode

from fmorm.server import App, Request, load_schema
from fmorm.server.http import Reply
from fmorm.server.records.author import Author
from fmorm.server.records.records import Records
from fmorm.server.schema.parts import Slot
from fmorm.server.store.columns import MOD_ID, RECORD_ID
from fmorm.server.store.containers import File
from fmorm.server.values.cells import Cell, Kind, keep
from fmorm.server.values.moments import DateForm

_NOW = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_US = DateForm(iso=False, today=_NOW.date())
ACCOUNT = "Admin"
"""The account of a schema that names none; it has no password."""


@dataclass(slots=True)
class Row:
    """A record with its ids, and its values by field and repetition."""

    table: str
    record_id: int
    mod_id: int = 0
    values: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])


class Host:
    """A served file, for the time of a `with` block.

    Args:
        schema: The schema.
        release: The release that it is like.
        rows: Its records.
    """

    def __init__(self, schema: Mapping[str, object], release: str, rows: Iterable[Row] = ()) -> None:
        self.app = App(load_schema(schema), release=release, host="localhost")
        self._base = f"/fmi/data/v1/databases/{quote(self.app.databases[0], safe='')}"
        self._token = ""
        _enter(self.app, rows)

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

    def ask(self, method: str, path: str, body: object = None, **query: str) -> Reply:
        """Send a request with the token."""
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        raw = b"" if body is None else json.dumps(body).encode()
        return self.bare(method, path + ("?" + urlencode(query) if query else ""), headers, raw)

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


def _enter(app: App, rows: Iterable[Row]) -> None:
    """Enter rows with the ids that they had."""
    engine = app._engine  # pyright: ignore[reportPrivateUsage]  # no client can give an id
    records = Records(engine.data, Author(ACCOUNT, _NOW, validates=False))
    tables = engine.schemas[app.databases[0]].tables
    with engine.store.transaction():
        for row in rows:
            table = tables[row.table]
            cells: dict[Slot, Cell] = {}
            for (label, repetition), text in row.values.items():
                slot = Slot(table.fields[label.casefold()], repetition)
                cells[slot] = _cell(records, slot, text)
            records.create(table, cells, {RECORD_ID: row.record_id, MOD_ID: row.mod_id})


def _cell(records: Records, slot: Slot, text: str) -> Cell:
    if slot.field.kind is not Kind.CONTAINER or not text:
        return keep(slot.field.kind, text, _US)
    extension = text.partition("?")[0].rpartition("/")[2].rpartition(".")[2]
    name = f"file.{extension}" if len(extension) <= 10 else "file"
    return records.containers.keep(File(name, "application/octet-stream", b"x"))
