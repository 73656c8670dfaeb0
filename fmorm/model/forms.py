"""A form's values onto a record: only what the program lets through, and all of it or nothing."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from fmorm.errors import ReadOnly
from fmorm.model.checks import put
from fmorm.model.plan import FieldPlan, Plan, plan_of
from fmorm.model.portals import is_portal_rows
from fmorm.model.repetitions import Repetitions, is_repetitions
from fmorm.model.state import NOT_LOADED

if TYPE_CHECKING:
    from fmorm.model.records import Record


def apply(record: Record, values: Mapping[str, Any], only: Collection[str]) -> None:
    """Set what a form brings of the attributes in `only`; see `Record.apply`."""
    plan = plan_of(type(record))
    if not isinstance(values, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every program is typed
        raise TypeError(f"apply takes values by attribute, as in {{'name': 'Ann'}}, not {values!r}")
    if isinstance(only, str):
        raise TypeError(f"only= takes attributes, as in {{{only!r}}}, not a text")
    for attr in only:
        refuse_unwritable(plan, attr)
    set_together(record, {attr: values[attr] for attr in plan.fields if attr in only and attr in values})


def refuse_unwritable(plan: Plan, attr: str) -> None:
    """Check that a model declares a field, and that it can be set.

    Raises:
        AttributeError: It does not, or it is a portal.
        ReadOnly: It cannot.
    """
    name = plan.cls.__name__
    if attr in plan.portals:
        raise AttributeError(
            f"{name}.{attr} is a portal: apply to its rows, {attr}.by_id(record_id).apply(…)"
        )
    if attr not in plan.fields:
        if attr in plan.cls.__fmorm_relations__:
            raise AttributeError(f"{name}.{attr} is a relation: set the field of its key instead")
        raise AttributeError(f"{name}.{attr} is not declared; the fields are {', '.join(plan.fields)}")
    if plan.cls.model_config.get("frozen"):
        raise ReadOnly(f"{name}.{attr}: {name} is declared frozen")
    if plan.fields[attr].read_only:
        raise plan.fields[attr].read_only_error()


def set_together(record: Record, values: Mapping[str, Any]) -> None:
    """Set values on a record, all of them or none.

    Args:
        record: A record or portal row.
        values: Values by attribute, of fields that can be set.

    Raises:
        pydantic.ValidationError: It names every value that does not fit.
        RecordStateError: It is a row that stands for none any more.
    """
    if not values:
        return
    record.__fmorm_refuse_detached__()
    plan = plan_of(type(record))
    given = {attr: _filled(plan.fields[attr], value) for attr, value in values.items()}
    checked = _checked(record, plan, given)
    for attr, value in checked.items():
        if is_repetitions(value):
            held: Repetitions[Any] = getattr(record, attr)
            for position, item in value.known().items():
                held.put(position, item)
        else:
            put(record, record.__fmorm_state__, attr, value)


def _filled(field: FieldPlan, value: Any) -> Any:
    """Give what an empty text stands for in a field: what FileMaker's empty is there."""
    if field.repetitions and _is_list(value):
        return [_emptied(field, item) for item in value]
    return _emptied(field, value)


def _emptied(field: FieldPlan, value: Any) -> Any:
    if value.__class__ is not str or value:
        return value
    try:
        return field.codec.empty()
    except ValueError:  # the field cannot be empty; pydantic says what it takes instead
        return value


def _is_list(value: object) -> TypeGuard[list[Any] | tuple[Any, ...] | Repetitions[Any]]:
    return isinstance(value, (list, tuple)) or is_repetitions(value)


def _checked(record: Record, plan: Plan, given: dict[str, Any]) -> dict[str, Any]:
    """Give the values as the fields hold them, and what the class's own validators set beside them."""
    errors = [line for attr, value in given.items() if (line := _miscounted(plan.fields[attr], value))]
    held = _held(record) if plan.checks.by_class else {}
    try:
        candidate = plan.checks.together(held | given)
    except ValidationError as error:
        errors += _lines(error)
    else:
        errors += _guard(plan, candidate, given)
        if not errors:
            wanted = given.keys() | candidate.__fmorm_state__.originals.keys()
            return {attr: vars(candidate)[attr] for attr in plan.fields if attr in wanted}
    order = ["", *plan.fields]
    errors.sort(key=lambda line: order.index(str(next(iter(line.get("loc", ())), ""))))
    raise ValidationError.from_exception_data(plan.cls.__name__, errors)


def _held(record: Record) -> dict[str, Any]:
    """Give the values of a record; repetitions as copies, and only where all of them are known."""
    return {
        attr: copy.copy(value) if is_repetitions(value) else value
        for attr, value in vars(record).items()
        if not is_portal_rows(value) and not (is_repetitions(value) and NOT_LOADED in value.listed())
    }


def check_together(record: Record) -> None:
    """Let the class's own validators see a record whose values came from two writers.

    Raises:
        pydantic.ValidationError: They refuse it.
    """
    checks = plan_of(type(record)).checks
    if checks.by_class:
        checks.together(_held(record))


def _miscounted(field: FieldPlan, value: Any) -> InitErrorDetails | None:
    if not field.repetitions or not _is_list(value) or len(value) == field.repetitions:
        return None
    error = PydanticCustomError(
        "repetitions",
        "A value for each of {wanted} repetitions is needed, not {given}",
        {"wanted": field.repetitions, "given": len(value)},
    )
    return InitErrorDetails(type=error, loc=(field.attr,), input=value)


def _guard(plan: Plan, candidate: Record, given: dict[str, Any]) -> list[InitErrorDetails]:
    """Let fields refuse, or change, what fits their types: a time with a zone where FileMaker keeps none, say."""
    lines: list[InitErrorDetails] = []
    values = vars(candidate)
    for attr in given:
        field = plan.fields[attr]
        if not field.guarded:
            continue
        try:
            values[attr] = _admitted(plan, field, values[attr])
        except ValidationError as error:
            lines += _lines(error, attr)
    return lines


def _admitted(plan: Plan, field: FieldPlan, value: Any) -> Any:
    if not is_repetitions(value):
        return plan.checks.alone(field.attr, value)
    items = [item if item is NOT_LOADED else field.item(item) for item in value.listed()]
    return Repetitions(items, field.label, field.setter)


def _lines(error: ValidationError, *where: str) -> list[InitErrorDetails]:
    return [
        InitErrorDetails(
            type=PydanticCustomError(cast("Any", line["type"]), cast("Any", line["msg"]), line.get("ctx")),
            loc=(*where, *line["loc"]),
            input=line["input"],
        )
        for line in error.errors(include_url=False)
    ]
