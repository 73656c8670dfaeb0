"""Who logs in. The password has no text form: it is in no repr, log, exception or pickle."""

from __future__ import annotations

from base64 import b64encode
from typing import Never


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Account:
    """An account of the FileMaker file and its password."""

    __slots__ = ("_password", "name")

    def __init__(self, name: str, password: str) -> None:
        """Keep the account; raises ValueError where HTTP cannot carry the name."""
        for what, given in (("user", name), ("password", password)):
            if not isinstance(given, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every program is typed
                raise TypeError(f"{what} is a text and was given a {type(given).__name__}")
            if not _encodable(given):
                raise ValueError(
                    f"{what} holds half a surrogate pair: it was read from bytes that are no UTF-8"
                )
        if ":" in name:
            raise ValueError(
                f"account {name!r}: the Data API cannot log in an account with a colon in its name"
            )
        self.name = name
        self._password = password

    def authorization(self) -> str:
        """Give the value of the Authorization header of a log-in."""
        return "Basic " + b64encode(f"{self.name}:{self._password}".encode()).decode("ascii")

    def __repr__(self) -> str:
        return f"<account {self.name!r}>"

    def __reduce__(self) -> Never:
        raise TypeError("an account is not pickled: its password would be in the file")
