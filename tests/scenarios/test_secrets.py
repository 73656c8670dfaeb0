"""No secret has a text form: not in logs, representations, errors, pickles or recordings, whatever happens."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from scenarios.conftest import PASSWORD, Blocking, Office
from scenarios.office import Person, SlimPerson
from transport.served import Answer, served

from fmorm import (
    AsyncDatabase,
    AsyncHost,
    AsyncMemoryTokens,
    ClarisID,
    Credentials,
    CredentialsMissing,
    Database,
    DataSource,
    FmormError,
    Host,
    MemoryTokens,
    OAuth,
    RequestEvent,
    Retry,
)
from fmorm.testing.recording import Written
from fmorm.testing.scrubbing import Scrubber
from fmorm.transport.credentials import Account
from fmorm.wire import requests

OVER_A_SOCKET = pytest.mark.parametrize("office", ["sync-socket", "async-socket"], indirect=True)
FILE = "Office & Co"
SECRET = "pl4nted-s3cret/with&odd=chars"
TOKEN = "pl4nted-t0ken-of-a-web-session"
ONCE = Retry(attempts=2, backoff=0.001)


def forms(secret: str) -> set[str]:
    """A secret as it may be written by what is around it."""
    return {
        secret,
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        *(base64.b64encode(f"{who}{secret}".encode()).decode() for who in ("", "api:", "eva:")),
    }


def unwrapped(thing: object) -> object:
    target: object = thing.inner if isinstance(thing, Blocking) else thing
    return target


def inside(thing: object) -> list[Any]:
    """What an object is made of: a debugger shows it."""
    return list(vars(unwrapped(thing)).values())


@dataclass
class Evidence:
    """All the texts that a program may come by.

    Attributes:
        texts: What was written, shown, raised or pickled.
        raised: The errors.
        sent: What truly came to the server: a secret that was not sent could not have been overheard either.
        tokens: The tokens that the server gave.
    """

    texts: list[str] = field(default_factory=list[str])
    raised: list[BaseException] = field(default_factory=list[BaseException])
    sent: list[str] = field(default_factory=list[str])
    tokens: list[str] = field(default_factory=list[str])

    def note(self, *things: Any) -> None:
        """Show things in all ways, and pickle them."""
        for thing in things:
            one = unwrapped(thing)
            self.texts += [repr(one), str(one), f"{one}", pprint.pformat([one])]
            with suppress(Exception):  # most of them refuse it, which is right
                self.texts.append(pickle.dumps(one).decode("latin-1"))

    def trouble(self, error: BaseException) -> None:
        """Keep an error, with all that is chained to it."""
        self.raised.append(error)
        self.texts.append("".join(traceback.format_exception(error)))
        link: BaseException | None = error
        while link is not None:
            self.texts += [str(link), repr(link), repr(link.args), *getattr(link, "__notes__", [])]
            link = link.__cause__ or link.__context__
        self.texts.append(pickle.dumps(error).decode("latin-1"))

    def attempt(self, work: Callable[[], object]) -> None:
        """Do something that may fail."""
        try:
            self.note(work())
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not tell
            self.trouble(error)

    def holds(self, secret: str) -> list[str]:
        """The texts in which a secret is."""
        return [text for text in self.texts for form in forms(secret) if form in text]

    def was_sent(self, secret: str) -> bool:
        return any(form in text for text in self.sent for form in forms(secret))


@pytest.fixture
def evidence(
    office: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Evidence]:
    """What is written while everything is logged, and what the server overhears."""
    evidence = Evidence()
    handle = office.app.handle

    def overhear(request: Any) -> Any:
        reply = handle(request)
        evidence.sent.append(f"{request.target} {request.headers} {request.body.decode()}")
        evidence.tokens += [value for name, value in reply.headers if name == "X-FM-Data-Access-Token"]
        return reply

    monkeypatch.setattr(office.app, "handle", overhear)
    with caplog.at_level(logging.DEBUG):
        yield evidence


@pytest.fixture
def told(
    office: Office, evidence: Evidence, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Callable[[], Evidence]:
    """Ends the collection: with the logs, what was printed, and what the server remembers."""

    def collect() -> Evidence:
        for record in caplog.records:
            evidence.texts += [record.getMessage(), repr(record.args), repr(record.msg)]
        out, err = capfd.readouterr()
        evidence.texts += [caplog.text, out, err, repr(list(office.app.requests))]
        return evidence

    return collect


# -- in ordinary work --------------------------------------------------------------------------------------


def test_with_everything_logged_no_token_and_no_password_is(
    office: Office, evidence: Evidence, told: Callable[[], Evidence], caplog: pytest.LogCaptureFixture
) -> None:
    events: list[RequestEvent] = []
    db = office.open(debug=True, on_request=events.append)
    ann = db.get(Person, 1)
    ann.name = "Anne"
    db.save(ann)
    find = db.find(Person).where(Person.name == "Anne")
    evidence.note(db, find, ann, db.traffic, find.all(), *inside(db), *(one.curl for one in events))
    office.app.expire_sessions()
    db.get(Person, 1)
    db.close()
    evidence.note(*events)
    everything = told()
    assert len(everything.tokens) == 2
    assert everything.was_sent(PASSWORD)
    assert everything.was_sent(everything.tokens[0])
    if office.url:
        assert "httpcore.http11" in {record.name for record in caplog.records}, (
            "nothing was logged that could leak"
        )
    for secret in (*everything.tokens, PASSWORD):
        assert everything.holds(secret) == []


# -- where each is given -----------------------------------------------------------------------------------


def refused(office: Office, evidence: Evidence, **given: Any) -> None:
    """Try to work with credentials that are not good, or good for nothing."""
    events: list[RequestEvent] = []
    plain: dict[str, Any] = {"debug": True, "on_request": events.append, "retry": ONCE}
    options: dict[str, Any] = plain | {"user": None, "password": None} | given
    db = office.open(**options)
    evidence.note(db, *inside(db), *(one for one in given.values() if not isinstance(one, str)))
    evidence.attempt(db.log_in)
    evidence.attempt(lambda: db.get(SlimPerson, 1))
    evidence.attempt(db.close)
    evidence.note(*events, db.traffic)


def failing() -> str:
    raise RuntimeError(f"the vault says {SECRET}")


def in_bytes() -> Any:
    return SECRET.encode()


SENT: dict[str, dict[str, Any]] = {
    "password": {"user": "api", "password": SECRET},
    "callable password": {"user": "api", "password": lambda: SECRET},
    "account": {"credentials": Account("api", SECRET)},
    "request id": {"credentials": OAuth(quote(SECRET, safe=""), "identifier")},
    "identifier": {"credentials": OAuth("request-id", quote(SECRET, safe=""))},
    "claris id": {"credentials": ClarisID(quote(SECRET, safe=""))},
    "source": {
        "user": "api", "password": PASSWORD, "sources": [DataSource("erp", Account("eva", SECRET))],
    },
    "callable source": {
        "user": "api", "password": PASSWORD, "sources": [DataSource("erp", Account("eva", lambda: SECRET))],
    },
    "source by oauth": {
        "user": "api", "password": PASSWORD,
        "sources": [DataSource("erp", OAuth(quote(SECRET, safe=""), quote(SECRET, safe="")))],
    },
}  # fmt: skip
EACH = pytest.mark.parametrize("given", SENT.values(), ids=SENT)


@OVER_A_SOCKET
@EACH
def test_what_is_sent_at_log_in_is_shown_to_nobody_else(
    office: Office, evidence: Evidence, told: Callable[[], Evidence], given: dict[str, Any]
) -> None:
    refused(office, evidence, **given)
    everything = told()
    assert everything.was_sent(SECRET)
    assert everything.holds(SECRET) == []


@OVER_A_SOCKET
@EACH
def test_nor_is_it_where_the_server_is_away(
    office: Office, evidence: Evidence, told: Callable[[], Evidence], given: dict[str, Any]
) -> None:
    office.app.faults.html(502)
    refused(office, evidence, **given)
    nowhere = Office(office.app, office.colour, "http://127.0.0.1:9", office.loop)
    with nowhere.opened:
        refused(nowhere, evidence, **given)
    everything = told()
    assert {type(error).__name__ for error in everything.raised} == {"ProtocolError", "ConnectionFailed"}
    assert everything.holds(SECRET) == []


@OVER_A_SOCKET
@pytest.mark.parametrize("password", [failing, lambda: f"\ud800{SECRET}", in_bytes])
def test_a_provider_that_fails_shows_no_secret(
    office: Office, evidence: Evidence, told: Callable[[], Evidence], password: Any
) -> None:
    refused(office, evidence, user="api", password=password)
    everything = told()
    assert {type(error) for error in everything.raised} == {CredentialsMissing}
    assert everything.holds(SECRET) == []


@OVER_A_SOCKET
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("status", [0, 200, 407, 502], ids=["nobody", "ok", "407", "502"])
def test_the_password_of_a_proxy_is_shown_to_the_proxy_only(
    office: Office, evidence: Evidence, told: Callable[[], Evidence], scheme: str, status: int
) -> None:
    with served() as proxy:
        proxy.answer = lambda _: Answer(b"<html>", status or 200)
        address = proxy.url.removeprefix("http://") if status else "127.0.0.1:9"
        behind = Office(office.app, office.colour, f"{scheme}://fm.example.com", office.loop)
        url = f"http://eva:{quote(SECRET, safe='')}@{address}"
        with behind.opened:
            refused(behind, evidence, user="api", password=PASSWORD, proxy=url)
        heard = [asked.headers.get("proxy-authorization", "") for asked in proxy.asked]
    assert all(base64.b64encode(f"eva:{SECRET}".encode()).decode() in one for one in heard)
    assert bool(heard) is bool(status)
    everything = told()
    assert everything.raised
    assert everything.holds(SECRET) == []


@OVER_A_SOCKET
@pytest.mark.parametrize("source", ["url", "environment"])
def test_what_is_read_from_elsewhere_is_as_secret(
    office: Office,
    evidence: Evidence,
    told: Callable[[], Evidence],
    monkeypatch: pytest.MonkeyPatch,
    source: str,
) -> None:
    cls: Any = AsyncDatabase if office.colour == "async" else Database
    password, erp = quote(SECRET, safe=""), quote(f"erp:eva:{SECRET}", safe="")
    server = str(office.url).removeprefix("http://")
    raw: Any
    if source == "url":
        url = f"http://api:{password}@{server}/{quote(FILE)}?source={erp}&debug=yes"
        raw = cls.from_url(url)
    else:
        variables = {"URL": f"http://{server}/{quote(FILE)}", "USER": "api", "PASSWORD": SECRET, "DEBUG": "1"}
        for name, value in {**variables, "SOURCES": f"erp:eva:{SECRET}"}.items():
            monkeypatch.setenv(f"FMORM_{name}", value)
        raw = cls.from_env()
    db: Any = Blocking(raw, office.loop) if office.colour == "async" else raw
    evidence.note(db, *inside(db))
    evidence.attempt(lambda: db.get(SlimPerson, 1))
    db.close()
    everything = told()
    assert everything.was_sent(SECRET)
    assert [type(error).__name__ for error in everything.raised] == ["CredentialError"]
    assert everything.holds(SECRET) == []


class Odd(Credentials):
    """Credentials of a program's own, which are not what HTTP can carry."""

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Odd {SECRET}\n"}

    def identity(self) -> list[str]:
        return [SECRET]


@OVER_A_SOCKET
def test_credentials_that_cannot_be_sent_are_not_shown_for_that(
    office: Office, evidence: Evidence, told: Callable[[], Evidence]
) -> None:
    refused(office, evidence, credentials=Odd())
    everything = told()
    assert {type(error) for error in everything.raised} == {CredentialsMissing}
    assert everything.holds(SECRET) == []


# -- hosts and stores --------------------------------------------------------------------------------------


def host_of(office: Office, **options: Any) -> Any:
    cls: Any = AsyncHost if office.colour == "async" else Host
    raw = cls(office.url, debug=True, retry=ONCE, **options)
    return Blocking(raw, office.loop) if office.colour == "async" else raw


def of_host(office: Office, host: Any, **given: Any) -> Any:
    raw = host.database(FILE, **given) if "user" in given else host.resume(FILE, **given)
    return Blocking(raw, office.loop) if office.colour == "async" else raw


@OVER_A_SOCKET
def test_a_host_shows_no_password_of_its_users_and_no_token(
    office: Office, evidence: Evidence, told: Callable[[], Evidence]
) -> None:
    host = host_of(office)
    wrong = of_host(office, host, user="api", password=SECRET)
    evidence.attempt(lambda: wrong.get(SlimPerson, 1))
    token = str(host.log_in(FILE, user="api", password=PASSWORD))
    resumed = of_host(office, host, token=token)
    assert resumed.get(SlimPerson, 1).name == "Ann Berg"
    evidence.note(host, wrong, resumed, *inside(host), *inside(wrong), *inside(resumed))
    host.log_out(FILE, token)
    evidence.attempt(lambda: resumed.get(SlimPerson, 1))
    host.close()
    everything = told()
    assert [type(error).__name__ for error in everything.raised] == ["CredentialError", "SessionLost"]
    for secret in (SECRET, PASSWORD, token):
        assert everything.was_sent(secret)
        assert everything.holds(secret) == []


@OVER_A_SOCKET
def test_a_token_that_the_server_does_not_know_is_as_secret(
    office: Office, evidence: Evidence, told: Callable[[], Evidence]
) -> None:
    host = host_of(office)
    resumed = of_host(office, host, token=TOKEN)
    evidence.note(resumed, *inside(resumed))
    evidence.attempt(lambda: resumed.get(SlimPerson, 1))
    host.log_out(FILE, TOKEN)
    host.close()
    everything = told()
    assert everything.was_sent(TOKEN)
    assert everything.holds(TOKEN) == []


@OVER_A_SOCKET
@pytest.mark.parametrize("ending", ["\n", "\x00", "é", "\ud800", " "], ids=ascii)
def test_a_token_that_cannot_be_sent_is_not_shown_for_that(
    office: Office, evidence: Evidence, told: Callable[[], Evidence], ending: str
) -> None:
    host = host_of(office)

    def use() -> None:
        of_host(office, host, token=TOKEN + ending).get(SlimPerson, 1)

    evidence.attempt(use)
    host.close()
    everything = told()
    assert everything.raised
    assert everything.holds(TOKEN) == []


def test_a_store_shows_neither_its_key_nor_a_token(
    office: Office, evidence: Evidence, told: Callable[[], Evidence]
) -> None:
    cls: Any = AsyncMemoryTokens if office.colour == "async" else MemoryTokens
    store = cls(SECRET)
    db = office.open(tokens=store, debug=True)
    db.get(SlimPerson, 1)
    evidence.note(store, db, *inside(db), store.key(["a", "b"]))
    db.close()
    everything = told()
    (token,) = everything.tokens
    assert everything.was_sent(token)
    for secret in (SECRET, token, PASSWORD):
        assert everything.holds(secret) == []


@OVER_A_SOCKET
def test_a_store_that_fails_shows_no_secret(
    office: Office, evidence: Evidence, told: Callable[[], Evidence]
) -> None:
    base: Any = AsyncMemoryTokens if office.colour == "async" else MemoryTokens

    def fail(*given: object) -> None:
        raise RuntimeError(f"cannot do it with {given}")

    store = type("Failing", (base,), {"take": fail, "put": fail})(SECRET)
    office.open(tokens=store, debug=True).get(SlimPerson, 1)
    everything = told()
    assert any("the token store failed with RuntimeError" in text for text in everything.texts)
    for secret in (SECRET, *everything.tokens, PASSWORD):
        assert everything.holds(secret) == []


# -- recordings --------------------------------------------------------------------------------------------


@dataclass
class Recorded:
    """A request as vcrpy keeps it."""

    method: str
    uri: str
    headers: dict[str, str]
    body: bytes | None


@EACH
def test_no_recording_holds_a_secret_of_a_log_in(given: dict[str, Any]) -> None:
    credentials = given.get("credentials") or Account(given["user"], given["password"])
    place = requests.Place("vLatest", FILE)
    request = requests.log_in(place, [one.entry() for one in given.get("sources", ())])
    url = f"https://fm.example.com{request.target}"
    scrubber = Scrubber()
    scrubbed = scrubber.request(Recorded(request.method, url, credentials.headers(), request.content))
    reply = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": b"{}"}}
    asked = {
        "method": scrubbed.method,
        "uri": scrubbed.uri,
        "headers": scrubbed.headers,
        "body": scrubbed.body,
    }
    text = Written(scrubber).serialize(
        {"version": 1, "interactions": [{"request": asked, "response": reply}]}
    )
    assert "sessions" in text
    assert [form for form in (*forms(SECRET), *forms(PASSWORD)) if form in text] == []


def test_an_error_that_is_pickled_arrives_without_its_causes() -> None:
    error = FmormError("no")
    error.__cause__ = RuntimeError(SECRET)
    assert SECRET not in pickle.dumps(error).decode("latin-1")
