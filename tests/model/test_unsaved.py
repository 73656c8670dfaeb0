"""What is not saved: told, and dropped."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model.people import Address, Person, load, person

from fmorm import NOT_LOADED, NotLoaded, RecordStateError, state


def partial(**fields: Any) -> Person:
    (loaded,) = load(Person, {"fieldData": fields, "portalData": {}, "recordId": "7", "modId": "4"})
    return loaded


CHANGES: dict[str, tuple[Callable[[Person], object], dict[str, tuple[Any, Any]]]] = {
    "value": (lambda p: setattr(p, "name", "Bea"), {"name": ("Ada Lund", "Bea")}),
    "repetition": (
        lambda p: p.phones.__setitem__(1, "2"),
        {"phones": (["+47 1", "", "+47 3"], ["+47 1", "2", "+47 3"])},
    ),
    "edited row": (
        lambda p: setattr(p.addresses[1], "zip", "5003"),
        {"addresses": ({"22": {"zip": None}}, {"22": {"zip": "5003"}})},
    ),
    "removed row": (
        lambda p: p.addresses.remove(p.addresses[0]),
        {"addresses": ({"21": {"city": "Oslo", "zip": None, "since": None, "population": None}}, {})},
    ),
    "new rows": (
        lambda p: list(map(p.addresses.append, [Address(city="Voss"), Address(city="Moss")])),
        {"addresses": ({}, {"+1": {"city": "Voss"}, "+2": {"city": "Moss"}})},
    ),
}


@pytest.mark.parametrize("how", CHANGES)
def test_each_change_is_told_and_dropped(how: str) -> None:
    change, expected = CHANGES[how]
    loaded, untouched = person("Oslo", "Bergen"), person("Oslo", "Bergen")
    known = state(loaded)
    assert (known.is_dirty, known.changes) == (False, {})
    change(loaded)
    assert (known.is_dirty, known.changes) == (True, expected)
    known.reset()
    assert (known.is_dirty, known.changes) == (False, {})
    assert loaded == untouched
    assert [state(row).record_id for row in loaded.addresses] == ["21", "22"]


def test_asking_builds_no_rows() -> None:
    loaded = person("Oslo")
    assert not state(loaded).is_dirty
    assert state(loaded).changes == {}
    state(loaded).reset()
    assert not loaded.addresses.touched


def test_a_removed_row_that_was_edited_shows_what_filemaker_has() -> None:
    loaded = person("Oslo")
    row = loaded.addresses[0]
    row.zip = "1"
    loaded.addresses.remove(row)
    before, now = state(loaded).changes["addresses"]
    assert (before["21"]["zip"], now) == (None, {})
    state(loaded).reset()
    assert row.model_dump(include={"zip"}) == {"zip": None}
    assert loaded.addresses.index(row) == 0
    row.zip = "2"
    assert state(row).changes == {"zip": (None, "2")}


def test_what_was_not_loaded_is_not_loaded_again() -> None:
    loaded = partial(Name="Ada")
    loaded.born, loaded.phones[1] = date(2000, 1, 1), "2"
    held = loaded.phones
    assert state(loaded).changes == {
        "born": (NOT_LOADED, date(2000, 1, 1)),
        "phones": ([NOT_LOADED] * 3, [NOT_LOADED, "2", NOT_LOADED]),
    }
    state(loaded).reset()
    assert loaded.model_dump() == {"name": "Ada"}
    assert loaded.model_fields_set == {"name"}
    for attr in ("born", "height"):
        with pytest.raises(NotLoaded):
            getattr(loaded, attr)
    held[0] = "1"
    assert loaded.phones is held
    assert state(loaded).changes == {"phones": ([NOT_LOADED] * 3, ["1", NOT_LOADED, NOT_LOADED])}


@pytest.mark.parametrize("asked", [False, True])
def test_what_is_put_back_is_given_again(asked: bool) -> None:
    loaded = partial(Name="Ada")
    assert not asked or loaded.model_fields_set == {"name"}
    loaded.born = date(2000, 1, 1)
    kept = loaded.__fmorm_unsaved__().kept()
    state(loaded).reset()
    assert loaded.model_fields_set == {"name"}
    loaded.__fmorm_unsaved__().put_back(kept)
    assert loaded.model_fields_set == {"name", "born"}
    assert state(loaded).changes == {"born": (NOT_LOADED, date(2000, 1, 1))}


def test_dropping_does_not_reach_other_records_of_the_page() -> None:
    first, second = load(Person, *[{"fieldData": {"Name": n}, "recordId": n, "modId": "1"} for n in "ab"])
    first.born = None
    state(first).reset()
    assert second.model_fields_set == {"name"}


def test_rows_are_back_where_they_stood() -> None:
    loaded = person(*"abcde")
    held = list(loaded.addresses)
    new = Address(city="x")
    loaded.addresses.append(new)
    for i in (3, 0, 1):
        del loaded.addresses[i]
    assert [row.city for row in loaded.addresses] == ["b", "e", "x"]
    state(loaded).reset()
    assert list(loaded.addresses) == held
    assert all(row is mine for row, mine in zip(loaded.addresses, held, strict=True))
    with pytest.raises(RecordStateError, match="dropped with the other unsaved changes: append it again"):
        new.city = "y"
    loaded.addresses.append(new)
    new.city = "y"
    assert state(loaded).changes == {"addresses": ({}, {"+1": {"city": "y"}})}


def test_a_row_is_told_and_dropped_on_its_own() -> None:
    loaded = person("Oslo", "Bergen")
    first, second = loaded.addresses
    first.city, second.city = "x", "y"
    assert (state(first).is_dirty, state(first).changes) == (True, {"city": ("Oslo", "x")})
    state(first).reset()
    assert [row.city for row in loaded.addresses] == ["Oslo", "y"]
    assert state(loaded).changes == {"addresses": ({"22": {"city": "Bergen"}}, {"22": {"city": "y"}})}


def test_a_new_record_is_dirty_and_has_nothing_to_go_back_to() -> None:
    made = Person(name="Ada", phones=["1"], addresses=[Address(city="Oslo")])
    made.born = None
    assert state(made).is_dirty
    assert state(made).changes == {
        "name": (NOT_LOADED, "Ada"),
        "born": (NOT_LOADED, None),
        "phones": ([NOT_LOADED] * 3, ["1", NOT_LOADED, NOT_LOADED]),
        "addresses": ({}, {"+1": {"city": "Oslo"}}),
    }
    for one in (made, made.addresses[0]):
        with pytest.raises(RecordStateError, match="never created in FileMaker: there is nothing to go back"):
            state(one).reset()
    assert state(Person()).is_dirty


def test_a_record_that_is_being_written_is_not_reset() -> None:
    loaded = person()
    loaded.name = "Bea"
    state(loaded).busy = True
    with pytest.raises(RecordStateError, match="is being written"):
        state(loaded).reset()
    assert loaded.name == "Bea"


def test_a_state_without_its_record_says_so() -> None:
    known = state(person())
    gc.collect()
    assert known.record_id == "7"
    with pytest.raises(RecordStateError, match="keep the record"):
        _ = known.is_dirty


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy], ids=["copy", "deepcopy"])
def test_a_copy_is_dropped_on_its_own(copied: Callable[[Person], Person]) -> None:
    loaded = person("Oslo")
    loaded.name, loaded.addresses[0].zip = "Bea", "1"
    for twin in (copied(loaded), pickle.loads(pickle.dumps(loaded))):
        assert state(twin).changes == state(loaded).changes
        state(twin).reset()
        assert (twin.name, twin.addresses[0].zip, state(loaded).is_dirty) == ("Ada Lund", None, True)


STEPS = st.lists(
    st.tuples(st.sampled_from(["name", "phone", "edit", "remove", "append"]), st.integers(0, 3)), max_size=12
)


@given(STEPS)
def test_after_a_reset_a_record_is_as_it_was(steps: list[tuple[str, int]]) -> None:
    loaded, untouched = person("a", "b", "c", "d"), person("a", "b", "c", "d")
    rows = list(loaded.addresses)
    for step, number in steps:
        left = len(loaded.addresses)
        if step == "name":
            loaded.name = str(number)
        elif step == "phone":
            loaded.phones[number % 3] = "x"
        elif step == "append":
            loaded.addresses.append(Address(city="new"))
        elif left and step == "edit":
            loaded.addresses[number % left].zip = "1"
        elif left:
            del loaded.addresses[number % left]
    told = state(loaded).changes
    assert state(loaded).is_dirty is bool(told)
    assert all(before != now for before, now in told.values())
    state(loaded).reset()
    assert (loaded, state(loaded).is_dirty) == (untouched, False)
    assert [id(row) for row in loaded.addresses] == [id(row) for row in rows]
