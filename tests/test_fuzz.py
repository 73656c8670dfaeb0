"""The fuzzing tool runs each part, shows what it did, and tells what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import Phase

from fmorm.server.parameters import Parameters
from fmorm.server.store.files import Store
from tools.fuzz import parts
from tools.fuzz.command import main


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take few examples, and do not look for the smallest of what is wrong."""
    monkeypatch.setattr(parts, "EXAMPLES", 15)
    monkeypatch.setattr(parts, "PHASES", [Phase.generate])


def test_each_part_runs_and_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seconds", "0", "--only", "requests", "controls", "wire", "writers", "--seed", "7"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("seed 7\n")
    for name in ("requests", "controls", "wire", "writers"):
        (line,) = (line for line in shown.splitlines() if line.startswith(name))
        assert line.endswith("  0 failed")


def test_a_bug_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def finish(parameters: Parameters) -> None:
        raise KeyError("x")

    monkeypatch.setattr(Parameters, "finish", finish)
    assert main(["--seconds", "0", "--only", "requests"]) == 1
    assert "1 failed" in capsys.readouterr().out


def test_work_that_is_half_undone_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change = Store.change

    def no_way_back(store: Store, sql: str, values: tuple[()] = ()) -> int:
        return change(store, "COMMIT" if sql == "ROLLBACK" else sql, values)

    monkeypatch.setattr(Store, "change", no_way_back)
    monkeypatch.setattr(parts, "EXAMPLES", 100)
    assert main(["--seconds", "0", "--only", "records", "--seed", "1"]) == 1
    assert "1 failed" in capsys.readouterr().out
