"""Replaying, recording and talking to a live server: that each does what it says."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cassettes.conftest import CASSETTES, DATABASE, SCHEMA, Server
from cassettes.people import MARK, Person
from cassettes.runs import CONVERSATIONS, converse, environment

from fmorm import Database
from fmorm.server import load_schema
from fmorm.testing import CassetteError, use_cassette


@pytest.fixture(params=["sync", "async"])
def db(request: pytest.FixtureRequest, loop: asyncio.AbstractEventLoop) -> Iterator[Database]:
    # these tests leave replies behind, which the cassette complains about
    with suppress(CassetteError), use_cassette(CASSETTES / "a_missing_record.yaml") as played:
        server = Server(played, str(request.param), loop)
        with server.opened:
            yield server.open()


@pytest.mark.block_network
def test_a_request_that_is_not_in_the_cassette_fails_and_says_what_differs(db: Database) -> None:
    with pytest.raises(Exception, match="no recorded interaction matches it") as refused:
        db.get(Person, 1)
    assert type(refused.value).__name__ == "CannotOverwriteExistingCassetteException"
    for said in ("layouts/person/records/1?", "path differs", "records/999999999", "a_missing_record.yaml"):
        assert said in str(refused.value)


@pytest.mark.block_network
def test_a_reply_is_replayed_once(db: Database) -> None:
    for said in ("101", "already been played back"):
        with pytest.raises(Exception, match=said):
            db.get(Person, 999_999_999)


@pytest.mark.block_network
def test_without_a_cassette_the_network_is_closed() -> None:
    with socket.socket() as plug, pytest.raises(RuntimeError, match="Network is disabled"):
        plug.connect(("127.0.0.1", 9))


def test_recording_again_changes_nothing(tmp_path: Path) -> None:
    converse("--record-mode=rewrite", f"--fmorm-cassettes={tmp_path}")
    assert texts(tmp_path) == texts(CASSETTES)


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}


def test_every_conversation_has_its_cassette() -> None:
    names = re.findall(r"^def test_(\w+)", CONVERSATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(f"{name}.yaml" for name in names) == sorted(texts(CASSETTES))


@contextmanager
def served() -> Generator[str]:
    """Run `fmorm serve` and give its address."""
    command = [sys.executable, "-m", "fmorm", "serve", str(SCHEMA), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found
            yield found[0]
        finally:
            process.kill()


def test_live_the_server_answers_and_is_left_as_it_was(tmp_path: Path) -> None:
    (account,) = load_schema(SCHEMA).accounts.values()
    with served() as url, Database(url, DATABASE, user=account.name, password=account.password) as db:
        db.create(Person(mark="somebody's own", name="Ann"))
        db.create(Person(mark=f"{MARK} deleting", name="left by a run that broke off"))
        converse(
            "--fmorm-live",
            f"--fmorm-cassettes={tmp_path}",
            **environment(url, DATABASE, account.name, account.password or ""),
        )
        assert [one.mark for one in db.find(Person)] == ["somebody's own"]
    assert list(tmp_path.iterdir()) == [], "nothing was recorded"
