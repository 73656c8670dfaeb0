"""Where a downloaded file goes: into memory, to a path, or into an open file."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

Destination: TypeAlias = str | os.PathLike[str] | BinaryIO
"""A path, which gets the whole file or is left as it is; or a binary file that is open for writing."""


class ToMemory:
    """Keeps the bytes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def restart(self) -> None:
        """Forget them."""
        self._pieces = []

    def write(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._pieces.append(piece)

    def finish(self) -> bytes:
        """Give them all."""
        return b"".join(self._pieces)

    def abandon(self) -> None:
        """Forget them."""
        self._pieces = []


class ToHash:
    """Keeps a hash of the bytes."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin anew."""
        self._hash = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._hash.update(piece)

    def digest(self) -> bytes:
        """Give the hash."""
        return self._hash.digest()


class ToPath:
    """Writes a file beside its place, and moves it there when it is whole."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Begin the file.

        Raises:
            OSError: It cannot be written there.
        """
        self._path = Path(path)
        self._part = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}.part")
        self._file = self._part.open("xb")

    def restart(self) -> None:
        """Forget what was written."""
        self._file.seek(0)
        self._file.truncate()

    def write(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._file.write(piece)

    def finish(self) -> None:
        """Put the whole file in its place."""
        self._file.close()
        self._part.replace(self._path)

    def abandon(self) -> None:
        """Leave the place as it was."""
        self._file.close()
        self._part.unlink(missing_ok=True)


class ToFile:
    """Writes into a file that the program has opened, from where it stands."""

    def __init__(self, file: Any) -> None:
        """Look where it stands.

        Raises:
            TypeError: It is no binary file that is open for writing.
        """
        if not hasattr(file, "write") or isinstance(file, io.TextIOBase):
            raise TypeError(f"to= takes a path or a file that is open with mode 'wb', not {file!r}")
        self._file = file
        seekable: bool = getattr(file, "seekable", lambda: False)()
        self._start: int | None = file.tell() if seekable else None

    def restart(self) -> None:
        """Go back to where it stood.

        Raises:
            OSError: It cannot go back: a socket, say.
        """
        if self._start is None:
            raise OSError(
                "the download broke off, and what was written cannot be taken back: to= is no file that seeks"
            )
        self._file.seek(self._start)
        self._file.truncate()

    def write(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._file.write(piece)

    def finish(self) -> None:
        """Leave the file open, for it is the program's."""

    def abandon(self) -> None:
        """Leave what was written to the program."""


def target_of(to: Destination) -> ToPath | ToFile:
    """Prepare where a download goes.

    Args:
        to: A path or an open binary file.

    Returns:
        What takes the bytes.

    Raises:
        TypeError: It is none of both.
        OSError: A file cannot be written there.
    """
    return ToPath(to) if isinstance(to, (str, os.PathLike)) else ToFile(to)
