"""A field as a server's metadata tells it."""

from __future__ import annotations

from typing import Any, Final

from fmorm.drafting.replies import Raw
from fmorm.drafting.sketch import SketchedField, SketchedTable

_KINDS: Final = {
    "text": "text",
    "number": "number",
    "date": "date",
    "time": "time",
    "timeStamp": "timestamp",
    "container": "container",
}
_OPTIONS: Final = {
    "notEmpty": "required",
    "numeric": "numeric",
    "fourDigitYear": "four_digit_year",
    "timeOfDay": "time_of_day",
}
"""Validation that the metadata tell, and its setting in a schema file."""

_LIKELY: Final = {
    "text": "uuid",
    "number": "serial",
    "timestamp": "creation_timestamp",
    "date": "creation_date",
}
"""How a field that must not be empty is likely to be auto-entered: without, no record could be made."""


def sketch_field(table: SketchedTable, name: str, told: Raw) -> SketchedField:
    """Add a field to its table, or to what is known of it there."""
    kind = _KINDS.get(told.get("result", ""))
    made = table.field(name, kind or "text", max(told.get("maxRepeat", 1), 1))
    if kind is None:
        made.note(f"TODO: its type is told as {told.get('result')!r}.")
    if told.get("global"):
        made.options["global"] = True
    if told.get("type") in {"calculation", "summary"}:
        _set_formula(made, told["type"])
    else:
        _set_options(made, told)
    return made


def _set_formula(made: SketchedField, what: str) -> None:
    made.options["modifiable"] = False
    if what == "summary":
        made.note('TODO: a summary; say of what, in place of modifiable: summary = "total of Field".')
    else:
        made.note(
            f"TODO: a calculation, its result is a {made.kind}; its formula, in place of modifiable: "
            'calculation = "…".'
        )


def _set_options(made: SketchedField, told: Raw) -> None:
    for member, option in _OPTIONS.items():
        if told.get(member) and made.kind != "container":
            made.options[option] = True
    longest: Any = told.get("maxCharacters", 0)
    if longest and made.kind != "container":
        made.options["max_length"] = longest
    if told.get("autoEnter"):
        _set_auto_enter(made)


def _set_auto_enter(made: SketchedField) -> None:
    likely = _LIKELY.get(made.kind) if made.options.get("required") else None
    if likely:
        made.options["auto_enter"] = likely
        made.note(f"TODO: it is auto-entered, but how is not told: {likely!r} is a guess.")
    else:
        made.note('TODO: it is auto-entered; say how: auto_enter = "uuid", "serial", "creation_timestamp", …')
