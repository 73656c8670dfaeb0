from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from server.client import BASE, Client

from fmorm.server import App, Request, Schema

FIND = "/databases/people/layouts/person/_find"


@pytest.mark.parametrize("version", ["v1", "v2", "vLatest"])
def test_every_version_of_the_path_is_served(client: Client, version: str) -> None:
    assert client.send("GET", f"/fmi/data/{version}/productInfo").code == 0


@pytest.mark.parametrize(
    "path",
    ["/productInfo/", "/productinfo", "/databases/", "/databases/people/layouts/", "/validatesession"],
)
def test_trailing_slashes_and_lower_case_are_tolerated(client: Client, path: str) -> None:
    assert client.call("GET", path).code == 0


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/databases/people",
        "/databases//layouts",
        "/databases/people/layouts/person/records/1/x",
        "/fmi/data/v3/productInfo",
        "/fmi/data/v1",
        "/fmi/data",
        "/fmi/admin/api/v2/x",
    ],
)
def test_an_unknown_path_is_answered_in_filemakers_form(client: Client, path: str) -> None:
    answer = client.call("GET", path)
    assert (answer.status, answer.code) == (404, 1700)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/databases"),
        ("GET", FIND),
        ("HEAD", "/productInfo"),
        ("OPTIONS", FIND),
        ("PATCH", "/databases/x/sessions"),
    ],
)
def test_a_wrong_verb_is_405(client: Client, method: str, path: str) -> None:
    answer = client.call(method, path)
    assert (answer.status, answer.code) == (405, 1704)
    assert answer.message == "Resource doesn't support the specified HTTP verb"


def test_names_are_decoded_segment_by_segment(client: Client) -> None:
    client.layout = "a/b #?% 😀"
    record_id = client.create({"Name": "x"}, options={"entrymode": "script"})
    assert client.get(record_id).response["dataInfo"]["layout"] == "a/b #?% 😀"


def test_a_plus_is_a_space_in_a_query_and_not_in_a_path(client: Client) -> None:
    assert client.call("GET", "/databases/people/layouts/a+b/records").code == 105
    sort = quote('[ {"fieldName": "Name"} ]', safe="").replace("%20", "+")
    assert client.call("GET", f"/databases/people/layouts/person/records?_sort={sort}").code == 0


def test_an_unknown_layout_is_105(client: Client) -> None:
    answer = client.call("GET", "/databases/people/layouts/Person/records")
    assert (answer.status, answer.code, answer.message) == (500, 105, "Layout is missing")


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_is_taken_with_and_without_charset(client: Client, content_type: str) -> None:
    answer = client.send(
        "POST",
        FIND,
        body=b'{"query":[{"Name":"x"}]}',
        content_type=content_type,
        authorization=f"Bearer {client.token}",
    )
    assert answer.code == 401


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_a_body_of_another_type_is_415(client: Client, content_type: str) -> None:
    answer = client.send(
        "POST", FIND, body=b"{}", content_type=content_type, authorization=f"Bearer {client.token}"
    )
    assert answer.status == 415


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"1", b"null", b'{"query":NaN}', b"\xff", b"[" * 100_000, rb'{"query":"\ud800"}'],
)
def test_a_body_that_is_no_json_object_is_400(client: Client, body: bytes) -> None:
    answer = client.call("POST", FIND, body)
    assert (answer.status, answer.code) == (400, 960)


def test_unknown_parameters_are_all_named(client: Client) -> None:
    answer = client.find({"Name": "x"}, **{"_limit.Addresses": 1, "ofset": 2})
    assert (answer.status, answer.code) == (400, 960)
    assert answer.text == (
        '{"messages":[{"message":"Unknown parameter(s): _limit.Addresses, ofset","code":"960"}],"response":{}}'
    )
    assert client.call("GET", "records", limit=1, offset=2).message == "Unknown parameter(s): limit, offset"


@pytest.mark.parametrize("name", ["script", "script.prerequest", "script.presort"])
def test_there_are_no_scripts(client: Client, name: str) -> None:
    assert client.call("GET", "records", **{name: "Do it"}).code == 104
    assert client.call("POST", "records", {"fieldData": {"Code": "1"}, name: "Do it"}).code == 104
    assert client.call("GET", "records").response["data"] == [], "nothing is done when the script is missing"
    assert client.call("GET", "script/Do%20it").code == 104


def test_headers_are_those_of_filemakers_engine(client: Client) -> None:
    answer = client.send("GET", "/databases")
    assert answer.header("Content-Type") == "application/json; charset=utf-8"
    assert answer.header("Cache-Control") == "no-cache"
    assert answer.header("ETag") == 'W/"57-0n1Vv65v+G8njT21TKH2nwIq9Is"', "length and SHA-1 of the body"
    assert answer.header("Access-Control-Allow-Origin") == "localhost"
    assert client.send("GET", "/productInfo").header("ETag") is None


ANYTHING = st.one_of(st.none(), st.text(max_size=5), st.integers(), st.floats(), st.booleans())
MEMBERS = [
    "query",
    "fieldData",
    "portalData",
    "deleteRelated",
    "modId",
    "sort",
    "limit",
    "offset",
    "portal",
    "options",
]
INNER = [
    "Name",
    "Phone(2)",
    "Addresses",
    "person_addresses::City",
    "Setting",
    "omit",
    "recordId",
    "fieldName",
]
NAMES = st.sampled_from([*MEMBERS, *INNER, "dateformats"])
JSON = st.recursive(
    ANYTHING,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
SEGMENTS = st.sampled_from(
    [
        "databases",
        "people",
        "layouts",
        "person",
        "records",
        "1",
        "_find",
        "sessions",
        "globals",
        "%FF",
        "",
        "%2F",
    ]
)


@pytest.fixture(scope="module")
def shared(schema: Schema) -> Iterator[Client]:
    app = App(schema)
    yield Client(app)
    app.close()


@settings(max_examples=150, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT"]),
    path=st.lists(SEGMENTS, max_size=6).map("/".join),
    query=st.dictionaries(NAMES.map("_{}".format), JSON.map(json.dumps), max_size=2),
    body=JSON.map(json.dumps).map(str.encode) | st.binary(max_size=20),
)
def test_any_request_is_answered_in_filemakers_form(
    shared: Client, method: str, path: str, query: dict[str, str], body: bytes
) -> None:
    answer = shared.call(method, f"/{path}", body, **query)
    assert list(answer.content) in (["response", "messages"], ["messages", "response"])
    assert answer.code != -1, f"{method} {path} {query} {body!r} failed inside"


@settings(max_examples=150, deadline=None)
@given(
    route=st.sampled_from(
        [
            ("POST", "records"),
            ("PATCH", "records/1"),
            ("POST", "_find"),
            ("POST", "records/1"),
            ("GET", "records"),
        ]
    ),
    body=st.dictionaries(NAMES, JSON, max_size=5),
)
def test_any_members_are_answered_in_filemakers_form(
    shared: Client, route: tuple[str, str], body: dict[str, object]
) -> None:
    assert shared.call(*route, body).code != -1, f"{route} {body!r} failed inside"


def test_a_target_of_any_form_is_answered(app: App) -> None:
    for target in ("", "*", "http://[::1", f"http://example.com{BASE}/productInfo", "?", "\x00", "/%"):
        assert json.loads(app.handle(Request("GET", target, {})).body)["messages"]
