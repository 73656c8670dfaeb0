"""Changing records."""

from __future__ import annotations

from typing import Any

import pytest
from conformance.wire import OK, Wire


@pytest.fixture
def ada(wire: Wire) -> str:
    return wire.create({"Name": "Ada", "Note": "first"}, portalData={"Tasks": [{"tasks::Title": "a"}]})


def task(wire: Wire, record: str) -> Any:
    return wire.get(record).response["data"][0]["portalData"]["Tasks"][0]


def test_it_gives_the_modification_id_as_a_text(wire: Wire, ada: str) -> None:
    answer = wire.edit(ada, {"fieldData": {"Note": "second"}})
    assert answer.text == '{"response":{"modId":"1"},' + OK
    assert wire.mod_id(ada) == "1"


def test_new_portal_rows_come_after_it(wire: Wire, ada: str) -> None:
    answer = wire.edit(ada, {"fieldData": {"Note": "b"}, "portalData": {"Tasks": [{"tasks::Title": "b"}]}})
    assert answer.text == (
        '{"response":{"modId":"1","newPortalRecordInfo":[{"tableName":"tasks","recordId":"2","modId":"0"}]},'
        + OK
    )


def test_one_change_raises_it_by_one_whatever_it_changes(wire: Wire, ada: str) -> None:
    fields = {"Note": "b", "Size": 1, "Name": "Ada L."}
    assert wire.edit(ada, {"fieldData": fields}).response == {"modId": "1"}
    assert wire.edit(ada, {"fieldData": {"Size": 2}}).response == {"modId": "2"}


def test_a_value_that_is_there_already_is_a_change_too(wire: Wire, ada: str) -> None:
    assert wire.edit(ada, {"fieldData": {"Note": "first"}}).response == {"modId": "1"}


@pytest.mark.parametrize(
    "body", [{"fieldData": {}}, {"fieldData": {}, "portalData": {}}, {"portalData": {}}, {}]
)
def test_without_fields_nothing_changes(wire: Wire, ada: str, body: object) -> None:
    assert wire.edit(ada, body).response == {"modId": "0"}
    assert wire.get(ada).fields["Note"] == "first"


def test_portal_rows_may_be_all_that_is_changed(wire: Wire, ada: str) -> None:
    row = {"recordId": task(wire, ada)["recordId"], "tasks::Title": "b"}
    assert wire.edit(ada, {"portalData": {"Tasks": [row]}}).code == "0"
    assert task(wire, ada)["tasks::Title"] == "b"


def test_the_new_modification_ids_of_rows_are_not_told_but_there(wire: Wire, ada: str) -> None:
    row = {"recordId": task(wire, ada)["recordId"], "tasks::Title": "b"}
    answer = wire.edit(ada, {"fieldData": {"Note": "b"}, "portalData": {"Tasks": [row]}})
    assert answer.response == {"modId": "1"}
    assert task(wire, ada)["modId"] == "1"


def test_the_modification_id_that_is_there_is_taken(wire: Wire, ada: str) -> None:
    assert wire.edit(ada, {"fieldData": {"Note": "b"}, "modId": "0"}).response == {"modId": "1"}
    assert wire.edit(ada, {"fieldData": {"Note": "c"}, "modId": "1"}).response == {"modId": "2"}


@pytest.mark.parametrize("given", ["1", "-1", "00", "x"])
def test_another_is_refused_and_nothing_is_written(wire: Wire, ada: str, given: str) -> None:
    body = {"fieldData": {"Note": "b"}, "portalData": {"Tasks": [{"tasks::Title": "b"}]}, "modId": given}
    before = wire.get(ada).text
    assert wire.edit(ada, body).outcome == (500, "306", "Record modification ID does not match")
    assert wire.get(ada).text == before


def test_a_record_that_is_not_there_is_missing(wire: Wire) -> None:
    assert wire.edit("99", {"fieldData": {"Note": "b"}}).outcome == (500, "101", "Record is missing")
    assert wire.edit("99", {}).outcome == (500, "101", "Record is missing")


def test_fields_that_are_not_named_stay(wire: Wire, ada: str) -> None:
    wire.edit(ada, {"fieldData": {"Size": "3"}})
    fields = wire.get(ada).fields
    assert (fields["Name"], fields["Note"], fields["Size"]) == ("Ada", "first", 3)


def test_one_wrong_field_is_enough_for_nothing_to_be_written(wire: Wire, ada: str) -> None:
    answer = wire.edit(ada, {"fieldData": {"Note": "b", "Nothing": "x"}})
    assert answer.outcome == (500, "102", "Field is missing")
    assert (wire.get(ada).fields["Note"], wire.mod_id(ada)) == ("first", "0")


def test_a_failed_validation_writes_nothing(wire: Wire) -> None:
    wire.layout = "rule"
    record = wire.create({"Own": "mine", "Short": "a"})
    assert wire.edit(record, {"fieldData": {"Short": "b", "Own": "taken"}}).code == "504"
    assert (wire.get(record).fields["Short"], wire.mod_id(record)) == ("a", "0")


@pytest.mark.parametrize("body", [{"fieldData": []}, {"portalData": []}, {"fieldData": "x"}, {"options": 1}])
def test_a_member_of_another_form_is_refused(wire: Wire, ada: str, body: object) -> None:
    assert wire.edit(ada, body).outcome[:2] == (400, "960")


def test_unknown_members_are_named(wire: Wire, ada: str) -> None:
    answer = wire.edit(ada, {"fieldData": {"Note": "b"}, "limit": 1, "recordId": "1"})
    assert answer.outcome == (400, "960", "Unknown parameter(s): limit, recordId")
    assert wire.get(ada).fields["Note"] == "first"
