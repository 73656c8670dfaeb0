"""The verbs for files, and a file that is being downloaded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self, cast, overload

from fmorm._async.runs import AsyncRuns
from fmorm.mapper import files
from fmorm.mapper.files import WhichContainer
from fmorm.mapper.home import Home
from fmorm.mapper.targets import Destination
from fmorm.model.records import Model
from fmorm.transport.streams import AsyncHttpStream
from fmorm.wire.containers import Progress, Source, upload_of


class AsyncDownload:
    """A file on its way from a container: read it piece by piece, within a `with` block or until its end.

    It holds no FileMaker session while it is read.

    Attributes:
        media_type: What it is, as the server says, like `image/png`.
        size: Its length in bytes; None where the server does not tell.
    """

    def __init__(self, stream: AsyncHttpStream) -> None:
        """Read from `stream`."""
        self._stream = stream
        self.media_type = stream.media_type
        self.size = stream.size

    async def read(self) -> bytes:
        """Give the next piece of the file.

        Returns:
            At most 256 kB; nothing at the end.

        Raises:
            ConnectionLost: The connection broke before the end.
        """
        return await self._stream.read()

    async def close(self) -> None:
        """Want no more of it."""
        await self._stream.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await self.read():
            yield piece

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        size = "of unknown length" if self.size is None else f"of {self.size} bytes"
        return f"<{type(self).__name__} {size}, {self.media_type}>"


class AsyncFileVerbs:
    """What can be done with the files of container fields."""

    _home: Home
    _runs: AsyncRuns

    async def upload(
        self,
        record: Model,
        field: WhichContainer,
        source: Source,
        /,
        *,
        name: str | None = None,
        media_type: str | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Put a file into a container field, in place of what is there.

        It goes with the record's mod id. When the session expires meanwhile, the whole file is sent again.

        Args:
            record: A record that exists in FileMaker.
            field: The container: `Person.photo`, `Person.scans[1]` for a repetition, or the attribute's name.
            source: The file: its bytes, its path, or an open binary file that can be rewound.
            name: The name that FileMaker keeps it under; the file's own where it is left out.
            media_type: What it is, like `image/png`; guessed from its name where it is left out.
            progress: Is called with the bytes sent and the size; from the beginning where it is sent again.

        Raises:
            TypeError: That is no container, no file, or a stream that cannot be rewound; nothing was sent.
            ValueError: The file has no name.
            OSError: The file cannot be read.
            ConflictError: Somebody else has changed the record since it was read; nothing was stored.
            RecordStateError: The record was never created, or lives elsewhere.
            OutcomeUnknown: The connection broke: it may have been stored.
        """
        file = upload_of(source, name=name, media_type=media_type, progress=progress)
        return await self._runs.run(files.upload(self._home, record, field, file))

    @overload
    async def download(self, record: Model, field: WhichContainer, /) -> bytes: ...
    @overload
    async def download(self, record: Model, field: WhichContainer, /, *, to: Destination) -> None: ...
    async def download(
        self, record: Model, field: WhichContainer, /, *, to: Destination | None = None
    ) -> bytes | None:
        """Get the file of a container field.

        Args:
            record: A record that exists in FileMaker.
            field: The container: `Person.photo`, `Person.scans[1]` for a repetition, or the attribute's name.
            to: Where it goes, piece by piece: a path, which gets the whole file or stays as it is, or a binary file
                that is open for writing. Left out, the bytes are returned.

        Returns:
            The file's bytes; None where they went elsewhere.

        Raises:
            NotFound: There is no file in it.
            RecordMissing: The record is there no more.
            TypeError: That is no container, or nothing to write to.
            OSError: The file cannot be written.
            ProtocolError: The server did not give the file.
            ConnectionLost: The connection broke.
        """
        return await self._runs.run(files.download(self._home, record, field, to))

    async def open_file(self, record: Model, field: WhichContainer, /) -> AsyncDownload:
        """Begin to get the file of a container field, to be read piece by piece: to send it on to a browser, say.

        Args:
            record: A record that exists in FileMaker.
            field: The container: `Person.photo`, `Person.scans[1]` for a repetition, or the attribute's name.

        Returns:
            The file, to be read in a `with` block.

        Raises:
            NotFound: There is no file in it.
            RecordMissing: The record is there no more.
            TypeError: That is no container.
            ProtocolError: The server did not give the file.
            ConnectionLost: The connection broke.
        """
        file = await self._runs.run(files.open_contents(self._home, record, field))
        return AsyncDownload(cast("AsyncHttpStream", file))
