"""Taking forms apart: whatever is in them comes out, and what is not whole is no form."""

from __future__ import annotations

import email.policy
from contextlib import suppress
from email.message import EmailMessage
from email.parser import BytesParser
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from server.album import form

from fmorm.server.multipart import NotMultipart, read_parts

BOUNDARY_CHARACTERS = "0123456789abcXYZ'()+_,-./:=?"
BOUNDARIES = st.text(BOUNDARY_CHARACTERS, min_size=1, max_size=70)
PIECES = st.sampled_from([b"\r\n", b"\r", b"\n", b"--", b"-", b"\0", b"x", b"\xff", b"\r\n--", b": "])
CONTENTS = st.one_of(st.binary(max_size=50), st.lists(PIECES, max_size=20).map(b"".join))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FORM = "multipart/form-data; boundary=b"
HEADERS = b'Content-Disposition: form-data; name="upload"; filename="x"'


def framed(
    boundary: str, parts: list[tuple[bytes, bytes]], begin: bytes = b"", end: bytes = b"\r\n"
) -> bytes:
    """Write a form by hand: for each part its headers and its content."""
    line = b"--" + boundary.encode()
    written = b"".join(
        line + b"\r\n" + headers + b"\r\n\r\n" + content + b"\r\n" for headers, content in parts
    )
    return begin + written + line + b"--" + end


def said(name: str, *, extended: bool) -> bytes:
    """Write the headers of a file with this name, in one of the two ways."""
    if extended:
        written = f"filename*=UTF-8''{quote(name, safe='')}"
    else:
        escaped = name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        written = f'filename="{escaped}"'
    return f'Content-Disposition: form-data; name="upload"; {written}'.encode()


@settings(max_examples=300, deadline=None)
@given(BOUNDARIES, st.lists(st.tuples(NAMES, st.booleans(), CONTENTS), min_size=1, max_size=4))
def test_names_and_contents_come_out_as_they_went_in(
    boundary: str, files: list[tuple[str, bool, bytes]]
) -> None:
    for name, extended, content in files:
        assume(b"\r\n--" + boundary.encode() not in b"\r\n" + content)
        assume(
            extended or not ({"%22", "%0d", "%0a"} & {name[at : at + 3].lower() for at in range(len(name))})
        )
        assume(extended or "\0" not in name)
    body = framed(boundary, [(said(name, extended=extended), content) for name, extended, content in files])
    parts = read_parts(f'multipart/form-data; boundary="{boundary}"', body)
    assert [(part.file_name, bytes(part.content)) for part in parts] == [
        (name, content) for name, _, content in files
    ]


@settings(max_examples=200, deadline=None)
@given(BOUNDARIES, CONTENTS, st.data())
def test_a_truncated_form_is_none(boundary: str, content: bytes, data: st.DataObject) -> None:
    assume(b"\r\n--" + boundary.encode() not in b"\r\n" + content)
    body = framed(boundary, [(HEADERS, content)] * 2, end=b"")
    length = data.draw(st.integers(0, len(body) - 1))
    with pytest.raises(NotMultipart):
        read_parts(f'multipart/form-data; boundary="{boundary}"', body[:length])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.lists(PIECES | st.just(b"--b") | st.just(HEADERS), max_size=12).map(b"".join))
def test_nonsense_is_refused_and_nothing_worse(content_type: str, body: bytes) -> None:
    for one in (content_type, FORM, "multipart/form-data; " + content_type):
        with suppress(NotMultipart):
            read_parts(one, body)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20), CONTENTS)
def test_what_httpx_sends_is_understood(name: str, content: bytes) -> None:
    assume("%22" not in name)
    body, headers = form(content, name)
    (part,) = read_parts(headers["content-type"], body)
    assert (part.name, part.file_name, bytes(part.content)) == ("upload", name, content)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_the_standard_librarys_parser_of_mail_reads_the_same(content: bytes) -> None:
    body, headers = form(content)
    assume(b"\r" not in content and b"\n" not in content)  # it takes any of them for the end of a line
    whole = f"Content-Type: {headers['content-type']}\r\n\r\n".encode() + body
    (part,) = read_parts(headers["content-type"], body)
    message = BytesParser(EmailMessage, policy=email.policy.HTTP).parsebytes(whole)
    (other,) = message.iter_parts()
    assert other.get_payload(decode=True) == bytes(part.content)
    assert other.get_filename() == part.file_name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'filename="a\\"b.txt"', 'a"b.txt'),
        (b'filename="a\\\\b.txt"', "a\\b.txt"),
        (b'filename="C:\\Temp\\new.txt"', "C:\\Temp\\new.txt"),  # as browsers on Windows once did
        (b'filename="a%22b.txt"', 'a"b.txt'),
        (b"filename=plain.txt", "plain.txt"),
        ('filename="Ärzte 😀.txt"'.encode(), "Ärzte 😀.txt"),
        (b"filename*=UTF-8''%C3%84%22.txt", 'Ä".txt'),
        (b"filename*=utf-8'de'%C3%84.txt", "Ä.txt"),
        (b"filename*=ISO-8859-1''%C4.txt", "Ä.txt"),
        (b"filename=\"fallback.txt\"; filename*=UTF-8''%C3%84.txt", "Ä.txt"),
        (b"filename*=UTF-8''%C3%84.txt; filename=\"fallback.txt\"", "Ä.txt"),
        (b'FileName="x;y=z.txt"', "x;y=z.txt"),
        (b'filename=""', ""),
    ],
)
def test_names_are_written_in_many_ways(header: bytes, name: str) -> None:
    headers = b'content-disposition:form-data ; name="upload"; ' + header
    (part,) = read_parts(FORM, framed("b", [(headers, b"x")]))
    assert (part.name, part.file_name) == ("upload", name)


@pytest.mark.parametrize(
    "body",
    [
        framed("b", [(HEADERS, b"x")], begin=b"a preamble\r\n", end=b"\r\nan epilogue"),
        framed("b", [(HEADERS, b"x")], end=b"  \t"),
        framed("b", [(HEADERS, b"x")]).replace(b"--b\r\n", b"--b \t\r\n"),
        framed("b", [(HEADERS + b"\r\nContent-Transfer-Encoding: Binary\r\nX-More: y", b"x")]),
    ],
)
def test_what_may_stand_around_a_part(body: bytes) -> None:
    (part,) = read_parts(FORM, body)
    assert bytes(part.content) == b"x"


@pytest.mark.parametrize(
    "content", [b"\r\n--bc", b"\r\n--b-", b"\r\n--b--c", b"--b", b"x--b--\r\n", b"\n--b--", b"\r\n--b\r"]
)
def test_a_line_that_only_begins_like_a_boundary_is_content(content: bytes) -> None:
    (part,) = read_parts(FORM, framed("b", [(HEADERS, content + b"x" + content)]))
    assert bytes(part.content) == content + b"x" + content


def test_a_plain_field_is_no_file() -> None:
    (part,) = read_parts(FORM, framed("b", [(b'Content-Disposition: form-data; name="upload"', b"x")]))
    assert (part.file_name, part.media_type) == (None, "")


@pytest.mark.parametrize(
    "headers",
    [
        b"",
        b"Content-Type: text/plain",
        b'Content-Disposition: attachment; name="upload"; filename="x"',
        b'Content-Disposition: form-data; filename="x"',
        HEADERS + b"\r\nno colon",
        HEADERS + b"\r\n folded: y",
        HEADERS + b"\r\nX: a\nb",
        HEADERS + b"\r\nX: a\0b",
        HEADERS + b"\r\n" + HEADERS,
        HEADERS + b"\r\nX: " + b"y" * 20_000,
        HEADERS + b"\r\nContent-Transfer-Encoding: base64",
        HEADERS.replace(b'"x"', b'"\xff"'),
        HEADERS.replace(b'"x"', b'"x'),
        HEADERS.replace(b'="x"', b""),
        HEADERS.replace(b'="x"', b"*=UTF-8''%FF"),
        HEADERS.replace(b'="x"', b"*=UTF-16''x"),
        HEADERS.replace(b'="x"', b"*=x"),
    ],
)
def test_a_part_with_other_headers_is_refused(headers: bytes) -> None:
    with pytest.raises(NotMultipart):
        read_parts(FORM, framed("b", [(headers, b"x")]))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b--\r\n",
        b"--b\r\n--b--\r\n",
        b"--b\r\n" + HEADERS + b"\r\n\r\n--b--\r\n",
        framed("c", [(HEADERS, b"x")]),
        framed("b", [(HEADERS, b"x")]).replace(b"\r\n", b"\n"),
    ],
)
def test_a_body_of_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(NotMultipart):
        read_parts(FORM, body)


@pytest.mark.parametrize("boundary", ["", "=", "=" + "x" * 71, '="x "', "=ä", '="x', "=a; boundary"])
def test_a_boundary_of_another_form_is_refused(boundary: str) -> None:
    with pytest.raises(NotMultipart):
        read_parts(f"multipart/form-data; boundary{boundary}", framed("x", [(HEADERS, b"x")]))


def test_many_false_boundaries_cost_no_more_than_their_length() -> None:
    content = b"\r\n--bb" * 500_000
    (part,) = read_parts(FORM, framed("b", [(HEADERS, content)]))
    assert bytes(part.content) == content
