"""One record for each key, however many programs want it: found where it is there, created where it is not.

That there is never a second one is FileMaker's doing: its validation refuses it (504), and then the first one is read.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from fmorm.errors import ConflictError, FindError, NotUnique
from fmorm.mapper import creating, reading, saving
from fmorm.mapper.changes import new_record
from fmorm.mapper.finding import Found, one_or_none
from fmorm.mapper.given import expect_own_field, expect_record
from fmorm.mapper.home import Home
from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Model
from fmorm.model.state import state
from fmorm.protocol.effects import Steps
from fmorm.query.find import FindSpec
from fmorm.query.terms import Term

M = TypeVar("M", bound=Model)

ATTEMPTS: Final = 5
"""How often values are put on a record that somebody else saves at the same time: more is a fight between programs."""


def get_or_create(home: Home, record: M, by: Term[Any], *, reload_after: bool) -> Steps[tuple[M, bool]]:
    """Read the record of a key, or create it.

    Args:
        home: The database.
        record: A new record, which is created where there is none of its key.
        by: The key, which FileMaker validates as unique.
        reload_after: Whether to read back what FileMaker fills, where it is created.

    Returns:
        The record, and whether it was created.

    Raises:
        TypeError: The key is no field of the record.
        FindError: It is not declared unique, or empty.
        NotUnique: It is another field whose value is there already.
        MultipleFound: Several records have the key.
        OutcomeUnknown: The connection broke: it may have been created.
    """
    attr = _expect_unique(expect_record(record, "get_or_create"), record, by)
    found = yield from _found(home, record, by, attr)
    if found is not None:
        return found, False
    try:
        return (yield from creating.create(home, record, reload_after=reload_after)), True
    except NotUnique:
        found = yield from _found(home, record, by, attr)  # somebody else was quicker
        if found is None:
            raise
        return found, False


def upsert(home: Home, record: M, by: Term[Any], *, reload_after: bool) -> Steps[tuple[M, bool]]:
    """Put the values of a record on the one of its key, or create it; as `get_or_create`.

    Raises:
        ConflictError: Somebody else has saved the record again and again meanwhile.
        FindError: It has portal rows, of which nobody knows which are there already.
    """
    if new_record(record).portals:
        raise FindError(
            f"upsert takes the values of a {type(record).__name__} and no portal rows: save rows on the record it gives"
        )
    found, created = yield from get_or_create(home, record, by, reload_after=reload_after)
    if not created:
        yield from _put(home, record, found, by.ref.path[-1])
    return found, created


def _put(home: Home, record: Model, found: Model, key: str) -> Steps[None]:
    """Save the values that a program gave on the record that is there; they win, whatever is saved meanwhile."""
    for attempt in range(1, ATTEMPTS + 1):
        values = new_record(record).values
        for attr in values.plain.keys() & record.model_fields_set - {key}:
            setattr(found, attr, values.plain[attr])
        for (attr, position), value in values.repeated.items():
            getattr(found, attr)[position] = value
        try:
            yield from saving.save(home, found, expect=...)
        except ConflictError:
            if attempt == ATTEMPTS:
                raise
            yield from reading.refresh(home, found)
        else:
            return


def _found(home: Home, record: M, by: Term[Any], attr: str) -> Steps[M | None]:
    model = type(record)
    spec = FindSpec(plan_of(model).place).where(by == vars(record)[attr])
    return (yield from one_or_none(Found(home, model, spec)))


def _expect_unique(plan: Plan, record: Model, by: object) -> str:
    if not isinstance(by, Term):
        raise TypeError(
            f"by is a field that is declared unique, as in by={plan.cls.__name__}.email, not {by!r}"
        )
    expect_own_field(plan, by.ref)
    attr, label = by.ref.path[-1], by.ref.label
    if len(by.ref.path) > 1 or not plan.fields[attr].unique:
        raise FindError(
            f"{label} is not declared unique, and two programs could create two records of one key: let FileMaker "
            f"validate the field as unique, always, and declare it with field(…, unique=True)"
        )
    if not state(record).is_new:
        raise FindError(f"this {plan.cls.__name__} exists already: db.save(record) saves it")
    if vars(record).get(attr) in (None, ""):
        raise FindError(f"this {plan.cls.__name__} has no {label}, by which it would be looked for")
    return attr
