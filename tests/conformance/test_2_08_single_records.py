"""Reading one record."""

from __future__ import annotations

import pytest
from conformance.wire import OK, Wire


def test_it_is_one_record_of_a_table_of_some_size(wire: Wire) -> None:
    ada, _ = wire.create({"Name": "Ada"}), wire.create({"Name": "Bo"})
    assert wire.get(ada).text == (
        '{"response":{"dataInfo":{"database":"office","layout":"person","table":"person","totalRecordCount":2,'
        '"foundCount":1,"returnedCount":1},"data":[{"fieldData":{"Name":"Ada","Home Town":"","Size":"","Born":"",'
        '"Starts":"","Seen":"","Note":"","Status":""},"portalData":{"Tasks":[],"late":[]},"recordId":"1","modId":"0",'
        '"portalDataInfo":[{"portalObjectName":"Tasks","database":"office","table":"tasks","foundCount":0,'
        '"returnedCount":0},{"database":"office","table":"late","foundCount":0,"returnedCount":0}]}]},' + OK
    )


def test_it_is_the_same_as_that_of_a_find(wire: Wire) -> None:
    ada = wire.create({"Name": "Ada"}, portalData={"Tasks": [{"tasks::Title": "a"}]})
    wire.create({"Name": "Bo"})
    assert wire.get(ada).body == wire.find({"query": [{"Name": "Ada"}]}).body


@pytest.mark.parametrize("name", ["_offset", "_limit", "_sort", "modId", "recordId"])
def test_it_takes_no_parameters_of_a_range(reader: Wire, name: str) -> None:
    assert reader.get("1", **{name: "1"}).outcome == (400, "960", f"Unknown parameter(s): {name}")


def test_it_takes_the_others(wire: Wire) -> None:
    ada = wire.create({"Name": "Ada"}, portalData={"Tasks": [{"tasks::Title": one} for one in "abc"]})
    (record,) = wire.get(ada, portal=["Tasks"], **{"_limit.Tasks": 1, "_offset.Tasks": 2}).response["data"]
    assert [row["tasks::Title"] for row in record["portalData"]["Tasks"]] == ["b"]
    answer = wire.get(
        ada, **{"layout.response": "plain", "dateformats": 2, "script": "Echo", "script.param": "x"}
    )
    assert answer.fields == {"Name": "Ada", "Size": ""}
    assert answer.response["scriptResult"] == "x"


def test_a_record_that_is_not_there_is_missing(reader: Wire) -> None:
    assert reader.get("99").outcome == (500, "101", "Record is missing")


@pytest.mark.parametrize("record", ["x", "1x", "-1", "1.0", "%20", "9" * 40, "0"])
def test_what_is_no_record_id_is_no_record(reader: Wire, record: str) -> None:
    assert reader.get(record).outcome[:2] == (500, "101")


def test_a_layout_that_is_not_there_is_missing(reader: Wire) -> None:
    reader.layout = "nothing"
    assert reader.get("1").outcome == (500, "105", "Layout is missing")
