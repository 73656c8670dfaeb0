"""Rules that meet each other: formulas in a circle, hidden records seen from afar, sorted relationships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from server.client import Client, Clock

from fmorm.server import App, load_schema

RECORDS = "Owner = Get ( AccountName )"
SCHEMA: dict[str, Any] = {
    "database": {"name": "desk"},
    "accounts": {
        "api": {"password": "secret"},
        "bo": {"password": "secret", "privileges": "own parents"},
        "cy": {"password": "secret", "privileges": "own children"},
        "di": {"password": "secret", "privileges": "chosen parents"},
    },
    "privileges": {
        "own parents": {"tables": {"Parent": {"view": RECORDS}}},
        "own children": {"tables": {"Child": {"view": RECORDS}}},
        "chosen parents": {"tables": {"Parent": {"view": "Is Chosen"}}},
    },
    "tables": {
        "Parent": {
            "fields": {
                "Key": "text",
                "Note": "text",
                "Owner": {"type": "text", "auto_enter": "creation_account"},
                "Chosen": {"type": "text", "global": True},
                "Is Chosen": {"type": "number", "calculation": "Key = Chosen"},
                "Circle": {"type": "number", "calculation": "child::Circle + 1"},
                "Copied": {"type": "text", "auto_enter": {"lookup": "child::Shared"}},
            }
        },
        "Child": {
            "fields": {
                "Key": "text",
                "Loud": {"type": "text", "calculation": "Upper ( Key )"},
                "Number": "number",
                "Owner": "text",
                "Shared": {"type": "text", "global": True, "value": "for all"},
                "Negative": {"type": "number", "unstored": True, "calculation": "-Number"},
                "Circle": {"type": "number", "calculation": "parent::Circle + 1"},
            }
        },
    },
    "occurrences": {"parent": "Parent", "child": "Child", "loud": "Child", "same": "Parent"},
    "relationships": [
        {"join": "parent::Key = child::Key", "allow_creation": ["child"], "sort": {"child": ["-Number"]}},
        {"join": "parent::Key = loud::Loud", "allow_creation": ["loud"]},
        {"join": "parent::Key = same::Key"},
    ],
    "layouts": {
        "parent": {
            "fields": ["Key", "Note", "Owner", "Chosen", "Copied", "child::Number", "same::Note"],
            "portals": {
                "child": {"fields": ["Number"], "sort": ["Negative"]},
                "loud": {"fields": ["Number"]},
                "same": {"fields": ["Note"]},
            },
        },
        "circle": {"occurrence": "parent", "fields": ["Circle"]},
        "child": {"fields": ["Key", "Number", "Owner"]},
    },
}


@pytest.fixture
def desk(clock: Clock) -> Iterator[App]:
    app = App(load_schema(SCHEMA), clock=clock)
    yield app
    app.close()


@pytest.fixture
def parents(desk: App) -> Client:
    return Client(desk, layout="parent")


@pytest.fixture
def children(desk: App) -> Client:
    return Client(desk, layout="child")


def test_formulas_that_need_each_other_in_a_circle_have_no_result(
    desk: App, parents: Client, children: Client
) -> None:
    record = parents.create({"Key": "a"})
    children.create({"Key": "a"})
    assert Client(desk, layout="circle").fields(record) == {"Circle": "?"}


def test_a_long_chain_of_formulas_is_worked_out_step_by_step() -> None:
    steps = {
        f"C{n}": {"type": "number", "calculation": f"C{n - 1} + C{n - 1}" if n else "A"} for n in range(40)
    }
    schema = {
        "database": {"name": "x"},
        "accounts": {"api": {"password": "secret"}},
        "tables": {"T": {"fields": {"A": "number", **steps}}},
        "layouts": {"T": {"fields": ["A", "C39"]}},
    }
    app = App(load_schema(schema))
    client = Client(app, layout="T")
    assert client.fields(client.create({"A": "1"}))["C39"] == 2**39
    app.close()


def test_records_are_sorted_by_the_related_record_that_is_shown(parents: Client, children: Client) -> None:
    for key, numbers in (("a", "19"), ("b", "25")):
        parents.create({"Key": key})
        for number in numbers:
            children.create({"Key": key, "Number": number})
    found = parents.call("GET", "records", _sort=[{"fieldName": "child::Number", "sortOrder": "ascend"}])
    assert found.column("child::Number") == [5, 9]


def test_a_portal_is_sorted_by_a_result_that_is_not_kept(parents: Client, children: Client) -> None:
    record = parents.create({"Key": "a"})
    for number in "132":
        children.create({"Key": "a", "Number": number})
    rows = parents.get(record).record["portalData"]["child"]
    assert [row["child::Number"] for row in rows] == [3, 2, 1]


def test_a_lookup_of_a_global_field_copies_its_value(parents: Client, children: Client) -> None:
    children.create({"Key": "a"})
    assert parents.fields(parents.create({"Key": "a"}))["Copied"] == "for all"


def test_a_record_that_is_hidden_is_not_duplicated(desk: App, parents: Client) -> None:
    record = parents.create({"Note": "private"})
    bo = Client(desk, account="bo", layout="parent")
    assert bo.call("POST", f"records/{record}", {}).code == 200
    assert bo.find({"Note": "private"}).code == 401


def test_related_records_of_a_hidden_record_are_not_written_through_it(desk: App, parents: Client) -> None:
    record = parents.create({"Key": "a"})
    bo = Client(desk, account="bo", layout="parent")
    assert bo.edit(record, portalData={"child": [{"child::Number": "1"}]}).code == 200
    assert bo.edit(record, fieldData={"child::Number": "1"}).code == 200
    assert parents.get(record).record["portalData"]["child"] == []


def test_a_hidden_related_record_is_not_shown(desk: App, parents: Client, children: Client) -> None:
    record = parents.create({"Key": "a"})
    child = children.create({"Key": "a", "Number": "7", "Owner": "api"})
    cy = Client(desk, account="cy", layout="parent")
    assert cy.fields(record)["child::Number"] == ""
    children.edit(child, fieldData={"Owner": "cy"})
    assert cy.fields(record)["child::Number"] == 7


def test_a_hidden_related_record_is_not_found(desk: App, parents: Client, children: Client) -> None:
    parents.create({"Key": "a"})
    child = children.create({"Key": "a", "Number": "7", "Owner": "api"})
    cy = Client(desk, account="cy", layout="parent")
    assert cy.find({"child::Number": "7"}).code == 401
    assert parents.find({"child::Number": "7"}).column("Key") == ["a"]
    children.edit(child, fieldData={"Owner": "cy"})
    assert cy.find({"child::Number": "7"}).column("Key") == ["a"]


def test_what_is_seen_follows_a_global_field_behind_a_calculated_one(desk: App, parents: Client) -> None:
    parents.create({"Key": "a"})
    parents.create({"Key": "b"})
    di = Client(desk, account="di", layout="parent")
    for key in "ab":
        assert (
            di.call("PATCH", "/databases/desk/globals", {"globalFields": {"Parent::Chosen": key}}).code == 0
        )
        assert di.call("GET", "records").column("Key") == [key]


def test_a_row_is_not_made_where_a_calculated_field_relates_it(parents: Client, children: Client) -> None:
    record = parents.create({"Key": "a"})
    assert parents.edit(record, portalData={"loud": [{"loud::Number": "1"}]}).code == 201
    assert children.call("GET", "records").records == []


def test_one_request_raises_a_mod_id_once(parents: Client) -> None:
    record = parents.create({"Key": "a"})
    rows = [{"recordId": record, "same::Note": "3"}]
    answer = parents.edit(record, fieldData={"Note": "1", "same::Note": "2"}, portalData={"same": rows})
    assert answer.response == {"modId": "1"}
    assert parents.fields(record)["Note"] == "3"


def test_what_may_be_changed_follows_the_changes_of_the_request(clock: Clock) -> None:
    schema = {**SCHEMA, "privileges": {**SCHEMA["privileges"]}}
    schema["privileges"]["own children"] = {"tables": {"Child": {"edit": RECORDS}}}
    layout = {
        "occurrence": "parent",
        "fields": ["Key"],
        "portals": {"child": {"fields": ["Number", "Owner"]}},
    }
    schema["layouts"] = {**SCHEMA["layouts"], "rows": layout}
    app = App(load_schema(schema), clock=clock)
    record = Client(app, layout="rows").create({"Key": "a"})
    child = Client(app, layout="child").create({"Key": "a", "Number": "1", "Owner": "cy"})
    rows = [{"recordId": child, "child::Owner": "api"}, {"recordId": child, "child::Number": "2"}]
    cy = Client(app, account="cy", layout="rows")
    assert cy.edit(record, portalData={"child": rows}).code == 200
    assert cy.edit(record, portalData={"child": rows[::-1]}).code == 0
    app.close()


def test_formulas_see_the_global_fields_that_the_request_sets() -> None:
    total = {"type": "number", "auto_enter": {"calculation": "A * Rate", "replace": True}}
    fields = {"A": "number", "Rate": {"type": "number", "global": True}, "Total": total}
    schema = {
        "database": {"name": "x"},
        "accounts": {"api": {"password": "secret"}},
        "tables": {"T": {"fields": fields}},
        "layouts": {"T": {"fields": list(fields)}},
    }
    app = App(load_schema(schema))
    client = Client(app, layout="T")
    assert client.fields(client.create({"Rate": "5", "A": "2"}))["Total"] == 10
    app.close()


def test_a_value_is_checked_against_the_values_of_another_table() -> None:
    tables = {
        "Word": {"fields": {"Text": "text"}},
        "Use": {"fields": {"Text": {"type": "text", "values": "Words"}}},
    }
    schema = {
        "database": {"name": "x"},
        "accounts": {"api": {"password": "secret"}},
        "tables": tables,
        "value_lists": {"Words": {"field": "Word::Text"}},
        "layouts": {"Word": {"fields": ["Text"]}, "Use": {"fields": ["Text"]}},
    }
    app = App(load_schema(schema))
    Client(app, layout="Word").create({"Text": "one"})
    Client(app, layout="Word").create({"Text": "two\rthree"})
    uses = Client(app, layout="Use")
    codes = [
        uses.call("POST", "records", {"fieldData": {"Text": text}}).code
        for text in ("ONE", "three", "one\rthree", "four", "one\rfour")
    ]
    assert codes == [0, 0, 0, 506, 506]
    app.close()


def test_results_are_made_anew_where_an_option_has_changed(tmp_path: Path) -> None:
    def opened(**options: object) -> App:
        result = {"type": "text", "calculation": 'If ( IsEmpty ( A ) ; "none" ; A )', **options}
        schema = {
            "database": {"name": "x"},
            "accounts": {"api": {"password": "secret"}},
            "tables": {"T": {"fields": {"A": {"type": "text", "repetitions": 2}, "C": result}}},
            "layouts": {"T": {"fields": ["A", "C"]}},
        }
        return App(load_schema(schema), data=str(tmp_path / "x.sqlite3"))

    app = opened()
    client = Client(app, layout="T")
    empty, filled = client.create(), client.create({"A(1)": "p", "A(2)": "q"})
    app.close()
    app = opened(even_if_empty=True, repetitions=2)
    client = Client(app, layout="T")
    assert client.fields(empty)["C(1)"] == "none"
    assert client.fields(filled)["C(2)"] == "q"
    app.close()


def test_what_is_entered_follows_a_stamp_of_the_last_change() -> None:
    fields = {
        "Name": "text",
        "Changed By": {"type": "text", "auto_enter": "modification_account"},
        "Line": {"type": "text", "auto_enter": {"calculation": '"by " & Changed By', "replace": True}},
    }
    schema = {
        "database": {"name": "x"},
        "accounts": {"api": {"password": "secret"}, "bo": {"password": "secret"}},
        "tables": {"T": {"fields": fields}},
        "layouts": {"T": {"fields": list(fields)}},
    }
    app = App(load_schema(schema))
    client = Client(app, layout="T")
    record = client.create({"Name": "a"})
    assert client.fields(record)["Line"] == "by api"
    Client(app, account="bo", layout="T").edit(record, fieldData={"Name": "b"})
    assert client.fields(record)["Line"] == "by bo"
    app.close()
