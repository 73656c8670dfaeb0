"""Several programs that count in the same records: none of them overwrites what another has written."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from server.client import BASE, basic
from server.robust.values import SCHEMA

from fmorm.server import App, Background

PERSON = f"{BASE}/databases/house/layouts/person/records/1"


class Writer:
    """One program: it reads, adds one, and writes with the mod id that it has read."""

    def __init__(self, url: str, tally: Counter[str]) -> None:
        self._http = httpx.Client(base_url=url, timeout=30)
        self._tally = tally
        sessions = f"{BASE}/databases/house/sessions"
        answer = self._http.post(sessions, headers={"authorization": basic("api", "secret")}).json()
        self._http.headers["authorization"] = f"Bearer {answer['response']['token']}"

    def close(self) -> None:
        self._http.close()

    def count(self, times: int) -> None:
        """Add one to the record and to its first portal row, each as often as that."""
        for number in range(times):
            while not self._add(is_row=bool(number % 2)):
                self._tally["306"] += 1

    def _add(self, *, is_row: bool) -> bool:
        record = self.read()
        row = record["portalData"]["Pets"][0]
        if is_row:
            change = {
                "recordId": row["recordId"],
                "modId": row["modId"],
                "pets::Weight": str(row["pets::Weight"] + 1),
            }
            body: dict[str, Any] = {"fieldData": {}, "portalData": {"Pets": [change]}}
        else:
            body = {
                "fieldData": {"Count": str(int(record["fieldData"]["Count"] or 0) + 1)},
                "modId": record["modId"],
            }
        code = self._http.patch(PERSON, json=body).json()["messages"][0]["code"]
        assert code in {"0", "306"}, code
        self._tally[code] += 1
        return bool(code == "0")

    def read(self) -> Any:
        """Give the record."""
        return self._http.get(PERSON).json()["response"]["data"][0]


def count_together(writers: int, times: int) -> Counter[str]:
    """Let writers count over a socket at the same time, and see that every count is there.

    Args:
        writers: How many there are.
        times: How often each of them adds one, to the record and to its portal row in turns.

    Returns:
        How often a write was done and how often refused.
    """
    app, tally = App(SCHEMA), Counter[str]()
    barrier = threading.Barrier(writers)

    def work(url: str) -> None:
        writer = Writer(url, tally)
        barrier.wait()
        writer.count(times)
        writer.close()

    with Background(app) as server, ThreadPoolExecutor(writers) as pool:
        list(pool.map(work, [server.url] * writers))
        reader = Writer(server.url, tally)
        record = reader.read()
        reader.close()
    app.close()
    row = record["portalData"]["Pets"][0]
    of_row = writers * (times // 2)
    of_record = writers * times - of_row
    assert (record["fieldData"]["Count"], record["modId"]) == (of_record, str(of_record))
    assert (row["pets::Weight"], row["modId"]) == (12 + of_row, str(of_row))
    return tally
