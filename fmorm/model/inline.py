r"""The text of the functions that make records: nothing is looked up in them that a class and its keys decide.

For a layout with a text, a date and a portal, the function comes out like this:

    def make(raws, source):
        records = []
        asked, policy = source.asked, source.on_bad_value
        for raw in raws:
            try:
                d = raw['fieldData']
                if len(d) != 2: raise LookupError
                p, found = raw['portalData'], found_counts(raw)
                came = [raw['recordId'], raw['modId'], source]
                values = {
                    'name': x if (x := d['Name']).__class__ is str and '\r' not in x else read0(x),
                    'born': dates[x] if (x := d['Born']) else read1(x),
                    'visits': rows(p['visits'], build_0, 'Person.visits', row_0, found.get('visits'), ...),
                }
            except (LookupError, TypeError, ValueError):
                values, came = carefully(raw, source)
            record = new(cls)
            set_dict(record, values)
            ...
            records.append(record)
        return records

Where the keys were known before the reply was read (`wire/shaped.py`), a member is an attribute, and what is text for
certain is taken as it is: `'name': d.cell0`.

Each value is checked for its expected class in line, and whatever is not as expected is left to the codec.
A record with other keys than the sample is found by their number, where all of them are read; where there are others
beside them, by the keys themselves. Where anything is raised, the careful way finds out what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any, Final

from pydantic import BaseModel

from fmorm.model.plan import FieldPlan, Plan, PortalPlan
from fmorm.model.portals import PortalRows
from fmorm.model.records import Record
from fmorm.model.repetitions import Repetitions
from fmorm.model.state import Came
from fmorm.wire.replies import found_counts
from fmorm.wire.shaped import Raw, Shaped, ShapedRecord
from fmorm.wire.unread import UnreadPortals, UnreadRows
from fmorm.wire.values import Kind, date_in, exact_number, iso_time, iso_timestamp

Maker = Callable[..., list[Any]]
"""Makes the records of raw ones and of their source."""
RowBuilder = Callable[..., list[Any]]

CACHED_DATES: Final = 20_000
"""How many dates are kept by their text: a few decades of days, at about 150 bytes each."""


class _Dates(dict[Any, date]):
    """Dates by their text, in whichever form; a hit is one call into C, where parsing costs ten times that."""

    def __missing__(self, text: Any) -> date:
        value = date_in(text)
        if len(self) >= CACHED_DATES:
            self.clear()
        self[text] = value
        return value


# What is tried, by kind and type; `x` is the raw value. Everything else goes to the codec: infinity, too, for
# which `x - x` is not 0. What stands between the digits of a time tells its form, and its length but for the last
# digits, which Python wants, too. Of the two forms of a timestamp, the one that the sample has is looked for first.
# What raises here, such as the length of a number, is read once more with care.
_TEXT: Final = "x if (x := {raw}).__class__ is str and {filled}'\\r' not in x else {other}"
_INLINE: Final[dict[tuple[Kind, type[Any]], str]] = {
    (Kind.TEXT, str): _TEXT,
    (Kind.NUMBER, int): "x if (x := {raw}).__class__ is int else {other}",
    (Kind.NUMBER, float): (
        "x if (x := {raw}).__class__ is float and x - x == 0 "
        "else y if x.__class__ is Decimal and (y := float(x)) and y - y == 0 else {other}"
    ),
    (Kind.NUMBER, Decimal): (
        "x if (x := {raw}).__class__ is Decimal "
        "else exact_number(repr(x)) if x.__class__ is float and x - x == 0 else {other}"
    ),
    (Kind.DATE, date): "dates[x] if (x := {raw}) else {other}",
    (Kind.TIME, time): "time(x) if (x := {raw})[2::3] == '::' else {other}",
    (Kind.TIMESTAMP, datetime): (
        "timestamp(x) if (x := {raw})[4::3] in ('-- ::', '--T::') "
        "else combine(dates[x[:10]], time(x[11:])) if x[10::3] == ' ::' else {other}"
    ),
}
_US_TIMESTAMP: Final = (
    "combine(dates[x[:10]], time(x[11:])) if (x := {raw})[10::3] == ' ::' "
    "else timestamp(x) if x[4::3] in ('-- ::', '--T::') else {other}"
)
_CERTAIN_TEXT: Final = "{raw}{or_none}"
_ESCAPED_TEXT: Final = "x{or_none} if '\\r' not in (x := {raw}) else {other}"
_DEFAULT: Final = "{read}({raw})"

_LOOP: Final = """
def make(raws, source):
    records = []
    {before}
    for raw in raws:
        try:
            d = {fields}
            {check_keys}
            {portals}
            came = [{record_id}, {mod_id}, source]
            values = {{{entries}}}
        except (LookupError, TypeError, ValueError):
            values, came = carefully(raw, source)
        {record}
    return records
"""
_BEFORE: Final = "asked, policy = source.asked, source.on_bad_value"
_PORTALS: Final = """p, found = {portals}, {found}
            {check_portals}"""
_OTHERS: Final = "if {condition}: raise LookupError"
_RECORD: Final = """
        record = new(cls)
        set_dict(record, values)
        set_came(record, came)
        records.append({record})
"""
_CHECKED: Final = "records.append(checked(values, raw, source, came))"


_dates: Final = _Dates()


def _setter(owner: type[Any], slot: str) -> Any:
    """Give what sets a slot past `__setattr__`, without looking the slot up each time."""
    return vars(owner)[slot].__set__


_SCOPE: Final[dict[str, Any]] = {
    "dates": _dates,
    "time": iso_time,
    "timestamp": iso_timestamp,
    "Decimal": Decimal,
    "exact_number": exact_number,
    "found_counts": found_counts,
    "combine": datetime.combine,
    "unread": UnreadRows,
    "repetitions": Repetitions[Any].loaded,
    "partial": partial,
    "rows": PortalRows[Any].loaded,
    "new": object.__new__,
    "set_dict": _setter(BaseModel, "__dict__"),
    "set_came": _setter(Record, "__fmorm_came__"),
}


def write_maker(
    plan: Plan,
    names: Mapping[str, list[str]],
    portals: Mapping[PortalPlan, RowBuilder],
    *,
    raw: Raw,
    cells: Raw,
    shown: Raw,
    carefully: Callable[..., tuple[dict[str, Any], Came]],
    checked: Callable[..., Record] | None,
    watched: Callable[..., Record] | None,
) -> Maker:
    """Write the function that makes records out of raw ones and their source.

    Args:
        plan: The plan of the class.
        names: The attributes that a reply carries, with their keys on the wire.
        portals: The portals that it carries, with what makes their rows.
        raw: A sample of what is read, a record or a row.
        cells: Its cells, declared or not; a record with other keys is read with care.
        shown: The portals that it carries, declared or not.
        carefully: Gives the values of a raw record that is not as expected.
        checked: Makes the record of values where the class has checks of its own.
        watched: Takes the record in hand where it has values that can change in place.

    Returns:
        The function.
    """
    scope: dict[str, Any] = {**_SCOPE, "cls": plan.cls, "carefully": carefully, "checked": checked}
    scope["watched"] = watched
    scope["keys"], scope["shown"] = tuple(cells), tuple(shown)
    entries = [
        *(
            _field(str(i), plan.fields[attr], cells, keys, scope)
            for i, (attr, keys) in enumerate(names.items())
        ),
        *(_portal(f"_{i}", portal, rows, shown, scope) for i, (portal, rows) in enumerate(portals.items())),
    ]
    record = _RECORD.format(record="watched(record, raw)" if watched else "record")
    ids = [key for key in ("recordId", "modId") if key in raw] if plan.is_row else []
    text = _LOOP.format(
        before=_BEFORE if portals else "",
        fields="raw" if plan.is_row else _member("raw", raw, "fieldData"),
        check_keys=_check("d", "keys", cells, [*chain.from_iterable(names.values()), *ids]),
        record_id=_member("raw", raw, "recordId"),
        mod_id=_member("raw", raw, "modId") if "modId" in raw else "raw.get('modId')",
        portals=_portals(plan, portals, raw, shown),
        entries=", ".join(entries),
        record=_CHECKED if checked else record,
    )
    exec(text, scope)  # noqa: S102 - made of reprs only
    maker: Maker = scope["make"]
    return maker


def _member(held: str, sample: Raw, key: str) -> str:
    """Give the expression for a member of what is held under a name, as the sample is."""
    return f"{held}.{sample.members[key]}" if isinstance(sample, Shaped) else f"{held}[{key!r}]"


def _portals(plan: Plan, portals: Mapping[PortalPlan, RowBuilder], raw: Raw, shown: Raw) -> str:
    if portals:
        return _PORTALS.format(
            portals=_member("raw", raw, "portalData"),
            found="raw.counts()" if isinstance(raw, ShapedRecord) else "found_counts(raw)",
            check_portals=_check("p", "shown", shown, [portal.name for portal in portals]),
        )
    if plan.portals and not isinstance(shown, Shaped):
        return _OTHERS.format(condition="tuple(raw.get('portalData') or ()) != shown")
    return ""


def _check(held: str, name: str, sample: Raw, read: Iterable[str]) -> str:
    """Give the statement that refuses other keys than the sample's; those that are read are there for certain."""
    if isinstance(sample, Shaped):
        return ""  # its class tells
    condition = f"len({held}) != {len(sample)}"
    others = "" if {*sample} <= {*read} else f" or tuple({held}) != {name}"
    return _OTHERS.format(condition=condition + others)


def _field(number: str, field: FieldPlan, cells: Raw, keys: list[str], scope: dict[str, Any]) -> str:
    read = f"read{number}"
    scope[read] = field.codec.read
    values = [_expression(field, cells, key, read) for key in keys]
    if not field.repetitions:
        return f"{field.attr!r}: {values[0]}"
    scope[f"item{number}"] = field.setter
    return f"{field.attr!r}: repetitions([{', '.join(values)}], {field.label!r}, item{number})"


def _expression(field: FieldPlan, cells: Raw, key: str, read: str) -> str:
    other, filled, or_none = f"{read}(x)", "", ""
    if field.codec.optional:
        other, filled, or_none = f"None if x == '' else {other}", "x and ", " or None"
    raw = _member("d", cells, key)
    template = _template(field, cells, key)
    return template.format(raw=raw, read=read, other=other, filled=filled, or_none=or_none)


def _template(field: FieldPlan, cells: Raw, key: str) -> str:
    codec = field.codec
    if not codec.plain:
        return _DEFAULT
    if isinstance(cells, Shaped) and key in cells.texts:
        return _ESCAPED_TEXT if cells.escaped else _CERTAIN_TEXT
    if (codec.kind, codec.held) == (Kind.TIMESTAMP, datetime) and "/" in str(cells.get(key)):
        return _US_TIMESTAMP
    return _INLINE.get((codec.kind, codec.held), _DEFAULT)


def _portal(number: str, portal: PortalPlan, rows: RowBuilder, shown: Raw, scope: dict[str, Any]) -> str:
    scope[f"build{number}"], scope[f"row{number}"], scope[f"portal{number}"] = rows, portal.row, portal
    raws = _member("p", shown, portal.name)
    if isinstance(shown, UnreadPortals):
        scope[f"read{number}"] = shown.readers[portal.name]
        raws = f"unread({raws}, read{number})"
    asked = f"{portal.attr!r} in asked" if portal.limit is None else "True"
    build = f"build{number} if policy is None else partial(build{number}, on_bad_value=policy)"
    return (
        f"{portal.attr!r}: rows({raws}, {build}, {portal.label!r}, row{number}, "
        f"found.get({portal.name!r}), {asked}, came, portal{number})"
    )
