"""The object around every reply: `response` and `messages`."""

from __future__ import annotations

import pytest
from conformance.wire import DONE, OK, Wire


def test_a_reply_is_the_response_and_one_message_in_this_order(reader: Wire) -> None:
    text = reader.ask("GET", "/databases").text
    assert text == '{"response":{"databases":[{"name":"office"},{"name":"vault"}]},' + OK


def test_a_response_with_nothing_to_say_is_an_empty_object(wire: Wire) -> None:
    record = wire.create()
    assert wire.ask("GET", "/validateSession").text == DONE
    assert wire.ask("PATCH", "/databases/office/globals", {"globalFields": {}}).text == DONE
    assert wire.ask("DELETE", f"records/{record}").text == DONE
    assert wire.ask("DELETE", f"/databases/office/sessions/{wire.token}").text == DONE


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        ("GET", "records/99", None, '{"code":"101","message":"Record is missing"}'),
        ("GET", "records?limit=1", None, '{"message":"Unknown parameter(s): limit","code":"960"}'),
        ("POST", "_find", {"query": [{"No": "x"}]}, '{"code":"102","message":"Field is missing"}'),
        (
            *("POST", "_find", {"query": [{"Name": "x"}], "_limit": 1}),
            '{"message":"Unknown parameter(s): _limit","code":"960"}',
        ),
    ],
)
def test_an_error_has_the_messages_first_and_what_refuses_the_request_decides_their_order(
    reader: Wire, method: str, path: str, body: object, text: str
) -> None:
    assert reader.ask(method, path, body).text == '{"messages":[' + text + '],"response":{}}'


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere"),
        ("PUT", "records"),
        ("GET", "records/99"),
        ("GET", "records?x=1"),
        ("POST", "records"),
        ("GET", "/databases/office/layouts/none/records"),
        ("GET", "/databases/none/layouts"),
    ],
)
def test_whatever_is_wrong_there_is_one_message_with_texts_and_an_empty_response(
    reader: Wire, method: str, path: str
) -> None:
    answer = reader.ask(method, path)
    assert list(answer.json) == ["messages", "response"]
    assert answer.json["response"] == {}
    (message,) = answer.json["messages"]
    assert message.keys() == {"code", "message"}
    assert {type(value) for value in message.values()} == {str}
    assert message["code"].isdigit()
    assert answer.status >= 400, "no code but 0 comes with a good status"
