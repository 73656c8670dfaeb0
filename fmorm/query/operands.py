"""Values that a condition compares with: are they the field's, and what are they as criteria."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from fmorm.errors import FindError
from fmorm.query.fields import FieldRef
from fmorm.wire import criteria
from fmorm.wire.values import Kind, codec, lists

_ALSO: Final[dict[type[Any], tuple[type[Any], ...]]] = {float: (int,), Decimal: (int,)}
"""What may be compared with a field besides values of its own type, because Python compares them exactly."""

_NOT: Final[dict[type[Any], type[Any]]] = {int: bool, float: bool, Decimal: bool, date: datetime}
"""Subclasses in Python that are something else in FileMaker."""


def operand(ref: FieldRef, value: object) -> Any:
    """Check a value and bring it to the form in which values of the field are compared.

    Args:
        ref: The field.
        value: What was written beside the operator.

    Returns:
        A Decimal for a number field, text as the codec writes it for a text field, else the value itself.

    Raises:
        TypeError: The value is of another type than the field.
        FindError: FileMaker has no such value.
    """
    _check_type(ref, value)
    if ref.codec.kind is Kind.TEXT:
        return str(_written(ref, value))
    if ref.codec.kind is Kind.NUMBER:
        return _number(ref, value if ref.codec.plain else _written(ref, value))
    return _admitted(ref, value)


def literal(ref: FieldRef, value: Any) -> str:
    """Write what `operand` gave as the text that follows an operator.

    Args:
        ref: The field.
        value: The value, from `operand`.

    Returns:
        The text, escaped.

    Raises:
        FindError: FileMaker has no such value.
    """
    if isinstance(value, Decimal):
        return _number_text(ref, value)
    return criteria.escape(value if isinstance(value, str) else str(_written(ref, value)))


def line(ref: FieldRef, value: object) -> str:
    """Write one value of a field that holds a list.

    Args:
        ref: The field.
        value: The value.

    Returns:
        Its text, as the user gave it.

    Raises:
        TypeError: The field holds no list, or the value is of another type than its values.
        FindError: It cannot be a value of a list.
    """
    item = ref.codec.item
    if item is None:
        raise TypeError(
            f"{ref.label} holds {ref.codec.held.__name__}; has is for fields that hold lists, as Field[list[str]]"
        )
    if not isinstance(value, item.held):
        raise TypeError(f"{ref.label}.has takes a {item.held.__name__} and was given {value!r}")
    try:
        return lists.line(item, value)
    except ValueError as error:
        raise FindError(f"{ref.label}.has: {error}") from None


def text(ref: FieldRef, value: object, verb: str) -> str:
    """Check the argument of a text find.

    Args:
        ref: The field.
        value: What was given.
        verb: The method, for the message.

    Returns:
        The text.

    Raises:
        TypeError: It is no text, or the field is not held as text.
        FindError: It is empty: FileMaker would look for something else.
    """
    if ref.codec.held is not str:
        raise TypeError(f"{ref.label} is held as {ref.codec.held.__name__}; {verb} is for fields held as str")
    if not isinstance(value, str):
        raise TypeError(f"{ref.label}.{verb} takes a str and was given {value!r}")
    if not value.strip() if verb == "matches" else not value:
        raise FindError(
            f"{ref.label}.{verb} was given an empty text, which every value would match: leave the condition "
            f"out, or write not_empty() or is_empty()"
        )
    return value


def is_number_text(value: str) -> bool:
    """Whether a text is a plain number, as a number field that is held as str mostly has."""
    try:
        return value.isascii() and "_" not in value and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _check_type(ref: FieldRef, value: object) -> None:
    held = ref.codec.held
    if isinstance(value, (held, *_ALSO.get(held, ()))) and not isinstance(value, _NOT.get(held, ())):
        return
    if value is None:
        raise TypeError(f"{ref.label} was compared with None: write {ref.label}.is_empty() or .not_empty()")
    raise TypeError(
        f"{ref.label} holds {held.__name__} and was compared with {value!r}, a {type(value).__name__}"
        f"{_advice(held, value)}"
    )


def _advice(held: type[Any], value: object) -> str:
    if isinstance(value, bool):
        return "; True and False are not numbers here"
    if isinstance(value, datetime):
        return "; take its .date() or .time()"
    if held is datetime and isinstance(value, date):
        return "; all of a day is .on(day)"
    if hasattr(value, "ref"):
        return "; FileMaker compares a field with values, not with another field"
    return ""


def _admitted(ref: FieldRef, value: object) -> Any:
    """Give a date or time as FileMaker compares it: of a moment in a time zone, what its wall clock shows."""
    try:
        admitted: Any = value if ref.codec.admit is None else ref.codec.admit(value)
    except ValueError as error:
        raise FindError(f"{ref.label}: {error}") from None
    return admitted if ref.codec.zone is None else admitted.replace(tzinfo=None)


def _written(ref: FieldRef, value: object) -> str | int | float:
    clock = ref.codec if ref.codec.zone is None else codec(Kind.TIMESTAMP, datetime, optional=False)
    try:
        written = clock.write(value)
        str(written).encode()
    except UnicodeEncodeError:
        raise FindError(f"{ref.label}: the text holds half a surrogate pair") from None
    except ValueError as error:
        raise FindError(f"{ref.label}: {error}") from error
    return written


def _number(ref: FieldRef, value: object) -> Any:
    """Give a number's Decimal; a text that is none stays text, since a number field may hold it."""
    if isinstance(value, str):
        return Decimal(value) if is_number_text(value) else value
    number = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)  # type: ignore[arg-type]
    _number_text(ref, number)
    return number


def _number_text(ref: FieldRef, value: Decimal) -> str:
    try:
        return criteria.number(value)
    except ValueError as error:
        raise FindError(f"{ref.label}: {error}") from error


def orders(ref: FieldRef, value: object) -> None:
    """Check that FileMaker's order of a field is the order of the Python type.

    Args:
        ref: The field.
        value: What it is compared with, from `operand`.

    Raises:
        TypeError: Values of this type have no order.
        FindError: FileMaker would order them otherwise, or the value is empty.
    """
    kind, held = ref.codec.kind, ref.codec.held
    if held is bool:
        raise TypeError(f"{ref.label} is true or false and has no order: write {ref.label}.is_(True)")
    if kind is Kind.TEXT and held not in {*_TEXT_ORDERED, int, float, Decimal}:
        raise TypeError(
            f"{ref.label} holds {held.__name__}, which has no order in FileMaker: compare it with =="
        )
    if kind is Kind.TEXT and held not in _TEXT_ORDERED:
        raise FindError(
            f"{ref.label} is a text field, which FileMaker orders as text: 10 comes before 9; "
            f"declare it with kind='number' if FileMaker has it as a number"
        )
    if kind is Kind.NUMBER and isinstance(value, str):
        raise FindError(f"{ref.label} is a number field, and {value!r} is no number to compare with")
    if isinstance(value, str) and not value:
        raise FindError(f"{ref.label} was compared with an empty text: write is_empty() or not_empty()")
    if isinstance(value, str) and value != value.strip():
        raise FindError(
            f"{ref.label} was compared with {value!r}, and FileMaker may pass over the blanks at its ends: strip() it"
        )


_TEXT_ORDERED: Final = (str, date, datetime, time)
"""Types whose order is the order of their text: ISO dates and times are written so that it is."""
