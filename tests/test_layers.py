"""Imports run downwards only: the architecture is the list below."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import fmorm

PACKAGE = Path(fmorm.__file__).parent

LAYERS = [
    {"_version"},
    {"wire.codes"},
    {"errors"},
    {"wire"},
    {"query"},
    {"model"},
    {"protocol"},
    {"checking"},
    {"mapper"},
    {"server"},
    {"transport"},
    {"_async", "_sync"},
    {""},  # the package itself: what users import
    {"drafting"},
    {"generating"},
    {"contrib"},
    {"testing"},
    {"cli"},
    {"__main__"},
    {"mypy"},
]
"""From the ground up: a module imports from its own layer and those before it."""

SERVER_MAY_IMPORT = {"server", "wire.codes"}
"""If the embedded server shared a codec with the client, both would be wrong together and the tests green."""

HTTPX_IN = "transport"


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def layer_of(module: str) -> str:
    """The entry of LAYERS that a dotted name below fmorm belongs to; the longest that fits."""
    names = [name for layer in LAYERS for name in layer if module == name or module.startswith(f"{name}.")]
    return max(names, key=len, default="")


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a file imports, anywhere in it, and whether for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                yield _target(node.module, name.name), id(node) in typing_only
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, id(node) in typing_only


def _target(module: str, name: str) -> str:
    """`from fmorm.wire import routes` imports fmorm.wire.routes; `from fmorm.errors import X` fmorm.errors."""
    inner = PACKAGE.parent.joinpath(*module.split("."), name)
    return f"{module}.{name}" if inner.with_suffix(".py").exists() or inner.is_dir() else module


def height(module: str) -> int:
    name = layer_of(module)
    return next(number for number, layer in enumerate(LAYERS) if name in layer)


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_a_module_imports_only_from_its_own_layer_and_below(path: Path) -> None:
    module = dotted(path)
    for target, typing_only in imports(path):
        if not target.startswith("fmorm") or typing_only:
            continue
        below = target.removeprefix("fmorm").removeprefix(".")
        assert height(below) <= height(module), f"fmorm.{module} imports {target}, which is above it"


@pytest.mark.parametrize("path", sorted((PACKAGE / "server").rglob("*.py")), ids=dotted)
def test_the_server_shares_nothing_with_the_client_but_the_error_codes(path: Path) -> None:
    for target, _ in imports(path):
        assert target.partition(".")[0] not in {"httpx", "pydantic", "pydantic_core"}, f"it imports {target}"
        if target.startswith("fmorm."):
            assert layer_of(target.removeprefix("fmorm.")) in SERVER_MAY_IMPORT, f"it imports {target}"


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_only_the_transport_imports_httpx(path: Path) -> None:
    if layer_of(dotted(path)) == HTTPX_IN:
        return
    assert "httpx" not in {target.partition(".")[0] for target, _ in imports(path)}


def test_the_protocol_waits_for_nothing() -> None:
    for path in (PACKAGE / "protocol").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("import time", "import threading", "import asyncio", "async def", "socket"):
            assert word not in text.replace("opens a socket", ""), f"{path.name} has {word!r}"
