"""What a reply says in its headers, and how its body is written."""

from __future__ import annotations

import base64
import gzip
import hashlib

import pytest
from conformance.wire import Answer, Serve, Wire


def tag(answer: Answer) -> str:
    digest = base64.b64encode(hashlib.sha1(answer.body, usedforsecurity=False).digest()).decode()
    return f'W/"{len(answer.body):x}-{digest[:27]}"'


ALWAYS = {
    "Content-Type": "application/json; charset=utf-8",
    "Vary": "Accept-Encoding",
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "1; mode=block",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Headers": "Content-Type, Authorization",
    "Access-Control-Allow-Credentials": "true",
}
PATHS = ["/productInfo", "/databases", "/validateSession", "records", "records/99", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
def test_every_reply_has_the_same_headers(reader: Wire, path: str) -> None:
    answer = reader.ask("GET", path)
    assert {name: answer.header(name) for name in ALWAYS} == ALWAYS


def test_they_name_the_host_whatever_the_client_calls_it(serve: Serve) -> None:
    answer = serve(host="fms.example.com").ask("GET", "/databases")
    assert answer.header("Access-Control-Allow-Origin") == "fms.example.com"


@pytest.mark.parametrize("path", PATHS[1:])
def test_a_reply_is_not_to_be_cached_and_its_tag_is_the_hash_of_its_body(reader: Wire, path: str) -> None:
    answer = reader.ask("GET", path)
    assert answer.header("Cache-Control") == "no-cache"
    assert answer.header("ETag") == tag(answer)


def test_the_product_information_has_neither(reader: Wire) -> None:
    answer = reader.ask("GET", "/productInfo")
    assert answer.header("Cache-Control") is None
    assert answer.header("ETag") is None


def test_the_length_of_the_body_is_told(reader: Wire) -> None:
    answer = reader.ask("GET", "/databases")
    assert answer.header("Content-Length") == str(len(answer.body))


def test_a_reply_is_packed_where_the_client_takes_it(wire: Wire) -> None:
    record = wire.create({"Name": "Ada", "Note": "n" * 5000})
    plain = wire.get(record)
    packed = wire.ask("GET", f"records/{record}", accept_encoding="gzip, deflate")
    assert packed.header("Content-Encoding") == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.header("ETag") == plain.header("ETag") == tag(plain)


def test_it_is_not_packed_where_the_client_does_not_say_so(wire: Wire) -> None:
    record = wire.create({"Name": "Ada", "Note": "n" * 5000})
    assert wire.get(record).header("Content-Encoding") is None
    assert wire.ask("GET", f"records/{record}", accept_encoding="identity").header("Content-Encoding") is None


def test_a_body_is_compact_utf_8_in_which_neither_letters_nor_slashes_are_escaped(wire: Wire) -> None:
    record = wire.create({"Name": "Åse/Ωmega 😀"})
    answer = wire.get(record)
    assert '"fieldData":{"Name":"Åse/Ωmega 😀","Home Town":"",' in answer.body.decode("utf-8")
    assert b"\n" not in answer.body
    assert b'": ' not in answer.body


def test_line_breaks_and_quotes_are_escaped_shortly(wire: Wire) -> None:
    record = wire.create({"Name": 'a\rb\t"\\'})
    assert r'"Name":"a\rb\t\"\\"' in wire.get(record).text


def test_only_a_log_in_hands_out_the_token_in_a_header(reader: Wire) -> None:
    assert reader.log_in().header("X-FM-Data-Access-Token")
    assert reader.log_in(password="wrong").header("X-FM-Data-Access-Token") is None
    assert reader.ask("GET", "/validateSession").header("X-FM-Data-Access-Token") is None
