"""How a script goes wrong: with an error of FileMaker's, or because its session is over."""

from __future__ import annotations

from fmorm.wire.codes import MESSAGES


class ScriptError(Exception):
    """An error of FileMaker's in a script.

    What is refused inside a script is raised as one, and the script may catch it. A script may also raise one
    itself: that ends it, and the client gets the code as the script's error.

    Attributes:
        code: FileMaker's error code.
        message: What it means.
    """

    def __init__(self, code: int, message: str | None = None) -> None:
        self.code = code
        self.message = MESSAGES.get(code, f"Error {code}") if message is None else message
        super().__init__(f"{code} {self.message}")


class Stopped(BaseException):
    """The session of a script is over, and so is the script: it is no error that a script could deal with."""
