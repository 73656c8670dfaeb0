"""Raw verbs: requests and replies as they are, without models."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from fmorm._async.runs import AsyncRuns
from fmorm.mapper.home import Home
from fmorm.protocol import raw
from fmorm.wire.routes import segment

NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class AsyncRaw:
    """The Data API as it is: what goes in and what comes out is its JSON, and names are FileMaker's.

    Sessions, renewal, retries and errors are those of the other verbs. Each verb gives the `response` member of the
    reply. It raises `ServerError` where the server says no, `ProtocolError` where the reply is none, and
    `TransportError` where the conversation broke, which for what writes is `OutcomeUnknown`.
    """

    def __init__(self, home: Home, runs: AsyncRuns) -> None:
        """Run on `runs`."""
        self._home = home
        self._runs = runs

    async def get(
        self, layout: str, record_id: str | int, parameters: Mapping[str, Any] = NONE, /
    ) -> dict[str, Any]:
        """Read a record; `parameters` are those of the address, as in `{"portal": ["addresses"]}`."""
        return await self.request("GET", _record(layout, record_id), parameters)

    async def range(self, layout: str, parameters: Mapping[str, Any] = NONE, /) -> dict[str, Any]:
        """Read records without criteria, as `{"_offset": 1, "_limit": 100}` has it."""
        return await self.request("GET", _records(layout), parameters)

    async def find(self, layout: str, body: Mapping[str, Any], /) -> dict[str, Any]:
        """Find; `NoRecords` says that nothing matches."""
        return await self.request("POST", f"layouts/{segment(layout)}/_find", body=body, writes=False)

    async def create(self, layout: str, body: Mapping[str, Any], /) -> dict[str, Any]:
        """Create a record."""
        return await self.request("POST", _records(layout), body=body)

    async def edit(self, layout: str, record_id: str | int, body: Mapping[str, Any], /) -> dict[str, Any]:
        """Edit a record; with `modId` in the body, only if it still has that one."""
        return await self.request("PATCH", _record(layout, record_id), body=body)

    async def duplicate(
        self, layout: str, record_id: str | int, body: Mapping[str, Any] = NONE, /
    ) -> dict[str, Any]:
        """Duplicate a record."""
        return await self.request("POST", _record(layout, record_id), body=body)

    async def delete(
        self, layout: str, record_id: str | int, parameters: Mapping[str, Any] = NONE, /
    ) -> dict[str, Any]:
        """Delete a record."""
        return await self.request("DELETE", _record(layout, record_id), parameters)

    async def run_script(self, layout: str, name: str, parameter: str | None = None, /) -> dict[str, Any]:
        """Run a script alone."""
        path = f"layouts/{segment(layout)}/script/{segment(name)}"
        return await self.request("GET", path, {} if parameter is None else {"script.param": parameter})

    async def request(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, Any] = NONE,
        *,
        body: Mapping[str, Any] | None = None,
        writes: bool | None = None,
    ) -> dict[str, Any]:
        """Send any other request.

        Args:
            method: The HTTP method.
            path: The path below the database, with each name in it percent-encoded: `layouts/Person/records/17`.
            parameters: What stands behind the question mark: texts as they are, everything else as JSON.
            body: The JSON body.
            writes: Whether it can change data, so that it is not sent again when its outcome is unknown; left out,
                every method but GET does, and whatever runs a script.

        Returns:
            The `response` member of the reply.

        Raises:
            ValueError: The path leads elsewhere.
        """
        changes = method != "GET" if writes is None else writes
        return await self._runs.run(raw.ask(self._home.place, method, path, parameters, body, writes=changes))


def _records(layout: str) -> str:
    return f"layouts/{segment(layout)}/records"


def _record(layout: str, record_id: str | int) -> str:
    return f"{_records(layout)}/{segment(str(record_id))}"
