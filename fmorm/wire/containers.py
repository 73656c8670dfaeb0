"""Files in container fields: what a reply says of one, and a file on its way in as multipart/form-data."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, Never, TypeAlias

PIECE: Final = 256 * 1024
"""Bytes that are read and sent at once."""

Source: TypeAlias = bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO
"""A file to upload: its bytes, its path, or an open binary file that can be rewound."""

Progress: TypeAlias = Callable[[int, int], object]
"""Is told how many bytes are on their way, and of how many."""

_EXTENSION: Final = re.compile(r"\.[0-9A-Za-z]{1,16}\Z")


class Contents:
    """What is in a container field: that there is something, and the way to it for as long as the session lives.

    It is no data: the address belongs to the FileMaker session that has read it. So it is neither shown nor dumped,
    copied into JSON nor pickled; `db.download(record, "photo")` gets the bytes.

    Attributes:
        extension: The file name's extension with its dot, such as `.png`, where FileMaker tells it; else empty.
    """

    __slots__ = ("_url", "extension")

    def __init__(self, url: str) -> None:
        """Keep the text of a reply: mostly an address, but FileMaker writes a path where it keeps a reference."""
        self._url = url
        found = _EXTENSION.search(url.partition("?")[0]) if "://" in url else None
        self.extension = found[0].lower() if found else ""

    @property
    def url(self) -> str:
        """The address, with what is as good as a password for this one file while the session lives."""
        return self._url

    def __eq__(self, other: object) -> bool:
        """Tell whether both are the same reading of the same file; another session has another address for it."""
        return isinstance(other, Contents) and self._url == other._url

    def __hash__(self) -> int:
        return hash(self._url)

    def __repr__(self) -> str:
        return f"<contents {self.extension}>" if self.extension else "<contents>"

    def __reduce__(self) -> Never:
        raise TypeError("the contents of a container are not pickled: the address is the session's secret")

    def __copy__(self) -> Contents:
        return self

    def __deepcopy__(self, memo: object) -> Contents:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Tell pydantic that only an instance will do."""
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        """Tell that JSON has no form for it."""
        return {"readOnly": True, "description": "a file, which is downloaded"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way into a container, framed as the part `upload` of multipart/form-data.

    It can be sent several times: each begins at the beginning of the file, so that a session that expires during an
    upload never stores half of it.

    Attributes:
        name: The file's name, as FileMaker will have it.
        media_type: What the file is.
        size: Its length in bytes.
        progress: Is told of each piece.
    """

    name: str
    media_type: str
    size: int
    _open: Callable[[], AbstractContextManager[BinaryIO | _Bytes]] = field(repr=False)
    progress: Progress | None = field(default=None, repr=False)
    boundary: str = field(default_factory=lambda: f"fmorm-{os.urandom(16).hex()}", repr=False)

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def length(self) -> int:
        """The length of the whole body in bytes."""
        return len(self._head) + self.size + len(self._tail)

    def pieces(self) -> Iterator[bytes]:
        """Give the body, from its beginning.

        Raises:
            ValueError: The file has another length than when the upload was made.
        """
        yield self._head
        sent = 0
        with self._open() as file:
            while piece := file.read(min(PIECE, self.size - sent)):
                sent += len(piece)
                yield piece
                if self.progress is not None:
                    self.progress(sent, self.size)
            if sent != self.size or file.read(1):
                raise ValueError(f"{self.name!r} has changed while it was uploaded: it had {self.size} bytes")
        yield self._tail

    def sha256(self) -> bytes:
        """Give the hash of the file itself."""
        import hashlib

        found = hashlib.sha256()
        with self._open() as file:
            while piece := file.read(PIECE):
                found.update(piece)
        return found.digest()

    @property
    def _head(self) -> bytes:
        name = self.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")  # as browsers do
        lines = [
            f"--{self.boundary}",
            f'Content-Disposition: form-data; name="upload"; filename="{name}"',
            f"Content-Type: {self.media_type}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    @property
    def _tail(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()


class _Bytes:
    """Bytes that are read like a file, without another copy of them all."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def read(self, count: int) -> bytes:
        """Give the next bytes."""
        piece = bytes(self._data[self._at : self._at + count])
        self._at += len(piece)
        return piece


def upload_of(
    source: Source,
    *,
    name: str | None = None,
    media_type: str | None = None,
    progress: Progress | None = None,
) -> Upload:
    """Prepare a file for its way into a container.

    Args:
        source: The file: its bytes, its path, or an open binary file, which is sent from where it stands.
        name: The name that FileMaker keeps it under; the file's own where it is left out.
        media_type: What it is; guessed from its name where it is left out.
        progress: Is called with the bytes sent and the size.

    Returns:
        The upload.

    Raises:
        TypeError: The source is none, or a stream that cannot be rewound.
        ValueError: There is no name, or it cannot be one.
        OSError: The file cannot be read.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        view = memoryview(source).cast("B")
        size, own = len(view), None

        def open_again() -> AbstractContextManager[BinaryIO | _Bytes]:
            return nullcontext(_Bytes(view))
    elif isinstance(source, (str, os.PathLike)):
        path = Path(source)
        with path.open("rb") as file:
            size, own = file.seek(0, os.SEEK_END), path.name

        def open_again() -> AbstractContextManager[BinaryIO | _Bytes]:
            return path.open("rb")
    else:
        size, own, open_again = _rewound(source)
    import mimetypes

    chosen = _name(name or own)
    kind = media_type or mimetypes.guess_type(chosen)[0] or "application/octet-stream"
    if not kind.isascii() or not kind.isprintable() or "/" not in kind:
        raise ValueError(f"media_type={kind!r}: write it like 'image/png'")
    return Upload(chosen, kind, size, open_again, progress)


def _rewound(source: Any) -> tuple[int, str | None, Callable[[], AbstractContextManager[Any]]]:
    try:
        start = source.tell()
        size = source.seek(0, os.SEEK_END) - start
        source.seek(start)
        is_text = isinstance(source.read(0), str)
    except (AttributeError, OSError, TypeError):
        raise TypeError(
            f"a {type(source).__name__} cannot be uploaded safely: it cannot be rewound, and would be sent by "
            "halves if the session expired meanwhile. Give its bytes, a path, or an open binary file"
        ) from None
    if is_text:
        raise TypeError("a text file cannot be uploaded: open it with mode 'rb'")
    if size < 0:
        raise ValueError("the file stands behind its end: seek to where it is to be sent from")

    def open_again() -> AbstractContextManager[Any]:
        source.seek(start)
        return nullcontext(source)

    # Werkzeug's files of a form are called as the form's field is; their own name is the other one.
    own: object = getattr(source, "filename", None) or getattr(source, "name", None)
    return size, Path(own).name if isinstance(own, str) else None, open_again


def _name(name: str | None) -> str:
    if not name:
        raise ValueError("the file has no name: give name=, as in name='photo.png'")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise ValueError("name= holds half a surrogate pair") from None
    if "\x00" in name or "/" in name:
        raise ValueError(f"name={name!r}: give the file's name alone, without a path")
    return name
