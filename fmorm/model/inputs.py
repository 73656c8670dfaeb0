r"""What a program gives to a field, before pydantic looks at it: line breaks, and numbers given for dates.

Text in Python has `\n` for a line break, as it is read: otherwise a text that was set would differ from itself
once it was saved. A number or a text of digits is no date: pydantic would take it for seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema, to_json

from fmorm.model.annotations import plain_type


class Given:
    """Marks a field's type, so that what is given for it is looked at first."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema, look = handler(source), _look(plain_type(source))
        if _takes_json(schema):
            look = as_json
        return schema if look is None else core_schema.no_info_before_validator_function(look, schema)


GIVEN: Final = Given()


def with_line_feeds(value: Any) -> Any:
    r"""Give text with `\n` for every line break; anything else as it is."""
    if value.__class__ is str:
        return value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    if isinstance(value, (bytes, bytearray)):  # which pydantic takes for text
        return value.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return value


def as_json(value: Any) -> Any:
    """Give JSON text, which is what pydantic's `Json[…]` takes, of a value that is none yet."""
    return value if value is None or isinstance(value, (str, bytes, bytearray)) else to_json(value)


def _takes_json(schema: CoreSchema) -> bool:
    return schema["type"] == "json" or (schema["type"] == "nullable" and _takes_json(schema["schema"]))


def without_zone(value: Any) -> Any:
    """Give a time or timestamp, or None; raises PydanticCustomError where it has a time zone."""
    if value is not None and value.tzinfo is not None:
        raise PydanticCustomError("zone", ZONED)
    return value


ZONED: Final = (
    "FileMaker keeps no time zone: give the value without tzinfo, in the time zone that the file is meant in"
)


def date_given(value: Any) -> Any:
    """Give what may be a date; raises PydanticCustomError for a number."""
    return value if value.__class__ is date else _no_number(value, "date, or its ISO text, as '2026-11-22'")


def time_given(value: Any) -> Any:
    """Give what may be a time; raises PydanticCustomError for a number."""
    return value if value.__class__ is time else _no_number(value, "time, or its ISO text, as '06:30:00'")


def timestamp_given(value: Any) -> Any:
    """Give what may be a timestamp; raises PydanticCustomError for a number."""
    if value.__class__ is datetime:
        return value
    return _no_number(value, "datetime, or its ISO text, as '2026-11-22T06:30:00'")


def duration_given(value: Any) -> Any:
    """Give what may be a duration; raises PydanticCustomError for a number."""
    return (
        value if value.__class__ is timedelta else _no_number(value, "timedelta, or its ISO text, as 'PT26H'")
    )


def _no_number(value: Any, wanted: str) -> Any:
    if isinstance(value, (int, float, Decimal)) or (isinstance(value, (str, bytes)) and _is_number(value)):
        raise PydanticCustomError(
            "number", "A number is not taken for a moment: give a datetime.{wanted}", {"wanted": wanted}
        )
    return value


def _is_number(text: str | bytes) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_LOOKS: Final[dict[Any, Callable[[Any], Any]]] = {
    str: with_line_feeds,
    date: date_given,
    time: time_given,
    datetime: timestamp_given,
    timedelta: duration_given,
}


def _look(held: Any) -> Callable[[Any], Any] | None:
    return _LOOKS.get(held) if isinstance(held, type) else None


def quick(held: Any, check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Give a check that lets values through which need none; it saves a call into pydantic for each set.

    Args:
        held: The type of a field, without constraints.
        check: What checks every other value.
    """
    if plain_type(held) is str:
        return lambda value: value if value.__class__ is str and "\r" not in value else check(value)
    if (plain := plain_type(held)) in {int, bool, date}:
        return lambda value: value if value.__class__ is plain else check(value)
    return check
