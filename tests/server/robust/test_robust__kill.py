from __future__ import annotations

from pathlib import Path

from server.robust.killing import Ledger


def test_a_killed_server_has_done_each_request_whole_or_not_at_all_and_keeps_what_it_confirmed(
    tmp_path: Path,
) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite", clients=2, seed=1)
    for _ in range(3):
        ledger.round()
    assert ledger.tally["confirmed"] > 0
