"""`Run`: what a script sees, and what it can do."""

from __future__ import annotations

from collections.abc import Mapping

from fmorm.server import refusals
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Occurrence
from fmorm.server.scripts.foundset import FoundSet
from fmorm.server.scripts.global_fields import Globals, Variables
from fmorm.server.scripts.record import Record
from fmorm.server.scripts.texts import Value, as_text
from fmorm.server.scripts.window import Window


class Run:
    """One run of a script, in the session of the client that has asked for it.

    What is refused is raised as a `ScriptError`; where nobody catches it, it ends the script, and the client gets its
    code as the script's error while its request goes on.

    Attributes:
        name: The name of the script.
        parameter: The script's parameter, `""` when there is none.
        record: The record that the request is about: the one that was got, made, edited or duplicated; None where a
            request is about a found set, before the request has done its work, and after a deletion.
        globals: The session's global fields, to get and to set by `Table::Field`.
    """

    def __init__(self, window: Window, name: str, parameter: str, record: Record | None = None) -> None:
        self.name = name
        self.parameter = parameter
        self.record = record
        self.globals = Globals(window)
        self._window = window

    def __repr__(self) -> str:
        return f"<run of script {self.name!r} on layout {self.layout!r}>"

    @property
    def database(self) -> str:
        """The name of the file."""
        return self._window.call.user.database

    @property
    def account(self) -> str:
        """The name of the account that the client has logged in with."""
        return self._window.call.user.account.name

    @property
    def layout(self) -> str:
        """The name of the current layout."""
        return self._window.layout.name

    @property
    def found_set(self) -> FoundSet:
        """The found set of the current layout; each table occurrence has one."""
        return FoundSet(self._window, self._window.layout.occurrence)

    @property
    def variables(self) -> Variables:
        """The `$$` variables, which last as long as the session; they hold whatever scripts put into them."""
        return Variables(self._window.call.user.variables)

    @property
    def error(self) -> int:
        """The last error: that of the last step, 0 when it was done. What it is in the end, the client gets."""
        return self._window.error

    @error.setter
    def error(self, code: int) -> None:
        self._window.error = code

    def go_to_layout(self, name: str) -> None:
        """Make another layout the current one.

        Args:
            name: Its name.

        Raises:
            ScriptError: 105 there is no such layout.
        """
        with self._window.step():
            self._window.go_to(self._window.call.layout_named(name))

    def create(self, values: Mapping[str, Value] | None = None, *, layout: str | None = None) -> Record:
        """Make a record; it comes to the end of the found set.

        Args:
            values: Its values by field.
            layout: A layout of its table occurrence; None for the current layout.

        Returns:
            The record.

        Raises:
            ScriptError: It is refused.
        """
        members = {name: as_text(value) for name, value in (values or {}).items()}
        occurrence = self._occurrence(layout)
        with self._window.writing(occurrence) as writer:
            record_id = writer.create(members)
        self._window.note_new(occurrence, record_id)
        return Record(self._window, occurrence, record_id)

    def perform(self, name: str, parameter: Value = None) -> str | None:
        """Perform another script, in the same window.

        Args:
            name: Its name.
            parameter: Its parameter.

        Returns:
            Its result.

        Raises:
            ScriptError: 104 there is no such script, or it has ended with an error.
        """
        with self._window.step():
            script = self._window.scripts.get(name)
            if script is None:
                raise Refusal(refusals.SCRIPT_MISSING)
        result = script(Run(self._window, name, as_text(parameter), self.record))
        return as_text(result) or None

    def _occurrence(self, layout: str | None) -> Occurrence:
        if layout is None:
            return self._window.layout.occurrence
        with self._window.looking():
            return self._window.call.layout_named(layout).occurrence
