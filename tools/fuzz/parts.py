"""What is done to the server, in slices of about a second; each slice counts what has happened."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from server.robust.arbitrary import CONTROLS, REQUESTS, Asked
from server.robust.house import House, control
from server.robust.killing import Ledger
from server.robust.office import OfficeMachine
from server.robust.values import SCHEMA
from server.robust.wire import CHUNKS, Wire
from server.robust.writers import count_together

from fmorm.server import App, Background

Slice: TypeAlias = Callable[[Counter[str], int], None]
"""Takes where to count, and a number on which its choices depend."""

_KILLS = 3
EXAMPLES = 60
PHASES = [Phase.generate, Phase.shrink]


def _settings() -> settings:
    return settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=PHASES,
        stateful_step_count=30,
        print_blob=False,
        report_multiple_bugs=False,
    )


def requests(tally: Counter[str], number: int) -> None:
    """Send odd requests in process."""

    @seed(number)
    @_settings()
    @given(st.lists(REQUESTS, min_size=1, max_size=8))
    def run(asked: list[Asked]) -> None:
        house = House(tally)
        for one in asked:
            house.send(one)
        house.close()

    run()


def controls(tally: Counter[str], number: int) -> None:
    """Set faults over HTTP, as nobody would."""

    @seed(number)
    @_settings()
    @given(st.lists(CONTROLS, min_size=1, max_size=8))
    def run(asked: list[Asked]) -> None:
        tally.update(control(asked))

    run()


def wire(tally: Counter[str], number: int) -> None:
    """Send bytes over a socket that are nearly HTTP."""
    app = App(SCHEMA)
    with Background(app) as server:
        line = Wire(server, tally)

        @seed(number)
        @_settings()
        @given(CHUNKS)
        def run(chunks: list[bytes]) -> None:
            line.send(chunks)

        run()
        assert line.is_alive(), "the server is gone"
    app.close()


def records(tally: Counter[str], number: int) -> None:
    """Do what clients do, and compare what is there with a model."""

    class Machine(OfficeMachine):
        """The same, counted here."""

    Machine.tally = tally
    run_state_machine_as_test(seed(number)(Machine), settings=_settings())


def writers(tally: Counter[str], number: int) -> None:
    """Let several programs count in the same record."""
    tally.update(count_together(writers=2 + number % 7, times=20))


def kills(tally: Counter[str], number: int) -> None:
    """Kill a server that works."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.sqlite", clients=1 + number % 3, seed=number)
        for _ in range(_KILLS):
            ledger.round()
    tally.update(ledger.tally)


PARTS: Mapping[str, Slice] = {
    one.__name__: one for one in (requests, controls, wire, records, writers, kills)
}
