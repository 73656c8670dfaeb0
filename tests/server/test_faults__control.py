"""The faults over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from server.callers import SharedServer, Threaded, calling
from server.client import Client

from fmorm.server import App, Faults, Reply, Request, Schema
from fmorm.server.faults import control

PATH = "/fmorm/faults"


@pytest.fixture
def app(schema: Schema) -> Iterator[App]:
    app = App(schema, control=True)
    yield app
    app.close()


@dataclass(frozen=True)
class Said:
    """A reply of the control route."""

    reply: Reply

    @property
    def content(self) -> Any:
        return json.loads(self.reply.body)

    @property
    def told(self) -> tuple[int, Any]:
        return self.reply.status, self.content


def ask(app: App, method: str, rest: str = "", body: Any = None) -> Said:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Said(app.handle(Request(method, PATH + rest, {}, raw)))


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("rest", ["", "/", "/drop", "/restart", "/1"])
def test_it_is_off_unless_it_is_switched_on(schema: Schema, method: str, rest: str) -> None:
    app = App(schema)
    reply = app.handle(Request(method, PATH + rest, {}, b"{}"))
    unknown = app.handle(Request(method, "/somewhere/else"))
    assert (reply.status, reply.body) == (404, unknown.body)
    assert b'"1700"' in reply.body
    assert app.faults.active == []
    app.close()


def test_a_new_app_has_nothing_to_tell(app: App) -> None:
    assert ask(app, "GET").told == (
        200,
        {
            "faults": [],
            "locks": [],
            "injected": {},
            "closed_files": [],
            "session_cap": None,
            "one_at_a_time": False,
            "sessions": 0,
        },
    )


@pytest.mark.parametrize(
    ("name", "body", "settings"),
    [
        ("drop", None, {"when": "after commit", "how": "close"}),
        (
            "drop",
            {"when": "mid-body", "how": "reset", "on": "edit", "times": 2, "method": "PATCH"},
            {"when": "mid-body", "how": "reset", "on": "edit", "times": 2, "method": "PATCH"},
        ),
        (
            "html",
            {"status": 503, "retry_after": 2},
            {"status": 503, "when": "before commit", "content_type": "text/html", "retry_after": 2},
        ),
        ("slow", {"seconds": 1.5, "chance": 0.5, "seed": 7}, {"seconds": 1.5, "chance": 0.5, "seed": 7}),
        ("wrong_content_type", {"skip": 3}, {"skip": 3}),
        ("truncate", {}, {}),
        ("fail", {"code": 812}, {"code": 812, "when": "before commit"}),
    ],
)
def test_a_fault_is_set_and_shown_and_taken_back(app: App, name: str, body: Any, settings: Any) -> None:
    assert ask(app, "POST", f"/{name}", body).told == (201, {"number": 1})
    assert ask(app, "GET").content["faults"] == [{"number": 1, "fault": name, **settings, "count": 0}]
    assert [one.settings() for one in app.faults.active] == [settings]
    assert ask(app, "DELETE", "/1").told == (200, {})
    assert app.faults.active == []
    assert ask(app, "DELETE", "/1").told == (404, {"error": "there is no fault 1"})


def test_it_does_what_it_says(app: App) -> None:
    client = Client(app)
    ask(app, "POST", "/fail", {"code": 956, "on": "create", "times": 1})
    assert client.call("POST", "records", {"fieldData": {"Code": "1"}}).code == 956
    shown = ask(app, "GET").content
    assert (shown["injected"], shown["faults"]) == ({"fail before commit": 1}, [])


def test_locks(app: App) -> None:
    client = Client(app)
    record_id = client.create({"Code": "1"})
    assert ask(app, "POST", "/lock", {"layout": "plain", "record": record_id}).told == (201, {"number": 1})
    assert ask(app, "GET").content["locks"] == [
        {"number": 1, "table": "people::Person", "record": int(record_id)}
    ]
    assert client.edit(record_id, fieldData={}).code == 301
    assert ask(app, "DELETE", "/1").told == (200, {})
    assert client.edit(record_id, fieldData={}).code == 0


def test_the_switches(app: App) -> None:
    client = Client(app)
    for name, body in {
        "session_cap": {"sessions": 1},
        "one_at_a_time": None,
        "close_file": {},
    }.items():
        assert ask(app, "POST", f"/{name}", body).told == (200, {}), name
    shown = ask(app, "GET").content
    assert (shown["session_cap"], shown["one_at_a_time"], shown["closed_files"]) == (1, True, ["people"])
    assert client.log_in("api", "secret").code == 802
    ask(app, "POST", "/open_file")
    client = Client(app)
    assert client.log_in("api", "secret").code == 812
    ask(app, "POST", "/expire_sessions")
    assert client.call("GET", "/validateSession").code == 952
    assert ask(app, "DELETE").told == (200, {})
    shown = ask(app, "GET").content
    assert (shown["session_cap"], shown["one_at_a_time"], shown["closed_files"]) == (None, False, [])


@pytest.mark.parametrize(
    ("method", "rest", "body", "status", "error"),
    [
        ("POST", "/dorp", {}, 404, 'no fault "dorp"; did you mean "drop"?'),
        ("POST", "/_add", {}, 404, 'no fault "_add"'),
        ("POST", "/clear", {}, 404, 'no fault "clear"'),
        ("POST", "/drop", b"{", 400, "the body is no JSON: "),
        ("POST", "/drop", b"\xff", 400, "the body is no JSON: "),
        ("POST", "/drop", b"[" * 100_000, 400, "the body is no JSON: "),
        ("POST", "/drop", [], 400, "the body is no JSON object"),
        ("POST", "/drop", {"wen": "x"}, 400, 'no member "wen"; did you mean "when"?'),
        ("POST", "/drop", {"self": 1}, 400, 'no member "self"'),
        ("POST", "/drop", {"where": {}}, 400, 'no member "where"'),
        ("POST", "/drop", {"when": "now"}, 400, "when='now': give one of 'before commit'"),
        ("POST", "/drop", {"when": []}, 400, "when=[]: give one of"),
        ("POST", "/drop", {"times": "3"}, 400, "times='3': give a whole number, 1 or more"),
        ("POST", "/drop", {"on": {}}, 400, "on={}: give one of"),
        ("POST", "/drop", {"chance": "x"}, 400, "chance='x': give a number between 0 and 1"),
        ("POST", "/slow", None, 400, 'the member "seconds" is missing'),
        ("POST", "/slow", {"seconds": None}, 400, "seconds=None: give seconds"),
        ("POST", "/slow", b'{"seconds": NaN}', 400, "seconds=nan"),
        ("POST", "/fail", {"code": True}, 400, "code=True: give a whole number"),
        ("POST", "/html", {"content_type": 1}, 400, "content_type=1: give a text"),
        ("POST", "/lock", {"layout": "person"}, 400, 'the member "record" is missing'),
        ("POST", "/lock", {"layout": {}, "record": 1}, 400, "layout={}: give a text"),
        ("POST", "/restart", {"now": True}, 400, 'no member "now"'),
        ("DELETE", "/x", None, 404, "there is no fault x"),
        ("DELETE", "/drop/1", None, 404, "there is no fault drop/1"),
        ("GET", "/drop", None, 405, f"GET or DELETE {PATH}, POST {PATH}/NAME, DELETE {PATH}/NUMBER"),
        ("POST", "", {}, 405, "GET or DELETE"),
        ("PUT", "/1", {}, 405, "GET or DELETE"),
    ],
)
def test_what_is_wrong_is_told(app: App, method: str, rest: str, body: Any, status: int, error: str) -> None:
    told = ask(app, method, rest, body).told
    assert (told[0], told[1].keys()) == (status, {"error"})
    assert told[1]["error"].startswith(error)
    assert app.faults.active == []


def test_it_mirrors_every_method_that_sets_something() -> None:
    properties = {"active", "locks", "injected", "is_one_at_a_time"}
    for_the_server = {"answered", "mount", "unmount", "end_waits", "switches"}
    public = {name for name in vars(Faults) if not name.startswith("_")}
    assert set(control.NAMES) == public - properties - for_the_server - {"clear"}


def test_it_shows_no_token_and_is_no_exchange(app: App) -> None:
    token = Client(app).token
    count = len(app.requests)
    ask(app, "POST", "/drop", {"on": "edit"})
    assert token.encode() not in ask(app, "GET").reply.body
    assert len(app.requests) == count


def test_faults_do_not_happen_to_it(app: App) -> None:
    app.faults.drop()
    app.faults.slow(60)
    app.faults.close_file()
    assert ask(app, "GET").reply == ask(app, "GET").reply
    assert ask(app, "GET").reply.drop is None


def test_over_a_socket_a_restart_is_confirmed_before_it_happens(
    app: App, shared_server: SharedServer
) -> None:
    with calling(app, "socket", shared_server) as caller:
        assert isinstance(caller, Threaded)
        answer = caller.call("POST", f"{PATH}/restart")
        assert (answer.status_code, answer.json()) == (200, {})
        assert answer.headers["Connection"] == "close"
        assert app.session_count == 0
        assert caller.code("GET", "/validateSession") == 952
        caller.call("POST", f"{PATH}/drop", {"on": "validate"})
        with pytest.raises(httpx.RemoteProtocolError):
            caller.call("GET", "/validateSession")
