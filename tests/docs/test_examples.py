"""The examples run as they stand, quickly and without a warning."""

from __future__ import annotations

import subprocess
import sys

from docs.pages import ROOT


def test_the_async_report() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "examples/async_report.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert [line.split() for line in done.stdout.splitlines() if line] == [
        ["name", "born", "height", "lives", "in"],
        ["Solveig", "Lund", "1988-06-30", "1.68", "Oslo"],
        ["Alma", "Berg", "2001-04-17", "1.74", "Bergen,", "Trondheim"],
        ["Alfred", "Dahl", "2003-11-02", "1.81", "Oslo"],
        ["mean", "1.74"],
        ["1980s", "1", "#"],
        ["1990s", "0"],
        ["2000s", "2", "##"],
    ]
