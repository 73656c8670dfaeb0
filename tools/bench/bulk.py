"""Many records changed, on a server that takes its time for each request and serves a session's one after the other.

The baseline is the ideal: ten sessions that are never idle, and a client that takes no time at all.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Final

from fmorm import Database
from tools.bench.customers import DATABASE
from tools.bench.models import FlatCustomer
from tools.bench.serving import PASSWORD, USER, child
from tools.bench.timing import Contest, Size

SESSIONS: Final = 10
MILLISECONDS: Final = 5
TARGET: Final = 2.5
TIMES: Final = 50
"""How many times the calls of a size are the records."""


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests; the server runs as long as they last."""
    records = TIMES * size.calls
    ideal = partial(time.sleep, records * MILLISECONDS / 1000 / SESSIONS)
    with (
        child(records, milliseconds=MILLISECONDS) as url,
        Database(url, DATABASE, user=USER, password=PASSWORD, sessions=SESSIONS) as db,
    ):
        bulk = Bulk(db)
        yield [
            Contest(
                name=f"{verb} of {records:,}, {MILLISECONDS} ms a request, to the ideal",
                unit="record",
                count=records,
                ours=work,
                baseline=ideal,
                before=before,
                target=TARGET,
                rounds=3 if size.seconds else 1,
            )
            for verb, work, before in (
                ("save_all", bulk.save, bulk.change),
                ("update_all", bulk.update, bulk.forget),
            )
        ]


class Bulk:
    """All records, changed each time to something else."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._values = count()
        self._records: list[FlatCustomer] = []

    def change(self) -> None:
        """Change them in Python."""
        self._records = self._db.find(FlatCustomer).all()
        value = f"City {next(self._values)}"
        for record in self._records:
            record.city = value

    def forget(self) -> None:
        """Hold none of them."""
        self._records = []

    def save(self) -> None:
        """Save them."""
        self._db.save_all(self._records).raise_for_failures()

    def update(self) -> None:
        """Read, change and save them."""
        value = f"City {next(self._values)}"
        self._db.update_all(self._db.find(FlatCustomer), {"city": value}).raise_for_failures()
