"""The page's two addresses, without a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import httpx
import pytest
from server.album import ALBUM, Album
from server.client import Answer, Client, basic

from fmorm.server import App, Background, Reply, Request, Schema, load_schema
from fmorm.server.page import document, told

REQUESTS = "/fmorm/requests"
TOKEN = re.compile(r"[0-9a-f]{20,}")


def get(app: App, target: str = "/", method: str = "GET", **headers: str) -> Reply:
    return app.handle(Request(method, target, headers))


def recent(client: Client) -> Answer:
    reply = get(client.app, REQUESTS, authorization=f"Bearer {client.token}")
    return Answer(f"GET {REQUESTS}", reply, json.loads(reply.body))


def listed(client: Client) -> list[Any]:
    return list(recent(client).response["requests"])


@pytest.mark.parametrize("target", ["/", "/?x=1"])
def test_the_page_is_one_document(app: App, target: str) -> None:
    reply = get(app, target)
    headers = dict(reply.headers)
    assert reply.status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    html = reply.body.decode()
    assert html.startswith("<!doctype html>")
    assert set(re.findall(r"https?://[^'\"]*", html)) == {"http://www.w3.org/2000/svg"}, "that of the icon"
    assert html.count("</script") == html.count("</style") == 1
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", html)


def test_the_policy_lets_in_only_what_the_page_has(app: App) -> None:
    reply = get(app)
    rules = dict(rule.split(" ", 1) for rule in dict(reply.headers)["Content-Security-Policy"].split("; "))
    for name in ("script", "style"):
        found = re.search(f"<{name}>(.*?)</{name}>", reply.body.decode(), re.DOTALL)
        assert found
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert rules.pop(f"{name}-src") == f"'sha256-{digest}'"
    assert rules == {
        "default-src": "'none'",
        "connect-src": "'self'",
        "img-src": "blob: data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_every_part_of_the_page_is_in_it() -> None:
    files = {path.name for path in document.FILES.iterdir() if not path.name.endswith((".py", "__pycache__"))}
    assert files == {"page.html", "page.css", *document.SCRIPTS}


def test_the_page_names_no_account(app: App) -> None:
    html = get(app).body.decode()
    assert not [name for name in app.schemas["people"].accounts if f'"{name}"' in html or f">{name}<" in html]


def test_over_a_socket_it_is_packed_and_head_gives_only_headers(app: App) -> None:
    with Background(app) as background, httpx.Client(base_url=background.url) as http:
        page, head = http.get("/"), http.head("/")
        assert (page.status_code, page.headers["Content-Encoding"]) == (200, "gzip")
        assert page.content == get(app).body
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("target", ["/", REQUESTS])
def test_it_can_be_left_out(schema: Schema, method: str, target: str) -> None:
    app = App(schema, page=False)
    reply = get(app, target, method, authorization=f"Bearer {Client(app).token}")
    unknown = get(app, "/somewhere/else", method)
    assert (reply.status, reply.body) == (404, unknown.body)
    assert b'"1700"' in reply.body
    app.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("target", ["/", REQUESTS])
def test_another_verb_is_405(app: App, method: str, target: str) -> None:
    reply = get(app, target, method)
    assert (reply.status, json.loads(reply.body)["messages"][0]["code"]) == (405, "1704")


@pytest.mark.parametrize("target", ["/index.html", "/fmorm", "/fmorm/requests/1", "//", "/favicon.ico"])
def test_it_has_no_other_address(app: App, target: str) -> None:
    assert get(app, target).status == 404


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer x", "Basic {token}", "{token}", basic("api", "secret")]
)
def test_the_requests_want_a_token(client: Client, authorization: str, method: str) -> None:
    headers = {"authorization": authorization.format(token=client.token)} if authorization else {}
    reply = get(client.app, REQUESTS, method, **headers)
    message = {"code": "952", "message": "Invalid FileMaker Data API token (*)"}
    assert (reply.status, json.loads(reply.body)) == (401, {"messages": [message], "response": {}})


def test_a_token_that_is_over_shows_nothing(client: Client) -> None:
    assert recent(client).code == 0
    client.call("DELETE", f"/databases/people/sessions/{client.token}")
    assert recent(client).code == 952


def test_to_look_keeps_the_session_alive(client: Client, clock: Any) -> None:
    for _ in range(3):
        clock.seconds += 800
        assert recent(client).code == 0
    clock.seconds += 1000
    assert recent(client).code == 952


def test_an_exchange_is_told_whole(client: Client) -> None:
    client.create({"Name": "Zoë", "Code": "1"})
    one = listed(client)[0]
    assert (one["method"], one["status"], one["code"], one["message"]) == ("POST", 200, "0", "OK")
    assert one["target"] == "/fmi/data/vLatest/databases/people/layouts/person/records"
    assert one["dropped"] is False
    assert 0 < one["milliseconds"] < 5000
    body = {"text": json.dumps({"fieldData": {"Name": "Zoë", "Code": "1"}}), "binary": False, "cut": False}
    assert one["request"]["body"] == body
    assert one["request"]["headers"] == {"content-type": "application/json", "authorization": "***"}
    assert json.loads(one["reply"]["body"]["text"])["response"] == {"recordId": "1", "modId": "0"}
    assert one["reply"]["headers"]["Content-Type"] == "application/json; charset=utf-8"


def test_the_newest_comes_first_and_the_page_is_not_listed(client: Client) -> None:
    client.call("GET", "records")
    get(client.app)
    recent(client)
    get(client.app, REQUESTS)
    client.call("GET", "/validateSession")
    assert [one["target"].rsplit("/", 1)[1] for one in listed(client)] == [
        "validateSession",
        "records",
        "sessions",
    ]


def test_an_error_is_told_with_code_and_text(client: Client) -> None:
    client.find({"Name": "nobody"})
    client.call("POST", "_find", {"query": [{"Name": "x"}], "_limit": 1})
    refused, none = listed(client)[:2]
    assert (none["status"], none["code"], none["message"]) == (500, "401", "No records match the request")
    assert (refused["status"], refused["code"]) == (400, "960")
    assert refused["message"].startswith("Unknown parameter(s): _limit")


def test_a_long_reply_is_cut_and_its_code_is_known_all_the_same(client: Client) -> None:
    client.create({"Name": "é" * 30_000, "Code": "1"})
    client.call("GET", "records")
    one = listed(client)[0]
    body = one["reply"]["body"]
    assert (one["code"], one["message"]) == ("0", "OK")
    assert (body["cut"], body["binary"]) == (True, False)
    assert told.LONGEST - 1 <= len(body["text"].encode()) <= told.LONGEST
    assert body["text"].endswith("é")


@pytest.mark.parametrize("shift", range(4))
def test_a_character_may_stand_where_a_body_is_cut(client: Client, shift: int) -> None:
    client.send("POST", "/nowhere", body=b"x" * shift + "😀".encode() * told.LONGEST)
    body = listed(client)[0]["request"]["body"]
    assert (body["cut"], body["binary"]) == (True, False)
    assert set(body["text"].strip("x")) == {"😀"}


@pytest.mark.parametrize("body", [b"\xff\xfe", b"\x00", b"\x89PNG\r\n", "é".encode()[:1]])
def test_what_is_no_text_is_called_binary(client: Client, body: bytes) -> None:
    client.send("POST", "/nowhere", body=body)
    assert listed(client)[0]["request"]["body"] == {"text": "", "binary": True, "cut": False}


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"messages":[]}', '{"messages":[{"code":1}]}', "<p>", "{"])
def test_a_reply_of_another_form_has_no_code(body: str) -> None:
    one: Any = told.exchange(Request("GET", "/"), Reply(502, [], body.encode()))
    assert (one["code"], one["message"], one["milliseconds"]) == ("", "", "")


def test_a_dropped_reply_is_called_so(client: Client) -> None:
    client.app.faults.drop(on="validate", times=1)
    client.call("GET", "/validateSession")
    assert listed(client)[0]["dropped"] is True


def test_it_is_answered_while_faults_happen(client: Client) -> None:
    client.app.faults.drop()
    assert (get(client.app).status, recent(client).code) == (200, 0)
    client.app.faults.close_file()
    assert (get(client.app).status, recent(client).code) == (200, 952)


SECRETS = ("secret", "look", "wrong-password", "other-password", basic("api", "secret").split()[1])


def test_no_token_and_no_password_is_told() -> None:
    app = App(load_schema(ALBUM))
    album = Album(app)
    tokens = [album.token]
    body = json.dumps({"fmDataSource": [{"database": "x", "username": "y", "password": "other-password"}]})
    tokens.append(album.log_in("api", "secret", body.encode()).response["token"])
    album.log_in("api", "wrong-password", body.encode())
    again = "s%65ssions"
    reply = album.send(
        "POST", f"/databases/people/{again}", body=body.encode(), authorization=basic("viewer", "look")
    )
    tokens.append(reply.response["token"])
    app.faults.truncate(on="log-in", times=1)
    cut = get_cut_login(app)
    record_id = album.create({"Name": f"token={tokens[0]}"})
    album.upload(record_id, name="x.txt")
    assert album.content(record_id) == b"hello"
    key = album.address(record_id).split("/")[-1].partition("?")[0]
    album.call("GET", f"/databases/people/layouts?{tokens[1]}=1")
    album.call("DELETE", f"/databases/people/sessions/{tokens[1]}")
    album.call("DELETE", "/databases/people/sessions/another-kind-of-token")
    text = recent(album).text
    assert [one for one in (*tokens, *SECRETS, key, cut, "another-kind-of-token") if one in text] == []
    assert [one for one in (*tokens, cut) if one[:10] in text or one[-10:] in text] == []
    assert text.count("***") > 10
    app.close()


def get_cut_login(app: App) -> str:
    """Log in where the reply is cut in the middle, and give what is there of the token."""
    headers = {"authorization": basic("api", "secret"), "content-type": "application/json"}
    reply = app.handle(Request("POST", "/fmi/data/vLatest/databases/people/sessions", headers, b"{}"))
    found = TOKEN.search(reply.body.decode())
    assert found, "the cut is not where it was thought to be"
    return found[0]
