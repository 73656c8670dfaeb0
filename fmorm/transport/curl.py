"""A request as a command for a shell: to be pasted, once the masked parts are put in, and to be shown to anybody."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from typing import Any, Final

from fmorm.wire.containers import Upload
from fmorm.wire.requests import Request

MASK: Final = "***"
_SHOWN: Final = "database"
"""What is shown of an entry of `fmDataSource`; all else in it may be a secret, now or in a later version."""


def as_curl(request: Request, url: str) -> str:
    """Write a request as a command for a shell.

    It holds what was asked, so what it writes to records as well; of an upload the name of the file, which has to be
    in the current directory. Not in it are credentials and tokens, which are masked, nor how the server is reached:
    proxy, timeouts, own authorities.

    Args:
        request: The request.
        url: The server's address.

    Returns:
        A command for curl, on one line.
    """
    address = url.rstrip("/") + _target(request)
    parts = ["curl", *_kept_as_it_is(address), "-X", request.method, address]
    if request.verb == "log-in":
        parts += ["-H", f"Authorization: {MASK}"]
    elif request.verb != "log-out":
        parts += ["-H", f"Authorization: Bearer {MASK}"]
    body = _body(request)
    if request.upload is not None:
        parts += ["-F", _form(request.upload)]
    elif body is not None:
        parts += ["-H", "Content-Type: application/json", "--data-raw", body]
    return shlex.join(parts)


class Command:
    """Writes a request when it is called. Copies and pickles hold what it writes, so they hold no secret either."""

    __slots__ = ("_request", "_url")

    def __init__(self, request: Request, url: str) -> None:
        self._request = request
        self._url = url

    def __call__(self) -> str:
        """Write it."""
        return as_curl(self._request, self._url)

    def __repr__(self) -> str:
        return f"<curl of {self._request!r}>"

    def __reduce__(self) -> tuple[Callable[[str], _Written], tuple[str]]:
        return _Written, (self(),)


class _Written:
    """What `Command` has become in another process."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __call__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<{self._text}>"


def _kept_as_it_is(address: str) -> list[str]:
    """Give the options that keep curl from reading more into an address than is there."""
    options: list[str] = []
    if "[" in address:  # of an IPv6 address; to curl it begins a range
        options.append("--globoff")
    if "/%2E" in address:  # a layout called `..`, which would be a step up
        options.append("--path-as-is")
    return options


def _target(request: Request) -> str:
    if request.verb == "log-out":  # its path ends in the token
        return f"{request.path.rpartition('/')[0]}/{MASK}"
    if request.private and request.verb != "log-in":  # who marked it knows what of it is secret
        return f"/{MASK}"
    return request.target


def _body(request: Request) -> str | None:
    if request.body is None:
        return None
    if request.private:
        return json.dumps(_without_secrets(request.body), separators=(",", ":"), ensure_ascii=False)
    return (request.content or b"").decode()


def _form(upload: Upload) -> str:
    name = upload.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'upload=@"{name}";type={upload.media_type}'


def _without_secrets(body: Mapping[str, Any]) -> dict[str, Any]:
    """Give the body of a log-in as it was sent, with nothing in it but which other files it opens."""
    sources: Any = body.get("fmDataSource")
    if sources is None:
        return {}
    return {
        "fmDataSource": [
            {name: text if name == _SHOWN else MASK for name, text in source.items()} for source in sources
        ]
    }
