"""Raw httpx clients of the three mounts, so that one test runs on each: in process in both colours, and a socket."""

from __future__ import annotations

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from server.client import BASE, basic

from fmorm.server import App
from fmorm.server.mounts.socket import Background
from fmorm.transport.embedded import EmbeddedMount

RECORDS = "/databases/people/layouts/person/records"
SESSIONS = "/databases/people/sessions"
PATIENCE = 10.0
"""Seconds that a client waits unless a test says otherwise: longer than anything here takes."""


@dataclass(frozen=True)
class Call:
    """A request: how, where, with which JSON and which token, and how long the client waits."""

    method: str
    path: str
    json: Any = None
    token: str | None = None
    timeout: float = PATIENCE


@dataclass(frozen=True)
class Outcome:
    """What became of one of several calls: its reply or its error, and from when to when it took."""

    result: httpx.Response | httpx.TransportError
    began: float
    ended: float

    @property
    def code(self) -> int:
        assert isinstance(self.result, httpx.Response), f"there was no reply: {self.result!r}"
        return code_of(self.result)


class Caller(ABC):
    """One program that talks to an app."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.token = ""
        self._codes = 0

    def log_in(self) -> str:
        """Begin a session, and use it where a call names no other."""
        answer = self.ask(Call("POST", SESSIONS, token=basic("api", "secret")))
        self.token = str(answer.json()["response"]["token"])
        return self.token

    def call(self, method: str, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return self.ask(Call(method, path, json, **more))

    def code(self, method: str, path: str, json: Any = None, **more: Any) -> int:
        """Make a call, and give the code of its reply."""
        return code_of(self.call(method, path, json, **more))

    def create(self, name: str, **more: Any) -> httpx.Response:
        self._codes += 1
        fields = {"Name": name, "Code": f"{id(self)} {self._codes}"}
        return self.call("POST", RECORDS, {"fieldData": fields}, **more)

    def made(self, name: str) -> str:
        """Make a record, and give its id."""
        return str(self.create(name).json()["response"]["recordId"])

    def rename(self, record_id: str, name: str, **more: Any) -> httpx.Response:
        return self.call("PATCH", f"{RECORDS}/{record_id}", {"fieldData": {"Name": name}}, **more)

    def names(self) -> list[str]:
        """Read the names of all records, as they are in the file."""
        records = self.call("GET", f"{RECORDS}?_limit=10000").json()["response"]["data"]
        return [record["fieldData"]["Name"] for record in records]

    @abstractmethod
    def ask(self, call: Call) -> httpx.Response:
        """Make a call, and read its reply to the end."""

    @abstractmethod
    def begin(self, calls: Sequence[Call]) -> Callable[[], list[Outcome]]:
        """Make calls at the same time, and give what waits for all of them."""

    @abstractmethod
    def pieces(self, call: Call) -> tuple[httpx.Response, list[bytes], httpx.TransportError | None]:
        """Make a call, and give the pieces of its reply until an error, if there is one."""

    def together(self, *calls: Call) -> list[Outcome]:
        """Make calls at the same time, and wait for all of them."""
        return self.begin(calls)()

    def options(self, call: Call) -> dict[str, Any]:
        token = self.token if call.token is None else call.token
        return {
            "method": call.method,
            "url": call.path if call.path.startswith("/fmorm") else BASE + call.path,
            "headers": {"Authorization": token if " " in token else f"Bearer {token}"},
            "json": call.json,
            "timeout": call.timeout,
        }


class Threaded(Caller):
    """By `httpx.Client`, over a transport or an address."""

    def __init__(self, app: App, transport: httpx.BaseTransport | None, url: str) -> None:
        super().__init__(app)
        self.http = httpx.Client(
            transport=transport, base_url=url, verify=False
        )  # it costs 50 ms, and there is no TLS

    def ask(self, call: Call) -> httpx.Response:
        return self.http.request(**self.options(call))

    def begin(self, calls: Sequence[Call]) -> Callable[[], list[Outcome]]:
        outcomes: dict[int, Outcome] = {}

        def run(number: int, call: Call) -> None:
            began = time.monotonic()
            result: httpx.Response | httpx.TransportError
            try:
                result = self.ask(call)
            except httpx.TransportError as error:
                result = error
            outcomes[number] = Outcome(result, began, time.monotonic())

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
        for thread in threads:
            thread.start()

        def finish() -> list[Outcome]:
            for thread in threads:
                thread.join()
            return [outcomes[number] for number in range(len(calls))]

        return finish

    def pieces(self, call: Call) -> tuple[httpx.Response, list[bytes], httpx.TransportError | None]:
        got: list[bytes] = []
        with self.http.stream(**self.options(call)) as response:
            try:
                got.extend(response.iter_raw())
            except httpx.TransportError as error:
                return response, got, error
        return response, got, None


class Looped(Caller):
    """By `httpx.AsyncClient`, in an event loop of its own thread."""

    def __init__(self, app: App, transport: httpx.AsyncBaseTransport) -> None:
        super().__init__(app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://embedded.invalid")
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.http.aclose(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def ask(self, call: Call) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(self.http.request(**self.options(call)), self.loop).result()

    def begin(self, calls: Sequence[Call]) -> Callable[[], list[Outcome]]:
        async def run(call: Call) -> Outcome:
            began = time.monotonic()
            result: httpx.Response | httpx.TransportError
            try:
                result = await self.http.request(**self.options(call))
            except httpx.TransportError as error:
                result = error
            return Outcome(result, began, time.monotonic())

        async def run_all() -> list[Outcome]:
            return await asyncio.gather(*(run(call) for call in calls))

        return asyncio.run_coroutine_threadsafe(run_all(), self.loop).result

    def pieces(self, call: Call) -> tuple[httpx.Response, list[bytes], httpx.TransportError | None]:
        async def run() -> tuple[httpx.Response, list[bytes], httpx.TransportError | None]:
            got: list[bytes] = []
            async with self.http.stream(**self.options(call)) as response:
                try:
                    async for piece in response.aiter_raw():
                        got += [piece]
                except httpx.TransportError as error:
                    return response, got, error
            return response, got, None

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result()


def code_of(answer: httpx.Response) -> int:
    return int(answer.json()["messages"][0]["code"])


MOUNTS = ["in process", "in process, async", "socket"]


class SharedServer:
    """One socket for all tests: to stop a server takes uvicorn a fifth of a second."""

    def __init__(self) -> None:
        self._background: Background | None = None

    def serve(self, app: App) -> str:
        """Serve this app from now on, and give the address."""
        if self._background is None:
            self._background = Background(app).__enter__()
        self._background.mount.serve(app)
        return self._background.url

    def stop(self) -> None:
        if self._background is not None:
            self._background.__exit__(None, None, None)


@contextmanager
def calling(app: App, mount: str, shared: SharedServer) -> Generator[Caller]:
    """Give a program that has logged in."""
    if mount == "in process, async":
        looped = Looped(app, EmbeddedMount(app, owned=False))
        try:
            looped.log_in()
            yield looped
        finally:
            looped.close()
        return
    url = shared.serve(app) if mount == "socket" else "http://embedded.invalid"
    threaded = Threaded(app, None if mount == "socket" else EmbeddedMount(app, owned=False), url)
    with threaded.http:
        threaded.log_in()
        yield threaded


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Wait for something that another thread does; generous, since it is over as soon as it is done."""
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, f"{what} did not happen within {PATIENCE:.0f} s"
        time.sleep(0.002)
