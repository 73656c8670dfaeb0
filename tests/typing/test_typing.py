"""What the type checkers say about models, finds and databases; the files beside this one are theirs to read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BIN = Path(sys.executable).parent
RIGHT = ["declarations.py", "databases.py", "many.py", "operators.py", "relations.py", "scripts.py"]
WRONG = ["mistakes.py", "operators_refused.py"]


def run(tool: str, *arguments: str | Path) -> None:
    """Run a tool of this environment; what it complains about is the test's message."""
    done = finished(tool, *arguments)
    assert done.returncode == 0, f"{tool}:\n{done.stdout}{done.stderr}"


def finished(tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BIN / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def with_plugins(folder: Path, plugins: str) -> Path:
    settings = folder / "mypy.ini"
    settings.write_text(
        f"[mypy]\nstrict = true\nplugins = {plugins}\nmypy_path = {ROOT / 'tests'}\nexplicit_package_bases = true\n"
    )
    return settings


def test_mypy() -> None:
    run("mypy", *(HERE / name for name in [*RIGHT, *WRONG]))


def test_mypy_with_the_plugin_of_pydantic(tmp_path: Path) -> None:
    settings = with_plugins(tmp_path, "fmorm.mypy, pydantic.mypy")
    run("mypy", "--config-file", settings, *(HERE / name for name in [*RIGHT, *WRONG]))


def test_our_plugin_is_still_needed_beside_that_of_pydantic(tmp_path: Path) -> None:
    settings = with_plugins(tmp_path, "pydantic.mypy")
    assert finished("mypy", "--config-file", settings, HERE / "declarations.py").returncode == 1


def test_pyright() -> None:
    run("pyright", "--project", HERE / "pyrightconfig.json", "--pythonpath", sys.executable)


def test_every_file_is_checked() -> None:
    files = {path.name for path in HERE.glob("*.py")} - {Path(__file__).name}
    assert files == {*RIGHT, *WRONG}
    settings = (HERE / "pyrightconfig.json").read_text()
    assert all(f'"{name}"' in settings for name in files)
