from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import fmorm.server

ROOT = Path(fmorm.server.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
SOCKETS = {ROOT / "mounts" / "socket.py", ROOT / "mounts" / "serving.py"}


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOT)) for file in FILES])
def test_the_server_imports_itself_the_error_codes_and_the_standard_library_only(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            is_own = name.startswith("fmorm.server") or name == "fmorm.wire.codes"
            is_socket = file in SOCKETS and name.partition(".")[0] == "uvicorn"
            assert is_own or is_socket or name.partition(".")[0] in sys.stdlib_module_names, (
                f"{file} imports {name}"
            )
