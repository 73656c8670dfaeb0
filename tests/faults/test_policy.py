"""How patient a program is, and that each decision is logged with its reason."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from faults.cases import CASES, Trouble
from faults.conftest import ONCE, QUICK
from faults.verbs import EDIT, READ, VERBS, Keyed, sent
from scenarios.conftest import Office
from scenarios.office import Person

from fmorm import (
    CapacityError,
    ConnectionLost,
    FmormError,
    OutcomeUnknown,
    ProtocolError,
    RequestEvent,
    Retry,
    SessionExpired,
)
from fmorm.server.faults.fault import Where

REPEATED = [
    pytest.param(asked, trouble, id=f"{asked}-{trouble.name}")
    for case in CASES
    for asked in case.asked
    for trouble in case.troubles
    if trouble.lasts and case.rule(asked, trouble).sent[1] > 1 and case.rule(asked, trouble).stays
    if not trouble.hangs and not trouble.orphans
]


@pytest.mark.parametrize("office", ["sync-in-process", "async-in-process"], indirect=True)
@pytest.mark.parametrize(("asked", "trouble"), REPEATED)
def test_a_policy_of_one_attempt_never_repeats(office: Office, asked: str, trouble: Trouble) -> None:
    db = office.open(retry=ONCE)
    verb = VERBS[asked]
    run = verb.prepared(db)
    office.forget()
    trouble.happen(office.app, Where(on=verb.on))
    with pytest.raises(FmormError):
        run()
    assert sent(office.app, verb.on) == 1


def test_an_expired_session_is_renewed_whatever_the_policy(office: Office) -> None:
    db = office.open(retry=ONCE)
    db.get(Person, 2)
    office.app.expire_sessions()
    assert db.get(Person, 1).name == "Ann Berg"
    office.app.faults.fail(952, on="reads")
    with pytest.raises(SessionExpired):
        db.get(Person, 1)
    assert sent(office.app, "log-in") == 3


def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note how long would be waited, in either colour, and do not wait."""
    noted: list[float] = []

    async def sleep(seconds: float) -> None:
        noted.append(seconds)

    monkeypatch.setattr("fmorm._async.driver.sleep", sleep)
    monkeypatch.setattr("fmorm._sync.driver.sleep", noted.append)
    return noted


def test_a_server_that_says_when_to_come_back_is_obeyed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = waits(monkeypatch)
    db = office.open(retry=Retry(attempts=3, backoff=0.5, longest=7, deadline=60))
    office.app.faults.html(503, retry_after=6, on="reads", times=2)
    assert db.get(Person, 1).name == "Ann Berg"
    assert noted == [6, 6]


def test_a_server_that_wants_to_be_left_alone_for_too_long_is_given_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = waits(monkeypatch)
    db = office.open(retry=Retry(attempts=9, longest=7, deadline=60))
    office.app.faults.html(503, retry_after=8, on="reads", times=1)
    with pytest.raises(ProtocolError) as caught:
        db.get(Person, 1)
    assert caught.value.retry_after == 8
    assert noted == []


def test_the_waiting_time_doubles(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = waits(monkeypatch)
    db = office.open(retry=Retry(attempts=5, backoff=1, longest=4, deadline=60))
    office.app.faults.fail(812, on="reads")
    with pytest.raises(CapacityError):
        db.get(Person, 1)
    assert len(noted) == 4
    for full, waited in zip([1, 2, 4, 4], noted, strict=True):
        assert full / 2 <= waited <= full


def test_no_attempt_begins_after_the_deadline(office: Office) -> None:
    db = office.open(retry=Retry(attempts=1000, backoff=0.02, longest=0.02, deadline=0.1))
    office.app.faults.fail(812, on="reads")
    with pytest.raises(CapacityError):
        db.get(Person, 1)
    assert 1 <= sent(office.app, "get-record") <= 11


@pytest.mark.parametrize("office", ["sync-in-process", "async-in-process"], indirect=True)
def test_all_ways_of_sending_again_count_together(office: Office) -> None:
    """A guarded edit is repeated for its lost replies and for locks: not so often for each."""
    db = office.open(retry=Retry(attempts=4, backoff=0.001))
    ann = db.get(Person, 1)
    ann.name = "Anne"
    office.app.faults.drop("before commit", on="edit", times=1)
    office.app.faults.fail(301, on="edit", times=2)
    office.app.faults.drop("before commit", on="edit", times=1)
    office.app.faults.fail(301, on="edit")
    with pytest.raises(OutcomeUnknown):
        db.save(ann)
    assert sent(office.app, "edit") == 4
    assert db.traffic.repeated == 3


def test_a_log_in_that_has_failed_is_not_begun_anew_for_the_request(office: Office) -> None:
    db = office.open(retry=Retry(attempts=3, backoff=0.001))
    office.app.faults.fail(812, on="log-in")
    with pytest.raises(CapacityError):
        db.get(Person, 1)
    assert sent(office.app, "log-in") == 3


# -- the log -----------------------------------------------------------------------------------------------

DECISIONS: dict[str, tuple[Callable[[Any, Where], object], str, str]] = {
    "nothing was done": (
        lambda faults, where: faults.fail(812, **where), READ,
        r"CapacityError; the server has refused the whole of it, so it is tried again in \d\.\d\d s, after attempt 1",
    ),
    "it only reads": (
        lambda faults, where: faults.drop("before commit", **where), READ,
        r"ConnectionLost; it only reads, so it is tried again in \d\.\d\d s, after attempt 1",
    ),
    "it is guarded": (
        lambda faults, where: faults.drop("before commit", **where), EDIT,
        r"OutcomeUnknown; what it would do twice the server refuses, so it is tried again in .* s, after attempt 1",
    ),
    "its session had expired": (
        lambda faults, where: faults.fail(952, **where), READ,
        r"SessionExpired; its session had expired, so it was not carried out, so it is sent again on a new one",
    ),
    "its session was closed": (
        lambda faults, where: faults.fail(112, **where), READ,
        r"SessionExpired; its session has ended, and it only reads, so it is sent again on a new one",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DECISIONS)
def test_why_something_is_sent_again_is_logged(
    office: Office, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    happen, asked, text = DECISIONS[name]
    verb = VERBS[asked]
    run = verb.prepared(office.open(retry=QUICK))
    happen(office.app.faults, Where(on=verb.on, times=1))
    with caplog.at_level(logging.INFO, "fmorm.retry"):
        run()
    (message,) = decided(caplog)
    assert re.fullmatch(rf"(read of|edit on) layout 'person', record 1: {text}", message)


REFUSED: dict[str, tuple[Callable[[Any, Where], object], str, str]] = {
    "given up": (lambda faults, where: faults.fail(812, **where), READ, "CapacityError; given up after attempt 1"),
    "may have been done": (
        lambda faults, where: faults.drop("after commit", **where), "a create",
        "OutcomeUnknown; not sent again by itself: it may have been done",
    ),
    "given up though guarded": (
        lambda faults, where: faults.drop("after commit", **where), EDIT, "OutcomeUnknown; given up after attempt 1",
    ),
    "would fail again": (
        lambda faults, where: faults.html(404, **where), READ,
        "ProtocolError; not sent again: it would fail in the same way",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_why_something_is_not_sent_again_is_logged(
    office: Office, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    happen, asked, text = REFUSED[name]
    verb = VERBS[asked]
    run = verb.prepared(office.open(retry=ONCE))
    happen(office.app.faults, Where(on=verb.on))
    with caplog.at_level(logging.INFO, "fmorm.retry"), pytest.raises(FmormError):
        run()
    (message,) = decided(caplog)
    assert f": {text}" in message


def test_that_a_lost_write_had_been_done_is_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    db = office.open(retry=QUICK)
    office.app.faults.drop("after commit", on="create", times=1)
    with caplog.at_level(logging.INFO, "fmorm.retry"):
        db.create(Keyed(id="D", name="Dag"))
    assert decided(caplog)[-1] == (
        "create on layout 'person': the attempt whose reply was lost had been carried out"
    )


def decided(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "fmorm.retry"]


def test_a_hook_is_told_the_number_of_each_attempt(office: Office) -> None:
    told: list[RequestEvent] = []
    db = office.open(retry=QUICK, on_request=told.append)
    ann = db.get(Person, 1)
    ann.name = "Anne"
    office.app.faults.drop("before commit", on="edit", times=2)
    db.save(ann)
    assert [event.attempt for event in told if event.verb == "edit"] == [1, 2, 3]
    assert db.traffic.repeated == 2


def test_a_read_that_goes_on_failing_says_so_at_last(office: Office) -> None:
    db = office.open(retry=QUICK)
    office.app.faults.drop("before commit", on="reads")
    with pytest.raises(ConnectionLost):
        db.get(Person, 1)
    assert sent(office.app, "get-record") == QUICK.attempts
