"""Asking a server for what a draft is made of."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fmorm._sync.raw_database import RawDatabase
from fmorm.drafting.files import container_names, without_addresses
from fmorm.drafting.replies import Metadata, Raw, layout_names
from fmorm.errors import FmormError, Missing, PrivilegeError, ProtocolError, RequestRefused


class NoMetadata(FmormError):
    """The server does not tell about layouts: FileMaker Server 17 does not."""


class UnknownLayout(FmormError, LookupError):
    """The file has no such layout, or the account may not see it."""


def pull(
    db: RawDatabase,
    database: str,
    layouts: Sequence[str] = (),
    *,
    rows: int = 0,
    tell: Callable[[str], object] = lambda _: None,
) -> Metadata:
    """Ask a server about a file.

    Args:
        db: The file.
        database: Its name.
        layouts: The layouts wanted; all where none is named.
        rows: How many records of each layout at most.
        tell: Is told what was left out.

    Returns:
        The replies.

    Raises:
        NoMetadata: The server does not tell about layouts.
        UnknownLayout: There is no layout of a wanted name.
        ServerError: The server says no.
        TransportError: The conversation broke.
    """
    listed = _list(db)
    names = layout_names(listed)
    wanted = list(dict.fromkeys(_wanted(name, names) for name in layouts)) or names
    metadata: dict[str, Raw] = {}
    records: dict[str, Raw] = {}
    for name in wanted:
        try:
            metadata[name] = db.raw_metadata(name)
            records[name] = _records(db, name, metadata[name], rows) if rows else _only_info(db, name)
        except (Missing, PrivilegeError) as error:
            what = "shows no records" if name in metadata else "was left out"
            tell(f"layout {name!r} {what}: {error}")
    return Metadata(database, listed, metadata, records)


def _list(db: RawDatabase) -> Raw:
    db.log_in()  # so that what goes wrong from here on is about the list
    try:
        listed: Any = db.raw_layouts()
    except (RequestRefused, ProtocolError) as error:
        raise NoMetadata(
            f"the server does not tell about layouts; FileMaker Server 17 does not, later ones do: {error}"
        ) from error
    if not isinstance(listed.get("layouts"), list):
        raise NoMetadata("the server answers no list of layouts")
    return dict(listed)


def _wanted(name: str, names: Sequence[str]) -> str:
    """Find a layout in the list, whatever its case."""
    found = next((one for one in names if one.casefold() == name.casefold()), None)
    if found is not None:
        return found
    close = difflib.get_close_matches(name, names, 1)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    raise UnknownLayout(f"there is no layout {name!r}, or the account may not see it{meant}")


def _only_info(db: RawDatabase, layout: str) -> Raw:
    """Read a record for what comes with it: the layout's table occurrence, which nothing else tells."""
    told = db.raw_records(layout, limit=1)
    return {"dataInfo": told.get("dataInfo", {}), "data": []}


def _records(db: RawDatabase, layout: str, metadata: Raw, rows: int) -> Raw:
    portals: Iterable[str] = metadata.get("portalMetaData", {})
    told = db.raw_records(layout, limit=rows, portals=list(portals))
    return without_addresses(told, container_names(metadata))
