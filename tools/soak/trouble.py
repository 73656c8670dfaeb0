"""What goes wrong while the work is done, by seeded chance."""

from __future__ import annotations

import random
from typing import Final

from fmorm.server import App
from fmorm.server.faults.fault import Fault, Where
from fmorm.server.faults.faults import Faults
from fmorm.server.http import How
from tools.soak.colours import Way

CHANCE: Final = 0.3
"""How many of the requests about records go wrong."""
RESTARTS: Final = 0.002
EXPIRIES: Final = 0.01
_KINDS: Final = 12


class Trouble:
    """The faults of one server."""

    def __init__(self, app: App, way: Way, seed: int) -> None:
        """Set the faults that happen to requests."""
        self._app = app
        self._random = random.Random(seed)  # noqa: S311 - it guards nothing
        self._restarts = self._expiries = 0
        self._faults = self._set(app.faults, "reset" if way == "socket" else "close", seed)

    def _set(self, faults: Faults, how: How, seed: int) -> dict[str, Fault]:
        # of those that are tried first, fewer requests are left to the others: so all happen about as often
        chances = iter([CHANCE / _KINDS / (1 - CHANCE * done / _KINDS) for done in range(_KINDS)])

        def some() -> Where:
            return Where(on="records", chance=next(chances), seed=seed)

        # a log-in is never dropped after its commit: only 15 minutes end a session whose token was lost
        some_log_ins = Where(on="log-in", chance=CHANCE / 3, seed=seed)
        return {
            "connection dropped before commit": faults.drop("before commit", **some()),
            "connection dropped after commit": faults.drop("after commit", **some()),
            "connection dropped in the body": faults.drop("mid-body", **some()),
            f"connection ended by a {how}": faults.drop("after commit", how=how, **some()),
            "502 before commit": faults.html(502, when="before commit", **some()),
            "502 after commit": faults.html(502, when="after commit", **some()),
            "JSON cut off": faults.truncate(**some()),
            "wrong content type": faults.wrong_content_type(**some()),
            "112 before commit": faults.fail(112, when="before commit", **some()),
            "112 after commit": faults.fail(112, when="after commit", **some()),
            "301, record in use": faults.fail(301, **some()),
            "812, host full": faults.fail(812, **some()),
            "log-in dropped": faults.drop("before commit", **some_log_ins),
            "log-in answered by 503": faults.html(503, **some_log_ins),
            "log-in answered by 812": faults.fail(812, **some_log_ins),
        }

    def happen(self) -> None:
        """Let happen what is about no single request."""
        chance = self._random.random()
        if chance < RESTARTS:
            self._app.faults.restart()
            # a log-in that was carried out between the end of the sessions and that of the connections
            self._app.expire_sessions()
            self._restarts += 1
        elif chance < RESTARTS + EXPIRIES:
            self._app.expire_sessions()
            self._expiries += 1

    def injected(self) -> dict[str, int]:
        """Tell how often what has happened."""
        counts = {name: fault.count for name, fault in self._faults.items()}
        return {**counts, "restart of the server": self._restarts, "expiry of all sessions": self._expiries}
