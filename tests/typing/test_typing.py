"""What the type checkers say about models, finds and databases; the files beside this one are theirs to read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BIN = Path(sys.executable).parent
RIGHT = ["declarations.py", "databases.py"]
WRONG = ["mistakes.py"]


def run(tool: str, *arguments: str | Path) -> None:
    """Run a tool of this environment; what it complains about is the test's message."""
    if not (BIN / tool).exists():
        pytest.skip(f"{tool} is not installed beside {sys.executable}")
    done = subprocess.run([BIN / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{tool}:\n{done.stdout}{done.stderr}"


def test_mypy() -> None:
    run("mypy", *(HERE / name for name in [*RIGHT, *WRONG]))


def test_pyright() -> None:
    run("pyright", "--project", HERE / "pyrightconfig.json", "--pythonpath", sys.executable)


def test_every_file_is_checked() -> None:
    files = {path.name for path in HERE.glob("*.py")} - {Path(__file__).name}
    assert files == {*RIGHT, *WRONG}
    settings = (HERE / "pyrightconfig.json").read_text()
    assert all(f'"{name}"' in settings for name in files)
