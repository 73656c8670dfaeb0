"""Values of a record into FileMaker without reading it."""

from __future__ import annotations

from collections.abc import Mapping
from types import EllipsisType
from typing import Any

from fmorm.errors import ConflictError, FmormError
from fmorm.mapper import outcomes
from fmorm.mapper.changes import Values, mod_id_of
from fmorm.mapper.extras import NOTHING, Extras
from fmorm.mapper.given import check_mod_id, check_record_id, check_repetitions, expect_model
from fmorm.mapper.home import Home
from fmorm.mapper.reading import read
from fmorm.model.plan import FieldPlan, Plan
from fmorm.model.records import Model
from fmorm.model.state import NOT_LOADED
from fmorm.protocol.calls import call, settle
from fmorm.protocol.effects import Steps
from fmorm.wire import requests


def update(
    home: Home,
    model: type[Model],
    record_id: str | int,
    values: Mapping[str, Any],
    mod_id: str | int | EllipsisType | None,
    extras: Extras = NOTHING,
) -> Steps[str | None]:
    """Edit a record without reading it.

    Args:
        home: The database.
        model: The class.
        record_id: FileMaker's record id.
        values: Values by attribute; a repeating field takes a value for each of its repetitions.
        mod_id: The mod id that the record must still have; `...` overwrites whatever is there.
        extras: What goes along.

    Returns:
        The new mod id, where the server tells it.

    Raises:
        ConflictError: The record has another mod id; nothing was written.
        AttributeError: The model has no such field, or it is read-only.
        pydantic.ValidationError: A value does not fit its field.
        OutcomeUnknown: The connection broke: it may have been saved.
        ScriptError: It was saved, and a script has ended with an error.
    """
    plan = expect_model(model, "update")
    checked = check_record_id(record_id)
    expected = None if mod_id is ... else check_mod_id(mod_id)
    sent = checked_values(plan, values)
    if not sent:
        return expected
    request = extras.along(
        requests.edit(home.place, plan.place, checked, fields=sent.wire(), portals={}, mod_id=expected)
    )
    steps = call(request)
    if expected is not None and not extras.scripts:
        steps = settle(
            request, lambda refusal: outcomes.of_edit(home, plan, checked, sent, expected, refusal)
        )
    try:
        response = yield from steps
    except ConflictError as error:
        yield from _tell_update(home, plan, checked, sent, error)
        raise
    extras.take(response, request)
    return mod_id_of(response)


def _tell_update(home: Home, plan: Plan, record_id: str, sent: Values, error: ConflictError) -> Steps[None]:
    error.mine = dict(sent.plain)
    try:
        current = yield from read(home, plan, record_id)
    except FmormError as why:
        error.add_note(f"What is there now could not be read: {why}")
        return
    error.current = current
    error.theirs = {attr: vars(current).get(attr, NOT_LOADED) for attr in sent.plain}


def checked_values(plan: Plan, values: Mapping[str, Any]) -> Values:
    """Check values by attribute, each as the field takes it; raises what `update` raises for them."""
    if not isinstance(values, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every program is typed
        raise TypeError(f"update takes values by attribute, as in {{'name': 'Ann'}}, not {values!r}")
    sent = Values(plan.cls.model_construct(), plan)
    for attr, value in values.items():
        field = _writable(plan, attr)
        if not field.repetitions:
            sent.plain[attr] = plan.checks.alone(attr, value)
            continue
        given = [field.item(item) for item in check_repetitions(field.label, value, field.repetitions)]
        sent.repeated |= {(attr, position): item for position, item in enumerate(given)}
    return sent


def _writable(plan: Plan, attr: str) -> FieldPlan:
    field = plan.fields.get(attr)
    if field is None:
        what = "is a portal: load the record to edit its rows" if attr in plan.portals else "is not declared"
        raise AttributeError(f"{plan.cls.__name__}.{attr} {what}; the fields are {', '.join(plan.fields)}")
    if field.read_only:
        raise field.read_only_error()
    return field
