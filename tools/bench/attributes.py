"""Values of a record read and set, and what a record holds of memory: against plain pydantic models.

Where sets are timed, they are checked as fmorm checks them.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date

from tools.bench.customers import Form
from tools.bench.hydrate import found, pages
from tools.bench.models import PLAIN_FLAT, CheckedCustomer, FlatCustomer, PlainCustomer
from tools.bench.timing import Contest, Size

ROUNDS = 20
READS = 8
SETS = 4


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests."""
    records, held = Records(size.records), Held()
    yield [
        Contest(
            name="attribute read",
            unit="read",
            count=ROUNDS * READS * size.records,
            ours=records.read,
            baseline=records.read_plain,
        ),
        Contest(
            name="attribute set",
            unit="set",
            count=SETS * size.records,
            ours=records.set,
            baseline=records.set_checked,
            before=records.renew,
        ),
        Contest(
            name="memory of a record",
            unit="record",
            count=size.records,
            ours=lambda: held.by(records.read_all),
            baseline=lambda: held.by(records.read_all_plain),
            target=1.0,
            clock=held.bytes,
            is_memory=True,
            rounds=size.rounds,
        ),
    ]


class Held:
    """A clock that moves by the bytes that a function has given and that are still held when it returns."""

    def __init__(self) -> None:
        self._bytes = 0

    def bytes(self) -> float:
        """Tell the bytes."""
        return self._bytes

    def by(self, make: Callable[[], object]) -> None:
        """Let something be made, and weigh it."""
        tracemalloc.start()
        made = make()
        gc.collect()
        self._bytes += tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        del made


class Records:
    """The same records as either kind of object."""

    def __init__(self, count: int) -> None:
        self._ours = pages(count, Form.ISO, portals=False)
        self._friendly = pages(count, Form.FRIENDLY, portals=False)
        self.renew()

    def renew(self) -> None:
        """Make them anew: the first set of an attribute is another thing than the second."""
        self.ours = self.read_all()
        self.plain = self.read_all_plain()
        self.checked = [CheckedCustomer.model_construct(**vars(record)) for record in self.plain]

    def read_all(self) -> list[FlatCustomer]:
        """Give all records."""
        return [record for body in self._ours for record in found(FlatCustomer, body)]

    def read_all_plain(self) -> list[PlainCustomer]:
        """Give all records."""
        return [
            record.fields
            for body in self._friendly
            for record in PLAIN_FLAT.validate_json(body).response.data
        ]

    def read(self) -> None:
        """Read eight attributes of each, many times."""
        for _ in range(ROUNDS):
            _read(self.ours)

    def read_plain(self) -> None:
        """Read eight attributes of each, many times."""
        for _ in range(ROUNDS):
            _read_plain(self.plain)

    def set(self) -> None:
        """Set four attributes of each: text, a whole number, a float, a date."""
        for record in self.ours:
            record.city = "Narvik"
            record.age = 77
            record.score = 1.25
            record.born = date(2001, 2, 3)

    def set_checked(self) -> None:
        """Set four attributes of each: text, a whole number, a float, a date."""
        for record in self.checked:
            record.city = "Narvik"
            record.age = 77
            record.score = 1.25
            record.born = date(2001, 2, 3)


def _read(records: list[FlatCustomer]) -> None:
    for r in records:
        _ = r.key, r.first_name, r.city, r.notes, r.age, r.balance, r.born, r.changed


def _read_plain(records: list[PlainCustomer]) -> None:
    for r in records:
        _ = r.key, r.first_name, r.city, r.notes, r.age, r.balance, r.born, r.changed
