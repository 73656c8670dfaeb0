from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.protocol.seen import SeenIds

MANY = 200_000


def run(first: int, count: int) -> list[int]:
    return list(range(first, first + count))


RUNS = st.builds(run, st.integers(1, 3_000), st.integers(0, 2_500))
SCATTERED = st.lists(st.integers(1, 5_000) | st.integers(1, 10**60))


@given(st.lists(SCATTERED | RUNS | RUNS.flatmap(st.permutations), max_size=5))
def test_it_tells_new_ids_from_those_it_has_had(pages: list[list[int]]) -> None:
    seen, known = SeenIds(), set[int]()
    for page in pages:
        new = seen.add(map(str, page))
        for number, is_new in zip(page, new, strict=True):
            assert is_new == (number not in known)
            known.add(number)


@pytest.mark.parametrize(("step", "bytes_each"), [(1, 1), (10, 5), (100, 40)])
def test_a_million_ids_are_less_than_40_mb_however_far_apart(step: int, bytes_each: int) -> None:
    seen = SeenIds()
    tracemalloc.start()
    try:
        seen.add(map(str, range(1, MANY * step + 1, step)))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held / MANY < bytes_each
