"""A server that has its pages ready: it costs next to nothing, so that what is timed is the client.

Every record has an id of its own, so that a client can tell whether the found set has moved.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qs

from tools.bench.customers import LAYOUT, Form, customers, page
from tools.bench.listening import listen
from tools.bench.serving import FLAT, ROOT

DIFFERENT: Final = 250
"""Records that differ in more than their ids."""
ID: Final = "the id of this record"
OK: Final = b'"messages":[{"code":"0","message":"OK"}]}'

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@contextmanager
def canned(count: int) -> Generator[str]:
    """Serve so many records, flat and with portals, from a child process while the block lasts; gives its address."""
    command = [sys.executable, "-m", __spec__.name, str(count)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            if not url:
                raise RuntimeError("the canned server in the child process did not start")
            yield url
        finally:
            process.terminate()


class Canned:
    """Answers reads of a range; of everything else it says that it is well."""

    def __init__(self, count: int) -> None:
        self._count = count
        made = customers(min(count, DIFFERENT))
        self._records = {
            (layout, form): _split(page(made, form, portals=layout == LAYOUT))
            for layout in (FLAT, LAYOUT)
            for form in (Form.US, Form.ISO)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        while (await receive()).get("more_body", False):
            pass
        body = self._answer(scope["path"], parse_qs(scope["query_string"].decode()))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, path: str, query: dict[str, list[str]]) -> bytes:
        if path.endswith("/records"):
            layout = path.split("/")[-2]
            form = Form.ISO if "dateformats" in query else Form.US
            first = int(query.get("_offset", ["1"])[0]) - 1
            return self._page(layout, form, first, int(query["_limit"][0]))
        told: dict[str, object] = {"token": "t", "productInfo": {}, "fieldMetaData": [], "portalMetaData": {}}
        return b'{"response":' + json.dumps(told).encode() + b"," + OK

    def _page(self, layout: str, form: Form, first: int, limit: int) -> bytes:
        records = self._records[layout, form]
        numbers = range(first, min(first + limit, self._count))
        data = b",".join(
            [str(number + 1).encode().join(records[number % len(records)]) for number in numbers]
        )
        info = b'{"database":"x","layout":"x","table":"x","totalRecordCount":%d,"foundCount":%d,"returnedCount":%d}'
        told = info % (self._count, self._count, len(numbers))
        return b'{"response":{"dataInfo":' + told + b',"data":[' + data + b"]}," + OK


def _split(reply: bytes) -> list[list[bytes]]:
    """Give what stands before and after the ids of records."""
    records: list[dict[str, Any]] = json.loads(reply)["response"]["data"]
    for record in records:
        record["recordId"] = ID
    texts = [json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records]
    return [[part.encode() for part in text.split(ID)] for text in texts]


def main() -> None:
    """Serve until told to stop."""
    listen(Canned(int(sys.argv[1])))


if __name__ == "__main__":
    main()
