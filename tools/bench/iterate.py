"""All records of a large table, page by page over loopback, and every field of each touched.

The baseline is httpx and orjson, which give dictionaries of texts and numbers: no types, and no dates. How much memory
it takes is asked of a process of its own that does nothing else.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import orjson

from fmorm import Database
from tools.bench import models
from tools.bench.canned import canned
from tools.bench.customers import DATABASE, LAYOUT
from tools.bench.models import Customer, FlatCustomer
from tools.bench.serving import FLAT, PASSWORD, ROOT, USER
from tools.bench.timing import Contest, Size

TIMES: Final = 100
"""How many times the records of a size are read."""
PAGE: Final = 500
TARGET: Final = 1.9
MOST: Final = 40e6
"""Bytes that a process may grow by while it reads them all."""


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests; the server runs as long as they last."""
    count = size.records * TIMES
    with (
        canned(count) as url,
        Database(url, DATABASE, user=USER, password=PASSWORD) as db,
        httpx.Client() as client,
    ):
        grown = Grown(url)
        yield [
            *(
                Contest(
                    name=f"iterate {count:,} records, {name}",
                    unit="record",
                    count=count,
                    ours=partial(typed, db, model),
                    baseline=partial(untyped, client, url, layout, count),
                    target=TARGET,
                    rounds=3 if size.seconds else 1,
                )
                for name, model, layout in (("flat", FlatCustomer, FLAT), ("portals", Customer, LAYOUT))
            ),
            *(
                Contest(
                    name=f"memory for {count:,} records, {name}, to {MOST / 1e6:.0f} MB",
                    unit="process",
                    count=1,
                    ours=partial(grown.read, name),
                    baseline=grown.stay,
                    target=1.0,
                    clock=grown.memory,
                    rounds=1,
                    is_memory=True,
                )
                for name in MODELS
            ),
        ]


def typed(db: Database, model: type[FlatCustomer]) -> None:
    """Read them by fmorm."""
    for record in db.find(model):
        models.read_record(record)
        if isinstance(record, Customer):
            models.read_rows(record.orders, record.visits)


def untyped(client: httpx.Client, url: str, layout: str, count: int) -> None:
    """Read them as dictionaries."""
    path = f"{url}/fmi/data/vLatest/databases/{DATABASE}/layouts/{layout}/records"
    for first in range(1, count + 1, PAGE):
        reply = client.get(f"{path}?_offset={first}&_limit={PAGE}&dateformats=2")
        for record in orjson.loads(reply.content)["response"]["data"]:
            _touch(record["fieldData"])
            for rows in record["portalData"].values():
                for row in rows:
                    _touch(row)


def _touch(values: dict[str, Any]) -> None:
    for _ in values.values():
        pass


MODELS: Final[dict[str, type[FlatCustomer]]] = {"flat": FlatCustomer, "portals": Customer}


class Grown:
    """Bytes that were taken, which rise like a clock."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._bytes = 0.0

    def read(self, name: str) -> None:
        """Let a process read all records; it tells by how much it has grown after the first page."""
        command = [sys.executable, "-m", __spec__.name, self._url, name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        self._bytes += max(float(done.stdout), 1.0)

    def stay(self) -> None:
        """Take what may be taken."""
        self._bytes += MOST

    def memory(self) -> float:
        """Give the sum of all that was taken."""
        return self._bytes


def main() -> None:
    """Read all records, and tell how many bytes that takes beside what importing and logging in takes."""
    url, name = sys.argv[1:]
    with Database(url, DATABASE, user=USER, password=PASSWORD) as db:
        db.log_in()
        before = _most()
        typed(db, MODELS[name])
        print(_most() - before)


def _most() -> float:
    """Give the most bytes that this process has held; where the system does not tell, a parent's may be among them."""
    status = Path("/proc/self/status")
    if status.exists():
        return 1024 * float(status.read_text().partition("VmHWM:")[2].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0)


if __name__ == "__main__":
    main()
