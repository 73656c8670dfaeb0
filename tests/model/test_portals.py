"""Portal rows: built when touched, appended and removed, complete or not; everything else refused with advice."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, cast

import pytest
from model.people import Address, Person, address, load, person, raw_person

from fmorm import Field, NotLoaded, PortalRow, PortalRows, RecordStateError, field, state


def cities(record: Person) -> list[str]:
    return [row.city for row in record.addresses]


def ids(rows: list[Address]) -> list[str | None]:
    return [state(row).record_id for row in rows]


# -- lazy -----------------------------------------------------------------------------------------------------


LOOKS: list[Callable[[Person], Any]] = [
    lambda record: record.addresses,
    lambda record: record.name,
    repr,
    lambda record: record.addresses.complete,
    lambda record: record.addresses.new_rows(),
    lambda record: record.addresses.changed_rows(),
    lambda record: record.addresses.removed_rows(),
    lambda record: record.__fmorm_dirty__(),
]


@pytest.mark.parametrize("look", LOOKS)
def test_rows_stay_raw_until_touched(look: Callable[[Person], Any]) -> None:
    loaded = person("Oslo")
    look(loaded)
    assert not loaded.addresses.touched


TOUCHES: list[Callable[[PortalRows[Address]], Any]] = [
    len,
    list,
    bool,
    lambda rows: rows[0],
    lambda rows: rows.by_id(21),
    lambda rows: rows == [],
]


@pytest.mark.parametrize("touch", TOUCHES)
def test_a_touch_builds_the_rows_once(touch: Callable[[PortalRows[Address]], Any]) -> None:
    loaded = person("Oslo")
    touch(loaded.addresses)
    assert loaded.addresses.touched
    assert loaded.addresses[0] is loaded.addresses[0]


# -- reading --------------------------------------------------------------------------------------------------


def test_reading_by_index_slice_and_iteration() -> None:
    rows = person("Oslo", "Bergen", "Bodø").addresses
    assert (rows[0].city, rows[-1].city, len(rows)) == ("Oslo", "Bodø", 3)
    assert [row.city for row in rows[1:]] == ["Bergen", "Bodø"]
    assert [row.city for row in reversed(rows)] == ["Bodø", "Bergen", "Oslo"]
    with pytest.raises(IndexError, match=r"Person\.addresses has 3 rows; there is no \[3\]"):
        _ = rows[3]


def test_by_id_finds_a_row_that_is_loaded() -> None:
    rows = person("Oslo", "Bergen").addresses
    assert rows.by_id("22").city == rows.by_id(22).city == "Bergen"
    with pytest.raises(LookupError, match=r"Person\.addresses: no row that is loaded has record id 99"):
        rows.by_id(99)


def test_identity_decides_about_membership() -> None:
    rows = person("Oslo", "Oslo").addresses
    twin = copy.copy(rows[0])
    assert rows[0] == twin != rows[1]
    assert (rows[1] in rows, twin in rows) == (True, False)
    with pytest.raises(ValueError, match=r"Person\.addresses: that is no row of this portal"):
        rows.remove(twin)
    rows.remove(rows[1])
    assert (ids(list(rows)), ids(rows.removed_rows())) == (["21"], ["22"]), "not the first that is equal"
    equal = rows[0]
    assert rows.index(equal) == 0


def test_index_goes_by_identity_too() -> None:
    rows = person("Oslo", "Oslo").addresses
    assert rows.index(rows[1]) == 1


# -- changing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["append", "add"])
def test_append_makes_a_new_row(verb: str) -> None:
    loaded = person("Oslo")
    row = Address(city="Bergen")
    getattr(loaded.addresses, verb)(row)
    assert cities(loaded) == ["Oslo", "Bergen"]
    assert loaded.addresses[1] is row
    assert (loaded.addresses.new_rows(), loaded.addresses.changed_rows()) == ([row], [])


def test_append_refuses_a_row_that_exists() -> None:
    first, second = person("Oslo"), person("Bergen")
    with pytest.raises(RecordStateError, match=r"row 21 exists already; rows are not moved between records"):
        first.addresses.append(second.addresses[0])
    row = Address(city="Bodø")
    first.addresses.append(row)
    with pytest.raises(RecordStateError, match="appended already"):
        first.addresses.append(row)
    assert cities(first) == ["Oslo", "Bodø"]


class Other(PortalRow, table="others"):
    city: Field[str] = field("City")


@pytest.mark.parametrize("row", [Other(city="Oslo"), Person(name="Ada"), {"city": "Oslo"}, None], ids=repr)
def test_append_refuses_what_is_no_row_of_the_portal(row: Any) -> None:
    for loaded in (person("Oslo"), Person()):
        before = list(loaded.addresses)
        with pytest.raises(TypeError, match=r"Person\.addresses.*Address"):
            loaded.addresses.append(row)
        assert list(loaded.addresses) == before


REMOVALS: dict[str, tuple[Callable[[PortalRows[Address]], Any], list[str]]] = {
    "remove": (lambda rows: rows.remove(rows[1]), ["22"]),
    "remove by id": (lambda rows: rows.remove(rows.by_id(22)), ["22"]),
    "del": (lambda rows: rows.__delitem__(1), ["22"]),
    "del from the end": (lambda rows: rows.__delitem__(-1), ["23"]),
    "del slice": (lambda rows: rows.__delitem__(slice(1, None)), ["22", "23"]),
    "del steps": (lambda rows: rows.__delitem__(slice(None, None, 2)), ["21", "23"]),
    "del all": (lambda rows: rows.__delitem__(slice(None)), ["21", "22", "23"]),
}


@pytest.mark.parametrize("how", REMOVALS)
def test_removed_rows_are_remembered(how: str) -> None:
    remove, gone = REMOVALS[how]
    rows = person("Oslo", "Bergen", "Bodø").addresses
    remove(rows)
    assert ids(rows.removed_rows()) == gone
    assert ids(list(rows)) == [record_id for record_id in ("21", "22", "23") if record_id not in gone]


def test_a_new_row_that_is_removed_is_forgotten() -> None:
    rows = person("Oslo").addresses
    row = Address(city="Bergen")
    rows.append(row)
    rows.remove(row)
    assert (rows.new_rows(), rows.removed_rows(), len(rows)) == ([], [], 1)
    rows.append(row)
    assert rows.new_rows() == [row], "and it can be appended again"


def test_a_removed_row_is_not_edited_any_more() -> None:
    rows = person("Oslo", "Bergen").addresses
    row = rows[0]
    row.zip = "0150"
    rows.remove(row)
    assert (rows.changed_rows(), rows.removed_rows()) == ([], [row])


def test_a_removed_row_can_be_appended_again_and_is_no_removal_then() -> None:
    rows = person("Oslo", "Bergen").addresses
    row = rows[0]
    row.zip = "0150"
    rows.remove(row)
    rows.append(row)
    assert (ids(rows.removed_rows()), ids(list(rows)), rows.new_rows()) == ([], ["22", "21"], [])
    assert rows.changed_rows() == [row], "what was changed before is still to be saved"
    row.city = "Moss"
    assert state(row).originals == {"zip": None, "city": "Oslo"}
    with pytest.raises(RecordStateError, match="row 21 exists already"):
        rows.append(row)


def test_a_removed_row_goes_to_no_other_record() -> None:
    rows, other = person("Oslo").addresses, person("Voss").addresses
    row = rows[0]
    rows.remove(row)
    with pytest.raises(RecordStateError, match="row 21 was removed"):
        other.append(row)
    assert ids(rows.removed_rows()) == ["21"]


def test_a_removed_row_cannot_be_set() -> None:
    rows = person("Oslo").addresses
    row = rows[0]
    rows.remove(row)
    with pytest.raises(RecordStateError, match=r"Person\.addresses: row 21 was removed: append it again"):
        row.zip = "0150"
    assert row.zip is None


def test_a_row_that_filemaker_has_deleted_is_gone() -> None:
    rows = person("Oslo").addresses
    row = rows[0]
    rows.remove(row)
    rows.forget_removed(rows.removed_rows())
    with pytest.raises(RecordStateError, match="row 21 was deleted: append a new row with its values"):
        row.zip = "1"
    with pytest.raises(RecordStateError, match="row 21 was deleted"):
        rows.append(row)


def test_a_new_row_that_was_removed_is_free() -> None:
    first, second = person("Oslo").addresses, person("Voss").addresses
    row = Address(city="Bergen")
    first.append(row)
    first.remove(row)
    row.zip = "5003"
    second.append(row)
    assert (first.new_rows(), second.new_rows()) == ([], [row])


@pytest.mark.parametrize("index", [1, -2, 9])
def test_del_beyond_the_rows_is_refused(index: int) -> None:
    rows = person("Oslo").addresses
    with pytest.raises(IndexError, match=r"Person\.addresses has 1 rows"):
        del rows[index]
    assert (len(rows), rows.removed_rows()) == (1, [])


def test_iteration_visits_every_row_though_the_loop_removes_them() -> None:
    rows = person("Oslo", "Bergen", "Bodø", "Hamar").addresses
    visited: list[str] = []
    for row in rows:
        visited.append(row.city)
        rows.remove(row)
    assert visited == ["Oslo", "Bergen", "Bodø", "Hamar"]
    assert len(rows) == 0


def test_iteration_ends_though_the_loop_appends() -> None:
    rows = person("Oslo", "Bergen").addresses
    for row, _ in zip(rows, range(9), strict=False):
        rows.append(Address(city=f"near {row.city}"))
    assert [row.city for row in rows] == ["Oslo", "Bergen", "near Oslo", "near Bergen"]


MOVES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "insert": (
        lambda rows: rows.insert(0, Address()),
        "FileMaker decides the order of a portal: append the row",
    ),
    "sort": (lambda rows: rows.sort(key=str), r"sort a copy, sorted\(rows, key=…\)"),
    "reverse": (lambda rows: rows.reverse(), r"use reversed\(rows\)"),
    "replace": (
        lambda rows: rows.__setitem__(0, Address()),
        "set its attributes, or remove it and append another",
    ),
}


@pytest.mark.parametrize("move", MOVES)
def test_moves_are_refused_with_advice(move: str) -> None:
    refused, advice = MOVES[move]
    loaded = person("Oslo", "Bergen")
    with pytest.raises(TypeError, match=rf"Person\.addresses: .*{advice}"):
        refused(loaded.addresses)
    assert cities(loaded) == ["Oslo", "Bergen"]


def test_adding_in_place_appends_or_is_refused_with_advice() -> None:
    loaded = person("Oslo")
    try:
        loaded.addresses += [Address(city="Bergen")]  # type: ignore[operator]
    except TypeError as error:
        assert "append" in str(error)  # noqa: PT017 - both are right: to append, or to say so
        assert cities(loaded) == ["Oslo"]
    else:
        assert cities(loaded) == ["Oslo", "Bergen"]


# -- complete or not ------------------------------------------------------------------------------------------


def test_complete_when_all_rows_came() -> None:
    assert person("Oslo").addresses.complete is True
    assert person().addresses.complete is True
    assert PortalRows([Address()]).complete is True


def test_unknown_when_the_reply_did_not_count() -> None:
    raw = raw_person(address("21", "Oslo"))
    del raw["portalDataInfo"]
    (loaded,) = load(Person, raw)
    assert loaded.addresses.complete is None
    assert cities(loaded) == ["Oslo"]


INCOMPLETE: dict[str, Callable[[PortalRows[Address]], Any]] = {
    "len": len,
    "index": lambda rows: rows[0],
    "slice": lambda rows: rows[:1],
    "iteration": list,
    "in": lambda rows: Address() in rows,
    "truth": bool,
    "del": lambda rows: rows.__delitem__(0),
    "del slice": lambda rows: rows.__delitem__(slice(None)),
}


@pytest.mark.parametrize("how", INCOMPLETE)
def test_incomplete_rows_are_told_before_they_mislead(how: str) -> None:
    rows = person("Oslo", "Bergen", found=5).addresses
    assert rows.complete is False
    with pytest.raises(NotLoaded, match=r"Person\.addresses holds 2 of 5 rows: .*limit=…"):
        INCOMPLETE[how](rows)
    assert not rows.removed_rows()


def test_a_part_that_was_asked_for_is_no_surprise() -> None:
    rows = person("Oslo", "Bergen", found=5, asked=["addresses"]).addresses
    assert (rows.complete, [row.city for row in rows]) == (False, ["Oslo", "Bergen"])


def test_rows_of_an_incomplete_portal_are_reached_by_id() -> None:
    rows = person("Oslo", "Bergen", found=5).addresses
    rows.by_id(22).zip = "5003"
    assert ids(rows.changed_rows()) == ["22"]
    rows.remove(rows.by_id(21))
    assert ids(rows.removed_rows()) == ["21"]


def test_a_row_can_be_appended_to_an_incomplete_portal() -> None:
    rows = person("Oslo", found=5).addresses
    rows.append(Address(city="Bergen"))
    assert [row.city for row in rows.new_rows()] == ["Bergen"]


def test_counts_follow_a_save() -> None:
    rows = person("Oslo", "Bergen").addresses
    del rows[0]
    rows.append(Address(city="Bodø"))
    rows.forget_removed(rows.removed_rows())
    rows.take_created(rows[-1:])
    assert (rows.complete, rows.removed_rows(), len(rows)) == (True, [], 2)


# -- copies ---------------------------------------------------------------------------------------------------

COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
}


@pytest.mark.parametrize("touched", [False, True])
@pytest.mark.parametrize("how", COPIES)
def test_copies_are_independent(how: str, touched: bool) -> None:
    rows = person("Oslo", "Bergen").addresses
    if touched:
        assert len(rows) == 2
    twin = cast("PortalRows[Address]", COPIES[how](rows))
    twin.append(Address(city="Bodø"))
    twin[0].city = "Hamar"
    twin.remove(twin.by_id(22))
    assert [row.city for row in rows] == ["Oslo", "Bergen"]
    assert (rows.new_rows(), rows.changed_rows(), rows.removed_rows()) == ([], [], [])
    assert (ids(list(twin)), ids(twin.removed_rows()), ids(twin.changed_rows())) == (
        ["21", None],
        ["22"],
        ["21"],
    )


@pytest.mark.parametrize("how", COPIES)
def test_new_rows_of_a_copy_are_its_own(how: str) -> None:
    rows = person("Oslo").addresses
    rows.append(Address(city="Bodø"))
    twin = cast("PortalRows[Address]", COPIES[how](rows))
    with pytest.raises(RecordStateError, match="appended to another record already"):
        person().addresses.append(twin[1])


@pytest.mark.parametrize("how", COPIES)
def test_removed_rows_of_a_copy_can_be_appended_again(how: str) -> None:
    rows = person("Oslo").addresses
    rows.remove(rows[0])
    twin = cast("PortalRows[Address]", COPIES[how](rows))
    (row,) = twin.removed_rows()
    with pytest.raises(RecordStateError, match="row 21 was removed"):
        row.zip = "1"
    twin.append(row)
    row.zip = "1"
    assert (twin.changed_rows(), ids(rows.removed_rows())) == ([row], ["21"])


def test_equality_is_of_the_rows_and_not_of_their_values() -> None:
    assert person("Oslo").addresses == person("Bergen").addresses == list(person("Oslo").addresses)
    assert person("Oslo").addresses != person("Oslo", "Bergen").addresses
    with pytest.raises(TypeError, match="unhashable"):
        hash(person().addresses)
