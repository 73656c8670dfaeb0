"""A place in the tokens of a formula, moved forward while reading."""

from __future__ import annotations

from typing import NoReturn

from fmorm.server.calculations.errors import FormulaError
from fmorm.server.calculations.tokens import Sort, Token, tokens


class Cursor:
    """Gives one token after the other.

    Args:
        formula: The text of the formula.
    """

    def __init__(self, formula: str) -> None:
        self._formula = formula
        self._tokens = list(tokens(formula))
        self._place = 0

    @property
    def now(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._place]

    def next(self) -> Token:
        """Take the next token, whatever it is."""
        token = self.now
        self._place += 1
        return token

    def stands(self, mark: str) -> bool:
        """Tell whether a mark comes next."""
        return self.now.sort is Sort.MARK and self.now.text == mark

    def take(self, mark: str) -> bool:
        """Take a mark if it comes next."""
        if self.stands(mark):
            self._place += 1
            return True
        return False

    def expect(self, mark: str, where: str) -> None:
        """Take a mark that must come next."""
        if not self.take(mark):
            self.fail(f"expected {mark} {where}, not {self.now}")

    def fail(self, message: str, token: Token | None = None) -> NoReturn:
        """Say what is wrong with the next token, or with another one."""
        raise FormulaError(self._formula, (token or self.now).position, message)
