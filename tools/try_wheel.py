"""What a stranger does with the wheel and nothing else: import it, use it, ask for what an extra brings.

Run by `make wheel` in an environment that has the wheel and its dependencies only, away from the checkout.
"""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
from pathlib import Path

import fmorm
from fmorm import AsyncDatabase, Database, Field, Model, field, state

SCHEMA = {
    "database": {"name": "shop"},
    "tables": {"Item": {"fields": {"Name": "text"}}},
    "occurrences": {"item": "Item"},
    "layouts": {"item": {"occurrence": "item", "fields": ["Name"]}},
}


class Item(Model, layout="item"):
    """A layout of one field."""

    name: Field[str] = field("Name")


def check_place(checkout: Path) -> None:
    """See that this is the wheel and not the checkout, whole and alone."""
    package = Path(fmorm.__file__).parent
    assert package != checkout / "fmorm", f"{package} is the checkout's own"
    assert (package / "py.typed").exists(), "py.typed is not in the wheel"
    assert files_below(checkout / "fmorm") == files_below(package), "the wheel misses files"
    for extra in ("uvicorn", "pytest", "mypy", "mkdocs"):
        assert importlib.util.find_spec(extra) is None, f"{extra} is installed: this is no empty environment"


def files_below(directory: Path) -> set[Path]:
    """Give the files of a package, but for what Python makes of them."""
    found = (path for path in directory.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(directory) for path in found}


def check_use() -> None:
    """See that the main job works without extras, in both colours."""
    with Database.embedded(SCHEMA) as db:
        item = db.create(Item(name="Lamp"))
        item.name = "Desk lamp"
        db.save(item)
        assert [one.name for one in db.find(Item).where(Item.name.contains("lamp"))] == ["Desk lamp"]

    async def asynchronously() -> None:
        async with AsyncDatabase.embedded(SCHEMA) as db:
            assert state(await db.create(Item(name="Lamp"))).record_id == "1"

    asyncio.run(asynchronously())


def check_serve(schema: Path) -> None:
    """See that what needs an extra says which."""
    command = [sys.executable, "-m", "fmorm", "serve", str(schema)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done
    assert "pip install 'fmorm[server]'" in done.stderr, done.stderr


def main() -> None:
    """Check everything; the checkout is the first argument."""
    checkout = Path(sys.argv[1]).resolve()
    check_place(checkout)
    check_use()
    check_serve(checkout / "examples" / "people.toml")
    print(f"fmorm {fmorm.__version__} from the wheel: imported without extras, used, asked for more")


if __name__ == "__main__":
    main()
