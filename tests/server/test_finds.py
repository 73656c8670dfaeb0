from __future__ import annotations

import pytest
from server.client import Client

CITY = "person_addresses::City"
ZIP = "person_addresses::Zip"


@pytest.fixture
def four(client: Client) -> Client:
    """Make four people with sizes and addresses."""
    for name, size, rows in [
        ("Ann", "1", [("Oslo", "1"), ("Bergen", "2")]),
        ("Bob", "2", [("Oslo", "2")]),
        ("Cid", "3", []),
        ("Dan", "", [("", "3")]),
    ]:
        portal = [{CITY: city, ZIP: code} for city, code in rows]
        client.create({"Name": name, "Code": name, "Size": size}, portalData={"Addresses": portal})
    return client


class TestRequests:
    def test_criteria_of_one_request_must_all_be_met(self, four: Client) -> None:
        assert four.names({"Name": "A*", "Size": "1"}) == ["Ann"]
        assert four.names({"Name": "A*", "Size": "2"}) == []

    def test_requests_add_up_without_duplicates_in_the_order_of_creation(self, four: Client) -> None:
        assert four.names({"Size": ">1"}, {"Name": "Ann"}, {"Size": "3"}) == ["Ann", "Bob", "Cid"]

    def test_an_omit_takes_away_and_a_later_find_adds_again(self, four: Client) -> None:
        omit = {"Size": "2", "omit": "true"}
        assert four.names({"Size": "*"}, omit) == ["Ann", "Cid"]
        assert four.names({"Size": "*"}, omit, {"Name": "Bob"}) == ["Ann", "Bob", "Cid"]

    @pytest.mark.parametrize("flag", ["true", "True", True])
    def test_only_omits_take_away_from_all_records(self, four: Client, flag: object) -> None:
        assert four.names({"Size": "2", "omit": flag}) == ["Ann", "Cid", "Dan"], "empty is not 2"

    @pytest.mark.parametrize("flag", ["false", False])
    def test_omit_can_be_false(self, four: Client, flag: object) -> None:
        assert four.names({"Size": "2", "omit": flag}) == ["Bob"]

    def test_an_omit_in_first_place_begins_with_all_records(self, four: Client) -> None:
        assert four.names({"Size": "2", "omit": "true"}, {"Name": "Bob"}) == ["Ann", "Bob", "Cid", "Dan"]

    def test_criteria_may_be_numbers(self, four: Client) -> None:
        assert four.names({"Size": 2}) == ["Bob"]
        assert four.names({"Size": 2.0}) == ["Bob"]

    def test_many_requests_are_no_problem(self, four: Client) -> None:
        assert four.names(*[{"Size": str(number)} for number in range(2, 3000)]) == ["Bob", "Cid"]
        mixed = [{"Size": "1", "omit": "true" if number % 2 else "false"} for number in range(500)]
        assert four.names(*mixed) == []

    def test_nothing_found_is_401(self, four: Client) -> None:
        answer = four.find({"Name": "Zoe"})
        assert (answer.status, answer.code, answer.message) == (500, 401, "No records match the request")

    @pytest.mark.parametrize(
        "query", [[], [{}], [{"Name": ""}], [{"omit": "true"}], [{"Name": "Ann"}, {"Size": ""}]]
    )
    def test_without_criteria_it_is_400(self, four: Client, query: list[object]) -> None:
        answer = four.find(*query)
        assert (answer.status, answer.code) == (500, 400)

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"query": {}},
            {"query": "x"},
            {"query": [1]},
            {"query": [{"Name": None}]},
            {"query": [{"Name": ["x"]}]},
            {"query": [{"Name": "x", "omit": 1}]},
            {"query": [{"Name": "x", "omit": "yes"}]},
        ],
    )
    def test_a_query_of_another_form_is_refused(self, four: Client, body: object) -> None:
        answer = four.call("POST", "_find", body)
        assert (answer.status, answer.code) == (400, 960)

    @pytest.mark.parametrize(
        "name", ["Nothing", "Made", "Phone(4)", "Phone(0)", "city_info::Name", "Addresses::City"]
    )
    def test_fields_that_are_not_on_the_layout_are_102(self, four: Client, name: str) -> None:
        answer = four.find({name: "x"})
        assert (answer.status, answer.code, answer.message) == (500, 102, "Field is missing")

    def test_global_fields_are_no_criteria(self, four: Client) -> None:
        assert four.find({"Setting": "x"}).code == 408

    def test_field_names_ignore_case_and_keep_the_schemas_spelling(self, four: Client) -> None:
        assert four.names({"nAmE": "Ann"}) == ["Ann"]
        assert four.names({"person::name": "Ann"}) == ["Ann"]


class TestPages:
    def test_counts_are_of_the_found_set(self, four: Client) -> None:
        info = four.find({"Size": "*"}, limit=2, offset="2").response["dataInfo"]
        assert [info[name] for name in ("totalRecordCount", "foundCount", "returnedCount")] == [4, 3, 2]

    def test_limit_and_offset(self, four: Client) -> None:
        assert four.names({"Size": "*"}, limit=1, offset=2) == ["Bob"]
        assert four.names({"Size": "*"}, offset="3") == ["Cid"]
        assert four.find({"Size": "*"}, offset=4).code == 401
        assert four.find({"Size": "*"}, offset=0).code == 960

    def test_sort(self, four: Client) -> None:
        sort = [{"fieldName": "Size", "sortOrder": "descend"}]
        assert four.names({"Name": "*"}, sort=sort) == ["Cid", "Bob", "Ann", "Dan"]
        assert four.names({"Name": "*"}, sort=[{"fieldName": "Size"}]) == ["Dan", "Ann", "Bob", "Cid"], (
            "empty first"
        )
        assert four.names({"Name": "*"}, sort=[{"fieldName": "Setting"}]) == ["Ann", "Bob", "Cid", "Dan"]
        assert four.find({"Name": "*"}, sort=[{"fieldName": "x"}]).code == 102

    def test_the_answer_can_come_on_another_layout(self, four: Client) -> None:
        answer = four.find({CITY: "Bergen"}, **{"layout.response": "plain"})
        assert answer.record["fieldData"] == {"Name": "Ann", "Size": 1}


class TestRelated:
    def test_a_portal_field_finds_parents_with_some_matching_row(self, four: Client) -> None:
        assert four.names({CITY: "oslo"}) == ["Ann", "Bob"]
        assert four.names({CITY: "berg"}) == ["Ann"]
        assert four.names({CITY: "oslo", "omit": "true"}) == ["Cid", "Dan"]

    def test_criteria_on_one_portal_are_met_by_the_same_row(self, four: Client) -> None:
        assert four.names({CITY: "Oslo", ZIP: "2"}) == ["Bob"]
        assert four.names({CITY: "Oslo", ZIP: "2", "Name": "Ann"}) == []

    def test_empty_means_a_row_with_an_empty_field(self, four: Client) -> None:
        assert four.names({CITY: "="}) == ["Dan"]
        assert four.names({CITY: "*"}) == ["Ann", "Bob"]

    def test_a_farther_occurrence_is_found_through_the_portal(self, four: Client) -> None:
        four.layout = "city"
        four.create({"Name": "bergen", "Population": "280000"})
        four.layout = "person"
        assert four.names({"city_info::Population": ">1000"}) == ["Ann"]

    def test_duplicates_are_those_of_the_related_table(self, four: Client) -> None:
        assert four.names({CITY: "!"}) == ["Ann", "Bob"]


class TestRepetitions:
    @pytest.fixture(autouse=True)
    def _phones(self, client: Client) -> None:
        for name, phones in [("both", ("1", "2", "")), ("second", ("", "1", "")), ("none", ("", "", ""))]:
            fields = {f"Phone({number})": phone for number, phone in enumerate(phones, 1)}
            client.create({"Name": name, "Code": name, **fields})

    def test_the_plain_name_searches_all_of_them(self, client: Client) -> None:
        assert client.names({"Phone": "1"}) == ["both", "second"]
        assert client.names({"Phone": "*"}) == ["both", "second"]

    def test_a_number_names_one(self, client: Client) -> None:
        assert client.names({"Phone(2)": "1"}) == ["second"]
        assert client.names({"Phone(1)": "1"}) == ["both"]

    def test_empty_means_that_all_of_them_are(self, client: Client) -> None:
        assert client.names({"Phone": "="}) == ["none"]
        assert client.names({"Phone(1)": "="}) == ["second", "none"]
