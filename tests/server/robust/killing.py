"""A server that is killed while it works: each request is whole or not at all, what was confirmed is there."""

from __future__ import annotations

import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from server.client import BASE, Client, basic

import fmorm
from fmorm.server import App, load_schema

ROOT = Path(fmorm.__file__).parents[1]
SCHEMA = Path(__file__).with_name("ledger.toml")
ROWS = 3
"""Portal rows that every request changes; it makes another one, too, and deletes the one that was made before."""


@contextmanager
def serving(data: Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Serve a data file in a process of its own; it is killed at the end."""
    command = [sys.executable, "-m", "fmorm", "serve", str(SCHEMA), "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://\S+:\d+", line)
            assert found, f"the server says {line!r}"
            yield process, found[0]
        finally:
            process.kill()


class Book:
    """A record that one client writes to, again and again: the number of the request goes into every place.

    Attributes:
        confirmed: The last number that the server has confirmed.
        highest: The highest record id of a row that it has confirmed.
    """

    def __init__(self, record_id: str, rows: list[str]) -> None:
        self.record_id = record_id
        self.confirmed = 0
        self.highest = max(map(int, rows))
        self._rows = rows
        self._last = ""

    def write(self, url: str) -> None:
        """Write until the server is gone."""
        with httpx.Client(base_url=f"{url}{BASE}/databases/people", timeout=30) as http:
            try:
                answer = http.post("/sessions", headers={"authorization": basic("api", "secret")}).json()
                http.headers["authorization"] = f"Bearer {answer['response']['token']}"
                while True:
                    self._write(http, self.confirmed + 1)
            except httpx.TransportError:
                pass

    def _write(self, http: httpx.Client, number: int) -> None:
        rows: list[dict[str, str]] = [{"recordId": row, "lines::Number": str(number)} for row in self._rows]
        body: dict[str, Any] = {
            "fieldData": {"Number": str(number)},
            "portalData": {"lines": [*rows, {"lines::Number": str(number), "lines::Kind": "extra"}]},
        }
        if self._last:
            body["deleteRelated"] = f"lines.{self._last}"
        answer = http.patch(f"/layouts/book/records/{self.record_id}", json=body).json()
        assert answer["messages"][0]["code"] == "0", answer
        self._last = answer["response"]["newPortalRecordInfo"][0]["recordId"]
        self.highest = max(self.highest, int(self._last))
        self.confirmed = number

    def check(self, client: Client) -> None:
        """See that the last request is there whole or not at all, and take over what is there."""
        record = client.get(self.record_id).record
        number = int(record["fieldData"]["Number"] or 0)
        assert number in {self.confirmed, self.confirmed + 1}, (
            f"{number} is there, {self.confirmed} was confirmed"
        )
        rows = record["portalData"]["lines"]
        kept = [row for row in rows if row["lines::Kind"] != "extra"]
        extra = [row for row in rows if row["lines::Kind"] == "extra"]
        assert [row["recordId"] for row in kept] == self._rows
        assert {int(row["lines::Number"] or 0) for row in rows} == {number}, (
            f"half of request {number} is there"
        )
        assert len(extra) == bool(number)
        assert record["modId"] == str(number)
        self.confirmed = number
        self._last = extra[0]["recordId"] if extra else ""
        self.highest = max([self.highest, *(int(row["recordId"]) for row in extra)])


class Ledger:
    """A data file with a book for each client, and a server that is killed over and over.

    Attributes:
        tally: How many requests were confirmed, and how many were found done though nobody heard of it.
    """

    def __init__(self, data: Path, clients: int, seed: int) -> None:
        self.tally = Counter[str]()
        self._data = data
        self._random = random.Random(seed)
        with self._opened() as client:
            self._books = [self._book(client) for _ in range(clients)]

    def round(self) -> None:
        """Let the clients write, kill the server, and see what is in the file."""
        before = sum(book.confirmed for book in self._books)
        with serving(self._data) as (process, url):
            threads = [threading.Thread(target=book.write, args=[url]) for book in self._books]
            for thread in threads:
                thread.start()
            time.sleep(self._random.uniform(0.15, 0.4))
            process.kill()
            for thread in threads:
                thread.join()
        confirmed = sum(book.confirmed for book in self._books)
        self._check()
        self.tally["kills"] += 1
        self.tally["confirmed"] += confirmed - before
        self.tally["done unheard"] += sum(book.confirmed for book in self._books) - confirmed

    def _check(self) -> None:
        connection = sqlite3.connect(self._data)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        with self._opened() as client:
            for book in self._books:
                book.check(client)
            highest = max(book.highest for book in self._books)
            client.layout = "lines"
            new = client.create({"Kind": "after"})
            assert int(new) > highest, f"the record id {new} is used again: {highest} was the highest"
            assert client.call("DELETE", f"records/{new}").code == 0
            client.layout = "book"
            self._books[0].highest = int(new)

    @contextmanager
    def _opened(self) -> Generator[Client]:
        app = App(load_schema(SCHEMA), data=str(self._data))
        client = Client(app, layout="book")
        yield client
        app.close()

    @staticmethod
    def _book(client: Client) -> Book:
        rows = [{"lines::Number": ""} for _ in range(ROWS)]
        answer = client.call("POST", "records", {"fieldData": {}, "portalData": {"lines": rows}})
        made = [one["recordId"] for one in answer.response["newPortalRecordInfo"]]
        return Book(answer.response["recordId"], made)
