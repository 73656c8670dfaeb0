"""fmorm's errors as HTTP's, with bodies that a client can work with."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from fmorm import Contents, errors
from fmorm.contrib.fastapi.matching import etag
from fmorm.contrib.fastapi.users import CHALLENGE
from fmorm.model.plan import plan_of
from fmorm.model.records import Model, Record
from fmorm.model.state import NOT_LOADED

log = logging.getLogger("fmorm.contrib.fastapi")


class Problem(BaseModel):
    """The body of an answer that says what is wrong.

    Attributes:
        detail: What is wrong.
    """

    detail: str


class RowSides(BaseModel):
    """A portal row that two have changed.

    Attributes:
        portal: The portal's attribute.
        record_id: The row's record id.
        mine: What the request has set.
        theirs: The same fields as they are now.
        removed: Whether it is there no more.
    """

    portal: str
    record_id: str
    mine: dict[str, Any]
    theirs: dict[str, Any]
    removed: bool


class Conflict(Problem):
    """The body of 409 and 412: somebody else has saved the record since. The header `ETag` is that of now.

    Attributes:
        mine: What the request has set.
        theirs: The same fields as they are now.
        rows: The portal rows that differ.
    """

    mine: dict[str, Any]
    theirs: dict[str, Any]
    rows: list[RowSides]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an error says in HTTP; the words are for clients, and FileMaker's own are for the log."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


_SOON: Final = {"Retry-After": "1"}
"""Somebody types in a record that is locked; a session becomes free when another request ends."""
_LATER: Final = {"Retry-After": "10"}
_MISSING: Final = Answer(404, "There is no such record.")
_BUSY: Final = Answer(503, "FileMaker Server has no room for this now.", _LATER)

ANSWERS: Final[dict[type[errors.FmormError], Answer]] = {
    errors.NotFound: _MISSING,
    errors.RecordMissing: _MISSING,
    errors.SessionLost: Answer(
        401, "Your session has ended, and this request was not carried out. Log in again.", CHALLENGE
    ),
    errors.PrivilegeError: Answer(403, "This account may not do that."),
    errors.ConflictError: Answer(409, "Somebody else has changed this record meanwhile. Nothing was saved."),
    errors.RefusedValue: Answer(422, "FileMaker does not take a value. Nothing was saved."),
    errors.NotUnique: Answer(422, "FileMaker does not take a value. Nothing was saved."),
    errors.RecordLocked: Answer(423, "Somebody is working on this record. Nothing was saved.", _SOON),
    errors.CapacityError: _BUSY,
    errors.NoFreeSession: Answer(503, "All sessions are in use.", _SOON),
    errors.ConnectionFailed: Answer(503, "FileMaker Server is not reached.", _LATER),
}
"""What each error says in HTTP. The others are faults of the program, or of the server: 500."""


def answer_errors(app: FastAPI) -> None:
    """Answer fmorm's errors as HTTP has it.

    A handler of the application's own for one of these errors is to be added after this.

    Args:
        app: The application.
    """
    for kind in ANSWERS:
        app.add_exception_handler(kind, _answer)


def responses(*kinds: type[errors.FmormError]) -> dict[int | str, dict[str, Any]]:
    """Describe the answers for OpenAPI: `@app.get(…, responses=responses(NotFound))`.

    Args:
        kinds: The errors that a route may raise; all that are answered where none is named.

    Returns:
        What `responses=` of a route, a router or an application takes.

    Raises:
        LookupError: An error is not answered, and so is a 500.
    """
    found: dict[int | str, dict[str, Any]] = {}
    for kind in kinds or ANSWERS:
        if kind not in ANSWERS:
            raise LookupError(f"{kind.__name__} is not answered in a way of its own: it is a 500")
        answer = ANSWERS[kind]
        if kind is errors.ConflictError:
            found[409] = {"description": answer.text, "model": Conflict}
            found[412] = {"description": "The same, where the request has If-Match.", "model": Conflict}
        elif not issubclass(
            kind, errors.RefusedValue
        ):  # 422 is FastAPI's, with the body that it describes itself
            found[answer.status] = {"description": answer.text, "model": Problem}
    return found


async def _answer(request: Request, error: Exception) -> JSONResponse:
    answer = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    # FileMaker's words are for the log: they name layouts and records.
    log.info("%s: %s", type(error).__name__, error)
    if isinstance(error, errors.ConflictError):
        return _conflict(request, error, answer)
    detail: Any = answer.text
    if isinstance(error, errors.RefusedValue):  # it never names the field
        detail = [{"type": f"filemaker_{error.code}", "loc": ["body"], "msg": error.text}]
    return JSONResponse({"detail": detail}, answer.status, dict(answer.headers))


def _conflict(request: Request, error: errors.ConflictError, answer: Answer) -> JSONResponse:
    record, current = cast("Model | None", error.record), cast("Model | None", error.current)
    body: dict[str, Any] = {"detail": answer.text, "mine": {}, "theirs": {}, "rows": []}
    if record is not None:
        body |= _sides(type(record), error)
        portals = plan_of(type(record)).portals
        body["rows"] = [
            {
                "portal": row.portal,
                "record_id": row.record_id,
                "removed": row.mod_id is None,
                **_sides(portals[row.portal].row, row),
            }
            for row in error.rows
        ]
    tag = etag(current) if current is not None else None
    status = 412 if "if-match" in request.headers else answer.status
    return JSONResponse(body, status, {"ETag": tag} if tag else None)


def _sides(cls: type[Record], conflict: errors.ConflictError | errors.RowConflict) -> dict[str, Any]:
    """Give both sides of what the request has set. What else they have changed, a client may not be shown."""
    mine, base = conflict.mine, conflict.base
    asked = [attr for attr in mine if attr in conflict.contested or mine[attr] != base.get(attr, NOT_LOADED)]
    return {"mine": _shown(cls, mine, asked), "theirs": _shown(cls, conflict.theirs, asked)}


def _shown(cls: type[Record], values: Mapping[str, Any], asked: Collection[str]) -> dict[str, Any]:
    """Give values as JSON, without those that the model keeps out of its own."""
    return {
        attr: jsonable_encoder(values[attr])
        for attr in asked
        if attr in values
        and not cls.model_fields[attr].exclude
        and values[attr] is not NOT_LOADED
        and not isinstance(values[attr], Contents)
    }
