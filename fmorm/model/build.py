"""Records out of replies: a function written for each class and set of keys, with the careful way behind it.

A layout gives every record the same keys, so which attributes a reply carries is looked at once per page.
The function that is then written (`inline`) has no lookups left. Whatever goes wrong in it, the careful way
finds out where: it reads value by value, leaves out what is missing, and says what does not fit.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import ValidationError

from fmorm.errors import MappingError
from fmorm.model.declare import is_constrained
from fmorm.model.inline import Maker, found_counts, write_maker
from fmorm.model.plan import FieldPlan, Plan, PortalPlan, plan_of
from fmorm.model.portals import PortalRows
from fmorm.model.records import Record
from fmorm.model.repetitions import Repetitions, is_repetitions
from fmorm.model.state import NOT_LOADED, Origin, State
from fmorm.wire.values import Unreadable

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records of one reply came from.

    Attributes:
        origin: What the records remember.
        asked: The attributes of the portals of which the program itself asked for a part only.
    """

    origin: Origin
    asked: AbstractSet[str] = frozenset()
    portal: ClassVar[None] = None

    @property
    def layout(self) -> str:
        """The layout, for messages."""
        return self.origin.layout


@dataclass(frozen=True, slots=True)
class RowSource:
    """Where the rows of one portal came from.

    Attributes:
        layout: The layout, for messages.
        portal: The portal's label, for messages.
    """

    layout: str
    portal: str
    origin: ClassVar[None] = None  # rows live with their record
    asked: ClassVar[AbstractSet[str]] = frozenset()


def build_records(plan: Plan, data: list[Raw], source: Source) -> list[Record]:
    """Make the records of one reply.

    Args:
        plan: The plan of the model.
        data: The member `data` of the reply. It is emptied on the way, so that the next record is made in memory
            that the last raw one was in: without, a page takes a tenth longer.
        source: Where it came from.

    Returns:
        The records, in the order of the reply.

    Raises:
        MappingError: A value does not fit its field.
    """
    if not data:
        return []
    make = _record_maker(plan, data[0])
    data.reverse()
    records: list[Record] = []
    while data:
        records.append(make(data.pop(), source))
    return records


def row_builder(portal: PortalPlan, layout: str) -> Callable[[list[Raw]], list[Any]]:
    """Give the function that makes the rows of one portal of a layout."""
    plan, source = plan_of(portal.row), RowSource(layout, portal.label)

    def build(rows: list[Raw]) -> list[Any]:
        if not rows:
            return []
        make = _row_maker(plan, portal.name, rows[0])
        return [make(raw, source) for raw in rows]

    return build


def _record_maker(plan: Plan, raw: Raw) -> Maker:
    """Give the function for records that carry the keys of this one."""
    fields: Raw = raw["fieldData"]
    portals: Raw = raw.get("portalData") or {}
    key = (frozenset(fields), frozenset(portals))
    if key not in plan.builders:
        plan.builders[key] = Builder(plan, None, raw).make
    maker: Maker = plan.builders[key]
    return maker


def _row_maker(plan: Plan, portal: str, raw: Raw) -> Maker:
    """Give the function for rows of a portal that carry the keys of this one."""
    key = (frozenset(raw), portal)
    if key not in plan.builders:
        plan.builders[key] = Builder(plan, portal, raw).make
    maker: Maker = plan.builders[key]
    return maker


def _names(plan: Plan, fields: Raw) -> dict[str, list[str]]:
    """Find the keys of a record's fields."""
    return {attr: field.names for attr, field in plan.fields.items() if any(n in fields for n in field.names)}


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
    """Makes the records of one class.

    Attributes:
        make: Makes a record of a raw one and its source; quick with those that carry the keys of the sample,
            and right with any. Raises MappingError.
    """

    def __init__(self, plan: Plan, portal: str | None, sample: Raw) -> None:
        """Write the function for records, or rows of this portal, that carry the keys of a sample."""
        self._plan = plan
        self._portal = portal
        self._rows = {attr: row_builder(shown, plan.place) for attr, shown in plan.portals.items()}
        self.make = write_maker(
            plan,
            self._names(sample),
            {portal: self._rows[portal.attr] for portal in self._shown(sample)},
            width=len(self._fields(sample)),
            carefully=self._carefully,
            checked=self._through_validators if _has_validators(plan) else None,
        )

    # -- what a raw record carries ---------------------------------------------------------------------------

    def _fields(self, raw: Raw) -> Raw:
        fields: Raw = raw["fieldData"] if self._portal is None else raw
        return fields

    def _names(self, raw: Raw) -> dict[str, list[str]]:
        if self._portal is None:
            return _names(self._plan, raw["fieldData"])
        return _row_names(self._plan, self._portal, raw)

    def _shown(self, raw: Raw) -> list[PortalPlan]:
        portals: Raw = raw.get("portalData") or {}
        return [portal for portal in self._plan.portals.values() if portal.name in portals]

    # -- the careful way -------------------------------------------------------------------------------------

    def _carefully(self, raw: Raw, source: Source | RowSource) -> dict[str, Any]:
        """Read value by value, to leave out what is missing and to say which one does not fit."""
        values: dict[str, Any] = {}
        for attr, names in self._names(raw).items():
            field = self._plan.fields[attr]
            cells = [self._cell(field, name, raw, source) for name in names]
            if field.repetitions:
                values[attr] = Repetitions(cells, field.label, field.setter)
            elif cells[0] is not NOT_LOADED:
                values[attr] = cells[0]
        return values | self._portals(raw, source)

    def _cell(self, field: FieldPlan, name: str, raw: Raw, source: Source | RowSource) -> Any:
        fields = self._fields(raw)
        if name not in fields:
            return NOT_LOADED
        try:
            return field.codec.read(fields[name])
        except Unreadable as error:
            raise MappingError(
                str(error),
                layout=source.layout,
                record_id=raw.get("recordId"),
                portal=source.portal,
                field=name,
                raw=fields[name],
            ) from None

    def _portals(self, raw: Raw, source: Source | RowSource) -> dict[str, PortalRows[Any]]:
        found = found_counts(raw)
        return {
            portal.attr: PortalRows[Any].loaded(
                raw["portalData"][portal.name],
                self._rows[portal.attr],
                portal.label,
                portal.row,
                found.get(portal.name),
                portal.limit is not None or portal.attr in source.asked,
            )
            for portal in self._shown(raw)
        }

    # -- checks of the class's own ---------------------------------------------------------------------------

    def _through_validators(self, values: dict[str, Any], raw: Raw, source: Source | RowSource) -> Record:
        """Let the class's own checks and hooks see the values of a reply; raises MappingError."""
        validate = self._plan.cls.__pydantic_validator__.validate_python
        state = State(raw.get("recordId"), raw.get("modId"), source.origin)
        try:
            record: Record = validate(self._items_checked(values), context=state)
        except ValidationError as error:
            raise self._refused(error, raw, source) from error
        return record

    def _items_checked(self, values: dict[str, Any]) -> dict[str, Any]:
        """Check loaded repetitions one by one: pydantic takes them for checked already."""
        for attr, value in values.items():
            if is_repetitions(value):
                for item in value.known().values():
                    self._plan.fields[attr].item(item)
        return values

    def _refused(self, error: ValidationError, raw: Raw, source: Source | RowSource) -> MappingError:
        first = error.errors(include_url=False)[0]
        attr = str(first["loc"][0]) if first["loc"] else ""
        names = self._names(raw).get(attr, [])
        fields = self._fields(raw)
        cells = [fields.get(name) for name in names]
        return MappingError(
            first["msg"],
            layout=source.layout,
            record_id=raw.get("recordId"),
            portal=source.portal,
            field=self._plan.fields[attr].name if names else attr or self._plan.cls.__name__,
            raw=cells[0] if len(cells) == 1 else cells or fields,
        )


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
