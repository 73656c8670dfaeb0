"""What is opened once for each event loop, and closed when the last application there ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Held(Generic[T]):
    value: T
    closing: AsyncExitStack
    users: int = 0


class PerLoop(Generic[T]):
    """A value of each event loop: a process that serves has one loop, a test may have several.

    Args:
        opens: Opens the value, and says what to do in the end. Nothing is awaited meanwhile.
        name: What the value is called in messages.
    """

    def __init__(self, opens: Callable[[AsyncExitStack], T], name: str) -> None:
        self._opens = opens
        self._name = name
        self._held: dict[asyncio.AbstractEventLoop, _Held[T]] = {}

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Keep it open for the time of a block; several blocks at once share it."""
        loop = asyncio.get_running_loop()
        if loop not in self._held:
            self._held[loop] = await self._open()
        held = self._held[loop]
        held.users += 1
        try:
            yield
        finally:
            held.users -= 1
            if not held.users:
                del self._held[loop]
                await held.closing.aclose()

    def value(self) -> T:
        """Give what is open in this loop.

        Raises:
            RuntimeError: Nothing is.
        """
        held = self._held.get(asyncio.get_running_loop())
        if held is None:
            raise RuntimeError(
                f"{self._name} is not open: make the application with lifespan=fm.lifespan, or enter fm.lifespan(app) "
                "in a lifespan of its own; in tests, write `with TestClient(app) as client:`"
            )
        return held.value

    async def _open(self) -> _Held[T]:
        closing = AsyncExitStack()
        try:
            return _Held(self._opens(closing), closing)
        except BaseException:
            await closing.aclose()
            raise
