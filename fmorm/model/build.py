"""Records out of replies: one function written for each class and set of keys, with a careful one behind it.

A layout gives every record the same keys, so which attributes a reply carries is looked at once per page.
The function that is then made has no lookups left: each value is checked for its expected class in line, and
whatever is not as expected is left to the codec. If anything goes wrong, the careful way finds out where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from fmorm.errors import MappingError
from fmorm.model.declare import Mark
from fmorm.model.plan import FieldPlan, Plan, PortalPlan, plan_of
from fmorm.model.portals import PortalRows
from fmorm.model.records import Record
from fmorm.model.repetitions import Repetitions
from fmorm.model.state import NOT_LOADED, Origin, State
from fmorm.wire.values import Kind, Unreadable, date_in

Raw = dict[str, Any]

CACHED_DATES: Final = 20_000
"""How many dates are kept by their text: a few decades of days, at about 150 bytes each."""


class _Dates(dict[Any, date]):
    """Date by text; a hit is one call into C, where parsing costs ten times that."""

    def __missing__(self, text: Any) -> date:
        value = date_in(text)
        if len(self) >= CACHED_DATES:
            self.clear()
        self[text] = value
        return value


# What is tried in line, by kind and type; `x` is the raw value. Everything else goes to the codec.
_TEXT: Final = "x if (x := {raw}).__class__ is str and {filled}'\\r' not in x else {read}(x)"
_INLINE: Final[dict[tuple[Kind, type[Any]], str]] = {
    (Kind.TEXT, str): _TEXT,
    (Kind.NUMBER, int): "x if (x := {raw}).__class__ is int else {read}(x)",
    (Kind.NUMBER, float): "x if (x := {raw}).__class__ is float else {read}(x)",
    (Kind.NUMBER, Decimal): "Decimal(repr(x)) if (x := {raw}).__class__ is float else {read}(x)",
    (Kind.DATE, date): "dates[x] if (x := {raw}) else {read}(x)",
    (Kind.TIMESTAMP, datetime): (
        "timestamp(f'{{x[6:10]}}-{{x[:2]}}-{{x[3:5]}}T{{x[11:]}}') "
        "if (x := {raw}).__class__ is str and len(x) == 19 and x[2] == '/' else {read}(x)"
    ),
}
_DEFAULT: Final = "{read}({raw})"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records of one reply came from.

    Attributes:
        origin: What the records remember.
        asked: The attributes of the portals of which the program itself asked for a part only.
    """

    origin: Origin
    asked: AbstractSet[str] = frozenset()


def build_records(plan: Plan, data: list[Raw], source: Source) -> list[Record]:
    """Make the records of one reply.

    Args:
        plan: The plan of the model.
        data: The member `data` of the reply.
        source: Where it came from.

    Returns:
        The records, in the order of the reply.

    Raises:
        MappingError: A value does not fit its field.
    """
    if not data:
        return []
    build = _builder(plan, data[0]).build
    return [build(raw, source) for raw in data]


def _builder(plan: Plan, raw: Raw) -> Builder:
    """Give the builder for records that carry the keys of this one."""
    fields: Raw = raw["fieldData"]
    portals: Raw = raw.get("portalData") or {}
    key = (frozenset(fields), frozenset(portals))
    if key not in plan.builders:
        names = {
            attr: field.names for attr, field in plan.fields.items() if any(n in fields for n in field.names)
        }
        shown = [portal for portal in plan.portals.values() if portal.name in portals]
        plan.builders[key] = Builder(plan, names, shown)
    builder: Builder = plan.builders[key]
    return builder


def row_builder(portal: PortalPlan) -> Callable[[list[Raw]], list[Any]]:
    """Give the function that makes the rows of one portal."""
    plan = plan_of(portal.row)

    def build(rows: list[Raw]) -> list[Any]:
        return [builder.build_row(raw, portal.label) for raw in rows] if (builder := _of(rows)) else []

    def _of(rows: list[Raw]) -> Builder | None:
        if not rows:
            return None
        key = (frozenset(rows[0]), portal.name)
        if key not in plan.builders:
            plan.builders[key] = Builder(plan, _row_names(plan, portal.name, rows[0]), [])
        builder: Builder = plan.builders[key]
        return builder

    return build


def _row_names(plan: Plan, portal: str, raw: Raw) -> dict[str, list[str]]:
    """Find the keys of a row's fields.

    Recorded replies qualify them by the table occurrence; Claris's guide says by the portal's object name, so
    that is taken as well.
    """
    names: dict[str, list[str]] = {}
    for attr, field in plan.fields.items():
        for candidate in (field.names, [f"{portal}::{name.partition('::')[2]}" for name in field.names]):
            if any(name in raw for name in candidate):
                names[attr] = candidate
                break
    return names


class Builder:
    """Makes the records of one class out of replies that carry the same keys."""

    def __init__(self, plan: Plan, names: Mapping[str, list[str]], portals: list[PortalPlan]) -> None:
        """Write the function for the attributes of `names` (their keys on the wire) and these portals."""
        self.plan = plan
        self.names = names
        self.portals = {portal.attr: (portal, row_builder(portal)) for portal in portals}
        self._shared_set = {*names, *self.portals}
        self._values = self._compile()
        self._validated = _has_validators(plan)

    def build(self, raw: Raw, source: Source) -> Record:
        """Make one record of the member of `data` that holds it; raises MappingError."""
        try:
            values = self._values(raw["fieldData"])
        except (ValueError, KeyError, TypeError):
            values = self._carefully(raw["fieldData"], source.origin.layout, raw["recordId"])
        record = self._record(values, State(raw["recordId"], raw.get("modId"), source.origin))
        if self.portals:
            self._add_portals(record, raw, source.asked)
        return record

    def build_row(self, raw: Raw, label: str) -> Record:
        """Make one portal row; raises MappingError."""
        try:
            values = self._values(raw)
        except (ValueError, KeyError, TypeError):
            values = self._carefully(raw, label, raw.get("recordId"))
        return self._record(values, State(raw.get("recordId"), raw.get("modId")))

    # -- inside ----------------------------------------------------------------------------------------------

    def _compile(self) -> Callable[[Raw], dict[str, Any]]:
        scope: dict[str, Any] = {
            "dates": _dates,
            "timestamp": datetime.fromisoformat,
            "Decimal": Decimal,
            "Repetitions": Repetitions,
        }
        entries = [self._entry(number, attr, scope) for number, attr in enumerate(self.names)]
        exec(f"def values(d):\n    return {{{', '.join(entries)}}}", scope)  # noqa: S102 - made of reprs only
        values: Callable[[Raw], dict[str, Any]] = scope["values"]
        return values

    def _entry(self, number: int, attr: str, scope: dict[str, Any]) -> str:
        field = self.plan.fields[attr]
        read = f"read{number}"
        scope[read] = field.codec.read
        values = [_expression(field, name, read) for name in self.names[attr]]
        if not field.repetitions:
            return f"{attr!r}: {values[0]}"
        scope[f"item{number}"] = field.item
        return f"{attr!r}: Repetitions([{', '.join(values)}], {field.label!r}, item{number})"

    def _carefully(self, raw: Raw, layout: str, record_id: str | None) -> dict[str, Any]:
        """Read value by value, to leave out what is missing and to say which one does not fit."""
        values: dict[str, Any] = {}
        for attr, names in self.names.items():
            field = self.plan.fields[attr]
            cells = [_cell(field, name, raw, layout, record_id) for name in names]
            if field.repetitions:
                values[attr] = Repetitions(cells, field.label, field.item)
            elif cells[0] is not NOT_LOADED:
                values[attr] = cells[0]
        return values

    def _record(self, values: dict[str, Any], state: State) -> Record:
        cls = self.plan.cls
        if self._validated:
            return _validated(cls, values, state)
        record = cls.__new__(cls)
        loaded = self._shared_set if len(values) == len(self.names) else {*values, *self.portals}
        _set(record, "__dict__", values)
        _set(record, "__pydantic_fields_set__", loaded)
        _set(record, "__pydantic_extra__", None)
        _set(record, "__pydantic_private__", None)
        _set(record, "__fmorm_state__", state)
        return record

    def _add_portals(self, record: Record, raw: Raw, asked: AbstractSet[str]) -> None:
        found = _found_counts(raw)
        values = vars(record)
        for attr, (portal, rows) in self.portals.items():
            values[attr] = PortalRows.loaded(
                raw["portalData"][portal.name],
                rows,
                portal.label,
                found=found.get(portal.name),
                asked=attr in asked or portal.limit is not None,
            )


_dates: Final = _Dates()
_set: Final = object.__setattr__
_OWN: Final = {Mark}


def _expression(field: FieldPlan, name: str, read: str) -> str:
    template = _INLINE.get((field.codec.kind, field.codec.held), _DEFAULT)
    return template.format(raw=f"d[{name!r}]", read=read, filled="x and " if field.codec.optional else "")


def _cell(field: FieldPlan, name: str, raw: Raw, layout: str, record_id: str | None) -> Any:
    if name not in raw:
        return NOT_LOADED
    try:
        return field.codec.read(raw[name])
    except Unreadable as error:
        raise MappingError(
            str(error), layout=layout, record_id=record_id, field=name, raw=raw[name]
        ) from None


def _has_validators(plan: Plan) -> bool:
    """Tell whether the class has checks or hooks of its own, which every record then goes through."""
    cls = plan.cls
    decorators = cls.__pydantic_decorators__
    constraints = any(set(map(type, info.metadata)) - _OWN for info in cls.model_fields.values())
    return bool(
        constraints
        or decorators.field_validators
        or decorators.model_validators
        or decorators.validators
        or decorators.root_validators
        or cls.__private_attributes__
        or cls.model_post_init is not Record.model_post_init
    )


def _validated(cls: type[Record], values: dict[str, Any], state: State) -> Record:
    try:
        record: Record = cls.__pydantic_validator__.validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        layout = state.origin.layout if state.origin else cls.__name__
        raise MappingError(
            first["msg"], layout=layout, record_id=state.record_id, field=field, raw=first["input"]
        ) from error
    _set(record, "__fmorm_state__", state)
    return record


def _found_counts(raw: Raw) -> dict[str, int]:
    """Give how many rows each portal has, by object name and by table occurrence."""
    counts: dict[str, int] = {}
    for info in raw.get("portalDataInfo") or ():
        counts[info.get("portalObjectName") or info["table"]] = info["foundCount"]
    return counts
