"""A file that takes requests nobody would send, and what every answer has nevertheless."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable

from server.client import basic
from server.robust.arbitrary import COOKIE, FILE, GUEST, SIGN_IN, TOKEN, Asked
from server.robust.bodies import WHOLE_FORM
from server.robust.values import CODE, SCHEMA

from fmorm.server import App, Reply, Request

STATUSES = {200, 302, 400, 401, 404, 405, 415, 500}


_NAME = re.compile(rb"/Streaming_SSL/MainDB/([0-9A-F]{64}(?:\.[A-Za-z0-9]+)?)")
_RECORD = "/fmi/data/v1/databases/house/layouts/person/records/1"


class House:
    """The file, opened, with a file in a container, and somebody who has logged in.

    Attributes:
        tally: How often each status and code was answered.
    """

    def __init__(self, tally: Counter[str] | None = None) -> None:
        self.app = App(SCHEMA, code=CODE)
        self.tally = Counter[str]() if tally is None else tally
        self._known = {TOKEN: "", GUEST: "", SIGN_IN: "", FILE: "", COOKIE: ""}
        form = {"authorization": f"Bearer {TOKEN}", "content-type": "multipart/form-data; boundary=x"}
        self.send(Asked("POST", f"{_RECORD}/containers/Photo", form, WHOLE_FORM))
        self.send(Asked("GET", _RECORD, form, b""))

    def close(self) -> None:
        self.app.close()

    def send(self, asked: Asked) -> Reply:
        """Send a request, log in before where that is needed, and check the answer."""
        self._log_in()
        headers = {name: self._made(value) for name, value in asked.headers.items()}
        reply = self.app.handle(Request(asked.method, self._made(asked.target), headers, asked.body))
        self.tally[check(reply)] += 1
        self._learn(reply)
        return reply

    def _made(self, text: str) -> str:
        """Put in what only the server knows."""
        for mark, known in self._known.items():
            text = text.replace(mark, known)
        return text

    def _learn(self, reply: Reply) -> None:
        headers = dict(reply.headers)
        self._known[SIGN_IN] = headers.get("X-FMS-Request-ID", self._known[SIGN_IN])
        if "Set-Cookie" in headers:
            self._known[COOKIE] = headers["Set-Cookie"].partition(";")[0].partition("=")[2]
        if found := _NAME.search(reply.body):
            self._known[FILE] = found[1].decode()

    def _log_in(self) -> None:
        for mark, who in ((TOKEN, basic("api", "secret")), (GUEST, basic("viewer", "look"))):
            alive = {"authorization": f"Bearer {self._known[mark]}"}
            if self.app.handle(Request("GET", "/fmi/data/v1/validateSession", alive)).status != 200:
                place = "/fmi/data/v1/databases/house/sessions"
                reply = self.app.handle(Request("POST", place, {"authorization": who}))
                self._known[mark] = json.loads(reply.body)["response"]["token"]


def check(reply: Reply) -> str:
    """See that an answer has the form of FileMaker's, and give what it says in short."""
    assert reply.status in STATUSES, f"status {reply.status}"
    kind = next((value for name, value in reply.headers if name == "Content-Type"), "")
    for name, value in reply.headers:
        assert not set(name + value) & set("\r\n\0"), f"a header of several lines: {name}: {value!r}"
        value.encode("latin-1")
    if reply.status == 302 or not kind.startswith("application/json"):
        assert not reply.body.startswith(b"Traceback")
        return f"{reply.status} {kind.partition(';')[0]}"
    content = json.loads(reply.body.decode())
    if "messages" not in content:
        assert content.get("result") == 0, f"no envelope: {content}"
        return f"{reply.status} providers"
    message = content["messages"][0]
    assert isinstance(message["code"], str)
    assert message["message"]
    code = int(message["code"])
    assert code >= 0, f"a bug: {message}"
    assert (reply.status == 200) == (code == 0)
    assert content["response"] == {} or code == 0
    return f"{reply.status} {code}"


def control(requests: Iterable[Asked]) -> Counter[str]:
    """Set faults at a server of its own, and count the answers; each is JSON, with the reason where it is a no."""
    app, tally = App(SCHEMA, control=True), Counter[str]()
    for one in requests:
        reply = app.handle(Request(one.method, one.target, one.headers, one.body))
        assert reply.status in {200, 201, 400, 404, 405}, f"status {reply.status}"
        content = json.loads(reply.body)
        assert reply.status < 400 or content["error"]
        tally[str(reply.status)] += 1
    app.close()
    return tally
