from __future__ import annotations

import pytest
from protocol.answers import READ, WRITE, expired, ok, page, refusal
from protocol.scripted import ScriptedDriver, in_order

from fmorm.errors import (
    ConnectionLost,
    CredentialError,
    FmormError,
    OutcomeUnknown,
    ProtocolError,
    ServerError,
    SessionExpired,
)
from fmorm.protocol.calls import call
from fmorm.protocol.effects import Renew, Send
from fmorm.wire.requests import Request

BOTH = pytest.mark.parametrize("request_", [READ, WRITE], ids=["reading", "writing"])


@BOTH
def test_one_request_gives_the_response_member(request_: Request) -> None:
    driver = ScriptedDriver(in_order(ok({"modId": "4"})))
    assert driver.run(call(request_)) == {"modId": "4"}
    assert driver.asked == [Send(request_)]


@BOTH
def test_an_expired_session_is_renewed_and_the_very_request_sent_again(request_: Request) -> None:
    driver = ScriptedDriver(in_order(expired(), ok({"modId": "4"})))
    assert driver.run(call(request_)) == {"modId": "4"}
    assert driver.asked == [Send(request_), Renew(), Send(request_)]
    assert driver.sent[1] is request_, "another request was sent after the renewal"


def test_a_second_expiry_is_an_error() -> None:
    driver = ScriptedDriver(in_order(expired(), expired()))
    with pytest.raises(SessionExpired) as caught:
        driver.run(call(READ))
    assert (caught.value.code, caught.value.status) == (952, 401)
    assert driver.asked == [Send(READ), Renew(), Send(READ)]


@pytest.mark.parametrize("code", [-1, 9, 10, 101, 212, 301, 306, 401, 500, 802, 812, 956, 960, 1704])
def test_no_other_refusal_renews(code: int) -> None:
    driver = ScriptedDriver(in_order(refusal(code)))
    with pytest.raises(ServerError) as caught:
        driver.run(call(WRITE))
    assert caught.value.code == code
    assert driver.asked == [Send(WRITE)]


def test_a_refusal_after_the_renewal_is_the_answer() -> None:
    driver = ScriptedDriver(in_order(expired(), refusal(101)))
    with pytest.raises(ServerError, match="101"):
        driver.run(call(READ))
    assert driver.renewals == 1


@pytest.mark.parametrize("answers", [[], [expired()]], ids=["at once", "after a renewal"])
@pytest.mark.parametrize("error", [ConnectionLost("gone"), OutcomeUnknown("gone")], ids=repr)
def test_a_broken_connection_is_passed_on_and_nothing_is_repeated(
    answers: list[FmormError], error: FmormError
) -> None:
    driver = ScriptedDriver(in_order(*answers, error))
    with pytest.raises(type(error)) as caught:
        driver.run(call(WRITE))
    assert caught.value is error
    assert len(driver.sent) == len(answers) + 1


def test_a_page_of_html_renews_nothing() -> None:
    driver = ScriptedDriver(in_order(page(401)))
    with pytest.raises(ProtocolError):
        driver.run(call(READ))
    assert driver.renewals == 0


def test_a_renewal_that_fails_is_the_error() -> None:
    refused = CredentialError(212, status=401, request="log-in")
    driver = ScriptedDriver(in_order(expired()), renewal=refused)
    with pytest.raises(CredentialError) as caught:
        driver.run(call(WRITE))
    assert caught.value is refused
    assert driver.sent == [WRITE], "the request went out again without a session"
