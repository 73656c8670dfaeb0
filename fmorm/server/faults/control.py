"""The faults over HTTP: `POST /fmorm/faults/NAME` does what `app.faults.NAME(…)` does."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from fmorm.server.faults.fault import Fault, Where
from fmorm.server.faults.faults import Faults
from fmorm.server.faults.host import RecordLock
from fmorm.server.http import Reply, Request
from fmorm.server.schema.section import unknown

_PATH: Final = "/fmorm/faults"
NAMES: Final = (
    "drop",
    "html",
    "slow",
    "wrong_content_type",
    "truncate",
    "fail",
    "lock",
    "session_cap",
    "close_file",
    "open_file",
    "one_at_a_time",
    "expire_sessions",
    "restart",
)


class Wrong(Exception):
    """A request to the control route that cannot be meant so; `status` is that of the reply."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


class Control:
    """The route that sets faults. What it says never holds a token."""

    def __init__(self, faults: Faults, session_count: Callable[[], int]) -> None:
        self._faults = faults
        self._session_count = session_count

    def is_for(self, request: Request) -> bool:
        """Tell whether a request is for this route."""
        path = request.target.partition("?")[0]
        return path == _PATH or path.startswith(f"{_PATH}/")

    def answer(self, request: Request) -> Reply:
        """Do what is asked for, and give the reply."""
        rest = request.target.partition("?")[0].removeprefix(_PATH).strip("/")
        try:
            return _json(*self._do(request, rest), closing=rest == "restart")
        except Wrong as wrong:
            return _json(wrong.status, {"error": str(wrong)})

    def _do(self, request: Request, rest: str) -> tuple[HTTPStatus, object]:
        match request.method, rest:
            case "GET", "":
                return HTTPStatus.OK, self._shown()
            case "DELETE", "":
                self._faults.clear()
            case "DELETE", number:
                self._remove(number)
            case "POST", name if name in NAMES:
                return self._call(name, _members(request))
            case "POST", name if name:
                raise Wrong(HTTPStatus.NOT_FOUND, unknown("fault", name, NAMES))
            case _:
                raise Wrong(
                    HTTPStatus.METHOD_NOT_ALLOWED,
                    f"GET or DELETE {_PATH}, POST {_PATH}/NAME, DELETE {_PATH}/NUMBER",
                )
        return HTTPStatus.OK, {}

    def _call(self, name: str, members: Mapping[str, Any]) -> tuple[HTTPStatus, object]:
        verb: Callable[..., Fault | RecordLock | None] = getattr(self._faults, name)
        _check_names(verb, members)
        try:
            made = verb(**members)
        except (ValueError, TypeError) as error:
            raise Wrong(HTTPStatus.BAD_REQUEST, str(error)) from error
        return (HTTPStatus.CREATED, {"number": made.number}) if made else (HTTPStatus.OK, {})

    def _remove(self, number: str) -> None:
        for one in self._faults.active:
            if str(one.number) == number:
                return one.remove()
        for lock in self._faults.locks:
            if str(lock.number) == number:
                return lock.release()
        raise Wrong(HTTPStatus.NOT_FOUND, f"there is no fault {number}")

    def _shown(self) -> dict[str, object]:
        return {
            "faults": [
                {"number": one.number, "fault": one.effect.name, **one.settings(), "count": one.count}
                for one in self._faults.active
            ],
            "injected": self._faults.injected,
            "locks": [
                {"number": one.number, "table": one.table, "record": one.record_id}
                for one in self._faults.locks
            ],
            **self._faults.switches(),
            "sessions": self._session_count(),
        }


def _members(request: Request) -> dict[str, Any]:
    """Give the members of the JSON body; an empty one has none."""
    try:
        content: object = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Wrong(HTTPStatus.BAD_REQUEST, f"the body is no JSON: {error}") from error
    if not isinstance(content, dict):
        raise Wrong(HTTPStatus.BAD_REQUEST, "the body is no JSON object")
    return cast("dict[str, Any]", content)


def _check_names(verb: Callable[..., object], members: Iterable[str]) -> None:
    """Compare the members with the parameters of the method; what is meant by them, it checks itself."""
    parameters = inspect.signature(verb).parameters.values()
    known = [one.name for one in parameters if one.kind is not one.VAR_KEYWORD]
    if len(known) < len(parameters):
        known += Where.__annotations__
    for name in members:
        if name not in known:
            raise Wrong(HTTPStatus.BAD_REQUEST, unknown("member", name, known))
    for one in parameters:
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD and one.name not in members:
            raise Wrong(HTTPStatus.BAD_REQUEST, f'the member "{one.name}" is missing')


def _json(status: HTTPStatus, content: object, *, closing: bool = False) -> Reply:
    headers = [("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store")]
    if closing:
        headers.append(("Connection", "close"))  # a restart drops this connection, too, once this is said
    return Reply(status, headers, json.dumps(content).encode())
