"""A small reader of FileMaker's find language, written from its description and sharing nothing with fmorm.

It knows what the compiler's tests need: escapes, `==` with `*`, words, comparisons, ranges, empty and not
empty, and requests that are worked in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Record = Mapping[str, Any]
"""Field names to a value; None is empty, and a tuple stands for the rows of a related field."""


@dataclass(frozen=True)
class Token:
    text: str
    literal: bool


def tokens(criterion: str) -> list[Token]:
    """Split a criterion into literal characters and operators."""
    pattern = r'\\(?P<literal>.)|(?P<operator>\.{2,}|/{2,}|[<>]=|==|[@*#?!=<>"≤≥…~\\])|(?P<plain>.)'
    return [
        Token(found[0], literal=False)
        if found["operator"]
        else Token(found["literal"] or found["plain"], literal=True)
        for found in re.finditer(pattern, criterion, re.DOTALL)
    ]


def finds(criterion: str, value: Any) -> bool:
    """Whether a find with this criterion meets a value."""
    rows = value
    if isinstance(value, tuple):
        return any(finds(criterion, row) for row in rows)
    if criterion == "=":
        return value is None
    if value is None or criterion == "?":  # no record of the tests holds what is no number
        return False
    return criterion == "*" or (_text if isinstance(value, str) else _scalar)(criterion, value)


def _text(criterion: str, value: str) -> bool:
    parts = tokens(criterion)
    if parts[0] == Token("==", literal=False):
        pattern = "".join(re.escape(_fold(t.text)) if t.literal else {"*": ".*"}[t.text] for t in parts[1:])
        return re.fullmatch(pattern, _fold(value), re.DOTALL) is not None
    if parts[0].literal:
        words = _fold(value).split()
        return all(any(w.startswith(wanted) for w in words) for wanted in _literal(parts).split())
    return _ORDERS[parts[0].text](_fold(value), _literal(parts[1:]))


def _scalar(criterion: str, value: Any) -> bool:
    read = _date if isinstance(value, date) else _number
    whole = criterion.removeprefix("==") if isinstance(value, date) else criterion
    if "..." in whole:
        low, high = map(read, whole.split("..."))
        assert low <= high, "what FileMaker makes of such a range is not recorded"
        return bool(low <= value <= high)
    order = re.match("[<>]=?|", whole)
    assert order
    return bool(_ORDERS[order[0]](value, read(whole[order.end() :])))


def _number(text: str) -> Any:
    return Decimal(text)


def _date(text: str) -> Any:
    return datetime.strptime(text, "%m/%d/%Y").date()


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _fold(text: str) -> str:
    return text.casefold()


def _literal(parts: Sequence[Token]) -> str:
    assert all(part.literal for part in parts), parts
    return _fold("".join(part.text for part in parts))


def run(query: list[dict[str, str]], records: Sequence[Record]) -> list[int]:
    """Work the requests in order, and give the positions of the records found."""
    assert query, "FileMaker refuses a find without requests"
    found: set[int] = set(range(len(records))) if "omit" in query[0] else set()
    for request in query:
        criteria = {name: text for name, text in request.items() if name != "omit"}
        assert criteria, "FileMaker refuses a request without criteria"
        met = {
            i for i, r in enumerate(records) if all(finds(text, r[name]) for name, text in criteria.items())
        }
        found = found - met if "omit" in request else found | met
    return sorted(found)
