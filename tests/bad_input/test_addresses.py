"""Addresses that are none, that nobody answers at, or at which something else than FileMaker does."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable
from typing import Any

import pytest
from bad_input.conftest import Serve
from bad_input.sockets import Answer, about_records, html, http
from bad_input.witness import EVERY, READS, WRITES, Verb, contents, dirty, saves, shown, told
from scenarios.conftest import PASSWORD, Office
from scenarios.office import Person

from fmorm import (
    AsyncDatabase,
    ConnectionFailed,
    ConnectionLost,
    Database,
    OutcomeUnknown,
    ProtocolError,
)

GOOD: dict[str, Any] = {
    "url": "https://fm.example.com",
    "database": "crm",
    "user": "api",
    "password": PASSWORD,
}


def make(colour: str, **given: Any) -> Any:
    cls: Any = Database if colour == "sync" else AsyncDatabase
    arguments = GOOD | given
    return cls(arguments.pop("url"), arguments.pop("database"), **arguments)


# -- arguments that cannot be meant so -------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="empty"),
        pytest.param("fm.example.com", id="no scheme"),
        pytest.param("ftp://fm.example.com", id="another scheme"),
        pytest.param("https:/fm.example.com", id="one slash"),
        pytest.param("https//fm.example.com", id="no colon"),
        pytest.param("https://", id="no host"),
        pytest.param("https://:8443", id="only a port"),
        pytest.param("https://fm.example.com/fmi/data", id="path"),
        pytest.param("https://fm.example.com/crm", id="database as path"),
        pytest.param("https://fm.example.com?database=crm", id="query"),
        pytest.param("https://fm.example.com#crm", id="fragment"),
        pytest.param("https://fm.example.com:port", id="port is a word"),
        pytest.param("https://fm.example.com:99999", id="port too large"),
        pytest.param("https://fm.example.com:-1", id="port below zero"),
        pytest.param("https://fm.exa\u2100mple.com", id="strange character"),
        pytest.param("https://[::1", id="half an address"),
        pytest.param(" https://fm.example.com", id="space before"),
        pytest.param("https://fm.example.com\n", id="line break behind"),
    ],
)
def test_a_wrong_url_is_told_when_the_database_is_made(colour: str, url: str) -> None:
    with told(ValueError, r"\burl\b|address|https://fm\.example\.com"):
        make(colour, url=url)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"url": None}, "url"),
        ({"url": b"https://fm.example.com"}, "url"),
        ({"database": None}, "database"),
        ({"database": ""}, "database"),
        ({"database": 5}, "database"),
        ({"user": None}, "user|account"),
        ({"password": None}, "password"),
        ({"password": PASSWORD.encode()}, "password"),
        ({"user": "a:b"}, "colon"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": "5"}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"sessions": 0}, "sessions"),
        ({"sessions": -2}, "sessions"),
        ({"sessions": "4"}, "sessions"),
        ({"sessions": 1.5}, "sessions"),
        ({"version": ""}, "version"),
        ({"version": "../v1"}, "version"),
    ],
    ids=str,
)
def test_an_argument_that_cannot_be_meant_so_is_told_at_once(
    colour: str, given: dict[str, Any], says: str
) -> None:
    """As `os.environ.get` and configuration files give them."""
    with pytest.raises((TypeError, ValueError)) as caught:
        make(colour, **given)
    with told(type(caught.value), says):
        raise caught.value


@pytest.mark.parametrize("part", ["user", "password"])
def test_half_a_surrogate_in_an_account_is_told_without_the_password(serve: Serve, part: str) -> None:
    """`os.environ` gives such text where a variable is no UTF-8."""
    broken = os.fsdecode(b"caf\xe9-hidden-1")
    office, _ = serve()
    secrets = ["hidden-1"] if part == "password" else []
    with told(ValueError, "password" if part == "password" else "user|account", secrets=secrets):
        office.open(**{part: broken}).get(Person, 1)


# -- nobody there ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", EVERY, ids=repr)
def test_a_server_that_went_away_was_sent_nothing(serve: Serve, verb: Verb) -> None:
    office, server = serve()
    db = office.open()
    ann = dirty(db)
    before = shown(ann), contents(office.app)
    server.stop()
    with told(ConnectionFailed, verb.about, "Nothing was sent; check the address"):
        verb.run(db, ann)
    with told(ConnectionFailed, "log-in to 'Office & Co'", "Nothing was sent; check the address"):
        office.open().get(Person, 1)
    assert (shown(ann), contents(office.app)) == before


def test_a_refused_connection_names_the_address(serve: Serve) -> None:
    office, server = serve()
    server.stop()
    with told(ConnectionFailed, rf"127\.0\.0\.1:{server.port}"):
        office.open().get(Person, 1)


@pytest.mark.parametrize("host", ["fm..example.com", "a" * 64 + ".example.com", "fm example.com", ".", "-"])
def test_a_host_that_cannot_be_is_told_at_the_latest_by_the_first_verb(
    office: Office, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    def unknown(host: Any, *_: Any, **__: Any) -> Any:
        if isinstance(host, str):
            host.encode("idna")  # as the real one does
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises((ValueError, ConnectionFailed)) as caught:
        Office(office.app, office.colour, f"https://{host}", office.loop, office.opened).open().get(Person, 1)
    with told(ValueError if type(caught.value) is ValueError else ConnectionFailed, "url|address"):
        raise caught.value


def test_a_host_without_an_address_says_which(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    db = Office(office.app, office.colour, "http://fm.nowhere.invalid", office.loop, office.opened).open()
    with told(ConnectionFailed, "Name or service not known", "check the address", r"fm\.nowhere\.invalid"):
        db.get(Person, 1)


def test_a_server_that_comes_up_later_is_found(serve: Serve) -> None:
    office, server = serve()
    db = office.open()
    ann = dirty(db)
    respond = server.respond
    server.respond = lambda _: Answer(then="reset")
    with told(OutcomeUnknown, "read the record before trying again"):
        db.save(ann)
    server.respond = respond
    saves(db, ann)
    db.close()
    assert office.app.session_count == 0


# -- somebody else there ---------------------------------------------------------------------------------

STRANGERS: list[tuple[str, Callable[[], Answer], int]] = [
    ("an empty site", lambda: html(404, "<html><title>404 Not Found</title></html>"), 404),
    ("a start page", lambda: html(200), 200),
    ("an empty page", lambda: html(200, ""), 200),
    ("a proxy that wants a password", lambda: html(401, "<html>Authorization Required</html>"), 401),
    ("a proxy without a server behind it", lambda: html(502, "<html>Bad Gateway</html>"), 502),
    (
        "JSON of something else",
        lambda: Answer(http(200, b'{"ok":true}', "Content-Type: application/json")),
        200,
    ),
]


@pytest.mark.parametrize(("what", "answer", "status"), STRANGERS, ids=[name for name, *_ in STRANGERS])
def test_a_web_server_that_is_not_filemaker_is_told_at_the_log_in(
    serve: Serve, what: str, answer: Callable[[], Answer], status: int
) -> None:
    _, server = serve(lambda _: answer())
    office, _ = serve()
    db = Office(office.app, office.colour, server.url, office.loop, office.opened).open()
    for verb in (READS[0], WRITES[0]):
        with told(ProtocolError, f"HTTP {status} to log-in to 'Office & Co'", "Is the Data API switched on"):
            verb.run(db, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert {request.method for request in server.seen} == {"POST"}, "nothing but log-ins"


def test_a_redirect_says_where_to(serve: Serve) -> None:
    office, server = serve(
        lambda request: Answer(http(301, b"", f"Location: https://fm.example.com:8443{request.target}"))
    )
    db = office.open()
    with told(ProtocolError, "HTTP 301 to log-in", r"https://fm\.example\.com:8443"):
        db.get(Person, 1)
    assert len(server.seen) == 1, "the password was not sent elsewhere"


@pytest.mark.parametrize("verb", WRITES, ids=repr)
def test_a_redirected_write_was_not_carried_out_and_is_not_repeated(serve: Serve, verb: Verb) -> None:
    office, server = serve()
    db = office.open()
    ann = dirty(db)
    respond, before = server.respond, (shown(ann), contents(office.app))
    location = f"Location: {server.url}/fmi/data/v1/elsewhere"
    server.respond = lambda request: (
        Answer(http(302, b"", location)) if about_records(request) else respond(request)
    )
    server.seen.clear()
    with told(OutcomeUnknown, "HTTP 302", verb.about, "read the record before trying again"):
        verb.run(db, ann)
    assert len(server.seen) == 1
    assert (shown(ann), contents(office.app)) == before
    server.respond = respond
    saves(db, ann)


def test_a_log_in_that_is_answered_by_another_service_leaks_nothing(serve: Serve) -> None:
    """Such as one that says back what it was sent."""
    office, _ = serve(
        lambda request: Answer(http(500, str(request.headers).encode(), "Content-Type: text/plain"))
    )
    with told(ProtocolError, "log-in to 'Office & Co'"):
        office.open().get(Person, 1)


def test_a_connection_that_is_never_used_leaves_nothing_open(colour: str) -> None:
    db = make(colour)
    del db
    gc.collect()


def test_a_wrong_port_that_speaks_something_else_says_so(serve: Serve) -> None:
    office, _ = serve(lambda _: Answer(b"SSH-2.0-OpenSSH_9.6\r\n", then="close"))
    with told(ConnectionLost, "log-in to 'Office & Co'", "Nothing was changed"):
        office.open().get(Person, 1)


def test_one_server_may_go_away_and_another_database_goes_on(serve: Serve) -> None:
    good, _ = serve()
    bad, server = serve()
    works, fails = good.open(), bad.open()
    fails.get(Person, 1)
    server.stop()
    with told(ConnectionFailed, "Nothing was sent"):
        fails.get(Person, 1)
    assert works.get(Person, 2).name == "Bo Dahl"
