"""Ctrl-C while a reply is waited for: no session is leaked, nothing is done twice, and the program can go on."""

from __future__ import annotations

import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, Final

import pytest
from faults.conftest import OFFICE, QUICK
from faults.works import WORKS, Work, mended
from scenarios.conftest import PASSWORD
from scenarios.office import Person
from server.callers import SharedServer

from fmorm import Database
from fmorm.server import App
from fmorm.server.faults.fault import Fault

SLOW: Final = 0.5
"""Seconds: longer than it takes to interrupt who waits. A log-in goes on to its end, so it is not for ever."""


class Interrupter:
    """Presses Ctrl-C as soon as a fault has happened."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._over = threading.Event()
        self._main = threading.get_ident()
        self._thread = threading.Thread(target=self._wait)

    def _wait(self) -> None:
        while not self._over.wait(0.001):
            if self._fault.count and self._main_waits():
                signal.pthread_kill(self._main, signal.SIGINT)
                return

    def _main_waits(self) -> bool:
        """Tell whether the main thread waits for a reply, rather than being the server that works on it."""
        frame = sys._current_frames()[self._main]  # pyright: ignore[reportPrivateUsage]
        names = [one.f_code.co_name for one, _ in traceback.walk_stack(frame)]
        return names[0] in {"wait", "read"} and "start" not in names

    def interrupts(self, run: Callable[[], Any]) -> bool:
        """Do something; tells whether it was interrupted."""
        self._thread.start()
        try:
            run()
            self._over.set()
            self._thread.join()
            time.sleep(0.001)  # an interrupt that comes this late is still raised in here
        except KeyboardInterrupt:
            return True
        finally:
            self._over.set()
            self._thread.join()
        return False


@pytest.mark.parametrize("mount", ["in process", "socket"])
@pytest.mark.parametrize(
    ("name", "expired"),
    [*((name, False) for name in WORKS), *((name, True) for name in ("read", "save", "delete"))],
)
def test_at_each_request(name: str, mount: str, expired: bool, shared_server: SharedServer) -> None:
    requests = 0
    while _interrupted(
        WORKS[name], requests, expired=expired, server=shared_server if mount == "socket" else None
    ):
        requests += 1
    assert requests > 0, "it was never interrupted"


def _interrupted(work: Work, skip: int, *, expired: bool, server: SharedServer | None) -> bool:
    """Interrupt a verb at one of its requests; tells whether it had as many."""
    app = App(OFFICE)
    options: dict[str, Any] = {"sessions": 1, "wait": 5.0, "retry": QUICK}
    if server is None:
        db = Database.embedded(app, **options)
    else:
        db = Database(server.serve(app), "Office & Co", user="api", password=PASSWORD, **options)
    thing = work.begin(db)
    if expired:
        app.expire_sessions()
    fault = app.faults.slow(SLOW, skip=skip, times=1)
    was_interrupted = Interrupter(fault).interrupts(lambda: work.run(db, thing))
    app.faults.clear()
    assert was_interrupted == bool(fault.count)
    assert db.get(Person, 2).name == "Bo Dahl", "the only session is not free"
    mended(app, db, work, thing)
    app.close()
    return was_interrupted


def test_a_block_that_is_left_by_an_interrupt_logs_out() -> None:
    app = App(OFFICE)
    fault = app.faults.slow(SLOW, on="get-record", skip=1, times=1)

    def run() -> None:
        with Database.embedded(app, sessions=2) as db, db.session() as session:
            session.get(Person, 1)
            session.get(Person, 1)

    assert Interrupter(fault).interrupts(run)
    assert app.session_count == 0
    app.close()
