"""The soak runs, shows what it did, and sees what is lost, doubled or left open."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fmorm._sync.driver import Driver
from fmorm.errors import ConnectionLost, ServerError
from fmorm.mapper import creating, outcomes
from fmorm.mapper.changes import Values
from fmorm.mapper.reading import read
from fmorm.protocol.calls import settle
from fmorm.protocol.effects import Steps
from fmorm.transport import failures
from fmorm.wire.requests import Request
from tools.soak import command
from tools.soak.colours import PATIENT
from tools.soak.rounds import Mounted, Size, Tally, one_round, rounds
from tools.soak.table import table


def soaks() -> Iterator[Tally]:
    """Soak a little, again and again: which of the threads is first, no seed decides."""
    for seed in range(20):
        size = Size(400, 4, time.monotonic() + 60)
        yield one_round(Mounted("sync", "in process", PATIENT), size, seed)


def test_the_command_shows_what_it_did(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["soak", "--faults", "80", "--seed", "7", "--threads", "2"])
    assert command.main() == 0
    shown = capsys.readouterr().out
    assert "seed 7" in shown
    rows = {line[:34].strip(): line[34:].strip() for line in shown.splitlines() if line}
    for name in ("lost", "doubled", "done but reported as not done", "sessions leaked"):
        assert rows[name] == "0"
    for name in ("requests", "sent again", "log-ins", "operations", "unknown outcomes reported"):
        assert int(rows[name].replace(",", "")) > 0
    assert int(rows["faults injected"]) >= 80


def test_all_four_mounts_take_their_turns() -> None:
    assert len(list(rounds(faults=400, seconds=30, seed=1, workers=2))) == 4


def test_it_ends_when_its_time_is_over() -> None:
    (tally,) = rounds(faults=1_000_000, seconds=0, seed=1, workers=1)
    assert tally.is_clean


def test_it_sees_a_create_that_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(refusal: ServerError) -> Steps[None]:
        yield from ()

    def again(home: Any, plan: Any, change: Any, request: Request, extras: Any) -> Steps[dict[str, Any]]:
        return settle(request, unknown)

    monkeypatch.setattr(creating, "_creating", again)
    tally = next(one for one in soaks() if one.verdict.doubled)
    assert "! " in table(tally)
    assert not tally.is_clean


def test_it_sees_an_update_that_is_lost_between_two_who_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def same_is_mine(
        home: Any, plan: Any, record_id: str, sent: Values, mod_id: str, refusal: ServerError
    ) -> Steps[dict[str, Any] | None]:
        current = yield from read(home, plan, record_id)
        is_same = all(vars(current).get(attr) == value for attr, value in sent.plain.items())
        return {"modId": outcomes.next_mod_id(mod_id)} if is_same else None

    monkeypatch.setattr(outcomes, "of_edit", same_is_mine)
    assert any(tally.verdict.lost for tally in soaks())


def test_it_sees_a_write_that_is_reported_as_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "OutcomeUnknown", ConnectionLost)
    assert any(tally.verdict.untold for tally in soaks())


def test_it_sees_a_session_that_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def stays(driver: Driver, session: object) -> None:
        """Log nobody out."""

    monkeypatch.setattr(Driver, "log_out", stays)
    assert next(soaks()).leaked
