"""A value of a reply as a sample row of a schema file holds it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from fmorm.drafting.moments import TIME
from fmorm.drafting.sketch import SketchedField

_FORMS: Final = {"date": "%m/%d/%Y", "timestamp": "%m/%d/%Y %H:%M:%S"}
_TOML_INTEGERS: Final = range(-(2**63), 2**63)


def cell(field: SketchedField, value: object) -> object | None:
    """Give a value to write, or None where there is nothing to write; what is left out is noted at the field."""
    if value in ("", None) or field.options.get("global"):
        return None
    if field.kind == "container":
        field.note("TODO: files are not taken along: upload some.")
        return None
    if not _is_of_kind(field.kind, value):
        field.note(f"TODO: sample values that are no {field.kind} were left out.")
        return None
    return _plain(value) if field.kind == "number" else str(value)


def _is_of_kind(kind: str, value: object) -> bool:
    if kind == "time":
        return TIME.fullmatch(str(value)) is not None
    if kind not in _FORMS:
        return True
    try:
        datetime.strptime(str(value), _FORMS[kind])
    except ValueError:
        return False
    return True


def _plain(value: object) -> object:
    """Give a number as it is where TOML can hold it, else as text."""
    if isinstance(value, Decimal) or (isinstance(value, int) and value not in _TOML_INTEGERS):
        return str(value)
    return value
