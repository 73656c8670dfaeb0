"""Duplicating records."""

from __future__ import annotations

import pytest
from conformance.wire import OK, Wire


@pytest.fixture
def ada(wire: Wire) -> str:
    record = wire.create({"Name": "Ada", "Size": "3"}, portalData={"Tasks": [{"tasks::Title": "a"}]})
    wire.edit(record, {"fieldData": {"Note": "changed"}})
    return record


@pytest.mark.parametrize("body", [None, b"", {}])
def test_it_answers_like_a_creation(wire: Wire, ada: str, body: object) -> None:
    assert wire.ask("POST", f"records/{ada}", body).text == '{"response":{"recordId":"2","modId":"0"},' + OK


def test_the_copy_has_the_values_but_no_portal_rows(wire: Wire, ada: str) -> None:
    copy = wire.ask("POST", f"records/{ada}").response["recordId"]
    assert wire.get(copy).fields == wire.get(ada).fields
    (record,) = wire.get(copy).response["data"]
    assert record["portalData"] == {"Tasks": [], "late": []}
    wire.layout = "task"
    assert len(wire.get_all().response["data"]) == 1


def test_it_gets_a_serial_number_of_its_own(wire: Wire, ada: str) -> None:
    copy = wire.ask("POST", f"records/{ada}").response["recordId"]
    wire.layout = "options"
    assert (wire.get(ada).fields["Serial"], wire.get(copy).fields["Serial"]) == (1, 2)


@pytest.mark.parametrize("place", ["body", "query"])
def test_scripts_may_stand_in_the_body_or_in_the_query(wire: Wire, ada: str, place: str) -> None:
    asked: dict[str, object] = {"script": "Echo", "script.param": "x"}
    body, query = (asked, None) if place == "body" else (None, asked)
    assert wire.ask("POST", f"records/{ada}", body, query).text == (
        '{"response":{"scriptResult":"x","scriptError":"0","recordId":"2","modId":"0"},' + OK
    )


def test_a_record_that_is_not_there_is_missing(wire: Wire) -> None:
    assert wire.ask("POST", "records/99").outcome == (500, "101", "Record is missing")


@pytest.mark.parametrize("member", ["fieldData", "portalData", "modId"])
def test_it_takes_nothing_else(wire: Wire, ada: str, member: str) -> None:
    answer = wire.ask("POST", f"records/{ada}", {member: {}})
    assert answer.outcome == (400, "960", f"Unknown parameter(s): {member}")
