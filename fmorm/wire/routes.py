"""The paths of the Data API: the one place where names become URLs.

Each segment is percent-encoded on its own, so that a layout called `Q&A / Stock #2?` is one segment
(FileMaker Data API Guide, *components of URLs*).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

BASE: Final = "/fmi/data"


def segment(name: str) -> str:
    """Encode one name as one path segment."""
    if name in {".", ".."}:
        return name.replace(".", "%2E")  # as they are, they would climb in the path
    return quote(name, safe="")


def database(version: str, database: str) -> str:
    """Give the path of a database."""
    return f"{BASE}/{version}/databases/{segment(database)}"


def sessions(version: str, database: str) -> str:
    """Give the path of log-in."""
    return f"{BASE}/{version}/databases/{segment(database)}/sessions"


def session(version: str, database: str, token: str) -> str:
    """Give the path of log-out; it contains the token, so it is never logged."""
    return f"{sessions(version, database)}/{segment(token)}"


def validate(version: str) -> str:
    """Give the path that tells whether a token is alive."""
    return f"{BASE}/{version}/validateSession"


def global_fields(version: str, database: str) -> str:
    """Give the path of a session's global fields."""
    return f"{BASE}/{version}/databases/{segment(database)}/globals"


def layouts(version: str, database: str) -> str:
    """Give the path of the list of layouts."""
    return f"{BASE}/{version}/databases/{segment(database)}/layouts"


def layout(version: str, database: str, layout: str) -> str:
    """Give the path of a layout."""
    return f"{layouts(version, database)}/{segment(layout)}"


def scripts(version: str, database: str) -> str:
    """Give the path of the list of scripts."""
    return f"{BASE}/{version}/databases/{segment(database)}/scripts"


def databases(version: str) -> str:
    """Give the path of the list of files."""
    return f"{BASE}/{version}/databases"


def product_info(version: str) -> str:
    """Give the path of what the server tells of itself."""
    return f"{BASE}/{version}/productInfo"


def records(version: str, database: str, layout_name: str) -> str:
    """Give the path of a layout's records."""
    return f"{layout(version, database, layout_name)}/records"


def record(version: str, database: str, layout_name: str, record_id: str) -> str:
    """Give the path of one record."""
    return f"{records(version, database, layout_name)}/{segment(record_id)}"


def find(version: str, database: str, layout_name: str) -> str:
    """Give the path of a find."""
    return f"{layout(version, database, layout_name)}/_find"


def container(
    version: str, database: str, layout_name: str, record_id: str, field: str, repetition: int
) -> str:
    """Give the path of one repetition of a container field, from 1, to upload to; the first has the field's own."""
    path = f"{record(version, database, layout_name, record_id)}/containers/{segment(field)}"
    return path if repetition == 1 else f"{path}/{repetition}"


def script(version: str, database: str, layout_name: str, name: str) -> str:
    """Give the path of a script that runs alone, from a layout."""
    return f"{layout(version, database, layout_name)}/script/{segment(name)}"
