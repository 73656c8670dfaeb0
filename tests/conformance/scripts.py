"""The scripts of the office."""

from __future__ import annotations

from fmorm.server import Code, Run

CODE = Code()


@CODE.script("Echo")
def echo(run: Run) -> str | None:
    """Give the parameter back; without one there is no result."""
    return run.parameter or None


@CODE.script("Half/Half")
def half(run: Run) -> str | None:
    return "both halves"


@CODE.script("Quiet")
def quiet(run: Run) -> str | None:
    return None


@CODE.script("Loop")
def loop(run: Run) -> str | None:
    """Go through the records until there is no further one, as loops in FileMaker end."""
    run.error = 101
    return "looped"


@CODE.script("Lost")
def lost(run: Run) -> str | None:
    run.go_to_layout("no such layout")
    return "never"


@CODE.script("Log")
def log(run: Run) -> str | None:
    """Append to a `$$` variable what is seen: the parameter, the layout and the size of the found set."""
    entry = f"{run.parameter}:{run.layout}:{len(run.found_set)}"
    run.variables["log"] = " ".join(filter(None, [run.variables.get("log", ""), entry]))
    return str(run.variables["log"])


@CODE.script("Omit First")
def omit_first(run: Run) -> str | None:
    run.found_set.omit(run.found_set[0])
    return None


@CODE.script("Tell Names")
def tell_names(run: Run) -> str | None:
    return " ".join(record["Name"] for record in run.found_set)


@CODE.script("Mark")
def mark(run: Run) -> str | None:
    """Write a note into every record that was found."""
    for record in run.found_set:
        record["Note"] = run.parameter or "marked"
    return None


@CODE.script("Set Rate")
def set_rate(run: Run) -> str | None:
    run.globals["Person::Rate"] = run.parameter
    return None
