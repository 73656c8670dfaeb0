"""One record read, one record saved, over loopback: `Database` against a bare httpx.Client that does the same.

The server runs in a process of its own. It takes longer than either client; so the same is timed once more by
the processor time of this process alone, which the server is no part of.
"""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count, islice
from typing import Any, Self

import httpx

from fmorm import Database
from tools.bench import models
from tools.bench.customers import DATABASE
from tools.bench.models import FlatCustomer
from tools.bench.serving import FLAT, PASSWORD, USER, child
from tools.bench.timing import Contest, Size

RECORDS = 20


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests; the server runs as long as they last."""
    with (
        child(2 * RECORDS) as url,
        Database(url, DATABASE, user=USER, password=PASSWORD) as db,
        Raw(url) as raw,
    ):
        ours, bare = Ours(db, size.calls), Bare(raw, size.calls)
        yield [
            Contest(
                name=f"{verb}, {what}",
                unit=verb,
                count=size.calls,
                ours=getattr(ours, verb),
                baseline=getattr(bare, verb),
                target=1.15 if clock is time.perf_counter else None,
                clock=clock,
            )
            for verb in ("get", "save")
            for what, clock in {"loopback": time.perf_counter, "client's CPU": time.process_time}.items()
        ]


class Ours:
    """By fmorm."""

    def __init__(self, db: Database, calls: int) -> None:
        self._db = db
        self._calls = calls
        self._records = [db.get(FlatCustomer, number + 1) for number in range(RECORDS)]
        self._value = count()

    def get(self) -> None:
        """Read records, one at a time."""
        for number in range(self._calls):
            models.read_record(self._db.get(FlatCustomer, number % RECORDS + 1))

    def save(self) -> None:
        """Save records with one field changed, one at a time."""
        for number, value in enumerate(islice(self._value, self._calls)):
            record = self._records[number % RECORDS]
            record.city = f"City {value}"
            self._db.save(record)


class Bare:
    """By httpx and dictionaries, on records of its own."""

    def __init__(self, raw: Raw, calls: int) -> None:
        self._raw = raw
        self._calls = calls
        self._mod_ids = {number: raw.get(number)["modId"] for number in range(RECORDS + 1, 2 * RECORDS + 1)}
        self._value = count()

    def get(self) -> None:
        """Read records, one at a time."""
        for number in range(self._calls):
            fields = self._raw.get(number % RECORDS + RECORDS + 1)["fieldData"]
            for _ in fields.values():
                pass

    def save(self) -> None:
        """Save records with one field changed, one at a time."""
        for number, value in enumerate(islice(self._value, self._calls)):
            record_id = number % RECORDS + RECORDS + 1
            fields = {"City": f"City {value}"}
            self._mod_ids[record_id] = self._raw.save(record_id, fields, self._mod_ids[record_id])


class Raw:
    """What a careful program does without a library: one client, kept open, and the token in its headers.

    Attributes:
        client: The client.
        base: The path of the database.
    """

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, auth=None, headers={"Accept": "application/json"})
        self.base = f"/fmi/data/vLatest/databases/{DATABASE}"
        reply = self.client.post(f"{self.base}/sessions", json={}, auth=(USER, PASSWORD))
        self._token = self._response(reply)["token"]
        self.client.headers["Authorization"] = f"Bearer {self._token}"

    def get(self, record_id: int) -> dict[str, Any]:
        """Read one record."""
        reply = self.client.get(f"{self.base}/layouts/{FLAT}/records/{record_id}?portal=%5B%5D")
        record: dict[str, Any] = self._response(reply)["data"][0]
        return record

    def save(self, record_id: int, fields: dict[str, Any], mod_id: str) -> str:
        """Save fields of a record that still has this mod id; gives its new one."""
        content = json.dumps({"fieldData": fields, "modId": mod_id}).encode()
        reply = self.client.patch(
            f"{self.base}/layouts/{FLAT}/records/{record_id}",
            content=content,
            headers={"Content-Type": "application/json"},
        )
        new: str = self._response(reply)["modId"]
        return new

    def _response(self, reply: httpx.Response) -> dict[str, Any]:
        content = reply.json()
        if content["messages"][0]["code"] != "0":
            raise RuntimeError(content["messages"])
        response: dict[str, Any] = content["response"]
        return response

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._response(self.client.delete(f"{self.base}/sessions/{self._token}"))
        self.client.close()
