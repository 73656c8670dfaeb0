"""What a layout says of its fields, portals and value lists."""

from __future__ import annotations

from typing import Any

import pytest
from conformance.wire import Wire

KEYS = [
    "name", "type", "displayType", "result", "global", "autoEnter", "fourDigitYear", "maxRepeat", "maxCharacters",
    "notEmpty", "numeric", "timeOfDay", "repetitionStart", "repetitionEnd",
]  # fmt: skip
NAME = (
    '{"name":"Name","type":"normal","displayType":"editText","result":"text","global":false,"autoEnter":false,'
    '"fourDigitYear":false,"maxRepeat":1,"maxCharacters":0,"notEmpty":false,"numeric":false,"timeOfDay":false,'
    '"repetitionStart":1,"repetitionEnd":1}'
)


@pytest.fixture
def looks(reader: Wire) -> Any:
    reader.layout = "looks"
    return reader.ask("GET", "").response


@pytest.fixture
def fields(looks: Any) -> list[Any]:
    return list(looks["fieldMetaData"])


def named(fields: list[Any], name: str) -> Any:
    return next(one for one in fields if one["name"] == name)


def values(looks: Any, name: str) -> list[tuple[str, str]]:
    (found,) = (one for one in looks["valueLists"] if one["name"] == name)
    return [(one["displayValue"], one["value"]) for one in found["values"]]


def test_it_is_fields_portals_and_value_lists_in_this_order(looks: Any) -> None:
    assert list(looks) == ["fieldMetaData", "portalMetaData", "valueLists"]


def test_a_field_has_its_members_in_one_order_and_with_their_types(reader: Wire) -> None:
    reader.layout = "looks"
    assert reader.ask("GET", "").text.startswith('{"response":{"fieldMetaData":[' + NAME + ",")


def test_the_name_of_a_value_list_comes_after_the_result(fields: list[Any]) -> None:
    keys = list(named(fields, "Home Town"))
    assert keys == [*KEYS[:4], "valueList", *KEYS[4:]]
    assert all(list(one) == KEYS for one in fields if "valueList" not in one)


def test_fields_come_in_the_order_of_the_layout_and_as_often_as_they_are_there(fields: list[Any]) -> None:
    assert [one["name"] for one in fields] == [
        "Name", "Home Town", "Status", "Status", "Status", "Note", "Born", "Setting", "Home Town", "Phone", "",
        "town::Country", "Seen", "Starts", "Size", "Photo", "Shout", "People",
    ]  # fmt: skip


def test_they_say_how_they_are_shown(fields: list[Any]) -> None:
    assert [one["displayType"] for one in fields[:8]] == [
        "editText", "popupList", "popupMenu", "checkBox", "radioButtons", "selectionList", "calendar", "secureText",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("Name", "text"),
        ("Size", "number"),
        ("Born", "date"),
        ("Starts", "time"),
        ("Seen", "timeStamp"),
        ("Photo", "container"),
    ],
)
def test_they_say_what_they_hold(fields: list[Any], name: str, result: str) -> None:
    assert named(fields, name)["result"] == result


@pytest.mark.parametrize(
    ("name", "kind"), [("Name", "normal"), ("Shout", "calculation"), ("People", "summary")]
)
def test_they_say_whether_they_are_calculated(fields: list[Any], name: str, kind: str) -> None:
    assert named(fields, name)["type"] == kind


def test_a_field_that_is_gone_has_no_name_and_is_invalid(fields: list[Any]) -> None:
    gone = named(fields, "")
    assert (gone["type"], gone["result"]) == ("invalid", "invalid")


def test_a_related_field_on_the_layout_has_the_name_of_its_occurrence(fields: list[Any]) -> None:
    assert named(fields, "town::Country")["result"] == "text"


def test_global_storage_is_told(fields: list[Any]) -> None:
    assert [one["name"] for one in fields if one["global"]] == ["Setting"]


def test_repetitions_are_those_of_the_field_and_those_that_are_shown(fields: list[Any]) -> None:
    phone = named(fields, "Phone")
    assert (phone["maxRepeat"], phone["repetitionStart"], phone["repetitionEnd"]) == (3, 2, 3)


@pytest.mark.parametrize(
    ("member", "names"),
    [
        ("fourDigitYear", ["Day"]),
        ("timeOfDay", ["Hour"]),
        ("numeric", ["Digits"]),
        ("notEmpty", ["Needed"]),
        ("autoEnter", ["Needed"]),
    ],
)
def test_options_of_a_field_are_flags(reader: Wire, member: str, names: list[str]) -> None:
    reader.layout = "rule"
    fields = reader.ask("GET", "").response["fieldMetaData"]
    assert [one["name"] for one in fields if one[member] is True] == names
    assert all(one[member] is False for one in fields if one["name"] not in names)


def test_the_largest_number_of_characters_is_a_number(reader: Wire) -> None:
    reader.layout = "rule"
    fields = reader.ask("GET", "").response["fieldMetaData"]
    assert {one["name"]: one["maxCharacters"] for one in fields if one["maxCharacters"]} == {"Short": 5}


def test_a_portal_has_its_object_name_or_that_of_its_occurrence(looks: Any) -> None:
    assert list(looks["portalMetaData"]) == ["Tasks", "late"]


def test_its_fields_have_the_name_of_the_occurrence_in_any_case(looks: Any) -> None:
    portals = looks["portalMetaData"]
    assert [one["name"] for one in portals["Tasks"]] == ["tasks::Title"]
    assert [one["name"] for one in portals["late"]] == ["late::Hours"]
    assert list(portals["Tasks"][0]) == KEYS


def test_without_portals_there_is_an_empty_object_and_without_value_lists_no_member(reader: Wire) -> None:
    reader.layout = "short"
    assert list(reader.ask("GET", "").response) == ["fieldMetaData", "portalMetaData"]
    reader.layout = "a+b"
    assert '"portalMetaData":{}},' in reader.ask("GET", "").text


def test_value_lists_are_those_that_the_layout_shows_once_each(looks: Any) -> None:
    shown = [(one["name"], one["type"]) for one in looks["valueLists"]]
    assert shown == [
        ("Towns", "byField"),
        ("Statuses", "customList"),
        ("Own Tasks", "byField"),
        ("Countries", "byField"),
    ]


def test_a_value_list_is_written_name_first(reader: Wire) -> None:
    reader.layout = "looks"
    assert (
        '{"name":"Statuses","type":"customList","values":[{"displayValue":"open","value":"open"},'
        '{"displayValue":"closed","value":"closed"},{"displayValue":"-","value":"-"},'
        '{"displayValue":"away","value":"away"}]}'
    ) in reader.ask("GET", "").text


def test_a_value_list_by_field_has_the_values_of_its_records(looks: Any) -> None:
    assert values(looks, "Towns") == [("Bergen", "Bergen"), ("Oslo", "Oslo")]


def test_a_second_field_is_what_is_displayed(looks: Any) -> None:
    shown = values(looks, "Countries")
    assert [value for _, value in shown] == ["Bergen", "Oslo"]
    assert all("Norway" in display for display, _ in shown)


def test_related_values_are_those_of_the_record_that_is_asked_for(wire: Wire) -> None:
    rows = [{"tasks::Title": "paint"}, {"tasks::Title": "draw"}]
    ada = wire.create({"Name": "Ada"}, portalData={"Tasks": rows})
    bo = wire.create({"Name": "Bo"}, portalData={"Tasks": [{"tasks::Title": "cook"}]})
    wire.layout = "looks"
    for record, titles in ((ada, ["draw", "paint"]), (bo, ["cook"])):
        answer = wire.ask("GET", "", query={"recordId": record})
        assert [value for _, value in values(answer.response, "Own Tasks")] == titles


def test_a_record_that_is_not_there_is_missing(reader: Wire) -> None:
    reader.layout = "looks"
    assert reader.ask("GET", "?recordId=99").outcome == (500, "101", "Record is missing")


def test_a_layout_that_is_not_there_is_missing(reader: Wire) -> None:
    reader.layout = "nothing"
    assert reader.ask("GET", "").outcome == (500, "105", "Layout is missing")


def test_the_old_form_is_a_list_in_which_global_is_a_text(reader: Wire) -> None:
    reader.layout = "looks"
    text = reader.ask("GET", "metadata").text
    assert text.startswith(
        '{"response":{"metaData":[{"name":"Name","type":"normal","result":"text","global":"false","repetitions":1},'
        '{"name":"Home Town","type":"normal","result":"text","global":"false","valueList":"Towns","repetitions":1},'
    )
    assert '{"name":"Setting","type":"normal","result":"text","global":"true","repetitions":1}' in text
    assert '{"name":"Phone","type":"normal","result":"text","global":"false","repetitions":3}' in text
