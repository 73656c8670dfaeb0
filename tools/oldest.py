"""Print the oldest releases that pyproject.toml allows, as pip takes them: `pydantic==2.10 httpx==0.27 …`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def main() -> None:
    """Print one requirement for each dependency of the core, and for those that read replies in its stead."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    for dependency in [*project["dependencies"], *project["optional-dependencies"]["fast"]]:
        found = re.fullmatch(r"([\w-]+)>=([\d.]+)", dependency)
        if found is None:
            raise SystemExit(f"{dependency!r} names no oldest release: write it as name>=version")
        print(f"{found[1]}=={found[2]}")


if __name__ == "__main__":
    main()
