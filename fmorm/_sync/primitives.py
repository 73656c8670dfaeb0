"""What waits, for threads. Written by hand in each colour."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import Any, Generic, TypeVar

from fmorm.transport.leaving import finish_first

T = TypeVar("T")

Lock = threading.Lock
"""Guards a few lines that do not wait for anything."""

ExchangeLock = threading.Lock
"""Held while a request is under way."""

sleep = time.sleep


class Place:
    """Where an object is used: anywhere, for threads share it."""

    def forget(self) -> None:
        """Do nothing."""

    def stay(self) -> None:
        """Do nothing."""


def user() -> object:
    """Give who runs this: the thread."""
    return threading.get_ident()


def caller() -> str:
    """Name the running thread, for messages."""
    return f"thread {threading.current_thread().name!r}"


def in_thread(work: Callable[[], T]) -> T:
    """Run a function that may take its time; a thread has it."""
    return work()


class Waiter(Generic[T]):
    """One that waits for something to be handed over.

    Attributes:
        thing: What was handed over; None before.
    """

    def __init__(self) -> None:
        self.thing: T | None = None
        self._handed = threading.Event()

    def hand(self, thing: T) -> None:
        """Hand something over; it may be waited for or not."""
        self.thing = thing
        self._handed.set()

    def wait(self, seconds: float) -> None:
        """Wait for it; raises TimeoutError."""
        if not self._handed.wait(seconds):
            raise TimeoutError


class Detached(Generic[T]):
    """Work that goes on to its end also when the one who waits for it is interrupted."""

    def __init__(self, work: Callable[..., T], *arguments: Any) -> None:
        """Begin it."""
        self._future: Future[T] = Future()
        finish_first(self._future)
        # In the caller's context, as a task is: its trace goes on, and hooks see its variables.
        thread = threading.Thread(
            target=copy_context().run, args=(self._run, work, arguments), name="fmorm-detached", daemon=True
        )
        thread.start()

    def result(self) -> T:
        """Wait for the end of the work, and give what it gives or raise what it raises."""
        return self._future.result()

    @property
    def done(self) -> bool:
        """Whether the work is over."""
        return self._future.done()

    def then(self, callback: Callable[[], object]) -> None:
        """Call a function at the end of the work, or at once where that is over."""
        self._future.add_done_callback(lambda _: callback())

    def _run(self, work: Callable[..., T], arguments: tuple[Any, ...]) -> None:
        try:
            result = work(*arguments)
        except BaseException as error:  # noqa: BLE001 - it belongs to the thread that waits
            self._future.set_exception(error)
        else:
            self._future.set_result(result)


class Ahead(Detached[T]):
    """Work that is begun before anybody wants its result."""

    def drop(self) -> None:
        """Wait for the end of the work, since a thread is not broken off; nobody wants its result."""
        self._future.exception()


def together(count: int, work: Callable[[], None], stop: Callable[[], object]) -> None:
    """Do the same work in several threads, and wait until it is over in all of them.

    Args:
        count: How many threads; for one, the caller's own does it.
        work: The work of each.
        stop: Is called where this thread is interrupted, so that the others come to an end.
    """
    if count == 1:
        work()
        return
    crew = [Ahead(work) for _ in range(count)]
    try:
        for one in crew:
            one.result()
    except BaseException:
        stop()
        for one in crew:
            one.drop()
        raise


class Shielded(Detached[T]):
    """Work that the cancelling of a task does not break off; a thread is not cancelled, so it does the work itself."""

    def __init__(self, work: Callable[..., T], *arguments: Any) -> None:
        """Do it."""
        self._result = work(*arguments)

    def result(self) -> T:
        """Give what it gave."""
        return self._result

    @property
    def done(self) -> bool:
        """Whether the work is over: it is."""
        return True

    def then(self, callback: Callable[[], object]) -> None:
        """Call a function at once."""
        callback()


class Once:
    """Work that is done once; a second caller does not wait for its end."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work: Callable[[], None] | None = work

    def result(self) -> None:
        """Do the work, unless somebody does it or has done it."""
        work, self._work = self._work, None
        if work is not None:
            work()
