"""One criterion as FileMaker reads it: which operator it is, and the terms that go with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_RANGE = re.compile(
    r"""
    ((?: \\(?>\.{2,3}|.) | "(?:[^"\\]|\\.)*" | \{[^{}]*\} | \{(?![^{}]*\}) | \.(?!\.) | [^\\".…{] )+?)
    (?:\.{2,3}|…) (.+)
    """,
    re.DOTALL | re.VERBOSE,
)
"""Two terms with dots between them that are neither escaped nor quoted nor in braces.

One backslash escapes all dots of a range, as some clients write it.
"""


class Operator(StrEnum):
    """What a criterion asks about a field."""

    EMPTY = "="
    FILLED = "*"
    DUPLICATED = "!"
    INVALID = "?"
    WHOLE = "=="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    RANGE = "..."
    MATCHES = ""


_ALONE = {
    "=": Operator.EMPTY,
    "==": Operator.EMPTY,
    "*": Operator.FILLED,
    "!": Operator.DUPLICATED,
    "?": Operator.INVALID,
}
_BEFORE_A_TERM = {
    "==": Operator.WHOLE,
    "<=": Operator.AT_MOST,
    "≤": Operator.AT_MOST,
    ">=": Operator.AT_LEAST,
    "≥": Operator.AT_LEAST,
    "<": Operator.LESS,
    ">": Operator.MORE,
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """An operator and its terms, still escaped."""

    operator: Operator
    terms: tuple[str, ...] = ()

    @property
    def term(self) -> str:
        """The first term."""
        return self.terms[0]

    @property
    def asks_for_nothing(self) -> bool:
        """Tell whether it finds what is empty."""
        return self.operator is Operator.EMPTY


def read_criterion(text: str) -> Criterion:
    """Take a criterion apart."""
    alone = _ALONE.get(text)
    if alone:
        return Criterion(alone)
    for sign, operator in _BEFORE_A_TERM.items():
        if text.startswith(sign):
            term = text.removeprefix(sign)
            return Criterion(operator, (term if operator is Operator.WHOLE else term.strip(),))
    found = _RANGE.fullmatch(text)
    if found:
        return Criterion(Operator.RANGE, (found[1].strip(), found[2].strip()))
    return Criterion(Operator.MATCHES, (text,))


def unescaped(term: str) -> str:
    """Give a term as plain text: without backslashes before literal characters, without quotes."""
    return re.sub(r'\\(.)|"', lambda found: found[1] or "", term, flags=re.DOTALL)
