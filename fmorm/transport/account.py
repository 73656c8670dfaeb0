"""Who logs in. The password has no text form: it is in no repr, log, exception or pickle."""

from __future__ import annotations

from base64 import b64encode
from typing import Never


class Account:
    """An account of the FileMaker file and its password."""

    __slots__ = ("_password", "name")

    def __init__(self, name: str, password: str) -> None:
        """Keep the account; raises ValueError where HTTP cannot carry the name."""
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
