# Written by tools/unasync.py from fmorm/_async/raw_database.py: edit that file, not this one.
"""A database that tells about its layouts: replies as they are, without models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fmorm._sync.database import Database
from fmorm.protocol import raw


class RawDatabase(Database):
    """A database that also tells about its layouts, for the drafts of schema files. Opened as `Database`."""

    def raw_layouts(self) -> dict[str, Any]:
        """Read the list of layouts, with its folders.

        Returns:
            The `response` member of the reply.

        Raises:
            ServerError: The server says no.
            ProtocolError: The server has no such list: FileMaker Server 17.
            TransportError: The conversation broke.
        """
        return self._runs.run(raw.layouts(self._home.place))

    def raw_metadata(self, layout: str) -> dict[str, Any]:
        """Read what is on a layout: fields, portals, value lists. Returns and raises as `raw_layouts`."""
        return self._runs.run(raw.layout_metadata(self._home.place, layout))

    def raw_records(self, layout: str, *, limit: int, portals: Sequence[str] = ()) -> dict[str, Any]:
        """Read the first records of a layout as they are.

        Args:
            layout: The layout.
            limit: How many records at most.
            portals: The portals wanted, all rows of them; none is none, not all.

        Returns:
            The `response` member of the reply.
        """
        return self._runs.run(raw.records(self._home.place, layout, limit, portals))
