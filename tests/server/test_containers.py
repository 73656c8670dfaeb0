"""Files into containers and out of records: what is stored, and what is refused."""

from __future__ import annotations

import random

import pytest
from server.album import ALBUM, Album, digest, form

from fmorm.server import App, Schema, load_schema

BYTES = {
    "empty": b"",
    "one byte": b"\0",
    "every byte": bytes(range(256)),
    "line ends": b"\r\n\r\n--\r\n\n\r",
    "like the end of a form": b"\r\n--boundary--\r\n--\r\n",
    "5 MB": random.Random(1).randbytes(5_000_000),
}
NAMES = [
    "photo.png",
    'a "quoted" name.txt',
    "Straße für Ärzte.pdf",
    "😀.jpg",
    "C:\\Temp\\new.txt",
    'back\\"slash.txt',
    "a;b=c.txt",
    "no extension",
    ".hidden",
    "x" * 300 + ".bin",
]


@pytest.fixture(scope="session")
def schema() -> Schema:
    return load_schema(ALBUM)


@pytest.fixture
def album(app: App) -> Album:
    return Album(app)


@pytest.fixture
def ann(album: Album) -> str:
    return album.create({"Name": "Ann"})


class TestUpload:
    @pytest.mark.parametrize("content", BYTES.values(), ids=BYTES)
    def test_the_same_bytes_come_back(self, album: Album, ann: str, content: bytes) -> None:
        assert album.upload(ann, content).code == 0
        assert digest(album.content(ann)) == digest(content)

    @pytest.mark.parametrize("name", NAMES)
    def test_a_file_keeps_its_name(self, album: Album, ann: str, name: str) -> None:
        album.upload(ann, name=name)
        disposition = album.open(album.address(ann)).header("content-disposition")
        assert album.engine.containers.name(1) == name
        assert disposition is not None
        assert disposition.isascii(), "a header is ASCII"

    def test_it_answers_with_the_new_mod_id(self, album: Album, ann: str) -> None:
        answer = album.upload(ann)
        assert answer.text == '{"response":{"modId":"1"},"messages":[{"code":"0","message":"OK"}]}'
        assert album.get(ann).record["modId"] == "1"
        assert album.fields(ann)["Changed"] == "api", "it is a change of the record like any other"

    def test_a_second_file_takes_the_place_of_the_first(self, album: Album, ann: str) -> None:
        album.upload(ann, b"first")
        old = album.address(ann)
        album.upload(ann, b"second")
        assert album.content(ann) == b"second"
        assert album.address(ann) != old
        assert album.kept() == 1
        assert album.open(old).status == 400

    def test_each_repetition_has_a_file_of_its_own(self, album: Album, ann: str) -> None:
        album.upload(ann, b"one", field="Pages")
        album.upload(ann, b"three", field="Pages", query="/3")
        assert [album.content(ann, f"Pages({number})") for number in (1, 2, 3)] == [b"one", None, b"three"]

    def test_the_media_type_is_what_the_client_says_or_what_the_name_says(
        self, album: Album, ann: str
    ) -> None:
        def kind_of(headers: str, name: str = "photo.png") -> str | None:
            disposition = f'Content-Disposition: form-data; name="upload"; filename="{name}"'
            body = f"--b\r\n{disposition}\r\n{headers}\r\nx\r\n--b--".encode()
            assert album.post(ann, body, "multipart/form-data; boundary=b").code == 0
            return album.open(album.address(ann)).header("content-type")

        assert kind_of("Content-Type: text/plain; charset=utf-8\r\n") == "text/plain; charset=utf-8"
        assert kind_of("") == "image/png"
        assert kind_of("", "x.unheard-of") == "application/octet-stream"
        assert kind_of("", "x.tar.gz") == "application/octet-stream"
        assert kind_of("Content-Type: nonsense\r\n") == "image/png"
        assert kind_of("Content-Type: application/octet-stream\r\n") == "image/png"

    def test_other_parts_do_not_matter(self, album: Album, ann: str) -> None:
        body = (
            b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhi\r\n'
            b'--b\r\nContent-Disposition: form-data; name="upload"; filename="x"\r\n\r\nfile\r\n--b--\r\n'
        )
        assert album.post(ann, body, 'Multipart/Form-Data; Boundary="b"').code == 0
        assert album.content(ann) == b"file"

    def test_a_layout_of_the_table_reaches_the_rows_of_a_portal(self, album: Album, ann: str) -> None:
        album.edit(ann, portalData={"letters": [{"letters::Title": "x"}]})
        album.layout = "letters"
        assert album.upload("1", b"scan", field="Scan").code == 0
        album.layout = "person"
        row = album.get(ann).record["portalData"]["letters"][0]
        assert album.open(row["letters::Scan"]).reply.body == b"scan"
        assert album.content(ann, "letters::Scan") == b"scan", "so does a related field"


class TestRefusals:
    @pytest.mark.parametrize(
        ("field", "query", "code"),
        [
            ("Nothing", "", 102),
            ("Name", "", 408),
            ("letters::Scan", "", 102),
            ("Pages(2)", "", 102),
            ("Pages", "/4", 102),
            ("Pages", "/0", 102),
            ("Pages", "/x", 960),
            ("Pages", "/" + "9" * 5000, 960),
            ("Photo", "/2", 102),
            ("Seal", "", 201),
            ("Photo", "?modId=1", 306),
            ("Photo", "?limit=1", 960),
            ("Photo", "?script=x", 960),
        ],
    )
    def test_what_cannot_take_the_file(
        self, album: Album, ann: str, field: str, query: str, code: int
    ) -> None:
        assert album.upload(ann, field=field, query=query).code == code
        assert (album.kept(), album.get(ann).record["modId"]) == (0, "0")

    def test_a_mod_id_that_fits_is_let_through(self, album: Album, ann: str) -> None:
        assert album.upload(ann, query="?modId=0").response == {"modId": "1"}
        assert album.upload(ann, query="/1?modId=1").response == {"modId": "2"}
        answer = album.upload(ann, b"stale", query="?modId=1")
        assert (answer.status, answer.message) == (500, "Record modification ID does not match")
        assert album.content(ann) == b"hello"

    def test_a_form_without_the_part_is_refused_in_filemakers_words(self, album: Album, ann: str) -> None:
        expected = (
            '{"messages":[{"message":"Upload payload must contain a part named \'upload\'.","code":"960"}],'
            '"response":{}}'
        )
        answer = album.upload(ann, part="file")
        assert (answer.status, answer.text) == (400, expected)
        body, headers = form(b"x")
        for lesser in (body.replace(b"; filename=", b"; x="), body.replace(b'"photo.png"', b'""')):
            assert album.post(ann, lesser, headers["content-type"]).text == expected, "it is no file"

    @pytest.mark.parametrize(
        "content_type", ["", "application/json", "text/plain", "multipart/mixed; boundary=b"]
    )
    def test_another_content_type_is_415(self, album: Album, ann: str, content_type: str) -> None:
        answer = album.post(ann, form(b"x")[0], content_type)
        assert (answer.status, answer.code) == (415, 1705)

    @pytest.mark.parametrize("content_type", ["multipart/form-data", 'multipart/form-data; boundary=""'])
    def test_without_a_boundary_it_is_no_form(self, album: Album, ann: str, content_type: str) -> None:
        answer = album.post(ann, form(b"x")[0], content_type)
        assert (answer.status, answer.code) == (400, 960)

    def test_a_body_that_ends_early_stores_nothing(self, album: Album, ann: str) -> None:
        album.upload(ann, b"before")
        body, headers = form(b"after")
        for length in range(len(body) - 2):  # the last line end is nobody's
            assert album.post(ann, body[:length], headers["content-type"]).code == 960, f"{length} bytes"
        assert album.content(ann) == b"before"
        assert (album.kept(), album.get(ann).record["modId"]) == (1, "1")

    @pytest.mark.parametrize("length", ["0", "1000", "x"])
    def test_a_body_of_another_length_than_announced_stores_nothing(
        self, album: Album, ann: str, length: str
    ) -> None:
        body, headers = form(b"x")
        answer = album.post(ann, body, headers["content-type"], content_length=length)
        assert (answer.status, answer.code) == (400, 960)
        assert album.kept() == 0

    def test_a_dead_token_stores_nothing(self, app: App, album: Album, ann: str) -> None:
        app.expire_sessions()
        answer = album.upload(ann)
        assert (answer.status, answer.code) == (401, 952)
        again = Album(app)
        assert (again.kept(), again.content(ann)) == (0, None)

    def test_a_record_that_is_not_there_is_101(self, album: Album) -> None:
        assert album.upload("7").code == 101
        assert album.upload("x").code == 101
        album.layout = "nothing"
        assert album.upload("1").code == 105

    def test_a_locked_record_is_301(self, app: App, album: Album, ann: str) -> None:
        with app.faults.lock("person", ann):
            answer = album.upload(ann)
        assert (answer.status, answer.code, album.kept()) == (500, 301, 0)
        assert app.faults.injected == {"lock": 1}
        assert album.upload(ann).code == 0

    def test_a_read_only_account_reads_files_and_sends_none(self, app: App, album: Album, ann: str) -> None:
        album.upload(ann)
        viewer = Album(app, "viewer", "look")
        assert viewer.content(ann) == b"hello"
        assert viewer.upload(ann).code == 200
