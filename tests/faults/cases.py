"""What fmorm does when something goes wrong: one table, for the tests and for the guide *Failures*."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from faults.verbs import BLIND, CREATE, DELETE, EDIT, EVERY, GUARDED, KEYED, LOG_IN, READ, READS, ROWS, UPDATE

from fmorm import (
    AllowanceError,
    CapacityError,
    ConnectionFailed,
    ConnectionLost,
    DatabaseClosed,
    FmormError,
    OutcomeTimedOut,
    OutcomeUnknown,
    ProtocolError,
    RecordLocked,
    ReplyTimedOut,
    SessionExpired,
    TlsError,
)
from fmorm.server import App
from fmorm.server.faults.fault import Where

ATTEMPTS: Final = 3
"""How often the tests have a request sent at most."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One way in which something goes wrong.

    Attributes:
        name: Its name.
        happen: Lets it happen to requests.
        commits: Whether the server has done its work by then.
        lasts: Whether it can go on: what happens between requests cannot.
        hangs: Whether nothing comes until the client gives up.
        orphans: Whether sessions are left on the server that the client has been told are gone.
    """

    name: str
    happen: Callable[[App, Where], object]
    commits: bool = False
    lasts: bool = True
    hangs: bool = False
    orphans: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """What comes of it.

    Attributes:
        once: The error where it happens once.
        stays: The error where it goes on.
        sent: How often the request is sent in each of the two cases.
        done: How often it is carried out in each of the two cases.
        log_ins: How many log-ins it takes where it happens once.
    """

    once: type[FmormError] | None
    stays: type[FmormError] | None
    sent: tuple[int, int] = (2, ATTEMPTS)
    done: tuple[int, int] = (1, 0)
    log_ins: int = 0


NO_LOG_IN: Final = (READ, *GUARDED, *BLIND)

Rule = Callable[[str, Trouble], Ending]


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the table.

    Attributes:
        fault: What goes wrong.
        asked: What was asked.
        does: What fmorm does.
        sees: What the program sees.
        troubles: The ways in which the tests let it go wrong; none where a test of its own does.
        rule: Gives what comes of each.
    """

    fault: str
    asked: tuple[str, ...]
    does: str
    sees: str
    troubles: tuple[Trouble, ...]
    rule: Rule

    @property
    def row(self) -> str:
        """The row as the guide has it."""
        whole: dict[tuple[str, ...], str] = {EVERY: "anything", NO_LOG_IN: "anything but a log-in"}
        asked = whole.get(self.asked) or ", ".join(self.asked)
        return f"| {self.fault} | {asked} | {self.does} | {self.sees} |"


def _drop(when: Any, how: Any = "close") -> Trouble:
    name = f"{how} {when}"
    return Trouble(
        name,
        lambda app, where: app.faults.drop(when, how=how, **where),
        commits=when != "before commit",
        hangs=how == "hang",
    )


def _page(status: int, when: Any = "before commit") -> Trouble:
    return Trouble(
        f"{status} {when}",
        lambda app, where: app.faults.html(status, when=when, retry_after=0, **where),
        commits=when != "before commit",
    )


def _code(code: int, when: Any = "before commit") -> Trouble:
    return Trouble(
        f"{code} {when}",
        lambda app, where: app.faults.fail(code, when=when, **where),
        commits=when != "before commit",
        orphans=code in {112, 952},
    )


DROPS: Final = (_drop("before commit"), _drop("after commit"), _drop("mid-body"))
HANGS: Final = (_drop("after commit", "hang"),)
PAGES: Final = (_page(502), _page(503, "after commit"), _page(504))
TRUNCATED: Final = Trouble("truncated", lambda app, where: app.faults.truncate(**where), commits=True)
CLOSED: Final = (_code(112), _code(112, "after commit"))
MISLABELLED: Final = Trouble("wrong content type", lambda app, where: app.faults.wrong_content_type(**where))
SLOW: Final = Trouble("slow", lambda app, where: app.faults.slow(0.01, **where))
EXPIRED: Final = Trouble("expired", lambda app, where: app.expire_sessions(), lasts=False)
RESTARTED: Final = Trouble("restarted", lambda app, where: app.faults.restart(), lasts=False)


def _all(ending: Ending) -> Rule:
    return lambda verb, trouble: ending


def _again(error: type[FmormError], log_ins: int = 0) -> Rule:
    """It is sent again, and nothing was done before. What looks before it deletes finds out by looking."""

    def ending(verb: str, trouble: Trouble) -> Ending:
        looks = verb == DELETE and not trouble.lasts
        return Ending(None, error, (1 if looks else 2, ATTEMPTS), log_ins=log_ins)

    return ending


def _never(error: type[FmormError]) -> Rule:
    """It is not sent again, and nothing was done."""
    return _all(Ending(error, error, (1, 1), (0, 0)))


def _blind(error: type[FmormError]) -> Rule:
    """It is not sent again, and may have been done."""
    return lambda verb, trouble: Ending(error, error, (1, 1), (int(trouble.commits), int(trouble.commits)))


def _guarded(error: type[FmormError]) -> Rule:
    """It is sent again, since the server would refuse to do it twice."""

    def ending(verb: str, trouble: Trouble) -> Ending:
        if not trouble.commits:
            return Ending(None, error)
        if verb == DELETE:
            return Ending(None, None, (1, 1), (1, 1))
        return Ending(error if verb == EDIT else None, error, done=(1, 1))

    return ending


_SAME: Final = "as where the connection drops"

CASES: Final = [
    Case(
        "nobody listens at the address", EVERY, "tries again: nothing was sent",
        "`ConnectionFailed` if it goes on", (), _again(ConnectionFailed),
    ),
    Case(
        "the certificate is not trusted", EVERY, "does not try again: it would fail in the same way", "`TlsError`",
        (), _never(TlsError),
    ),
    Case(
        "the connection drops", READS, "sends it again: it only reads",
        "nothing; `ConnectionLost` if it goes on", DROPS, _again(ConnectionLost),
    ),
    Case(
        "the connection drops before the server has done it", GUARDED,
        "sends it again: the server would refuse to do it twice", "nothing; `OutcomeUnknown` if it goes on",
        DROPS[:1], _guarded(OutcomeUnknown),
    ),
    Case(
        "the connection drops after the server has done it", (EDIT,),
        "sends it again, is refused, and cannot tell its own change from that of somebody else", "`OutcomeUnknown`",
        DROPS[1:], _guarded(OutcomeUnknown),
    ),
    Case(
        "the connection drops after the server has done it", (KEYED,),
        "sends it again, is refused, and finds the record by its key", "nothing; `OutcomeUnknown` if it goes on",
        DROPS[1:], _guarded(OutcomeUnknown),
    ),
    Case(
        "the connection drops after the server has done it", (DELETE,), "looks, and finds the record gone",
        "nothing", DROPS[1:], _guarded(OutcomeUnknown),
    ),
    Case(
        "the connection drops, before or after", BLIND, "does not send it again: it may have been done",
        "`OutcomeUnknown`", DROPS, _blind(OutcomeUnknown),
    ),
    Case(
        "no reply in time", READS, "sends it again: it only reads", "nothing; `ReplyTimedOut` if it goes on",
        HANGS, _again(ReplyTimedOut),
    ),
    Case("no reply in time", GUARDED, _SAME, "nothing, or `OutcomeTimedOut`", (_drop("before commit", "hang"), *HANGS),
        _guarded(OutcomeTimedOut)),
    Case(
        "no reply in time", BLIND, "does not send it again: it may have been done", "`OutcomeTimedOut`", HANGS,
        _blind(OutcomeTimedOut),
    ),
    Case(
        "a web page with 502, 503 or 504", READS, "sends it again: it only reads",
        "nothing; `ProtocolError` if it goes on", PAGES, _again(ProtocolError),
    ),
    Case(
        "a web page with 502, 503 or 504", GUARDED, _SAME, "nothing, or `OutcomeUnknown`", PAGES,
        _guarded(OutcomeUnknown),
    ),
    Case(
        "a web page with 502, 503 or 504", BLIND, "does not send it again: it may have been done", "`OutcomeUnknown`",
        PAGES, _blind(OutcomeUnknown),
    ),
    Case(
        "a web page with 429", EVERY, "sends it again, when `Retry-After` says so: it was refused as a whole",
        "nothing; `ProtocolError` if it goes on", (_page(429),), _again(ProtocolError),
    ),
    Case(
        "a web page with another 4xx", EVERY, "does not send it again: it would fail in the same way",
        "`ProtocolError`", (_page(404), _page(407)), _never(ProtocolError),
    ),
    Case(
        "the JSON is cut off", READS, "sends it again: it only reads", "nothing; `ProtocolError` if it goes on",
        (TRUNCATED,), _again(ProtocolError),
    ),
    Case(
        "the JSON is cut off", GUARDED, _SAME, "nothing, or `OutcomeUnknown`", (TRUNCATED,),
        _guarded(OutcomeUnknown),
    ),
    Case(
        "the JSON is cut off", BLIND, "does not send it again: it may have been done", "`OutcomeUnknown`",
        (TRUNCATED,), _blind(OutcomeUnknown),
    ),
    Case(
        "the JSON is called something else", EVERY, "reads it: what counts is what it is", "nothing",
        (MISLABELLED,), _all(Ending(None, None, (1, 1), (1, 1))),
    ),
    Case(
        "the reply is late, but in time", EVERY, "waits", "nothing", (SLOW,),
        _all(Ending(None, None, (1, 1), (1, 1))),
    ),
    Case(
        "the session has expired: 952", NO_LOG_IN, "logs in and sends it again: it was not carried out",
        "nothing; `SessionExpired` if it goes on", (EXPIRED, _code(952)), _again(SessionExpired, log_ins=1),
    ),
    Case(
        "the session was closed during the request: 112", (READ,), "logs in and sends it again: it only reads",
        "nothing; `SessionExpired` if it goes on", CLOSED, _again(SessionExpired, log_ins=1),
    ),
    Case(
        "the session was closed during the request: 112", GUARDED, _SAME, "nothing, or `OutcomeUnknown`", CLOSED,
        _guarded(OutcomeUnknown),
    ),
    Case(
        "the session was closed during the request: 112", BLIND, "does not send it again: it may have been done",
        "`OutcomeUnknown`", CLOSED, _blind(OutcomeUnknown),
    ),
    Case(
        "the server is restarted between two requests", NO_LOG_IN,
        "connects, logs in and sends it again", "nothing", (RESTARTED,), _again(SessionExpired, log_ins=1),
    ),
    Case(
        "somebody has the record open: 301", (EDIT, UPDATE, ROWS, DELETE),
        "waits and sends it again: nothing was written",
        "nothing; `RecordLocked` if it goes on", (_code(301),), _again(RecordLocked),
    ),
    Case(
        "the host is full: 812, 956", EVERY, "waits and sends it again: nothing was done",
        "nothing; `CapacityError` if it goes on", (_code(812), _code(956)), _again(CapacityError),
    ),
    Case(
        "the allowance is used up: 953", EVERY, "does not send it again: it would be refused again", "`AllowanceError`",
        (_code(953),), _never(AllowanceError),
    ),
    Case(
        "the file is closed: 802", EVERY, "does not send it again: somebody has to open it", "`DatabaseClosed`",
        (_code(802),), _never(DatabaseClosed),
    ),
]  # fmt: skip

__all__ = ["ATTEMPTS", "CASES", "CREATE", "LOG_IN", "Case", "Ending", "Trouble"]
