"""Which FileMaker kind a declared Python type is held in."""

from __future__ import annotations

import types
from typing import Annotated, Any, Union, get_args, get_origin

from fmorm.errors import DeclarationError
from fmorm.wire.values import Codec, Kind, codec, natural_kind, types_of


def choose_codec(label: str, held: Any, kind: Kind | None) -> Codec:
    """Choose how a field is read and written from its annotation and its declared kind.

    Args:
        label: Names the field in messages.
        held: What stands between the brackets of `Field[…]`.
        kind: The declared kind, if any.

    Returns:
        The codec.

    Raises:
        DeclarationError: There is no natural kind for the type, or the kind cannot hold it.
    """
    base, optional = _strip_optional(label, held)
    natural = natural_kind(base)
    if natural is None:
        raise DeclarationError(
            f"{label}: fmorm cannot hold {getattr(base, '__name__', base)!r}; use str, int, float, Decimal, bool, "
            "date, time or datetime, each with | None where the field can be empty"
        )
    chosen = kind or natural
    try:
        return codec(chosen, base, optional=optional)
    except LookupError:
        fitting = ", ".join(types_of(chosen))
        raise DeclarationError(
            f"{label}: a {chosen} field cannot be held as {base.__name__}; it can be held as {fitting}"
        ) from None


def _strip_optional(label: str, held: Any) -> tuple[Any, bool]:
    if get_origin(held) is Annotated:
        held = get_args(held)[0]
    if get_origin(held) not in {Union, types.UnionType}:
        return held, False
    members = [member for member in get_args(held) if member is not types.NoneType]
    if len(members) != 1 or len(members) == len(get_args(held)):
        raise DeclarationError(f"{label}: a field has one type, or one type and None; this is {held}")
    return _strip_optional(label, members[0])[0], True
