"""Return-separated lists, which is what a checkbox set keeps in a text field: one value on each line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fmorm.wire.values.codecs import Codec, Kind, Wire
from fmorm.wire.values.numbers import number_text_in


def list_codec(item: Codec, held: type[Any]) -> Codec:
    """Give the codec of a list, tuple, set or frozenset of values in a text field.

    A line without text is no value, as in a checkbox set; an empty field has no values.

    Args:
        item: How one value is held in a text field.
        held: What the values are put into.
    """

    def decode(raw: Wire) -> Any:
        lines = number_text_in(raw).split("\n")
        return held([item.decode(line) for line in lines if line])

    def encode(values: Any) -> str:
        if not isinstance(values, held):
            raise ValueError(f"{values!r} is no {held.__name__}")  # noqa: TRY004 - a codec's error is ValueError
        texts = [line(item, value) for value in values]
        return "\r".join(sorted(texts) if issubclass(held, (set, frozenset)) else texts)

    def admit(values: Any) -> Any:
        encode(values)
        return values

    return Codec(
        Kind.TEXT,
        held,
        optional=False,
        decode=decode,
        encode=encode,
        blank=held,
        plain=False,
        admit=admit,
        changeable=held in {list, set},
        item=item,
    )


def line(item: Codec, value: Any) -> str:
    """Write one value of a list; raises ValueError where it cannot be one."""
    if not isinstance(value, item.held):
        raise ValueError(f"{value!r} is no {item.held.__name__}")  # noqa: TRY004 - a codec's error is ValueError
    text = str(replace(item, optional=False).write(value))
    if not text:
        raise ValueError("a value of a list cannot be empty: leave it out")
    if "\r" in text or "\n" in text:
        raise ValueError(f"{value!r} has a line break, which would make two values of it")
    if item.decode(text) != value:
        raise ValueError(f"{value!r} would be read back as {item.decode(text)!r}")
    return text
