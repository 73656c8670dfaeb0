"""One writer of a record at a time, and what is known while there is no answer yet."""

from __future__ import annotations

from typing import Any, TypeVar

from fmorm.errors import (
    ConnectionLost,
    FmormError,
    OutcomeUnknown,
    RecordStateError,
    ReplyTimedOut,
    TransportError,
)
from fmorm.model.records import Model
from fmorm.model.state import State, state
from fmorm.protocol.effects import Steps

T = TypeVar("T")


def alone(record: Model, steps: Steps[T]) -> Steps[T]:
    """Run the steps, unless another task or thread is writing or reloading the same record.

    Raises:
        RecordStateError: One is: both would send the same rows, or take the other's values for FileMaker's.
    """
    return (yield from exclusively(state(record), steps))


def exclusively(mine: State, steps: Steps[T]) -> Steps[T]:
    """Run the steps as `alone` does, for a record of which only the state is at hand."""
    if mine.busy:
        steps.close()
        raise RecordStateError(
            "this record is being written or reloaded by another task or thread: wait for it"
        )
    mine.busy = True
    try:
        return (yield from steps)
    finally:
        mine.busy = False


def in_doubt(record: Model, steps: Steps[dict[str, Any]]) -> Steps[dict[str, Any]]:
    """Ask, and be in doubt until there is an answer: trying again could do it twice.

    A task that is cancelled, or a program that is interrupted, leaves the doubt behind as a lost reply does.
    """
    before, state(record).doubtful = state(record).doubtful, True
    try:
        response = yield from steps
    except OutcomeUnknown:
        raise
    except FmormError:  # an answer, or nothing was sent
        state(record).doubtful = before
        raise
    state(record).doubtful = False
    return response


def read_back(steps: Steps[T], done: str, advice: str) -> Steps[T]:
    """Read what a write has made; an error of the reading must not look as if nothing had been done.

    Args:
        steps: The reading.
        done: What is done already.
        advice: How to read it again.

    Raises:
        ConnectionLost: The reading failed; also where nothing of it was sent.
    """
    try:
        return (yield from steps)
    except TransportError as error:
        late = ReplyTimedOut if isinstance(error, TimeoutError) else ConnectionLost
        told = f"{done}; only reading it back failed: {advice}"
        raise late(told, request=error.request, advice=advice) from error
    except FmormError as error:
        error.add_note(f"{done[0].upper()}{done[1:]}; only reading it back failed: {advice}")
        raise
