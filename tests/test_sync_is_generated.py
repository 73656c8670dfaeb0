"""`fmorm/_sync` is what the tool writes from `fmorm/_async`, and the tool notices when it is not."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parent.parent / "tools" / "unasync.py"


@pytest.fixture
def unasync() -> ModuleType:
    spec = importlib.util.spec_from_file_location("unasync_tool", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_sync_is_what_the_tool_writes(unasync: ModuleType) -> None:
    assert unasync.differences(unasync.converted()) == []


def test_the_check_sees_a_changed_a_cut_off_a_missing_and_a_surplus_file(
    unasync: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"a.py": "1\n2\n", "b.py": "1\n2\n", "c.py": "1\n", "d.py": "1\n"}
    (tmp_path / "a.py").write_text("1\n3\n")
    (tmp_path / "b.py").write_text("1\n")
    (tmp_path / "d.py").write_text("1\n")
    (tmp_path / "e.py").write_text("1\n")
    monkeypatch.setattr(unasync, "TARGET", tmp_path)
    found = "".join(unasync.differences(wanted))
    assert all(name in found for name in ("_sync/a.py", "_sync/b.py", "_sync/c.py", "_sync/e.py")), found
    assert "_sync/d.py" not in found


def test_no_word_of_the_async_colour_is_left(unasync: ModuleType) -> None:
    for name, text in unasync.converted().items():
        for word in ("await ", "async ", "Async", "__aenter__", "asyncio"):
            assert word not in text.partition("\n")[2], f"{name} still says {word!r}"
