"""The values that a field's Python type allows, compared with its value list."""

from __future__ import annotations

from enum import Enum
from typing import Any, Literal, get_args, get_origin

from fmorm.checking.notes import Notes
from fmorm.wire.metadata import SEPARATOR, ValueList


def compare_values(notes: Notes, attribute: str, annotation: Any, listed: ValueList) -> None:
    """Note values that people can choose and the type refuses, and the other way round."""
    allowed = allowed_values(annotation)
    if allowed is None:
        return
    choices = [one.value for one in listed.choices if one.value != SEPARATOR]
    unknown = [value for value in choices if value not in allowed]
    if unknown:
        notes.add(
            "value-not-declared",
            attribute,
            f"people can choose {_told(unknown)} from the value list {listed.name!r}, which the type refuses; add it "
            "to the type, or declare the field as str",
            declared=_told(allowed),
            told=_told(choices),
        )
    unlisted = [value for value in allowed if value and value not in choices]
    if unlisted and listed.is_custom:
        notes.add(
            "value-not-listed",
            attribute,
            f"the type allows {_told(unlisted)}, which is not in the value list {listed.name!r}",
            declared=_told(allowed),
            told=_told(choices),
        )


def allowed_values(annotation: Any) -> list[str] | None:
    """Give the values of a Literal or an enum in an annotation, as texts; None where any value is allowed."""
    if get_origin(annotation) is Literal:
        return [_text(value) for value in get_args(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [_text(member.value) for member in annotation]
    found = [allowed_values(inner) for inner in get_args(annotation)]
    return next((values for values in found if values is not None), None)


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _told(values: list[str]) -> str:
    return ", ".join(map(repr, values))
