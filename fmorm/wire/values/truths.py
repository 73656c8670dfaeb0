"""Fields that hold true or false in other words than 1 and 0."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from fmorm.wire.values.codecs import Codec, Unreadable, Wire
from fmorm.wire.values.numbers import decimal_in


def words_codec(base: Codec, true: Any, false: Any) -> Codec:
    """Give the codec of a field that says true and false in its own words.

    Args:
        base: How the words are read and written.
        true: What stands for True.
        false: What stands for False; an empty text is an empty field.
    """

    def decode(raw: Wire) -> bool:
        word = base.decode(raw)
        if word in (true, false):
            return bool(word == true)
        raise Unreadable(f"it is neither {true!r} nor {false!r}")

    def encode(value: bool) -> str | int | float:
        return base.write(true if value else false)

    return replace(base, held=bool, decode=decode, encode=encode, blank=bool, plain=False)


def lenient_codec(base: Codec) -> Codec:
    """Give the codec of a bool that reads as FileMaker's GetAsBoolean does: any number but 0 is true.

    Args:
        base: The codec of a bool in a number field.
    """
    return replace(base, decode=_as_boolean, plain=False, lenient=True)


def _as_boolean(raw: Wire) -> bool:
    try:
        return decimal_in(raw) != Decimal()
    except Unreadable:
        # FileMaker makes a number of the digits that a text has
        return isinstance(raw, str) and any(digit in raw for digit in "123456789")
