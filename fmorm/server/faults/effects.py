"""What a fault does to one request: whether the work is done, and what becomes of the reply."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, get_args

from fmorm.server.http import Drop, How, Reply, json_reply
from fmorm.server.refusals import Refusal
from fmorm.wire.codes import MESSAGES

When: TypeAlias = Literal["before commit", "after commit"]
"""Whether the server has done its work, and committed it, when the fault happens."""
DropWhen: TypeAlias = Literal[When, "mid-body"]
"""Also when half of the reply is on its way."""

NO_REPLY = Reply(0, [], b"")
_PAGE = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n"
_TITLES = {502: "502 Bad Gateway", 503: "503 Service Unavailable", 504: "504 Gateway Timeout"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to one request.

    Attributes:
        name: What it is called.
        settings: What was asked for, by name.
        change: Makes the reply that is sent of the server's own.
    """

    name: str
    settings: Mapping[str, object]
    change: Callable[[Reply], Reply] = field(repr=False)

    @property
    def kind(self) -> str:
        """The name under which it is counted: with its moment, where it can have several."""
        when = self.settings.get("when")
        return f"{self.name} {when}" if when else self.name

    @property
    def is_before_commit(self) -> bool:
        """Whether the server does not do its work."""
        return self.settings.get("when") == "before commit"


def drop(when: DropWhen, how: How) -> Effect:
    """Drop the connection."""
    one_of("when", when, get_args(DropWhen))
    one_of("how", how, get_args(How))
    end = Drop(how, mid_body=when == "mid-body")
    return Effect("drop", {"when": when, "how": how}, lambda reply: replace(reply, drop=end))


def html(status: int, when: When, content_type: str, retry_after: int | None) -> Effect:
    """Answer with a web page, as a gateway does."""
    whole("status", status, 200, 599)
    one_of("when", when, get_args(When))
    if not (text("content_type", content_type).isascii() and content_type.isprintable()):
        raise ValueError(f"content_type={content_type!r}: give a text like 'text/html'")
    headers = [("Content-Type", content_type), ("Vary", "Accept-Encoding")]
    if retry_after is not None:
        headers.append(("Retry-After", str(whole("retry_after", retry_after, 0))))
    page = Reply(status, headers, _PAGE.format(_TITLES.get(status, f"{status}")).encode())
    settings = {"status": status, "when": when, "content_type": content_type, "retry_after": retry_after}
    return Effect("html", settings, lambda reply: replace(page, delay=reply.delay))


def slow(seconds: float) -> Effect:
    """Hold the reply back."""
    if seconds.__class__ not in {int, float} or not 0 <= seconds < math.inf:
        raise ValueError(f"seconds={seconds!r}: give seconds, 0 or more")
    return Effect("slow", {"seconds": seconds}, lambda reply: replace(reply, delay=reply.delay + seconds))


def wrong_content_type() -> Effect:
    """Say that the JSON is a web page."""

    def relabelled(reply: Reply) -> Reply:
        kept = [(name, value) for name, value in reply.headers if name.lower() != "content-type"]
        return replace(reply, headers=[("Content-Type", "text/html; charset=utf-8"), *kept])

    return Effect("wrong_content_type", {}, relabelled)


def truncate() -> Effect:
    """Cut the JSON in half; the HTTP reply is complete."""
    return Effect("truncate", {}, lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2]))


def fail(code: int, when: When, host: str) -> Effect:
    """Answer with an error of FileMaker's."""
    one_of("when", when, get_args(When))
    if whole("code", code, -1) == 0 or code not in MESSAGES:
        raise ValueError(f"code={code}: FileMaker has no such error")
    refusal = Refusal(code)
    answer = json_reply(refusal.status, refusal.content(), host=host)
    return Effect("fail", {"code": code, "when": when}, lambda reply: replace(answer, delay=reply.delay))


def text(name: str, value: str) -> str:
    """Refuse what is no text, and give it."""
    if value.__class__ is not str:
        raise ValueError(f"{name}={value!r}: give a text")
    return value


def one_of(name: str, value: object, known: Collection[str]) -> None:
    """Refuse what is not one of the known words."""
    if value not in known:
        raise ValueError(f"{name}={value!r}: give one of {', '.join(map(repr, known))}")


def whole(name: str, value: int, least: int, most: int | None = None) -> int:
    """Refuse what is no whole number in these bounds, and give it."""
    if value.__class__ is not int or value < least or (most is not None and value > most):
        bounds = f"{least} or more" if most is None else f"{least} to {most}"
        raise ValueError(f"{name}={value!r}: give a whole number, {bounds}")
    return value
