"""What each release does, and those before it do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conformance.wire import DONE, FORM, Serve, Wire, part, path_of

ALL = "17 18 19 20 21 22"
Those = Callable[[Callable[[Wire], bool]], str]


@pytest.fixture
def those(serve: Serve) -> Those:
    """Tell of which releases something holds; their clients use v1, which all have."""

    def find(holds: Callable[[Wire], bool]) -> str:
        found: list[str] = []
        for release in ALL.split():
            wire = serve(release=release)
            wire.version = "v1"
            wire.begin()
            if holds(wire):
                found.append(release)
        return " ".join(found)

    return find


def is_there(method: str, path: str, body: object = None) -> Callable[[Wire], bool]:
    """Give what tells whether a route is there."""

    def holds(wire: Wire) -> bool:
        wire.create()
        return wire.ask(method, path, body).status not in {404, 405}

    return holds


def takes(method: str, path: str, body: object = None) -> Callable[[Wire], bool]:
    """Give what tells whether a request is taken; what is not known is refused with 400."""

    def holds(wire: Wire) -> bool:
        wire.create({"Name": "Ada"}, portalData={"Tasks": [{"tasks::Title": "a"}, {"tasks::Title": "b"}]})
        answer = wire.ask(method, path, body)
        assert answer.code == ("0" if answer.status == 200 else "960")
        return answer.status == 200

    return holds


@pytest.mark.parametrize(
    ("version", "releases"), [("v1", ALL), ("v2", "19 20 21 22"), ("vLatest", "18 19 20 21 22")]
)
def test_versions_in_the_path(those: Those, version: str, releases: str) -> None:
    def is_served(wire: Wire) -> bool:
        return wire.ask("GET", "records", version=version).status == 200

    assert those(is_served) == releases


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "records", None),
        ("POST", "records", {"fieldData": {}}),
        ("GET", "records/1", None),
        ("PATCH", "records/1", {"fieldData": {}}),
        ("DELETE", "records/1", None),
        ("POST", "_find", {"query": [{"Name": "x"}]}),
        ("PATCH", "/databases/office/globals", {"globalFields": {}}),
        ("POST", "records/1/containers/Photo", None),
        ("POST", "records/1/containers/Photo/1", None),
        ("DELETE", "/databases/office/sessions/x", None),
    ],
)
def test_routes_of_all_releases(those: Those, method: str, path: str, body: object) -> None:
    assert those(is_there(method, path, body)) == ALL


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/productInfo"),
        ("GET", "/databases"),
        ("GET", "/databases/office/layouts"),
        ("GET", "/databases/office/scripts"),
        ("GET", ""),
        ("POST", "records/1"),
        ("GET", "script/Echo"),
    ],
)
def test_routes_since_18(those: Those, method: str, path: str) -> None:
    assert those(is_there(method, path)) == "18 19 20 21 22"


def test_session_validation_since_19(those: Those) -> None:
    assert those(is_there("GET", "/validateSession")) == "19 20 21 22"


def test_a_token_in_the_body_since_18(those: Those) -> None:
    assert those(lambda wire: "token" in wire.log_in().response) == "18 19 20 21 22"


def test_a_token_in_the_header_always(those: Those) -> None:
    assert those(lambda wire: bool(wire.log_in().header("X-FM-Data-Access-Token"))) == ALL


def test_17_creates_with_a_record_id_only_and_edits_with_nothing(serve: Serve) -> None:
    wire = serve(release="17")
    wire.version = "v1"
    wire.begin()
    assert list(wire.ask("POST", "records", {"fieldData": {}}).response) == ["recordId"]
    assert wire.edit("1", {"fieldData": {"Name": "x"}}).text == DONE


def test_scripts_around_requests_always(those: Those) -> None:
    def run(wire: Wire) -> bool:
        body = {"fieldData": {"Name": "Ada"}, "script": "Echo", "script.param": "x"}
        created = wire.ask("POST", "records", body).response
        found = wire.find({"query": [{"Name": "Ada"}], "script.presort": "Echo"}).response
        return (created["scriptResult"], found["scriptError.presort"]) == ("x", "0")

    assert those(run) == ALL


def test_modification_ids_in_answers_since_18(those: Those) -> None:
    def are_told(wire: Wire) -> bool:
        created = wire.ask("POST", "records", {"fieldData": {}}).response
        edited = wire.edit("1", {"fieldData": {"Name": "x"}}).response
        assert ("modId" in created) == ("modId" in edited)
        return "modId" in created

    assert those(are_told) == "18 19 20 21 22"


def test_new_portal_rows_in_answers_since_18(those: Those) -> None:
    body = {"fieldData": {}, "portalData": {"Tasks": [{"tasks::Title": "a"}]}}

    def are_told(wire: Wire) -> bool:
        return "newPortalRecordInfo" in wire.ask("POST", "records", body).response

    assert those(are_told) == "18 19 20 21 22"


def test_counts_around_records_since_18(those: Those) -> None:
    def are_told(wire: Wire) -> bool:
        wire.create()
        response = wire.get("1").response
        assert ("dataInfo" in response) == ("portalDataInfo" in response["data"][0])
        return "dataInfo" in response

    assert those(are_told) == "18 19 20 21 22"


def test_several_deletions_of_portal_rows_at_once_since_18(those: Those) -> None:
    several = {"fieldData": {"deleteRelated": ["Tasks.1", "Tasks.2"]}}
    assert those(takes("PATCH", "records/1", several)) == "18 19 20 21 22"
    assert those(takes("PATCH", "records/1", {"fieldData": {"deleteRelated": "Tasks.1"}})) == ALL


def test_the_member_table_in_the_list_of_layouts_since_19(those: Those) -> None:
    def has_table(wire: Wire) -> bool:
        answer = wire.ask("GET", "/databases/office/layouts")
        return answer.status == 200 and answer.response["layouts"][0].get("table") == ""

    assert those(has_table) == "19 20 21 22"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "records?dateformats=2", None),
        ("GET", "records/1?dateformats=2", None),
        ("POST", "_find", {"query": [{"Name": "Ada"}], "dateformats": 2}),
    ],
)
def test_forms_of_dates_on_reads_since_19(those: Those, method: str, path: str, body: object) -> None:
    assert those(takes(method, path, body)) == "19 20 21 22"


@pytest.mark.parametrize(("method", "path"), [("POST", "records"), ("PATCH", "records/1")])
def test_forms_of_dates_on_writes_since_21(those: Those, method: str, path: str) -> None:
    assert those(takes(method, path, {"fieldData": {}, "dateformats": 2})) == "21 22"


@pytest.mark.parametrize(("method", "path"), [("POST", "records"), ("PATCH", "records/1")])
def test_options_of_writes_since_20(those: Those, method: str, path: str) -> None:
    body = {"fieldData": {}, "options": {"entrymode": "script", "prohibitmode": "user"}}
    assert those(takes(method, path, body)) == "20 21 22"


def test_an_older_release_names_the_parameters_that_it_does_not_know(serve: Serve) -> None:
    wire = serve(release="18")
    wire.version = "v1"
    wire.begin()
    answer = wire.ask("POST", "records", {"fieldData": {}, "options": {}, "dateformats": 2})
    assert answer.outcome[:2] == (400, "960")
    assert set(answer.outcome[2].removeprefix("Unknown parameter(s): ").split(", ")) == {
        "options",
        "dateformats",
    }


def test_relative_redirects_to_files_since_20(those: Those) -> None:
    def is_relative(wire: Wire) -> bool:
        wire.layout = "files"
        wire.create()
        form = part('name="upload"; filename="a.txt"', b"x")
        wire.ask("POST", "records/1/containers/Photo", form, content_type=FORM)
        first = wire.send("GET", path_of(wire.get("1").fields["Photo"]), {})
        return (first.header("Location") or "").startswith("/")

    assert those(is_relative) == "20 21 22"


def test_a_version_in_the_product_information_before_20(those: Those) -> None:
    def tells(wire: Wire) -> bool:
        answer = wire.ask("GET", "/productInfo")
        return answer.status == 200 and "version" in answer.response["productInfo"]

    assert those(tells) == "18 19"


def test_a_charset_is_refused_by_18_alone(those: Those) -> None:
    def refuses(wire: Wire) -> bool:
        content_type = "application/json; charset=utf-8"
        return wire.ask("POST", "records", b'{"fieldData":{}}', content_type=content_type).status == 400

    assert those(refuses) == "18"


def test_a_claris_id_opens_a_session_since_19(those: Those) -> None:
    def opens(wire: Wire) -> bool:
        return wire.log_in(authorization="FMID ada-id-token").status == 200

    assert those(opens) == "19 20 21 22"
