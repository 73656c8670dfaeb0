"""The scripts of the office's file."""

from __future__ import annotations

import json

from fmorm.server import Code, Run, ScriptError


def scripts() -> Code:
    """Make them anew: they are hosted by one app."""
    code = Code()

    @code.script("Echo")
    def echo(run: Run) -> str:
        return run.parameter

    @code.script("Count")
    def count(run: Run) -> str:
        return json.dumps({"found": len(run.found_set), "for": run.parameter})

    @code.script("Quiet")
    def quiet(run: Run) -> None:
        del run

    @code.script("Fail")
    def fail(run: Run) -> str:
        raise ScriptError(int(run.parameter or 101))

    @code.script("Note / it?")
    def note(run: Run) -> str:
        if run.record is not None:
            run.record["Notes"] = run.parameter
        return "noted"

    @code.script("Only the first")
    def only_the_first(run: Run) -> None:
        run.found_set.find({"Name": "Ann"})

    return code
