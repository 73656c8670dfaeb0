"""The verbs of the table of failures: how each is done, and how often it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scenarios.office import Address, Person

from fmorm import Database, Field, Model, field, state
from fmorm.server import App
from fmorm.server.faults.fault import verb_name

READ: Final = "a read"
LOG_IN: Final = "a log-in"
EDIT: Final = "an edit with its mod id"
UPDATE: Final = "an edit without a mod id"
ROWS: Final = "an edit of portal rows alone"
CREATE: Final = "a create"
KEYED: Final = "a create with a unique key"
DELETE: Final = "a deletion"

READS: Final = (READ, LOG_IN)
GUARDED: Final = (EDIT, KEYED, DELETE)
BLIND: Final = (UPDATE, ROWS, CREATE)
EVERY: Final = (*READS, *GUARDED, *BLIND)


class Keyed(Model, layout="person"):
    """A person with a key that the program gives, and FileMaker takes only once."""

    id: Field[str] = field("PrimaryKey", unique=True)
    name: Field[str] = field("Name")


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb.

    Attributes:
        on: What the server calls it.
        prepared: Does what comes before it, and gives what does it.
        done: How often it was done, by the server's data; None for what changes nothing.
    """

    on: str
    prepared: Callable[[Database], Callable[[], object]]
    done: Callable[[Database], int] | None = None


def _read(db: Database) -> Callable[[], object]:
    db.get(Person, 2)
    return lambda: db.get(Person, 1)


def _log_in(db: Database) -> Callable[[], object]:
    return db.log_in


def _edit(db: Database) -> Callable[[], object]:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    return lambda: db.save(ann)


def _update(db: Database) -> Callable[[], object]:
    db.get(Person, 2)
    return lambda: db.update(Person, 1, {"name": "Anne"})


def _rows(db: Database) -> Callable[[], object]:
    ann = db.get(Person, 1)
    ann.addresses.append(Address(city="Oslo"))
    return lambda: db.save(ann)


def _create(db: Database) -> Callable[[], object]:
    db.get(Person, 2)
    return lambda: db.create(Person(name="Dag"))


def _keyed(db: Database) -> Callable[[], object]:
    db.get(Person, 2)
    return lambda: db.create(Keyed(id="D", name="Dag"))


def _delete(db: Database) -> Callable[[], object]:
    cleo = db.get(Person, 3)
    return lambda: db.delete(cleo)


def _edits(db: Database) -> int:
    ann = db.get(Person, 1)
    commits = int(state(ann).mod_id or 0)
    assert (ann.name == "Anne") == (commits > 0)
    return commits


def _new_rows(db: Database) -> int:
    return len(db.get(Person, 1).addresses) - 2


def _creates(db: Database) -> int:
    return db.find(Person).where(Person.name == "Dag").count()


def _deletions(db: Database) -> int:
    return 3 - db.find(Person).count()


VERBS: Final = {
    READ: Verb("get-record", _read),
    LOG_IN: Verb("log-in", _log_in),
    EDIT: Verb("edit", _edit, _edits),
    UPDATE: Verb("edit", _update, _edits),
    ROWS: Verb("edit", _rows, _new_rows),
    CREATE: Verb("create", _create, _creates),
    KEYED: Verb("create", _keyed, _creates),
    DELETE: Verb("delete", _delete, _deletions),
}


def done(app: App, verb: Verb) -> int | None:
    """Tell how often a verb was done, in process and without faults."""
    app.faults.clear()
    if verb.done is None:
        return None
    with Database.embedded(app) as db:
        return verb.done(db)


def sent(app: App, on: str) -> int:
    """Tell how often a request reached the server."""
    return sum(verb_name(request) == on for request, _ in app.requests)
