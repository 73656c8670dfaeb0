"""Addresses of files in containers: each belongs to the session that has read it, and ends with it."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

STORE: Final = "MainDB"
PLACE: Final = f"/Streaming_SSL/{STORE}/"
QUERY: Final = "?RCType=EmbeddedRCFileProcessor"
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Streaming:
    """How the host hands out files.

    Attributes:
        relative: Whether redirects name the path only, as they do since FileMaker Server 2023.
        authenticated: Whether an address also wants the token of its session, as hosts may since 19.3.2.
    """

    relative: bool = False
    authenticated: bool = False


class Streams:
    """The files that one session has read the addresses of.

    Attributes:
        key: What its cookie says.
    """

    def __init__(self) -> None:
        self.key = secrets.token_hex(_SECRET_BYTES).upper()
        self._secret = secrets.token_bytes(_SECRET_BYTES)
        self._numbers: dict[str, int] = {}

    def path(self, number: int, file_name: str) -> str:
        """Give the path and query of a file; they are the same each time it is read."""
        digits = hmac.digest(self._secret, str(number).encode(), "sha256").hex().upper()
        extension = _EXTENSION.search(file_name)
        name = digits + (extension[0] if extension else "")
        self._numbers[name] = number
        return PLACE + name + QUERY

    def number(self, name: str) -> int | None:
        """Give the number of the file with this last part of a path, None where the session has not read it."""
        return self._numbers.get(name)
