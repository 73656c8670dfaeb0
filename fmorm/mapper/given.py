"""What a program gives to a verb: checked before anything is sent, and refused with what is wanted."""

from __future__ import annotations

from typing import Any, cast

from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Model, PortalRow

LONGEST_ID = 1000
"""Digits: no record id or modification id comes near it, and Python reads no number of 4300."""


def expect_record(given: Model, verb: str) -> Plan:
    """Give the plan of a record; raises TypeError where it is none."""
    untyped: Any = given
    if isinstance(untyped, Model):
        return plan_of(type(untyped))
    what = f"the class {untyped.__name__}" if isinstance(untyped, type) else repr(untyped)
    hint = "; a portal row is written with its record" if isinstance(untyped, PortalRow) else ""
    raise TypeError(f"{verb} takes a record, an instance of a Model; it was given {what}{hint}")


def expect_model(given: type[Model], verb: str) -> Plan:
    """Give the plan of a model class; raises TypeError where it is none."""
    untyped: Any = given
    if isinstance(untyped, type) and issubclass(untyped, Model):
        return plan_of(untyped)
    raise TypeError(f"{verb} takes a model, a class derived from Model; it was given {given!r}")


def check_record_id(record_id: object) -> str:
    """Give a record id as the wire has it.

    Raises:
        ValueError: It cannot be one: FileMaker's record ids are whole numbers from 1.
    """
    text = _digits(record_id)
    if text is None or not text.strip("0"):
        raise ValueError(
            f"{_shown(record_id)} is no FileMaker record id, which is a whole number from 1; a business key is "
            "given by name, as in get(Person, id=…)"
        )
    return text.lstrip("0")


def check_mod_id(mod_id: object) -> str:
    """Give a modification id as the wire has it.

    Raises:
        ValueError: It cannot be one. An empty one, as of an empty form field, would guard nothing.
    """
    text = _digits(mod_id)
    if text is None:
        raise ValueError(f"{_shown(mod_id)} is no modification id (mod id), which is a whole number from 0")
    return text


def check_repetitions(label: str, given: object, count: int) -> list[Any]:
    """Give the values for a repeating field.

    Raises:
        TypeError: It is no list: a text or a set would be taken apart in some way.
        ValueError: There are more or fewer values than repetitions.
    """
    if not isinstance(given, (list, tuple)):
        raise TypeError(f"{label} takes a list with a value for each repetition, not {_shown(given)}")
    values = list(cast("list[Any]", given))
    if len(values) != count:
        raise ValueError(f"{label} has {count} repetitions, not {len(values)}")
    return values


def id_in_reply(value: object) -> str | None:
    """Give a record id or modification id of a reply; None where it is none."""
    return _digits(value)


def _digits(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    if isinstance(value, int):
        return str(value) if 0 <= value < 10**LONGEST_ID else None
    text = value.strip()
    return text if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def _shown(value: object) -> str:
    if isinstance(value, int) and not -(10**LONGEST_ID) < value < 10**LONGEST_ID:
        return "so long a number"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
