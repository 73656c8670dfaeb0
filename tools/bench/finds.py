"""Finds in a large table and pages of a larger one, without a socket.

A find is measured against the same question to a plain SQLite table with the same columns, which counts what it finds
and reads the same page; both sides write the page as JSON. What the server remembers of a find is forgotten before
each slice, by a change of the data; the indexes that it makes when a field is first searched stay.
"""

from __future__ import annotations

import base64
import json
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from fmorm.server import App, Request, Schema, load_schema
from fmorm.server.records.author import Author
from fmorm.server.records.data import data_of
from fmorm.server.records.records import Records
from fmorm.server.store.columns import quoted, table_name
from fmorm.server.store.files import Store, open_store
from fmorm.server.values.cells import keep
from fmorm.server.values.moments import DateForm
from tools.bench.customers import DATABASE, FIELDS, LAYOUT, Column, Form, customers, wire
from tools.bench.serving import PASSWORD, USER
from tools.bench.timing import Contest, Size

LARGE: Final = 100
HUGE: Final = 1000
"""How many times the records of a size are in the tables."""
FEW: Final = [column for column in FIELDS if column.attr in {"key", "city", "balance", "born"}]
QUERIES: Final = {
    "word": ({"Company": "deliv"}, "lower(Company) LIKE 'deliv%' OR lower(Company) LIKE '% deliv%'"),
    "range": ({"Balance": "20000...45000"}, "Balance BETWEEN 20000 AND 45000"),
}
PAGE: Final = 1000
"""Records of a page when all are read."""
OK: Final = 200
TODAY: Final = date(2026, 1, 1)
BASE: Final = f"/fmi/data/vLatest/databases/{DATABASE}"


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests; the data files are in a folder that is removed after them."""
    with tempfile.TemporaryDirectory() as folder:
        large = Served(Path(folder, "large.db"), FIELDS, size.records, LARGE)
        huge = Served(Path(folder, "huge.db"), FEW, size.records, HUGE)
        plain, pages = Plain(size.records, LARGE), Pages(huge, size.records * HUGE)
        yield [
            *(
                Contest(
                    name=f"find by {name} in {size.records * LARGE:,} records",
                    unit="find",
                    count=1,
                    ours=partial(large.find, query),
                    baseline=partial(plain.find, condition),
                    before=large.change,
                    target=1.5,
                )
                for name, (query, condition) in QUERIES.items()
            ),
            Contest(
                name=f"page amid {pages.count:,} sorted records, to the first",
                unit="page",
                count=1,
                ours=partial(pages.read, pages.count // 2),
                baseline=partial(pages.read, 0),
                target=3.0,
            ),
            Contest(
                name=f"memory after {pages.count:,} records, to that before",
                unit="process",
                count=1,
                ours=pages.walk,
                baseline=pages.begin,
                clock=pages.memory,
                target=1.1,
                rounds=1,
                is_memory=True,
            ),
        ]
        for one in (large, huge, plain):
            one.close()


class Served:
    """A server with many records: some are entered, and copied until there are so many times as many."""

    def __init__(self, path: Path, columns: Sequence[Column], records: int, times: int) -> None:
        schema = load_schema(_schema(columns))
        open_store([schema], str(path), partial(_fill, columns, records, times)).close()
        self._app = App(schema, data=str(path))
        account = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        self._headers = {"authorization": f"Basic {account}", "content-type": "application/json"}
        self._headers["authorization"] = f"Bearer {self._response('POST', '/sessions', {})['token']}"

    def find(self, query: dict[str, str]) -> bytes:
        """Find, and give the reply with the first page."""
        return self._reply("POST", f"/layouts/{LAYOUT}/_find", {"query": [query]})

    def change(self) -> None:
        """Change a record, so that nothing that is remembered of the data holds."""
        self._response("PATCH", f"/layouts/{LAYOUT}/records/1", {"fieldData": {"PrimaryKey": "x"}})

    def page(self, offset: int, limit: int = 100, sort: str = "") -> int:
        """Read a page of all records; gives how many there are on it."""
        sorting = f'&_sort=[{{"fieldName":"{sort}"}}]' if sort else ""
        reply = self._reply("GET", f"/layouts/{LAYOUT}/records?_offset={offset + 1}&_limit={limit}{sorting}")
        return reply.count(b'"recordId"')

    def close(self) -> None:
        """Close the server."""
        self._app.close()

    def _reply(self, method: str, path: str, body: object = None) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        reply = self._app.handle(Request(method, BASE + path, self._headers, content))
        if reply.status != OK:
            raise RuntimeError(reply.body)
        return reply.body

    def _response(self, method: str, path: str, body: object) -> dict[str, Any]:
        response: dict[str, Any] = json.loads(self._reply(method, path, body))["response"]
        return response


def _schema(columns: Sequence[Column]) -> dict[str, Any]:
    fields = {column.name: {"type": column.kind, "repetitions": column.count} for column in columns}
    return {
        "database": {"name": DATABASE},
        "accounts": {USER: {"password": PASSWORD}},
        "tables": {"Customer": {"fields": fields}},
        "occurrences": {LAYOUT: "Customer"},
        "layouts": {LAYOUT: {"fields": list(fields)}},
    }


def _fill(columns: Sequence[Column], records: int, times: int, store: Store, schema: Schema) -> None:
    table = schema.tables["Customer"]
    writer = Records(data_of([schema], store, {}), Author(USER, datetime(2026, 1, 1)))
    slots = [slot for column in columns for slot in table.fields[column.name.casefold()].slots]
    for row in _rows(columns, records):
        cells = [
            keep(slot.field.kind, str(value), DateForm(iso=False, today=TODAY))
            for slot, value in zip(slots, row, strict=True)
        ]
        writer.create(table, dict(zip(slots, cells, strict=True)))
    name = table_name(table)
    names = ", ".join(quoted(str(row[1])) for row in store.rows(f"PRAGMA table_info({name})")[1:])
    for _ in range(times - 1):
        store.change(f"INSERT INTO {name} ({names}) SELECT {names} FROM {name} WHERE rowid <= ?", [records])  # noqa: S608


def _rows(columns: Sequence[Column], records: int) -> list[list[Any]]:
    return [list(wire(one.fields, columns, Form.US).values()) for one in customers(records)]


class Plain:
    """The same records in a table of SQLite, and nothing else."""

    def __init__(self, records: int, times: int) -> None:
        self._keys = [key for column in FIELDS for key in column.keys]
        kinds = [
            f'"{key}" {"NUMERIC" if column.kind == "number" else "TEXT"}'
            for column in FIELDS
            for key in column.keys
        ]
        self._sqlite = sqlite3.connect(":memory:")
        self._sqlite.execute(f"CREATE TABLE customer (id INTEGER PRIMARY KEY, {', '.join(kinds)})")
        rows = _rows(FIELDS, records)
        marks = ", ".join("?" * len(self._keys))
        for _ in range(times):
            self._sqlite.executemany(f"INSERT INTO customer VALUES (NULL, {marks})", rows)  # noqa: S608

    def find(self, condition: str) -> bytes:
        """Count what meets a condition, and write the first page of it as JSON."""
        count = self._sqlite.execute(f"SELECT count(*) FROM customer WHERE {condition}").fetchone()[0]  # noqa: S608
        page = self._sqlite.execute(f"SELECT * FROM customer WHERE {condition} LIMIT 100")  # noqa: S608
        data = [
            {"fieldData": dict(zip(self._keys, values, strict=True)), "recordId": str(record_id)}
            for record_id, *values in page
        ]
        return json.dumps({"foundCount": count, "data": data}, ensure_ascii=False).encode()

    def close(self) -> None:
        """Close the data."""
        self._sqlite.close()


class Pages:
    """Pages of all records, and the memory of this process, in which the server is, after each slice."""

    def __init__(self, served: Served, count: int) -> None:
        self.count = count
        self._served = served
        self._next = 0
        self._bytes = 0.0

    def read(self, offset: int) -> None:
        """Read a page of the sorted records."""
        self._served.page(offset, sort="City")

    def begin(self) -> None:
        """Read a first page."""
        self._served.page(0, PAGE)
        self._bytes += _memory()

    def walk(self) -> None:
        """Read one half of the records: the first when it is called first."""
        end = min(self._next + self.count // 2, self.count)
        while self._next < end:
            self._next += self._served.page(self._next, PAGE)
        self._bytes += _memory()

    def memory(self) -> float:
        """Give the sum of all that was measured, which rises like a clock."""
        return self._bytes


def _memory() -> float:
    """Give the bytes that the process holds now; where the system does not tell, the most that it ever held."""
    file = Path("/proc/self/statm")
    if file.exists():
        return float(file.read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0)
