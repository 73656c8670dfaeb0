"""Registering scripts and custom functions, and loading them from a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fmorm.server import Code, CodeError, Run, load_code


def nothing(run: Run) -> str | None:
    return None


def takes_none() -> None: ...


def takes_two(run: Run, other: Run) -> None: ...


def takes_it_by_name(*, run: Run) -> None: ...


def takes_more(run: Run, times: int = 2) -> str | None:
    return run.parameter * times


def takes_any(*args: object) -> None: ...


class TestRegistering:
    def test_decorators_give_the_function_back(self) -> None:
        code = Code()

        @code.script("Do It")
        def do_it(run: Run) -> str | None:
            return "done"

        @code.function("Initials")
        def initials(name: str) -> str:
            return "".join(word[0] for word in name.split())

        assert dict(code.scripts) == {"Do It": do_it}
        assert dict(code.functions) == {"Initials": initials}
        assert initials("Ann Lee") == "AL"
        assert repr(code) == "<Code: 1 scripts, 1 functions>"

    def test_names_stay_in_the_order_of_registration(self) -> None:
        code = Code()
        for name in ("b", "a", "C"):
            code.script(name)(nothing)
        assert list(code.scripts) == ["b", "a", "C"]

    def test_nobody_else_changes_what_is_registered(self) -> None:
        code: Any = Code()
        with pytest.raises(TypeError):
            code.scripts["x"] = nothing
        with pytest.raises(TypeError):
            code.functions["x"] = nothing

    @pytest.mark.parametrize("again", ["Do It", "DO IT"])
    def test_a_name_can_be_used_once(self, again: str) -> None:
        code = Code()
        code.script("Do It")(nothing)
        code.function("Do It")(nothing)
        for register, kind in ((code.script, "script"), (code.function, "function")):
            with pytest.raises(CodeError, match=f'{kind} "{again}" is registered twice'):
                register(again)(nothing)
        assert list(code.scripts) == ["Do It"]

    @pytest.mark.parametrize("name", ["", " ", None, nothing])
    def test_a_script_needs_a_name(self, name: Any) -> None:
        with pytest.raises(CodeError, match=r'name the script, like @code.script\("Script Name"\)'):
            Code().script(name)(nothing)

    @pytest.mark.parametrize(
        ("function", "message"),
        [
            ("text", 'script "x": put the decorator before a function'),
            (takes_none, 'script "x": its function must take one argument, the Run'),
            (takes_two, "must take one argument"),
            (takes_it_by_name, "must take one argument"),
        ],
    )
    def test_what_is_no_script(self, function: Any, message: str) -> None:
        code = Code()
        with pytest.raises(CodeError, match=message):
            code.script("x")(function)
        assert not code.scripts

    def test_async_functions_are_refused(self) -> None:
        async def later(run: Run) -> str | None:
            return None

        code: Any = Code()
        with pytest.raises(CodeError, match="async function; write it with plain"):
            code.script("x")(later)
        with pytest.raises(CodeError, match="async function"):
            code.function("x")(later)

    def test_other_callables_will_do(self) -> None:
        code = Code()
        code.script("a")(takes_more)
        code.script("b")(takes_any)
        code.script("c")(repr)
        assert list(code.scripts) == ["a", "b", "c"]


class TestLoading:
    @pytest.fixture(autouse=True)
    def clean(self, tmp_path: Path) -> Iterator[None]:
        yield
        if str(tmp_path) in sys.path:
            sys.path.remove(str(tmp_path))
        for name in [name for name in sys.modules if name.startswith("fmorm_code_")]:
            del sys.modules[name]

    def load(self, tmp_path: Path, text: str, name: str = "people.py") -> Code:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return load_code(file)

    def test_a_file_with_its_code(self, tmp_path: Path) -> None:
        code = self.load(
            tmp_path,
            "from __future__ import annotations\n"
            "from dataclasses import dataclass\n"
            "from fmorm.server import Code, Run\n"
            "@dataclass\nclass Point:\n    x: int\n"
            "people = Code()\n"
            "same = people\n"
            '@people.script("Do It")\n'
            "def do_it(run: Run) -> str | None: return str(Point(1))\n",
        )
        assert list(code.scripts) == ["Do It"]
        assert load_code(str(tmp_path / "people.py")) is not code, "each time anew"

    def test_it_may_import_what_lies_beside_it(self, tmp_path: Path) -> None:
        (tmp_path / "lying_beside.py").write_text("from fmorm.server import Code\ncode = Code()\n")
        code = self.load(tmp_path, "from lying_beside import code\n")
        assert code is sys.modules.pop("lying_beside").code

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("x = 1", r"the file has no Code; write `code = Code\(\)` at its top level"),
            (
                "from fmorm.server import Code\na = Code()\nb = Code()",
                r"the file has more than one Code \(a, b\); keep one",
            ),
            ("def f(:\n  pass", "line 1: invalid syntax"),
            (
                "import no_such_module",
                "No module named 'no_such_module'; is it installed where the server runs?",
            ),
            ("1 / 0", "ZeroDivisionError: division by zero"),
            ("raise SystemExit(3)", "the file ends the program when it is imported; .*__main__"),
            (
                "from fmorm.server import Code\ncode = Code()\ncode.script('a')(repr)\ncode.script('A')(repr)",
                'script "A" is registered twice',
            ),
        ],
    )
    def test_a_mistake_names_the_file(self, tmp_path: Path, text: str, message: str) -> None:
        with pytest.raises(CodeError, match=message) as error:
            self.load(tmp_path, text)
        assert str(error.value).startswith(f"{tmp_path / 'people.py'}: ")
        assert "fmorm_code_people" not in sys.modules or message.startswith("the file has")

    def test_a_file_that_is_no_python(self, tmp_path: Path) -> None:
        with pytest.raises(CodeError, match=r'whose name ends in "\.py"'):
            self.load(tmp_path, "", "people.toml")

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            load_code(tmp_path / "nobody.py")

    def test_an_interrupt_is_no_mistake_of_the_file(self, tmp_path: Path) -> None:
        with pytest.raises(KeyboardInterrupt):
            self.load(tmp_path, "raise KeyboardInterrupt")
