from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from protocol.answers import JSON, READ, TOKEN, WRITE, compact, invalid, ok, page, record, records, refusal

from fmorm.errors import (
    CredentialError,
    FmormError,
    OutcomeUnknown,
    ProtocolError,
    RecordMissing,
    RequestRefused,
    ServerError,
    SessionExpired,
)
from fmorm.wire import requests
from fmorm.wire.parsing import parse_json
from fmorm.wire.replies import Reply, response_of, token_of
from fmorm.wire.requests import Place, Request
from fmorm.wire.values.numbers import EXPONENTS

# -- numbers ---------------------------------------------------------------------------------------------

DIGITS = st.text("0123456789", max_size=60)
NUMBERS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "-"]),
    st.just("0") | st.builds("{}{}".format, st.sampled_from("123456789"), DIGITS),
    st.just("") | st.builds(".{}{}".format, st.sampled_from("0123456789"), DIGITS),
    st.just("")
    | st.builds("{}{}".format, st.sampled_from(["e", "E", "e+", "E-", "e-"]), st.integers(0, 400)),
)


def exact(value: Any) -> Decimal:
    """The number that a parsed value stands for, to its last digit; one beyond FileMaker's is left as its text."""
    if isinstance(value, str):
        assert abs(Decimal(value).adjusted()) > EXPONENTS
        return Decimal(value)
    assert isinstance(value, int | float | Decimal)
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


@given(NUMBERS)
@example("9007199254740993")
@example("0.12345678901234567")
@example("1.7976931348623157e308")
@example("1e400")
@example("1e-400")
@example("4.9e-324")
@example("1.23456789012e-320")
def test_no_number_loses_a_digit(literal: str) -> None:
    body = f'{{"response":{{"data":[{{"fieldData":{{"Sum":{literal}}}}}]}}}}'.encode()
    (one,) = parse_json(body)["response"]["data"]
    assert exact(one["fieldData"]["Sum"]) == Decimal(literal)


def is_filemakers(number: Decimal) -> bool:
    return not number or abs(number.adjusted()) <= EXPONENTS


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | NUMBERS.map(Decimal).filter(is_filemakers),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_document_is_what_the_careful_parser_makes_of_it(document: Any) -> None:
    body = written(document).encode()
    assert list(leaves(parse_json(body))) == list(leaves(json.loads(body, parse_float=Decimal)))


def written(document: Any) -> str:
    """JSON with numbers as digits."""
    match document:
        case Decimal():
            return f"{document:f}"
        case list():
            return f"[{','.join(map(written, document))}]"  # pyright: ignore[reportUnknownArgumentType]
        case dict():
            members: dict[str, Any] = document  # pyright: ignore[reportUnknownVariableType]
            return (
                "{" + ",".join(f"{json.dumps(key)}: {written(value)}" for key, value in members.items()) + "}"
            )
        case _:
            return json.dumps(document)


def leaves(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with its path, numbers exactly."""
    match document:
        case list():
            yield path, "list"
            for number, inner in enumerate(document):  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]
                yield from leaves(inner, f"{path}/{number}")
        case dict():
            yield path, "dict"
            for key, inner in document.items():  # pyright: ignore[reportUnknownVariableType]
                yield from leaves(inner, f"{path}/{key}")
        case bool() | None | str():
            yield path, document
        case _:
            yield path, exact(document)


@pytest.mark.parametrize("literal", ["123456789012345678", "3" * 57, f"-{'7' * 58}", "1234567890.1234567891"])
def test_long_literals_stay_whole(literal: str) -> None:
    value = parse_json(f"[1.5,{literal}]".encode())[1]
    assert isinstance(value, int | Decimal), "a float has no room for it"
    assert str(value) == literal


def test_lone_surrogates_are_text() -> None:
    assert parse_json(b'{"Name":"a\\ud83d"}') == {"Name": "a\ud83d"}


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b'{"a":}', b"\xff\xfe", b"nothing"])
def test_what_is_no_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - two parsers, two texts
        parse_json(body)


# -- the envelope ----------------------------------------------------------------------------------------


def test_the_response_member_is_given() -> None:
    one = record(
        7,
        {
            "Name": "Ida",
            "": "",
            "Notes": "a\rb",
            "Serial": 3070884973408833919385016168376332397025719676107210536517,
        },
        {"Homes": [{"recordId": "3", "homes::City": "Oslo", "cities::Size": 7, "modId": "1"}]},
        tables={"Homes": "homes"},
    )
    assert response_of(records([one], 12), READ) == {
        "dataInfo": {
            "database": "crm",
            "layout": "guest",
            "table": "guests",
            "totalRecordCount": 12,
            "foundCount": 12,
            "returnedCount": 1,
        },
        "data": [one],
    }


def test_an_empty_response_is_one() -> None:
    assert response_of(ok(), WRITE) == {}


def test_indented_json_and_another_order_of_members_are_read() -> None:
    body = b'{\n "messages": [\n  {"message": "OK", "code": "0"}\n ],\n "response": {"modId": "4"}\n}\n'
    assert response_of(Reply(200, JSON, body), READ) == {"modId": "4"}


@pytest.mark.parametrize(
    ("reply", "error", "code"),
    [
        (refusal(101), RecordMissing, 101),
        (refusal(952, 401), SessionExpired, 952),
        (invalid(960, "Unknown parameter(s): _limit.Homes"), RequestRefused, 960),
        (refusal(-1), ServerError, -1),
        (refusal(101, 200), RecordMissing, 101),
        (refusal(4711), ServerError, 4711),
    ],
)
@pytest.mark.parametrize("request_", [READ, WRITE], ids=["reading", "writing"])
def test_a_refusal_is_the_error_of_its_code(
    reply: Reply, error: type[ServerError], code: int, request_: Request
) -> None:
    with pytest.raises(ServerError) as caught:
        response_of(reply, request_)
    assert type(caught.value) is error
    assert (caught.value.code, caught.value.status) == (code, reply.status)
    assert caught.value.request == request_.about


def test_the_servers_text_is_kept() -> None:
    with pytest.raises(ServerError) as caught:
        response_of(invalid(960, "Unknown parameter(s): _limit.Homes"), READ)
    assert caught.value.text == "Unknown parameter(s): _limit.Homes"


@pytest.mark.parametrize("code", ["", "many", "1.5"])
def test_a_code_that_is_no_number_is_no_reply(code: str) -> None:
    body = compact({"messages": [{"code": code, "message": "odd"}], "response": {}})
    with pytest.raises(ProtocolError, match="HTTP 500"):
        response_of(Reply(500, JSON, body), READ)


WHOLE = ok({"recordId": "8", "modId": "0"}).body
BROKEN: dict[str, bytes] = {
    "empty": b"",
    "html": page(502).body,
    "truncated": WHOLE[:-9],
    "truncated in a character": '{"response":{"é'.encode()[:-1],
    "null": b"null",
    "list": b"[]",
    "text": b'"messages"',
    "number": b"0",
    "no messages": b'{"response":{}}',
    "no response": b'{"messages":[{"code":"0","message":"OK"}]}',
    "messages empty": b'{"response":{},"messages":[]}',
    "messages an object": b'{"response":{},"messages":{"code":"0"}}',
    "message a text": b'{"response":{},"messages":["OK"]}',
    "code a number": b'{"response":{},"messages":[{"code":0,"message":"OK"}]}',
    "code missing": b'{"response":{},"messages":[{"message":"OK"}]}',
    "code null": b'{"response":{},"messages":[{"code":null,"message":"OK"}]}',
    "response a list": b'{"response":[],"messages":[{"code":"0","message":"OK"}]}',
    "response null": b'{"response":null,"messages":[{"code":"0","message":"OK"}]}',
    "nested without end": b"[" * 100_000,
}
BROKEN_BODIES = pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)


@BROKEN_BODIES
@pytest.mark.parametrize("status", [200, 302, 401, 404, 500, 502])
def test_what_is_no_reply_to_a_read_is_a_protocol_error(body: bytes, status: int) -> None:
    with pytest.raises(ProtocolError, match="not a FileMaker Data API reply") as caught:
        response_of(Reply(status, {}, body), READ)
    assert caught.value.status == status


@BROKEN_BODIES
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, OutcomeUnknown),
        (302, OutcomeUnknown),
        (500, OutcomeUnknown),
        (502, OutcomeUnknown),
        (504, OutcomeUnknown),
        (400, ProtocolError),
        (404, ProtocolError),
        (415, ProtocolError),
    ],
)
def test_after_a_write_it_may_hide_that_the_write_was_done(
    body: bytes, status: int, error: type[FmormError]
) -> None:
    with pytest.raises(error, match="not a FileMaker Data API reply"):
        response_of(Reply(status, {}, body), WRITE)


def test_the_message_says_what_came_instead() -> None:
    reply = page(503)
    with pytest.raises(ProtocolError) as caught:
        response_of(Reply(503, reply.headers, reply.body * 100), READ)
    text = str(caught.value)
    size = f"{len(reply.body) * 100} bytes"
    for part in ("HTTP 503", "read of layout 'guest'", "text/html", size, "<html><head><title>503"):
        assert part in text
    assert len(text) < 400, "the whole page is in the message"


@pytest.mark.parametrize("read", [response_of, token_of])
@given(
    body=st.binary(max_size=40)
    | st.text(max_size=40).map(str.encode)
    | st.binary(max_size=40).map(WHOLE.__add__)
)
def test_any_bytes_are_a_reply_or_an_error_of_ours(read: Any, body: bytes) -> None:
    with suppress(FmormError):
        read(Reply(200, JSON, body), WRITE)


# -- log-in ----------------------------------------------------------------------------------------------

LOG_IN = requests.log_in(Place("vLatest", "crm"))
HEADER = {"x-fm-data-access-token": TOKEN}


@pytest.mark.parametrize(
    "reply",
    [ok({"token": TOKEN}, headers=HEADER), ok({"token": TOKEN}), ok(headers=HEADER)],
    ids=["both", "body", "header, as FileMaker Server 17 does it"],
)
def test_the_token_is_in_the_body_or_in_a_header(reply: Reply) -> None:
    assert token_of(reply, LOG_IN) == TOKEN


@pytest.mark.parametrize("reply", [ok(), ok({"token": ""}), ok({"token": None})])
def test_a_log_in_without_a_token_is_an_error(reply: Reply) -> None:
    with pytest.raises(ProtocolError, match="gave no session token"):
        token_of(reply, LOG_IN)


def test_a_refused_log_in() -> None:
    with pytest.raises(CredentialError, match=r"212: .*log-in to 'crm'.*fmrest"):
        token_of(refusal(212, 401), LOG_IN)


@pytest.mark.parametrize(
    "body",
    [
        f'{{"response":{{"token":"{TOKEN}"}},"messages":[{{"code":"0","mess'.encode(),
        f'{{"response":{{"token":"{TOKEN}"}},"messages":[]}}'.encode(),
        f'{{"response":["{TOKEN}"],"messages":[{{"code":"0","message":"OK"}}]}}'.encode(),
        f"<p>{TOKEN}</p>".encode(),
        f'"{TOKEN}"'.encode(),
        f'{{"response":{{"token":"{TOKEN}"}},"messages":[{{"code":"802","message":"Unable to open file"}}]}}'.encode(),
    ],
)
@pytest.mark.parametrize("status", [200, 401, 502])
def test_no_error_of_a_log_in_shows_the_token(body: bytes, status: int) -> None:
    with pytest.raises(FmormError) as caught:
        token_of(Reply(status, {**JSON, **HEADER}, body), LOG_IN)
    error: BaseException | None = caught.value
    while error is not None:
        assert TOKEN not in f"{error} {error!r} {error.args} {vars(error)}"
        error = error.__cause__ or error.__context__


def test_a_reply_does_not_show_its_secrets() -> None:
    shown = f"{ok({'token': TOKEN}, headers=HEADER)!r}"
    assert TOKEN not in shown
    assert "200" in shown
