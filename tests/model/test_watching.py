"""Values that change in place: what is appended to a list is a change like any other, and never lost."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, field_validator

from fmorm import Field, Model, NotLoaded, Portal, PortalRow, ReadOnly, field, portal, state
from fmorm.mapper.changes import base_of, changes, new_record
from fmorm.model.keeping import take_over
from fmorm.model.state import State

from .people import load, one


class Address(BaseModel):
    city: str
    lines: list[str] = []


class Row(PortalRow, table="rows"):
    labels: Field[list[str]] = field("Labels")


class Thing(Model, layout="thing"):
    name: Field[str] = field("Name")
    tags: Field[list[str]] = field("Tags")
    marks: Field[set[int]] = field("Marks")
    address: Field[Address | None] = field("Address")
    rows: Portal[Row] = portal("rows")


class Sorted(Thing, layout="thing"):
    @field_validator("tags")
    @classmethod
    def sort(cls, tags: list[str]) -> list[str]:
        return sorted(tags)


class Plain(Model, layout="thing"):
    name: Field[str] = field("Name")


CELLS = {"Name": "n", "Tags": "b\ra\r", "Marks": "2\r1", "Address": '{ "city": "Bergen" }'}


def thing(model: type[Any] = Thing, **cells: Any) -> Any:
    return one(model, **(CELLS | cells))


def sent(record: Any) -> dict[str, Any]:
    return changes(record).values.wire()


BOTH = pytest.mark.parametrize("model", [Thing, Sorted])


@BOTH
def test_what_was_read_is_no_change_however_it_was_spelt(model: type[Thing]) -> None:
    record = thing(model)
    assert record.marks == {1, 2}
    assert not state(record).is_dirty
    assert not state(record).originals
    assert not changes(record)


CHANGES: dict[str, tuple[Callable[[Any], Any], dict[str, Any]]] = {
    "append": (lambda record: record.tags.append("c"), {"Tags": "b\ra\rc"}),
    "clear": (lambda record: record.tags.clear(), {"Tags": ""}),
    "sort": (lambda record: record.tags.sort(), {"Tags": "a\rb"}),
    "add to a set": (lambda record: record.marks.add(3), {"Marks": "1\r2\r3"}),
    "a model's own field": (
        lambda record: setattr(record.address, "city", "Oslo"),
        {"Address": '{"city":"Oslo","lines":[]}'},
    ),
    "deep inside": (
        lambda record: record.address.lines.append("x"),
        {"Address": '{"city":"Bergen","lines":["x"]}'},
    ),
    "assigned": (lambda record: setattr(record, "tags", ["c"]), {"Tags": "c"}),
}
CHANGED = pytest.mark.parametrize(("change", "wire"), CHANGES.values(), ids=list(CHANGES))


@CHANGED
def test_every_change_in_place_is_sent(change: Callable[[Any], Any], wire: dict[str, Any]) -> None:
    record = thing()
    change(record)
    assert state(record).is_dirty
    assert sent(record) == wire
    (attr,) = state(record).changes
    fresh = thing()
    assert state(record).changes[attr] == (getattr(fresh, attr), getattr(record, attr))
    assert base_of(record, attr) == getattr(fresh, attr)


@CHANGED
def test_reset_puts_back_what_was_read(change: Callable[[Any], Any], wire: dict[str, Any]) -> None:
    del wire
    record, fresh = thing(), thing()
    change(record)
    state(record).reset()
    assert record == fresh
    assert not state(record).is_dirty
    change(record)
    assert state(record).is_dirty, "what was put back is watched again"


@CHANGED
def test_what_was_saved_is_no_change_until_it_changes_again(
    change: Callable[[Any], Any], wire: dict[str, Any]
) -> None:
    record = thing()
    change(record)
    changes(record).confirm({"modId": "5"})
    assert not state(record).is_dirty
    record.tags.append("later")
    before = wire.get("Tags", "b\ra")
    assert sent(record) == {"Tags": f"{before}\rlater" if before else "later"}


def test_a_value_that_is_the_same_in_another_order_is_no_change() -> None:
    class Grouped(Model, layout="thing"):
        marks: Field[dict[str, set[str]]] = field("Marks")

    record = one(Grouped, Marks='{"a": ["000", "0&", "1", "2"]}')
    for order in (["0&", "000", "2", "1"], ["2", "1", "000", "0&"]):
        record.marks["a"] = set(order)
        assert not state(record).is_dirty
    record.marks["a"].add("3")
    assert state(record).is_dirty


def test_what_is_changed_back_is_no_change() -> None:
    record = thing()
    record.tags.append("c")
    record.tags.remove("c")
    assert not state(record).is_dirty
    record.tags = ["b", "a"]
    assert not state(record).is_dirty


def test_what_changes_while_it_is_sent_stays_a_change() -> None:
    record = thing()
    record.tags.append("c")
    change = changes(record)
    record.tags.append("d")
    assert change.values.wire() == {"Tags": "b\ra\rc"}, "what is sent does not move"
    change.confirm({"modId": "5"})
    assert state(record).changes == {"tags": (["b", "a", "c"], ["b", "a", "c", "d"])}


def test_a_created_record_is_watched() -> None:
    record = Thing(name="n", tags=["a"])
    change = new_record(record)
    record.tags.append("b")
    state(record).record_id = "1"
    change.confirm({"modId": "0"})
    assert state(record).changes == {"tags": (["a"], ["a", "b"])}


def test_a_field_that_was_never_loaded_is_watched_once_it_was_saved() -> None:
    record = one(Thing, Name="n")
    with pytest.raises(NotLoaded):
        _ = record.tags
    record.tags = ["a"]
    assert sent(record) == {"Tags": "a"}
    changes(record).confirm({})
    record.tags.append("b")
    assert sent(record) == {"Tags": "a\rb"}


def test_rows_are_watched_as_well() -> None:
    raw = {
        "fieldData": CELLS,
        "portalData": {"rows": [{"recordId": "3", "rows::Labels": "x", "modId": "1"}]},
        "recordId": "1",
        "modId": "0",
        "portalDataInfo": [{"table": "rows", "foundCount": 1, "returnedCount": 1}],
    }
    (record,) = load(Thing, raw)
    record.rows[0].labels.append("y")
    assert state(record).is_dirty
    assert changes(record).portal_data() == {
        "rows": [{"recordId": "3", "rows::Labels": "x\ry", "modId": "1"}]
    }
    state(record).reset()
    assert record.rows[0].labels == ["x"]


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "model_copy": lambda record: record.model_copy(),
    "pickle": lambda record: pickle.loads(pickle.dumps(record)),
}


@pytest.mark.parametrize("twin_of", COPIES.values(), ids=list(COPIES))
def test_a_copy_changes_on_its_own_and_is_watched(twin_of: Callable[[Any], Any]) -> None:
    record = thing()
    record.marks.add(9)
    twin = twin_of(record)
    twin.tags.append("c")
    assert not state(record).changes.keys() & {"tags"}
    assert sent(twin) == {"Marks": "1\r2\r9", "Tags": "b\ra\rc"}
    state(twin).reset()
    assert twin == thing()


def test_what_was_read_again_is_watched() -> None:
    record = thing()
    record.tags.append("lost")
    take_over(record, thing(Tags="z"))
    assert not state(record).is_dirty
    record.tags.append("y")
    assert sent(record) == {"Tags": "z\ry"}


def test_a_validator_that_sorts_makes_no_change_of_what_was_read() -> None:
    record = thing(Sorted)
    assert record.tags == ["a", "b"]
    assert not state(record).is_dirty
    record.tags = ["c", "a"]
    assert sent(record) == {"Tags": "a\rc"}


def test_a_read_only_list_that_was_changed_in_place_is_told_when_it_would_be_saved() -> None:
    class Fixed(Model, layout="thing"):
        tags: Field[list[str]] = field("Tags", read_only=True)

    record = one(Fixed, Tags="a")
    record.tags.append("b")
    with pytest.raises(ReadOnly, match=r"Fixed\.tags"):
        changes(record)
    state(record).reset()
    assert not changes(record)


def test_classes_without_such_fields_pay_nothing() -> None:
    assert type(one(Plain, Name="n").__fmorm_state__) is State


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "c"]), max_size=3), min_size=1, max_size=5))
def test_the_last_value_is_what_a_save_sends(values: list[list[str]]) -> None:
    record, stored = thing(Tags=""), ""
    for value in values:
        record.tags[:] = value
        wire = sent(record)
        assert ("Tags" in wire) == ("\r".join(value) != stored)
        stored = wire.get("Tags", stored)
        changes(record).confirm({})
        assert stored == "\r".join(value)
