from __future__ import annotations

import logging

import pytest
from protocol.answers import READ, WRITE, expired, ok, page, refusal
from protocol.scripted import ScriptedDriver, in_order

from fmorm.errors import (
    ConnectionFailed,
    ConnectionLost,
    CredentialError,
    FmormError,
    OutcomeUnknown,
    ProtocolError,
    ServerError,
    SessionExpired,
    TlsError,
)
from fmorm.protocol.calls import call, settle
from fmorm.protocol.effects import Renew, Send, Steps
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Request

BOTH = pytest.mark.parametrize("request_", [READ, WRITE], ids=["reading", "writing"])


@BOTH
def test_one_request_gives_the_response_member(request_: Request) -> None:
    driver = ScriptedDriver(in_order(ok({"modId": "4"})))
    assert driver.run(call(request_)) == {"modId": "4"}
    assert driver.asked == [Send(request_)]


# -- expired sessions ------------------------------------------------------------------------------------


@BOTH
def test_an_expired_session_is_renewed_and_the_very_request_sent_again(request_: Request) -> None:
    driver = ScriptedDriver(in_order(expired(), ok({"modId": "4"})))
    assert driver.run(call(request_)) == {"modId": "4"}
    assert driver.asked == [Send(request_), Renew(), Send(request_, 2)]
    assert driver.sent[1] is request_, "another request was sent after the renewal"


def test_a_second_expiry_is_an_error_without_patience() -> None:
    driver = ScriptedDriver(in_order(expired(), expired()))
    with pytest.raises(SessionExpired) as caught:
        driver.run(call(READ))
    assert (caught.value.code, caught.value.status) == (952, 401)
    assert driver.renewals == 1


def test_a_server_that_restarts_again_and_again_is_waited_for() -> None:
    driver = ScriptedDriver(in_order(expired(), expired(), expired(), ok()), patience=2)
    driver.run(call(WRITE))
    assert (driver.renewals, driver.attempts) == (3, [1, 2, 3, 4])


@pytest.mark.parametrize("code", [-1, 9, 10, 101, 212, 301, 306, 401, 500, 802, 812, 956, 960, 1704])
def test_no_other_refusal_renews(code: int) -> None:
    driver = ScriptedDriver(in_order(refusal(code)))
    with pytest.raises(ServerError) as caught:
        driver.run(call(WRITE))
    assert caught.value.code == code
    assert (driver.sent, driver.renewals) == ([WRITE], 0)


def test_a_session_closed_during_a_write_leaves_a_doubt_and_during_a_read_none() -> None:
    driver = ScriptedDriver(in_order(refusal(112)), patience=9)
    with pytest.raises(OutcomeUnknown, match=r"112.*edit on layout 'guest'.*read the record"):
        driver.run(call(WRITE))
    assert driver.sent == [WRITE]
    driver = ScriptedDriver(in_order(refusal(112), ok()))
    driver.run(call(READ))
    assert driver.asked == [Send(READ), Renew(), Send(READ, 2)]


def test_a_refusal_after_the_renewal_is_the_answer() -> None:
    driver = ScriptedDriver(in_order(expired(), refusal(101)))
    with pytest.raises(ServerError, match="101"):
        driver.run(call(READ))
    assert driver.renewals == 1


def test_a_renewal_that_fails_is_the_error() -> None:
    refused = CredentialError(212, status=401, request="log-in")
    driver = ScriptedDriver(in_order(expired()), renewal=refused)
    with pytest.raises(CredentialError) as caught:
        driver.run(call(WRITE))
    assert caught.value is refused
    assert driver.sent == [WRITE], "the request went out again without a session"


# -- what may be repeated ----------------------------------------------------------------------------------

CUT_OFF = Reply(200, {"content-type": "application/json"}, b'{"response":{"data":[{"fie')

HARMLESS: dict[str, tuple[Request, Reply | FmormError]] = {
    "no connection, reading": (READ, ConnectionFailed("no route")),
    "no connection, writing": (WRITE, ConnectionFailed("no route")),
    "lost while reading": (READ, ConnectionLost("reset")),
    "bad gateway, reading": (READ, page(502)),
    "being started, reading": (READ, page(503)),
    "cut off, reading": (READ, CUT_OFF),
    "too many, reading": (READ, page(429)),
    "too many, writing": (WRITE, page(429)),
    "record in use": (WRITE, refusal(301)),
    "no room": (WRITE, refusal(812)),
    "too many sessions": (READ, refusal(956)),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_left_nothing_behind_is_tried_again_for_as_long_as_there_is_patience(name: str) -> None:
    request, failure = HARMLESS[name]
    driver = ScriptedDriver(in_order(failure, failure, ok()), patience=2)
    driver.run(call(request))
    assert driver.attempts == [1, 2, 3]
    assert all(pause.reason for pause in driver.pauses)


@pytest.mark.parametrize("name", HARMLESS)
def test_without_patience_the_failure_is_the_error(name: str) -> None:
    request, failure = HARMLESS[name]
    driver = ScriptedDriver(in_order(failure, failure), patience=1)
    with pytest.raises(FmormError):
        driver.run(call(request))
    assert driver.attempts == [1, 2]


HARMFUL: dict[str, tuple[Request, Reply | FmormError]] = {
    "lost while writing": (WRITE, OutcomeUnknown("reset")),
    "bad gateway, writing": (WRITE, page(502)),
    "cut off, writing": (WRITE, CUT_OFF),
    "no such record": (WRITE, refusal(101)),
    "certificate": (READ, TlsError("unknown authority")),
    "wrong address": (READ, page(404)),
    "file closed": (READ, refusal(802)),
    "allowance used up": (READ, refusal(953)),
    "wrong password": (READ, refusal(212, status=401)),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_what_may_have_been_done_or_will_not_change_is_never_tried_again(name: str) -> None:
    request, failure = HARMFUL[name]
    driver = ScriptedDriver(in_order(failure), patience=9)
    with pytest.raises(FmormError):
        driver.run(call(request))
    assert driver.asked == [Send(request)]


def test_a_page_of_html_renews_nothing() -> None:
    driver = ScriptedDriver(in_order(page(401)))
    with pytest.raises(ProtocolError):
        driver.run(call(READ))
    assert driver.renewals == 0


def test_a_server_says_when_to_come_back() -> None:
    busy = Reply(503, {"content-type": "text/html", "retry-after": "7"}, b"<html>")
    driver = ScriptedDriver(in_order(busy))
    with pytest.raises(ProtocolError) as caught:
        driver.run(call(READ))
    assert caught.value.retry_after == 7


def test_why_a_write_is_not_repeated_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "fmorm.retry"), pytest.raises(OutcomeUnknown):
        ScriptedDriver(in_order(OutcomeUnknown("reset"))).run(call(WRITE))
    assert caplog.messages == [
        "edit on layout 'guest', record 7: OutcomeUnknown; not sent again by itself: it may have been done"
    ]


# -- what the server refuses to do twice -------------------------------------------------------------------


class Verifier:
    """Stands for a reading after the refusal: notes what it was asked with."""

    def __init__(self, found: dict[str, object] | None) -> None:
        self.found = found
        self.refusals: list[ServerError] = []

    def __call__(self, refused: ServerError) -> Steps[dict[str, object] | None]:
        self.refusals.append(refused)
        yield from ()
        return self.found


def test_a_guarded_write_that_was_lost_on_the_way_is_sent_again() -> None:
    done = Verifier(None)
    driver = ScriptedDriver(in_order(OutcomeUnknown("reset"), ok({"modId": "4"})), patience=1)
    assert driver.run(settle(WRITE, done)) == {"modId": "4"}
    assert (driver.sent, done.refusals) == ([WRITE, WRITE], [])


def test_one_that_had_been_done_is_found_out() -> None:
    done = Verifier({"modId": "4"})
    driver = ScriptedDriver(in_order(OutcomeUnknown("reset"), refusal(306)), patience=1)
    assert driver.run(settle(WRITE, done)) == {"modId": "4"}
    assert [refused.code for refused in done.refusals] == [306]


def test_a_refusal_of_the_first_attempt_is_just_that() -> None:
    done = Verifier({"modId": "4"})
    driver = ScriptedDriver(in_order(refusal(306)), patience=1)
    with pytest.raises(ServerError, match="306"):
        driver.run(settle(WRITE, done))
    assert done.refusals == [], "a first attempt leaves no doubt that needs looking"


@pytest.mark.parametrize(
    "then",
    [refusal(306), refusal(802), ConnectionFailed("gone"), page(404)],
    ids=["306", "802", "gone", "404"],
)
def test_a_doubt_that_was_not_cleared_up_remains_a_doubt(then: Reply | FmormError) -> None:
    lost = OutcomeUnknown("reset")
    driver = ScriptedDriver(in_order(lost, then), patience=1)
    with pytest.raises(OutcomeUnknown) as caught:
        driver.run(settle(WRITE, Verifier(None)))
    assert caught.value is lost
    assert "find out has failed" in caught.value.__notes__[0]


def test_without_patience_the_doubt_is_the_error() -> None:
    driver = ScriptedDriver(in_order(OutcomeUnknown("reset")))
    with pytest.raises(OutcomeUnknown):
        driver.run(settle(WRITE, Verifier({})))
    assert driver.sent == [WRITE]


def test_what_has_to_be_looked_at_before_another_attempt_is() -> None:
    looked: list[int] = []

    def look() -> Steps[None]:
        looked.append(len(driver.sent))
        yield from ()

    driver = ScriptedDriver(in_order(OutcomeUnknown("reset"), OutcomeUnknown("reset"), ok()), patience=2)
    driver.run(settle(WRITE, Verifier(None), before_again=look))
    assert looked == [1, 2]
