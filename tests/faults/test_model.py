"""A program that works under dense faults, against a ledger of what it was told; and 1,000 drops one by one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from bad_input.witness import failure
from faults.verbs import Keyed
from scenarios.conftest import Office
from scenarios.office import Address, Person

from fmorm import Database, OutcomeUnknown, Retry, state
from tools.soak.colours import IMPATIENT, PATIENT
from tools.soak.rounds import MOUNTS, Mounted, Size, one_round
from tools.soak.table import table

FAULTS = 300
WORKERS = 4
RUNS = 25
"""For each kind of commit, moment and mount: 5 x 2 x 4 x 25 are 1,000."""


@pytest.mark.parametrize("retry", [PATIENT, IMPATIENT], ids=["patient", "impatient"])
@pytest.mark.parametrize(("colour", "way"), MOUNTS)
def test_nothing_is_lost_or_doubled_and_what_is_unknown_is_reported(
    colour: Any, way: Any, retry: Any
) -> None:
    seed = random.randrange(1_000_000)
    size = Size(FAULTS, WORKERS, time.monotonic() + 60)
    tally = one_round(Mounted(colour, way, retry), size, seed)
    assert tally.is_clean, f"seed {seed} on {colour}, {way}:\n{table(tally)}"
    assert tally.faults.total() >= FAULTS, "the faults did not happen"
    assert tally.answers["unknown: done"], "no write was lost after its commit"
    assert tally.answers["done"] > FAULTS / 4, "little work was done"
    assert tally.traffic.repeated, "nothing was sent again"


# -- each kind of commit -----------------------------------------------------------------------------------


def _create(db: Database, number: int) -> None:
    db.create(Person(name=f"Dag {number}"))


def _create_keyed(db: Database, number: int) -> None:
    db.create(Keyed(id=f"D{number}", name=f"Dag {number}"))


def _edit(db: Database, number: int) -> None:
    ann = db.get(Person, 1)
    ann.name = f"Ann {number}"
    db.save(ann)


def _append_row(db: Database, number: int) -> None:
    ann = db.get(Person, 1)
    ann.addresses.append(Address(city=f"City {number}"))
    db.save(ann)


def _delete(db: Database, number: int) -> None:
    db.delete(db.find(Person).all()[-1])


def _people(db: Database) -> int:
    return db.find(Person).count()


def _commits(db: Database) -> int:
    return int(state(db.get(Person, 1)).mod_id or 0)


def _rows(db: Database) -> int:
    return len(db.get(Person, 1).addresses)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of commit: what the server calls it, how it is done, what it counts up or down, and whether it is sent
    again after its reply was lost.
    """

    on: str
    write: Callable[[Database, int], None]
    counted: Callable[[Database], int]
    again: bool = True


KINDS = {
    "create": Kind("create", _create, _people, again=False),
    "create with a key": Kind("create", _create_keyed, _people),
    "edit": Kind("edit", _edit, _commits),
    "row": Kind("edit", _append_row, _rows, again=False),
    "delete": Kind("delete", _delete, _people),
}


@pytest.mark.parametrize("when", ["before commit", "after commit"])
@pytest.mark.parametrize("name", KINDS)
def test_a_dropped_connection_loses_and_doubles_nothing(office: Office, name: str, when: Any) -> None:
    kind, db = KINDS[name], office.open(retry=Retry(attempts=3, backoff=0.0005))
    for number in range(RUNS):
        db.create(Person(name=f"Eve {number}"))
    for number in range(RUNS):
        before = kind.counted(db)
        with office.app.faults.drop(when, on=kind.on, times=1) as fault:
            error = failure(lambda: kind.write(db, number))  # noqa: B023 - it is called at once
        assert fault.count == 1
        done = abs(kind.counted(db) - before)
        if error is None:
            assert done == 1, "it was confirmed, and is not there once"
        else:
            assert isinstance(error, OutcomeUnknown)
            assert done == (when == "after commit"), "it was lost, or done again"
        if when == "before commit":
            assert (error is None) == kind.again
