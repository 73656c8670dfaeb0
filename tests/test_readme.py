"""What the README and the examples promise, run as a reader would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_RUN = "<!-- not run"


def python_blocks() -> list[str]:
    blocks = re.findall(r"([^\n]*)\n```python\n(.*?)```", README, re.DOTALL)
    return [code for before, code in blocks if not before.startswith(NOT_RUN)]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_readme_opens_with_the_two_commands() -> None:
    assert re.findall(r"^make (\w+)", README, re.MULTILINE)[:2] == ["demo", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in [*re.findall(r"`make ([a-z ]+)`", README), "demo test"]:
        for word in target.split():
            assert re.search(rf"^{word}:.*## ", makefile, re.MULTILINE), f"the Makefile has no target {word}"


def test_the_code_of_the_readme_runs() -> None:
    (code,) = python_blocks()
    assert len([line for line in code.splitlines() if line.strip()]) <= 30
    done = run("-c", code)
    assert done.returncode == 0, done.stderr
    assert "Alma Berg" in done.stdout
    assert '"Name": "==Al*"' in done.stdout


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_the_links_of_the_readme_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_the_quickstart_shows_the_main_job() -> None:
    done = run("examples/quickstart.py", NO_COLOR="1")
    assert done.returncode == 0, done.stderr
    for said in (
        "class Person(Model",
        '"Name": "==Al*"',
        '"modId": "0"',
        "requests sent: 0",
        "theirs {'name': 'Alma Berg-Dahl'}",
        "people now: 3",
    ):
        assert said in done.stdout, f"the demo does not show {said!r}"
    assert "\033" not in done.stdout
