"""What an import costs, in processes that do nothing else; the start of the interpreter is not counted.

Modules are compiled by the first of them, as pip does for those that it installs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final

from tools.bench.serving import ROOT
from tools.bench.timing import Contest, Size

MODEL: Final = """
class Person(fmorm.Model, layout="person"):
    name: fmorm.Field[str] = fmorm.field("Name")
"""
PLAIN: Final = """
class Person(pydantic.BaseModel):
    name: str
"""
OURS: Final = f"import fmorm{MODEL}"
WITH_DATABASE: Final = f"import fmorm\nfmorm.Database{MODEL}"
BASELINE: Final = f"import httpx, pydantic{PLAIN}"
CLOCK: Final = "import time\nstart = time.perf_counter()\n{}\nprint(time.perf_counter() - start)"


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests."""
    with TemporaryDirectory() as folder:
        yield [
            _contest("import and one model", OURS, size, folder),
            _contest("import, one model, Database", WITH_DATABASE, size, folder),
        ]


def _contest(name: str, code: str, size: Size, folder: str) -> Contest:
    clock = Stopwatch(folder)
    return Contest(
        name=name,
        unit="import",
        count=1,
        ours=lambda: clock.run(code),
        baseline=lambda: clock.run(BASELINE),
        target=1.1,
        clock=clock.read,
        rounds=size.processes,
    )


class Stopwatch:
    """A clock that moves only while a child process says that it worked."""

    def __init__(self, folder: str) -> None:
        """Let the processes keep compiled modules in a folder."""
        self._seconds = 0.0
        others = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._environment = {**others, "PYTHONPYCACHEPREFIX": folder}

    def read(self) -> float:
        """Tell the time."""
        return self._seconds

    def run(self, code: str) -> None:
        """Run code in a process of its own, and let its time pass here."""
        command = [sys.executable, "-c", CLOCK.format(code)]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=True
        )
        self._seconds += float(done.stdout)
