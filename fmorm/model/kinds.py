"""Which codec a declaration gets: by the Python type, the declared kind, and what else `field(…)` says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, get_args, get_origin

from typing_extensions import TypeIs

from fmorm.errors import DeclarationError
from fmorm.model.annotations import is_json, plain_type, split_optional
from fmorm.wire.values import Codec, Kind, codec, natural_kind, types_of
from fmorm.wire.values.choices import enum_codec, literal_codec
from fmorm.wire.values.lists import list_codec
from fmorm.wire.values.truths import lenient_codec, words_codec
from fmorm.wire.values.zones import zoned_codec

LISTS: Final = (list, tuple, set, frozenset)
"""What a return-separated list can be held as."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a declaration says about its values, beside their type.

    Attributes:
        kind: The FileMaker kind, if one was declared.
        words: What stands for True and for False, if not 1 and 0.
        lenient: Whether every number but 0 is true.
        zone: The time zone of timestamps, if one was declared for the field.
        own_zone: Whether it was declared for the field itself rather than for the class.
    """

    kind: Kind | None = None
    words: tuple[Any, Any] | None = None
    lenient: bool = False
    zone: tzinfo | None = None
    own_zone: bool = True


def choose_codec(label: str, held: Any, wish: Wish) -> Codec:
    """Choose how a field is read and written.

    Args:
        label: Names the field in messages.
        held: What stands between the brackets of `Field[…]`.
        wish: What the declaration says beside it.

    Returns:
        The codec.

    Raises:
        DeclarationError: The kind cannot hold the type, the type cannot be held, or an option does not go with it.
    """
    try:
        full, optional = split_optional(held)
    except ValueError as error:
        raise DeclarationError(f"{label}: {error}; this is {held}") from None
    base: Any = plain_type(full)
    _check_options(label, base, wish)
    origin = get_origin(base)
    if is_json(full):
        return _adapted(label, full, wish.kind, optional=optional)
    if origin is Literal:
        return _of_literal(label, get_args(base), wish.kind, optional=optional)
    if _is_enum(base):
        return _of_enum(label, base, wish.kind, optional=optional)
    if base in LISTS or origin in LISTS:
        return _of_list(label, base, wish.kind, optional=optional)
    if natural_kind(base) is None:
        return _adapted(label, full, wish.kind, optional=optional)
    if wish.words is not None:
        return _of_words(label, wish.words, wish.kind, optional=optional)
    found = _standard(label, base, wish.kind, optional=optional)
    if wish.lenient:
        return lenient_codec(found)
    if wish.zone is not None and found.kind is Kind.TIMESTAMP:
        return zoned_codec(found, wish.zone)
    return found


def _adapted(label: str, held: Any, kind: Kind | None, *, optional: bool) -> Codec:
    from fmorm.model.adapted import adapted_codec  # seldom wanted, and it takes its time

    return adapted_codec(label, held, kind, optional=optional)


def _standard(label: str, held: Any, kind: Kind | None, *, optional: bool) -> Codec:
    chosen = kind or natural_kind(held) or Kind.TEXT
    try:
        return codec(chosen, held, optional=optional)
    except LookupError:
        fitting = ", ".join(types_of(chosen))
        raise DeclarationError(
            f"{label}: a {chosen} field cannot be held as {held.__name__}; it can be held as {fitting}"
        ) from None


# -- options ---------------------------------------------------------------------------------------------


def _check_options(label: str, base: Any, wish: Wish) -> None:
    if base is not bool and (wish.words is not None or wish.lenient):
        raise DeclarationError(f"{label}: true=, false= and lenient= are for fields that hold bool")
    if wish.words is not None and wish.lenient:
        raise DeclarationError(
            f"{label}: a field has its own words for true and false, or is lenient, not both"
        )
    if wish.lenient and wish.kind not in (None, Kind.NUMBER):
        raise DeclarationError(f"{label}: lenient= is for number fields")
    if wish.zone is None or not wish.own_zone:
        return
    if base is not datetime or wish.kind not in (None, Kind.TIMESTAMP):
        raise DeclarationError(
            f"{label}: zone= is for timestamp fields that hold datetime; ISO text in a text field keeps its zone"
        )


# -- values out of a few ---------------------------------------------------------------------------------


def _is_enum(held: Any) -> TypeIs[type[Enum]]:
    return isinstance(held, type) and issubclass(held, Enum)


def _of_enum(label: str, held: type[Enum], kind: Kind | None, *, optional: bool) -> Codec:
    values = [member.value for member in held]
    return _checked(label, enum_codec(_base(label, values, kind, optional=optional), held), list(held))


def _of_literal(label: str, values: tuple[Any, ...], kind: Kind | None, *, optional: bool) -> Codec:
    base = _base(label, values, kind, optional=optional)
    return _checked(label, literal_codec(base, values), values)


def _of_words(label: str, words: tuple[Any, Any], kind: Kind | None, *, optional: bool) -> Codec:
    true, false = words
    if true == false or true == "":
        raise DeclarationError(f"{label}: true={true!r} and false={false!r} cannot be told from each other")
    base = _base(label, [word for word in words if word != ""], kind, optional=optional)
    return _checked(label, words_codec(base, true, false), (True, False))


def _base(label: str, values: Iterable[Any], kind: Kind | None, *, optional: bool) -> Codec:
    """Give the codec of what all the values are: str, int, float, Decimal or bool."""
    for held in (bool, int, float, Decimal, str):
        if values and all(isinstance(value, held) for value in values):
            return _standard(label, held, kind, optional=optional)
    raise DeclarationError(
        f"{label}: its values must all be of one type, str, int, float, Decimal or bool; they are "
        f"{', '.join(map(repr, values)) or 'none'}"
    )


def _checked(label: str, made: Codec, values: Iterable[Any]) -> Codec:
    """Check that each value is read as what was written; raises DeclarationError."""
    for value in values:
        if made.read(made.write(value)) != value:
            raise DeclarationError(
                f"{label}: {value!r} is written as {made.write(value)!r}, which is read as another value; an empty "
                "text and | None are one and the same to FileMaker"
            )
    return made


# -- lists -----------------------------------------------------------------------------------------------


def _of_list(label: str, base: Any, kind: Kind | None, *, optional: bool) -> Codec:
    origin, inner = get_origin(base) or base, get_args(base)
    if origin is tuple and inner[1:] != (Ellipsis,):
        raise DeclarationError(
            f"{label}: write tuple[str, ...]: how many values there are is FileMaker's matter"
        )
    if not inner:
        raise DeclarationError(f"{label}: say of what: {origin.__name__}[str]")
    if optional:
        raise DeclarationError(f"{label}: leave out | None: an empty field is an empty {origin.__name__}")
    if kind not in (None, Kind.TEXT):
        raise DeclarationError(f"{label}: a return-separated list is in a text field, not in a {kind} field")
    item = choose_codec(f"{label}, each value", inner[0], Wish(kind=Kind.TEXT))
    if item.changeable or item.item is not None or item.optional:
        raise DeclarationError(f"{label}: a value of a list is one line of text: it cannot be {inner[0]!r}")
    return list_codec(item, origin)
