from __future__ import annotations

from collections.abc import Iterator

import pytest
from server.client import Client, Clock

from fmorm.server import App, Code, Run, Schema


@pytest.fixture
def log() -> list[str]:
    """What the scripts have to tell."""
    return []


@pytest.fixture
def code(log: list[str]) -> Code:
    """A few scripts; tests add theirs, also while the app runs."""
    code = Code()

    @code.script("Tell")
    def tell(run: Run) -> str | None:
        log.append(f"{run.parameter}: {len(run.found_set)} of {run.layout}")
        return run.parameter or None

    @code.script("Fail")
    def fail(run: Run) -> str | None:
        run.go_to_layout("no such layout")
        return "never"

    return code


@pytest.fixture
def app(schema: Schema, clock: Clock, code: Code) -> Iterator[App]:
    app = App(schema, clock=clock, code=code)
    yield app
    app.close()


@pytest.fixture
def three(client: Client) -> list[str]:
    """Three people, and their record ids."""
    return [
        client.create({"Name": name, "Code": name, "Size": size})
        for name, size in (("b", 2), ("c", 1), ("a", 3))
    ]
