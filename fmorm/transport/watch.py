"""What went over the wire: counted, logged and told to whoever wants to know, and never a secret of it."""

from __future__ import annotations

import inspect
import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from fmorm.transport.curl import Command
from fmorm.wire.parsing import parse_json
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Request

logger = logging.getLogger("fmorm.request")

_STRING: Final = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_AT_THE_END: Final = re.compile(
    rb'(?<!\\)"messages"\s*:\s*\[\s*\{\s*"code"\s*:\s*"(-?[0-9]{1,9})"\s*,\s*"message"\s*:\s*%s\s*\}\s*\]\s*\}\s*\Z'
    % _STRING
)
"""Where FileMaker writes its code after the data: what ends with the text itself belongs to no record."""
_TAIL: Final = 400
"""Bytes from the end in which `messages` begins, however long the data before it is; an OK takes 48."""
_CODE: Final = re.compile(r"-?[0-9]{1,9}")
_RECORD: Final = re.compile(r"/layouts/[^/]+/records/([0-9]+)")
LOG_IN: Final = "log-in"
DOWNLOAD: Final = "download"


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """One request and how it ended.

    Attributes:
        verb: What was done, in one word; the guide *Watching requests* has the table.
        layout: The layout's name, where one is concerned.
        record_id: FileMaker's record id, where the request is about one record that exists.
        database: The file.
        url: The server's address.
        about: The request in words, as errors have it: verb, layout, record, and never a value.
        attempt: The how-manieth sending of this request it was, from 1.
        started: When it began, in seconds since 1970 as `time.time` has them.
        milliseconds: How long it took until the reply was there as a whole.
        bytes_sent: The length of the body that was sent.
        bytes_received: The length of the reply's body, decompressed.
        status: The HTTP status; None where there was no reply.
        code: FileMaker's code, 0 for OK and for a file that was downloaded; None where there was no reply of the Data
            API's.
        error: The class of the error, where the conversation broke; None where there was a reply.
        curl: Gives the request as a command for a shell, with the secrets masked.
    """

    verb: str
    layout: str | None
    record_id: str | None
    database: str
    url: str
    about: str
    attempt: int
    started: float
    milliseconds: float
    bytes_sent: int
    bytes_received: int
    status: int | None
    code: int | None
    error: str | None
    curl: Callable[[], str] = field(repr=False, compare=False)

    @property
    def outcome(self) -> str:
        """How it ended, in words: `HTTP 200, code 0`, or the class of the error."""
        if self.error is not None:
            return self.error
        code = "no reply of FileMaker's" if self.code is None else f"code {self.code}"
        return f"HTTP {self.status}, {code}"


Hook: TypeAlias = Callable[[RequestEvent], object]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was sent and received so far; two of them can be added.

    The licence has a yearly allowance for what the server sends out through the Data API. Claris tells how much is
    used in the Admin Console, and not how it counts. The server's own log has the *output payload size* of each call,
    before any compression: `bytes_received` is that, as seen from here.

    Attributes:
        requests: How many requests were sent, repeated ones included.
        repeated: How many of them were sent again after a failure.
        failed: How many had no reply.
        log_ins: How many were to open a session.
        bytes_sent: The lengths of the bodies that were sent.
        bytes_received: The lengths of the bodies of the replies, decompressed.
    """

    requests: int = 0
    repeated: int = 0
    failed: int = 0
    log_ins: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0

    def __add__(self, other: Traffic) -> Traffic:
        """Give the sums."""
        return Traffic(
            self.requests + other.requests,
            self.repeated + other.repeated,
            self.failed + other.failed,
            self.log_ins + other.log_ins,
            self.bytes_sent + other.bytes_sent,
            self.bytes_received + other.bytes_received,
        )


class Watch:
    """Counts the requests of one database object and tells its hooks about each."""

    def __init__(
        self, url: str, database: str, hooks: Sequence[Hook] = (), *, total: Watch | None = None
    ) -> None:
        """Watch requests to a database.

        Args:
            url: The server's address.
            database: The file.
            hooks: Who is told, in the thread or task that has sent the request.
            total: Who counts the same requests besides, with those of other databases.

        Raises:
            TypeError: A hook is no function, or one that would have to be awaited.
        """
        for hook in hooks:
            expect_hook(hook)
        self._url = url
        self._database = database
        self._hooks = tuple(hooks)
        self._total = total
        self._begin()

    @property
    def traffic(self) -> Traffic:
        """What was counted so far."""
        with self._lock:
            return Traffic(*self._counts)

    def after_fork(self) -> None:
        """Begin to count anew in a child process, with a lock that nobody holds."""
        self._begin()
        if self._total is not None:
            self._total.after_fork()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._counts = [0, 0, 0, 0, 0, 0]

    def tell(
        self,
        request: Request,
        attempt: int,
        began: float,
        reply: Reply | None,
        error: BaseException | None,
        *,
        received: int | None = None,
    ) -> None:
        """Count a request, and tell of it.

        Args:
            request: What was asked.
            attempt: The how-manieth sending of it this was.
            began: What `time.perf_counter` gave before.
            reply: The reply, if there was one.
            error: What broke otherwise.
            received: How many bytes have come, where that is not the length of the reply's body: of a file.
        """
        if received is None:
            received = 0 if reply is None else len(reply.body)
        self._count(request, attempt, received, answered=reply is not None)
        if self._hooks or logger.isEnabledFor(logging.DEBUG):
            seconds = time.perf_counter() - began
            self._announce(self._event(request, attempt, seconds, reply, error, received))

    def _count(self, request: Request, attempt: int, received: int, *, answered: bool) -> None:
        sent = request.length
        with self._lock:
            counts = self._counts
            counts[0] += 1
            if attempt > 1:
                counts[1] += 1
            if request.verb == LOG_IN:
                counts[3] += 1
            counts[4] += sent
            if not answered:
                counts[2] += 1
            counts[5] += received
        if self._total is not None:
            self._total._count(request, attempt, received, answered=answered)

    def _event(
        self,
        request: Request,
        attempt: int,
        seconds: float,
        reply: Reply | None,
        error: BaseException | None,
        received: int,
    ) -> RequestEvent:
        record = _RECORD.search(request.path)
        return RequestEvent(
            verb=request.verb,
            layout=request.layout,
            record_id=None if record is None else record[1],
            database=self._database,
            url=self._url,
            about=request.about,
            attempt=attempt,
            started=time.time() - seconds,
            milliseconds=seconds * 1000,
            bytes_sent=request.length,
            bytes_received=received,
            status=None if reply is None else reply.status,
            code=None if reply is None else _code(request, reply),
            error=None if error is None else type(error).__name__,
            curl=Command(request, self._url),
        )

    def _announce(self, event: RequestEvent) -> None:
        logger.debug(
            "%s: %s in %.1f ms, %d bytes, attempt %d",
            event.about, event.outcome, event.milliseconds, event.bytes_received, event.attempt,
        )  # fmt: skip
        for hook in self._hooks:
            try:
                given = hook(event)
            except Exception:
                # What was asked of the server is done; a hook that fails must not make it look undone.
                logger.exception("a request hook failed after %s", event.about)
            else:
                if given is not None:
                    _refuse_coroutine(given)


def expect_hook(hook: Any) -> None:
    """Check that a hook, where there is one, can be called and need not be awaited; raises TypeError."""
    if hook is None:
        return
    if not callable(hook):
        raise TypeError(f"on_request is a function and was given a {type(hook).__name__}")
    if inspect.iscoroutinefunction(hook) or inspect.iscoroutinefunction(type(hook).__call__):
        raise TypeError(
            "on_request is called, not awaited, in both colours: give a plain function; what takes its time, it can "
            "put into an asyncio.Queue or hand to loop.create_task"
        )


def _refuse_coroutine(given: object) -> None:
    if inspect.iscoroutine(given):
        given.close()  # otherwise Python would warn at some other place that nobody has awaited it
        logger.error("a request hook gave a coroutine, which nobody awaits: give a plain function")


def _code(request: Request, reply: Reply) -> int | None:
    """Give FileMaker's code; a file is not looked into, and where it did not come there is no reply but an error."""
    return 0 if request.verb == DOWNLOAD else code_of(reply.body)


def code_of(body: bytes) -> int | None:
    """Find FileMaker's code in the body of a reply.

    Args:
        body: The body: of an answer the code is at its end, and what is long need not be read; of a refusal it is
            at the beginning, and the whole is short.

    Returns:
        The code; None where the body is none of the Data API's.
    """
    found = _AT_THE_END.search(body[-_TAIL:])
    if found is not None and body[:1] == b"{":
        return int(found[1])
    try:
        code: Any = parse_json(body)["messages"][0]["code"]
        return int(code) if _CODE.fullmatch(code) else None
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def print_curl(event: RequestEvent) -> None:
    """Print a request to the standard error stream as a command for curl: the hook of `debug=True`."""
    if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]  # a program without a console has none
        sys.stderr.write(f"{event.curl()}\n# {event.outcome}, {event.milliseconds:.1f} ms\n")
