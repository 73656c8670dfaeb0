"""Contents are invented, what holds them together is not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from drafting.told import OFFICE, told_field, told_layout, told_list, told_record, told_records
from hypothesis import given
from hypothesis import strategies as st

from fmorm._sync.raw_database import RawDatabase
from fmorm.drafting import Metadata, anonymised, draft_from_metadata

SECRET = b"secret"
HIDDEN = anonymised(OFFICE, secret=SECRET)


def data(metadata: Metadata, layout: str = "orders") -> list[dict[str, Any]]:
    return list(metadata.records[layout]["data"])


def test_nothing_of_the_contents_is_left() -> None:
    text = json.dumps([dict(reply) for reply in HIDDEN.records.values()], ensure_ascii=False)
    for word in (
        "Fjord",
        "Agnes",
        "moe",
        "Bergen",
        "104",
        "102",
        "Rye",
        "47 55",
        "11/22/2026",
        "cash",
        "RCType",
    ):
        assert word not in text, word


def test_what_holds_it_together_is_left() -> None:
    for before, after in zip(data(OFFICE), data(HIDDEN), strict=True):
        assert after["recordId"] == before["recordId"]
        assert list(after["fieldData"]) == list(before["fieldData"])
        for portal, rows in before["portalData"].items():
            assert [row["recordId"] for row in after["portalData"][portal]] == [
                row["recordId"] for row in rows
            ]
    assert HIDDEN.metadata == OFFICE.metadata
    assert HIDDEN.layouts == OFFICE.layouts


def test_keys_match_still() -> None:
    for record in data(HIDDEN):
        rows = record["portalData"]["Items"]
        assert {row["order_lines::OrderID"] for row in rows} == {record["fieldData"]["OrderID"]}
    assert "perhaps order::OrderID = order_lines::OrderID" in draft_from_metadata(HIDDEN).toml()


def test_empty_stays_empty_and_files_are_only_there_or_not() -> None:
    first, second = (record["fieldData"] for record in data(HIDDEN))
    assert (first["Paid"], second["Changed"]) == ("", "")
    assert (first["Scan"], second["Scan"]) == ("https://files.example/", "")
    assert "files are not taken along" in draft_from_metadata(HIDDEN).toml()


def test_the_draft_of_it_works() -> None:
    with RawDatabase.embedded(draft_from_metadata(HIDDEN).schema) as db:
        found = db.raw_records("orders", limit=9, portals=["Items"])["data"]
    assert [len(one["portalData"]["Items"]) for one in found] == [1, 2]


def test_each_pull_has_a_secret_of_its_own() -> None:
    assert anonymised(OFFICE) != anonymised(OFFICE)
    assert anonymised(OFFICE, secret=SECRET) == HIDDEN


CUSTOM = told_list("Kinds", "private", "firm")
NAMES = told_list("Names", ("Agnes Moe", "A-1"), "B-2", of_a_field=True)
LISTED = Metadata(
    "x",
    {},
    {"l": told_layout(told_field("Kind", valueList="Kinds"), told_field("Name"), lists=[CUSTOM, NAMES])},
    {"l": told_records("l", "t", told_record(1, {"Kind": "firm\rprivate", "Name": "A-1"}))},
)


def test_values_of_custom_lists_stay_and_those_of_fields_are_invented_as_in_the_records() -> None:
    hidden = anonymised(LISTED, secret=SECRET)
    custom, names = hidden.metadata["l"]["valueLists"]
    (record,) = data(hidden, "l")
    assert custom == CUSTOM
    assert record["fieldData"]["Kind"] == "firm\rprivate"
    assert names["values"][0]["value"] == record["fieldData"]["Name"] != "A-1"
    assert "Agnes" not in json.dumps(names)


def test_nothing_but_metadata_is_no_trouble() -> None:
    without = replace(OFFICE, records={})
    assert anonymised(without) == without


VALUES = st.text(max_size=20) | st.integers() | st.sampled_from(["", "A-1", 7, "7"])


@given(st.lists(st.tuples(VALUES, VALUES), max_size=5))
def test_what_was_equal_is_equal_and_what_was_not_is_not(rows: list[tuple[Any, Any]]) -> None:
    records = [told_record(n, {"A": a, "B": b}) for n, (a, b) in enumerate(rows, 1)]
    metadata = Metadata("x", {}, {"l": told_layout("A", "B")}, {"l": told_records("l", "t", *records)})
    before = [value for record in records for value in record["fieldData"].values()]
    hidden = data(anonymised(metadata, secret=SECRET), "l")
    after = [value for record in hidden for value in record["fieldData"].values()]
    for one, new in zip(before, after, strict=True):
        for other, also in zip(before, after, strict=True):
            assert (str(new) == str(also)) == (str(one) == str(other))


@pytest.mark.parametrize("name", ["Photo", "Photo(1)", "p::Photo(2)"])
def test_containers_are_known_by_their_metadata(name: str) -> None:
    photo = told_field("Photo", "container", maxRepeat=2)
    layout = told_layout(photo, "Address", portals={"p": [told_field("p::Photo", "container")]})
    row = {"recordId": "1", "p::Photo(2)": "https://fm/a"}
    record = told_record(
        1, {"Photo": "https://fm/a", "Photo(1)": "https://fm/a", "Address": "https://fm/a"}, p=[row]
    )
    hidden = anonymised(Metadata("x", {}, {"l": layout}, {"l": told_records("l", "t", record)}))
    (found,) = data(hidden, "l")
    values = found["fieldData"] | found["portalData"]["p"][0]
    assert values[name] == "https://files.example/"
    assert values["Address"] not in ("https://files.example/", "https://fm/a")
