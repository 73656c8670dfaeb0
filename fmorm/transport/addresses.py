"""Addresses as people write them. A password may be in any of them, so no message shows a whole one."""

from __future__ import annotations

import importlib.util
import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

_CREDENTIALS: Final = re.compile(r"^(?:(https?|socks5h?)://)?.*@", re.DOTALL)


def masked(url: str) -> str:
    """Leave out what may be a password: all before the last `@`, the query and the fragment."""
    shown = _CREDENTIALS.sub(lambda found: f"{found[1]}://***@" if found[1] else "***@", url)
    return re.split(r"[?#]", shown, maxsplit=1)[0]


def split(name: str, url: str) -> SplitResult:
    """Take an address apart.

    Args:
        name: The argument that it was given as.
        url: The address.

    Returns:
        Its parts; host and port are known to be sound.

    Raises:
        ValueError: It is none; the message shows no password.
    """
    if url != url.strip() or not url.isprintable():
        raise ValueError(f"{name} {masked(url)!r} has white space or a control character in it")
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        parts.port  # noqa: B018 - it is checked when it is read
    except ValueError:  # not chained: urllib quotes what it was given
        pass
    else:
        return parts
    raise ValueError(
        f"{name} {masked(url)!r} is no URL: is the port a number, and the password percent-encoded?"
    )


def decoded(what: str, text: str) -> str:
    """Undo percent-encoding.

    Args:
        what: Which part of the address it is, for messages.
        text: The part.

    Returns:
        The text.

    Raises:
        ValueError: It is not the encoding of a text in UTF-8; the message does not show it.
    """
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:  # not chained: it has the text with it
        pass
    raise ValueError(f"{what} is percent-encoded, but not as UTF-8")


def pairs(query: str) -> list[tuple[str, str]]:
    """Take a query apart; `+` is a plus, as everywhere else in the address.

    Args:
        query: What stands behind the `?`.

    Returns:
        Names and values, decoded, in order.

    Raises:
        ValueError: Something is not the encoding of a text in UTF-8.
    """
    parts = [part.partition("=") for part in query.split("&") if part]
    return [(decoded("the name of an option", name), decoded("an option", text)) for name, _, text in parts]


def expect_server(url: str) -> None:
    """Check that an address is one of a server; raises ValueError, which shows no password."""
    parts = split("url", url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"url {masked(url)!r}: write it like https://fm.example.com")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the url holds an account: give user= and password=, or use from_url")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"url {masked(url)!r}: give the server only; the database is an argument of its own")


def expect_proxy(url: str) -> None:
    """Check that an address is one of a proxy; raises ValueError, which shows no password."""
    parts = split("proxy", url)
    if parts.scheme not in {"http", "https", "socks5", "socks5h"} or not parts.hostname:
        raise ValueError(f"proxy {masked(url)!r}: write it like http://proxy.example.com:3128")
    if parts.scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise ValueError(f"proxy {masked(url)!r}: SOCKS needs socksio: pip install 'httpx[socks]'")
