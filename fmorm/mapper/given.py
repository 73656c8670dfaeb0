"""What a program gives to a verb: checked before anything is sent, and refused with what is wanted."""

from __future__ import annotations

from typing import Any, cast

from fmorm.errors import FindError
from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Model, PortalRow
from fmorm.query.fields import FieldRef

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


def expect_own_field(plan: Plan, ref: FieldRef) -> None:
    """Check that a field in a find is one of the model's, or of a class that it shares the field with.

    Raises:
        FindError: It is another class's, whose field of that name may be something else, or not there at all.
    """
    owner: Any = ref.owner
    if owner is None or owner is plan.cls or _shares(plan, owner, ref):
        return
    what = "another class of that name" if owner.__name__ == plan.cls.__name__ else owner.__name__
    raise FindError(
        f"{ref.label} is a field of {what}, and this is a find of {plan.cls.__name__}: use the fields of "
        f"{plan.cls.__name__}, which are {plan.listing()}"
    )


def _shares(plan: Plan, owner: type[Any], ref: FieldRef) -> bool:
    if issubclass(owner, PortalRow):
        return any(_has(plan_of(shown.row), owner, ref) for shown in plan.portals.values())
    if len(ref.path) == 1:
        return _has(plan, owner, ref)
    portal = plan.portals.get(ref.path[0])
    return _related(plan.cls, owner) and portal is not None and _has(plan_of(portal.row), portal.row, ref)


def _has(plan: Plan, owner: type[Any], ref: FieldRef) -> bool:
    field = plan.fields.get(ref.path[-1])
    return _related(plan.cls, owner) and field is not None and ref.name in {field.name, *field.names}


def _related(one: type[Any], other: type[Any]) -> bool:
    return issubclass(one, other) or issubclass(other, one)


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
