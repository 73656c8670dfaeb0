from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.protocol.retry import Retry

SECONDS = st.floats(0, 1000)


@given(
    attempts=st.integers(1, 50), backoff=SECONDS, longest=SECONDS, deadline=SECONDS,
    attempt=st.integers(1, 60), elapsed=SECONDS, wanted=st.none() | SECONDS,
)  # fmt: skip
def test_no_wait_breaks_the_policy(
    attempts: int, backoff: float, longest: float, deadline: float,
    attempt: int, elapsed: float, wanted: float | None,
) -> None:  # fmt: skip
    delay = Retry(attempts, backoff, longest, deadline).delay(attempt, elapsed, wanted)
    if delay is None:
        return
    assert attempt < attempts, "one attempt too many"
    assert 0 <= delay <= longest
    assert elapsed + delay <= deadline
    assert wanted is None or delay == wanted, "the server said another time"


def test_waits_double_and_half_of_each_is_chance() -> None:
    retry = Retry(attempts=10, backoff=1, longest=100, deadline=1000)
    waits = [[retry.delay(attempt, 0) or 0 for _ in range(200)] for attempt in (1, 2, 3, 4)]
    for full, some in zip([1, 2, 4, 8], waits, strict=True):
        assert full / 2 <= min(some) < max(some) <= full
        assert len(set(some)) > 100, "many clients would come back at once"


def test_one_attempt_never_repeats() -> None:
    assert Retry(attempts=1).delay(1, 0) is None


def test_a_server_that_wants_to_be_left_alone_for_longer_than_the_policy_is_given_up() -> None:
    assert Retry(longest=5).delay(1, 0, wanted=6) is None
    assert Retry(longest=5).delay(1, 0, wanted=4) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0}, {"attempts": 1.5}, {"attempts": True}, {"backoff": -1}, {"longest": float("inf")},
        {"deadline": float("nan")}, {"backoff": "1"},
    ],
    ids=repr,
)  # fmt: skip
def test_a_policy_that_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=rf"{next(iter(wrong))}="):
        Retry(**wrong)
