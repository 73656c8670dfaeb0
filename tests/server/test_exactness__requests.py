"""Requests as existing clients send them: every spelling that real servers take, and what they do not."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from server.client import BASE, Client, basic

from fmorm.server import App, Request

ADDRESSES = {"Addresses": [{"person_addresses::City": "Oslo"}, {"person_addresses::City": "Bergen"}]}


@pytest.fixture
def agnes(client: Client) -> str:
    return client.create({"Name": "Agnes", "Code": "1"}, portalData=ADDRESSES)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "records/", None),
        ("GET", "records/1/", None),
        ("POST", "records/", {"fieldData": {"Code": "2"}}),
        ("POST", "_find/", {"query": [{"Name": "Agnes"}]}),
        ("GET", "metadata/", None),
        ("GET", "/databases/people/layouts/person/", None),
        ("GET", "/databases/people/scripts/", None),
        ("PATCH", "/databases/people/globals/", {"globalFields": {}}),
        ("GET", "/validateSession/", None),
        ("GET", "/validatesession", None),
        ("GET", "/productinfo/", None),
    ],
)
def test_a_slash_at_the_end_is_taken(
    client: Client, agnes: str, method: str, path: str, body: object
) -> None:
    assert client.call(method, path, body).code == 0


@pytest.mark.parametrize("body", [b"", b"{}", b'{"fmDataSource":[]}', b" \r\n"])
def test_a_log_in_needs_no_body(client: Client, body: bytes) -> None:
    headers = {"authorization": basic("api", "secret"), "content-type": "application/json"}
    for path in ("sessions", "sessions/"):
        reply = client.app.handle(Request("POST", f"{BASE}/databases/people/{path}", headers, body))
        assert reply.status == 200


def test_a_log_in_with_the_files_own_name_as_a_source_is_taken(client: Client) -> None:
    own = {"database": "people", "username": "api", "password": "wrong"}
    assert client.log_in("api", "secret", json.dumps({"fmDataSource": [own]}).encode()).code == 0


@pytest.mark.parametrize("body", [b"", b"{}"])
@pytest.mark.parametrize("with_token", [True, False])
def test_a_log_out_needs_nothing_but_its_path(client: Client, body: bytes, with_token: bool) -> None:
    authorization = f"Bearer {client.token}" if with_token else ""
    path = f"/databases/people/sessions/{client.token}"
    assert client.send("DELETE", path, body=body, authorization=authorization).code == 0
    assert client.send("DELETE", path).code == 952


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("content_type", ["", "application/json", "text/plain"])
def test_without_a_body_no_content_type_matters(
    client: Client, agnes: str, method: str, content_type: str
) -> None:
    path = f"/databases/people/layouts/person/records/{agnes}"
    answer = client.send(method, path, authorization=f"Bearer {client.token}", content_type=content_type)
    assert answer.code == 0


class TestPaths:
    @pytest.mark.parametrize("name", ["%FF", "%C3", "a%ED%A0%80b", "%80x"])
    def test_a_name_that_is_no_utf_8_is_answered_in_filemakers_form(self, client: Client, name: str) -> None:
        for path in (f"/databases/people/layouts/{name}/records", f"/databases/{name}/sessions", f"/{name}"):
            answer = client.call("GET", path)
            assert (answer.status, answer.code) == (400, 960)

    def test_so_is_a_query(self, client: Client) -> None:
        answer = client.call("GET", "records?portal=%FF")
        assert (answer.status, answer.code) == (400, 960)

    def test_a_slash_in_a_name_is_encoded(self, client: Client) -> None:
        assert (
            client.call("GET", f"/databases/people/layouts/{quote('a/b #?% 😀', safe='')}/records").code == 0
        )

    def test_a_plus_is_one(self, client: Client) -> None:
        assert client.call("GET", "/databases/people/layouts/a%2Bb/records").code == 105
        assert client.call("GET", "script/a+b").code == 104

    @pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "TRACE", "BREW", "get"])
    @pytest.mark.parametrize("path", ["/productInfo", "/databases/people/layouts/person/records/1"])
    def test_other_methods_are_405(self, client: Client, method: str, path: str) -> None:
        answer = client.call(method, path)
        assert (answer.status, answer.code) == (405, 1704)

    def test_a_script_is_run_by_get(self, client: Client) -> None:
        assert client.call("POST", "script/x", {}).status == 405


class TestQueries:
    def test_a_plus_is_a_space(self, client: Client, agnes: str) -> None:
        client.create({"Name": "Bo", "Code": "2"})
        sort = '[+{"fieldName":+"Name",+"sortOrder":+"descend"}+]'
        answer = client.call("GET", f"/databases/people/layouts/person/records?_sort={quote(sort, safe='+')}")
        assert answer.column("Name") == ["Bo", "Agnes"]

    @pytest.mark.parametrize(
        ("portal", "keys"),
        [
            ('["Addresses"]', ["Addresses"]),
            ('["person_addresses"]', ["Addresses"]),
            ("Addresses", ["Addresses"]),
            ("Addresses, person_visits", ["Addresses", "person_visits"]),
            (' [ "person_visits" ] ', ["person_visits"]),
            ("[]", []),
            ("", []),
        ],
    )
    def test_portals_are_a_list_in_json_or_with_commas(
        self, client: Client, agnes: str, portal: str, keys: list[str]
    ) -> None:
        assert list(client.get(agnes, portal=portal).record["portalData"]) == keys

    @pytest.mark.parametrize("limit", [1, "1", "01"])
    def test_limits_and_offsets_are_numbers_or_texts(self, client: Client, agnes: str, limit: object) -> None:
        window = {"limit.Addresses": limit, "offset.Addresses": limit, "limit": limit, "offset": limit}
        rows = client.find({"Name": "Agnes"}, **window).record["portalData"]["Addresses"]
        assert [row["person_addresses::City"] for row in rows] == ["Bergen"], "they are sorted"
        query = {f"_{name}": value for name, value in window.items()}
        assert client.call("GET", "records", **query).record["portalData"]["Addresses"] == rows

    def test_a_limit_far_beyond_the_table_is_all_of_it(self, client: Client, agnes: str) -> None:
        assert len(client.find({"Name": "Agnes"}, limit=10**18).records) == 1

    @pytest.mark.parametrize("value", [0, -1, "x", "", 1.5])
    def test_other_numbers_are_refused(self, client: Client, agnes: str, value: object) -> None:
        for answer in (
            client.find({"Name": "Agnes"}, limit=value),
            client.call("GET", "records", _offset=value),
        ):
            assert (answer.status, answer.code) == (400, 960)

    def test_a_find_takes_limits_of_portals_in_its_query(self, client: Client, agnes: str) -> None:
        answer = client.call("POST", "_find", {"query": [{"Name": "Agnes"}]}, **{"_limit.Addresses": 1})
        assert len(answer.record["portalData"]["Addresses"]) == 1
        answer = client.call("POST", "_find", {"query": [{"Name": "Agnes"}]}, **{"_offset.Addresses": 2})
        assert len(answer.record["portalData"]["Addresses"]) == 1

    @pytest.mark.parametrize("query", [{"_limit": 1}, {"limit.Addresses": 1}, {"x": 1}])
    def test_it_takes_nothing_else_there(self, client: Client, agnes: str, query: dict[str, Any]) -> None:
        answer = client.call("POST", "_find", {"query": [{"Name": "Agnes"}]}, **query)
        assert answer.message == f"Unknown parameter(s): {next(iter(query))}"

    def test_underscores_have_no_place_in_its_body(self, client: Client, agnes: str) -> None:
        answer = client.find({"Name": "Agnes"}, _offset=1, **{"_limit.Addresses": 1})
        assert answer.message == "Unknown parameter(s): _offset, _limit.Addresses"

    @pytest.mark.parametrize("omit", ["true", True, "True"])
    def test_to_omit_is_a_text_or_a_flag(self, client: Client, agnes: str, omit: object) -> None:
        client.create({"Name": "Bo", "Code": "2"})
        assert client.names({"Name": "Agnes", "omit": omit}) == ["Bo"]

    def test_sorts_need_no_direction(self, client: Client, agnes: str) -> None:
        client.create({"Name": "Aa", "Code": "2"})
        assert client.find({"Name": "*"}, sort=[{"fieldName": "Name"}]).column("Name") == ["Aa", "Agnes"]

    @pytest.mark.parametrize("name", ["script", "script.prerequest", "script.presort"])
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "records", {"fieldData": {"Code": "2"}}),
            ("PATCH", "records/1", {"fieldData": {"Name": "x"}}),
            ("POST", "records/1", None),
            ("POST", "_find", {"query": [{"Name": "Agnes"}]}),
        ],
    )
    def test_scripts_may_stand_in_the_query_of_anything(
        self, client: Client, agnes: str, method: str, path: str, body: object, name: str
    ) -> None:
        assert client.call(method, path, body, **{name: "Nothing", f"{name}.param": "x"}).code == 104


class TestBodies:
    def test_an_edit_may_bring_nothing_but_rows(self, client: Client, agnes: str) -> None:
        assert client.edit(agnes, portalData={"Addresses": []}).code == 0
        assert client.edit(agnes, fieldData={}, portalData={}).code == 0

    @pytest.mark.parametrize("mod_id", ["0", 0])
    def test_a_mod_id_is_a_text_or_a_number(self, client: Client, agnes: str, mod_id: object) -> None:
        assert client.edit(agnes, fieldData={"Name": "x"}, modId=mod_id).code == 0
        assert client.edit(agnes, fieldData={"Name": "y"}, modId=mod_id).code == 306

    def test_so_are_ids_of_rows(self, client: Client, agnes: str) -> None:
        row = {"recordId": 1, "modId": 0, "person_addresses::City": "Paris"}
        assert client.edit(agnes, portalData={"Addresses": [row]}).code == 0

    def test_unknown_members_are_named_in_their_order(self, client: Client, agnes: str) -> None:
        assert client.edit(agnes, y=1, x=2).message == "Unknown parameter(s): y, x"
        assert client.call("DELETE", f"records/{agnes}", x="1").message == "Unknown parameter(s): x"
        answer = client.call("PATCH", f"records/{agnes}", {"fieldData": {}}, modId="0")
        assert answer.message == "Unknown parameter(s): modId", (
            "what belongs into the body is unknown in the query"
        )

    def test_deletions_may_stand_beside_the_fields(self, client: Client, agnes: str) -> None:
        assert client.edit(agnes, fieldData={"deleteRelated": "Addresses.1"}).code == 0
        assert client.edit(agnes, deleteRelated=["person_addresses.2"]).code == 0
        assert client.get(agnes).record["portalData"]["Addresses"] == []

    def test_offsets_beyond_the_end(self, client: Client, agnes: str) -> None:
        assert client.find({"Name": "Agnes"}, offset=2).code == 401
        assert client.call("GET", "records", _offset=2).code == 101
        assert client.get(agnes, **{"_offset.Addresses": 3}).record["portalData"]["Addresses"] == []


def test_a_closed_app_takes_no_more(app: App, client: Client) -> None:
    app.close()
    assert client.call("GET", "records").code == 952
