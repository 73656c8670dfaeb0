"""A driver without a network: it runs a conversation against answers from a test, and notes what was asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from fmorm.errors import FmormError
from fmorm.protocol.effects import Effect, Inquire, Pause, Present, Renew, Send, Steps
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

    def __init__(self, answer: Answer, *, renewal: FmormError | None = None, patience: int = 0) -> None:
        """Answer with `answer`.

        Args:
            answer: Answers requests.
            renewal: What goes wrong with a renewal, if anything.
            patience: How many pauses end in another attempt.
        """
        self.asked: list[Effect] = []
        self._answer = answer
        self._renewal = renewal
        self._patience = patience

    @property
    def sent(self) -> list[Request]:
        return [effect.request for effect in self.asked if isinstance(effect, (Send, Present, Inquire))]

    @property
    def attempts(self) -> list[int]:
        return [effect.attempt for effect in self.asked if isinstance(effect, (Send, Present, Inquire))]

    @property
    def renewals(self) -> int:
        return sum(isinstance(effect, Renew) for effect in self.asked)

    @property
    def pauses(self) -> list[Pause]:
        return [effect for effect in self.asked if isinstance(effect, Pause)]

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

    def _carry_out(self, effect: Effect) -> Reply | bool | None:
        if isinstance(effect, (Send, Present, Inquire)):
            return self._answer(effect.request)
        if isinstance(effect, Pause):
            self._patience -= 1
            return self._patience >= 0
        if self._renewal is not None:
            raise self._renewal
        return None
