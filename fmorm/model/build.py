"""Records out of replies: one function written for each class and set of keys, with a careful one behind it.

A layout gives every record the same keys, so which attributes a reply carries is looked at once per page.
The function that is then made has no lookups left: each value is checked for its expected class in line, and
whatever is not as expected is left to the codec. If anything goes wrong, the careful way finds out where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from fmorm.errors import MappingError
from fmorm.model.declare import is_constrained
from fmorm.model.plan import FieldPlan, Plan, PortalPlan, plan_of
from fmorm.model.portals import PortalRows
from fmorm.model.records import Record
from fmorm.model.repetitions import Repetitions, is_repetitions
from fmorm.model.state import NOT_LOADED, Origin, State
from fmorm.wire.replies import found_counts
from fmorm.wire.values import Kind, Unreadable, date_in

Raw = dict[str, Any]

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


# What is tried in line, by kind and type; `x` is the raw value. Everything else goes to the codec: infinity,
# too, for which `x - x` is not 0. What raises here, such as the length of a number, is read once more with care.
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
    (Kind.TIME, time): "time(x) if len(x := {raw}) == 8 and x[2:6:3] == '::' else {read}(x)",
    (Kind.TIMESTAMP, datetime): (
        "{read}(x) if len(x := {raw}) != 19 or x[10:17:3] not in (' ::', 'T::') "
        "else timestamp(x) if x[7] == '-' else timestamp(iso_dates[x[:10]] + x[10:])"
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


@dataclass(frozen=True, slots=True)
class Spot:
    """Which record, or which row of which portal, is being read."""

    layout: str
    record_id: str | None
    portal: str | None


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
    builder = _builder(plan, data[0])
    records: list[Record] = []
    for raw in data:
        if len(raw["fieldData"]) != builder.width:
            builder = _builder(plan, raw)
        records.append(builder.build(raw, source))
    _give_portals(plan, records)
    return records


def _give_portals(plan: Plan, records: list[Record]) -> None:
    """Let the rows of each portal know the state of the record that they belong to."""
    for attr, portal in plan.portals.items():
        for record in records:
            rows: PortalRows[Any] | None = vars(record).get(attr)
            if rows is not None:
                rows.belong(record.__fmorm_state__, portal)


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
        plan.builders[key] = Builder(plan, names, shown, len(fields))
    builder: Builder = plan.builders[key]
    return builder


def row_builder(portal: PortalPlan, layout: str) -> Callable[[list[Raw]], list[Any]]:
    """Give the function that makes the rows of one portal of a layout."""
    plan = plan_of(portal.row)

    def build(rows: list[Raw]) -> list[Any]:
        if not rows:
            return []
        builder = _of(rows[0])
        built: list[Any] = []
        for raw in rows:
            if len(raw) != builder.width:
                builder = _of(raw)
            built.append(builder.build_row(raw, layout, portal.label))
        return built

    def _of(raw: Raw) -> Builder:
        key = (frozenset(raw), portal.name)
        if key not in plan.builders:
            plan.builders[key] = Builder(plan, _row_names(plan, portal.name, raw), [], len(raw))
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
        own = field.name.startswith(f"{plan.place}::")
        by_object = [f"{portal}::{name.partition('::')[2]}" for name in field.names] if own else []
        for candidate in (field.names, by_object):
            if any(name in raw for name in candidate):
                names[attr] = candidate
                break
    return names


class Builder:
    """Makes the records of one class out of replies that carry the same keys."""

    def __init__(
        self, plan: Plan, names: Mapping[str, list[str]], portals: list[PortalPlan], width: int
    ) -> None:
        """Write the function for the attributes of `names` (their keys on the wire) and these portals.

        `width` is how many keys such a record has: one with more or fewer has another builder.
        """
        self.width = width
        self.plan = plan
        self.names = names
        self.portals = {portal.attr: (portal, row_builder(portal, plan.place)) for portal in portals}
        self._shared_set = {*names, *self.portals}
        self._values = self._compile()
        self._validated = _has_validators(plan)

    def build(self, raw: Raw, source: Source) -> Record:
        """Make one record of the member of `data` that holds it; raises MappingError."""
        fields = raw["fieldData"]
        values = self._read(fields, source.origin.layout, raw["recordId"])
        state = State(raw["recordId"], raw.get("modId"), source.origin)
        portals = self._portal_rows(raw, source.asked) if self.portals else {}
        return self._record(values, portals, state, fields)

    def build_row(self, raw: Raw, layout: str, portal: str) -> Record:
        """Make one row of a portal of a layout; raises MappingError."""
        values = self._read(raw, layout, raw.get("recordId"), portal)
        return self._record(values, {}, State(raw.get("recordId"), raw.get("modId")), raw)

    # -- inside ----------------------------------------------------------------------------------------------

    def _compile(self) -> Callable[[Raw], dict[str, Any]]:
        scope: dict[str, Any] = {
            "dates": _dates,
            "iso_dates": _iso_dates,
            "time": time.fromisoformat,
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
        scope[f"item{number}"] = field.setter
        return f"{attr!r}: Repetitions([{', '.join(values)}], {field.label!r}, item{number})"

    def _read(
        self, raw: Raw, layout: str, record_id: str | None, portal: str | None = None
    ) -> dict[str, Any]:
        try:
            return self._values(raw)
        except (ValueError, KeyError, TypeError):
            return self._carefully(raw, Spot(layout, record_id, portal))

    def _carefully(self, raw: Raw, spot: Spot) -> dict[str, Any]:
        """Read value by value, to leave out what is missing and to say which one does not fit."""
        values: dict[str, Any] = {}
        for attr, names in self.names.items():
            field = self.plan.fields[attr]
            cells = [_cell(field, name, raw, spot) for name in names]
            if field.repetitions:
                values[attr] = Repetitions(cells, field.label, field.setter)
            elif cells[0] is not NOT_LOADED:
                values[attr] = cells[0]
        return values

    def _record(
        self, values: dict[str, Any], portals: dict[str, PortalRows[Any]], state: State, raw: Raw
    ) -> Record:
        cls = self.plan.cls
        complete = len(values) == len(self.names) and len(portals) == len(self.portals)
        values |= portals
        if self._validated:
            return self._through_validators(values, state, raw)
        record = cls.__new__(cls)
        _set(record, "__dict__", values)
        _set(record, "__pydantic_fields_set__", self._shared_set if complete else set(values))
        _set(record, "__pydantic_extra__", None)
        _set(record, "__pydantic_private__", None)
        _set(record, "__fmorm_state__", state)
        return record

    def _through_validators(self, values: dict[str, Any], state: State, raw: Raw) -> Record:
        """Let the class's own checks and hooks see the values of a reply; raises MappingError."""
        validate = self.plan.cls.__pydantic_validator__.validate_python
        try:
            record: Record = validate(self._items_checked(values), context=state)
        except ValidationError as error:
            raise self._refused(error, state, raw) from error
        return record

    def _items_checked(self, values: dict[str, Any]) -> dict[str, Any]:
        """Check loaded repetitions one by one: pydantic takes them for checked already."""
        for attr, value in values.items():
            if is_repetitions(value):
                for item in value.known().values():
                    self.plan.fields[attr].item(item)
        return values

    def _refused(self, error: ValidationError, state: State, raw: Raw) -> MappingError:
        first = error.errors(include_url=False)[0]
        attr = str(first["loc"][0]) if first["loc"] else ""
        names = self.names.get(attr, [])
        cells = [raw.get(name) for name in names]
        return MappingError(
            first["msg"],
            layout=state.origin.layout if state.origin else self.plan.place,
            record_id=state.record_id,
            field=self.plan.fields[attr].name if names else attr or self.plan.cls.__name__,
            raw=cells[0] if len(cells) == 1 else cells or raw,
        )

    def _portal_rows(self, raw: Raw, asked: AbstractSet[str]) -> dict[str, PortalRows[Any]]:
        found = found_counts(raw)
        data = raw["portalData"]
        return {
            attr: _loaded_rows(
                data[portal.name],
                rows,
                portal.label,
                portal.row,
                found=found.get(portal.name),
                asked=attr in asked or portal.limit is not None,
            )
            for attr, (portal, rows) in self.portals.items()
            if portal.name in data
        }


_dates: Final = _Dates(lambda value: value)
_iso_dates: Final = _Dates(date.isoformat)
_loaded_rows: Final = PortalRows[Any].loaded
_set: Final = object.__setattr__


def _expression(field: FieldPlan, name: str, read: str) -> str:
    template = _INLINE.get((field.codec.kind, field.codec.held), _DEFAULT)
    return template.format(raw=f"d[{name!r}]", read=read, filled="x and " if field.codec.optional else "")


def _cell(field: FieldPlan, name: str, raw: Raw, spot: Spot) -> Any:
    if name not in raw:
        return NOT_LOADED
    try:
        return field.codec.read(raw[name])
    except Unreadable as error:
        raise MappingError(
            str(error),
            layout=spot.layout,
            record_id=spot.record_id,
            portal=spot.portal,
            field=name,
            raw=raw[name],
        ) from None


def _has_validators(plan: Plan) -> bool:
    """Tell whether the class has checks or hooks of its own, which every record then goes through."""
    cls = plan.cls
    decorators = cls.__pydantic_decorators__
    constraints = any(map(is_constrained, cls.model_fields.values()))
    return bool(
        constraints
        or decorators.field_validators
        or decorators.model_validators
        or decorators.validators
        or decorators.root_validators
        or cls.__private_attributes__
        or cls.model_post_init is not Record.model_post_init
    )
