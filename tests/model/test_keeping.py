"""What a program holds of a record when it is read again: portals, rows and repetitions stay the record's."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from model.people import Address, Person, address, load, person, raw_person

from fmorm import (
    Field,
    MappingError,
    Model,
    NotLoaded,
    Portal,
    PortalRow,
    RecordStateError,
    Repeating,
    field,
    portal,
    repeating,
    state,
)
from fmorm.model.keeping import lose_created, note_created, take_over


class Job(PortalRow, table="jobs"):
    title: Field[str] = field("Title")
    tags: Repeating[str] = repeating("Tag", 2)


class Worker(Model, layout="worker"):
    name: Field[str] = field("Name")
    jobs: Portal[Job] = portal("jobs")


def job(record_id: int, title: str, *, mod_id: int = 1, second: str = "b") -> dict[str, Any]:
    fields = {"jobs::Title": title, "jobs::Tag(1)": "a", "jobs::Tag(2)": second}
    return {"recordId": str(record_id), **fields, "modId": str(mod_id)}


def worker(*jobs: dict[str, Any], **fields: Any) -> Worker:
    raw = {
        "fieldData": {"Name": "Ada", **fields},
        "portalData": {"jobs": list(jobs)},
        "recordId": "7",
        "modId": "4",
        "portalDataInfo": [
            {"database": "d", "table": "jobs", "foundCount": len(jobs), "returnedCount": len(jobs)}
        ],
    }
    (loaded,) = load(Worker, raw)
    return loaded


def without_portal(**fields: Any) -> Person:
    (loaded,) = load(
        Person, {"fieldData": {"Name": "Ada", **fields}, "portalData": {}, "recordId": "7", "modId": "5"}
    )
    return loaded


# -- values ---------------------------------------------------------------------------------------------------


def test_a_record_is_what_was_read_and_its_objects_stay_its_own() -> None:
    held = person("Oslo", "Bergen")
    rows, phones, known, row = held.addresses, held.phones, state(held), held.addresses[1]
    held.name, phones[0], row.zip = "mine", "mine", "mine"
    phones_there: dict[str, Any] = {"Phone(1)": "1", "Phone(2)": "2"}
    fresh = person("Oslo", "Voss", Name="Bea", **phones_there)
    state(fresh).mod_id = "9"
    take_over(held, fresh)
    assert held.model_dump(include={"name", "phones"}) == {"name": "Bea", "phones": ["1", "2", "+47 3"]}
    assert row.model_dump(include={"city", "zip"}) == {"city": "Voss", "zip": None}
    assert held.addresses is rows
    assert held.phones is phones
    assert rows[1] is row
    assert state(held) is known
    assert (known.mod_id, known.originals, phones.originals, state(row).originals) == ("9", {}, {}, {})
    assert not rows.changed_rows()
    phones[1], row.zip = "3", "4"
    assert (phones.originals, rows.changed_rows()) == ({1: "2"}, [row])


def test_ids_of_rows_are_taken_over() -> None:
    held = worker(job(1, "Cook"), job(2, "Baker"))
    cook = held.jobs[0]
    state(cook).mod_id = None
    take_over(held, worker(job(2, "Baker", mod_id=5), job(1, "Cook", mod_id=6)))
    assert [state(row).record_id for row in held.jobs] == ["2", "1"], "the order is FileMaker's"
    assert held.jobs[1] is cook
    assert state(cook).mod_id == "6"


def test_repetitions_of_rows_are_kept() -> None:
    held = worker(job(1, "Cook"))
    tags = held.jobs[0].tags
    tags[0] = "mine"
    take_over(held, worker(job(1, "Cook", second="c")))
    assert list(tags) == ["a", "c"]
    tags[1] = "d"
    assert held.jobs.changed_rows() == [held.jobs[0]]
    assert held.jobs[0].tags is tags


def test_rows_that_nobody_holds_stay_raw() -> None:
    held = person("Oslo")
    rows = held.addresses
    take_over(held, person("Voss"))
    assert not rows.touched
    assert [row.city for row in rows] == ["Voss"]


def test_rows_are_in_place_though_only_the_row_was_kept() -> None:
    held = person("Oslo", "Bergen")
    row = next(iter(held.addresses))
    take_over(held, person("Hamar", "Bergen"))
    assert row.city == "Hamar"
    row.zip = "2318"
    assert held.addresses.changed_rows() == [row]


def test_the_counts_are_those_that_were_read() -> None:
    held = person("Oslo", "Bergen", found=5, asked=["addresses"])
    row = held.addresses[0]
    take_over(held, person("Oslo", "Bergen", "Voss"))
    assert (held.addresses.complete, len(held.addresses), held.addresses[0]) == (True, 3, row)


def test_what_cannot_be_read_leaves_everything_as_it_was() -> None:
    held = person("Oslo")
    row = held.addresses[0]
    held.name, row.zip, held.phones[0] = "mine", "1", "9"
    bad = address("21", "Voss", **{"address_city_info::Population": "many"})
    (fresh,) = load(Person, raw_person(bad, Name="Bea"))
    with pytest.raises(MappingError, match="many"):
        take_over(held, fresh)
    assert (held.name, row.city, row.zip, held.phones[0]) == ("mine", "Oslo", "1", "9")
    assert (held.addresses.changed_rows(), held.phones.originals) == ([row], {0: "+47 1"})


def test_what_was_not_carried_is_not_loaded_and_what_is_held_stays_the_records() -> None:
    held = person("Oslo")
    rows, phones, row = held.addresses, held.phones, held.addresses[0]
    take_over(held, without_portal())
    with pytest.raises(NotLoaded, match=r"Person\.addresses: no reply has carried these rows; db\.load"):
        len(rows)
    with pytest.raises(NotLoaded, match=r"Person\.phones\[0\]"):
        _ = phones[0]
    with pytest.raises(RecordStateError, match="not among the rows that were read again"):
        row.zip = "1"
    assert (held.addresses, held.phones) == (rows, phones)
    assert held.model_dump() == {"name": "Ada"}
    phones[1] = "2"
    rows.append(Address(city="Voss"))
    assert (list(held.phones.originals), len(held.addresses.new_rows())) == ([1], 1)
    take_over(held, person("Hamar"))
    assert (held.addresses is rows, held.phones is phones) == (True, True)
    assert ([row.city for row in rows], list(phones)) == (["Hamar"], ["+47 1", "", "+47 3"])


# -- rows that are gone ---------------------------------------------------------------------------------------


def set_plain(row: Job) -> None:
    row.title = "x"


def set_repetition(row: Job) -> None:
    row.tags[0] = "x"


def set_all_repetitions(row: Job) -> None:
    row.tags = ["x", "y"]


SETS = pytest.mark.parametrize("put", [set_plain, set_repetition, set_all_repetitions])


@SETS
def test_a_row_that_is_gone_refuses_to_be_set(put: Callable[[Job], None]) -> None:
    held = worker(job(1, "Cook"), job(2, "Baker"))
    gone = held.jobs[0]
    take_over(held, worker(job(2, "Baker")))
    with pytest.raises(
        RecordStateError, match=r"Worker\.jobs: row 1 is not among the rows that were read again"
    ):
        put(gone)
    with pytest.raises(RecordStateError, match="not among the rows"):
        held.jobs.append(gone)
    with pytest.raises(ValueError, match="no row of this portal"):
        held.jobs.remove(gone)
    assert (gone.title, list(gone.tags)) == ("Cook", ["a", "b"])
    assert "not among" in (state(gone).detached or "")


@SETS
def test_a_row_that_is_back_can_be_set_again(put: Callable[[Job], None]) -> None:
    held = worker(job(1, "Cook"))
    back = held.jobs[0]
    held.jobs.remove(back)
    with pytest.raises(RecordStateError, match=r"row 1 was removed: append it again to keep it"):
        put(back)
    take_over(held, worker(job(1, "Cook")))
    assert state(back).detached is None
    put(back)
    assert held.jobs.changed_rows() == [back]


@SETS
def test_a_new_row_that_was_dropped_refuses_to_be_set_until_it_is_appended_again(
    put: Callable[[Job], None],
) -> None:
    held = worker()
    new = Job(title="Cook")
    held.jobs.append(new)
    take_over(held, worker())
    assert len(held.jobs) == 0
    with pytest.raises(RecordStateError, match=r"this new row was dropped .*: append it again"):
        put(new)
    held.jobs.append(new)
    put(new)
    assert held.jobs.new_rows() == [new]


def test_a_new_row_that_was_dropped_can_go_to_another_record() -> None:
    held, other = worker(), worker()
    new = Job(title="Cook")
    held.jobs.append(new)
    take_over(held, worker())
    other.jobs.append(new)
    assert other.jobs.new_rows() == [new]
    with pytest.raises(RecordStateError, match="another record"):
        held.jobs.append(new)


def test_a_repetition_that_was_first_looked_at_after_the_row_was_gone_is_refused_too() -> None:
    held = worker({"recordId": "1", "jobs::Title": "Cook", "modId": "0"})
    gone = held.jobs[0]
    take_over(held, worker())
    with pytest.raises(RecordStateError):
        gone.tags[0] = "x"
    assert gone.tags.known() == {}


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
}


@SETS
@pytest.mark.parametrize("how", COPIES)
def test_copies_of_a_row_that_is_gone_are_gone(how: str, put: Callable[[Job], None]) -> None:
    held = worker(job(1, "Cook"))
    gone = held.jobs[0]
    take_over(held, worker())
    twin: Job = COPIES[how](gone)
    with pytest.raises(RecordStateError):
        put(twin)
    assert twin.title == "Cook"


# -- created --------------------------------------------------------------------------------------------------


def created(**values: Any) -> Worker:
    made = Worker(name="Ada", **values)
    state(made).record_id, state(made).mod_id = "9", "0"
    note_created(made)
    return made


def test_the_rows_of_a_created_record_are_not_known_and_can_be_added_to() -> None:
    made = created()
    looks: list[Callable[[], object]] = [
        lambda: len(made.jobs),
        lambda: list(made.jobs),
        lambda: bool(made.jobs),
        lambda: made.jobs[0],
        lambda: made.jobs.by_id(1),
    ]
    for look in looks:
        with pytest.raises(NotLoaded, match=r"Worker\.jobs: .*db\.load\(rows\).*appending needs no"):
            look()
    assert made.jobs.complete is None
    assert repr(made.jobs) == "[]"
    made.jobs.append(Job(title="Cook"))
    assert [row.title for row in made.jobs.new_rows()] == ["Cook"]
    with pytest.raises(NotLoaded):
        len(made.jobs)
    assert made.model_dump() == {"name": "Ada"}


def test_a_portal_that_was_looked_at_before_the_create_stays_the_records() -> None:
    made = Worker(name="Ada")
    held = made.jobs
    assert len(held) == 0
    state(made).record_id = "9"
    note_created(made)
    held.append(Job(title="Cook"))
    assert made.jobs is held
    assert len(made.jobs.new_rows()) == 1


def test_rows_that_were_given_are_there_and_whether_they_are_all_cannot_be_known() -> None:
    made = created(jobs=[Job(title="Cook")])
    assert [row.title for row in made.jobs] == ["Cook"]
    assert made.jobs.complete is None


@pytest.mark.parametrize("how", COPIES)
def test_copies_of_a_created_record_can_be_added_to(how: str) -> None:
    made = created()
    made.jobs.append(Job(title="Cook"))
    twin: Worker = COPIES[how](made)
    twin.jobs.append(Job(title="Baker"))
    assert [row.title for row in twin.jobs.new_rows()] == ["Cook", "Baker"]
    assert [row.title for row in made.jobs.new_rows()] == ["Cook"]


def test_rows_of_which_nobody_knows_which_is_which_are_gone_and_the_others_stay() -> None:
    held = worker(job(1, "Cook"))
    cook, new = held.jobs[0], Job(title="Baker")
    held.jobs.append(new)
    lose_created(held, "jobs", [new])
    with pytest.raises(RecordStateError, match="the server did not tell which one it is"):
        new.title = "x"
    with pytest.raises(RecordStateError, match="the server did not tell"):
        held.jobs.append(new)
    cook.title = "Chef"
    assert (held.jobs.changed_rows(), held.jobs.by_id(1), held.jobs.new_rows()) == ([cook], cook, [])
    take_over(held, worker(job(1, "Cook"), job(2, "Baker")))
    assert [row.title for row in held.jobs] == ["Cook", "Baker"]
    assert held.jobs[0] is cook
