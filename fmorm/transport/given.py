"""What a caller gives to say who logs in, and on which host: the two forms that each have."""

from __future__ import annotations

from fmorm.errors import SessionLost
from fmorm.transport.credentials import Account, Credentials
from fmorm.transport.secret import Secret, expect_header


def credentials_given(
    user: str | None, password: Secret | None, credentials: Credentials | None
) -> Credentials:
    """Take an account with its password, or other credentials.

    Args:
        user: The account.
        password: Its password, or a function that gives it.
        credentials: Any credentials, in place of both.

    Returns:
        The credentials.

    Raises:
        TypeError: Neither was given, or both, or half.
    """
    if credentials is not None:
        if user is not None or password is not None:
            raise TypeError("give user= and password=, or credentials=, and not both")
        return credentials
    if user is None or password is None:
        raise TypeError("give user= and password=, or credentials=")
    return Account(user, password)


class Resumed(Credentials):
    """Stands for credentials that are not at hand: a session was opened elsewhere, and only its token is here.

    Args:
        token: The token.

    Raises:
        ValueError: It is none: HTTP cannot carry it in a header.
    """

    __slots__ = ("_token",)

    def __init__(self, token: str) -> None:
        expect_header("token", token)
        self._token = token

    @property
    def renewable(self) -> bool:
        """No: only whoever has the credentials can log in again."""
        return False

    def headers(self) -> dict[str, str]:
        """Refuse: there is nothing to log in with."""
        raise SessionLost(
            "the resumed FileMaker session has ended: nothing of the request was done. Let the user log in anew"
        )

    def identity(self) -> list[str]:
        """Give the token."""
        return ["resumed", self._token]

    def __repr__(self) -> str:
        return "<resumed session>"
