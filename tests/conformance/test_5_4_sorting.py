"""5.4. Sort orders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conformance.asking import Club, Host

pytest_plugins = ["conformance.asking"]

YEAR = "payments::Year"


@pytest.fixture(scope="module")
def some(club_host: Host) -> Iterator[Club]:
    """Make members to sort, for tests that read only."""
    with club_host.club() as club:
        club.rows(
            "Member",
            {"Key": "1", "Name": "bob", "Score": 10, "Born": "2020-01-31", "Lap": "100:00:00"},
            {"Key": "2", "Name": "Ann", "Score": 9, "Born": "2019-12-31", "Lap": "-01:00:00"},
            {"Key": "3", "Name": "Ängi", "Score": 9, "Born": "", "Lap": "09:00:00"},
            {"Key": "4", "Name": "", "Score": "", "Born": "2020-02-01", "Lap": ""},
            {"Key": "5", "Name": "Zoe", "Score": -1, "Born": "1999-01-01", "Lap": "10:00:00"},
        )
        club.rows("Payment", *[{"MemberKey": f"{6 - key}", "Year": 2020 + key} for key in range(1, 6)])
        yield club


@pytest.fixture
def club(some: Club, club_host: Host) -> Club:
    club_host.serve(some.app)
    return some


def ordered(club: Club, *levels: object) -> list[str]:
    """Give the keys of all members in the order of a sort, which is the same for a range and for a find."""
    found: list[str] = club.find({"Key": "*"}, sort=list(levels)).column("Key")
    assert club.range(_sort=list(levels)).column("Key") == found
    return found


def by(name: str, order: str | None = None) -> dict[str, str]:
    return {"fieldName": name} if order is None else {"fieldName": name, "sortOrder": order}


def test_a_sort_without_an_order_ascends(club: Club) -> None:
    assert ordered(club, by("Name")) == ordered(club, by("Name", "ascend"))


def test_text_goes_by_the_order_of_the_language_whatever_its_case(club: Club) -> None:
    assert ordered(club, by("Name")) == ["4", "3", "2", "1", "5"]


def test_numbers_go_by_value(club: Club) -> None:
    assert ordered(club, by("Score")) == ["4", "5", "2", "3", "1"]


def test_dates_go_by_the_calendar_and_times_by_length(club: Club) -> None:
    assert ordered(club, by("Born")) == ["3", "5", "2", "1", "4"]
    assert ordered(club, by("Lap")) == ["4", "2", "3", "5", "1"]


@pytest.mark.parametrize("field", ["Name", "Score", "Born", "Lap"])
def test_empty_values_come_first_and_in_a_descending_order_last(club: Club, field: str) -> None:
    first, last = ordered(club, by(field))[0], ordered(club, by(field, "descend"))[-1]
    assert first == last == {"Born": "3"}.get(field, "4")


def test_a_descending_order_is_the_other_way_round(club: Club) -> None:
    assert ordered(club, by("Name", "descend")) == ordered(club, by("Name"))[::-1]


def test_what_is_equal_stays_in_the_order_of_creation(club: Club) -> None:
    assert ordered(club, by("Score", "descend")) == ["1", "2", "3", "5", "4"]


def test_later_levels_order_what_is_equal_in_the_first(club: Club) -> None:
    assert ordered(club, by("Score"), by("Name")) == ["4", "5", "3", "2", "1"]
    assert ordered(club, by("Score"), by("Name", "descend")) == ["4", "5", "2", "3", "1"]


def test_the_name_of_a_value_list_orders_by_its_values(club: Club) -> None:
    assert ordered(club, by("Name", "Ranks"))[:3] == ["5", "1", "2"]


def test_a_related_field_sorts_by_the_related_record(club: Club) -> None:
    assert ordered(club, by(YEAR)) == ["5", "4", "3", "2", "1"]


def test_a_calculation_sorts_too(club: Club) -> None:
    assert ordered(club, by("Twice"))[1:] == ["5", "2", "3", "1"]


def test_a_sort_comes_before_offset_and_limit(club: Club) -> None:
    sort = [by("Name", "descend")]
    assert club.find({"Key": "*"}, sort=sort, offset=2, limit=2).column("Key") == ["1", "2"]
    assert club.range(_sort=sort, _offset=2, _limit=2).column("Key") == ["1", "2"]


@pytest.mark.parametrize("name", ["Hidden", "Nothing", "payments::MemberKey"])
def test_a_field_that_is_not_on_the_layout_is_missing(club: Club, name: str) -> None:
    assert club.find({"Key": "*"}, sort=[by(name)]).refusal == (500, "102")
    assert club.range(_sort=[by(name)]).refusal == (500, "102")


@pytest.mark.parametrize("order", ["up", "Ascend", ""])
def test_an_order_is_one_of_two_words_or_the_name_of_a_value_list(club: Club, order: str) -> None:
    assert club.find({"Key": "*"}, sort=[by("Name", order)]).status in {400, 500}


@pytest.mark.parametrize(
    "sort",
    ["Name", {"fieldName": "Name"}, ["Name"], [{}], [{"sortOrder": "ascend"}], [by("Name") | {"more": "x"}]],
)
def test_a_sort_in_another_form_is_refused(club: Club, sort: object) -> None:
    assert club.find({"Key": "*"}, sort=sort).refusal == (400, "960")
    assert club.range(_sort=sort).refusal == (400, "960")
