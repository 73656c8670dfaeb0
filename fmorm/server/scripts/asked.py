"""The scripts that one request asks for, and when each of them runs.

A request with scripts has its session to itself: further ones of the same session wait, as FileMaker has one thread
for each client. While a script runs, other sessions are served.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeAlias
from urllib.parse import unquote

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.finds.arranging import EVERYTHING, still_there
from fmorm.server.finds.foundset import Found, Page
from fmorm.server.http import Request
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import SortKey
from fmorm.server.scripts.code import Script
from fmorm.server.scripts.errors import ScriptError, Stopped
from fmorm.server.scripts.record import Record
from fmorm.server.scripts.run import Run
from fmorm.server.scripts.texts import as_text
from fmorm.server.scripts.window import Window, released
from fmorm.server.searching import Searching

Asked: TypeAlias = Mapping[str, tuple[str, str]]
"""Names and parameters of scripts by what asks for them: `script`, `script.prerequest`, `script.presort`."""
Finder: TypeAlias = Callable[[Sequence[SortKey], Page], Found]
"""Gives a page of a found set in an order."""

_FAILED = -1
"""The error of a script whose function has failed, FileMaker's *unknown error*: a guess, FileMaker has no Python."""
_SIGNS = (b'"script', b"\\u")
"""What a body holds that asks for a script; its name may be escaped."""
_IN_TARGET = re.compile("[/?&]script")
logger = logging.getLogger("fmorm.server")


def may_ask(request: Request) -> bool:
    """Tell whether a request may ask for a script; those that do not may be taken for ones that do."""
    is_in_body = any(sign in request.body for sign in _SIGNS)
    return is_in_body or _IN_TARGET.search(unquote(request.target)) is not None


class Scripts:
    """The scripts of a request."""

    def __init__(self, call: Call, asked: Asked) -> None:
        self._call = call
        self._asked = asked
        self._window = Window(call)
        self._answers: dict[str, Json] = {}

    def before(self) -> None:
        """Run the script that comes before the request's work."""
        self._run("script.prerequest")

    def after_record(self, record_id: int | None) -> None:
        """Run the scripts that come after the work on a record: the found set is that record, if it is still there."""
        self._window.found[self._call.layout.occurrence] = [] if record_id is None else [record_id]
        self._run("script.presort", record_id)
        self._run("script", record_id)

    def around_sort(self, find: Finder, sort: Sequence[SortKey], page: Page) -> Found:
        """Run the scripts that come before and after sorting, and give the page of what they have left.

        Args:
            find: Gives the found set as the request's work has left it.
            sort: The order that the request asks for.
            page: The part of the found set that the request asks for.
        """
        if not self._asked.keys() & {"script.presort", "script"}:
            return find(sort, page)
        occurrence, store = self._call.layout.occurrence, self._call.engine.store
        ids = self._window.seen(occurrence.table, find([], EVERYTHING).ids)
        self._window.found[occurrence] = ids
        if "script.presort" in self._asked:
            self._run("script.presort")
            ids = self._left()
        if sort:
            ids = Searching(self._call).arrange(occurrence.table, ids, sort)
        self._window.found[occurrence] = ids
        self._run("script")
        left = self._window.seen(occurrence.table, still_there(store, occurrence.table, self._left()))
        return Found(left[page.offset - 1 :][: page.limit], len(left), store.count(occurrence.table), left)

    def alone(self) -> Json:
        """Run the script that was asked for by itself; it begins with all records: a guess."""
        self._run("script")
        return self._answers

    def answer(self, response: Mapping[str, Json]) -> Json:
        """Give the `response` of the request, with what the scripts have to say first."""
        return {**self._answers, **response} if self._answers else response

    def _left(self) -> list[int]:
        """Give what scripts have left of the found set of the request's own layout."""
        occurrence = self._call.layout.occurrence
        ids = self._window.found.get(occurrence)
        return self._window.all_ids(occurrence.table) if ids is None else ids

    def _run(self, asking: str, record_id: int | None = None) -> None:
        if asking not in self._asked:
            return
        name, parameter = self._asked[asking]
        moment = asking.removeprefix("script")
        window = self._window
        window.go_to(self._call.layout)  # wherever the script before has gone: a guess
        window.error = 0
        record = None if record_id is None else Record(window, window.layout.occurrence, record_id)
        run = Run(window, name, parameter, record)
        with released(self._call.engine.lock):
            result, error = _outcome(window.scripts[name], run)
        if self._call.user.is_closed:
            raise Refusal(refusals.WINDOW_MISSING)
        if result:  # FileMaker cannot tell an empty result from none
            self._answers[f"scriptResult{moment}"] = result
        self._answers[f"scriptError{moment}"] = str(error)


def scripts_of(call: Call, asked: Asked) -> AbstractContextManager[Scripts]:
    """Have the session to itself while scripts may run.

    Raises:
        Refusal: There is no such layout, or no such script. Nothing has been done.
    """
    scripts = Scripts(call, asked)
    for name, _ in asked.values():
        if name not in call.engine.code.scripts:
            raise Refusal(refusals.SCRIPT_MISSING)
    return _turn(call, scripts) if asked else nullcontext(scripts)


@contextmanager
def _turn(call: Call, scripts: Scripts) -> Generator[Scripts]:
    """Wait until no other request of the session runs scripts.

    Raises:
        Refusal: The session was closed meanwhile.
    """
    session, lock = call.user, call.engine.lock
    if not session.turn.acquire(blocking=False):
        with released(lock):
            session.turn.acquire()
    try:
        if session.is_closed:
            raise Refusal(refusals.BAD_TOKEN)
        yield scripts
    finally:
        session.last_used = call.engine.clock()
        session.turn.release()


def _outcome(script: Script, run: Run) -> tuple[str, int]:
    """Run a script, and give its result and its error."""
    try:
        return as_text(script(run)), run.error
    except Stopped:
        return "", refusals.WINDOW_MISSING
    except ScriptError as error:
        return "", error.code
    except (Exception, SystemExit):
        logger.exception("script %r failed", run.name)
        return "", _FAILED
