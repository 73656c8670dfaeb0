"""3. The shape of answers with records."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conformance.asking import Club

pytest_plugins = ["conformance.asking"]

YEAR, AMOUNT, PRICE = "payments::Year", "payments::Amount", "plans::Price"


@pytest.fixture
def ann(club: Club) -> str:
    """Make Ann with two rows in the portal."""
    rows = [{YEAR: 2024, AMOUNT: 10}, {YEAR: 2025, AMOUNT: 20, PRICE: 5, "payments::Plan": "big"}]
    return club.create({"Name": "Ann"}, portalData={"Dues": rows})


def pairs(text: str) -> Any:
    """Read JSON without merging members of one name."""
    return json.loads(text, object_pairs_hook=list)


def test_a_found_set_is_written_in_this_order_of_keys(club: Club) -> None:
    club.members("Name", "Ann")
    assert club.on("slim").find({"Name": "Ann"}).text == (
        '{"response":{"dataInfo":{"database":"club","layout":"slim","table":"member","totalRecordCount":1,'
        '"foundCount":1,"returnedCount":1},"data":[{"fieldData":{"Name":"Ann","Score":""},"portalData":{},'
        '"recordId":"1","modId":"0","portalDataInfo":[]}]},"messages":[{"code":"0","message":"OK"}]}'
    )


@pytest.mark.parametrize("how", ["get", "range", "find"])
def test_one_record_reads_the_same_whichever_way_it_is_read(club: Club, ann: str, how: str) -> None:
    answers = {"get": club.get(ann), "range": club.range(), "find": club.find({"Name": "Ann"})}
    assert answers[how].text == club.get(ann).text


def test_results_of_scripts_stand_before_everything_else(club: Club, ann: str) -> None:
    answer = club.get(ann, script="Say", **{"script.param": "hello"})
    assert list(answer.response) == ["scriptResult", "scriptError", "dataInfo", "data"]


def test_a_record_has_five_members_in_this_order(club: Club, ann: str) -> None:
    members = ["fieldData", "portalData", "recordId", "modId", "portalDataInfo"]
    assert list(club.get(ann).record) == members


def test_portal_info_names_the_object_the_file_and_the_occurrence_in_this_order(club: Club, ann: str) -> None:
    [dues, _] = club.get(ann).record["portalDataInfo"]
    assert list(dues.items()) == [
        ("portalObjectName", "Dues"),
        ("database", "club"),
        ("table", "payments"),
        ("foundCount", 2),
        ("returnedCount", 2),
    ]


def test_a_portal_without_an_object_name_has_no_such_member_in_its_info(club: Club, ann: str) -> None:
    [_, friends] = club.get(ann).record["portalDataInfo"]
    assert list(friends) == ["database", "table", "foundCount", "returnedCount"]
    assert friends["table"] == "friends"


def test_a_portal_row_has_its_record_id_first_and_its_mod_id_last(club: Club, ann: str) -> None:
    row = club.get(ann).record["portalData"]["Dues"][0]
    keys = list(row)
    assert (keys[0], keys[-1]) == ("recordId", "modId")
    assert (row["recordId"], row["modId"]) == ("1", "0")


def test_the_table_is_named_by_its_occurrence_and_not_by_the_base_table(club: Club) -> None:
    club.rows("Payment", {"Year": 2024})
    info = club.on("payment").range().response["dataInfo"]
    assert (info["table"], info["layout"]) == ("payments", "payment")


def test_the_layout_is_that_of_the_response(club: Club, ann: str) -> None:
    answer = club.get(ann, **{"layout.response": "slim"})
    assert answer.response["dataInfo"]["layout"] == "slim"
    assert list(answer.fields) == ["Name", "Score"]


def test_the_counts_tell_of_the_table_of_the_found_set_and_of_the_page(club: Club) -> None:
    club.members("Score", *range(7))
    info = club.find({"Score": ">1"}, offset=2, limit=3).response["dataInfo"]
    assert (info["totalRecordCount"], info["foundCount"], info["returnedCount"]) == (7, 5, 3)


def test_a_range_has_found_all_records(club: Club) -> None:
    club.members("Score", *range(4))
    info = club.range(_limit=1).response["dataInfo"]
    assert (info["totalRecordCount"], info["foundCount"], info["returnedCount"]) == (4, 4, 1)


def test_one_record_is_a_found_set_of_one(club: Club) -> None:
    club.members("Score", *range(4))
    info = club.get("3").response["dataInfo"]
    assert (info["totalRecordCount"], info["foundCount"], info["returnedCount"]) == (4, 1, 1)


def test_record_ids_are_never_used_again(club: Club) -> None:
    first = club.create()
    club.call("DELETE", f"records/{first}")
    assert int(club.create()) > int(first)


def test_portal_data_has_every_portal_even_without_rows(club: Club) -> None:
    record = club.get(club.create()).record
    assert record["portalData"] == {"Dues": [], "friends": []}
    assert [info["foundCount"] for info in record["portalDataInfo"]] == [0, 0]


def test_portal_data_is_empty_on_a_layout_without_portals(club: Club) -> None:
    record = club.on("slim").get(club.create()).record
    assert (record["portalData"], record["portalDataInfo"]) == ({}, [])


def test_portal_info_goes_with_the_portals_that_are_returned(club: Club, ann: str) -> None:
    record = club.get(ann, portal=["friends"]).record
    assert list(record["portalData"]) == ["friends"]
    assert [info["table"] for info in record["portalDataInfo"]] == ["friends"]


def test_portal_counts_are_those_of_all_rows_and_of_the_page(club: Club, ann: str) -> None:
    [info, _] = club.get(ann, **{"_limit.Dues": 1}).record["portalDataInfo"]
    assert (info["foundCount"], info["returnedCount"]) == (2, 1)


def test_the_database_of_a_portal_is_the_file_that_holds_its_table(club: Club) -> None:
    club.rows("Match", {"Player": "Ann", "Opponent": "Bob"}, database="league")
    record = club.on("matches").get(club.create({"Name": "Ann"})).record
    assert record["portalDataInfo"][0]["database"] == "league"
    assert record["portalData"]["matches"][0]["matches::Opponent"] == "Bob"


def test_a_portal_has_the_object_name_as_its_key_and_else_the_occurrence(club: Club, ann: str) -> None:
    assert list(club.get(ann).record["portalData"]) == ["Dues", "friends"]


def test_a_portal_row_names_its_fields_by_their_own_occurrences(club: Club, ann: str) -> None:
    row = club.get(ann).record["portalData"]["Dues"][1]
    assert list(row)[1:-1] == [
        YEAR,
        AMOUNT,
        "payments::Plan",
        "payments::Notes(1)",
        "payments::Notes(2)",
        "payments::Sealed",
        PRICE,
    ]
    assert row[PRICE] == 5


def test_two_portals_of_one_name_are_two_members_of_one_name(club: Club) -> None:
    text = club.on("twins").get(club.create({"Name": "Ann", "Note": "x"})).text
    record = dict(dict(pairs(text))["response"])["data"][0]
    assert [name for name, _ in dict(record)["portalData"]] == ["Twin", "Twin"]
    assert len(dict(record)["portalDataInfo"]) == 2


def test_a_field_that_is_gone_has_an_empty_name_and_an_empty_value(club: Club) -> None:
    fields = club.on("odd").get(club.create({"Name": "Ann"})).fields
    assert fields[""] == ""


def test_a_field_that_is_twice_on_the_layout_is_there_once(club: Club) -> None:
    text = club.on("odd").get(club.create({"Name": "Ann"})).text
    assert text.count('"Name":"Ann"') == 1


def test_a_related_field_on_the_layout_shows_the_first_related_record(club: Club, ann: str) -> None:
    assert club.on("odd").get(ann).fields[YEAR] == 2024


def test_a_related_field_is_empty_without_a_related_record(club: Club) -> None:
    assert club.on("odd").get(club.create()).fields[YEAR] == ""


def test_repetitions_are_numbered_where_the_layout_shows_several(club: Club) -> None:
    fields = club.get(club.create({"Phones(2)": "22"})).fields
    assert [(name, fields[name]) for name in fields if name.startswith("Phones")] == [
        ("Phones(1)", ""),
        ("Phones(2)", "22"),
        ("Phones(3)", ""),
    ]


def test_a_repetition_has_no_number_where_the_layout_shows_one(club: Club) -> None:
    made = club.create({"Phones(1)": "11", "Phones(2)": "22"})
    fields = club.on("odd").get(made).fields
    assert [(name, fields[name]) for name in fields if name.startswith("Phones")] == [("Phones", "22")]


def test_fields_that_are_not_on_the_layout_are_not_returned(club: Club, ann: str) -> None:
    assert list(club.on("slim").get(ann).fields) == ["Name", "Score"]


def test_fields_come_in_the_order_of_the_layout(club: Club, ann: str) -> None:
    assert list(club.on("odd").get(ann).fields) == ["Name", "", "Phones", YEAR, "Payments", "Sum"]


def test_unstored_calculations_are_worked_out_when_they_are_read(club: Club, ann: str) -> None:
    assert club.on("odd").get(ann).fields["Payments"] == 2
    club.edit(ann, portalData={"Dues": [{YEAR: 2026}]})
    assert club.on("odd").get(ann).fields["Payments"] == 3


def test_summaries_are_those_of_the_found_set(club: Club) -> None:
    club.members("Score", 1, 2, 4)
    odd, rules = club.on("odd"), club.on("rules")
    assert odd.range().column("Sum") == [7, 7, 7]
    assert rules.find({"Name": "2"}, {"Name": "4"}).column("Sum") == [6, 6]
    assert odd.range(_limit=1).column("Sum") == [7]


@pytest.mark.parametrize("club_release", ["17"])
def test_release_17_tells_no_counts(club: Club) -> None:
    club.members("Name", "Ann")
    answer = club.range()
    assert list(answer.response) == ["data"]
    assert list(answer.record) == ["fieldData", "portalData", "recordId", "modId"]
