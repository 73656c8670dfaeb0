"""What is known about a record beside its values."""

from __future__ import annotations

import copy
import pickle
import threading
from typing import Any

import pytest
from model.people import ORIGIN, Person, person

from fmorm import NOT_LOADED, Field, Model, RecordStateError, State, field, state
from fmorm.model.state import saved_id


class Colliding(Model, layout="colliding"):
    id: Field[str] = field("id")
    record_id: Field[str] = field("record_id")
    mod_id: Field[str] = field("mod_id")
    state: Field[str] = field("state")
    origin: Field[str] = field("origin")
    originals: Field[str] = field("originals")


def test_filemaker_names_stay_free() -> None:
    given = {attr: f"my {attr}" for attr in Colliding.model_fields}
    made = Colliding.model_validate(given)
    assert made.model_dump() == given
    assert (state(made).record_id, state(made).mod_id, state(made).is_new) == (None, None, True)
    made.mod_id = "other"
    assert state(made).originals == {"mod_id": "my mod_id"}


def test_state_of_a_loaded_record() -> None:
    known = state(person())
    assert (known.record_id, known.mod_id, known.origin, known.is_new) == ("7", "4", ORIGIN, False)
    assert repr(known) == "<state of record 7, mod id 4>"


def test_saved_id_is_that_of_an_existing_record() -> None:
    assert saved_id(person()) == "7"
    with pytest.raises(RecordStateError, match=r"Person was never created .* db\.create"):
        saved_id(Person(name="Ada"))


def test_a_deleted_record_says_so() -> None:
    loaded = person()
    assert state(loaded).detached is None
    state(loaded).mark_deleted()
    assert (state(loaded).record_id, state(loaded).is_new) == ("7", False)
    assert state(loaded).detached == "record 7 was deleted: create a new one with its values"
    for twin in (copy.copy(loaded), pickle.loads(pickle.dumps(loaded))):
        assert state(twin).detached == state(loaded).detached


def test_setting_notes_the_first_original_only() -> None:
    known = State("7", "4")
    known.note("name", "a", "b")
    known.note("name", "b", "c")
    assert known.originals == {"name": "a"}
    assert "changed name" in repr(known)


@pytest.mark.parametrize(
    ("steps", "originals"),
    [
        pytest.param([("a", "a")], {}, id="set to the same"),
        pytest.param([("a", "b"), ("b", "a")], {}, id="set back"),
        pytest.param([("a", None)], {"x": "a"}, id="emptied"),
        pytest.param([(None, None)], {}, id="empty as before"),
        pytest.param([(NOT_LOADED, None)], {"x": NOT_LOADED}, id="set without being loaded"),
        pytest.param([(NOT_LOADED, "a"), ("a", "b")], {"x": NOT_LOADED}, id="set twice without being loaded"),
    ],
)
def test_what_counts_as_a_change(steps: list[tuple[Any, Any]], originals: dict[str, Any]) -> None:
    known = State("7", "4")
    for before, after in steps:
        known.note("x", before, after)
    assert known.originals == originals


def test_a_copy_changes_on_its_own() -> None:
    known = State("7", "4", ORIGIN)
    twin = known.copy()
    twin.note("x", 1, 2)
    twin.mod_id = "5"
    assert (known.originals, known.mod_id, twin.origin) == ({}, "4", ORIGIN)


def test_not_loaded_is_one_thing() -> None:
    assert (
        copy.copy(NOT_LOADED)
        is copy.deepcopy(NOT_LOADED)
        is pickle.loads(pickle.dumps(NOT_LOADED))
        is NOT_LOADED
    )
    assert not NOT_LOADED
    assert repr(NOT_LOADED) == "<not loaded>"


def test_origin_names_the_place() -> None:
    assert str(ORIGIN) == "layout 'person' of 'people' on https://fm.example.com"


def test_two_threads_that_ask_first_get_the_same_state() -> None:
    together = threading.Barrier(2)
    asked: list[list[State]] = [[], []]
    people = [person() for _ in range(200)]

    def ask(states: list[State]) -> None:
        for one in people:
            together.wait()
            states.append(state(one))

    threads = [threading.Thread(target=ask, args=(states,)) for states in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(map(id, asked[0])) == list(map(id, asked[1]))
    assert len(asked[0]) == len(people)


def test_of_two_states_of_one_record_the_first_is_its_own() -> None:
    one = person()
    one.__fmorm_came__.append(state(person()))  # another thread came first
    known = state(one)
    one.__fmorm_came__.append(State())  # and this one later
    assert state(one) is known
