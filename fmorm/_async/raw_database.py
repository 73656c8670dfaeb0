"""A database that tells about its layouts: replies as they are, without models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fmorm._async.database import AsyncDatabase
from fmorm.protocol import raw


class AsyncRawDatabase(AsyncDatabase):
    """A database that also tells about its layouts, for the drafts of schema files. Opened as `Database`."""

    async def raw_layouts(self) -> dict[str, Any]:
        """Read the list of layouts, with its folders.

        Returns:
            The `response` member of the reply.

        Raises:
            ServerError: The server says no.
            ProtocolError: The server has no such list: FileMaker Server 17.
            TransportError: The conversation broke.
        """
        return await self._runs.run(raw.layouts(self._home.place))

    async def raw_metadata(self, layout: str) -> dict[str, Any]:
        """Read what is on a layout: fields, portals, value lists. Returns and raises as `raw_layouts`."""
        return await self._runs.run(raw.layout_metadata(self._home.place, layout))

    async def raw_records(self, layout: str, *, limit: int, portals: Sequence[str] = ()) -> dict[str, Any]:
        """Read the first records of a layout as they are.

        Args:
            layout: The layout.
            limit: How many records at most.
            portals: The portals wanted, all rows of them; none is none, not all.

        Returns:
            The `response` member of the reply.
        """
        return await self._runs.run(raw.records(self._home.place, layout, limit, portals))
