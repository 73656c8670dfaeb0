"""JSON into Python's values, without losing a digit."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final

from pydantic_core import from_json

from fmorm.wire.values.numbers import exact_number

_DIGITS: Final = bytes.maketrans(b"0123456789.E+", b"0" * 11 + b"e-")
_TOO_LONG: Final = b"0" * 16
"""A double holds 15 digits for certain, so a literal of 16 characters or more is read digit by digit."""

_FAR_OUT: Final = re.compile(rb"0e-?0{3,}\s*[,\]}]")
"""An exponent of three digits: a double becomes infinite, zero or short of digits there."""


def parse_json(body: bytes) -> Any:
    """Parse JSON without losing a digit: numbers too long for a double come as Decimal or int.

    A number beyond FileMaker's comes as its text, which no number field takes.

    Raises:
        ValueError: It is no JSON.
    """
    digits = body.translate(_DIGITS)
    if _TOO_LONG not in digits and not _FAR_OUT.search(digits):
        try:
            return from_json(body, cache_strings="keys")
        except ValueError:
            pass  # it refuses some text that JSON allows: lone surrogates
    try:
        return json.loads(body, parse_float=_exact)
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None


def _exact(literal: str) -> Decimal | str:
    try:
        return exact_number(literal)
    except ArithmeticError:
        return literal
