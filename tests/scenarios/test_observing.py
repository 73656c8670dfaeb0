"""What a program can see of its requests: events, counts, logs, and commands to paste."""

from __future__ import annotations

import asyncio
import logging
import re
import shlex
from contextvars import ContextVar
from typing import Any, cast

import pytest
from scenarios.conftest import PASSWORD, Blocking, Office
from scenarios.office import Person, SlimPerson

from fmorm import (
    AsyncDatabase,
    AsyncHost,
    ConnectionFailed,
    CredentialError,
    Database,
    Host,
    LayoutMissing,
    ProtocolError,
    RequestEvent,
    Retry,
    Traffic,
)
from fmorm.transport.settings import from_env

QUICK = Retry(attempts=3, backoff=0.001, longest=0.01)
IN_PROCESS = pytest.mark.parametrize("office", ["sync-in-process", "async-in-process"], indirect=True)
OVER_A_SOCKET = pytest.mark.parametrize("office", ["sync-socket", "async-socket"], indirect=True)


class Seen(list[RequestEvent]):
    """A hook that keeps what it is told."""

    def __call__(self, event: RequestEvent) -> None:
        self.append(event)

    @property
    def verbs(self) -> list[str]:
        return [event.verb for event in self]

    @property
    def outcomes(self) -> list[tuple[str, int, str]]:
        return [(event.verb, event.attempt, event.outcome) for event in self]


METHODS = {
    "log-in": "POST", "find": "POST", "get": "GET", "create": "POST", "edit": "PATCH", "delete": "DELETE",
    "log-out": "DELETE",
}  # fmt: skip


@pytest.fixture
def seen() -> Seen:
    return Seen()


def work(db: Database) -> None:
    """A find, a read, a create, an edit, a deletion."""
    assert db.find(Person).where(Person.name == "Bo Dahl").first()
    ann = db.get(Person, 1)
    eva = Person(name="Eva")
    db.create(eva)
    ann.name = "Anne"
    db.save(ann)
    db.delete(eva)


# -- events ------------------------------------------------------------------------------------------------


def test_each_request_is_told_once_from_log_in_to_log_out(office: Office, seen: Seen) -> None:
    db = office.open(on_request=seen)
    work(db)
    db.close()
    asked = list(office.app.requests)
    assert seen.verbs[0] == "log-in"
    assert seen.verbs[-1] == "log-out"
    assert {"find", "get", "create", "edit", "delete"} == set(seen.verbs[1:-1])
    assert [METHODS[event.verb] for event in seen] == [request.method for request, _ in asked]
    assert {event.code for event in seen} == {0}
    assert {(event.verb, event.record_id) for event in seen} >= {
        ("find", None), ("get", "1"), ("create", None), ("edit", "1"), ("delete", "4"),
    }  # fmt: skip
    assert {event.layout for event in seen[1:-1]} == {"person"}
    assert {event.database for event in seen} == {"Office & Co"}
    # of a log-in the server remembers less than came
    assert [event.bytes_received for event in seen[1:]] == [len(reply.body) for _, reply in asked[1:]]
    assert [event.bytes_sent for event in seen[1:]] == [len(request.body) for request, _ in asked[1:]]


def test_an_attempt_that_is_repeated_is_told_each_time(office: Office, seen: Seen) -> None:
    db = office.open(on_request=seen, retry=QUICK)
    office.app.faults.html(502, on="get-record", times=2)
    assert db.get(SlimPerson, 1).name == "Ann Berg"
    page, ok = "HTTP 502, no reply of FileMaker's", "HTTP 200, code 0"
    assert seen.outcomes == [("log-in", 1, ok), ("get", 1, page), ("get", 2, page), ("get", 3, ok)]
    assert db.traffic.repeated == 2


def test_a_log_in_that_is_repeated_is_told_each_time(office: Office, seen: Seen) -> None:
    db = office.open(on_request=seen, retry=QUICK)
    office.app.faults.fail(812, on="log-in", times=1)
    db.get(SlimPerson, 1)
    assert [(event.verb, event.attempt, event.code) for event in seen] == [
        ("log-in", 1, 812), ("log-in", 2, 0), ("get", 1, 0),
    ]  # fmt: skip
    assert db.traffic.log_ins == 2


def test_an_expired_session_shows_as_a_repeated_request_around_a_log_in(office: Office, seen: Seen) -> None:
    db = office.open(on_request=seen)
    db.get(SlimPerson, 1)
    office.app.expire_sessions()
    db.get(SlimPerson, 1)
    assert [(event.verb, event.attempt, event.code) for event in seen[2:]] == [
        ("get", 1, 952), ("log-in", 1, 0), ("get", 2, 0),
    ]  # fmt: skip


def test_a_refusal_is_told_with_its_code(office: Office, seen: Seen) -> None:
    db = office.open(on_request=seen)
    assert db.find(Person).where(Person.name == "nobody").all() == []
    assert [(event.code, event.status) for event in seen[1:]] == [(401, 500)]


@OVER_A_SOCKET
def test_a_refused_log_in_is_told(office: Office, seen: Seen) -> None:
    with pytest.raises(CredentialError):
        office.open(on_request=seen, password="wrong").get(SlimPerson, 1)
    assert [(event.verb, event.code, event.status) for event in seen] == [("log-in", 212, 401)]


@IN_PROCESS
def test_a_connection_that_fails_is_told(office: Office, seen: Seen) -> None:
    nobody_there = Office(office.app, office.colour, "http://127.0.0.1:9", office.loop)
    with nobody_there.opened:
        db = nobody_there.open(on_request=seen, retry=QUICK)
        with pytest.raises(ConnectionFailed):
            db.get(SlimPerson, 1)
        assert seen.outcomes == [("log-in", attempt, "ConnectionFailed") for attempt in (1, 2, 3)]
        assert (db.traffic.failed, db.traffic.requests, db.traffic.bytes_received) == (3, 3, 0)


def test_a_hook_that_fails_breaks_no_verb(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    asked: list[str] = []

    def fails(event: RequestEvent) -> None:
        asked.append(event.about)
        raise RuntimeError("this hook is broken")

    db = office.open(on_request=fails)
    work(db)
    assert db.get(Person, 1).name == "Anne"
    db.close()
    warned = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert warned == [f"a request hook failed after {about}" for about in asked]
    assert len(asked) == len(office.app.requests)


def test_an_async_hook_is_refused_before_anything_is_sent(office: Office) -> None:
    async def hook(_: RequestEvent) -> None:
        raise AssertionError("nobody awaits this")

    with pytest.raises(TypeError, match="on_request is called, not awaited"):
        office.open(on_request=hook)
    assert not office.app.requests


USER: ContextVar[str] = ContextVar("USER", default="nobody")


def test_a_hook_sees_the_context_of_who_called_the_verb(office: Office) -> None:
    users: list[tuple[str, str]] = []

    def note(event: RequestEvent) -> None:
        users.append((event.verb, USER.get()))

    db = office.open(on_request=note)
    token = USER.set("ida")
    try:
        db.get(SlimPerson, 1)
    finally:
        USER.reset(token)
    assert users == [("log-in", "ida"), ("get", "ida")]


@pytest.mark.parametrize("office", ["async-in-process"], indirect=True)
def test_a_request_that_is_cancelled_is_told(office: Office, seen: Seen) -> None:
    async def cancelled() -> None:
        async with AsyncDatabase.embedded(office.app, on_request=seen) as db:
            await db.log_in()
            office.app.faults.slow(5, on="get-record")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await db.get(SlimPerson, 1)
            assert db.traffic.failed == 1

    asyncio.run(cancelled())
    assert ("get", 1, "CancelledError") in seen.outcomes


# -- counts ------------------------------------------------------------------------------------------------


def test_traffic_is_the_sum_of_the_events(office: Office, seen: Seen) -> None:
    db = office.open(on_request=seen)
    assert db.traffic == Traffic()
    work(db)
    db.close()
    assert db.traffic == Traffic(
        requests=len(office.app.requests),
        log_ins=1,
        bytes_sent=sum(event.bytes_sent for event in seen),
        bytes_received=sum(event.bytes_received for event in seen),
    )
    assert db.traffic.bytes_received > 1000


def test_a_host_counts_all_of_its_databases(office: Office) -> None:
    if office.url is None:
        return
    cls: Any = AsyncHost if office.colour == "async" else Host
    raw = cls(office.url)
    host: Any = Blocking(raw, office.loop) if office.colour == "async" else raw
    for user, password in (("api", PASSWORD), ("reader", "reader")):
        one = raw.database("Office & Co", user=user, password=password)
        (Blocking(one, office.loop) if office.colour == "async" else one).get(SlimPerson, 1)
    host.close()
    assert raw.traffic.requests == len(office.app.requests) == 6
    assert raw.traffic.log_ins == 2


@pytest.mark.parametrize("cls", [Host, AsyncHost])
def test_a_host_refuses_an_async_hook_at_once(cls: Any) -> None:
    async def hook(_: RequestEvent) -> None:
        raise AssertionError("nobody awaits this")

    with pytest.raises(TypeError, match="on_request is called, not awaited"):
        cls("https://fm.example.com", on_request=hook)


def test_two_databases_count_for_themselves(office: Office) -> None:
    one, other = office.open(), office.open()
    one.get(SlimPerson, 1)
    assert other.traffic == Traffic()


# -- logs --------------------------------------------------------------------------------------------------


def ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name.startswith("fmorm.")]


def test_ordinary_work_warns_of_nothing(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        db = office.open()
        work(db)
        db.find(Person).where(Person.name == "nobody").all()
        office.app.expire_sessions()
        work(office.open())
        db.get(Person, 2)
        db.close()
    assert {record.name for record in ours(caplog)} == {"fmorm.request", "fmorm.retry", "fmorm.session"}
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_fmorm_leaves_logging_to_the_program(office: Office) -> None:
    work(office.open())
    names = ["fmorm", *(name for name in logging.root.manager.loggerDict if name.startswith("fmorm."))]
    assert {"fmorm.request", "fmorm.retry", "fmorm.session", "fmorm.server"} <= set(names)
    for name in names:
        logger = logging.getLogger(name)
        assert not logger.handlers
        assert logger.level == logging.NOTSET
        assert logger.propagate


def test_sessions_are_told(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "fmorm.session"):
        db = office.open()
        db.get(SlimPerson, 1)
        office.app.expire_sessions()
        db.get(SlimPerson, 1)
        db.close()
    host = re.escape(office.url or "") or r"http://\d+\.embedded\.invalid"
    told = [
        (record.levelname, record.getMessage()) for record in ours(caplog) if record.name == "fmorm.session"
    ]
    patterns = [
        ("DEBUG", rf"logged in to Office & Co on {host}"),
        ("INFO", "the session of Office & Co has expired: logging in again"),
        ("DEBUG", rf"logged in to Office & Co on {host}"),
        ("DEBUG", rf"logged out of Office & Co on {host}"),
    ]
    assert len(told) == len(patterns)
    for (level, text), (wanted, pattern) in zip(told, patterns, strict=True):
        assert level == wanted
        assert re.fullmatch(pattern, text)


def retries(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "fmorm.retry"]


AGAIN = r", so it is tried again in 0\.\d\d s, after attempt %d"
READ = r"read of layout 'person / slim\?#1 % é 😀', record 1"


def test_a_retry_is_logged_with_its_reason(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.app.faults.html(503, on="get-record", times=1)
    with caplog.at_level(logging.INFO, "fmorm.retry"):
        office.open(retry=QUICK).get(SlimPerson, 1)
    (text,) = retries(caplog)
    assert re.fullmatch(READ + ": ProtocolError; it only reads" + AGAIN % 1, text)


def test_giving_up_is_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.app.faults.html(503, on="get-record")
    with caplog.at_level(logging.INFO, "fmorm.retry"), pytest.raises(ProtocolError):
        office.open(retry=QUICK).get(SlimPerson, 1)
    first, second, third = retries(caplog)
    assert re.fullmatch(READ + ": ProtocolError; it only reads" + AGAIN % 1, first)
    assert re.fullmatch(READ + ": ProtocolError; it only reads" + AGAIN % 2, second)
    policy = re.escape(repr(QUICK))
    assert re.fullmatch(
        READ + rf": ProtocolError; given up after attempt 3 and 0\.\d\d s, as {policy} has it", third
    )


def test_a_locked_record_is_tried_again_since_nothing_was_done(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    ann = (db := office.open(retry=QUICK)).get(SlimPerson, 1)
    office.app.faults.fail(301, on="edit", times=1)
    ann.name = "Anne"
    with caplog.at_level(logging.INFO, "fmorm.retry"):
        db.save(ann)
    (text,) = retries(caplog)
    assert re.search(r"RecordLocked; the server has refused the whole of it" + AGAIN % 1, text)


@IN_PROCESS
def test_a_failed_connection_is_tried_again_since_nothing_was_sent(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    nobody_there = Office(office.app, office.colour, "http://127.0.0.1:9", office.loop)
    with nobody_there.opened, caplog.at_level(logging.INFO, "fmorm.retry"), pytest.raises(ConnectionFailed):
        nobody_there.open(retry=QUICK).get(SlimPerson, 1)
    assert re.fullmatch(
        "log-in to 'Office & Co': ConnectionFailed; nothing was sent" + AGAIN % 1, retries(caplog)[0]
    )


def test_an_error_that_is_final_is_no_retry(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.app.faults.fail(105, on="get-record")
    with caplog.at_level(logging.INFO, "fmorm.retry"), pytest.raises(LayoutMissing):
        office.open(retry=QUICK).get(SlimPerson, 1)
    assert retries(caplog) == []


# -- debugging ---------------------------------------------------------------------------------------------


def test_debugging_prints_every_request_as_a_command(
    office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    db = office.open(debug=True)
    work(db)
    db.close()
    out, err = capfd.readouterr()
    commands = [shlex.split(line) for line in err.splitlines()[::2]]
    assert out == ""
    assert [one[one.index("-X") + 1] for one in commands] == [r.method for r, _ in office.app.requests]
    assert all(re.fullmatch(r"# HTTP 200, code 0, [\d.]+ ms", line) for line in err.splitlines()[1::2])
    assert all("http" in word for one in commands for word in one if "/fmi/data/" in word)
    assert PASSWORD not in err
    assert "Bo Dahl" in err, "what is looked for is shown"


def test_debugging_and_a_hook_go_together(
    office: Office, seen: Seen, capfd: pytest.CaptureFixture[str]
) -> None:
    office.open(debug=True, on_request=seen).get(SlimPerson, 1)
    assert len(seen) == len(capfd.readouterr().err.splitlines()) // 2 == 2


def test_without_it_nothing_is_printed(office: Office, capfd: pytest.CaptureFixture[str]) -> None:
    work(office.open())
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("cls", [Database, AsyncDatabase])
def test_the_environment_can_switch_it_on(
    office: Office, cls: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if office.url is None:
        assert from_env({"FMORM_URL": "https://a:b@fm.example.com/crm", "FMORM_DEBUG": "yes"}).debug
        return
    for name, value in {
        "URL": office.url,
        "DATABASE": "Office & Co",
        "USER": "api",
        "PASSWORD": PASSWORD,
    }.items():
        monkeypatch.setenv(f"FMORM_{name}", value)
    monkeypatch.setenv("FMORM_DEBUG", "1")
    db = cls.from_env()
    if cls is AsyncDatabase:

        async def once() -> None:
            async with cast("AsyncDatabase", db):
                await db.get(SlimPerson, 1)

        asyncio.run(once())
    else:
        with db:
            db.get(SlimPerson, 1)
    err = capfd.readouterr().err
    assert err.count("curl -X") == 3
    assert PASSWORD not in err
