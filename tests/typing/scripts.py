"""Scripts and custom functions as they are written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, assert_type

from fmorm.server import App, Code, Run, ScriptError, load_code

code = Code()


@code.script("Add To Score")
def add_to_score(run: Run) -> str | None:
    for record in run.found_set:
        record["Score"] = int(record["Score"] or 0) + int(run.parameter or 0)
    return "done"


@code.script("Always")
def always(run: Run) -> str:
    return run.perform("Add To Score", 5) or ""


@code.script("Never")
def never(run: Run) -> None:
    raise ScriptError(101)


@code.function("Initials")
def initials(name: str) -> str:
    return "".join(word[0] for word in name.split())


@code.function("Half")
def half(number: Decimal) -> Decimal:
    return number / 2


def registered() -> None:
    assert_type(initials("Ada"), str)
    assert_type(half(Decimal(1)), Decimal)
    assert_type(load_code("people.py"), Code)
    App([], code=code)


def runs(run: Run) -> None:
    assert_type(always(run), str)
    assert_type(run.parameter, str)
    assert_type(run.found_set[0]["Name"], str)
    assert_type(run.found_set.find({"Name": "x"}, {"Size": 5, "omit": True})[0].id, int)
    assert_type([one["Name"] for one in run.found_set[1:]], list[str])
    assert_type(run.globals["Person::Setting"], str)
    assert_type(run.variables["$$n"], Any)
    assert_type(run.perform("x"), str | None)
    run.error = 5
    run.globals["Person::Setting"] = 5
    run.create({"Size": Decimal(5), "Name": None}, layout="person").update({"Size": 1.5})
    run.found_set.omit(run.found_set[0]).sort("-Name", "Size").show_all()
