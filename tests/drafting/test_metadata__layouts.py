"""Drafts with every setting that a server can tell: value lists, display, folders, repetitions that are shown."""

from __future__ import annotations

from typing import Any

import pytest
from drafting.told import told_field, told_layout, told_list, told_names, told_record, told_records

from fmorm._sync.raw_database import RawDatabase
from fmorm.drafting import Draft, Metadata, draft_from_metadata
from fmorm.server import load_schema

STATUS = told_list("Statuses", "open", "closed", "-")
CUSTOMERS = told_list("Customers", ("Fjord Bakery", "K-1"), ("Agnes Moe", "K-2"), of_a_field=True)
LAYOUT = told_layout(
    told_field("Status", displayType="popupMenu", valueList="Statuses"),
    told_field("Customer", displayType="popupList", valueList="Customers"),
    told_field("Phone", maxRepeat=4, repetitionStart=1, repetitionEnd=2),
    told_field("Second", maxRepeat=4, repetitionStart=2, repetitionEnd=2),
    told_field("", result="invalid", type="invalid"),
    told_field("Due", "date", fourDigitYear=True, displayType="calendar"),
    told_field("At", "time", timeOfDay=True),
    told_field("Code", maxCharacters=8),
    told_field("Made", "date", autoEnter=True, notEmpty=True),
    lists=[STATUS, CUSTOMERS],
)
NAMES = told_names("orders", "-", ("Lists", ["order list", ("Empty", ["not pulled"])]), "more")
RECORD = told_record(1, {"Status": "open", "Phone(1)": "1", "Phone(2)": "2", "Second": "s", "Code": "A-1"})
WHOLE = Metadata(
    "Office",
    NAMES,
    {"orders": LAYOUT, "order list": told_layout("Code"), "more": told_layout("X")},
    {"orders": told_records("orders", "order", RECORD), "order list": told_records("order list", "order")},
)
DRAFT = draft_from_metadata(WHOLE)


def part(draft: Draft, *place: str) -> Any:
    found: Any = draft.schema
    for key in place:
        found = found[key]
    return found


def of_one(*fields: Any, lists: Any = ()) -> Draft:
    return draft_from_metadata(Metadata("x", {}, {"l": told_layout(*fields, lists=lists)}))


def test_the_settings_are_those_of_a_schema_file() -> None:
    assert part(DRAFT, "value_lists") == {"Statuses": ["open", "closed", "-"], "Customers": ["K-1", "K-2"]}
    assert part(DRAFT, "folders", "layouts") == [
        "orders",
        "-",
        {"name": "Lists", "items": ["order list"]},
        "more",
    ]
    assert part(DRAFT, "layouts", "orders", "fields") == [
        {"field": "Status", "display": "popupMenu", "values": "Statuses"},
        {"field": "Customer", "display": "popupList", "values": "Customers"},
        {"field": "Phone", "repetitions": [1, 2]},
        {"field": "Second", "repetitions": [2, 2]},
        "<Field Missing>",
        {"field": "Due", "display": "calendar"},
        "At",
        "Code",
        "Made",
    ]
    assert part(DRAFT, "rows", "order")[0]["Second"] == ["", "s"]


def test_a_list_of_a_fields_values_says_so() -> None:
    (note,) = DRAFT.notes["value_lists", "Customers"]
    assert note.startswith(
        'TODO: the values of a field: { field = "occurrence::Field", second = "occurrence::Field" }'
    )
    assert ("value_lists", "Statuses") not in DRAFT.notes


def test_values_of_a_list_that_layouts_tell_differently_are_put_together() -> None:
    layouts = {
        "a": told_layout("A", lists=[told_list("L", "x", "y", "x")]),
        "b": told_layout("B", lists=[told_list("L", "y", "z")]),
    }
    assert part(draft_from_metadata(Metadata("x", {}, layouts)), "value_lists", "L") == ["x", "y", "z"]


def test_a_list_that_was_not_told_is_empty() -> None:
    draft = of_one(told_field("F", valueList="Gone"))
    assert part(draft, "value_lists") == {"Gone": []}
    assert "not told" in draft.notes["value_lists", "Gone"][0]
    load_schema(draft.schema)


def test_a_field_with_a_list_is_displayed_as_told() -> None:
    draft = of_one(
        told_field("F", valueList="L"), told_field("G", displayType="hologram"), lists=[told_list("L", "x")]
    )
    assert part(draft, "layouts", "l", "fields") == [
        {"field": "F", "display": "editText", "values": "L"},
        "G",
    ]
    load_schema(draft.schema)


@pytest.mark.parametrize("names", [told_names("b", "a"), {}, told_names("a", "b")])
def test_without_folders_there_is_no_section_of_them(names: Any) -> None:
    draft = draft_from_metadata(Metadata("x", names, {"a": told_layout("A"), "b": told_layout("B")}))
    assert "folders" not in draft.schema


def test_the_schema_loads() -> None:
    load_schema(DRAFT.schema)


def test_the_server_of_the_draft_tells_the_same() -> None:
    with RawDatabase.embedded(DRAFT.schema) as db:
        told, listed = db.raw_metadata("orders"), db.raw_layouts()
        (record,) = db.raw_records("orders", limit=1)["data"]
    members = (
        "name",
        "displayType",
        "repetitionStart",
        "repetitionEnd",
        "maxCharacters",
        "timeOfDay",
        "fourDigitYear",
    )
    for one, answer in zip(LAYOUT["fieldMetaData"], told["fieldMetaData"], strict=True):
        assert {name: answer[name] for name in members} == {name: one[name] for name in members}
        assert answer.get("valueList") == one.get("valueList")
    assert [one["name"] for one in told["valueLists"]] == ["Statuses", "Customers"]
    assert told["valueLists"][0] == STATUS
    assert [one["name"] for one in listed["layouts"]] == ["orders", "-", "Lists", "more"]
    assert {name: record["fieldData"][name] for name in RECORD["fieldData"]} == RECORD["fieldData"]
