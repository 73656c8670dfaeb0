"""6. Sessions: how long they live, how many there are, and what belongs to one."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from conformance.asking import PATIENCE, Answer, Club

pytest_plugins = ["conformance.asking"]

MINUTE = 60.0
DEAD = '{"messages":[{"code":"952","message":"Invalid FileMaker Data API token (*)"}],"response":{}}'
LOG_OUT = "/databases/club/sessions/"


def is_alive(club: Club) -> bool:
    answer = club.call("GET", "/validateSession")
    assert (answer.status, answer.code) in {(200, "0"), (401, "952")}
    return answer.status == 200


@contextmanager
def during_a_slow_script(club: Club) -> Generator[tuple[ThreadPoolExecutor, Future[Answer]]]:
    """Have the session run a script that lasts until the end of the block."""
    with ThreadPoolExecutor(3) as threads:
        slow = threads.submit(club.range, script="Wait")
        try:
            assert club.gate.reached.wait(PATIENCE)
            yield threads, slow
        finally:
            club.gate.opened.set()


def test_a_session_lives_for_many_calls(club: Club) -> None:
    assert all(is_alive(club) for _ in range(5))


def test_it_ends_with_its_log_out(club: Club) -> None:
    assert club.call("DELETE", LOG_OUT + club.token).response == {}
    assert not is_alive(club)


def test_it_ends_fifteen_minutes_after_its_last_call(club: Club) -> None:
    club.wait(15 * MINUTE)
    assert not is_alive(club)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "records", None),
        ("POST", "records", {"fieldData": {}}),
        ("POST", "_find", {"query": [{"Name": "nobody"}]}),
        ("GET", "/validateSession", None),
        ("PATCH", "/databases/club/globals", {"globalFields": {}}),
    ],
    ids=["read", "write", "refused find", "validate", "globals"],
)
def test_each_call_starts_the_fifteen_minutes_anew(club: Club, method: str, path: str, body: object) -> None:
    for _ in range(3):
        club.wait(14 * MINUTE)
        assert club.call(method, path, body).status != 401
    assert is_alive(club)


def test_a_dead_token_is_refused_in_these_words(club: Club) -> None:
    club.call("DELETE", LOG_OUT + club.token)
    answer = club.range()
    assert (answer.status, answer.text) == (401, DEAD)


@pytest.mark.parametrize("token", ["0" * 52, "x"])
def test_an_unknown_token_is_refused_like_a_dead_one(club: Club, token: str) -> None:
    club.token = token
    answer = club.range()
    assert (answer.status, answer.text) == (401, DEAD)


def test_a_token_for_another_file_is_refused_like_a_dead_one(club: Club) -> None:
    answer = club.call("GET", "/databases/league/layouts/match/records")
    assert (answer.status, answer.text) == (401, DEAD)
    assert is_alive(club)


def test_nothing_is_done_for_a_dead_token(club: Club) -> None:
    other = club.with_another_session()
    club.call("DELETE", LOG_OUT + club.token)
    assert club.call("POST", "records", {"fieldData": {"Name": "Ann"}}).refusal == (401, "952")
    assert other.range().response["data"] == []


def test_the_same_call_succeeds_after_another_log_in(club: Club) -> None:
    club.wait(15 * MINUTE)
    assert club.range().refusal == (401, "952")
    club.token = club.log_in().response["token"]
    assert club.range().code == "0"


def test_a_restart_and_an_administrator_end_all_sessions(club: Club) -> None:
    other = club.with_another_session()
    club.app.expire_sessions()
    assert not is_alive(club)
    assert not is_alive(other)


def test_one_account_may_have_several_sessions(club: Club) -> None:
    other = club.with_another_session()
    assert club.token != other.token
    club.call("DELETE", LOG_OUT + club.token)
    assert is_alive(other)


def test_a_session_that_is_closed_while_it_works_has_no_window_any_more(club: Club) -> None:
    other = club.with_another_session()
    with during_a_slow_script(club) as (_, slow):
        other.call("DELETE", LOG_OUT + club.token)
    answer = slow.result(PATIENCE)
    assert answer.refusal == (500, "112")
    assert answer.messages[0]["message"] == "Window is missing"


def test_too_many_sessions_exceed_the_hosts_capacity(club: Club) -> None:
    club.app.faults.session_cap(2)
    other = club.with_another_session()
    answer = club.log_in()
    assert answer.refusal == (500, "812")
    assert answer.messages[0]["message"] == "Exceeded host's capacity"
    club.call("DELETE", LOG_OUT + other.token)
    assert club.log_in().code == "0"


def test_sessions_that_have_timed_out_count_no_more(club: Club) -> None:
    club.app.faults.session_cap(1)
    club.wait(15 * MINUTE)
    assert club.log_in().code == "0"


def test_scripts_of_one_session_run_one_after_another(club: Club) -> None:
    with during_a_slow_script(club) as (threads, slow):
        second = threads.submit(club.range, **{"script": "Say", "script.param": "second"})
        Event().wait(0.05)
        assert not second.done()
    assert slow.result(PATIENCE).response["scriptResult"] == "waited"
    assert second.result(PATIENCE).response["scriptResult"] == "second"


def test_calls_of_one_session_wait_for_a_slow_one_when_the_server_is_told_so(club: Club) -> None:
    club.app.faults.one_at_a_time()
    with during_a_slow_script(club) as (threads, _):
        second = threads.submit(club.range)
        Event().wait(0.05)
        assert not second.done()
    assert second.result(PATIENCE).code == "0"


def test_sessions_do_not_wait_for_each_other(club: Club) -> None:
    club.app.faults.one_at_a_time()
    other = club.with_another_session()
    with during_a_slow_script(club) as (_, slow):
        assert other.range().code == "0"
        assert not slow.done()


def test_globals_belong_to_the_session(club: Club) -> None:
    other = club.with_another_session()
    record_id = club.create()
    for one, motto in ((club, "mine"), (other, "theirs")):
        one.call("PATCH", "/databases/club/globals", {"globalFields": {"Member::Motto": motto}})
    assert club.get(record_id).fields["Motto"] == "mine"
    assert other.get(record_id).fields["Motto"] == "theirs"


def test_variables_of_scripts_belong_to_the_session(club: Club) -> None:
    other = club.with_another_session()

    def remembered(one: Club, what: str) -> str:
        return str(one.call("GET", f"script/Remember?script.param={what}").response["scriptResult"])

    assert remembered(club, "mine") == "nothing"
    assert remembered(other, "theirs") == "nothing"
    assert remembered(club, "") == "mine"
