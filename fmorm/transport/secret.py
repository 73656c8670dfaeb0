"""A secret, given as it is or asked for; what goes wrong with it is told without showing it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TypeAlias, cast

from fmorm.errors import CredentialsMissing

Secret: TypeAlias = str | Callable[[], str]
"""A secret, or who is asked for it at each log-in."""


def asked(what: str, secret: Secret) -> str:
    """Give a secret, asking whoever provides it.

    Args:
        what: Which secret, for messages.
        secret: The secret, or its provider.

    Returns:
        The secret.

    Raises:
        CredentialsMissing: The provider failed or gave no text. What it raised is named, but neither chained nor
            quoted: such texts and tracebacks have held the secret.
    """
    if isinstance(secret, str):
        return secret
    given, trouble = _outcome(secret)
    if given is None:
        raise CredentialsMissing(f"{what} cannot be had: {trouble}")
    return given


def _outcome(provider: Callable[[], str]) -> tuple[str | None, str]:
    try:
        given = cast("object", provider())
    except CredentialsMissing:
        raise
    except Exception as error:  # noqa: BLE001 - a program's own function may raise anything
        kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        return (
            None,
            f"its provider raised {kind}, whose text may hold a secret; call it by itself to see more",
        )
    if not isinstance(given, str):
        return None, f"its provider gave a {type(given).__name__}, not a text"
    if not _encodable(given):
        return None, "its provider gave half a surrogate pair, read from bytes that are no UTF-8"
    return given, ""


def extra(module: str, use: str, name: str) -> ModuleType:
    """Import what an extra of fmorm installs.

    Args:
        module: The module.
        use: What needs it, for the message.
        name: The extra.

    Returns:
        The module.

    Raises:
        CredentialsMissing: It is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise CredentialsMissing(f"{use} needs {module}: pip install 'fmorm[{name}]'") from None


def expect_secret(what: str, secret: object) -> None:
    """Check that a secret is a text that can be sent, or a function; raises TypeError or ValueError."""
    if not callable(secret):
        expect_text(what, secret, "a text, or a function that gives one,")


def expect_text(what: str, given: object, wanted: str = "a text") -> None:
    """Check that something is a text that can be sent; raises TypeError or ValueError, which do not show it."""
    if not isinstance(given, str):
        raise TypeError(f"{what} is {wanted} and was given a {type(given).__name__}")
    if not _encodable(given):
        raise ValueError(f"{what} holds half a surrogate pair: it was read from bytes that are no UTF-8")


def expect_header(what: str, given: object) -> None:
    """Check that something can be a header's value; raises TypeError or ValueError, which do not show it."""
    expect_text(what, given)
    if not fits_header(str(given)):
        raise ValueError(f"{what} is empty, or holds a space, a line break or a letter that is not ASCII")


def fits_header(text: str) -> bool:
    """Say whether a text is one word of printable ASCII."""
    return text.isascii() and text.isprintable() and " " not in text and bool(text)


def is_header_value(text: str) -> bool:
    """Say whether a text can be the value of a header: printable ASCII, without a space at its ends."""
    return text.isascii() and text.isprintable() and text == text.strip()


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
