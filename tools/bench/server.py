"""The embedded server without a socket, against the least that must be done: one select, one `json.dumps`."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from fmorm.server import App, Request
from tools.bench.customers import DATABASE, FIELDS, Customer, Form, customers, wire
from tools.bench.serving import FLAT, PASSWORD, USER, app
from tools.bench.timing import Contest, Size

OK = 200


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests; the server runs as long as they last."""
    records = list(islice(customers(size.records), 200))
    city = next(one.fields["city"] for one in records if one.fields["city"])
    served, least = Served(app(records), city, size.calls), Least(records, city, size.calls)
    try:
        yield [
            Contest(
                name="embedded server, get",
                unit="get",
                count=size.calls,
                ours=served.gets,
                baseline=least.gets,
                rate=True,
            ),
            Contest(
                name=f"embedded server, find of {len(least.find())} of {len(records)}",
                unit="find",
                count=size.calls,
                ours=served.finds,
                baseline=least.finds,
                rate=True,
            ),
        ]
    finally:
        served.close()
        least.close()


class Served:
    """By the server."""

    def __init__(self, app: App, city: str, calls: int) -> None:
        self._app = app
        self._query = json.dumps({"query": [{"City": f"=={city}"}]}).encode()
        self._calls = calls
        self._base = f"/fmi/data/vLatest/databases/{DATABASE}"
        account = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        log_in = self._response("POST", "/sessions", {"authorization": f"Basic {account}"}, b"{}")
        self._headers = {"authorization": f"Bearer {log_in['token']}"}

    def gets(self) -> None:
        """Read the first record, over and over."""
        for _ in range(self._calls):
            self._answer("GET", f"/layouts/{FLAT}/records/1", self._headers)

    def finds(self) -> None:
        """Find by a city, over and over."""
        for _ in range(self._calls):
            self._answer("POST", f"/layouts/{FLAT}/_find", self._headers, self._query)

    def data(self, method: str, path: str) -> list[dict[str, Any]]:
        """Give the records of a reply."""
        body = self._query if method == "POST" else b""
        data: list[dict[str, Any]] = self._response(method, path, self._headers, body)["data"]
        return data

    def close(self) -> None:
        """Close the server."""
        self._app.close()

    def _answer(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
        kind = {"content-type": "application/json"} if body else {}
        reply = self._app.handle(Request(method, self._base + path, headers | kind, body))
        if reply.status != OK:
            raise RuntimeError(reply.body)
        return reply.body

    def _response(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> dict[str, Any]:
        response: dict[str, Any] = json.loads(self._answer(method, path, headers, body))["response"]
        return response


class Least:
    """By SQLite and `json` alone."""

    def __init__(self, records: list[Customer], city: str, calls: int) -> None:
        self._city = city
        self._calls = calls
        self._keys = [key for column in FIELDS for key in column.keys]
        columns = ", ".join(f'"{key}"' for key in self._keys)
        self._select = f"SELECT id, {columns} FROM customer"  # noqa: S608 - names from this folder
        self._sqlite = sqlite3.connect(":memory:")
        self._sqlite.execute(f"CREATE TABLE customer (id INTEGER PRIMARY KEY, {columns})")
        marks = ", ".join("?" * (1 + len(self._keys)))
        rows = [(one.record_id, *wire(one.fields, FIELDS, Form.US).values()) for one in records]
        self._sqlite.executemany(f"INSERT INTO customer VALUES ({marks})", rows)  # noqa: S608

    def gets(self) -> None:
        """Read the first record, over and over."""
        for _ in range(self._calls):
            self._reply(self._sqlite.execute(f"{self._select} WHERE id = ?", [1]))

    def finds(self) -> None:
        """Find by a city, over and over."""
        for _ in range(self._calls):
            self._reply(self._find())

    def get(self) -> list[dict[str, Any]]:
        """Give the first record."""
        return self._data(self._sqlite.execute(f"{self._select} WHERE id = ?", [1]))

    def find(self) -> list[dict[str, Any]]:
        """Give the records of a city."""
        return self._data(self._find())

    def close(self) -> None:
        """Close the data."""
        self._sqlite.close()

    def _find(self) -> sqlite3.Cursor:
        return self._sqlite.execute(f'{self._select} WHERE "City" = ?', [self._city])

    def _reply(self, rows: sqlite3.Cursor) -> bytes:
        reply = {"response": {"data": self._data(rows)}, "messages": [{"code": "0", "message": "OK"}]}
        return json.dumps(reply, ensure_ascii=False).encode()

    def _data(self, rows: sqlite3.Cursor) -> list[dict[str, Any]]:
        return [
            {"fieldData": dict(zip(self._keys, values, strict=True)), "recordId": str(record_id)}
            for record_id, *values in rows
        ]
