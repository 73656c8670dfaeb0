"""Files on their way into containers."""

from __future__ import annotations

import copy
import email
import email.policy
import hashlib
import io
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.wire.containers import PIECE, Contents, upload_of

URL = "https://fm.example.com/Streaming_SSL/MainDB/0A1B.PNG?RCType=EmbeddedRCFileProcessor"


def parsed(body: bytes, content_type: str) -> Any:
    """What the standard library's parser of such bodies makes of one."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    (part,) = message.iter_parts()  # type: ignore[attr-defined,unused-ignore]
    return part


@given(data=st.binary(max_size=2000))
def test_the_body_holds_the_file_and_says_its_length(data: bytes) -> None:
    upload = upload_of(data, name="photo.png")
    body = b"".join(upload.pieces())
    assert len(body) == upload.length
    head, _, rest = body.partition(b"\r\n\r\n")
    assert rest == data + f"\r\n--{upload.boundary}--\r\n".encode()
    assert head.startswith(f"--{upload.boundary}\r\n".encode())
    assert b'name="upload"; filename="photo.png"\r\nContent-Type: image/png' in head
    assert upload.sha256() == hashlib.sha256(data).digest()


def test_a_parser_of_others_finds_the_part() -> None:
    upload = upload_of(b"\x00binary\r\n\xff", name="Grüße 😀.txt")
    part = parsed(b"".join(upload.pieces()), upload.content_type)
    assert part.get_param("name", header="content-disposition") == "upload"
    assert part.get_content_type() == "text/plain"


@pytest.mark.parametrize("name", ['a"b', "a\r\nb", "\\", "=?", "ä", "😀"])
def test_a_name_stays_within_its_quotes(name: str) -> None:
    upload = upload_of(b"", name=name)
    (line,) = [one for one in b"".join(upload.pieces()).split(b"\r\n") if one.startswith(b"Content-Disp")]
    assert line.count(b'"') == 4


@given(size=st.integers(0, 3 * PIECE))
def test_pieces_are_small_and_every_reading_begins_at_the_beginning(size: int) -> None:
    data = os.urandom(8) * (size // 8 + 1)
    told: list[tuple[int, int]] = []
    upload = upload_of(data[:size], name="x", progress=lambda sent, all_: told.append((sent, all_)))
    first, second = list(upload.pieces()), list(upload.pieces())
    assert first == second
    assert max(map(len, first)) <= PIECE
    assert told == [(min(PIECE * n, size), size) for n in range(1, -(-size // PIECE) + 1)] * 2


@pytest.mark.parametrize(
    "how", ["bytes", "bytearray", "memoryview", "path", "text path", "file", "half-read"]
)
def test_a_file_comes_in_several_forms(tmp_path: Path, how: str) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"hello world")
    with path.open("rb") as file, path.open("rb") as read:
        read.read(6)
        source: Any = {
            "bytes": b"hello world", "bytearray": bytearray(b"hello world"), "path": path, "text path": str(path),
            "memoryview": memoryview(b"hello world"), "file": file, "half-read": read,
        }[how]  # fmt: skip
        upload = upload_of(source, name="x" if "byte" in how or "view" in how else None)
        for _ in range(2):
            sent = b"".join(upload.pieces()).partition(b"\r\n\r\n")[2].partition(b"\r\n--")[0]
            assert sent == (b"world" if how == "half-read" else b"hello world")
    assert upload.name == ("x" if "byte" in how or "view" in how else "note.txt")


class Stream(io.RawIOBase):
    """Something that is read once, as a web request's body."""

    def readable(self) -> bool:
        return True


@pytest.mark.parametrize(
    "source", [Stream(), iter([b"x"]), None, 5, object()], ids=lambda one: type(one).__name__
)
def test_what_cannot_be_rewound_is_refused_before_anything_is_sent(source: Any) -> None:
    with pytest.raises(TypeError, match=r"cannot be rewound.*expired"):
        upload_of(source, name="x")


def test_a_text_file_is_refused() -> None:
    with pytest.raises(TypeError, match="mode 'rb'"):
        upload_of(io.StringIO("text"), name="x")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [None, "", "a/b", "\x00", "\ud800"])
def test_a_name_that_is_none_is_refused(name: str | None) -> None:
    with pytest.raises(ValueError, match="name"):
        upload_of(b"x", name=name)


@pytest.mark.parametrize("kind", ["png", "image/png\r\nX: y", "ä/b"])
def test_a_media_type_that_is_none_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="media_type="):
        upload_of(b"x", name="x", media_type=kind)


@pytest.mark.parametrize("after", [b"", b"shorter", b"it has become longer"])
def test_a_file_that_changes_meanwhile_is_not_sent_to_its_end(tmp_path: Path, after: bytes) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"hello world")
    upload = upload_of(path)
    path.write_bytes(after)
    with pytest.raises(ValueError, match="has changed"):
        b"".join(upload.pieces())


def test_a_file_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        upload_of(tmp_path / "nothing.png")


# -- what a reply says -------------------------------------------------------------------------------------


def test_contents_show_no_address() -> None:
    contents = Contents(URL)
    assert contents.extension == ".png"
    assert f"{contents!r} {contents}" == "<contents .png> <contents .png>"
    assert contents.url == URL
    assert contents == Contents(URL) != Contents(URL + "x")
    assert copy.copy(contents) is copy.deepcopy(contents) is contents
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(contents)


@pytest.mark.parametrize(
    "text", ["https://h/Streaming_SSL/MainDB/0A1B?RCType=x", "file:photo.png\rimage:photo.png"]
)
def test_contents_without_an_extension_have_none(text: str) -> None:
    assert not Contents(text).extension
