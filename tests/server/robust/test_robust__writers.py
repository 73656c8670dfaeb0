from __future__ import annotations

from server.robust.writers import count_together


def test_who_writes_with_the_mod_id_that_was_read_overwrites_nobody() -> None:
    tally = count_together(writers=4, times=20)
    assert tally["306"] > 0, "nobody was in anybody's way"
