"""fmorm's errors as HTTP's, so that the application's own error pages are shown."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app
from flask.typing import ResponseReturnValue
from werkzeug import exceptions as http

from fmorm import errors

ANSWERS: Final[dict[type[errors.FmormError], type[http.HTTPException]]] = {
    errors.NotFound: http.NotFound,
    errors.RecordMissing: http.NotFound,
    errors.PrivilegeError: http.Forbidden,
    errors.ConflictError: http.Conflict,
    errors.RecordLocked: http.Locked,
    errors.CapacityError: http.ServiceUnavailable,
    errors.NoFreeSession: http.ServiceUnavailable,
    errors.ConnectionFailed: http.ServiceUnavailable,
}
"""What each error says in HTTP. The others are faults of the program, or of the server: 500."""


def register(app: Flask) -> None:
    """Answer fmorm's errors so in an application."""
    for kind in ANSWERS:
        app.register_error_handler(kind, _answer)


def _answer(error: errors.FmormError) -> ResponseReturnValue:
    # FileMaker's words are for the log: they name layouts and records.
    current_app.logger.info("%s: %s", type(error).__name__, error)
    answer = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)()
    answer.__cause__ = error
    return current_app.handle_user_exception(answer)
