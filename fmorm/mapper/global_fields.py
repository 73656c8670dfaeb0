"""The values of global fields, which belong to a session: checked, and written as the Data API wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fmorm.errors import BadValue
from fmorm.wire.values import codec, natural_kind


def global_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Write values of global fields.

    Args:
        values: Values by qualified name: `"Prefs::Year"`, and `"Prefs::Colour(2)"` for a repetition. None empties.

    Returns:
        Texts by the same names, the only form that the Data API takes here.

    Raises:
        ValueError: A name is not qualified.
        BadValue: FileMaker has no form for a value.
    """
    return {_qualified(name): _text(name, value) for name, value in values.items()}


def _qualified(name: str) -> str:
    table, mark, field = name.partition("::")
    if not (table and mark and field):
        raise ValueError(f"global {name!r}: write its full name, as in 'table::field'")
    return name


def _text(name: str, value: Any) -> str:
    held: type[Any] = value.__class__
    kind = natural_kind(held)
    if value is None:
        return ""
    if kind is None:
        raise BadValue(f"global {name!r}: FileMaker has no form for a {held.__name__}")
    try:
        return str(codec(kind, held, optional=False).write(value))
    except ValueError as error:
        raise BadValue(f"global {name!r}: {error}") from None
