"""What waits, for tasks. Written by hand in each colour."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from typing import Any, Final, Generic, TypeVar

from fmorm.errors import RecordStateError

T = TypeVar("T")

Lock = nullcontext
"""Guards a few lines without an await in them: among the tasks of one event loop nothing comes between."""

ExchangeLock = asyncio.Lock
"""Held while a request is under way."""

sleep = asyncio.sleep


class Place:
    """Where an asynchronous object is used: in the event loop that has used it first."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Let the next use decide."""
        self._loop: asyncio.AbstractEventLoop | None = None

    def stay(self) -> None:
        """Check that the object is used there; raises RecordStateError."""
        here = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = here
        elif self._loop is not here:
            raise RecordStateError(
                "this object belongs to the event loop that used it first: open one for each loop, and close it there"
            )


def user() -> object:
    """Give who runs this: the task."""
    return asyncio.current_task()


def caller() -> str:
    """Name the running task, for messages."""
    task = asyncio.current_task()
    return "" if task is None else f"task {task.get_name()!r}"


async def in_thread(work: Callable[[], T]) -> T:
    """Run a function that may take its time without stopping the event loop."""
    return await asyncio.to_thread(work)


class Waiter(Generic[T]):
    """One that waits for something to be handed over.

    Attributes:
        thing: What was handed over; None before.
    """

    def __init__(self) -> None:
        self.thing: T | None = None
        self._handed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hand(self, thing: T) -> None:
        """Hand something over; it may be waited for or not."""
        self.thing = thing
        if not self._handed.done():
            self._handed.set_result(None)

    async def wait(self, seconds: float) -> None:
        """Wait for it; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            await self._handed


class Detached(Generic[T]):
    """Work that goes on to its end also when the one who waits for it is cancelled."""

    def __init__(self, work: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> None:
        """Begin it."""
        self._task = asyncio.get_running_loop().create_task(work(*arguments))
        _detached.add(self._task)
        self._task.add_done_callback(_ended)

    async def result(self) -> T:
        """Wait for the end of the work, and give what it gives or raise what it raises."""
        return await asyncio.shield(self._task)

    @property
    def done(self) -> bool:
        """Whether the work is over."""
        return self._task.done()

    def then(self, callback: Callable[[], object]) -> None:
        """Call a function at the end of the work, or at once where that is over."""
        self._task.add_done_callback(lambda _: callback())


class Ahead(Generic[T]):
    """Work that is begun before anybody wants its result."""

    def __init__(self, work: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> None:
        """Begin it."""
        self._task = asyncio.get_running_loop().create_task(work(*arguments))

    async def result(self) -> T:
        """Wait for the end of the work, and give what it gives or raise what it raises."""
        return await self._task

    async def drop(self) -> None:
        """Break the work off where it is not over, since nobody wants its result; it is over then."""
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.exception()  # looked at, so that asyncio does not complain


async def together(
    count: int, work: Callable[[], Coroutine[Any, Any, None]], stop: Callable[[], object]
) -> None:
    """Do the same work in several tasks, and wait until it is over in all of them.

    Args:
        count: How many tasks.
        work: The work of each.
        stop: Is called where this task is cancelled, so that the others come to an end.
    """
    tasks = [asyncio.get_running_loop().create_task(work()) for _ in range(count)]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        stop()
        await asyncio.wait(tasks)
        raise


Shielded = Detached
"""Work that the cancelling of a task does not break off; a thread is not cancelled."""


class Once:
    """Work that is done once, and to its end also when whoever asked for it is cancelled."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._work = work
        self._doing: Detached[None] | None = None

    async def result(self) -> None:
        """Do the work, or wait for its end where somebody does it already."""
        if self._doing is None:
            self._doing = Detached(self._work)
        await self._doing.result()


_detached: Final[set[asyncio.Task[Any]]] = set()
"""Held here until they end: an event loop alone does not keep a task from being thrown away."""


def _ended(task: asyncio.Task[Any]) -> None:
    _detached.discard(task)
    if not task.cancelled():
        task.exception()  # where nobody waits any more, asyncio would complain that nobody looked
