"""Verbs that are broken off at any moment, and what a careful program does then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from faults.verbs import Keyed
from scenarios.office import Address, Person

from fmorm import ConflictError, Database, NotUnique, RecordMissing, state
from fmorm.server import App


def _nothing(db: Database) -> Any:
    return None


def _leave(db: Database, thing: Any) -> None:
    """Nothing has to be mended where nothing was written."""


@dataclass(frozen=True, slots=True)
class Work:
    """Something that is broken off.

    Attributes:
        run: Does it; gives an awaitable in the async colour.
        begin: Prepares it.
        mend: Finds out what has become of it, and does it where it was not done.
        check: Expects of the server's data that it was done once.
    """

    run: Callable[[Any, Any], Any]
    begin: Callable[[Database], Any] = _nothing
    mend: Callable[[Database, Any], None] = _leave
    check: Callable[[Database], None] = _nothing


def _dirty(db: Database) -> Person:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    ann.addresses.append(Address(city="Oslo"))
    return ann


def _save_again(db: Database, ann: Person) -> None:
    there = db.get(Person, 1)
    was_done = len(there.addresses) == 3
    if was_done and state(ann).is_dirty:
        assert state(ann).doubtful, "it forgets that it may have been saved"
    try:
        db.save(ann)
    except ConflictError:
        assert was_done


def _saved(db: Database) -> None:
    ann = db.get(Person, 1)
    assert (ann.name, state(ann).mod_id) == ("Anne", "1")
    assert [row.city for row in ann.addresses] == ["Bergen", "Trondheim", "Oslo"]


def _update_again(db: Database, _: None) -> None:
    if state(db.get(Person, 1)).mod_id == "0":
        db.update(Person, 1, {"name": "Anne"}, mod_id="0")


def _updated(db: Database) -> None:
    assert state(db.get(Person, 1)).mod_id == "1"


def _new(db: Database) -> Person:
    return Person(name="Dag", addresses=[Address(city="Oslo")])


def _create_again(db: Database, dag: Person) -> None:
    if db.find(Person).where(Person.name == "Dag").count() == 0:
        assert state(dag).is_new, "it says that it exists"
        db.create(_new(db))


def _created(db: Database) -> None:
    dag = db.find(Person).where(Person.name == "Dag").one()
    assert [row.city for row in dag.addresses] == ["Oslo"]


def _create_keyed_again(db: Database, _: Keyed) -> None:
    try:
        db.create(Keyed(id="D", name="Dag"))
    except NotUnique:
        assert db.get(Keyed, id="D").name == "Dag"


def _created_keyed(db: Database) -> None:
    assert db.find(Person).where(Person.name == "Dag").count() == 1


def _delete_again(db: Database, _: Person) -> None:
    try:
        db.delete(Person, 3)
    except RecordMissing:
        return


def _deleted(db: Database) -> None:
    assert [person.id for person in db.find(Person).all()] == ["A", "B"]


WORKS: Final = {
    "log-in": Work(lambda db, _: db.log_in()),
    "read": Work(lambda db, _: db.get(Person, 1)),
    "find": Work(lambda db, _: db.find(Person).where(Person.name == "Ann Berg").all()),
    "save": Work(lambda db, ann: db.save(ann), _dirty, _save_again, _saved),
    "update": Work(
        lambda db, _: db.update(Person, 1, {"name": "Anne"}, mod_id="0"), _nothing, _update_again, _updated
    ),
    "create": Work(lambda db, dag: db.create(dag), _new, _create_again, _created),
    "create and reload": Work(lambda db, dag: db.create(dag, reload=True), _new, _create_again, _created),
    "create with a key": Work(
        lambda db, dag: db.create(dag),
        lambda db: Keyed(id="D", name="Dag"),
        _create_keyed_again,
        _created_keyed,
    ),
    "delete": Work(lambda db, cleo: db.delete(cleo), lambda db: db.get(Person, 3), _delete_again, _deleted),
}


def mended(app: App, db: Database, work: Work, thing: Any) -> None:
    """Go on as a careful program does, close, and expect that all is as if nothing had been broken off."""
    work.mend(db, thing)
    db.close()
    assert app.session_count == 0, "a session was leaked"
    with Database.embedded(app) as fresh:
        work.check(fresh)
