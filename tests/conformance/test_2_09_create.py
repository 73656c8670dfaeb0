"""Making records."""

from __future__ import annotations

import pytest
from conformance.wire import OK, Wire


def test_it_gives_record_id_and_modification_id_as_texts(wire: Wire) -> None:
    body = {"fieldData": {"Name": "Ada"}}
    assert wire.ask("POST", "records", body).text == '{"response":{"recordId":"1","modId":"0"},' + OK
    assert wire.ask("POST", "records", body).text == '{"response":{"recordId":"2","modId":"0"},' + OK


def test_a_record_may_be_empty(wire: Wire) -> None:
    record = wire.create({})
    assert wire.get(record).fields["Name"] == ""


@pytest.mark.parametrize(
    "body", [{}, {"portalData": {}}, {"fieldData": None}, {"fieldData": []}, {"fieldData": "x"}]
)
def test_it_needs_field_data(wire: Wire, body: object) -> None:
    assert wire.ask("POST", "records", body).outcome[:2] == (400, "960")
    assert wire.get_all().response["data"] == []


def test_scripts_come_before_and_new_portal_rows_after(wire: Wire) -> None:
    body = {
        "fieldData": {"Name": "Ada"},
        "portalData": {"Tasks": [{"tasks::Title": "a"}]},
        "script": "Echo",
        "script.param": "x",
    }
    assert wire.ask("POST", "records", body).text == (
        '{"response":{"scriptResult":"x","scriptError":"0","recordId":"1","modId":"0",'
        '"newPortalRecordInfo":[{"tableName":"tasks","recordId":"1","modId":"0"}]},' + OK
    )


def test_auto_enter_options_count(wire: Wire) -> None:
    wire.layout = "options"
    first, second = wire.create({"Name": "Ada"}), wire.create({"Name": "Bo"})
    assert [wire.get(one).fields["Serial"] for one in (first, second)] == [1, 2]
    assert wire.get(first).fields["Fixed"] == "fixed"


def test_after_a_failed_validation_nothing_is_stored(wire: Wire) -> None:
    wire.layout = "rule"
    before = len(wire.get_all().response["data"])
    assert wire.ask("POST", "records", {"fieldData": {"Own": "taken"}}).code == "504"
    assert len(wire.get_all().response["data"]) == before


def test_after_a_failure_in_a_portal_row_nothing_is_either(wire: Wire) -> None:
    body = {
        "fieldData": {"Name": "Ada"},
        "portalData": {"Tasks": [{"tasks::Title": "a"}, {"tasks::No": "b"}]},
    }
    assert wire.ask("POST", "records", body).outcome == (500, "102", "Field is missing")
    assert wire.get_all().response["data"] == []
    wire.layout = "task"
    assert wire.get_all().response["data"] == []


def test_options_and_dates_in_another_form_are_taken(wire: Wire) -> None:
    wire.layout = "rule"
    record = wire.create(
        {"Own": "taken", "When": "2026-01-02 03:04:05"}, options={"entrymode": "script"}, dateformats=2
    )
    fields = wire.get(record).fields
    assert (fields["Own"], fields["When"]) == ("taken", "01/02/2026 03:04:05")


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({"modId": "1"}, "modId"),
        ({"limit": 1, "query": []}, "limit, query"),
        ({"deleteRelated": "Tasks.1"}, "deleteRelated"),
        ({"layout.response": "short"}, "layout.response"),
    ],
)
def test_unknown_members_are_named(wire: Wire, more: dict[str, object], names: str) -> None:
    answer = wire.ask("POST", "records", {"fieldData": {}, **more})
    assert answer.outcome == (400, "960", f"Unknown parameter(s): {names}")
    assert wire.get_all().response["data"] == []
