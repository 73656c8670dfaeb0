"""The fuzzing tool runs each part, shows what it did, and tells what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import Phase

from fmorm.server.parameters import Parameters
from fmorm.server.records.records import Records
from fmorm.server.schema.parts import Table
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


def test_what_the_model_does_not_have_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def keep(records: Records, table: Table, record_id: int) -> None:
        """Leave the record where it is."""

    monkeypatch.setattr(Records, "delete", keep)
    assert main(["--seconds", "0", "--only", "records", "--seed", "1"]) == 1
    assert "1 failed" in capsys.readouterr().out
