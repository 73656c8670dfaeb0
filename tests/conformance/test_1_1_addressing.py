"""Where requests go: versions, names in a path, queries, and slashes at the end."""

from __future__ import annotations

import pytest
from conformance.wire import DONE, ROOT, Wire, named

VERSIONS = ["v1", "v2", "vLatest"]
NO_RESOURCE = (404, "1700")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_served(reader: Wire, version: str) -> None:
    assert reader.ask("GET", "/validateSession", version=version).text == DONE


@pytest.mark.parametrize("version", ["v3", "v0", "V1", "vlatest", "1"])
def test_no_other_version_is(reader: Wire, version: str) -> None:
    assert reader.ask("GET", "/validateSession", version=version).outcome[:2] == NO_RESOURCE


@pytest.mark.parametrize(("version", "titles"), [("v1", ["a"]), ("v2", ["a", "b"]), ("vLatest", ["a", "b"])])
def test_only_v1_gives_of_a_table_view_no_more_than_the_first_related_row(
    wire: Wire, version: str, titles: list[str]
) -> None:
    wire.layout = "grid"
    record = wire.create(
        {"Name": "Ada"}, portalData={"tasks": [{"tasks::Title": "a"}, {"tasks::Title": "b"}]}
    )
    shown = wire.ask("GET", f"records/{record}", version=version).response["data"][0]["portalData"]["tasks"]
    assert [row["tasks::Title"] for row in shown] == titles


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_gives_all_related_rows_of_a_form_view(wire: Wire, version: str) -> None:
    rows = [{"tasks::Title": "a"}, {"tasks::Title": "b"}]
    record = wire.create({"Name": "Ada"}, portalData={"Tasks": rows})
    answer = wire.ask("GET", f"records/{record}", version=version)
    assert answer.text == wire.get(record).text
    assert len(answer.response["data"][0]["portalData"]["Tasks"]) == 2


def test_the_parts_of_a_path_are_decoded_one_by_one(wire: Wire) -> None:
    wire.layout = "Café 1/2"
    assert named(wire.layout) == "Caf%C3%A9%201%2F2"
    record = wire.create({"Name": "Ada"})
    assert wire.get(record).response["dataInfo"]["layout"] == "Café 1/2"


def test_a_field_and_a_script_may_hold_a_slash(wire: Wire) -> None:
    assert wire.ask("GET", "script/Half%2FHalf").response["scriptResult"] == "both halves"
    wire.layout = "files"
    record = wire.create()
    assert wire.upload(record, named("Maß/m"), b"1.80").response == {"modId": "1"}


def test_a_slash_that_is_not_encoded_parts_the_path(reader: Wire) -> None:
    assert reader.ask("GET", "script/Half/Half").outcome[:2] == NO_RESOURCE


def test_a_plus_in_a_path_is_a_plus(reader: Wire) -> None:
    path = "/databases/office/layouts/{}/records"
    assert reader.ask("GET", path.format("a+b")).response["dataInfo"]["layout"] == "a+b"
    assert reader.ask("GET", path.format("Caf%C3%A9+1%2F2")).outcome[:2] == (500, "105")


def test_a_plus_in_a_query_is_a_space(reader: Wire) -> None:
    assert reader.ask("GET", "script/Echo?script.param=a+b%20c%2Bd").response["scriptResult"] == "a b c+d"


def test_a_sort_order_may_have_its_spaces_as_plus(wire: Wire) -> None:
    for town in "BA":
        wire.create({"Name": town, "Home Town": town})
    sort = "%5B%7B%22fieldName%22%3A%22Home+Town%22%2C+%22sortOrder%22%3A%22ascend%22%7D%5D"
    assert wire.ask("GET", f"records?_sort={sort}").names == ["A", "B"]


def test_the_case_of_a_path_counts(reader: Wire) -> None:
    target = f"{ROOT}/vLatest/databases/office/layouts"
    headers = {"Authorization": f"Bearer {reader.token}"}
    assert reader.send("GET", target, headers).status == 200
    for other in (target.replace("fmi", "FMI"), target.replace("databases", "Databases")):
        assert reader.send("GET", other, headers).outcome[:2] == NO_RESOURCE


def test_another_spelling_of_the_file_than_at_log_in_is_an_invalid_token(reader: Wire) -> None:
    answer = reader.ask("GET", "/databases/Office/layouts")
    assert answer.outcome == (401, "952", "Invalid FileMaker Data API token (*)")


def test_an_address_may_be_two_thousand_characters_long(reader: Wire) -> None:
    path = "script/Echo?script.param="
    value = "x" * (2000 - len(f"{ROOT}/vLatest/databases/office/layouts/person/{path}"))
    assert reader.ask("GET", path + value).response["scriptResult"] == value


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/productInfo/", None),
        ("GET", "/databases/", None),
        ("GET", "/validateSession/", None),
        ("GET", "/databases/office/layouts/", None),
        ("GET", "/databases/office/scripts/", None),
        ("GET", "/databases/office/layouts/person/", None),
        ("GET", "metadata/", None),
        ("GET", "records/", None),
        ("GET", "records/?_limit=1", None),
        ("POST", "records/", {"fieldData": {"Name": "Bo"}}),
        ("GET", "records/1/", None),
        ("PATCH", "records/1/", {"fieldData": {"Name": "Bo"}}),
        ("POST", "records/1/", None),
        ("DELETE", "records/1/", None),
        ("POST", "_find/", {"query": [{"Name": "Ada"}]}),
        ("PATCH", "/databases/office/globals/", {"globalFields": {"Person::Setting": "x"}}),
        ("GET", "script/Echo/", None),
    ],
)
def test_a_path_may_end_with_a_slash(wire: Wire, method: str, path: str, body: object) -> None:
    wire.create({"Name": "Ada"})
    assert wire.ask(method, path, body).outcome == (200, "0", "OK")


def test_log_in_log_out_and_upload_may_end_with_a_slash_too(wire: Wire) -> None:
    wire.layout = "files"
    record = wire.create()
    assert wire.upload(record, "Photo/", b"x").code == "0"
    assert wire.upload(record, "Scans/2/", b"x").code == "0"
    path = "/databases/office/sessions/"
    headers = {"Authorization": "Basic YXBpOnNlY3JldA=="}
    token = wire.ask("POST", path, authorization=headers["Authorization"]).response["token"]
    assert wire.ask("DELETE", f"{path}{token}/", authorization="").text == DONE


@pytest.mark.parametrize("path", ["/productinfo", "/productInfo", "/validatesession", "/validateSession"])
def test_two_routes_may_be_spelt_in_lower_case(reader: Wire, path: str) -> None:
    assert reader.ask("GET", path).code == "0"


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "TRACE"])
@pytest.mark.parametrize(
    "path", ["/productInfo", "/databases/office/sessions", "records", "records/1", "_find"]
)
def test_no_other_methods_than_get_post_patch_and_delete_are_served(
    reader: Wire, method: str, path: str
) -> None:
    answer = reader.ask(method, path)
    assert answer.outcome == (405, "1704", "Resource doesn't support the specified HTTP verb")


def test_a_head_request_is_refused_like_them(reader: Wire) -> None:
    answer = reader.ask("HEAD", "records")
    assert (answer.status, answer.body) == (405, b"")
