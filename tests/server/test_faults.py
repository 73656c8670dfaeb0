"""Faults that happen to one request: what the client sees, and what the data is afterwards, on each mount."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import pytest
from server.callers import RECORDS, Call, Caller, Looped, SharedServer, calling, code_of

from fmorm.server import App

ERRORS = {
    "close": httpx.RemoteProtocolError,
    "half-close": httpx.RemoteProtocolError,
    "reset": httpx.ReadError,
    "hang": httpx.ReadTimeout,
}
IMPATIENT = 0.1
"""Seconds: for replies that never come, or come too late."""


@pytest.mark.parametrize("how", ERRORS)
@pytest.mark.parametrize("when", ["before commit", "after commit", "mid-body"])
def test_a_dropped_connection_is_an_error_and_the_work_is_done_or_not(
    app: App, caller: Caller, when: Any, how: Any
) -> None:
    record_id = caller.made("Ann")
    fault = app.faults.drop(when, how=how, on="edit", times=1)
    with pytest.raises(ERRORS[how]):
        caller.rename(record_id, "Anne", timeout=IMPATIENT if how == "hang" else 10)
    assert caller.names() == ["Ann" if when == "before commit" else "Anne"]
    assert fault.count == 1
    assert app.faults.injected == {f"drop {when}": 1}
    assert code_of(caller.rename(record_id, "Anna")) == 0, "the session goes on"


@pytest.mark.parametrize("how", ["close", "half-close", "hang"])
def test_half_of_the_reply_arrives_with_the_length_of_the_whole(app: App, caller: Caller, how: Any) -> None:
    caller.made("Ann" * 30)
    call = Call("GET", RECORDS, timeout=IMPATIENT if how == "hang" else 10)
    whole = caller.ask(call).content
    app.faults.drop("mid-body", how=how, times=1)
    response, pieces, error = caller.pieces(call)
    assert response.status_code == 200
    assert response.headers["Content-Length"] == str(len(whole))
    assert b"".join(pieces) == whole[: len(whole) // 2]
    assert isinstance(error, ERRORS[how])


def test_a_hundred_drops_are_a_hundred(app: App, caller: Caller) -> None:
    app.faults.drop("before commit", on="create", times=50)
    app.faults.drop("after commit", on="create", times=30)
    app.faults.drop("mid-body", on="create", times=20)
    for number in range(101):
        try:
            caller.create(f"{number}")
        except httpx.RemoteProtocolError:
            assert number < 100
    assert sorted(map(int, caller.names())) == list(range(50, 101))
    assert app.faults.injected == {
        "drop before commit": 50,
        "drop after commit": 30,
        "drop mid-body": 20,
    }
    assert app.faults.active == [], "they are spent"


def test_what_chance_drops_is_counted_exactly(app: App, caller: Caller) -> None:
    app.faults.drop("before commit", on="create", chance=0.2, seed=1)
    app.faults.drop("after commit", on="create", chance=0.2, seed=2, how="reset")
    failed = 0
    for number in range(120):
        try:
            caller.create(f"{number}")
        except httpx.TransportError:
            failed += 1
    injected = app.faults.injected
    assert injected.total() == failed
    assert len(caller.names()) == 120 - injected["drop before commit"]
    assert min(injected.values()) > 5, f"some of each: {injected}"


@pytest.mark.parametrize("when", ["before commit", "after commit"])
def test_a_gateway_answers_with_a_page(app: App, caller: Caller, when: Any) -> None:
    app.faults.html(503, when=when, retry_after=7, on="create", times=1)
    answer = caller.create("Ann")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.headers["Retry-After"] == "7"
    assert "<h1>503 Service Unavailable</h1>" in answer.text
    assert caller.names() == (["Ann"] if when == "after commit" else [])


def test_a_page_may_be_said_to_be_json(app: App, caller: Caller) -> None:
    with app.faults.html(content_type="application/json"):
        answer = caller.call("GET", RECORDS)
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "application/json")
    assert "Retry-After" not in answer.headers
    assert answer.text.startswith("<!DOCTYPE html>")


def test_json_may_be_said_to_be_a_page(app: App, caller: Caller) -> None:
    with app.faults.wrong_content_type():
        answer = caller.create("Ann")
    assert answer.headers.get_list("Content-Type") == ["text/html; charset=utf-8"]
    assert code_of(answer) == 0
    assert caller.names() == ["Ann"]


def test_a_cut_reply_is_complete_for_http(app: App, caller: Caller) -> None:
    with app.faults.truncate():
        answer = caller.create("Ann")
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(answer.content))
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()
    assert caller.names() == ["Ann"]


@pytest.mark.parametrize(("code", "status"), [(812, 500), (953, 500), (956, 500), (112, 500), (952, 401)])
@pytest.mark.parametrize("when", ["before commit", "after commit"])
def test_an_error_of_filemakers_is_answered(
    app: App, caller: Caller, code: int, status: int, when: Any
) -> None:
    app.faults.fail(code, when=when, on="create", times=1)
    answer = caller.create("Ann")
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert answer.json()["response"] == {}
    assert caller.names() == (["Ann"] if when == "after commit" else [])


def test_a_slow_reply_comes_late(app: App, caller: Caller) -> None:
    with app.faults.slow(0.1):
        began = time.monotonic()
        assert code_of(caller.create("Ann")) == 0
        assert time.monotonic() - began >= 0.1
    assert app.faults.injected == {"slow": 1}


def test_a_reply_that_is_too_slow_is_done_nevertheless(app: App, caller: Caller) -> None:
    with app.faults.slow(30), pytest.raises(httpx.ReadTimeout):
        caller.create("Ann", timeout=IMPATIENT)
    assert caller.names() == ["Ann"]


def test_slow_replies_overlap(app: App, caller: Caller) -> None:
    calls = [Call("GET", RECORDS, token=caller.log_in()) for _ in range(4)]
    with app.faults.slow(0.3):
        outcomes = caller.together(*calls)
    assert [outcome.code for outcome in outcomes] == [0] * 4
    latest, earliest = max(one.began for one in outcomes), min(one.ended for one in outcomes)
    assert latest < earliest, "each began before any had ended"


def test_other_requests_go_on_while_one_is_slow(app: App, caller: Caller) -> None:
    app.faults.slow(0.3, on="create", times=1)
    fields = {"fieldData": {"Name": "Ann", "Code": "1"}}
    slow, quick = caller.together(Call("POST", RECORDS, fields), Call("GET", "/productInfo"))
    assert (slow.code, quick.code) == (0, 0)
    assert quick.ended < slow.ended


def test_slowness_goes_together_with_another_fault_and_two_others_do_not(app: App, caller: Caller) -> None:
    app.faults.fail(812, when="after commit", times=1)
    app.faults.slow(0.05, times=1)
    app.faults.slow(0.05, times=1)
    app.faults.html(502, times=1)
    began = time.monotonic()
    assert code_of(caller.create("Ann")) == 812
    assert time.monotonic() - began >= 0.1
    assert app.faults.injected == {"fail after commit": 1, "slow": 2}
    assert caller.call("GET", RECORDS).status_code == 502, "it was kept for the next request"


def test_a_task_can_be_cancelled_while_its_reply_is_held_back(app: App, shared_server: SharedServer) -> None:
    with calling(app, "in process, async", shared_server) as caller:
        assert isinstance(caller, Looped)
        app.faults.slow(30)
        call = caller.options(Call("POST", RECORDS, {"fieldData": {"Name": "Ann", "Code": "1"}}))

        async def cancelled() -> None:
            task = asyncio.create_task(caller.http.request(**call))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run_coroutine_threadsafe(asyncio.wait_for(cancelled(), 5), caller.loop).result()
        app.faults.clear()
        assert caller.names() == ["Ann"]


def test_what_was_dropped_is_among_the_exchanges(app: App, caller: Caller) -> None:
    app.faults.drop("after commit", on="create", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        caller.create("Ann")
    request, reply = app.requests[-1]
    assert (request.method, reply.status) == ("POST", 200)
    assert reply.drop
    assert reply.drop.how == "close"


def test_a_log_in_whose_reply_is_lost_leaves_a_session_behind(app: App, caller: Caller) -> None:
    app.faults.drop("mid-body", on="log-in", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        caller.log_in()
    assert app.session_count == 2
    assert "***" in repr(app.requests[-1][1])
