"""Deleting records."""

from __future__ import annotations

import pytest
from conformance.wire import DONE, OK, Wire

MISSING = (500, "101", "Record is missing")


@pytest.fixture
def ada(wire: Wire) -> str:
    return wire.create({"Name": "Ada"}, portalData={"Tasks": [{"tasks::Title": "a"}]})


def test_it_has_nothing_to_say(wire: Wire, ada: str) -> None:
    assert wire.ask("DELETE", f"records/{ada}").text == DONE
    assert wire.get(ada).outcome == MISSING


def test_but_what_scripts_have(wire: Wire, ada: str) -> None:
    answer = wire.ask("DELETE", f"records/{ada}?script=Echo&script.param=x")
    assert answer.text == '{"response":{"scriptResult":"x","scriptError":"0"},' + OK


@pytest.mark.parametrize("record", ["99", "x"])
def test_a_record_that_is_not_there_is_missing(wire: Wire, record: str) -> None:
    assert wire.ask("DELETE", f"records/{record}").outcome == MISSING


def test_it_cannot_be_deleted_twice(wire: Wire, ada: str) -> None:
    wire.ask("DELETE", f"records/{ada}")
    assert wire.ask("DELETE", f"records/{ada}").outcome == MISSING


def test_related_records_go_where_the_relationship_says_so(wire: Wire, ada: str) -> None:
    wire.edit(ada, {"fieldData": {"Home Town": "Oslo"}})
    wire.ask("DELETE", f"records/{ada}")
    wire.layout = "task"
    assert wire.get_all().response["data"] == []
    wire.layout = "town"
    assert wire.get_all().names == ["Oslo", "Bergen"]


def test_it_has_no_check_of_the_modification_id(wire: Wire, ada: str) -> None:
    assert wire.ask("DELETE", f"records/{ada}?modId=0").outcome == (400, "960", "Unknown parameter(s): modId")
    assert wire.get(ada).code == "0"


def test_the_id_of_a_deleted_record_is_not_given_again(wire: Wire, ada: str) -> None:
    wire.ask("DELETE", f"records/{ada}")
    assert wire.create({"Name": "Bo"}) == "2"
