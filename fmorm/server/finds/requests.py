"""Find requests: the objects of a `query` array as conditions on the records of a layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fmorm.server import refusals
from fmorm.server.exact import as_array, as_object
from fmorm.server.finds.conditions import Condition, every, some
from fmorm.server.finds.criterion import read_criterion
from fmorm.server.finds.matching import match
from fmorm.server.finds.places import Place
from fmorm.server.refusals import Refusal, malformed
from fmorm.server.relations import alias, exists
from fmorm.server.schema.parts import Layout, Path, Placed, Slot, Table
from fmorm.server.values.moments import DateForm

_FLAGS: dict[object, bool] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class FindRequest:
    """One request: what it asks, whether what it finds is left out, and the fields that it looks into."""

    condition: Condition
    omits: bool
    places: tuple[Placed, ...] = ()


def read_requests(
    query: object, layout: Layout, form: DateForm, visible: Callable[[Table, str], Condition]
) -> list[FindRequest]:
    """Read a `query`.

    Args:
        query: What stands in the request.
        layout: The layout whose records are searched.
        form: How dates are spelt.
        visible: Gives what records of a table, under an alias, must meet to be seen.

    Raises:
        Refusal: It is not of the right form, names fields that are not on the layout, or asks nothing.
    """
    given = as_array(query)
    if given is None:
        raise malformed("query", "array")
    if not given:
        raise Refusal(refusals.NO_CRITERIA)
    return [_read_request(one, layout, form, visible) for one in given]


def _read_request(
    given: object, layout: Layout, form: DateForm, visible: Callable[[Table, str], Condition]
) -> FindRequest:
    members = as_object(given)
    if members is None:
        raise malformed("query")
    criteria = {name: _text(value) for name, value in members.items() if name != "omit"}
    by_path: dict[Path, list[Condition]] = {}
    places: list[Placed] = []
    for name, text in criteria.items():
        placed, repetition = _place(layout, name)
        places.append(placed)
        if text:
            by_path.setdefault(placed.path, []).append(_condition(placed, repetition, text, form))
    if not by_path:
        raise Refusal(refusals.NO_CRITERIA)
    for path, found in by_path.items():
        if path:  # of the layout's own records the whole found set is looked at
            found.append(visible(path[-1].target.table, alias(path)))
    together = [_of_one_record(path, every(found)) for path, found in by_path.items()]
    return FindRequest(every(together), _flag(members.get("omit", False)), tuple(places))


def _of_one_record(path: Path, condition: Condition) -> Condition:
    """Ask a condition of one and the same related record, when it is asked of related records."""
    return replace(condition, sql=exists(path, condition.sql)) if path else condition


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise malformed("query")
    return value


def _flag(value: object) -> bool:
    flag = _FLAGS.get(value.lower() if isinstance(value, str) else None, value)
    if not isinstance(flag, bool):
        raise malformed("omit", "boolean")
    return flag


def _place(layout: Layout, name: str) -> tuple[Placed, int | None]:
    found = layout.place(name)
    if found is None:
        raise Refusal(refusals.FIELD_MISSING)
    if found[0].field.is_global or found[0].field.summary:
        raise Refusal(refusals.WRONG_TYPE)
    return found


def _condition(placed: Placed, repetition: int | None, text: str, form: DateForm) -> Condition:
    """A field named without a repetition is met by any of them; it is empty when all of them are."""
    criterion = read_criterion(text)
    slots = [Slot(placed.field, repetition)] if repetition else list(placed.field.slots)
    places = [Place(placed.occurrence.table, slot, alias(placed.path)) for slot in slots]
    conditions = [match(criterion, place, form) for place in places]
    return every(conditions) if criterion.asks_for_nothing else some(conditions)
