"""The conversations in a run of their own, to be looked at from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CONVERSATIONS = Path(__file__).parent / "test_conversations.py"
COUNT = CONVERSATIONS.read_text(encoding="utf-8").count("\ndef test_")


def converse(*options: str, **environ: str) -> None:
    """Hold all conversations in both colours; fails with the run's output."""
    quiet = ["-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *quiet, str(CONVERSATIONS), *options],
        env={name: value for name, value in os.environ.items() if not name.startswith("FMORM_")} | environ,
        cwd=CONVERSATIONS.parent.parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{2 * COUNT} passed" in done.stdout, done.stdout


def environment(url: str, database: str, user: str, password: str) -> dict[str, str]:
    """Name a server to fmorm."""
    return {"FMORM_URL": url, "FMORM_DATABASE": database, "FMORM_USER": user, "FMORM_PASSWORD": password}
