"""Several processes: they share few sessions, and leave none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from tokens.libraries import Redis
from tokens.watched import Watched

HERE = Path(__file__).parent
PROCESSES = 8
VERBS = 20

Process: TypeAlias = "subprocess.Popen[str]"
Start: TypeAlias = Callable[..., Process]

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts processes that do a task of `worker.py`, and ends those that are left."""
    running: list[Process] = []

    def begin(*words: str) -> Process:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), *sys.path])},
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def end_of(process: Process) -> str:
    """Wait for the end of a process that has nothing to complain about, and give what it said."""
    said, complaints = process.communicate("\n", timeout=60)
    assert (process.returncode, complaints) == (0, ""), complaints
    return said


def expect(process: Process, line: str) -> None:
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said == f"{line}\n", process.communicate()[1]


def all_at_once(processes: list[Process]) -> list[str]:
    for process in processes:
        expect(process, "ready")
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return [end_of(process) for process in processes]


def test_many_processes_share_few_sessions_and_use_none_at_once(
    url: str, redis_url: str, watched: Watched, start: Start
) -> None:
    watched.delay = 0.002
    colours = ["sync", "async"] * (PROCESSES // 2)
    all_at_once([start("work", colour, url, redis_url, str(VERBS)) for colour in colours])
    records = [path for _, path in watched.used if "/records/" in path]
    assert len(records) == PROCESSES * VERBS
    assert watched.overlaps == []
    assert watched.log_ins <= PROCESSES
    assert watched.open == watched.log_ins, "all are in the store, for others"

    before = watched.log_ins
    all_at_once([start("work", "sync", url, redis_url, str(VERBS))])
    assert watched.log_ins == before, "whoever comes later needs no log-in"


def test_the_watch_sees_it_when_two_use_one_token(
    url: str, redis_url: str, watched: Watched, start: Start
) -> None:
    """What shows that the test before could fail: a token is put into the store twice."""
    all_at_once([start("work", "sync", url, redis_url, "1")])
    with Redis.from_url(redis_url) as client:
        (key,) = client.keys("*")
        client.rpush(key, client.lrange(key, 0, 0)[0])
    watched.delay = 0.02
    all_at_once([start("work", colour, url, redis_url, "20") for colour in ("sync", "async")])
    assert watched.log_ins == 1
    assert watched.overlaps != []


def test_redis_sees_no_name_and_no_password(url: str, redis_url: str, watched: Watched, start: Start) -> None:
    all_at_once([start("work", "sync", url, redis_url, "1")])
    with Redis.from_url(redis_url, decode_responses=True) as client:
        (key,) = client.keys("*")
        assert len(key) == len("fmorm:") + 64
        assert set(client.lrange(key, 0, -1)) == watched.tokens_for("/records/1")
        assert 800 < client.ttl(key) <= 840, "a minute less than FileMaker keeps the session"


def test_processes_never_get_the_same_token_from_a_cache_in_a_database(tmp_path: Path, start: Start) -> None:
    where = (str(tmp_path / "cache.sqlite3"), str(tmp_path))
    end_of(start("cache", "sync", *where, "fill"))
    done = all_at_once([start("cache", "sync", *where, "25") for _ in range(4)])
    assert sum(int(count.split()[-1]) for count in done) > 30, "the processes did not meet"
    assert end_of(start("cache", "sync", *where, "empty")).split() == ["token0", "token1", "token2"]


# -- forks -----------------------------------------------------------------------------------------------


@FORKS
@pytest.mark.parametrize("how", ["alone", "shared"])
def test_a_forked_child_has_sessions_and_connections_of_its_own(
    colour: str, how: str, url: str, watched: Watched, start: Start
) -> None:
    watched.delay = 0.001
    process = start("fork", colour, url, how)
    expect(process, "child 0")
    expect(process, "parent ready")
    of_parent, of_child = watched.tokens_for("/records/1"), watched.tokens_for("/records/2")
    assert (len(of_parent), len(of_child)) == (1, 1)
    assert of_parent.isdisjoint(of_child)
    assert (watched.open, watched.overlaps) == (1, []), "the child has logged out of its own session only"
    end_of(process)
    assert watched.open == 0


@FORKS
def test_a_process_of_multiprocessing_logs_out_when_it_ends(
    colour: str, url: str, watched: Watched, start: Start
) -> None:
    process = start("multiprocessing", colour, url)
    expect(process, "child 0")
    assert watched.tokens_for("/records/1").isdisjoint(watched.tokens_for("/records/2"))
    assert (watched.log_ins, watched.open) == (2, 1), "the parent's session is open still"
    end_of(process)
    assert watched.open == 0


@FORKS
def test_a_forked_child_leaves_a_pinned_session_to_its_parent(
    url: str, watched: Watched, start: Start
) -> None:
    process = start("pinned", "sync", url)
    said = process.communicate(timeout=60)
    assert process.returncode == 0, said[1]
    assert "used within its with block" in said[0]
    assert (watched.log_ins, watched.tokens_for("/records/2"), watched.open) == (1, set(), 0)
    assert watched.tokens_for("/records/1") == watched.tokens_for("/records/3")


@FORKS
def test_a_forked_child_has_connections_of_its_own_to_a_host(
    url: str, watched: Watched, start: Start
) -> None:
    watched.delay = 0.001
    process = start("host", "sync", url)
    expect(process, "child 0")
    assert watched.tokens_for("/records/1").isdisjoint(watched.tokens_for("/records/2"))
    assert (watched.log_ins, watched.open) == (3, 0)


# -- ends ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "code"),
    [("the end", 0), ("sys.exit", 3), ("an exception", 1), ("interrupted", -signal.SIGINT), ("memory", 0)],
)
def test_a_process_that_does_not_close_logs_out_when_it_ends(
    how: str, code: int, colour: str, url: str, watched: Watched, start: Start
) -> None:
    process = start("end", colour, url, how, "")
    expect(process, "used")
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == code, complaints
    assert watched.log_ins >= 1
    assert watched.open == 0
    assert (complaints == "") == (code in {0, 3}), complaints


def test_a_process_that_is_interrupted_in_a_verb_logs_out(
    colour: str, url: str, watched: Watched, start: Start
) -> None:
    watched.awaited = "/records/3"
    process = start("end", colour, url, "interrupted in a verb", "")
    assert watched.arrived.wait(60), process.communicate()[1]
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=60)
    assert (process.returncode, watched.open) == (-signal.SIGINT, 0), complaints


def test_a_process_that_is_interrupted_while_it_logs_in_waits_for_the_token_and_logs_out(
    url: str, watched: Watched, start: Start
) -> None:
    watched.awaited, watched.long = "/sessions", 0.5
    process = start("end", "sync", url, "the end", "")
    assert watched.arrived.wait(60), process.communicate()[1]
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=60)
    assert (process.returncode, watched.log_ins, watched.open) == (-signal.SIGINT, 1, 0), complaints


def test_what_is_in_redis_when_a_process_ends_is_for_others(
    url: str, redis_url: str, watched: Watched, start: Start
) -> None:
    process = start("end", "sync", url, "redis", redis_url)
    expect(process, "used")
    end_of(process)
    assert (watched.log_ins, watched.open) == (1, 1)
    all_at_once([start("work", "sync", url, redis_url, "1")])
    assert watched.log_ins == 1
