from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server.client import Client

PAIRS = ("person_addresses::City", "person_addresses::Zip")


@pytest.fixture
def crowd(client: Client) -> list[str]:
    """Make a hundred and five people."""
    return [client.create({"Name": f"n{number:03d}", "Code": str(number)}) for number in range(105)]


def with_addresses(client: Client, *rows: tuple[str, str], **fields: str) -> str:
    portal = [dict(zip(PAIRS, row, strict=True)) for row in rows]
    return client.create({"Name": "Ann", "Code": "ann", **fields}, portalData={"Addresses": portal})


def rows_of(
    answer_record: dict[str, dict[str, list[dict[str, str]]]], portal: str = "Addresses"
) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in PAIRS) for row in answer_record["portalData"][portal]]


class TestOneRecord:
    def test_members_come_in_filemakers_order(self, client: Client) -> None:
        record_id = with_addresses(client, ("Oslo", "1"))
        answer = client.get(record_id)
        assert list(answer.response) == ["dataInfo", "data"]
        assert answer.response["dataInfo"] == {
            "database": "people",
            "layout": "person",
            "table": "person",
            "totalRecordCount": 1,
            "foundCount": 1,
            "returnedCount": 1,
        }
        assert list(answer.record) == ["fieldData", "portalData", "recordId", "modId", "portalDataInfo"]
        assert (answer.record["recordId"], answer.record["modId"]) == (record_id, "0")
        row = answer.record["portalData"]["Addresses"][0]
        assert list(row) == [
            "recordId",
            "person_addresses::City",
            "person_addresses::Zip",
            "person_addresses::Since(1)",
            "person_addresses::Since(2)",
            "city_info::Population",
            "modId",
        ]

    def test_repetitions_are_numbered_and_empty_is_empty_text(self, client: Client) -> None:
        fields = client.fields(client.create({"Phone(2)": "2", "Phone": "1", "Code": "x"}))
        assert [fields[f"Phone({number})"] for number in (1, 2, 3)] == ["1", "2", ""]
        assert fields["Born"] == fields["Size"] == fields["Name"] == ""

    @pytest.mark.parametrize("record_id", ["9", "0", "-1", "abc", "1.5", "9" * 40, "%C2%B2"])
    def test_a_record_that_is_not_there_is_101(self, client: Client, record_id: str) -> None:
        answer = client.get(record_id)
        assert (answer.status, answer.code, answer.message) == (500, 101, "Record is missing")

    def test_dates_are_shown_in_the_form_asked_for(self, client: Client) -> None:
        record_id = client.create(
            {"Born": "2/9/2000", "Seen": "2/9/2000 8:00", "Run": "30:00:00", "Code": "x"}
        )
        for dateformats in ("0", "1"):
            fields = client.fields(record_id, dateformats=dateformats)
            assert (fields["Born"], fields["Seen"]) == ("02/09/2000", "02/09/2000 08:00:00")
        fields = client.fields(record_id, dateformats="2")
        assert (fields["Born"], fields["Seen"], fields["Run"]) == (
            "2000-02-09",
            "2000-02-09 08:00:00",
            "30:00:00",
        )
        assert client.get(record_id, dateformats="3").code == 960

    def test_the_answer_can_come_on_another_layout_of_the_table(self, client: Client) -> None:
        record_id = client.create({"Name": "Ann", "Code": "x"})
        answer = client.get(record_id, **{"layout.response": "plain"})
        assert list(answer.record["fieldData"]) == ["Name", "Size"]
        assert answer.response["dataInfo"]["layout"] == "plain"
        assert client.get(record_id, **{"layout.response": "address"}).code == 105
        assert client.get(record_id, **{"layout.response": "none"}).code == 105

    def test_a_layout_without_portals_shows_none(self, client: Client) -> None:
        client.layout = "plain"
        record = client.get(client.create({}, options={"entrymode": "script"})).record
        assert (record["portalData"], record["portalDataInfo"]) == ({}, [])


class TestRange:
    def test_a_hundred_records_come_when_nothing_is_said(self, client: Client, crowd: list[str]) -> None:
        response = client.call("GET", "records").response
        counts = [response["dataInfo"][name] for name in ("totalRecordCount", "foundCount", "returnedCount")]
        assert counts == [105, 105, 100]
        assert [record["recordId"] for record in response["data"]] == crowd[:100], "in the order of creation"

    def test_limit_and_offset_count_from_one(self, client: Client, crowd: list[str]) -> None:
        records = client.call("GET", "records", _offset=100, _limit="3").records
        assert [record["recordId"] for record in records] == crowd[99:102]
        assert len(client.call("GET", "records", _limit=10**18).records) == 105
        assert len(client.call("GET", "records", _limit=10**28).records) == 105

    @pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", ""])
    def test_limits_that_are_no_counts_are_refused(self, client: Client, value: str) -> None:
        for name in ("_limit", "_offset"):
            answer = client.call("GET", "records", **{name: value})
            assert (answer.status, answer.code) == (400, 960)

    def test_an_empty_table_is_an_error_only_with_an_offset(self, client: Client) -> None:
        assert client.call("GET", "records").response["data"] == []
        answer = client.call("GET", "records", _offset=1)
        assert (answer.status, answer.code) == (500, 101)

    def test_an_offset_beyond_the_end_is_101(self, client: Client, crowd: list[str]) -> None:
        assert client.call("GET", "records", _offset=106).code == 101

    def test_it_is_sorted_on_several_fields(self, client: Client) -> None:
        for code, (name, size) in enumerate([("b", "2"), ("B", "10"), ("a", ""), ("", "1"), ("á", "-3")]):
            client.create({"Name": name, "Size": size, "Code": str(code)})
        sort = [{"fieldName": "Name", "sortOrder": "descend"}, {"fieldName": "size"}]
        records = client.call("GET", "records", _sort=sort).records
        assert [(one["fieldData"]["Name"], one["fieldData"]["Size"]) for one in records] == [
            ("b", 2),
            ("B", 10),
            ("a", ""),
            ("á", -3),
            ("", 1),
        ]

    @pytest.mark.parametrize(
        ("sort", "code"),
        [
            ([{"fieldName": "None"}], 102),
            ([{"fieldName": "Name", "sortOrder": "up"}], 404),
            ([{"fieldname": "Name"}], 960),
            ({"fieldName": "Name"}, 960),
            ("x", 960),
            ([1], 960),
            ([{"fieldName": "Name", "x": 1}], 960),
        ],
    )
    def test_a_wrong_sort_order_is_refused(self, client: Client, sort: object, code: int) -> None:
        assert client.call("GET", "records", _sort=sort).code == code

    def test_it_is_sorted_by_the_first_related_record(self, client: Client) -> None:
        for code, cities in enumerate([["Oslo", "Aas"], ["Bergen"], []]):
            rows = [{"person_addresses::City": city} for city in cities]
            client.create({"Name": str(code), "Code": str(code)}, portalData={"Addresses": rows})
        sort = [{"fieldName": "person_addresses::City"}]
        assert client.call("GET", "records", _sort=sort).column("Name") == ["2", "1", "0"]


class TestPortals:
    def test_a_portal_is_sorted_as_the_layout_says(self, client: Client) -> None:
        record = client.get(
            with_addresses(client, ("Oslo", "1"), ("Bergen", "1"), ("Bergen", "2"), ("", "9"))
        ).record
        assert rows_of(record) == [("", "9"), ("Bergen", "2"), ("Bergen", "1"), ("Oslo", "1")]

    def test_counts_and_object_names(self, client: Client) -> None:
        info = client.get(with_addresses(client, ("Oslo", "1"), ("Oslo", "2"))).record["portalDataInfo"]
        assert info == [
            {
                "portalObjectName": "Addresses",
                "database": "people",
                "table": "person_addresses",
                "foundCount": 2,
                "returnedCount": 2,
            },
            {"database": "people", "table": "person_visits", "foundCount": 0, "returnedCount": 0},
        ]
        assert next(iter(info[0])) == "portalObjectName"

    def test_fifty_rows_come_when_nothing_is_said(self, client: Client) -> None:
        record = client.get(with_addresses(client, *[("Oslo", str(number)) for number in range(60)])).record
        assert len(record["portalData"]["Addresses"]) == 50
        assert (
            record["portalDataInfo"][0] | {"foundCount": 60, "returnedCount": 50}
            == record["portalDataInfo"][0]
        )

    @pytest.mark.parametrize("name", ["Addresses", "person_addresses"])
    def test_rows_can_be_limited_by_either_name(self, client: Client, name: str) -> None:
        record_id = with_addresses(client, *[("Oslo", str(number)) for number in range(5)])
        record = client.get(record_id, **{f"_limit.{name}": 2, f"_offset.{name}": 3}).record
        assert [row[1] for row in rows_of(record)] == ["2", "1"]
        assert record["portalDataInfo"][0]["foundCount"] == 5
        record = client.get(record_id, **{f"_offset.{name}": 6}).record
        assert (rows_of(record), record["portalDataInfo"][0]["foundCount"]) == ([], 5)
        found = client.find({"Name": "Ann"}, **{f"limit.{name}": 1, f"offset.{name}": "5"}).record
        assert [row[1] for row in rows_of(found)] == ["0"]

    def test_a_find_takes_portal_limits_in_its_query_too(self, client: Client) -> None:
        with_addresses(client, ("Oslo", "1"), ("Oslo", "2"))
        record = client.call("POST", "_find", {"query": [{"Name": "Ann"}]}, **{"_limit.Addresses": 1}).record
        assert len(record["portalData"]["Addresses"]) == 1

    def test_limits_of_an_unknown_portal_are_unknown_parameters(self, client: Client) -> None:
        assert (
            client.call("GET", "records", **{"_limit.None": 1}).message == "Unknown parameter(s): _limit.None"
        )

    @pytest.mark.parametrize(
        ("portal", "shown"),
        [
            ([], []),
            (["Addresses"], ["Addresses"]),
            (["person_addresses"], ["Addresses"]),
            ("person_visits", ["person_visits"]),
            ("Addresses,person_visits", ["Addresses", "person_visits"]),
            (["x"], []),
        ],
    )
    def test_only_the_portals_asked_for_come(self, client: Client, portal: object, shown: list[str]) -> None:
        record = client.get(with_addresses(client, ("Oslo", "1")), portal=portal).record
        assert list(record["portalData"]) == shown
        assert len(record["portalDataInfo"]) == len(shown)

    @pytest.mark.parametrize("portal", ["person_addresses", "Sorted"])
    def test_of_two_portals_on_one_occurrence_the_one_asked_for_comes(
        self, client: Client, portal: str
    ) -> None:
        record_id = with_addresses(client, ("Oslo", "1"))
        client.layout = "twice"
        assert list(client.get(record_id, portal=[portal]).record["portalData"]) == [portal]

    def test_a_portal_without_scrolling_shows_its_rows_only(self, client: Client) -> None:
        record_id = with_addresses(client, ("a", "1"), ("b", "2"), ("c", "3"))
        client.layout = "short"
        record = client.get(record_id).record
        assert [row["person_addresses::City"] for row in record["portalData"]["person_addresses"]] == [
            "a",
            "b",
        ]
        assert record["portalDataInfo"][0]["returnedCount"] == 2
        record = client.get(record_id, **{"_offset.person_addresses": 2}).record
        assert [row["person_addresses::City"] for row in record["portalData"]["person_addresses"]] == ["b"]

    def test_a_farther_occurrence_shows_its_first_related_record(self, client: Client) -> None:
        record_id = with_addresses(client, ("OSLO", "1"), ("Bergen", "2"))
        client.layout = "city"
        for population in ("700000", "2"):
            client.create({"Name": "Oslo", "Population": population})
        client.layout = "person"
        rows = client.get(record_id).record["portalData"]["Addresses"]
        assert [row["city_info::Population"] for row in rows] == ["", 700000]

    def test_related_fields_on_the_layout_show_the_first_related_record(self, client: Client) -> None:
        record_id = with_addresses(client, ("Oslo", "1"), ("Aas", "2"))
        other = client.create({"Code": "other"})
        client.layout = "options"
        assert client.fields(record_id)["person_addresses::City"] == "Oslo"
        assert client.fields(other)["person_addresses::City"] == ""


VALUES = st.dictionaries(
    st.sampled_from(["Name", "Note", "Phone(1)", "Phone(3)"]), st.text(max_size=20), min_size=1
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=VALUES)
def test_what_is_written_is_read_and_written_again_unchanged(client: Client, values: dict[str, str]) -> None:
    record_id = client.create(values, options={"entrymode": "script"})
    read = client.fields(record_id)
    assert {name: read[name] for name in values} == values
    client.edit(record_id, fieldData={name: read[name] for name in values})
    assert client.fields(record_id) == read
