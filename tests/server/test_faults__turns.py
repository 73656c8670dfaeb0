"""One request at a time for each session, and restarts, on each mount."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from itertools import pairwise

import httpx
import pytest
from server.callers import RECORDS, Call, Caller, Looped, Outcome, SharedServer, calling, wait_until

from fmorm.server import App, Reply, Request

HOLD = 0.1
"""Seconds that each request takes where several stand in a queue."""


def reads(*tokens: str) -> list[Call]:
    return [Call("GET", RECORDS, token=token) for token in tokens]


def span(outcomes: Sequence[Outcome]) -> float:
    return max(one.ended for one in outcomes) - min(one.began for one in outcomes)


def test_one_session_is_served_one_request_after_another(
    app: App, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[float] = []
    handle = app.handle

    def noted(request: Request) -> Reply:
        begun.append(time.monotonic())
        return handle(request)

    monkeypatch.setattr(app, "handle", noted)
    app.faults.one_at_a_time()
    with app.faults.slow(HOLD):
        outcomes = caller.together(*reads(*[caller.token] * 4))
    assert [one.code for one in outcomes] == [0] * 4
    gaps = [later - earlier for earlier, later in pairwise(begun)]
    assert min(gaps) >= 0.99 * HOLD, f"a request was begun before the reply to the last one: {gaps} s"
    assert span(outcomes) >= 3.99 * HOLD


def test_sessions_do_not_wait_for_each_other(app: App, caller: Caller) -> None:
    app.faults.one_at_a_time()
    tokens = [caller.log_in() for _ in range(4)]
    with app.faults.slow(3 * HOLD):
        outcomes = caller.together(*reads(*tokens))
    assert [one.code for one in outcomes] == [0] * 4
    assert max(one.began for one in outcomes) < min(one.ended for one in outcomes), "they overlap"


def test_requests_without_a_session_do_not_wait(app: App, caller: Caller) -> None:
    app.faults.one_at_a_time()
    with app.faults.slow(3 * HOLD):
        outcomes = caller.together(*[Call("GET", "/productInfo", token="Basic x") for _ in range(3)])
    assert max(one.began for one in outcomes) < min(one.ended for one in outcomes), "they overlap"


def test_a_log_out_waits_for_the_session_too(app: App, caller: Caller) -> None:
    app.faults.one_at_a_time()
    app.faults.slow(3 * HOLD, on="get-range", times=1)
    finish = caller.begin(reads(caller.token))
    wait_until(lambda: app.faults.injected["slow"] == 1, "the slow read")
    caller.call("DELETE", f"/databases/people/sessions/{caller.token}", token="Basic x")
    assert finish()[0].code == 0
    assert [request.method for request, _ in list(app.requests)[-2:]] == ["GET", "DELETE"]


def test_without_it_a_session_is_served_in_parallel(app: App, caller: Caller) -> None:
    app.faults.one_at_a_time()
    app.faults.one_at_a_time(on=False)
    with app.faults.slow(3 * HOLD):
        outcomes = caller.together(*reads(caller.token, caller.token))
    assert max(one.began for one in outcomes) < min(one.ended for one in outcomes), "they overlap"


def test_who_gives_up_in_the_queue_is_served_nevertheless(app: App, caller: Caller) -> None:
    app.faults.one_at_a_time()
    app.faults.slow(4 * HOLD, on="get-range", times=1)
    finish = caller.begin(reads(caller.token))
    wait_until(lambda: app.faults.injected["slow"] == 1, "the slow read")
    with pytest.raises(httpx.ReadTimeout):
        caller.create("Ann", timeout=HOLD)
    assert "POST" not in [request.method for request, _ in list(app.requests)[-1:]], "its turn has not come"
    assert finish()[0].code == 0
    wait_until(lambda: caller.names() == ["Ann"], "the work of the client that gave up")


def test_who_gives_up_keeps_the_session_busy(app: App, caller: Caller) -> None:
    app.faults.one_at_a_time()
    app.faults.slow(4 * HOLD, on="create", times=1)
    with pytest.raises(httpx.ReadTimeout):
        caller.create("Ann", timeout=HOLD)
    (outcome,) = caller.together(*reads(caller.token))
    assert outcome.code == 0
    assert span([outcome]) > HOLD, "it had to wait for the rest"


def test_a_cancelled_task_keeps_its_place_and_blocks_nobody_for_ever(
    app: App, shared_server: SharedServer
) -> None:
    with calling(app, "in process, async", shared_server) as caller:
        assert isinstance(caller, Looped)
        app.faults.one_at_a_time()
        app.faults.slow(2 * HOLD, on="create")
        posts = [
            caller.options(Call("POST", RECORDS, {"fieldData": {"Name": name, "Code": name}}))
            for name in ("Ann", "Bo", "Cy")
        ]

        async def cancel_two() -> None:
            tasks = [asyncio.create_task(caller.http.request(**post)) for post in posts]
            await asyncio.sleep(HOLD / 2)
            tasks[0].cancel()  # its reply is held back
            tasks[1].cancel()  # it stands in the queue
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert [isinstance(one, asyncio.CancelledError) for one in results] == [True, True, False]

        asyncio.run_coroutine_threadsafe(asyncio.wait_for(cancel_two(), 10), caller.loop).result()
        assert caller.names() == ["Ann", "Bo", "Cy"]


class TestRestart:
    def test_sessions_end_and_the_data_stays(self, app: App, caller: Caller) -> None:
        caller.create("Ann")
        app.faults.restart()
        assert app.session_count == 0
        assert caller.code("GET", RECORDS) == 952
        caller.log_in()
        assert caller.names() == ["Ann"]
        assert app.faults.injected == {"restart": 1}

    def test_what_is_under_way_is_dropped_at_once(self, app: App, caller: Caller) -> None:
        app.faults.slow(30)
        fields = {"fieldData": {"Name": "Ann", "Code": "1"}}
        finish = caller.begin([Call("POST", RECORDS, fields)])
        wait_until(lambda: app.faults.injected["slow"] == 1, "the slow request")
        app.faults.restart()
        (outcome,) = finish()
        assert isinstance(outcome.result, httpx.RemoteProtocolError), f"{outcome.result!r}"
        app.faults.clear()
        caller.log_in()
        assert caller.names() == ["Ann"], "it had been committed"

    def test_what_stands_in_the_queue_is_never_done(self, app: App, caller: Caller) -> None:
        app.faults.one_at_a_time()
        app.faults.slow(30, on="get-range")
        first = caller.begin(reads(caller.token))
        wait_until(lambda: app.faults.injected["slow"] == 1, "the slow read")
        fields = {"fieldData": {"Name": "Ann", "Code": "1"}}
        second = caller.begin([Call("POST", RECORDS, fields)])
        wait_until(lambda: len(app.faults.turns) == 2, "the second request's arrival")
        app.faults.restart()
        for outcome in first() + second():
            assert isinstance(outcome.result, httpx.RemoteProtocolError), f"{outcome.result!r}"
        app.faults.clear()
        caller.log_in()
        assert caller.names() == []
        assert len(app.faults.turns) == 0

    def test_under_load_every_reply_is_true(self, app: App, caller: Caller) -> None:
        """What was answered is there; what was not answered is there or not, but nothing is there twice."""
        stop = threading.Event()
        answered: list[str] = []
        unknown: list[str] = []
        app.faults.slow(0.005, chance=0.5)

        def work(worker: int) -> None:
            number, token = 0, ""
            while not stop.is_set():
                number += 1
                name = f"{worker}-{number}"
                fields = {"fieldData": {"Name": name, "Code": name}}
                try:
                    if not token:
                        log_in = caller.ask(Call("POST", "/databases/people/sessions", token=LOG_IN))
                        token = log_in.json()["response"]["token"]
                    code = caller.code("POST", RECORDS, fields, token=token)
                except httpx.TransportError:
                    unknown.append(name)
                    continue
                assert code in {0, 952}, f"{name}: {code}"
                answered.extend([name] if code == 0 else [])
                token = token if code == 0 else ""

        threads = [threading.Thread(target=work, args=(worker,)) for worker in range(3)]
        for thread in threads:
            thread.start()
        for restart in range(1, 6):
            wait_until(lambda: len(answered) >= 10 * restart, "ten more records")  # noqa: B023 - it is waited for here
            app.faults.restart()
        stop.set()
        for thread in threads:
            thread.join()
        app.faults.clear()
        caller.log_in()
        names = caller.names()
        assert len(set(names)) == len(names)
        assert set(answered) <= set(names) <= set(answered) | set(unknown)
        assert app.faults.injected["restart"] == 5


LOG_IN = "Basic YXBpOnNlY3JldA=="


def test_closing_the_app_ends_every_wait(app: App, shared_server: SharedServer) -> None:
    with calling(app, "in process", shared_server) as caller:
        app.faults.slow(30)
        finish = caller.begin(reads(caller.token))
        wait_until(lambda: app.faults.injected["slow"] == 1, "the slow read")
        app.close()
        assert isinstance(finish()[0].result, httpx.RemoteProtocolError)
