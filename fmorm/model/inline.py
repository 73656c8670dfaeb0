r"""The text of the functions that make records: nothing is looked up in them that a class and its keys decide.

For a layout with a text, a date and a portal, the function comes out like this:

    def make(raw, source):
        try:
            d = raw['fieldData']
            if len(d) != 2: raise LookupError
            p, found = raw['portalData'], found_counts(raw)
            came = [raw.get('recordId'), raw.get('modId'), source]
            values = {
                'name': x if (x := d['Name']).__class__ is str and '\r' not in x else read0(x),
                'born': dates[x] if (x := d['Born']) else read1(x),
                'visits': loaded(p['visits'], build_0, 'Person.visits', row_0, found.get('visits'), ...),
            }
            given = everything
        except (LookupError, TypeError, ValueError):
            values, came = carefully(raw, source)
            given = set(values)
        record = new(cls)
        set_dict(record, values)
        ...
        return record

Each value is checked for its expected class in line, and whatever is not as expected is left to the codec.
Where anything is raised, the careful way finds out what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any, Final

from pydantic import BaseModel

from fmorm.model.plan import FieldPlan, Plan, PortalPlan
from fmorm.model.portals import PortalRows
from fmorm.model.records import Record
from fmorm.model.repetitions import Repetitions
from fmorm.model.state import Came
from fmorm.wire.replies import found_counts
from fmorm.wire.values import Kind, date_in

Maker = Callable[..., Record]
RowBuilder = Callable[..., list[Any]]

CACHED_DATES: Final = 20_000
"""How many dates are kept by their text: a few decades of days, at about 150 bytes each."""


class _Dates(dict[Any, Any]):
    """A date in some form by its text; a hit is one call into C, where parsing costs ten times that."""

    def __init__(self, form: Callable[[date], Any]) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, text: Any) -> Any:
        value = self._form(date_in(text))
        if len(self) >= CACHED_DATES:
            self.clear()
        self[text] = value
        return value


# What is tried, by kind and type; `x` is the raw value. Everything else goes to the codec: infinity, too, for
# which `x - x` is not 0. What stands between the digits of a time tells its form, and its length but for the
# last digits, which Python wants, too. What raises here, such as the length of a number, is read once more with care.
_TEXT: Final = "x if (x := {raw}).__class__ is str and {filled}'\\r' not in x else {read}(x)"
_INLINE: Final[dict[tuple[Kind, type[Any]], str]] = {
    (Kind.TEXT, str): _TEXT,
    (Kind.NUMBER, int): "x if (x := {raw}).__class__ is int else {read}(x)",
    (Kind.NUMBER, float): "x if (x := {raw}).__class__ is float and x - x == 0 else {read}(x)",
    (
        Kind.NUMBER,
        Decimal,
    ): "Decimal(repr(x)) if (x := {raw}).__class__ is float and x - x == 0 else {read}(x)",
    (Kind.DATE, date): "dates[x] if (x := {raw}) else {read}(x)",
    (Kind.TIME, time): "time(x) if (x := {raw})[2::3] == '::' else {read}(x)",
    (Kind.TIMESTAMP, datetime): (
        "timestamp(x) if (x := {raw})[4::3] in ('-- ::', '--T::') "
        "else timestamp(iso_dates[x[:10]] + x[10:]) if len(x) == 19 and x[10:17:3] == ' ::' else {read}(x)"
    ),
}
_DEFAULT: Final = "{read}({raw})"

_HEAD: Final = """
def make(raw, source):
    try:
        d = {fields}
        if len(d) != {width}: raise LookupError
        {portals}
        came = [raw.get('recordId'), raw.get('modId'), source]
        values = {{{entries}}}
        given = everything
    except (LookupError, TypeError, ValueError):
        values, came = carefully(raw, source)
        given = set(values)
"""
_PORTALS: Final = (
    "p, found, asked, policy = raw['portalData'], found_counts(raw), source.asked, source.on_bad_value"
)
_RECORD: Final = """
    record = new(cls)
    set_dict(record, values)
    set_given(record, given)
    set_extra(record, None)
    set_private(record, None)
    set_came(record, came)
    return {record}
"""
_CHECKED: Final = """
    return checked(values, raw, source, came)
"""


_dates: Final = _Dates(lambda value: value)
_iso_dates: Final = _Dates(date.isoformat)


def _setter(owner: type[Any], slot: str) -> Any:
    """Give what sets a slot past `__setattr__`, without looking the slot up each time."""
    return vars(owner)[slot].__set__


_SCOPE: Final[dict[str, Any]] = {
    "dates": _dates,
    "iso_dates": _iso_dates,
    "time": time.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "Decimal": Decimal,
    "found_counts": found_counts,
    "Repetitions": Repetitions,
    "partial": partial,
    "loaded": PortalRows[Any].loaded,
    "new": object.__new__,
    "set_dict": _setter(BaseModel, "__dict__"),
    "set_given": _setter(BaseModel, "__pydantic_fields_set__"),
    "set_extra": _setter(BaseModel, "__pydantic_extra__"),
    "set_private": _setter(BaseModel, "__pydantic_private__"),
    "set_came": _setter(Record, "__fmorm_came__"),
}


def write_maker(
    plan: Plan,
    names: Mapping[str, list[str]],
    portals: Mapping[PortalPlan, RowBuilder],
    *,
    width: int,
    carefully: Callable[..., tuple[dict[str, Any], Came]],
    checked: Maker | None,
    watched: Maker | None,
) -> Maker:
    """Write the function that makes a record out of a raw one and its source.

    Args:
        plan: The plan of the class.
        names: The attributes that a reply carries, with their keys on the wire.
        portals: The portals that it carries, with what makes their rows.
        width: How many keys it carries, declared or not; a record with more or fewer is read with care.
        carefully: Gives the values of a raw record that is not as expected.
        checked: Makes the record of values where the class has checks of its own.
        watched: Takes the record in hand where it has values that can change in place.

    Returns:
        The function.
    """
    scope: dict[str, Any] = {**_SCOPE, "cls": plan.cls, "carefully": carefully, "checked": checked}
    scope["watched"] = watched
    scope["everything"] = {*names, *(portal.attr for portal in portals)}
    entries = [
        *(_field(str(i), plan.fields[attr], keys, scope) for i, (attr, keys) in enumerate(names.items())),
        *(_portal(f"_{i}", portal, rows, scope) for i, (portal, rows) in enumerate(portals.items())),
    ]
    head = _HEAD.format(
        fields="raw" if plan.is_row else "raw['fieldData']",
        width=width,
        portals=_PORTALS if portals else "",
        entries=", ".join(entries),
    )
    record = _RECORD.format(record="watched(record, raw)" if watched else "record")
    exec(head + (_CHECKED if checked else record), scope)  # noqa: S102 - made of reprs only
    maker: Maker = scope["make"]
    return maker


def _field(number: str, field: FieldPlan, keys: list[str], scope: dict[str, Any]) -> str:
    read = f"read{number}"
    scope[read] = field.codec.read
    values = [_expression(field, key, read) for key in keys]
    if not field.repetitions:
        return f"{field.attr!r}: {values[0]}"
    scope[f"item{number}"] = field.setter
    return f"{field.attr!r}: Repetitions([{', '.join(values)}], {field.label!r}, item{number})"


def _expression(field: FieldPlan, key: str, read: str) -> str:
    template = _INLINE.get((field.codec.kind, field.codec.held), _DEFAULT) if field.codec.plain else _DEFAULT
    return template.format(raw=f"d[{key!r}]", read=read, filled="x and " if field.codec.optional else "")


def _portal(number: str, portal: PortalPlan, rows: RowBuilder, scope: dict[str, Any]) -> str:
    scope[f"build{number}"], scope[f"row{number}"], scope[f"portal{number}"] = rows, portal.row, portal
    asked = f"{portal.attr!r} in asked" if portal.limit is None else "True"
    build = f"build{number} if policy is None else partial(build{number}, on_bad_value=policy)"
    return (
        f"{portal.attr!r}: loaded(p[{portal.name!r}], {build}, {portal.label!r}, row{number}, "
        f"found.get({portal.name!r}), {asked}, came, portal{number})"
    )
