"""Who logs in. No secret has a text form: it is in no repr, log, exception or pickle."""

from __future__ import annotations

from abc import ABC, abstractmethod
from base64 import b64encode
from typing import Final, Never

from fmorm.transport.secret import Secret, asked, expect_header, expect_secret, expect_text

OAUTH_REQUEST_ID: Final = "X-FM-Data-OAuth-Request-Id"
OAUTH_IDENTIFIER: Final = "X-FM-Data-OAuth-Identifier"


class Credentials(ABC):
    """What a log-in shows the server. A program may write a kind of its own: two methods."""

    __slots__ = ()

    @property
    def blocking(self) -> bool:
        """Whether `headers` or `identity` may take time, since they ask somebody: a keyring, a token service."""
        return False

    @property
    def renewable(self) -> bool:
        """Whether they can log in again when a session has expired."""
        return True

    @abstractmethod
    def headers(self) -> dict[str, str]:
        """Give the HTTP headers of one log-in; asked anew for each.

        Returns:
            The headers, secrets included: they are shown to the server and to nobody else.

        Raises:
            CredentialsMissing: The secret cannot be had.
        """

    @abstractmethod
    def identity(self) -> list[str]:
        """Give everything that tells these credentials from others, secrets included.

        A wrong password is somebody else. This is only ever hashed with a key, so that a session is shared with
        nobody who could not have opened it.

        Returns:
            The parts.

        Raises:
            CredentialsMissing: The secret cannot be had.
        """

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> Never:
        raise TypeError(
            f"credentials are not pickled or copied: the secret of this {type(self).__name__} would be in the file"
        )


class Account(Credentials):
    """An account of the FileMaker file and its password.

    Args:
        name: The account.
        password: Its password, or a function that gives it, which is called for each log-in.

    Raises:
        ValueError: HTTP cannot carry the name or the password.
    """

    __slots__ = ("_password", "name")

    def __init__(self, name: str, password: Secret) -> None:
        expect_text("user", name)
        expect_secret("password", password)
        if ":" in name:
            raise ValueError(
                f"account {name!r}: the Data API cannot log in an account with a colon in its name"
            )
        self.name = name
        self._password = password

    @property
    def blocking(self) -> bool:
        """Whether the password is asked for."""
        return callable(self._password)

    def headers(self) -> dict[str, str]:
        """Give the header of one log-in."""
        code = b64encode(f"{self.name}:{self.password()}".encode()).decode("ascii")
        return {"Authorization": f"Basic {code}"}

    def __eq__(self, other: object) -> bool:
        """Tell whether both log in the same account with the same password, or ask the same function for it."""
        return isinstance(other, Account) and (self.name, self._password) == (other.name, other._password)

    def __hash__(self) -> int:
        return hash((self.name, self._password))

    def identity(self) -> list[str]:
        """Give name and password."""
        return ["account", self.name, self.password()]

    def password(self) -> str:
        """Give the password, asking for it where that is how it was given.

        Raises:
            CredentialsMissing: It cannot be had.
        """
        return asked(f"the password of account {self.name!r}", self._password)

    def __repr__(self) -> str:
        return f"<account {self.name!r}>"


class OAuth(Credentials):
    """An identity that an OAuth provider has vouched for; see `fmorm.transport.oauth` for how to come by one.

    It logs in once: when the session has expired, the person has to sign in again.

    Args:
        request_id: The id that the server gave when the sign-in began.
        identifier: What came back to the return URL.

    Raises:
        ValueError: HTTP cannot carry one of them in a header.
    """

    __slots__ = ("_identifier", "_request_id")

    def __init__(self, request_id: str, identifier: str) -> None:
        expect_header("request_id", request_id)
        expect_header("identifier", identifier)
        self._request_id = request_id
        self._identifier = identifier

    @property
    def renewable(self) -> bool:
        """No: both ids are of one sign-in."""
        return False

    def headers(self) -> dict[str, str]:
        """Give the headers of one log-in."""
        return {OAUTH_REQUEST_ID: self._request_id, OAUTH_IDENTIFIER: self._identifier}

    def identity(self) -> list[str]:
        """Give both ids."""
        return ["oauth", self._request_id, self._identifier]

    def __repr__(self) -> str:
        return "<OAuth identity>"


class DataSource:
    """Another file that the database takes data from, and who opens it.

    The server does not check this at log-in: wrong credentials show when a field of that file is used.

    Args:
        database: The other file, without extension.
        credentials: An `Account` or an `OAuth` identity of that file.

    Raises:
        TypeError: The credentials are of another kind, which the Data API takes for the database itself only.
        ValueError: The name is empty.
    """

    __slots__ = ("credentials", "database")

    def __init__(self, database: str, credentials: Account | OAuth) -> None:
        expect_text("database", database)
        if not database:
            raise ValueError("the data source's database name is empty")
        if not isinstance(credentials, (Account, OAuth)):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every program is typed
            raise TypeError(
                f"data source {database!r} is opened by an Account or an OAuth identity "
                f"and was given a {type(credentials).__name__}"
            )
        self.database = database
        self.credentials = credentials

    @property
    def blocking(self) -> bool:
        """Whether `entry` or `identity` may take time; see `Credentials.blocking`."""
        return self.credentials.blocking

    def entry(self) -> dict[str, str]:
        """Give the entry of a log-in's `fmDataSource`, secrets included.

        Raises:
            CredentialsMissing: The password cannot be had.
        """
        who = self.credentials
        if isinstance(who, Account):
            return {"database": self.database, "username": who.name, "password": who.password()}
        ids = who.headers()
        return {
            "database": self.database,
            "oAuthRequestId": ids[OAUTH_REQUEST_ID],
            "oAuthIdentifier": ids[OAUTH_IDENTIFIER],
        }

    def identity(self) -> list[str]:
        """Give everything that tells this source from others, secrets included; see `Credentials.identity`."""
        return [self.database, *self.credentials.identity()]

    def __repr__(self) -> str:
        return f"<data source {self.database!r}, {self.credentials!r}>"

    def __reduce__(self) -> Never:
        raise TypeError("a data source is not pickled or copied: its password would be in the file")
