"""A driver without a network: it runs a conversation against answers from a test, and notes what was asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from fmorm.errors import FmormError
from fmorm.protocol.effects import Effect, Renew, Send, Steps
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Request

T = TypeVar("T")

Answer: TypeAlias = Callable[[Request], Reply]


def in_order(*answers: Reply | FmormError) -> Answer:
    """Answer one request after the other; an error stands for a conversation that breaks."""
    left = list(answers)

    def answer(request: Request) -> Reply:
        assert left, f"one request too many: {request}"
        given = left.pop(0)
        if isinstance(given, FmormError):
            raise given
        return given

    return answer


class ScriptedDriver:
    """Runs conversations.

    Attributes:
        asked: Every effect, in order.
    """

    def __init__(self, answer: Answer, *, renewal: FmormError | None = None) -> None:
        """Answer with `answer`; `renewal` is what goes wrong with a renewal, if anything."""
        self.asked: list[Effect] = []
        self._answer = answer
        self._renewal = renewal

    @property
    def sent(self) -> list[Request]:
        return [effect.request for effect in self.asked if isinstance(effect, Send)]

    @property
    def renewals(self) -> int:
        return sum(isinstance(effect, Renew) for effect in self.asked)

    def run(self, steps: Steps[T]) -> T:
        try:
            effect = next(steps)
            while True:
                self.asked.append(effect)
                try:
                    result = self._carry_out(effect)
                except FmormError as error:
                    effect = steps.throw(error)
                else:
                    effect = steps.send(result)
        except StopIteration as stop:
            value: T = stop.value
            return value

    def _carry_out(self, effect: Effect) -> Reply | None:
        if isinstance(effect, Send):
            return self._answer(effect.request)
        if self._renewal is not None:
            raise self._renewal
        return None
