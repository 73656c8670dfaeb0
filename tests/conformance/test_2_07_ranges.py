"""Reading a range of records."""

from __future__ import annotations

from typing import Any

import pytest
from conformance.wire import OK, Wire

from fmorm.server import App

MISSING = (500, "101", "Record is missing")


@pytest.fixture
def three(wire: Wire) -> Wire:
    """The layout of three people: Bo from Oslo, Cy from Bergen, Al from Bergen."""
    for name, town, status in (("Bo", "Oslo", "away"), ("Cy", "Bergen", "open"), ("Al", "Bergen", "closed")):
        wire.create({"Name": name, "Home Town": town, "Status": status})
    return wire


@pytest.fixture
def busy(wire: Wire) -> Wire:
    """The layout of one person with five tasks: a to e, of 1 to 5 hours."""
    tasks = [{"tasks::Title": title, "tasks::Hours": str(n)} for n, title in enumerate("abcde", 1)]
    wire.create({"Name": "Ada"}, portalData={"Tasks": tasks})
    return wire


def portals(wire: Wire, **query: object) -> Any:
    return wire.get_all(**query).response["data"][0]["portalData"]


def titles(wire: Wire, portal: str, **query: object) -> list[str]:
    return [row["tasks::Title"] for row in portals(wire, **query)[portal]]


def sort(*fields: object) -> dict[str, object]:
    return {"_sort": list(fields)}


def test_records_come_in_the_order_of_their_creation(three: Wire) -> None:
    assert three.get_all().names == ["Bo", "Cy", "Al"]


@pytest.mark.parametrize(
    ("offset", "limit", "names"),
    [(1, 1, ["Bo"]), (2, 1, ["Cy"]), (2, 9, ["Cy", "Al"]), (1, 10**18, ["Bo", "Cy", "Al"]), (3, 1, ["Al"])],
)
def test_an_offset_counts_from_one_and_a_limit_cuts(
    three: Wire, offset: int, limit: int, names: list[str]
) -> None:
    answer = three.get_all(_offset=offset, _limit=limit)
    assert answer.names == names
    info = answer.response["dataInfo"]
    assert (info["totalRecordCount"], info["foundCount"], info["returnedCount"]) == (3, 3, len(names))


def test_a_hundred_records_come_where_nothing_is_said(wire: Wire, apps: list[App]) -> None:
    apps[-1].load_rows("Person", [{"Name": str(number)} for number in range(1, 103)])
    assert wire.get_all().names == [str(number) for number in range(1, 101)]
    assert wire.get_all(_offset=101).names == ["101", "102"]
    assert len(wire.get_all(_limit=102).names) == 102


def test_fifty_rows_of_a_portal_come_where_nothing_is_said(wire: Wire) -> None:
    tasks = [{"tasks::Title": str(number)} for number in range(1, 53)]
    wire.create({"Name": "Ada"}, portalData={"Tasks": tasks})
    assert titles(wire, "Tasks") == [str(number) for number in range(1, 51)]
    assert titles(wire, "Tasks", **{"_offset.Tasks": 51}) == ["51", "52"]
    assert len(titles(wire, "Tasks", **{"_limit.Tasks": 52})) == 52


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ([{"fieldName": "Name", "sortOrder": "ascend"}], ["Al", "Bo", "Cy"]),
        ([{"fieldName": "Name", "sortOrder": "descend"}], ["Cy", "Bo", "Al"]),
        ([{"fieldName": "Name"}], ["Al", "Bo", "Cy"]),
        ([{"fieldName": "Home Town"}, {"fieldName": "Name"}], ["Al", "Cy", "Bo"]),
        ([{"fieldName": "Home Town", "sortOrder": "descend"}], ["Bo", "Cy", "Al"]),
        ([{"fieldName": "Status", "sortOrder": "Statuses"}], ["Cy", "Al", "Bo"]),
    ],
)
def test_a_sort_order_is_ascending_descending_or_that_of_a_value_list(
    three: Wire, order: list[object], names: list[str]
) -> None:
    assert three.get_all(**sort(*order)).names == names


def test_the_sort_order_comes_before_the_cut(three: Wire) -> None:
    assert three.get_all(_limit=1, _offset=2, **sort({"fieldName": "Name"})).names == ["Bo"]


def test_an_order_by_a_field_that_is_not_there_is_refused(three: Wire) -> None:
    assert three.get_all(**sort({"fieldName": "Nothing"})).outcome == (500, "102", "Field is missing")


@pytest.mark.parametrize("given", ["Name", "{}", '["Name"]', '[{"sortOrder":"ascend"}]', "["])
def test_a_sort_order_that_is_no_list_of_fields_is_refused(three: Wire, given: str) -> None:
    assert three.get_all(_sort=given).outcome[:2] == (400, "960")


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        (None, ["Tasks", "late"]),
        (["Tasks"], ["Tasks"]),
        (["late"], ["late"]),
        (["tasks"], ["Tasks"]),
        (["late", "Tasks"], ["Tasks", "late"]),
        ([], []),
        ("Tasks", ["Tasks"]),
        ("Tasks,late", ["Tasks", "late"]),
    ],
)
def test_portals_are_named_by_object_or_occurrence_in_json_or_with_commas(
    busy: Wire, given: object, keys: list[str]
) -> None:
    query = {} if given is None else {"portal": given}
    record = busy.get_all(**query).response["data"][0]
    assert list(record["portalData"]) == keys
    assert len(record["portalDataInfo"]) == len(keys)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"_limit.Tasks": 2}, "ab"),
        ({"_offset.Tasks": 4}, "de"),
        ({"_offset.Tasks": 2, "_limit.Tasks": 2}, "bc"),
        ({"_offset.tasks": 5}, "e"),
        ({"_offset.Tasks": 6}, ""),
    ],
)
def test_portals_have_an_offset_and_a_limit_of_their_own(
    busy: Wire, query: dict[str, object], shown: str
) -> None:
    assert titles(busy, "Tasks", **query) == list(shown)


def test_a_portal_that_does_not_scroll_gives_the_rows_that_it_shows(busy: Wire) -> None:
    busy.layout = "tight"
    assert titles(busy, "tasks") == ["b", "c"]
    assert titles(busy, "tasks", **{"_limit.tasks": 50}) == ["b", "c"]
    assert titles(busy, "tasks", **{"_limit.tasks": 1}) == ["b"]


def test_the_filter_and_the_order_of_a_portal_count(busy: Wire) -> None:
    busy.layout = "tight"
    assert titles(busy, "Long") == ["e", "d", "c", "b"]


def test_the_answer_may_be_on_another_layout(busy: Wire) -> None:
    answer = busy.get_all(**{"layout.response": "short"})
    assert answer.fields == {"Name": "Ada"}
    assert answer.response["dataInfo"]["layout"] == "short"
    assert list(answer.response["data"][0]["portalData"]) == ["late"]


def test_dates_come_in_another_form_if_that_is_wanted(wire: Wire) -> None:
    wire.create({"Name": "Ada", "Born": "12/10/1815", "Seen": "1/2/2026 3:04:05 PM"})
    fields = wire.get_all(dateformats=2).fields
    assert fields["Born"] == "1815-12-10"
    assert fields["Seen"].startswith("2026-01-02")
    assert wire.get_all(dateformats=0).text == wire.get_all().text
    assert wire.get_all().fields["Born"] == "12/10/1815"


def test_an_empty_table_has_no_data(wire: Wire) -> None:
    assert wire.get_all().text == (
        '{"response":{"dataInfo":{"database":"office","layout":"person","table":"person",'
        '"totalRecordCount":0,"foundCount":0,"returnedCount":0},"data":[]},' + OK
    )


@pytest.mark.parametrize("offset", [1, 2])
def test_but_with_an_offset_it_is_an_error(wire: Wire, offset: int) -> None:
    assert wire.get_all(_offset=offset).outcome == MISSING


@pytest.mark.parametrize("offset", [4, 10**18])
def test_an_offset_past_the_end_is_the_same_error(three: Wire, offset: int) -> None:
    assert three.get_all(_offset=offset).outcome == MISSING


@pytest.mark.parametrize("name", ["_offset", "_limit", "_limit.Tasks", "_offset.Tasks"])
@pytest.mark.parametrize("value", ["x", "-1", "1.5", ""])
def test_what_is_to_be_a_number_is_one(three: Wire, name: str, value: str) -> None:
    assert three.get_all(**{name: value}).outcome[:2] == (400, "960")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("limit=1", "limit"),
        ("limit=1&offset=1", "limit, offset"),
        ("sort=x", "sort"),
        ("modId=1", "modId"),
        ("_limit=1&query=x", "query"),
        ("_limit.Nothing=1", "_limit.Nothing"),
        ("limit.Tasks=1", "limit.Tasks"),
        ("date_formats=2", "date_formats"),
        ("dateFormats=2", "dateFormats"),
    ],
)
def test_unknown_parameters_are_named(three: Wire, query: str, names: str) -> None:
    assert three.ask("GET", f"records?{query}").outcome == (400, "960", f"Unknown parameter(s): {names}")
