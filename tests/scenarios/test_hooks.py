"""What models do by themselves before and after a save, in both colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scenarios.conftest import Office
from scenarios.office import Person

from fmorm import (
    ConflictError,
    Database,
    DeclarationError,
    Model,
    OutcomeUnknown,
    Portal,
    PortalRow,
    RefusedValue,
    Repeating,
    Retry,
    after_save,
    before_save,
    field,
    portal,
    repeating,
    state,
)
from fmorm.model.declare import Field

told: list[str] = []
"""What the hooks tell, emptied for each test."""


@pytest.fixture(autouse=True)
def nothing_told() -> None:
    told.clear()


class Home(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")
    zip: Field[str | None] = field("Zip")

    @before_save
    def tidy(self) -> None:
        told.append(f"tidy {self.city}")
        self.zip = "0000"

    @after_save
    def tell(self) -> None:
        told.append(f"saved {self.city}, dirty {state(self).is_dirty}")


class Stamped(Model, abstract=True):
    notes: Field[str | None] = field("Notes")

    @before_save
    def stamp(self) -> None:
        told.append("stamp")
        self.notes = "stamped"


class Worker(Stamped, layout="person"):
    name: Field[str] = field("Name")
    phones: Repeating[str] = repeating("Phone", 3)
    homes: Portal[Home] = portal("addresses")

    @before_save
    def check(self) -> None:
        told.append("check")
        if self.name == "Nobody":
            raise ValueError("nobody is saved")
        self.phones[2] = "checked"

    @after_save
    def tell(self) -> None:
        told.append(f"saved, dirty {state(self).is_dirty}")


def test_hooks_run_in_the_order_of_definition_and_what_they_set_is_sent(db: Database, office: Office) -> None:
    ann = db.get(Worker, 1)
    ann.name = "Anne"
    office.forget()
    db.save(ann)
    assert told == ["stamp", "check", "saved, dirty False"]
    assert len(office.sent) == 1
    assert office.last("PATCH")["fieldData"] == {"Name": "Anne", "Notes": "stamped", "Phone(3)": "checked"}


def test_hooks_run_for_a_new_record_and_its_rows(db: Database) -> None:
    dag = db.create(Worker(name="Dag", homes=[Home(city="Oslo")]), reload=True)
    assert told == ["stamp", "check", "tidy Oslo", "saved, dirty False", "saved Oslo, dirty False"]
    assert (dag.notes, dag.phones[2], dag.homes[0].zip) == ("stamped", "checked", "0000")


def test_where_nothing_is_to_be_saved_nothing_runs(db: Database, office: Office) -> None:
    ann = db.get(Worker, 1)
    db.save(ann)
    ann.name = "Anne"
    db.save(ann)
    told.clear()
    office.forget()
    db.save(ann)
    assert (told, office.sent) == ([], [])


def test_rows_run_their_own_hooks_where_they_are_saved(db: Database) -> None:
    ann = db.get(Worker, 1)
    first, second = ann.homes
    first.city = "Voss"
    ann.homes.append(Home(city="Moss"))
    db.save(ann)
    rows = ["tidy Voss", "tidy Moss", "saved, dirty False", "saved Voss, dirty False"]
    assert told == ["stamp", "check", *rows, "saved Moss, dirty False"]
    assert [home.zip for home in db.get(Worker, 1).homes] == ["0000", second.zip, "0000"]


def test_what_a_hook_raises_before_a_save_sends_nothing_and_leaves_no_trace(
    db: Database, office: Office
) -> None:
    ann = db.get(Worker, 1)
    ann.name = "Nobody"
    office.forget()
    with pytest.raises(ValueError, match="nobody is saved"):
        db.save(ann)
    assert (office.sent, told) == ([], ["stamp", "check"])
    assert state(ann).changes == {"name": ("Ann Berg", "Nobody")}
    with pytest.raises(ValueError, match="nobody is saved"):
        db.create(Worker(name="Nobody"))
    assert office.sent == []


@pytest.mark.parametrize("name", ["Theirs", ""], ids=["conflict", "refused"])
def test_after_a_refusal_nothing_runs_and_what_hooks_have_set_is_taken_back(
    db: Database, office: Office, name: str
) -> None:
    ann = db.get(Worker, 1)
    if name:
        office.open().update(Person, 1, {"name": name})
    ann.name, ann.phones[0], ann.homes[0].city = "", "mine", "Voss"
    ann.name = "Mine" if name else ""
    told.clear()
    with pytest.raises((ConflictError, RefusedValue)):
        db.save(ann)
    assert told == ["stamp", "check", "tidy Voss"]
    assert state(ann).changes.keys() == {"name", "phones", "homes"}
    assert ann.phones.originals == {0: "one"}
    assert state(ann.homes[0]).changes == {"city": ("Bergen", "Voss")}


def test_after_an_unknown_outcome_nothing_runs_and_everything_stays(office: Office) -> None:
    db = office.open(retry=Retry(attempts=1))
    ann = db.get(Worker, 1)
    ann.name = "Anne"
    with office.app.faults.drop("after commit", on="edit"), pytest.raises(OutcomeUnknown):
        db.save(ann)
    assert told == ["stamp", "check"]
    assert state(ann).changes.keys() == {"name", "notes", "phones"}


def test_what_hooks_set_is_no_conflict_and_is_set_again_on_top_of_theirs(
    db: Database, office: Office
) -> None:
    ann = db.get(Worker, 1)
    other_db = office.open()
    other = other_db.get(Worker, 1)
    other.phones[0] = "theirs"
    other_db.save(other)
    ann.name = "Anne"
    told.clear()
    db.save(ann, on_conflict="merge")
    assert told == ["stamp", "check", "stamp", "check", "saved, dirty False"]
    now = db.get(Worker, 1)
    assert (now.name, now.notes, list(now.phones)) == ("Anne", "stamped", ["theirs", "", "checked"])


def test_what_a_hook_raises_after_a_save_says_that_it_was_saved(db: Database) -> None:
    class Loud(Model, layout="person"):
        name: Field[str] = field("Name")

        @after_save
        def fail(self) -> None:
            self.name = "later"
            raise LookupError("too late")

    ann = db.get(Loud, 1)
    ann.name = "Anne"
    with pytest.raises(LookupError, match="too late") as error:
        db.save(ann)
    assert error.value.__notes__ == ["Record 1 was saved; only what runs after it has failed"]
    assert state(ann).changes == {"name": ("Anne", "later")}
    assert db.get(Person, 1).name == "Anne"


def test_a_hook_may_add_rows_whose_hooks_run_too(db: Database) -> None:
    class Housed(Model, layout="person"):
        name: Field[str] = field("Name")
        homes: Portal[Home] = portal("addresses")

        @before_save
        def house(self) -> None:
            self.homes.append(Home(city=f"{self.name}'s"))

    ann = db.get(Housed, 1)
    ann.name = "Anne"
    db.save(ann)
    assert [(home.city, home.zip) for home in ann.homes][-1] == ("Anne's", "0000")
    assert told == ["tidy Anne's", "saved Anne's, dirty False"]


def test_a_method_that_overrides_a_hook_is_one_in_its_place(db: Database) -> None:
    class Other(Stamped, layout="person"):
        name: Field[str] = field("Name")

        @before_save
        @after_save
        def both(self) -> None:
            told.append("both")

        def stamp(self) -> None:
            told.append("own stamp")

    ann = db.get(Other, 1)
    ann.name = "Anne"
    db.save(ann)
    assert told == ["own stamp", "both", "both"]


def _generator(self: Any) -> Any:
    yield self


async def _coroutine(self: Any) -> None:
    del self


@pytest.mark.parametrize("hook", [before_save, after_save])
@pytest.mark.parametrize("method", [_generator, _coroutine, 5, staticmethod(_generator)])
def test_a_hook_is_a_plain_method(hook: Callable[[Any], Any], method: Any) -> None:
    with pytest.raises(DeclarationError, match=r"@(before|after)_save"):
        hook(method)


def test_an_update_without_reading_runs_no_hooks(db: Database) -> None:
    db.update(Worker, 1, {"name": "Anne"})
    assert told == []
