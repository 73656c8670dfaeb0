"""The sample project passes its own tests away from the checkout, with the plugin that pytest finds by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent.parent.parent / "examples" / "sample_project"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    return Path(shutil.copytree(SAMPLE, tmp_path / "sample_project", ignore=ignored))


def run(project: Path, *command: str) -> str:
    """Run a module of Python in the project; gives what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env={name: value for name, value in os.environ.items() if not name.startswith(("FMORM_", "PYTEST_"))},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def cassettes(project: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in project.rglob("*.yaml")}


def test_its_tests_pass(project: Path) -> None:
    assert "12 passed" in run(project, "pytest", "-q", "-p", "no:cacheprovider")
    assert run(project, "fmorm", "audit") == "2 cassette(s): no secret found\n"


def test_recording_its_cassettes_again_changes_nothing(project: Path) -> None:
    before = cassettes(project)
    for path in project.rglob("*.yaml"):
        path.unlink()
    assert "2 passed" in run(
        project, "pytest", "-q", "-p", "no:cacheprovider", "--record-mode=rewrite", "-k", "conversation"
    )
    assert cassettes(project) == before
    assert len(before) == 2
