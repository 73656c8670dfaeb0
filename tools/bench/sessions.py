"""What the pool costs, and what it brings.

The cost: a conversation of one request whose reply is there at once, so that nothing is left but the lease of a
session, the driver and the watch; against a bare httpx call over loopback, whose share it is.

The gain: a server that takes its time for each request and answers the requests of a session one after the other, as
FileMaker does; ten sessions against one.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, Final, cast

import httpx

from fmorm import Account, Database
from fmorm._sync.runs import Pooled
from fmorm.protocol.effects import Send, Steps
from fmorm.transport.http import HttpTransport
from fmorm.transport.settings import Settings
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Place, Request, get
from tools.bench.calls import Raw
from tools.bench.customers import DATABASE
from tools.bench.models import FlatCustomer
from tools.bench.serving import FLAT, PASSWORD, USER, child
from tools.bench.timing import Contest, Size

SESSIONS: Final = 10
MILLISECONDS: Final = 25
"""What a small request to a FileMaker Server takes, network included: 20 to 100 ms are usual."""
OVERHEAD: Final = 0.02
GAIN: Final = 1 / 8
RECORDS: Final = 20


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests; the servers run as long as they last."""
    with ExitStack() as stack:
        raw = stack.enter_context(Raw(stack.enter_context(child(RECORDS))))
        slow = stack.enter_context(child(RECORDS, milliseconds=MILLISECONDS))
        many, one = (
            stack.enter_context(Database(slow, DATABASE, user=USER, password=PASSWORD, sessions=number))
            for number in (SESSIONS, 1)
        )
        threads = stack.enter_context(ThreadPoolExecutor(SESSIONS))
        yield [
            Contest(
                name="overhead of pool, driver and watch",
                unit="request",
                count=10 * size.calls,
                ours=Overhead(10 * size.calls).run,
                baseline=Bare(raw, 10 * size.calls).run,
                target=OVERHEAD,
            ),
            Contest(
                name=f"{SESSIONS} sessions, {MILLISECONDS} ms a request",
                unit="get",
                count=SESSIONS * size.calls // 4,
                ours=Together(many, threads, SESSIONS * size.calls // 4).run,
                baseline=Together(one, threads, SESSIONS * size.calls // 4).run,
                target=GAIN,
                rounds=3 if size.seconds else 1,
            ),
        ]


class Overhead:
    """Conversations with a server that costs nothing."""

    def __init__(self, calls: int) -> None:
        settings = Settings(
            url="http://bench.invalid", database=DATABASE, credentials=Account(USER, PASSWORD)
        )
        self._pooled = Pooled(settings, cast("HttpTransport", Still()))
        self._request = get(Place("vLatest", DATABASE), FLAT, "1", [])
        self._calls = calls

    def run(self) -> None:
        """Have them."""
        for _ in range(self._calls):
            self._pooled.run(one_request(self._request))


def one_request(request: Request) -> Steps[Any]:
    """Ask, and give the reply as it is: what is made of it is no matter of the pool."""
    return (yield Send(request))


class Still:
    """A transport that has the reply already."""

    mount = None
    _log_in: Final = Reply(200, {}, b'{"response":{"token":"t"},"messages":[{"code":"0","message":"OK"}]}')

    def send(self, request: Request, headers: Mapping[str, str]) -> Reply:  # noqa: ARG002 - the transport's form
        """Give the reply."""
        return self._log_in


class Bare:
    """Bare calls of httpx: no JSON is read."""

    def __init__(self, raw: Raw, calls: int) -> None:
        self._client: httpx.Client = raw.client
        self._path = f"{raw.base}/layouts/{FLAT}/records/1?portal=%5B%5D"
        self._calls = calls

    def run(self) -> None:
        """Make them."""
        for _ in range(self._calls):
            self._client.get(self._path)


class Together:
    """Ten threads that read records through one database object."""

    def __init__(self, db: Database, threads: ThreadPoolExecutor, calls: int) -> None:
        self._db = db
        self._threads = threads
        self._calls = calls

    def run(self) -> None:
        """Read them."""
        for _ in self._threads.map(self._get, range(self._calls)):
            pass

    def _get(self, number: int) -> FlatCustomer:
        return self._db.get(FlatCustomer, number % RECORDS + 1)
