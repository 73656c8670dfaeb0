"""5.1. Find requests: what a query means."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conformance.asking import Club, Host

pytest_plugins = ["conformance.asking"]

YEAR, AMOUNT, PLAN, PRICE = "payments::Year", "payments::Amount", "payments::Plan", "plans::Price"
ALL = ["Ann", "Bob", "Cid", "Dan"]


@pytest.fixture(scope="module")
def four(club_host: Host) -> Iterator[Club]:
    """Make four members with scores, phones and payments, for tests that read only."""
    with club_host.club() as club:
        club.rows(
            "Member",
            {"Key": "a", "Name": "Ann", "Score": 1, "Phones": ["1", "2"], "Note": "x"},
            {"Key": "b", "Name": "Bob", "Score": 2, "Phones": ["", "1"], "Note": "x", "Hidden": "here"},
            {"Key": "c", "Name": "Cid", "Score": 3},
            {"Key": "d", "Name": "Dan"},
        )
        club.rows(
            "Payment",
            {"MemberKey": "a", "Year": 2024, "Amount": 1},
            {"MemberKey": "a", "Year": 2025, "Amount": 2, "Plan": "big"},
            {"MemberKey": "b", "Year": 2024, "Amount": 2, "Plan": "small", "Notes": ["", "cash"]},
        )
        club.rows("Plan", {"Name": "big", "Price": 50}, {"Name": "small", "Price": 5})
        yield club


@pytest.fixture
def club(four: Club, club_host: Host) -> Club:
    club_host.serve(four.app)
    return four


def test_the_members_of_a_request_must_all_be_met(club: Club) -> None:
    assert club.found({"Name": "A", "Score": "1"}) == ["Ann"]
    assert club.found({"Name": "A", "Score": "2"}) == []


def test_requests_add_up(club: Club) -> None:
    assert club.found({"Name": "Cid"}, {"Name": "Ann"}) == ["Ann", "Cid"]


def test_a_record_that_several_requests_find_is_there_once(club: Club) -> None:
    assert club.found({"Name": "Ann"}, {"Score": "<3"}) == ["Ann", "Bob"]


@pytest.mark.parametrize("omit", ["true", True])
def test_an_omit_takes_away_what_was_found_before(club: Club, omit: object) -> None:
    assert club.found({"Score": "*"}, {"Score": "2", "omit": omit}) == ["Ann", "Cid"]


@pytest.mark.parametrize("omit", ["false", False])
def test_omit_may_be_said_to_be_false(club: Club, omit: object) -> None:
    assert club.found({"Score": "2", "omit": omit}) == ["Bob"]


@pytest.mark.parametrize("omit", ["yes", 1, None, []])
def test_omit_is_no_other_value(club: Club, omit: object) -> None:
    assert club.find({"Score": "2", "omit": omit}).refusal == (400, "960")


def test_a_find_after_an_omit_may_add_again(club: Club) -> None:
    assert club.found({"Score": "*"}, {"Score": "2", "omit": "true"}, {"Name": "Bob"}) == ALL[:3]


def test_omits_alone_take_away_from_all_records(club: Club) -> None:
    assert club.found({"Score": "2", "omit": "true"}) == ["Ann", "Cid", "Dan"]
    assert club.found({"Score": "2", "omit": "true"}, {"Score": "=", "omit": "true"}) == ["Ann", "Cid"]


def test_an_omit_in_first_place_takes_away_from_all_records(club: Club) -> None:
    assert club.found({"Score": ">1", "omit": "true"}, {"Name": "Cid"}) == ["Ann", "Cid", "Dan"]


def test_without_a_sort_records_come_in_the_order_of_creation(club: Club) -> None:
    assert club.found({"Name": "Dan"}, {"Name": "Ann"}, {"Name": "Cid"}) == ["Ann", "Cid", "Dan"]


@pytest.mark.parametrize(
    "query",
    [[], [{}], [{"Name": ""}], [{"Name": "", "Score": ""}], [{"Name": "Ann"}, {}], [{"omit": "true"}]],
)
def test_without_criteria_the_code_is_400(club: Club, query: list[object]) -> None:
    answer = club.find(*query)
    assert answer.code == "400"
    assert answer.messages[0]["message"] == "Find criteria are empty"


def test_an_empty_criterion_beside_another_is_none(club: Club) -> None:
    assert club.found({"Name": "Ann", "Score": ""}) == ["Ann"]


def test_a_criterion_may_be_a_number(club: Club) -> None:
    assert club.found({"Score": 2}) == ["Bob"]
    assert club.found({"Score": 2.0}) == ["Bob"]


@pytest.mark.parametrize("value", [None, True, [], {}])
def test_a_criterion_is_nothing_else(club: Club, value: object) -> None:
    assert club.find({"Name": value}).refusal == (400, "960")


@pytest.mark.parametrize("body", [{}, {"query": {}}, {"query": "x"}, {"query": ["x"]}, {"query": None}])
def test_a_query_is_an_array_of_objects(club: Club, body: object) -> None:
    assert club.call("POST", "_find", body).refusal == (400, "960")


def test_related_and_portal_fields_find_parents_with_a_matching_row(club: Club) -> None:
    assert club.found({YEAR: "2024"}) == ["Ann", "Bob"]
    assert club.found({YEAR: "2025"}) == ["Ann"]
    assert club.on("rules").found({YEAR: "2024"}) == ["Ann", "Bob"]


def test_fields_of_farther_occurrences_find_parents_too(club: Club) -> None:
    assert club.found({PRICE: ">10"}) == ["Ann"]


def test_criteria_on_one_portal_are_met_by_one_row(club: Club) -> None:
    assert club.found({YEAR: "2024", AMOUNT: "2"}) == ["Bob"]


def test_a_repetition_is_named_by_its_number(club: Club) -> None:
    assert club.found({"Phones(1)": "1"}) == ["Ann"]
    assert club.found({"Phones(2)": "1"}) == ["Bob"]


def test_a_repetition_of_a_portal_field_is_named_by_its_number_too(club: Club) -> None:
    assert club.found({"payments::Notes(2)": "cash"}) == ["Bob"]
    assert club.find({"payments::Notes(1)": "cash"}).refusal == (500, "401")


def test_an_omit_of_a_related_field_takes_away_parents_with_a_matching_row(club: Club) -> None:
    assert club.found({"Name": "*"}, {YEAR: "2024", "omit": "true"}) == ["Cid", "Dan"]


def test_fields_of_a_layout_are_found_also_with_their_occurrence(club: Club) -> None:
    assert club.found({"member::Name": "Ann"}) == ["Ann"]


@pytest.mark.parametrize("name", ["Hidden", "Nothing", "payments::MemberKey", "Dues::Year"])
def test_fields_that_are_not_on_the_layout_are_missing(club: Club, name: str) -> None:
    answer = club.find({"Name": "Bob", name: "here"})
    assert answer.refusal == (500, "102")


def test_a_global_field_is_no_criterion(club: Club) -> None:
    assert club.find({"Motto": "kept"}).refusal == (500, "408")


def test_a_summary_is_no_criterion(club: Club) -> None:
    assert club.on("odd").find({"Sum": "6"}).status == 500


def test_a_calculation_is_a_criterion(club: Club) -> None:
    assert club.found({"Twice": "4"}) == ["Bob"]
    assert club.on("odd").found({"Payments": "2"}) == ["Ann"]


def test_nothing_found_is_an_error_with_the_code_401(club: Club) -> None:
    answer = club.find({"Name": "Zoe"})
    assert answer.refusal == (500, "401")
    assert answer.text == (
        '{"messages":[{"code":"401","message":"No records match the request"}],"response":{}}'
    )


def test_an_offset_beyond_the_end_finds_nothing(club: Club) -> None:
    assert club.find({"Score": "*"}, offset=4).refusal == (500, "401")
    assert club.find({"Score": "*"}, offset=3).column("Name") == ["Cid"]


@pytest.mark.parametrize("spelling", [2, "2"])
def test_offset_and_limit_are_numbers_or_strings(club: Club, spelling: object) -> None:
    assert club.found({"Name": "*"}, offset=spelling, limit=spelling) == ["Bob", "Cid"]


@pytest.mark.parametrize("name", ["offset", "limit", "offset.Dues", "limit.Dues"])
@pytest.mark.parametrize("number", [0, -1, "many", 1.5, None, True])
def test_offset_and_limit_are_whole_numbers_from_one(club: Club, name: str, number: object) -> None:
    assert club.find({"Name": "*"}, **{name: number}).refusal == (400, "960")


def test_a_hundred_records_come_when_nothing_is_said(club_host: Host) -> None:
    with club_host.club() as many:
        many.rows("Member", *[{"Score": number} for number in range(120)])
        info = many.find({"Score": "*"}).response["dataInfo"]
        assert (info["foundCount"], info["returnedCount"]) == (120, 100)
        assert len(many.find({"Score": "*"}, limit=110).ids) == 110


@pytest.mark.parametrize("limit", [10**18, str(10**18)])
def test_huge_limits_are_taken(club: Club, limit: object) -> None:
    assert club.found({"Name": "*"}, limit=limit) == ALL


@pytest.mark.parametrize("name", ["_offset", "_limit", "_sort", "_limit.Dues", "Query", "anything"])
def test_what_a_find_does_not_know_is_named_in_the_refusal(club: Club, name: str) -> None:
    answer = club.find({"Name": "Ann"}, **{name: 1})
    assert answer.refusal == (400, "960")
    assert answer.text == (
        f'{{"messages":[{{"message":"Unknown parameter(s): {name}","code":"960"}}],"response":{{}}}}'
    )


def test_several_unknown_names_are_separated_by_commas(club: Club) -> None:
    answer = club.find({"Name": "Ann"}, _limit=1, _offset=1)
    assert answer.messages[0]["message"] == "Unknown parameter(s): _limit, _offset"


def test_another_layout_answers_while_criteria_are_those_of_the_first(club: Club) -> None:
    answer = club.find({YEAR: "2025"}, **{"layout.response": "slim"})
    assert answer.fields == {"Name": "Ann", "Score": 1}
    assert club.on("slim").find({YEAR: "2025"}, **{"layout.response": "member"}).refusal == (500, "102")


@pytest.mark.parametrize("layout", ["payment", "no such layout"])
def test_the_answering_layout_must_be_there_and_have_the_same_base_table(club: Club, layout: str) -> None:
    assert club.find({"Name": "Ann"}, **{"layout.response": layout}).status == 500


def test_records_that_the_account_may_not_see_are_not_found(club: Club) -> None:
    junior = club.with_another_session("junior", "look")
    assert junior.found({"Score": "*"}) == ["Bob", "Cid"]
    assert junior.found({"Score": "3", "omit": "true"}) == ["Bob"]
    assert junior.find({"Name": "Ann"}).refusal == (500, "401")


def test_a_range_counts_the_records_that_the_account_may_see(club: Club) -> None:
    info = club.with_another_session("junior", "look").range().response["dataInfo"]
    assert (info["foundCount"], info["returnedCount"]) == (2, 2)
