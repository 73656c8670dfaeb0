"""Numbers: the text keeps every digit, the key puts them in order exactly."""

from __future__ import annotations

import re
from decimal import Decimal

_PLAIN = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?\s*")
_JSON = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_EXPONENTS = 99_999
"""Far beyond FileMaker's 10 to the 400th; what is larger still sorts with the largest."""
_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def is_plain(text: str) -> bool:
    """Tell whether the text is one number and nothing else."""
    return _PLAIN.fullmatch(text) is not None


def is_json(text: str) -> bool:
    """Tell whether the text can stand as a number in JSON without changing a digit."""
    return _JSON.fullmatch(text) is not None


def number_in(text: str) -> Decimal | None:
    """Give the number that FileMaker sees in a text: digits, sign and first point, no letters."""
    if is_plain(text):
        return Decimal(text.strip())
    whole, _, fraction = text.partition(".")
    digits, decimals = _digits(whole), _digits(fraction)
    if not digits and not decimals:
        return None
    sign = "-" if "-" in re.split("[0-9]", whole, maxsplit=1)[0] else ""
    return Decimal(f"{sign}{digits or '0'}.{decimals or '0'}")


def _digits(text: str) -> str:
    return "".join(re.findall("[0-9]", text))


def number_key(number: Decimal) -> str:
    """Give a text that sorts as the number does; equal numbers have equal keys, however they are written."""
    if not number:
        return "1"
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    exponent = max(-_EXPONENTS, min(_EXPONENTS, number.adjusted())) + _EXPONENTS
    magnitude = f"{exponent:06d}{digits}"
    return f"2{magnitude}" if number > 0 else f"0{magnitude.translate(_COMPLEMENT)}~"
