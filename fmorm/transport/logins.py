"""Credentials out of texts: what a URL or the environment says about who logs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from fmorm.transport.addresses import decoded
from fmorm.transport.claris_id import ClarisID
from fmorm.transport.credentials import Account, Credentials, DataSource, OAuth
from fmorm.transport.passwords import file_password, keyring_password
from fmorm.transport.secret import Secret

PASSWORDS: Final = ("password", "password_file", "keyring")
"""Where a password may come from; one of them."""
LOGINS: Final = (
    "auth", "user", *PASSWORDS, "claris_id_token", "oauth_request_id", "oauth_identifier",
)  # fmt: skip
"""Every text that says who logs in."""

Called: TypeAlias = Callable[[str], str]
"""Gives what a text is called where it was written, for messages."""


class LoginMissing(LookupError):
    """Something that a log-in needs was not given; `names` says what, as it is called where it would be written."""

    def __init__(self, *names: str) -> None:
        super().__init__(f"missing: {', '.join(names)}")
        self.names = names


def credentials_of(texts: Mapping[str, str], called: Called) -> Credentials:
    """Make credentials.

    Args:
        texts: What was given, by name; only names out of `LOGINS`.
        called: Gives what a text is called where it was written, for messages.

    Returns:
        The credentials.

    Raises:
        LoginMissing: Something is missing.
        ValueError: What was given does not go together; the message shows no value.
        CredentialsMissing: A password file cannot be read.
    """
    if "claris_id_token" in texts:
        _expect_only(texts, called, "auth", "claris_id_token")
        _method(texts, called, "claris-id")
        return ClarisID(texts["claris_id_token"])
    if "oauth_request_id" in texts or "oauth_identifier" in texts:
        _expect_only(texts, called, "oauth_request_id", "oauth_identifier")
        _expect_all(texts, called, "oauth_request_id", "oauth_identifier")
        return OAuth(texts["oauth_request_id"], texts["oauth_identifier"])
    method = _method(texts, called, "account", "claris-id")
    password, user = _password(texts, called), texts["user"]
    if method == "claris-id":
        return ClarisID.cognito(user, password)
    return Account(user, password)


def source_of(text: str, called: str) -> DataSource:
    """Make an external data source.

    Args:
        text: `file:user:password`. Only the password may have a colon in it.
        called: What the text is called where it was written.

    Returns:
        The source.

    Raises:
        ValueError: It is not of that form; the message does not show it.
    """
    parts = text.split(":", 2)
    if len(parts) < 3 or not all(parts[:2]):
        raise ValueError(f"{called}: write it like file:user:password, each percent-encoded")
    database, user, password = parts
    return DataSource(database, Account(user, password))


def sources_of(text: str, called: str) -> tuple[DataSource, ...]:
    """Make external data sources of one text: entries as in `source_of`, percent-encoded, with white space between."""
    return tuple(source_of(decoded(called, part), called) for part in text.split())


def _password(texts: Mapping[str, str], called: Called) -> Secret:
    given = [name for name in PASSWORDS if name in texts]
    if len(given) > 1:
        raise ValueError(f"{' and '.join(map(called, given))} are both given: one password is enough")
    missing = [] if "user" in texts else [called("user")]
    if not given:
        missing.append(f"{called('password')} (or {', '.join(map(called, PASSWORDS[1:]))})")
    if missing:
        raise LoginMissing(*missing)
    text = texts[given[0]]
    if given == ["keyring"]:
        return keyring_password(text, texts["user"])
    if given == ["password_file"]:
        password = file_password(text)
        password()  # a file that is not there is told now, not at the first log-in
        return password
    return text


def _method(texts: Mapping[str, str], called: Called, *fitting: str) -> str:
    method = texts.get("auth", fitting[0])
    if method not in fitting:
        raise ValueError(f"{called('auth')}={method!r} does not fit: it is one of {', '.join(fitting)}")
    return method


def _expect_all(texts: Mapping[str, str], called: Called, *names: str) -> None:
    missing = [called(name) for name in names if name not in texts]
    if missing:
        raise LoginMissing(*missing)


def _expect_only(texts: Mapping[str, str], called: Called, *names: str) -> None:
    more = [called(name) for name in texts if name not in names]
    if more:
        one = called(next(name for name in names if name in texts and name != "auth"))
        raise ValueError(f"{one} says who logs in, so leave out {', '.join(more)}")
