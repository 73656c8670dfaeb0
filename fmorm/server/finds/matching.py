"""A criterion on one place as a condition, by the kind of the field."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from fmorm.server.finds.conditions import Condition
from fmorm.server.finds.criterion import Criterion, Operator
from fmorm.server.finds.moments import match_moment
from fmorm.server.finds.numbers import match_number
from fmorm.server.finds.places import Place
from fmorm.server.finds.texts import match_text
from fmorm.server.refusals import WRONG_TYPE, Refusal
from fmorm.server.store.columns import key_column, table_name, value_column
from fmorm.server.values.cells import Kind
from fmorm.server.values.moments import DateForm


def match(criterion: Criterion, place: Place, form: DateForm) -> Condition:
    """Say in SQL what a criterion asks of a place.

    Raises:
        Refusal: It means nothing for this kind. Of a container it can only ask whether there is something in it;
            the code is a guess.
    """
    kind = place.slot.field.kind
    if kind is Kind.CONTAINER and criterion.operator not in {Operator.EMPTY, Operator.FILLED}:
        raise Refusal(WRONG_TYPE)
    match criterion.operator:
        case Operator.EMPTY:
            return (place.by_key if kind is Kind.TEXT else place.by_value)("{} IS NULL")
        case Operator.FILLED:
            return place.by_key("{} IS NOT NULL")
        case Operator.INVALID if kind.sorts_as_kept:  # only a formula has a result that is no date
            return place.by_value("{} = '?'")
        case Operator.INVALID:
            value = value_column(place.slot, place.alias)
            return place.by_key(f"({value} IS NOT NULL AND {{}} IS NULL)")
        case Operator.DUPLICATED:
            key = key_column(place.slot)
            twice = f"SELECT {key} FROM {table_name(place.table)} GROUP BY {key} HAVING count(*) > 1"
            return place.by_key(f"({{}} IS NOT NULL AND {{}} IN ({twice}))")
        case _:
            return _by_kind(criterion, place, form)


def _by_kind(criterion: Criterion, place: Place, form: DateForm) -> Condition:
    match place.slot.field.kind:
        case Kind.TEXT:
            return match_text(criterion, place)
        case Kind.NUMBER:
            return match_number(criterion, place)
        case _:
            return match_moment(criterion, place, form)
