"""Which requests a fault is for, and what cannot be meant so."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from server.client import Client

from fmorm.server import App, Fault, Schema
from fmorm.server.routes import ROUTES

REQUESTS: dict[str, Callable[[Client], Any]] = {
    "log-in": lambda client: client.log_in("api", "secret"),
    "log-out": lambda client: client.send("DELETE", "/databases/people/sessions/0"),
    "validate": lambda client: client.call("GET", "/validateSession"),
    "set-globals": lambda client: client.call("PATCH", "/databases/people/globals", {"globalFields": {}}),
    "product-info": lambda client: client.send("GET", "/productInfo"),
    "databases": lambda client: client.send("GET", "/databases"),
    "layouts": lambda client: client.call("GET", "/databases/people/layouts"),
    "metadata": lambda client: client.call("GET", "/databases/people/layouts/person"),
    "scripts": lambda client: client.call("GET", "/databases/people/scripts"),
    "old-metadata": lambda client: client.call("GET", "metadata"),
    "run-script": lambda client: client.call("GET", "script/x"),
    "get-record": lambda client: client.get("1"),
    "get-range": lambda client: client.call("GET", "records"),
    "find": lambda client: client.find({"Name": "x"}),
    "create": lambda client: client.call("POST", "records", {"fieldData": {}}),
    "edit": lambda client: client.edit("1", fieldData={}),
    "duplicate": lambda client: client.call("POST", "records/1"),
    "delete": lambda client: client.call("DELETE", "records/1"),
    "upload": lambda client: client.call("POST", "records/1/containers/Name"),
    "download": lambda client: client.fetch("/Streaming_SSL/MainDB/0"),
}
READS = {"get-record", "get-range", "find"}
NOTHING: set[str] = set()
WRITES = {"create", "edit", "duplicate", "delete", "upload"}


def hit(client: Client, fault: Fault) -> set[str]:
    """Make every kind of request, and give those that the fault happened to."""
    hits: set[str] = set()
    for name, request in REQUESTS.items():
        before = fault.count
        answer = request(client)
        assert (fault.count > before) == (answer.code == 956), (
            f"{name} was counted and not hit, or hit and not"
        )
        hits |= {name} if fault.count > before else set()
    return hits


def test_the_requests_of_this_test_are_all_that_there_are() -> None:
    assert {name for route in ROUTES for name in route.verb_names} == REQUESTS.keys()


@pytest.mark.parametrize("name", REQUESTS)
def test_each_kind_of_request_has_a_name(app: App, client: Client, name: str) -> None:
    assert hit(client, app.faults.fail(956, on=name)) == {name}


@pytest.mark.parametrize(
    ("where", "hits"),
    [
        ({"times": None}, REQUESTS.keys()),
        ({"on": "reads"}, READS),
        ({"on": "writes"}, WRITES),
        ({"on": "records"}, READS | WRITES),
        ({"method": "PATCH"}, {"edit", "set-globals"}),
        ({"method": "DELETE", "on": "writes"}, {"delete"}),
        ({"method": "GET", "on": "edit"}, NOTHING),
    ],
)
def test_groups_and_methods(app: App, client: Client, where: Any, hits: set[str]) -> None:
    assert hit(client, app.faults.fail(956, **where)) == hits


def test_what_nobody_knows_is_hit_only_by_what_is_for_everything(app: App, client: Client) -> None:
    with app.faults.fail(956, on="records"):
        assert client.send("GET", "/nothing").code == 1700
    with app.faults.fail(956):
        assert client.send("GET", "/nothing").code == 956


def codes(client: Client, count: int) -> list[int]:
    return [client.send("GET", "/productInfo").code for _ in range(count)]


def test_it_happens_after_some_and_so_many_times(app: App, client: Client) -> None:
    fault = app.faults.fail(956, skip=2, times=3)
    assert codes(client, 7) == [0, 0, 956, 956, 956, 0, 0]
    assert fault.count == 3
    assert fault.is_spent


def test_the_first_that_was_set_goes_first(app: App, client: Client) -> None:
    app.faults.fail(956, times=1)
    app.faults.fail(112, times=2)
    assert codes(client, 4) == [956, 112, 112, 0]


def test_the_same_seed_hits_the_same_requests(schema: Schema) -> None:
    def hits(seed: int) -> list[int]:
        app = App(schema)
        app.faults.fail(956, chance=0.5, seed=seed, on="product-info")
        found = codes(Client(app), 60)
        app.close()
        return found

    assert hits(1) == hits(1) != hits(2)
    assert 10 < hits(1).count(956) < 50


def test_two_faults_of_one_seed_do_not_hit_the_same(app: App, client: Client) -> None:
    first, second = app.faults.slow(0, chance=0.5), app.faults.slow(0, chance=0.5)
    both = 0
    for _ in range(60):
        before = first.count + second.count
        client.send("GET", "/productInfo")
        both += first.count + second.count == before + 2
    assert 0 < both < min(first.count, second.count)


def test_no_chance_is_no_fault_and_a_sure_one_always(app: App, client: Client) -> None:
    app.faults.fail(956, chance=0)
    assert codes(client, 20) == [0] * 20
    app.faults.fail(956, chance=1)
    assert codes(client, 20) == [956] * 20


def test_a_fault_is_taken_back(app: App, client: Client) -> None:
    with app.faults.fail(956) as fault:
        assert codes(client, 1) == [956]
        assert app.faults.active == [fault]
    assert codes(client, 1) == [0]
    fault.remove()
    app.faults.fail(956)
    app.faults.fail(112)
    app.faults.clear()
    assert codes(client, 1) == [0]
    assert app.faults.injected == {"fail before commit": 1}, "what has been counted stays"


def test_a_fault_says_what_it_is(app: App) -> None:
    fault = app.faults.drop("mid-body", how="reset", on="edit", times=2)
    assert repr(fault) == (
        "<fault 1: drop, when='mid-body', how='reset', on='edit', times=2; happened 0 times>"
    )


@pytest.mark.parametrize(
    ("name", "arguments", "named", "message"),
    [
        ("drop", ("later",), {}, "when='later': give one of 'before commit', 'after commit'"),
        ("drop", (), {"how": "slam"}, "how='slam': give one of 'close', 'reset', 'half-close', 'hang'"),
        ("html", (99,), {}, "status=99: give a whole number, 200 to 599"),
        ("html", (), {"when": "mid-body"}, "when='mid-body': give one of"),
        ("html", (), {"content_type": "a\r\nb: c"}, "content_type="),
        ("html", (), {"content_type": None}, "content_type=None: give a text"),
        ("html", (), {"retry_after": -1}, "retry_after=-1: give a whole number, 0 or more"),
        ("slow", (-1,), {}, "seconds=-1: give seconds, 0 or more"),
        ("slow", (float("inf"),), {}, "seconds=inf"),
        ("slow", ("1",), {}, "seconds='1'"),
        ("slow", (True,), {}, "seconds=True"),
        ("fail", (0,), {}, "code=0: FileMaker has no such error"),
        ("fail", (99999,), {}, "code=99999: FileMaker has no such error"),
        ("fail", ("812",), {}, "code='812': give a whole number"),
        ("truncate", (), {"on": "save"}, "on='save': give one of 'create', 'databases', 'delete'"),
        ("truncate", (), {"on": ["edit"]}, "on=['edit']: give one of"),
        ("truncate", (), {"method": "patch"}, "method='patch': give an HTTP method in capitals"),
        ("truncate", (), {"method": 1}, "method=1: give a text"),
        ("truncate", (), {"times": 0}, "times=0: give a whole number, 1 or more"),
        ("truncate", (), {"times": True}, "times=True"),
        ("truncate", (), {"skip": -1}, "skip=-1: give a whole number, 0 or more"),
        ("truncate", (), {"skip": 1.5}, "skip=1.5"),
        ("truncate", (), {"chance": 1.1}, "chance=1.1: give a number between 0 and 1"),
        ("truncate", (), {"chance": float("nan")}, "chance=nan"),
        ("truncate", (), {"seed": "x"}, "seed='x': give a whole number"),
        (
            "lock",
            (
                "persn",
                1,
            ),
            {},
            'no layout "persn"; did you mean "person"?',
        ),
        (
            "lock",
            (
                ["person"],
                1,
            ),
            {},
            r"layout=['person']: give a text",
        ),
        (
            "lock",
            (
                "person",
                "x",
            ),
            {},
            "record='x': give a record id",
        ),
        (
            "lock",
            (
                "person",
                -1,
            ),
            {},
            "record=-1: give a record id",
        ),
        ("session_cap", (-1,), {}, "sessions=-1: give a whole number, 0 or more"),
        ("one_at_a_time", (), {"on": "no"}, "on='no': give true or false"),
    ],
)
def test_what_cannot_be_meant_so_is_refused(
    app: App, client: Client, name: str, arguments: Any, named: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        getattr(app.faults, name)(*arguments, **named)
    assert codes(client, 1) == [0]
    assert app.faults.active == []


def test_a_misspelt_argument_is_refused(app: App) -> None:
    faults: Any = app.faults
    with pytest.raises(TypeError, match=r"unknown argument\(s\): metod, tims"):
        faults.drop(metod="PATCH", tims=1)
    assert app.faults.active == []
