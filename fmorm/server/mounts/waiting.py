"""Carrying an exchange through, in a thread or in an event loop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Generator
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from fmorm.server.mounts.mount import Wait

R = TypeVar("R")


def finish(exchange: Generator[Wait, None, R], patience: float | None = None, first: Wait | None = None) -> R:
    """Carry an exchange through, and let the thread wait where it must.

    Args:
        exchange: The exchange.
        patience: Seconds after which the client gives up; None for never. The server goes on without it.
        first: What the exchange has wanted to wait for, where it was begun already.

    Returns:
        What the exchange gives in the end.

    Raises:
        TimeoutError: The client has given up.
    """
    until = _until(patience)
    try:
        wanted = first or next(exchange)
        while True:
            began, seconds = time.monotonic(), _at_most(wanted.seconds, until)
            wait([wanted.future], seconds)
            if _has_given_up(wanted, seconds):
                _go_on(exchange, wanted, began)
                raise TimeoutError
            wanted = next(exchange)
    except StopIteration as end:
        result: R = end.value
        return result


async def finish_async(
    exchange: Generator[Wait, None, R], patience: float | None = None, first: Wait | None = None
) -> R:
    """Carry an exchange through, and let other tasks run where it must wait.

    Args:
        exchange: The exchange.
        patience: Seconds after which the client gives up; None for never. The server goes on without it, as it
            does when the task is cancelled.
        first: What the exchange has wanted to wait for, where it was begun already.

    Returns:
        What the exchange gives in the end.

    Raises:
        TimeoutError: The client has given up.
    """
    until = _until(patience)
    try:
        wanted = first or next(exchange)
        while True:
            began, seconds = time.monotonic(), _at_most(wanted.seconds, until)
            try:
                await _wait_async(wanted.future, seconds)
            except asyncio.CancelledError:
                _go_on(exchange, wanted, began)
                raise
            if _has_given_up(wanted, seconds):
                _go_on(exchange, wanted, began)
                raise TimeoutError
            wanted = next(exchange)
    except StopIteration as end:
        result: R = end.value
        return result


def _until(patience: float | None) -> float | None:
    return None if patience is None else time.monotonic() + patience


def _at_most(seconds: float | None, until: float | None) -> float | None:
    if until is None:
        return seconds
    left = max(until - time.monotonic(), 0.0)
    return left if seconds is None else min(seconds, left)


def _has_given_up(wanted: Wait, seconds: float | None) -> bool:
    """Tell whether the client's patience was shorter than the wait."""
    return not wanted.future.done() and seconds != wanted.seconds


def _go_on(exchange: Generator[Wait, None, object], wanted: Wait, began: float) -> None:
    """Leave an exchange to the server, whose client has gone: the queue of its session waits for its end."""
    if not wanted.binds:
        exchange.close()
        return
    left = None if wanted.seconds is None else max(began + wanted.seconds - time.monotonic(), 0.0)
    rest = replace(wanted, seconds=left)
    threading.Thread(
        target=finish, args=(exchange, None, rest), name="fmorm-left-behind", daemon=True
    ).start()


async def _wait_async(future: Future[None], seconds: float | None) -> None:
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def wake(_: Future[None]) -> None:
        with suppress(RuntimeError):  # the loop has ended, and nobody waits in it
            loop.call_soon_threadsafe(done.set)

    future.add_done_callback(wake)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await done.wait()
