"""What each release of FileMaker Server answers differently."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from server.album import ALBUM, Album
from server.client import BASE, Answer, Client, Clock, basic

from fmorm.server import App, Request, Schema, load_schema
from fmorm.server.releases import RELEASES

ALL = list(RELEASES)
Open = Callable[[str], "Release"]
TWO_ROWS = {"person_addresses": [{"person_addresses::City": "Oslo"}, {"person_addresses::City": "Bergen"}]}


class Release(Client):
    """A client of one release; the path begins with the version that all releases have."""

    def send(self, method: str, path: str, *, body: bytes = b"", **headers: str) -> Answer:
        target = path if path.startswith("/fmi/") else f"/fmi/data/v1{path}"
        return super().send(method, target, body=body, **headers)

    def person(self) -> str:
        """Make a person with two addresses, and go to the layout that shows them."""
        self.layout = "person"
        record_id = self.create({"Name": "x", "Code": "1"})
        self.layout = "short"
        assert self.edit(record_id, portalData=TWO_ROWS).code == 0
        return record_id


@pytest.fixture
def release(schema: Schema, clock: Clock) -> Iterator[Open]:
    apps: list[App] = []

    def open_one(name: str) -> Release:
        apps.append(App(schema, clock=clock, release=name))
        return Release(apps[-1])

    yield open_one
    for app in apps:
        app.close()


def those(release: Open, holds: Callable[[Release], bool]) -> str:
    """Give the releases of which something holds."""
    return " ".join(name for name in ALL if holds(release(name)))


@pytest.mark.parametrize(("year", "name"), [("2023", "20"), ("2024", "21"), ("2025", "22")])
def test_a_release_may_be_named_by_its_year(release: Open, year: str, name: str) -> None:
    assert release(year).app.release == name


def test_an_unknown_release_is_refused_with_the_choices(schema: Schema) -> None:
    with pytest.raises(
        ValueError, match=r"release='16': give one of 17, 18, 19, 20, 21, 22, 2023, 2024, 2025"
    ):
        App(schema, release="16")


def test_the_newest_is_meant_where_none_is_named(app: App) -> None:
    assert app.release == "22"


@pytest.mark.parametrize(("version", "names"), [("v1", "17 18 19 20 21 22"), ("v2", "19 20 21 22")])
def test_versions_of_the_path(release: Open, version: str, names: str) -> None:
    path = f"/fmi/data/{version}/databases/people/layouts/person/records"
    assert those(release, lambda one: one.call("GET", path).status == 200) == names


def test_the_name_of_the_newest_version_came_with_18(release: Open) -> None:
    path = f"{BASE}/databases/people/layouts/person/records"
    assert those(release, lambda one: one.call("GET", path).status == 200) == "18 19 20 21 22"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/productInfo"),
        ("GET", "/databases"),
        ("GET", "/databases/people/layouts"),
        ("GET", "/databases/people/scripts"),
        ("GET", "/databases/people/layouts/person"),
        ("GET", "/databases/people/layouts/person/metadata"),
        ("GET", "/databases/people/layouts/person/script/x"),
    ],
)
def test_18_brought_metadata_and_scripts(release: Open, method: str, path: str) -> None:
    assert those(release, lambda one: one.call(method, path).status != 404) == "18 19 20 21 22"
    answer = release("17").call(method, path)
    assert (answer.status, answer.code) == (404, 1700)


def test_18_brought_duplicates(release: Open) -> None:
    assert those(release, lambda one: one.call("POST", "records/1").code == 101) == "18 19 20 21 22"
    assert release("17").call("POST", "records/1").status == 405, "other methods know this path"


def test_19_brought_the_check_of_a_session(release: Open) -> None:
    assert those(release, lambda one: one.call("GET", "/validateSession").status == 200) == "19 20 21 22"


@pytest.mark.parametrize("name", ALL)
def test_a_log_in_gives_the_token_in_the_header_and_in_the_body(release: Open, name: str) -> None:
    headers = {"authorization": basic("api", "secret")}
    reply = release(name).app.handle(Request("POST", "/fmi/data/v1/databases/people/sessions", headers))
    token = dict(reply.headers)["X-FM-Data-Access-Token"]
    assert len(token) == 52
    assert json.loads(reply.body)["response"] == {"token": token}


@pytest.mark.parametrize(
    ("name", "created", "edited"),
    [
        ("17", '{"recordId":"1"}', "{}"),
        ("18", '{"recordId":"1","modId":"0"}', '{"modId":"1"}'),
        ("22", '{"recordId":"1","modId":"0"}', '{"modId":"1"}'),
    ],
)
def test_17_tells_no_mod_ids_of_writes(release: Open, name: str, created: str, edited: str) -> None:
    client = release(name)
    assert client.call("POST", "records", {"fieldData": {"Code": "1"}}).text.startswith(
        f'{{"response":{created},'
    )
    assert client.edit("1", fieldData={"Name": "x"}).text.startswith(f'{{"response":{edited},')


def test_17_does_not_tell_which_rows_it_made(release: Open) -> None:
    def tells(client: Release) -> bool:
        record_id = client.person()
        answer = client.edit(record_id, portalData=TWO_ROWS)
        return "newPortalRecordInfo" in answer.response

    assert those(release, tells) == "18 19 20 21 22"


def test_17_tells_nothing_about_the_data(release: Open) -> None:
    def reply(name: str) -> str:
        client = release(name)
        client.person()
        return client.call("GET", "records").text

    assert reply("17") == (
        '{"response":{"data":[{"fieldData":{"Name":"x"},"portalData":{"person_addresses":['
        '{"recordId":"1","person_addresses::City":"Oslo","modId":"0"},'
        '{"recordId":"2","person_addresses::City":"Bergen","modId":"0"}]},"recordId":"1","modId":"0"}]},'
        '"messages":[{"code":"0","message":"OK"}]}'
    )
    assert reply("18") == reply("22")
    assert '"portalDataInfo":[{"database":"people","table":"person_addresses",' in reply("18")


def test_17_deletes_one_row_at_a_time(release: Open) -> None:
    def deletes(client: Release) -> bool:
        record_id = client.person()
        both = ["person_addresses.1", "person_addresses.2"]
        answer = client.edit(record_id, fieldData={"deleteRelated": both})
        assert answer.code in {0, 960}
        return answer.code == 0

    assert those(release, deletes) == "18 19 20 21 22"
    client = release("17")
    assert client.edit(client.person(), fieldData={"deleteRelated": "person_addresses.1"}).code == 0


def test_18_has_no_tables_in_its_list_of_layouts(release: Open) -> None:
    def first(name: str) -> object:
        return release(name).call("GET", "/databases/people/layouts").response["layouts"][0]

    assert first("18") == {"name": "person"}
    assert first("19") == {"name": "person", "table": ""}


@pytest.mark.parametrize(("method", "path"), [("GET", "records"), ("POST", "_find")])
def test_19_brought_date_formats_to_reads(release: Open, method: str, path: str) -> None:
    def takes(client: Release) -> bool:
        if method == "GET":
            return client.call(method, path, dateformats=2).code == 0
        return client.find({"Name": "x"}, dateformats=2).code == 401

    assert those(release, takes) == "19 20 21 22"


def test_21_brought_date_formats_to_writes(release: Open) -> None:
    def takes(client: Release) -> bool:
        body = {"fieldData": {"Code": "1", "Born": "2024-02-01"}, "dateformats": 2}
        return client.call("POST", "records", body).code == 0

    assert those(release, takes) == "21 22"


def test_20_brought_options(release: Open) -> None:
    def takes(client: Release) -> bool:
        return client.call("POST", "records", {"fieldData": {}, "options": {"entrymode": "script"}}).code == 0

    assert those(release, takes) == "20 21 22"


def test_what_a_release_does_not_know_is_an_unknown_parameter(release: Open) -> None:
    answer = release("18").call("POST", "records", {"fieldData": {}, "options": {}, "dateformats": 0, "x": 1})
    assert (answer.status, answer.code) == (400, 960)
    assert answer.message == "Unknown parameter(s): options, dateformats, x"


@pytest.mark.parametrize(("relative", "names"), [(None, "20 21 22"), (True, " ".join(ALL)), (False, "")])
def test_20_redirects_to_a_path(relative: bool | None, names: str) -> None:
    def redirects_to_a_path(name: str) -> bool:
        app = App(load_schema(ALBUM), release=name, relative_redirects=relative)
        album = Album(app)
        record_id = album.create()
        album.upload(record_id)
        location = str(album.fetch(album.address(record_id)).header("Location"))
        app.close()
        return location.startswith("/")

    assert [name for name in ALL if name != "17" and redirects_to_a_path(name)] == names.replace(
        "17 ", ""
    ).split()


def test_20_does_not_say_which_it_is(release: Open) -> None:
    assert release("18").call("GET", "/productInfo").text == (
        '{"response":{"productInfo":{"name":"FileMaker Data API Engine","buildDate":"07/05/2019",'
        '"version":"18.0.2.217","dateFormat":"MM/dd/yyyy","timeFormat":"HH:mm:ss",'
        '"timeStampFormat":"MM/dd/yyyy HH:mm:ss"}},"messages":[{"code":"0","message":"OK"}]}'
    )
    versions = {
        name: release(name).call("GET", "/productInfo").response["productInfo"].get("version", "")
        for name in ALL[1:]
    }
    assert {name: version.partition(".")[0] for name, version in versions.items()} == {
        "18": "18",
        "19": "19",
        **dict.fromkeys(("20", "21", "22"), ""),
    }


def test_18_refuses_a_charset(release: Open) -> None:
    def takes(client: Release) -> bool:
        answer = client.send(
            "POST",
            "/databases/people/layouts/person/records",
            body=b'{"fieldData":{"Code":"1"}}',
            content_type="application/json; charset=utf-8",
            authorization=f"Bearer {client.token}",
        )
        assert answer.status in {200, 400}
        return answer.status == 200

    assert those(release, takes) == "17 19 20 21 22"
