"""Fields that hold one of a few values: enums and literals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from typing import Any

from fmorm.wire.values.codecs import Codec, Unreadable, Wire


def enum_codec(base: Codec, held: type[Enum]) -> Codec:
    """Give the codec of an enum, whose members are written by their values.

    Args:
        base: How the values are read and written.
        held: The enum.
    """
    allowed = ", ".join(repr(member.value) for member in held)

    def decode(raw: Wire) -> Any:
        value = base.decode(raw)
        try:
            return held(value)
        except ValueError:
            raise Unreadable(f"it is none of {allowed}, the values of {held.__name__}") from None

    def encode(member: Any) -> str | int | float:
        if not isinstance(member, held):
            raise ValueError(f"{member!r} is no {held.__name__}")  # noqa: TRY004 - a codec's error is ValueError
        return base.encode(member.value)

    blank = (lambda: held("")) if any(member.value == "" for member in held) else None
    return replace(base, held=held, decode=decode, encode=encode, blank=blank, plain=False)


def literal_codec(base: Codec, values: Iterable[Any]) -> Codec:
    """Give the codec of a `Literal`.

    Args:
        base: How the values are read and written.
        values: The allowed values, all of one type.
    """
    members = tuple(values)
    allowed = ", ".join(map(repr, members))

    def decode(raw: Wire) -> Any:
        value = base.decode(raw)
        if value not in members:
            raise Unreadable(f"it is none of {allowed}")
        return value

    def encode(value: Any) -> str | int | float:
        if value not in members:
            raise ValueError(f"{value!r} is none of {allowed}")
        return base.encode(value)

    blank = str if "" in members else None
    return replace(base, decode=decode, encode=encode, blank=blank, plain=False)
