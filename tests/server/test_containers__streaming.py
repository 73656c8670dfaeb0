"""Addresses of files: whose they are, how long they live, the redirect with its cookie, and what is remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from server.album import ALBUM, Album
from server.client import Clock

from fmorm.server import App, Request, Schema, load_schema

FORM = r"http://localhost/Streaming_SSL/MainDB/[0-9A-F]{64}%s\?RCType=EmbeddedRCFileProcessor"


@pytest.fixture(scope="session")
def schema() -> Schema:
    return load_schema(ALBUM)


@pytest.fixture
def album(app: App) -> Album:
    return Album(app)


@pytest.fixture
def ann(album: Album) -> str:
    record_id = album.create({"Name": "Ann"})
    album.upload(record_id)
    return record_id


class TestAddress:
    @pytest.mark.parametrize(
        ("name", "extension"),
        [
            ("photo.png", r"\.png"),
            ("a.tar.gz", r"\.gz"),
            ("none", ""),
            ("odd.p g", ""),
            ("odd.ä", ""),
            ("a.", ""),
            ("x.%0d%0a", ""),
        ],
    )
    def test_it_has_filemakers_form(self, album: Album, ann: str, name: str, extension: str) -> None:
        album.upload(ann, name=name)
        assert re.fullmatch(FORM % extension, album.address(ann))

    def test_it_is_on_the_host_that_was_asked(self, album: Album, ann: str) -> None:
        path = f"/databases/people/layouts/person/records/{ann}"
        answer = album.send("GET", path, authorization=f"Bearer {album.token}", host="fm.example.com:8443")
        address = answer.record["fieldData"]["Photo"]
        assert address.startswith("http://fm.example.com:8443/Streaming_SSL/MainDB/")

    def test_it_is_encrypted_where_the_request_was(self, album: Album, ann: str) -> None:
        headers = {"authorization": f"Bearer {album.token}", "host": "fm.example.com"}
        path = f"/fmi/data/v1/databases/people/layouts/person/records/{ann}"
        reply = album.app.handle(Request("GET", path, headers, scheme="https"))
        assert b'"Photo":"https://fm.example.com/Streaming_SSL/MainDB/' in reply.body

    def test_a_session_reads_the_same_one_again(self, album: Album, ann: str) -> None:
        assert album.address(ann) == album.address(ann)

    def test_each_session_has_its_own(self, app: App, album: Album, ann: str) -> None:
        other = Album(app)
        mine, others = album.address(ann), other.address(ann)
        assert mine != others
        other.call("DELETE", f"/databases/people/sessions/{other.token}")
        assert (album.open(mine).status, album.open(others).status) == (200, 400)

    def test_it_ends_with_its_session(self, app: App, album: Album, ann: str, clock: Clock) -> None:
        address = album.address(ann)
        clock.seconds += 15 * 60 - 1
        assert album.open(address).status == 200
        clock.seconds += 1
        assert album.open(address).status == 400, "to fetch a file does not keep a session alive"
        again = Album(app)
        address = again.address(ann)
        first = again.fetch(address)
        app.expire_sessions()
        cookie = str(first.header("set-cookie")).partition(";")[0]
        assert again.fetch(str(first.header("location")), cookie=cookie).status == 400

    @pytest.mark.parametrize("change", ["delete", "empty", "replace"])
    def test_it_never_shows_another_file(self, album: Album, ann: str, change: str) -> None:
        address = album.address(ann)
        if change == "delete":
            album.call("DELETE", f"records/{ann}")
            album.upload(album.create(), b"another")
        elif change == "empty":
            album.edit(ann, fieldData={"Photo": ""})
        else:
            album.upload(ann, b"another")
        assert album.open(address).status == 400

    @pytest.mark.parametrize("name", ["0" * 64 + ".png", "x", "%0d%0aX:y", ""])
    def test_what_nobody_has_read_is_refused(self, album: Album, name: str) -> None:
        answer = album.fetch(f"/Streaming_SSL/MainDB/{name}?RCType=EmbeddedRCFileProcessor")
        assert answer.status == 400 if name else 404

    def test_the_extension_belongs_to_it(self, album: Album, ann: str) -> None:
        assert album.open(album.address(ann).replace(".png", ".txt")).status == 400

    def test_the_store_belongs_to_it(self, album: Album, ann: str) -> None:
        assert album.open(album.address(ann).replace("MainDB", "OtherDB")).status == 400
        assert "/Streaming_SSL/OtherDB/***.png" in album.app.requests[-1][0].target

    def test_it_can_only_be_fetched(self, album: Album, ann: str) -> None:
        target = "/" + album.address(ann).split("/", 3)[3]
        assert album.app.handle(Request("DELETE", target)).status == 405

    def test_there_is_none_below_the_base_of_the_data_api(self, album: Album) -> None:
        assert album.call("GET", "/Streaming_SSL/MainDB/x").code == 1700


class TestRedirect:
    def test_the_first_answer_sets_a_cookie_and_redirects(self, album: Album, ann: str) -> None:
        address = album.address(ann)
        first = album.fetch(address)
        assert (first.status, first.reply.body) == (302, b"")
        assert re.fullmatch(r"X-FMS-Session-Key=[0-9A-F]{64}; HttpOnly", first.header("set-cookie") or "")
        assert first.header("location") == "/" + address.split("/", 3)[3] + "&Redirect"

    def test_without_the_cookie_the_second_address_is_401(self, album: Album, ann: str) -> None:
        location = str(album.fetch(album.address(ann)).header("location"))
        for cookie in ("", "X-FMS-Session-Key=0", "other=1"):
            answer = album.fetch(location, cookie=cookie)
            assert answer.status == 401
            assert answer.header("content-type") == "text/html; charset=utf-8"

    def test_with_the_cookie_the_first_address_gives_the_file_too(self, album: Album, ann: str) -> None:
        address = album.address(ann)
        cookie = str(album.fetch(address).header("set-cookie")).partition(";")[0]
        assert album.fetch(address, cookie=f"a=b; {cookie}; c").reply.body == b"hello"

    def test_another_sessions_cookie_opens_nothing(self, app: App, album: Album, ann: str) -> None:
        other = Album(app)
        cookie = str(other.fetch(other.address(ann)).header("set-cookie")).partition(";")[0]
        address = album.address(ann)
        assert album.fetch(address + "&Redirect", cookie=cookie).status == 401
        assert album.fetch(address, cookie=cookie).status == 302, "the first address begins anew"

    def test_the_file_comes_with_its_type_and_name(self, album: Album, ann: str) -> None:
        album.upload(ann, b"x", 'Ä "1".txt', media_type="text/plain")
        assert album.open(album.address(ann)).reply.headers == [
            ("Content-Type", "text/plain"),
            ("Content-Disposition", "inline; filename=\"_ _1_.txt\"; filename*=UTF-8''%C3%84%20%221%22.txt"),
            ("X-Content-Type-Options", "nosniff"),
        ]


class TestHosts:
    @pytest.fixture
    def older(self, schema: Schema) -> Iterator[Album]:
        app = App(schema, release="19")
        yield Album(app)
        app.close()

    @pytest.fixture
    def authenticated(self, schema: Schema) -> Iterator[Album]:
        app = App(schema, authenticated_streaming=True)
        yield Album(app)
        app.close()

    def test_older_ones_redirect_to_a_whole_address(self, older: Album) -> None:
        record_id = older.create()
        older.upload(record_id)
        address = older.address(record_id)
        assert older.fetch(address).header("location") == address + "&Redirect"
        assert older.content(record_id) == b"hello"

    def test_some_want_the_token_as_well(self, authenticated: Album) -> None:
        record_id = authenticated.create()
        authenticated.upload(record_id)
        address = authenticated.address(record_id)
        other = Album(authenticated.app)
        for authorization in ("", "Bearer 0", f"Bearer {other.token}", f"Basic {authenticated.token}"):
            assert authenticated.open(address, authorization=authorization).status == 401
        right = f"Bearer {authenticated.token}"
        assert authenticated.open(address, authorization=right).reply.body == b"hello"


class TestMemory:
    def test_no_exchange_tells_how_to_fetch_a_file(self, app: App, album: Album, ann: str) -> None:
        address = album.address(ann)
        cookie = str(album.fetch(address).header("set-cookie")).partition(";")[0]
        album.open(address)
        album.edit(ann, fieldData={"Photo": address})
        text = repr(list(app.requests))
        assert "/Streaming_SSL/MainDB/***.png" in text
        assert re.search(r"[0-9A-F]{32}", text) is None, "part of an address or of a cookie is remembered"
        assert cookie not in text
        assert re.fullmatch(FORM % r"\.png", album.address(ann)), "the replies themselves are whole"

    def test_files_are_remembered_by_their_beginning(self, app: App, album: Album, ann: str) -> None:
        album.upload(ann, b"x" * 100_000)
        request, _ = app.requests[-1]
        assert len(request.body) == 200
        assert b'filename="photo.png"' in request.body
        assert len(album.content(ann) or b"") == 100_000
        _, reply = app.requests[-1]
        assert reply.body == b"x" * 200

    def test_a_session_has_no_secret_in_its_text(self, album: Album, ann: str) -> None:
        session = album.engine.sessions.use(album.token)
        assert session is not None
        assert session.streams.key not in repr(session)
