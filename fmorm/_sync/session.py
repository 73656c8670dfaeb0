# Written by tools/unasync.py from fmorm/_async/session.py: edit that file, not this one.
"""One FileMaker session, pinned: for what belongs to a session, such as global fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from fmorm._sync.runs import Pinned, Pooled, Runs
from fmorm._sync.verbs import Verbs
from fmorm.mapper.global_fields import global_texts
from fmorm.mapper.home import Home
from fmorm.protocol import sessions


class SessionVerbs(Verbs):
    """The verbs of a database on one FileMaker session, and those that only make sense there."""

    def __init__(self, home: Home, runs: Runs) -> None:
        """Run on `runs`, which is one session."""
        self._home = home
        self._runs = runs

    def set_globals(self, values: Mapping[str, Any]) -> None:
        """Set global fields for this session; other sessions do not see them.

        Args:
            values: Values by qualified name: `"Prefs::Year"`, and `"Prefs::Colour(2)"` for a repetition.

        Raises:
            ValueError: A name is not qualified.
            BadValue: FileMaker has no form for a value.
            FieldMissing: There is no such global field.
        """
        self._runs.run(sessions.set_globals(self._home.place, global_texts(values)))


class Session(SessionVerbs):
    """One FileMaker session with the verbs of a database, for the time of a `with` block: see `Database.session`."""

    def __init__(
        self,
        home: Home,
        pooled: Pooled,
        values: Mapping[str, Any],
        on_new_session: Callable[[SessionVerbs], object] | None,
        *,
        stateful: bool,
    ) -> None:
        """Prepare it; it is opened when the block begins."""
        self._pinned = Pinned(pooled, self._prepare, stateful=stateful)
        super().__init__(home, self._pinned)
        self._globals = global_texts(values)
        self._on_new_session = on_new_session

    def set_globals(self, values: Mapping[str, Any]) -> None:
        """Set global fields for this session; after a renewal they are set again. As `SessionVerbs.set_globals`."""
        super().set_globals(values)
        self._globals |= global_texts(values)

    def _prepare(self, alone: Runs) -> None:
        """Bring a session that was just opened into the state that its user counts on."""
        if self._globals:
            alone.run(sessions.set_globals(self._home.place, self._globals))
        if self._on_new_session is not None:
            self._on_new_session(SessionVerbs(self._home, alone))

    def __enter__(self) -> Self:
        self._pinned.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pinned.end()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._home.place.database!r} on {self._home.host}>"
