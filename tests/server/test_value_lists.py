"""Value lists: where their values come from, in which order, and what they are used for."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from server.club import CLUB, Member

from fmorm.server import App, Schema, SchemaError, load_schema
from fmorm.server.calls import Call
from fmorm.server.showing import SortWish


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load_schema(CLUB)


@pytest.fixture
def club(app: App) -> Member:
    return Member(app, layout="plain")


def values(club: Member, name: str, layout: str = "lists", **query: object) -> list[tuple[str, str]]:
    """Give what a list of a layout enters, and what it shows."""
    lists = club.metadata(layout, **query).response["valueLists"]
    (one,) = [one for one in lists if one["name"] == name]
    return [(entry["value"], entry["displayValue"]) for entry in one["values"]]


def entered(club: Member, name: str, layout: str = "lists", **query: object) -> list[str]:
    return [value for value, _ in values(club, name, layout, **query)]


def test_they_are_written_in_filemakers_order(club: Member) -> None:
    assert (
        '"valueLists":[{"name":"Kinds","type":"customList","values":[{"displayValue":"junior","value":"junior"},'
    ) in club.metadata("member").text
    assert '{"name":"Years","type":"byField","values":[' in club.metadata("lists").text


def test_each_is_there_once_in_the_order_of_the_objects(club: Member) -> None:
    names = [one["name"] for one in club.metadata("lists").response["valueLists"]]
    assert names == ["Years", "Days", "Notes", "Members", "Payers", "Only"]
    assert [one["name"] for one in club.metadata("member").response["valueLists"]] == ["Kinds", "Own Years"]


def test_own_values_are_as_they_are_written(club: Member) -> None:
    assert entered(club, "Kinds", "member") == ["junior", "adult", "-", "senior"]


def test_values_of_a_field_are_there_once_in_the_order_of_its_kind(club: Member) -> None:
    assert entered(club, "Years") == ["900", "2024", "2025"], "as numbers, not as texts"
    assert entered(club, "Days") == ["03/01/2023", "01/01/2024", "02/01/2024"], "as dates, not as texts"


def test_every_line_of_a_text_is_a_value(club: Member) -> None:
    assert entered(club, "Notes") == ["cash", "Early", "late"]


def test_a_second_field_is_shown_beside_the_first(club: Member) -> None:
    assert values(club, "Members") == [("900", "900 Agnes"), ("2024", "2024 Agnes"), ("2025", "2025 Agnes")]


def test_a_second_field_may_give_the_order(club: Member) -> None:
    assert values(club, "Payers") == [("900", "900 Agnes"), ("2024", "2024 Agnes"), ("2025", "2025 Agnes")]
    club.layout = "lists"
    club.call("DELETE", "records/2")
    assert values(club, "Payers") == [("900", "900 Agnes"), ("2025", "2025 Agnes"), ("2024", "2024 Bo")]


def test_a_second_field_may_be_all_that_is_shown(club: Member) -> None:
    assert values(club, "Only") == [("900", "Agnes"), ("2024", "Bo")]


def test_related_values_are_those_of_the_record_that_is_named(club: Member) -> None:
    assert entered(club, "Own Years", "member", recordId="1") == ["900", "2024", "2025"]
    assert entered(club, "Own Years", "member", recordId="2") == ["2024"]
    assert entered(club, "Own Years", "member", recordId="3") == []
    assert entered(club, "Own Years", "member") == [], "without a record nothing is related"


@pytest.mark.parametrize("record", ["99", "x", "-1"])
def test_a_record_that_is_not_there_is_101(club: Member, record: str) -> None:
    answer = club.metadata("member", recordId=record)
    assert (answer.status, answer.code) == (500, 101)


def test_a_changed_record_changes_the_list(club: Member) -> None:
    club.layout = "lists"
    club.edit("1", fieldData={"Year": "1999"})
    assert "1999" in entered(club, "Years")


def test_a_sort_may_ask_for_the_order_of_a_list(app: App, club: Member) -> None:
    engine = app._engine  # pyright: ignore[reportPrivateUsage]  # to see what finds are given
    call = Call(engine, app.requests[-1][0], {"database": "club", "layout": "plain"}, {})
    assert SortWish("Kind", "Kinds").on(call).values == ("junior", "adult", "-", "senior")
    assert SortWish("Kind", "Years").on(call).values == ("900", "2024", "2025")
    assert SortWish("Kind", "descend").on(call).values is None
    for order, names in (("Kinds", "Bo Cy Agnes Di"), ("ascend", "Cy Bo Di Agnes")):
        sort = [{"fieldName": "Kind", "sortOrder": order}]
        assert club.call("GET", "records", _sort=sort).column("Name") == names.split()


def test_an_order_of_no_list_is_refused(club: Member) -> None:
    assert club.call("GET", "records", _sort=[{"fieldName": "Kind", "sortOrder": "Nothing"}]).code == 404


def changed(value_list: object) -> dict[str, Any]:
    content = tomllib.loads(CLUB.read_text(encoding="utf-8"))
    content["value_lists"]["Wrong"] = value_list
    return content


@pytest.mark.parametrize(
    ("value_list", "message"),
    [
        ("x", "value_lists.Wrong: expected a list of values, or a table that names a field"),
        ([["x"]], "value_lists.Wrong: expected a list of texts and numbers"),
        ({}, "value_lists.Wrong.field: is missing"),
        ({"field": "Year"}, '"Year" is not of the form occurrence::Field'),
        ({"field": "fee::Year"}, 'no occurrence "fee"; did you mean "fees"?'),
        ({"field": "fees::Yaer"}, 'no field "Yaer"; did you mean "Year"?'),
        ({"field": "fees::Year", "secnd": "Paid"}, 'no setting "secnd"; did you mean "second"?'),
        ({"field": "fees::Year", "second": "member::Name"}, 'both fields of a value list belong to "fees"'),
        ({"field": "fees::Year", "sort": "third"}, 'Wrong.sort: no sort "third"'),
        ({"field": "fees::Year", "sort": "second"}, "value_lists.Wrong.sort: there is no second field"),
        ({"field": "fees::Year", "only_second": True}, "Wrong.only_second: there is no second field"),
        (
            {"field": "all_fees::Year", "related_from": "member"},
            'no relationship leads from "member" to "all_fees"',
        ),
        ({"field": "member::Photo"}, "container, global, summary and unstored fields have no values to list"),
    ],
)
def test_a_mistake_names_its_place(value_list: object, message: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_schema(changed(value_list))
    assert message in str(caught.value)


def test_numbers_may_be_own_values() -> None:
    assert load_schema(changed([1, 2.5, "x"])).value_lists["Wrong"].values == ("1", "2.5", "x")


@pytest.mark.parametrize(
    ("table", "years"),
    [
        ({}, ["900", "2024", "2025"]),
        ({"view": 'Member = "Bo"'}, ["2024"]),
        ({"view": False}, []),
        ({"fields": {"Year": "none"}}, []),
    ],
)
def test_what_an_account_may_not_see_is_in_no_list(table: dict[str, object], years: list[str]) -> None:
    content = tomllib.loads(CLUB.read_text(encoding="utf-8"))
    content["privileges"] = {"clerk": {"tables": {"Fee": table}}}
    content["accounts"]["api"]["privileges"] = "clerk"
    app = App(load_schema(content))
    assert entered(Member(app), "Years") == years
    app.close()
