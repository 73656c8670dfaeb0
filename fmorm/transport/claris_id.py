"""Claris ID: who logs in to FileMaker Cloud, with a token that lives an hour."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Final, Self

from fmorm.errors import CredentialsMissing
from fmorm.transport.credentials import Credentials
from fmorm.transport.secret import (
    Secret,
    asked,
    expect_header,
    expect_secret,
    expect_text,
    extra,
    fits_header,
)

USER_POOL: Final = "us-west-2_NqkuZcXQY"
"""Claris's user pool at Amazon Cognito, the same for every FileMaker Cloud."""
CLIENT: Final = "4l9rvl4mv5es1eep1qe97cautn"
"""The pool's client for the Data API, the same for all."""

FRESH: Final = 55 * 60.0
"""Seconds that an id token is used: it lives an hour, and a log-in must not meet its last moment."""

_ADVICE: Final = {
    "MFAChallengeException": "the account asks for a second factor, which a program cannot answer: "
    "use a Claris ID without one, or get the token yourself and give ClarisID(token)",
    "ForceChangePasswordException": "the account must choose a new password first: sign in once with a browser",
    "NotAuthorizedException": "the service refused user and password",
    "UserNotFoundException": "the service knows no such user",
    "PasswordResetRequiredException": "the password was reset: choose a new one with a browser",
    "EndpointConnectionError": "the service at Amazon cannot be reached from here",
}
"""What to do, by the name of what pycognito or botocore raises: botocore makes its classes while it runs."""


class ClarisID(Credentials):
    """A Claris ID, for FileMaker Cloud.

    Args:
        token: The id token that Claris's user pool gave, which lives an hour; or a function that gives one, which is
            called for each log-in and may keep it that long.
        identity: Who that is, for sharing sessions between processes that ask for tokens separately. Where it is
            left out, only processes with the same token share.

    Raises:
        ValueError: HTTP cannot carry the token in a header.
    """

    __slots__ = ("_identity", "_token", "_user")

    def __init__(self, token: Secret, *, identity: str | None = None) -> None:
        expect_secret("token", token)
        if not callable(token):
            expect_header("token", token)
        if identity is not None:
            expect_text("identity", identity)
        self._token = token
        self._user: str | None = None
        self._identity: Callable[[], list[str]] = self._by_token
        if identity is not None:
            self._identity = lambda: ["claris-id", identity]

    @classmethod
    def cognito(cls, user: str, password: Secret) -> Self:
        """Sign in with user and password through pycognito, which the extra `fmorm[cognito]` installs.

        Args:
            user: The Claris ID, an e-mail address. It must ask for no second factor.
            password: Its password, or a function that gives it.

        Returns:
            Credentials that get a token when one is first needed, and a new one shortly before its hour is over.

        Raises:
            ValueError: User or password is no text that can be sent.
        """
        expect_text("user", user)
        expect_secret("password", password)
        self = cls(_CognitoToken(user, password))
        self._user = user
        self._identity = lambda: [
            "claris-id-user",
            user,
            asked(f"the password of Claris ID {user!r}", password),
        ]
        return self

    @property
    def blocking(self) -> bool:
        """Whether the token is asked for."""
        return callable(self._token)

    def headers(self) -> dict[str, str]:
        """Give the header of one log-in."""
        return {"Authorization": f"FMID {self._fresh()}"}

    def identity(self) -> list[str]:
        """Give the identity, or user and password, or the token: whichever it is, it is told from the others."""
        return self._identity()

    def _by_token(self) -> list[str]:
        return ["claris-id-token", self._fresh()]

    def _fresh(self) -> str:
        token = asked("the Claris ID token", self._token)
        if fits_header(token):
            return token
        del token  # tools that show the variables of a traceback shall not find it
        raise CredentialsMissing(
            "the Claris ID token cannot be had: its provider gave a text that is empty, or holds a space, "
            "a line break or a letter that is not ASCII"
        )

    def __repr__(self) -> str:
        return f"<Claris ID {self._user!r}>" if self._user else "<Claris ID>"


class _CognitoToken:
    """Gets id tokens and keeps each while it is fresh; several threads wait for one token, not for many."""

    __slots__ = ("_got", "_lock", "_password", "_token", "_user")

    def __init__(self, user: str, password: Secret) -> None:
        self._user = user
        self._password = password
        self._lock = Lock()
        self._token: str | None = None
        self._got = 0.0

    def __call__(self) -> str:
        with self._lock:
            # The wall clock: others stand still while a computer sleeps. Set back, it makes the token stale.
            if self._token is None or not 0 <= time.time() - self._got < FRESH:
                self._got, self._token = time.time(), self._signed_in()
            return self._token

    def _signed_in(self) -> str:
        who = f"Claris ID {self._user!r}"
        password = asked(f"the password of {who}", self._password)
        token, trouble = _sign_in(self._user, password, who)
        del password  # tools that show the variables of a traceback shall not find it
        if token is None:
            raise CredentialsMissing(f"no token for {who}: {trouble}")
        return token


def _sign_in(user: str, password: str, who: str) -> tuple[str | None, str]:
    """Give a token, or say why there is none: what pycognito raises may hold secrets, and is left behind."""
    pycognito = extra("pycognito", f"signing in {who}", "cognito")
    try:
        client = pycognito.Cognito(USER_POOL, CLIENT, username=user)
        client.authenticate(password=password)
        token: object = client.id_token
    except Exception as error:  # noqa: BLE001 - botocore, requests and jwt raise what they like
        names = [cls.__name__ for cls in type(error).__mro__]
        told = next((_ADVICE[name] for name in names if name in _ADVICE), None)
        return None, told or f"pycognito raised {names[0]}, whose text may hold a secret"
    return (token, "") if isinstance(token, str) and token else (None, "pycognito gave none")
