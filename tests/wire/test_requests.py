from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.wire import requests
from fmorm.wire.containers import upload_of
from fmorm.wire.requests import PORTAL_ROWS, Place, Request, Rows

PLACE = Place("vLatest", "crm")
SENTINEL = "7d0c41b2a95e8f36d1407be2c8a95f03e6d1b7402c8fa953be61"
HOMES = Rows("Homes", 20, 5)
ALL = Rows("orders")
SORT = [{"fieldName": "Name", "sortOrder": "ascend"}]


def query_of(request: Request) -> dict[str, str]:
    """The query as a server reads it."""
    parsed = parse_qs(urlsplit(request.target).query, keep_blank_values=True, strict_parsing=True)
    assert all(len(values) == 1 for values in parsed.values())
    return {name: values[0] for name, values in parsed.items()}


def body_of(request: Request) -> dict[str, Any]:
    assert request.content is not None
    body: dict[str, Any] = json.loads(request.content)
    return body


def search(**options: Any) -> Request:
    given: dict[str, Any] = {"query": [{"Name": "==Ida"}], "offset": 0, "limit": 50, **options}
    return requests.find(PLACE, "guest", **given)


def edit(**options: Any) -> Request:
    given: dict[str, Any] = {"fields": {}, "portals": {}, "mod_id": None, **options}
    return requests.edit(PLACE, "guest", "7", **given)


VERBS = {
    "log_in": (requests.log_in(PLACE), "POST", False),
    "log_out": (requests.log_out(PLACE, SENTINEL), "DELETE", False),
    "get": (requests.get(PLACE, "guest", "7", []), "GET", False),
    "read_range": (requests.read_range(PLACE, "guest", offset=0, limit=1), "GET", False),
    "find": (search(), "POST", False),
    "create": (requests.create(PLACE, "guest", {}, {}), "POST", True),
    "edit": (edit(), "PATCH", True),
    "delete": (requests.delete(PLACE, "guest", "7"), "DELETE", True),
    "validate": (requests.validate(PLACE), "GET", False),
    "layouts": (requests.layouts(PLACE), "GET", False),
    "layout_metadata": (requests.layout_metadata(PLACE, "guest"), "GET", False),
    "databases": (requests.databases(PLACE), "GET", False),
    "scripts": (requests.scripts(PLACE), "GET", False),
    "duplicate": (requests.duplicate(PLACE, "guest", "7"), "POST", True),
    "run_script": (requests.run_script(PLACE, "guest", "Tidy", "x"), "GET", True),
    "with_options": (requests.with_options(edit(), {"entrymode": "script"}), "PATCH", True),
    "with_scripts": (requests.with_scripts(search(), {"script": "Tidy"}), "POST", True),
    "answered_on": (requests.answered_on(search(), "slim"), "POST", False),
    "raw": (requests.raw(PLACE, "GET", "layouts", {}, None, writes=False), "GET", False),
    "product_info": (requests.product_info(PLACE), "GET", False),
    "set_globals": (requests.set_globals(PLACE, {"Prefs::Year": "2026"}), "PATCH", False),
    "upload": (requests.upload(PLACE, "guest", "7", "Photo", upload_of(b"x", name="x"), "3"), "POST", True),
}


@pytest.mark.parametrize(("request_", "method", "writes"), VERBS.values(), ids=VERBS)
def test_each_verb_knows_whether_it_writes(request_: Request, method: str, writes: bool) -> None:
    assert (request_.method, request_.writes) == (method, writes)
    assert (request_.content is None) == (method in {"GET", "DELETE"} or request_.upload is not None)


def test_every_verb_is_in_the_table_above() -> None:
    made = {
        name
        for name, value in vars(requests).items()
        if getattr(value, "__module__", "") == requests.__name__
        and not name.startswith("_")
        and name.islower()
    }
    assert made == set(VERBS)


@pytest.mark.parametrize(
    ("verb", "about"),
    [
        ("log_in", "log-in to 'crm'"),
        ("log_out", "log-out of 'crm'"),
        ("layouts", "list of the layouts of 'crm'"),
        ("layout_metadata", "metadata of layout 'guest'"),
        ("get", "read of layout 'guest', record 7"),
        ("read_range", "read of layout 'guest'"),
        ("find", "find on layout 'guest'"),
        ("create", "create on layout 'guest'"),
        ("edit", "edit on layout 'guest', record 7"),
        ("delete", "deletion on layout 'guest', record 7"),
    ],
)
def test_about_names_the_verb_the_layout_and_the_record(verb: str, about: str) -> None:
    assert VERBS[verb][0].about == about


# -- reading ---------------------------------------------------------------------------------------------


def test_no_portal_is_asked_for_by_name_none() -> None:
    assert query_of(requests.get(PLACE, "guest", "7", [])) == {"portal": "[]"}
    assert query_of(requests.read_range(PLACE, "guest", offset=0, limit=9)) == {"_limit": "9", "portal": "[]"}
    assert body_of(search()) == {"query": [{"Name": "==Ida"}], "limit": "50", "portal": []}


def test_portals_in_a_query_have_underscores() -> None:
    assert query_of(requests.get(PLACE, "guest", "7", [HOMES, ALL])) == {
        "portal": '["Homes","orders"]',
        "_limit.Homes": "20",
        "_offset.Homes": "6",
        "_limit.orders": str(PORTAL_ROWS),
    }


def test_a_find_has_no_underscores() -> None:
    body = body_of(search(offset=100, sort=SORT, portals=[HOMES, ALL]))
    assert body == {
        "query": [{"Name": "==Ida"}],
        "sort": SORT,
        "offset": "101",
        "limit": "50",
        "portal": ["Homes", "orders"],
        "limit.Homes": "20",
        "offset.Homes": "6",
        "limit.orders": str(PORTAL_ROWS),
    }
    assert search(portals=[HOMES]).target == "/fmi/data/vLatest/databases/crm/layouts/guest/_find"


def test_a_range_carries_offset_limit_sort_and_portals() -> None:
    request = requests.read_range(PLACE, "guest", offset=100, limit=50, sort=SORT, portals=[HOMES])
    assert query_of(request) == {
        "_limit": "50",
        "_offset": "101",
        "_sort": '[{"fieldName":"Name","sortOrder":"ascend"}]',
        "portal": '["Homes"]',
        "_limit.Homes": "20",
        "_offset.Homes": "6",
    }


@pytest.mark.parametrize(("offset", "sent"), [(0, None), (1, "2"), (500, "501")])
def test_an_offset_counts_from_1_and_is_left_out_at_the_start(offset: int, sent: str | None) -> None:
    request = requests.read_range(PLACE, "guest", offset=offset, limit=1, portals=[Rows("P", 1, offset)])
    query = query_of(request)
    assert (query.get("_offset"), query.get("_offset.P")) == (sent, sent)
    body = body_of(search(offset=offset, portals=[Rows("P", 1, offset)]))
    assert (body.get("offset"), body.get("offset.P")) == (sent, sent)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_names_travel_whole_in_path_query_and_body(name: str) -> None:
    request = requests.read_range(PLACE, name, offset=0, limit=1, portals=[Rows(name)])
    assert unquote(request.path.split("/")[-2]) == name
    query = query_of(request)
    assert json.loads(query["portal"]) == [name]
    assert f"_limit.{name}" in query
    assert "+" not in request.target, "a plus is not everywhere a space"
    assert f"limit.{name}" in body_of(search(portals=[Rows(name)]))


def test_the_find_requests_are_copied() -> None:
    criteria = {"Name": "==Ida"}
    request = requests.find(PLACE, "guest", query=[criteria], offset=0, limit=1)
    criteria["Name"] = "*"
    assert body_of(request)["query"] == [{"Name": "==Ida"}]


# -- writing ---------------------------------------------------------------------------------------------


def test_create() -> None:
    assert body_of(requests.create(PLACE, "guest", {}, {})) == {"fieldData": {}}
    rows = {"Homes": [{"homes::City": "Oslo"}]}
    request = requests.create(PLACE, "guest", {"Name": "Ida"}, rows)
    assert body_of(request) == {"fieldData": {"Name": "Ida"}, "portalData": rows}


def test_an_edit_carries_only_what_there_is() -> None:
    assert body_of(edit(fields={"Name": "Ida"})) == {"fieldData": {"Name": "Ida"}}


def test_an_edit_carries_the_mod_id_as_text() -> None:
    assert body_of(edit(fields={"Name": "Ida"}, mod_id="0")) == {"fieldData": {"Name": "Ida"}, "modId": "0"}


def test_rows_to_delete_travel_inside_the_field_data() -> None:
    rows = {"Homes": [{"recordId": "3", "homes::City": "Oslo", "modId": "1"}]}
    fields = {"Name": "Ida"}
    request = edit(fields=fields, portals=rows, delete_related=["Homes.4", "orders.9"], mod_id="3")
    assert body_of(request) == {
        "fieldData": {"Name": "Ida", "deleteRelated": ["Homes.4", "orders.9"]},
        "portalData": rows,
        "modId": "3",
    }
    assert fields == {"Name": "Ida"}, "the caller's values were changed"


def test_bodies_are_compact_utf_8() -> None:
    request = requests.create(PLACE, "guest", {"Name": "Zoë 😀", "Age": 7, "Notes": "a\rb"}, {})
    assert request.content == '{"fieldData":{"Name":"Zoë 😀","Age":7,"Notes":"a\\rb"}}'.encode()


def test_a_log_in_has_an_empty_object_for_a_body() -> None:
    assert requests.log_in(PLACE).content == b"{}"


# -- text forms ------------------------------------------------------------------------------------------


def test_a_request_reads_as_method_target_and_indented_body() -> None:
    assert str(search()) == (
        "POST /fmi/data/vLatest/databases/crm/layouts/guest/_find\n"
        '{\n  "query": [\n    {\n      "Name": "==Ida"\n    }\n  ],\n  "limit": "50",\n  "portal": []\n}'
    )
    assert str(requests.delete(PLACE, "guest", "7")) == (
        "DELETE /fmi/data/vLatest/databases/crm/layouts/guest/records/7"
    )


def secret() -> Request:
    return Request(
        "POST", f"/p/{SENTINEL}", "something private", {"q": SENTINEL}, {"b": SENTINEL}, private=True
    )


@pytest.mark.parametrize("show", [str, repr, "{}".format, "%s".__mod__, "%r".__mod__])
@pytest.mark.parametrize("request_", [secret(), requests.log_out(PLACE, SENTINEL)], ids=["made", "log-out"])
def test_a_private_request_shows_no_part_of_itself(request_: Request, show: Any) -> None:
    shown = show(request_)
    assert SENTINEL not in shown
    assert request_.about in shown


def test_an_upload_says_where_what_and_on_which_mod_id() -> None:
    file = upload_of(b"12345", name="x")
    request = requests.upload(PLACE, "guest", "7", "Photo/2", file, "3")
    assert (
        request.target
        == "/fmi/data/vLatest/databases/crm/layouts/guest/records/7/containers/Photo%2F2?modId=3"
    )
    assert (request.length, request.upload) == (file.length, file)
    assert requests.upload(PLACE, "guest", "7", "Photo", file, None).query == {}


def test_globals_are_named_and_their_values_are_not() -> None:
    request = requests.set_globals(PLACE, {"Prefs::Year": SENTINEL})
    assert request.target == "/fmi/data/vLatest/databases/crm/globals"
    assert request.body == {"globalFields": {"Prefs::Year": SENTINEL}}
    assert request.about == "setting of globals Prefs::Year"


def test_iso_dates_are_asked_for_where_they_are_wanted_only() -> None:
    for iso_dates, wanted in [(False, None), (True, "2")]:
        ranged = requests.read_range(PLACE, "guest", offset=0, limit=5, iso_dates=iso_dates)
        found = requests.find(PLACE, "guest", query=[{"Name": "*"}], offset=0, limit=5, iso_dates=iso_dates)
        assert ranged.query.get("dateformats") == (found.body or {}).get("dateformats") == wanted
