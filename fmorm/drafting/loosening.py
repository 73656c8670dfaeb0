"""Real records do not always keep what their fields validate today; then the draft does not validate it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from fmorm.drafting.moments import HOURS, TIME
from fmorm.drafting.sketch import SketchedField, SketchedTable

_NUMBER: Final = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")


def loosen(table: SketchedTable, rows: Iterable[Mapping[str, object]]) -> None:
    """Take the validation options away that a sample row does not meet: it could not be entered."""
    kept = list(rows)
    for one in table.fields.values():
        for option, meets in _MEETS.items():
            if option in one.options and not all(meets(one, row.get(one.name, "")) for row in kept):
                told = one.options.pop(option)
                shown = "true" if told is True else told
                one.note(f"TODO: {option} = {shown}, but there are sample rows that do not meet it.")


def _is_there(one: SketchedField, value: Any) -> bool:
    return "auto_enter" in one.options or any(part != "" for part in _parts(value))


def _is_numeric(one: SketchedField, value: Any) -> bool:
    del one
    return all(part == "" or _NUMBER.fullmatch(str(part)) for part in _parts(value))


def _is_short(one: SketchedField, value: Any) -> bool:
    longest: Any = one.options["max_length"]
    return all(len(str(part)) <= longest for part in _parts(value))


def _is_time_of_day(one: SketchedField, value: Any) -> bool:
    del one
    found = [TIME.fullmatch(str(part)) for part in _parts(value) if part != ""]
    return all(time is not None and not time[1] and int(time[2]) < HOURS for time in found)


def _parts(value: Any) -> list[Any]:
    return list(cast("Sequence[Any]", value)) if isinstance(value, list) else [value]


_MEETS: Final[dict[str, Callable[[SketchedField, Any], bool]]] = {
    "required": _is_there,
    "numeric": _is_numeric,
    "max_length": _is_short,
    "time_of_day": _is_time_of_day,
}
