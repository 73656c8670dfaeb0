"""What layouts say about their fields, and what their objects make of records."""

from __future__ import annotations

import copy
import tomllib
from dataclasses import replace
from typing import Any

import pytest
from server.client import BASE, basic
from server.club import CLUB, Member

from fmorm.server import App, Request, Schema, SchemaError, load_schema
from fmorm.server.schema.parts import Layout, Placed, SummaryOf, Validation


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load_schema(CLUB)


@pytest.fixture
def club(app: App) -> Member:
    return Member(app, layout="member")


def fields_of(club: Member, layout: str) -> list[Any]:
    return list(club.metadata(layout).response["fieldMetaData"])


def test_a_field_is_written_with_its_members_in_filemakers_order(club: Member) -> None:
    assert (
        '{"name":"Name","type":"normal","displayType":"editText","result":"text","global":false,"autoEnter":true,'
        '"fourDigitYear":false,"maxRepeat":1,"maxCharacters":0,"notEmpty":true,"numeric":false,"timeOfDay":false,'
        '"repetitionStart":1,"repetitionEnd":1}'
    ) in club.metadata("member").text


def test_a_value_list_is_named_after_the_result(club: Member) -> None:
    assert (
        '{"name":"Kind","type":"normal","displayType":"radioButtons","result":"text","valueList":"Kinds","global":false,'
    ) in club.metadata("member").text


def test_objects_are_described_in_their_order_and_as_often_as_they_are_there(club: Member) -> None:
    assert [field["name"] for field in fields_of(club, "member")] == [
        *("Name", "Phones", "Phones", "", "Kind", "Kind", "Seen", "Photo", "Motto", "fees::Year")
    ]


def test_each_object_has_its_own_way_to_show(club: Member) -> None:
    assert [field["displayType"] for field in fields_of(club, "member")] == [
        *("editText", "editText", "editText", "editText", "radioButtons", "popupMenu"),
        *("editText", "editText", "secureText", "popupList"),
    ]
    (_, paid, _) = club.metadata("member").response["portalMetaData"]["Fees"]
    assert (paid["name"], paid["displayType"]) == ("fees::Paid", "calendar")


def test_results_are_spelt_as_filemaker_does(club: Member) -> None:
    assert {field["name"]: field["result"] for field in fields_of(club, "member")} == {
        **dict.fromkeys(("Name", "Phones", "Kind", "Motto"), "text"),
        "Seen": "timeStamp",
        "Photo": "container",
        "fees::Year": "number",
        "": "invalid",
    }


def test_a_deleted_field_is_invalid_and_an_empty_member(club: Member) -> None:
    missing = fields_of(club, "member")[3]
    assert (missing["name"], missing["type"], missing["result"]) == ("", "invalid", "invalid")
    assert (missing["global"], missing["maxRepeat"]) == (False, 1)
    fields = club.fields("1")
    assert fields[""] == ""
    row = club.get("1").record["portalData"]["Fees"][0]
    assert list(row) == ["recordId", "fees::Year", "fees::Paid", "", "modId"]


@pytest.mark.parametrize("name", ["", "<Field Missing>"])
def test_a_deleted_field_cannot_be_named(club: Member, name: str) -> None:
    assert club.edit("1", fieldData={name: "x"}).code == 102
    assert club.find({name: "x"}).code == 102


def test_the_repetitions_that_an_object_shows_are_those_of_the_record(club: Member) -> None:
    shown = [
        (one["repetitionStart"], one["repetitionEnd"], one["maxRepeat"]) for one in fields_of(club, "member")
    ]
    assert shown[1:3] == [(2, 3, 4), (1, 1, 4)]
    fields = club.fields("1")
    assert {name: value for name, value in fields.items() if name.startswith("Phones")} == {
        "Phones(2)": "2",
        "Phones(3)": "3",
        "Phones": "1",
    }
    club.edit("1", fieldData={"Phones(3)": "33", "Phones": "11"})
    assert [club.fields("1")[name] for name in ("Phones(2)", "Phones(3)", "Phones")] == ["2", "33", "11"]


def test_a_field_that_is_there_twice_is_one_member(club: Member) -> None:
    assert club.get("1").text.count('"Kind":') == 1


def test_a_layout_without_value_lists_has_no_such_member(club: Member) -> None:
    assert list(club.metadata("plain").response) == ["fieldMetaData", "portalMetaData"]
    assert list(club.metadata("member").response) == ["fieldMetaData", "portalMetaData", "valueLists"]


def test_a_layout_without_portals_has_an_empty_object(club: Member) -> None:
    assert '"portalMetaData":{}' in club.metadata("lists").text


def test_the_old_form_has_its_flags_as_texts(club: Member) -> None:
    fields = club.call("GET", "metadata").response["metaData"]
    assert (
        '{"metaData":[{"name":"Name","type":"normal","result":"text","global":"false","repetitions":1},'
        in (club.call("GET", "metadata").text)
    )
    assert fields[1]["repetitions"] == 4
    assert [one["name"] for one in fields if one["global"] == "true"] == ["Motto"]
    assert [one["valueList"] for one in fields if "valueList" in one] == ["Kinds", "Kinds", "Own Years"]


def looked_at(schema: Schema, **options: Any) -> Schema:
    """Give the schema with other options of the first field of the layout `plain`."""
    layout = schema.layouts["plain"]
    kind, *others = layout.fields
    changed = Placed(kind.occurrence, replace(kind.field, **options), kind.path, kind.qualified)
    new = Layout(layout.name, layout.occurrence, (changed, *others), layout.portals, layout.names)
    return replace(schema, layouts={**schema.layouts, "plain": new})


@pytest.mark.parametrize(
    ("options", "member", "value"),
    [
        ({"calculation": "1 + 1"}, "type", "calculation"),
        ({"summary": SummaryOf("total", "Rank")}, "type", "summary"),
        ({"validation": Validation(max_length=20)}, "maxCharacters", 20),
        ({"validation": Validation(four_digit_year=True)}, "fourDigitYear", True),
        ({"validation": Validation(time_of_day=True)}, "timeOfDay", True),
        ({"validation": Validation(numeric=True)}, "numeric", True),
    ],
)
def test_options_of_fields_are_told(
    schema: Schema, options: dict[str, Any], member: str, value: object
) -> None:
    app = App(looked_at(schema, **options))
    assert fields_of(Member(app), "plain")[0][member] == value
    app.close()


class TestPortals:
    def test_rows_begin_at_the_initial_one_and_end_with_the_last_that_is_shown(self, club: Member) -> None:
        rows = club.get("1").record["portalData"]["Fees"]
        assert [row["fees::Year"] for row in rows] == [2024, 900], "2025 is above the first row"
        assert club.get("1").record["portalDataInfo"][0]["foundCount"] == 3

    def test_offsets_count_from_the_initial_row(self, club: Member) -> None:
        answer = club.get("1", **{"_offset.Fees": 2})
        assert [row["fees::Year"] for row in answer.record["portalData"]["Fees"]] == [900]
        assert club.get("1", **{"_offset.Fees": 4}).record["portalData"]["Fees"] == []

    def test_in_table_view_the_first_version_gives_one_row_only(self, club: Member) -> None:
        path = "/databases/club/layouts/member/records/1"
        counts = {
            version: len(club.call("GET", f"/fmi/data/{version}{path}").record["portalData"]["Fees"])
            for version in ("v1", "v2", "vLatest")
        }
        assert counts == {"v1": 1, "v2": 2, "vLatest": 2}
        club.layout = "plain"
        plain = club.call("GET", "/fmi/data/v1/databases/club/layouts/plain/records/1")
        assert len(plain.record["portalData"]["fees"]) == 3, "another view is no table"

    def test_what_the_layout_says_is_kept(self, schema: Schema) -> None:
        portal = schema.layouts["member"].portals[0]
        assert (portal.filter, portal.allow_delete, portal.initial) == ("fees::Year > 0", False, 2)
        assert schema.layouts["plain"].portals[0].allow_delete is True

    def test_a_portal_that_allows_no_deletion_keeps_its_rows(self, club: Member) -> None:
        assert club.edit("1", fieldData={"deleteRelated": "Fees.2"}).code == 200
        club.layout = "plain"
        assert club.edit("1", fieldData={"deleteRelated": "fees.2"}).code == 0


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"field": "Nam"}, 'layouts.plain.fields[1].field: no field "Nam"; did you mean "Name"?'),
        ({"field": "Name", "displya": "x"}, 'no setting "displya"; did you mean "display"?'),
        ({"field": "Name", "display": "popup"}, 'no display "popup"; did you mean "popup'),
        ({"field": "Kind", "values": "Kind"}, 'no value list "Kind"; did you mean "Kinds"?'),
        ({"field": "Name", "repetitions": [1, 2]}, "the field has 1 repetition(s)"),
        (
            {"field": "Phones", "repetitions": [3, 2]},
            "expected the first and the last repetition, like [1, 2]",
        ),
        ({"field": "Phones", "repetitions": [1, True]}, "expected the first and the last repetition"),
        ({}, "layouts.plain.fields[1].field: is missing"),
        (5, "layouts.plain.fields: expected a list of names, or of tables of settings"),
    ],
)
def test_a_mistake_in_an_object_names_its_place(setting: object, message: str) -> None:
    content = copy.deepcopy(tomllib.loads(CLUB.read_text(encoding="utf-8")))
    content["layouts"]["plain"]["fields"] = [setting]
    with pytest.raises(SchemaError) as caught:
        load_schema(content)
    assert message in str(caught.value)


def test_a_mistake_in_the_view_names_its_place() -> None:
    content = tomllib.loads(CLUB.read_text(encoding="utf-8"))
    content["layouts"]["plain"]["view"] = "tabel"
    with pytest.raises(SchemaError, match=r'layouts\.plain\.view: no view "tabel"; did you mean "table"\?'):
        load_schema(content)


def test_addresses_of_the_server_are_encrypted_where_the_request_was(app: App) -> None:
    headers = {"authorization": basic("api", "secret"), "host": "fm.example.com"}
    begun = {**headers, "x-fms-return-url": "https://app.example.com/"}
    reply = app.handle(Request("POST", f"{BASE}/databases/club/sessions", headers, scheme="https"))
    assert reply.status == 200
    assert app.requests[-1][0].scheme == "https"
    assert app.handle(Request("GET", "/oauth/getoauthurl?provider=x", begun, scheme="https")).status == 400


@pytest.mark.parametrize(
    ("name", "told"), [("fees", '{"portalObjectName":"fees",'), ("", '{"database":"club",')]
)
def test_a_portal_may_have_the_name_of_its_occurrence(name: str, told: str) -> None:
    content = tomllib.loads(CLUB.read_text(encoding="utf-8"))
    content["layouts"]["plain"]["portals"]["fees"]["name"] = name
    app = App(load_schema(content))
    assert f'"portalDataInfo":[{told}' in Member(app, layout="plain").get("1").text
    app.close()


def test_portals_of_one_name_are_members_of_one_name() -> None:
    content = tomllib.loads(CLUB.read_text(encoding="utf-8"))
    content["layouts"]["plain"]["portals"] = {
        one: {"occurrence": "fees", "name": "Fees", "fields": fields}
        for one, fields in (("first", ["Year"]), ("second", ["Paid"]))
    }
    app = App(load_schema(content))
    club = Member(app, layout="plain")
    reply = club.get("2")
    assert (
        '"portalData":{"Fees":[{"recordId":"1","fees::Year":2024,"modId":"0"}],'
        '"Fees":[{"recordId":"1","fees::Paid":"02/01/2024","modId":"0"}]},'
    ) in reply.text
    assert len(reply.record["portalDataInfo"]) == 2
    assert club.metadata("plain").text.count('"Fees":[{"name":"fees::') == 2
    app.close()
