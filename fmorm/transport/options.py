"""The options that a URL's query and environment variables have in common, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from fmorm.protocol.retry import Retry

_FLAGS: Final = {
    "true": True, "1": True, "yes": True, "on": True,
    "false": False, "0": False, "no": False, "off": False,
}  # fmt: skip


def _flag(text: str) -> bool:
    try:
        return _FLAGS[text.lower()]
    except KeyError:
        raise ValueError("neither true nor false") from None


def _trust(text: str) -> bool | str:
    return _FLAGS.get(text.lower(), text)


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("no number of seconds") from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("no whole number") from None


OPTIONS: Final[Mapping[str, Callable[[str], Any]]] = {
    "version": str,
    "timeout": _seconds,
    "connect_timeout": _seconds,
    "verify": _trust,
    "proxy": str,
    "sessions": _whole,
    "wait": _seconds,
    "idle": _seconds,
    "attempts": _whole,
    "deadline": _seconds,
    "debug": _flag,
    "iso_dates": _flag,
}
"""Each option with how its text is read. What is not given is left to the defaults of `Settings` and `Retry`."""

OF_RETRY: Final = ("attempts", "deadline")
"""Options that are of the retry policy."""


def read_options(texts: Mapping[str, str], called: Callable[[str], str]) -> dict[str, Any]:
    """Read options out of their texts.

    Args:
        texts: Texts by name; only names of the table.
        called: Gives what an option is called where it was written, for messages.

    Returns:
        Arguments for `Settings`.

    Raises:
        ValueError: A text cannot be read.
    """
    values = {name: _read(name, text, called(name)) for name, text in texts.items()}
    retry = {name: values.pop(name) for name in OF_RETRY if name in values}
    return values | ({"retry": Retry(**retry)} if retry else {})


def _read(name: str, text: str, called: str) -> Any:
    try:
        return OPTIONS[name](text)
    except ValueError as error:
        raise ValueError(f"{called}={text!r} is {error}") from None


def suggestion(name: str, known: list[str]) -> str:
    """Give a known name that is like an unknown one, as a question; the unknown one may be a piece of a password."""
    near = get_close_matches(name, known, 1)
    return f" (did you mean {near[0]}?)" if near else ""
