"""Numbers: JSON numbers, or text where a JSON number would lose digits."""

from __future__ import annotations

import math
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal
from typing import Final

from fmorm.wire.values.codecs import Unreadable, Wire
from fmorm.wire.values.text import text_in

EXACT_INTEGER: Final = 2**53
"""Above this a JSON reader that holds numbers as doubles loses digits, so such numbers travel as text."""

EXPONENTS: Final = 400
"""FileMaker's numbers reach from 10 to the -400th to 10 to the 400th (FileMaker Pro Help, number fields)."""


_DIGITS_AT_MOST: Final = 1000
"""Of a number that a reader may take as it is; FileMaker's have 400."""

_NUMBERS: Final = Context(
    prec=_DIGITS_AT_MOST,
    Emin=-EXPONENTS,
    Emax=EXPONENTS,
    traps=[InvalidOperation, Overflow, Subnormal, Inexact],
)
_number_of: Final = _NUMBERS.create_decimal
_ONE: Final = Decimal(1)


def exact_number(literal: str) -> Decimal:
    """Make a number of how JSON writes it: with every digit, but without zeros at its end and without an exponent.

    So it does not matter which reader has read it: one that makes a float of it drops them.

    Raises:
        ArithmeticError: It is none of FileMaker's.
    """
    number = _number_of(literal)
    if literal[-1] != "0" and "e" not in literal and "E" not in literal:
        return number
    number = _NUMBERS.normalize(number)
    exponent = number.as_tuple().exponent
    return _NUMBERS.quantize(number, _ONE) if isinstance(exponent, int) and exponent > 0 else number


def int_in(raw: Wire) -> int:
    """Read a whole number; a fraction is refused rather than cut off."""
    if isinstance(raw, int) and not isinstance(raw, bool):  # JSON's true is no number
        return raw
    number = decimal_in(raw)
    if number != number.to_integral_value():
        raise Unreadable("it has a fraction; declare the field as Decimal or float")
    return int(number)


def float_in(raw: Wire) -> float:
    """Read a number as a float; one beyond its range is refused rather than made infinite or zero."""
    exact = decimal_in(raw)
    number = float(exact)
    if math.isinf(number) or (exact and not number):
        raise Unreadable("it is beyond the range of a float; declare the field as Decimal")
    return number


def decimal_in(raw: Wire) -> Decimal:
    """Read a number with the digits that it is written with."""
    number = raw if isinstance(raw, Decimal) else _parsed(raw)
    if not number.is_finite():
        raise Unreadable("it is not a number, or beyond what JSON numbers hold")
    if number and abs(number.adjusted()) > EXPONENTS:
        raise Unreadable(f"it is beyond FileMaker's numbers, which end at 10 to the {EXPONENTS}th")
    return number


def _parsed(raw: object) -> Decimal:
    if isinstance(raw, float):
        return exact_number(repr(raw))
    text = raw.strip() if isinstance(raw, str) else repr(raw)
    if not text.isascii() or "_" in text:
        raise Unreadable("it is not a number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Unreadable("it is not a number") from None


def number_as_sent(raw: object) -> object:
    """Give a raw value, and a Decimal as the float that JSON makes of it where that keeps every digit."""
    if isinstance(raw, Decimal) and Decimal(repr(float(raw))) == raw:
        return float(raw)
    return raw


def bool_in(raw: Wire) -> bool:
    """Read FileMaker's 1 and 0."""
    number = decimal_in(raw)
    if number == 1 or number == 0:
        return bool(number)
    raise Unreadable("it is neither 1 nor 0; declare the field as int")


def number_text_in(raw: Wire) -> str:
    """Read a number field as text: whatever stands in it, a number without an exponent."""
    return text_in(raw) if isinstance(raw, str) else f"{decimal_in(raw):f}"


def int_out(value: int) -> int | str:
    """Write a whole number, as text where JSON numbers would lose digits."""
    return int(value) if -EXACT_INTEGER <= value <= EXACT_INTEGER else str(value)


def float_out(value: float) -> float | int | str:
    """Write a float; a whole one goes without its `.0`."""
    if not math.isfinite(value):
        raise ValueError(f"FileMaker has no number {value}")
    return int_out(int(value)) if value.is_integer() else value


def decimal_out(value: Decimal) -> float | int | str:
    """Write a Decimal, as a JSON number where that keeps every digit, else as text."""
    if finite(value) == value.to_integral_value():
        return int_out(int(value))
    sent = number_as_sent(value)
    return sent if isinstance(sent, float) and "e" not in repr(sent) else f"{value:f}"


def finite(value: Decimal) -> Decimal:
    """Give a number of FileMaker's; raises ValueError for any other."""
    if not value.is_finite() or (value and abs(value.adjusted()) > EXPONENTS):
        raise ValueError(f"FileMaker has no number {value}")
    return value


def bool_out(value: bool) -> int:
    """Write FileMaker's 1 or 0."""
    return 1 if value else 0
