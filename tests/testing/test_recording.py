from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest

from fmorm.testing.recording import Written, fmorm_body, options
from fmorm.testing.scrubbing import HOST, Scrubber


def body(text: bytes | None) -> Any:
    return SimpleNamespace(body=text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"a": 1, "b": [2, {}]}', b'{"b":[2,{}],"a":1}'),
        (b'"\\u00e9"', '"é"'.encode()),
        (b"", None),
        (b"\xff", b"\xff"),
        (b"no JSON", b"no JSON"),
    ],
)
def test_bodies_that_say_the_same(one: bytes, other: bytes | None) -> None:
    fmorm_body(body(one), body(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"a": 1}', b'{"a": 1.0}'),
        (b'{"a": 1}', b'{"a": true}'),
        (b'{"a": 1}', b'{"a": "1"}'),
        (b'{"a": 12345678901234567891}', b'{"a": 12345678901234567890}'),
        (b'{"a": 0.1}', b'{"a": 0.1000000000000000055}'),
        (b"[1, 2]", b"[2, 1]"),
        (b"{}", None),
        (b"\xff", b"\xfe"),
    ],
)
def test_bodies_that_do_not(one: bytes, other: bytes | None) -> None:
    with pytest.raises(AssertionError, match=r"recorded[\s\S]+this request"):
        fmorm_body(body(one), body(other))


def test_copies_of_the_options_share_the_scrubber() -> None:
    scrubber = Scrubber("http://127.0.0.1:1", "admin", "password")
    copied = deepcopy(options(scrubber))
    copied["before_record_request"](
        SimpleNamespace(uri=f"{HOST}/", body=None, headers={"authorization": "Bearer abcdefgh"})
    )
    assert "abcdefgh" in scrubber.secrets


@pytest.mark.parametrize(
    "text", ["", "x", "two\nlines", "{\n 'é': \"😀\"\n}", "tab\there", "a: b # c", "null", "\r\n"]
)
def test_what_is_written_is_read_back(text: str) -> None:
    exchange: dict[str, Any] = {
        "request": {"method": "GET", "uri": f"{HOST}/", "headers": {}, "body": text},
        "response": {"status": {"code": 200, "message": ""}, "headers": {}, "body": {"string": text}},
    }
    cassette: dict[str, Any] = {"version": 1, "interactions": [exchange]}
    assert Written.deserialize(Written(Scrubber()).serialize(cassette)) == cassette
