"""What the annotation of a field says: its type, whether it can be None, its constraints."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin

from pydantic import Json


def split_optional(held: Any) -> tuple[Any, bool]:
    """Take `| None` off a type.

    Args:
        held: The type, with or without constraints.

    Returns:
        The type without `| None`, its constraints kept, and whether there was one.

    Raises:
        ValueError: It is a union of something else.
    """
    held = _resolved(held)
    if get_origin(held) is Annotated:
        inner, optional = split_optional(get_args(held)[0])
        return Annotated[(inner, *held.__metadata__)], optional
    if get_origin(held) is Literal and None in get_args(held):
        return Literal[tuple(value for value in get_args(held) if value is not None)], True
    if get_origin(held) not in {Union, types.UnionType}:
        return held, False
    members = [member for member in get_args(held) if member is not types.NoneType]
    if len(members) != 1 or len(members) == len(get_args(held)):
        raise ValueError("a field has one type, or one type and None")
    return split_optional(members[0])[0], True


def plain_type(held: Any) -> Any:
    """Give a type without constraints, and without `| None` where that is all it is a union with."""
    held = _resolved(held)
    if get_origin(held) is Annotated:
        return plain_type(get_args(held)[0])
    if get_origin(held) in {Union, types.UnionType}:
        members = [member for member in get_args(held) if member is not types.NoneType]
        return plain_type(members[0]) if len(members) == 1 else held
    return held


def is_json(held: Any) -> bool:
    """Whether it is pydantic's `Json[…]`, a value that is given and written as JSON text."""
    if held is Json:
        return True
    if get_origin(held) is not Annotated:
        return False
    return any(entry is Json or type(entry) is Json for entry in held.__metadata__)


def _resolved(held: Any) -> Any:
    """Give what a name made by `type X = …` or `NewType` stands for."""
    if not isinstance(held, type) and hasattr(held, "__value__"):
        return _resolved(held.__value__)
    return _resolved(held.__supertype__) if isinstance(held, NewType) else held
