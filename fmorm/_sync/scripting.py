# Written by tools/unasync.py from fmorm/_async/scripting.py: edit that file, not this one.
"""The verb for scripts that run alone; with other verbs they are an argument."""

from __future__ import annotations

from fmorm._sync.runs import Runs
from fmorm.mapper import scripting
from fmorm.mapper.home import Home
from fmorm.model.records import Model
from fmorm.wire.scripts import OnError, Script, ScriptResult


class ScriptVerbs:
    """What can be done with scripts alone."""

    _home: Home
    _runs: Runs

    def run_script(
        self,
        name: str,
        parameter: object = None,
        /,
        *,
        layout: type[Model] | str,
        on_error: OnError = "raise",
    ) -> ScriptResult:
        """Run a script on the server.

        A script may write. So where the reply is lost, or takes longer than the time-out, the outcome is unknown, and
        the script is not run again by itself.

        Args:
            name: The script's name.
            parameter: Its parameter: text as it is, a number in digits, and a mapping, a list, a dataclass or a
                pydantic model as JSON.
            layout: The layout that it starts on: a model, or the layout's name.
            on_error: Whether an error of the script raises, or is left to the caller: `raise` or `ignore`.

        Returns:
            Its result: `.text`, `.json()`, `.parse(type)`, and `.error`.

        Raises:
            ScriptError: The script has ended with an error.
            ScriptMissing: There is no such script.
            BadValue: The parameter has no form as text, or is too long for an address; nothing was sent.
            OutcomeUnknown: The connection broke, or no reply came in time: it may have run, or run still.
        """
        script = Script(name, parameter, on_error=on_error)
        return self._runs.run(scripting.run_script(self._home, layout, script))
