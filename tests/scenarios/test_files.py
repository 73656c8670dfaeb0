"""Files into containers and out of them, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from faults.conftest import QUICK
from scenarios.conftest import Office
from scenarios.office import Pictured, stored

from fmorm import (
    ConflictError,
    ConnectionLost,
    NotFound,
    NotLoaded,
    ProtocolError,
    ReadOnly,
    RecordStateError,
    state,
)
from fmorm.wire.containers import PIECE, upload_of

MEGABYTE = os.urandom(1024 * 1024)


@pytest.mark.parametrize("data", [b"", b"x", MEGABYTE], ids=["empty", "one byte", "a megabyte"])
@pytest.mark.parametrize("how", ["bytes", "path", "file"])
def test_what_is_uploaded_is_what_is_downloaded(
    office: Office, tmp_path: Path, data: bytes, how: str
) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    assert ann.photo is None
    path = tmp_path / "Ännchen's 😀.png"
    path.write_bytes(data)
    with path.open("rb") as file:
        source: Any = {"bytes": data, "path": path, "file": file}[how]
        db.upload(ann, Pictured.photo, source, name=path.name if how == "bytes" else None)
    again = db.get(Pictured, 1)
    assert again.photo is not None
    assert again.photo.extension == ".png"
    assert db.download(again, Pictured.photo) == data
    assert db.find(Pictured).where(Pictured.photo.not_empty()).count() == 1


def test_an_upload_leaves_the_rest_of_the_record_as_it_is(office: Office) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    ann.name = "Anne"
    db.upload(ann, "photo", b"x", name="x.png")
    assert state(ann).originals == {"name": "Ann Berg"}
    db.save(ann)  # the mod id that the upload has told is the right one
    assert db.get(Pictured, 1).name == "Anne"


@pytest.mark.parametrize("asked", [False, True])
def test_what_is_uploaded_was_not_loaded_whoever_has_asked_before(office: Office, asked: bool) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    assert not asked or "photo" in ann.model_fields_set
    db.upload(ann, "photo", b"x", name="x.png")
    assert "photo" not in ann.model_fields_set


def test_a_session_that_ends_in_mid_upload_stores_the_whole_file(office: Office) -> None:
    db = office.open(retry=QUICK)
    ann = db.get(Pictured, 1)
    expired: list[int] = []

    def progress(sent: int, size: int) -> None:
        if not expired and sent > size // 2:
            expired.append(sent)
            office.app.expire_sessions()

    db.upload(ann, "photo", io.BytesIO(MEGABYTE), name="x.png", progress=progress)
    assert expired, "the session has not ended"
    there = stored(office.app)
    assert there is not None
    assert hashlib.sha256(there).digest() == hashlib.sha256(MEGABYTE).digest()
    assert state(db.get(Pictured, 1)).mod_id == "1", "it was stored twice"


def test_a_stream_that_cannot_be_rewound_is_refused_before_anything_is_sent(office: Office) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    office.forget()
    with pytest.raises(TypeError, match=r"cannot be rewound"):
        db.upload(ann, "photo", iter([b"x"]), name="x.png")  # type: ignore[arg-type]
    assert office.sent == []


def test_somebody_else_s_change_is_a_conflict_and_nothing_is_stored(office: Office) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    db.update(Pictured, 1, {"notes": "theirs"})
    with pytest.raises(ConflictError):
        db.upload(ann, "photo", b"x", name="x.png")
    assert stored(office.app) is None


def test_an_empty_container_holds_no_file(office: Office) -> None:
    db = office.open()
    with pytest.raises(NotFound, match=r"Pictured\.photo of record 1 holds no file"):
        db.download(db.get(Pictured, 1), "photo")


def test_what_is_no_container_is_refused(office: Office) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    office.forget()
    with pytest.raises(TypeError, match=r"Pictured\.name is no container; its containers are photo"):
        db.upload(ann, "name", b"x", name="x")
    with pytest.raises(RecordStateError, match="never created"):
        db.upload(Pictured(name="Dag"), "photo", b"x", name="x")
    assert office.sent == []


def test_the_token_goes_to_no_other_host(office: Office) -> None:
    """A reply may lead anywhere; what is asked there carries no token."""
    from fmorm.transport.hops import Journey
    from fmorm.wire.requests import Request

    request = Request("GET", "", "download", private=True)
    bearer = {"Authorization": "Bearer t0ken"}
    home = "https://fm.example.com"
    assert Journey(request, f"{home}/Streaming_SSL/x", home, bearer).headers() == bearer
    for stranger in ("https://evil.example", "http://fm.example.com", "https://fm.example.com:8443"):
        assert Journey(request, f"{stranger}/x", home, bearer).headers() == {}


class OfAForm:
    """A file as Werkzeug has it: `name` is that of the form's field."""

    name = "photo"
    filename = "me.png"

    def __init__(self) -> None:
        self.stream = io.BytesIO(b"abc")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def test_a_file_of_a_web_form_keeps_its_own_name() -> None:
    source: Any = OfAForm()
    assert upload_of(source).name == "me.png"


def test_a_file_that_stands_behind_its_end_is_refused() -> None:
    source = io.BytesIO(b"abc")
    source.seek(5)
    with pytest.raises(ValueError, match="behind its end"):
        upload_of(source, name="x.png")


def test_each_repetition_holds_a_file_of_its_own(office: Office) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    assert list(ann.scans) == [None, None, None]
    db.upload(ann, Pictured.scans[1], b"two", name="two.pdf")
    db.upload(ann, Pictured.scans[0], b"one", name="one.png")
    with pytest.raises(NotLoaded):
        ann.scans[1]
    db.reload(ann)
    assert [scan and scan.extension for scan in ann.scans] == [".png", ".pdf", None]
    assert (db.download(ann, Pictured.scans[1]), db.download(ann, Pictured.scans[0])) == (b"two", b"one")
    assert db.find(Pictured).where(Pictured.scans[1].not_empty()).count() == 1
    assert db.find(Pictured).where(Pictured.scans.not_empty()).count() == 1
    with pytest.raises(NotFound, match=r"Pictured\.scans\[2\] of record 1 holds no file"):
        db.download(ann, Pictured.scans[2])


def test_a_repetition_is_named(office: Office) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    with pytest.raises(TypeError, match=r"has 3 repetitions: say which, as in Pictured\.scans\[0\]"):
        db.upload(ann, "scans", b"x", name="x.png")
    with pytest.raises(IndexError, match=r"there is no \[3\]"):
        Pictured.scans[3]
    with pytest.raises(ReadOnly, match=r"db\.upload\(record, Pictured\.scans\[0\]"):
        ann.scans[0] = None
    assert "scans" not in ann.model_dump()


def test_a_lost_reply_to_an_upload_into_a_repetition_is_found_out(office: Office) -> None:
    db = office.open(retry=QUICK)
    ann = db.get(Pictured, 1)
    office.app.faults.drop("after commit", times=1)
    db.upload(ann, Pictured.scans[2], b"three", name="three.png")
    assert state(ann).mod_id == state(db.get(Pictured, 1)).mod_id
    assert db.download(ann, Pictured.scans[2]) == b"three"


def test_a_download_goes_piece_by_piece(office: Office) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    db.upload(ann, "photo", MEGABYTE, name="x.png")
    with db.open_file(ann, Pictured.photo) as file:
        assert (file.size, file.media_type) == (len(MEGABYTE), "image/png")
        pieces = list(file)
    assert b"".join(pieces) == MEGABYTE
    assert max(map(len, pieces)) <= PIECE
    with db.open_file(ann, "photo") as file:
        assert len(file.read()) == PIECE  # and the rest is left alone
    assert db.get(Pictured, 1).name == "Ann Berg"


def test_a_file_is_read_while_others_use_the_session(office: Office) -> None:
    db = office.open(sessions=1, wait=0.5)
    ann = db.get(Pictured, 1)
    db.upload(ann, "photo", MEGABYTE, name="x.png")
    with db.open_file(ann, "photo") as file:
        first = file.read()
        ann.name = "Anne"
        db.save(ann)
        assert first + b"".join(file) == MEGABYTE


@pytest.mark.parametrize("how", ["path", "file"])
def test_a_download_goes_into_a_file(office: Office, tmp_path: Path, how: str) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    db.upload(ann, "photo", MEGABYTE, name="x.png")
    path = tmp_path / "photo.png"
    path.write_bytes(b"before")
    if how == "path":
        assert db.download(ann, "photo", to=path) is None
    else:
        with path.open("wb") as file:
            db.download(ann, "photo", to=file)
    assert path.read_bytes() == MEGABYTE
    assert [one.name for one in tmp_path.iterdir()] == ["photo.png"]


def test_a_download_that_breaks_off_begins_anew(office: Office, tmp_path: Path) -> None:
    db = office.open(retry=QUICK)
    ann = db.get(Pictured, 1)
    db.upload(ann, "photo", MEGABYTE, name="x.png")
    office.app.faults.drop("mid-body", on="download", skip=1, times=1)
    assert db.download(ann, "photo") == MEGABYTE
    office.app.faults.drop("mid-body", on="download", skip=1, times=1)
    db.download(ann, "photo", to=tmp_path / "x.png")
    assert (tmp_path / "x.png").read_bytes() == MEGABYTE


def test_a_path_stays_as_it_is_where_the_download_fails(office: Office, tmp_path: Path) -> None:
    db = office.open(retry=QUICK)
    ann = db.get(Pictured, 1)
    path = tmp_path / "photo.png"
    path.write_bytes(b"before")
    with pytest.raises(NotFound):
        db.download(ann, "photo", to=path)
    db.upload(ann, "photo", MEGABYTE, name="x.png")
    office.app.faults.drop("mid-body", on="download", skip=1, times=50)
    with pytest.raises(ConnectionLost):
        db.download(ann, "photo", to=path)
    assert path.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["photo.png"]
    with pytest.raises(TypeError, match="mode 'wb'"):
        db.download(ann, "photo", to=io.StringIO())  # type: ignore[call-overload]


def test_the_traffic_counts_the_bytes_of_a_file(office: Office) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    db.upload(ann, "photo", MEGABYTE, name="x.png")
    before = db.traffic
    db.download(ann, "photo")
    assert db.traffic.bytes_received - before.bytes_received >= len(MEGABYTE)
    assert db.traffic.requests - before.requests == 2


def test_an_address_that_is_refused_is_read_again(office: Office) -> None:
    db = office.open()
    ann = db.get(Pictured, 1)
    db.upload(ann, "photo", b"there", name="x.png")
    office.app.faults.html(401, on="download", times=1)
    assert db.download(ann, "photo") == b"there"
    office.app.faults.html(401, on="download", times=2)
    with pytest.raises(ProtocolError, match=r"download of Pictured\.photo, record 1: HTTP 401"):
        db.download(ann, "photo")
