"""`app.faults`: setting faults, and what has happened because of them."""

from __future__ import annotations

import threading
from collections import ChainMap, Counter
from collections.abc import Callable
from itertools import count
from typing import Protocol, Unpack
from weakref import WeakSet

from fmorm.server.calls import Engine
from fmorm.server.faults import effects
from fmorm.server.faults.effects import DropWhen, Effect, When, text, whole
from fmorm.server.faults.fault import Fault, Where
from fmorm.server.faults.host import RecordLock
from fmorm.server.faults.turns import Turns
from fmorm.server.http import How, Reply, Request
from fmorm.server.schema.schema import Schema
from fmorm.server.schema.section import unknown


class Mounted(Protocol):
    """A way to reach the app, as a restart sees it."""

    def restart(self) -> None:
        """Drop every connection, and end every wait for a reply."""

    def end_waits(self) -> None:
        """End every wait for a reply."""


class Faults:
    """What goes wrong, and what did.

    Faults that are about requests are tried in the order in which they were set. At most one happens to a
    request; slow ones happen besides.

    Attributes:
        turns: The queues of the sessions, while requests are answered one at a time.
    """

    def __init__(self, engine: Engine, lock: threading.Lock, host: str) -> None:
        self.turns = Turns()
        self._engine = engine
        self._lock = lock
        self._host = host
        self._faults: list[Fault] = []
        self._numbers = count(1)
        self._injected: Counter[str] = Counter()
        self._one_at_a_time = False
        self._mounts: WeakSet[Mounted] = WeakSet()

    def drop(self, when: DropWhen = "after commit", *, how: How = "close", **where: Unpack[Where]) -> Fault:
        """Drop the connection instead of answering.

        Args:
            when: `before commit`: the work is not done. `after commit`: it is done and committed. `mid-body`: it is
                done, and the headers and half of the body are sent.
            how: `close` closes the connection, `reset` resets it, `half-close` closes only the server's side,
                `hang` does nothing and keeps it open.
            **where: Which requests, and how often.

        Returns:
            The fault, to take it back or to count it.

        Raises:
            ValueError: An argument cannot be meant so.
        """
        return self._add(effects.drop(when, how), where)

    def html(
        self,
        status: int = 502,
        *,
        when: When = "before commit",
        content_type: str = "text/html",
        retry_after: int | None = None,
        **where: Unpack[Where],
    ) -> Fault:
        """Answer with a web page, as a gateway does whose server is away.

        Args:
            status: The HTTP status.
            when: Whether the work has been done by then.
            content_type: What the page is said to be; `application/json` is the wrong way round.
            retry_after: Seconds for the header `Retry-After`; None for no such header.
            **where: Which requests, and how often.

        Returns:
            The fault, to take it back or to count it.

        Raises:
            ValueError: An argument cannot be meant so.
        """
        return self._add(effects.html(status, when, content_type, retry_after), where)

    def slow(self, seconds: float, **where: Unpack[Where]) -> Fault:
        """Answer late; the work is done at once.

        Args:
            seconds: How long the reply is held back.
            **where: Which requests, and how often.

        Returns:
            The fault, to take it back or to count it.

        Raises:
            ValueError: An argument cannot be meant so.
        """
        return self._add(effects.slow(seconds), where)

    def wrong_content_type(self, **where: Unpack[Where]) -> Fault:
        """Do the work and say that the JSON of the reply is a web page.

        Args:
            **where: Which requests, and how often.

        Returns:
            The fault, to take it back or to count it.

        Raises:
            ValueError: An argument cannot be meant so.
        """
        return self._add(effects.wrong_content_type(), where)

    def truncate(self, **where: Unpack[Where]) -> Fault:
        """Do the work and cut the JSON of the reply in half, in an HTTP reply that is complete.

        Args:
            **where: Which requests, and how often.

        Returns:
            The fault, to take it back or to count it.

        Raises:
            ValueError: An argument cannot be meant so.
        """
        return self._add(effects.truncate(), where)

    def fail(self, code: int, *, when: When = "before commit", **where: Unpack[Where]) -> Fault:
        """Answer with an error of FileMaker's.

        Args:
            code: Its code.
            when: Whether the work has been done by then.
            **where: Which requests, and how often.

        Returns:
            The fault, to take it back or to count it.

        Raises:
            ValueError: An argument cannot be meant so, or FileMaker has no such error.
        """
        return self._add(effects.fail(code, when, self._host), where)

    def lock(self, layout: str, record: int | str, database: str | None = None) -> RecordLock:
        """Lock a record, as a user does who is editing it: every change to it is refused with 301.

        Args:
            layout: A layout that shows the record.
            record: Its record id.
            database: The file of the layout; None for the first that has one of this name.

        Returns:
            The lock, to release it.

        Raises:
            ValueError: There is no such layout, or the record id is none.
        """
        schemas = self._engine.schemas.values() if database is None else [self._schema(database)]
        layouts = ChainMap(*[dict(schema.layouts) for schema in schemas])
        if text("layout", layout) not in layouts:
            raise ValueError(unknown("layout", layout, layouts))
        if record.__class__ not in {int, str} or not str(record).isdecimal():
            raise ValueError(f"record={record!r}: give a record id")
        table = layouts[layout].occurrence.table.stored_as
        with self._lock:
            lock = RecordLock(next(self._numbers), table, int(record), self._release)
            self._engine.host.locks.append(lock)
        return lock

    def session_cap(self, sessions: int | None) -> None:
        """Refuse log-ins with 812 while there are this many sessions.

        Args:
            sessions: How many there may be; None for any number.

        Raises:
            ValueError: It is no whole number of 0 or more.
        """
        if sessions is not None:
            whole("sessions", sessions, 0)
        with self._lock:
            self._engine.host.cap = sessions

    def close_file(self, database: str | None = None) -> None:
        """Close a file: its sessions end, and log-ins and requests about it are refused with 802.

        Args:
            database: The file; None for all.

        Raises:
            ValueError: There is no such file.
        """
        names = self._names(database)
        with self._lock:
            for name in names:
                self._engine.host.closed.add(name)
                self._engine.sessions.close_all(name)

    def open_file(self, database: str | None = None) -> None:
        """Open a file again; sessions of before are dead.

        Args:
            database: The file; None for all.

        Raises:
            ValueError: There is no such file.
        """
        names = self._names(database)
        with self._lock:
            self._engine.host.closed.difference_update(names)

    def one_at_a_time(self, *, on: bool = True) -> None:
        """Answer requests with the same token one after another, delays included, as FileMaker does.

        Args:
            on: Whether to.

        Raises:
            ValueError: It is neither true nor false.
        """
        if on.__class__ is not bool:
            raise ValueError(f"on={on!r}: give true or false")
        self._one_at_a_time = on

    def expire_sessions(self) -> None:
        """Make every token dead from now on."""
        with self._lock:
            self._engine.sessions.close_all()

    def restart(self) -> None:
        """Restart the server: every session ends and every connection drops; the data stays, and so do faults."""
        self.expire_sessions()
        with self._lock:
            self._injected["restart"] += 1
        for mount in list(self._mounts):
            mount.restart()

    def clear(self) -> None:
        """Take back everything that was set; what has been counted stays."""
        with self._lock:
            self._faults = []
            host = self._engine.host
            host.closed, host.cap, host.locks = set(), None, []
        self._one_at_a_time = False

    @property
    def active(self) -> list[Fault]:
        """The faults that are set and may still happen."""
        return list(self._faults)

    @property
    def locks(self) -> list[RecordLock]:
        """The records that are locked."""
        return list(self._engine.host.locks)

    def switches(self) -> dict[str, object]:
        """Tell what is switched how: `closed_files`, `session_cap`, `one_at_a_time`."""
        host = self._engine.host
        return {
            "closed_files": sorted(host.closed),
            "session_cap": host.cap,
            "one_at_a_time": self._one_at_a_time,
        }

    @property
    def injected(self) -> Counter[str]:
        """How often what has happened: `drop before commit`, `slow`, `lock` and so on."""
        with self._lock:
            return self._injected + self._engine.host.refused

    @property
    def is_one_at_a_time(self) -> bool:
        """Whether requests with the same token are answered one after another."""
        return self._one_at_a_time

    def answered(self, request: Request, answer: Callable[[Request], Reply]) -> Reply:
        """Answer a request with what goes wrong. The app's lock is held.

        Args:
            request: The request.
            answer: Does the work, and gives its reply.

        Returns:
            The reply to send, or how not to.
        """
        if not self._faults:
            return answer(request)
        happening = self._due(request)
        is_worked = not any(effect.is_before_commit for effect in happening)
        reply = answer(request) if is_worked else effects.NO_REPLY
        for effect in happening:
            reply = effect.change(reply)
        return reply

    def end_waits(self) -> None:
        """End every wait for a reply, since the app is closed."""
        for mount in list(self._mounts):
            mount.end_waits()

    def mount(self, mount: Mounted) -> None:
        """Remember a way to reach the app."""
        self._mounts.add(mount)

    def unmount(self, mount: Mounted) -> None:
        """Forget a way to reach the app."""
        self._mounts.discard(mount)

    def _names(self, database: str | None) -> list[str]:
        return list(self._engine.schemas) if database is None else [self._schema(database).name]

    def _schema(self, database: str) -> Schema:
        if text("database", database) not in self._engine.schemas:
            raise ValueError(unknown("file", database, self._engine.schemas))
        return self._engine.schemas[database]

    def _add(self, effect: Effect, where: Where) -> Fault:
        with self._lock:
            fault = Fault(next(self._numbers), effect, where, self._remove)
            self._faults = [*self._faults, fault]
        return fault

    def _remove(self, fault: Fault) -> None:
        with self._lock:
            self._faults = [one for one in self._faults if one is not fault]

    def _release(self, lock: RecordLock) -> None:
        with self._lock:
            host = self._engine.host
            host.locks = [one for one in host.locks if one is not lock]

    def _due(self, request: Request) -> list[Effect]:
        """Give what happens to a request, the slow ones first, so that others keep their delay."""
        slow: list[Effect] = []
        other: list[Effect] = []
        for fault in self._faults:
            effects_of_kind = slow if fault.effect.name == "slow" else other
            if effects_of_kind is other and other:
                continue
            if fault.is_due(request):
                fault.note()
                self._injected[fault.effect.kind] += 1
                effects_of_kind.append(fault.effect)
        if slow or other:
            self._faults = [fault for fault in self._faults if not fault.is_spent]
        return slow + other
