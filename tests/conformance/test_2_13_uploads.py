"""Putting files into containers."""

from __future__ import annotations

import pytest
from conformance.wire import FORM, OK, Wire, named, part, path_of

NO_PART = (400, "960", "Upload payload must contain a part named 'upload'.")


@pytest.fixture
def files(wire: Wire) -> Wire:
    """The layout with containers; its record 1 is Ada."""
    wire.layout = "files"
    wire.create({"Name": "Ada"})
    return wire


def content(wire: Wire, field: str) -> bytes:
    """Fetch what is in a container of the first record, as a client with cookies does."""
    first = wire.send("GET", path_of(wire.get("1").fields[field]), {})
    cookie = (first.header("Set-Cookie") or "").partition(";")[0]
    return wire.send("GET", path_of(first.header("Location")), {"Cookie": cookie}).body


def test_it_gives_the_modification_id(files: Wire) -> None:
    assert files.upload("1", "Photo", b"x").text == '{"response":{"modId":"1"},' + OK
    assert files.upload("1", "Photo", b"y").text == '{"response":{"modId":"2"},' + OK
    assert content(files, "Photo") == b"y"


def test_every_byte_is_kept(files: Wire) -> None:
    every = bytes(range(256)) * 300 + b"\r\n--y\r\n"
    files.upload("1", "Photo", every)
    assert content(files, "Photo") == every


def test_the_first_repetition_is_meant_where_none_is_named(files: Wire) -> None:
    files.upload("1", "Scans", b"first")
    files.upload("1", "Scans/2", b"second")
    files.upload("1", "Scans/1", b"again")
    assert (content(files, "Scans(1)"), content(files, "Scans(2)")) == (b"again", b"second")


@pytest.mark.parametrize("repetition", ["3", "0", "x"])
def test_a_repetition_that_is_not_there_is_refused(files: Wire, repetition: str) -> None:
    assert files.upload("1", f"Scans/{repetition}", b"x").status in {400, 500}
    assert files.mod_id("1") == "0"


@pytest.mark.parametrize(
    ("query", "outcome"),
    [
        ("?modId=0", (200, "0", "OK")),
        ("?modId=7", (500, "306", "Record modification ID does not match")),
        ("?x=7", (400, "960", "Unknown parameter(s): x")),
    ],
)
def test_a_modification_id_may_be_checked(files: Wire, query: str, outcome: tuple[int, str, str]) -> None:
    assert files.upload("1", "Photo", b"x", query=query).outcome == outcome
    assert files.mod_id("1") == str(int(outcome[1] == "0"))


@pytest.mark.parametrize("name", ["file", "Upload", "upload2", ""])
def test_without_the_part_it_says_so(files: Wire, name: str) -> None:
    form = part(f'name="{name}"; filename="a.txt"', b"x")
    answer = files.ask("POST", "records/1/containers/Photo", form, content_type=FORM)
    assert answer.outcome == NO_PART
    assert answer.text.startswith('{"messages":[{"message":"Upload')


def test_a_field_of_the_form_that_is_no_file_is_not_the_part(files: Wire) -> None:
    form = b'--x\r\nContent-Disposition: form-data; name="upload"\r\n\r\nx\r\n--x--\r\n'
    assert files.ask("POST", "records/1/containers/Photo", form, content_type=FORM).outcome == NO_PART


@pytest.mark.parametrize("form", [b"", b"x", b"--x--\r\n", part('name="upload"; filename="a"', b"x")[:-6]])
def test_what_is_no_whole_form_is_refused(files: Wire, form: bytes) -> None:
    answer = files.ask("POST", "records/1/containers/Photo", form, content_type=FORM)
    assert answer.outcome[:2] == (400, "960")
    assert files.get("1").fields["Photo"] == ""


@pytest.mark.parametrize(
    ("disposition", "extension"),
    [
        ('filename="a.png"', ".png"),
        ("filename=a.png", ".png"),
        ("filename*=UTF-8''%C3%A5.png", ".png"),
        ('filename="a.b.pdf"', ".pdf"),
        ('filename="none"', ""),
    ],
)
def test_the_file_keeps_the_name_that_is_given(files: Wire, disposition: str, extension: str) -> None:
    form = part(f'name="upload"; {disposition}', b"x")
    assert files.ask("POST", "records/1/containers/Photo", form, content_type=FORM).code == "0"
    path = files.get("1").fields["Photo"].partition("?")[0].rpartition("/")[2]
    assert path[64:] == extension


@pytest.mark.parametrize("media_type", ["image/png", "application/x-whatever", "text/plain; charset=utf-8"])
def test_any_media_type_is_taken(files: Wire, media_type: str) -> None:
    form = part('name="upload"; filename="a.bin"', b"x", media_type)
    assert files.ask("POST", "records/1/containers/Photo", form, content_type=FORM).code == "0"


def test_other_parts_do_not_matter(files: Wire) -> None:
    first = b'--x\r\nContent-Disposition: form-data; name="more"\r\n\r\nno file\r\n'
    form = first + part('name="upload"; filename="a.txt"', b"x")
    assert files.ask("POST", "records/1/containers/Photo", form, content_type=FORM).code == "0"
    assert content(files, "Photo") == b"x"


def test_a_record_that_is_not_there_is_missing(files: Wire) -> None:
    assert files.upload("99", "Photo", b"x").outcome == (500, "101", "Record is missing")


def test_a_field_that_is_not_there_is_missing(files: Wire) -> None:
    assert files.upload("1", "Nothing", b"x").outcome == (500, "102", "Field is missing")


def test_a_field_that_is_no_container_takes_no_file(files: Wire) -> None:
    answer = files.upload("1", "Name", b"x")
    assert answer.status == 500
    assert files.get("1").fields["Name"] == "Ada"


def test_a_related_container_takes_none_either(files: Wire) -> None:
    files.layout = "person"
    files.edit("1", {"portalData": {"Tasks": [{"tasks::Title": "a"}]}})
    files.layout = "borrowed"
    assert files.upload("1", named("person::Photo"), b"x").status == 500
    assert files.get("1").fields["person::Photo"] == ""


def test_an_empty_text_empties_a_container(files: Wire) -> None:
    files.upload("1", "Photo", b"x")
    assert files.edit("1", {"fieldData": {"Photo": ""}}).response == {"modId": "2"}
    assert files.get("1").fields["Photo"] == ""


@pytest.mark.parametrize("text", ["x", "https://example.com/a.png"])
def test_another_text_is_no_way_to_fill_one(files: Wire, text: str) -> None:
    files.upload("1", "Photo", b"x")
    files.edit("1", {"fieldData": {"Photo": text}})
    assert content(files, "Photo") == b"x"
