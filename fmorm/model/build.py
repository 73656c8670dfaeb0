"""Records out of replies: a function written for each class and set of keys, with the careful way behind it.

A layout gives every record the same keys, so which attributes a reply carries is looked at once per page.
The function that is then written (`inline`) has no lookups left. Whatever goes wrong in it, the careful way
finds out where: it reads value by value, leaves out what is missing, and says what does not fit.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from fmorm.errors import MappingError
from fmorm.model.careful import check_items, put_aside_refused, read_values, take_kept
from fmorm.model.declare import is_constrained
from fmorm.model.inline import Maker, write_maker
from fmorm.model.plan import Plan, PortalPlan, plan_of
from fmorm.model.portals import PortalRows
from fmorm.model.records import Record
from fmorm.model.repetitions import is_repetitions
from fmorm.model.source import RowSource, Source, Spot
from fmorm.model.state import Came, Origin, State, state_of
from fmorm.model.troubles import OnBadValue
from fmorm.model.watching import texts_of, watch
from fmorm.wire.replies import found_counts
from fmorm.wire.shaped import Raw, Shaped
from fmorm.wire.unread import UnreadRows


def build_records(plan: Plan, data: list[Raw], source: Source) -> list[Record]:
    """Make the records of one reply.

    Args:
        plan: The plan of the model.
        data: The member `data` of the reply, or a part of it.
        source: Where it came from.

    Returns:
        The records, in the order of the reply.

    Raises:
        MappingError: A value does not fit its field.
    """
    if not data:
        return []
    return _record_maker(plan, data[0])(data, source)


def row_builder(portal: PortalPlan, layout: str) -> Callable[..., list[Any]]:
    """Give the function that makes the rows of one portal: of raw rows, where they live, and the find's policy."""
    plan = plan_of(portal.row)
    default = plan.on_bad_value or portal.on_bad_value or "raise"
    last = RowSource(layout, portal.label, default, None)  # of one reply all rows have the same

    def build(
        rows: Sequence[Raw], origin: Origin | None, on_bad_value: OnBadValue | None = None
    ) -> list[Any]:
        nonlocal last
        raws = rows.read() if isinstance(rows, UnreadRows) else rows
        if not raws:
            return []
        source, policy = last, on_bad_value or default
        if source.origin is not origin or source.policy != policy:
            last = source = RowSource(layout, portal.label, policy, origin)
        return _row_maker(plan, portal.name, raws[0])(raws, source)

    return build


def _record_maker(plan: Plan, raw: Raw) -> Maker:
    """Give the function for records that carry the keys of this one."""
    key = (_form(raw["fieldData"]), _form(_portals(raw)))
    if key not in plan.builders:
        plan.builders[key] = Builder(plan, None, raw).make
    maker: Maker = plan.builders[key]
    return maker


def _row_maker(plan: Plan, portal: str, raw: Raw) -> Maker:
    """Give the function for rows of a portal that carry the keys of this one."""
    # A class is that of one portal. A tuple is made quicker than a set, and a server keeps to one order of keys.
    form: Hashable = raw.__class__ if isinstance(raw, Shaped) else (portal, *raw)
    maker: Maker | None = plan.builders.get(form)
    if maker is None:
        maker = plan.builders[form] = Builder(plan, portal, raw).make
    return maker


def _form(held: Raw) -> Hashable:
    """Give what decides which function reads an object: its class, or its keys."""
    return held.__class__ if isinstance(held, Shaped) else frozenset(held)


def _portals(raw: Raw) -> Raw:
    """Give the portals of a raw record; some replies have none, and not even an empty object."""
    portals: Raw | None = raw.get("portalData")
    return {} if portals is None else portals


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
        make: Makes records of raw ones and their source; quick with those that carry the keys of the sample,
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
            raw=sample,
            cells=self._fields(sample),
            shown=_portals(sample),
            carefully=self._carefully,
            checked=self._checked if has_validators(plan) else None,
            watched=self._watched if plan.watched else None,
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
        portals = _portals(raw)
        return [portal for portal in self._plan.portals.values() if portal.name in portals]

    # -- the careful way -------------------------------------------------------------------------------------

    def _carefully(self, raw: Raw, source: Source | RowSource) -> tuple[dict[str, Any], Came]:
        """Read value by value, to leave out what is missing and to say which one does not fit."""
        came: Came = [raw.get("recordId"), raw.get("modId"), source]
        state = state_of(came)
        spot = source.spot(raw, self._plan.on_bad_value)
        values = read_values(self._plan, self._names(raw), self._fields(raw), spot, state)
        return values | self._portals(raw, source, came), came

    def _portals(self, raw: Raw, source: Source | RowSource, came: Came) -> dict[str, PortalRows[Any]]:
        found, policy = found_counts(raw), source.on_bad_value
        return {
            portal.attr: PortalRows[Any].loaded(
                raw["portalData"][portal.name],
                functools.partial(self._rows[portal.attr], on_bad_value=policy),
                portal.label,
                portal.row,
                found.get(portal.name),
                portal.limit is not None or portal.attr in source.asked,
                came,
                portal,
            )
            for portal in self._shown(raw)
        }

    # -- values that change in place -------------------------------------------------------------------------

    def _watched(self, record: Record, raw: Raw) -> Record:
        """Let a record keep the texts of values that can change in place; what is no value of its field has none."""
        fields = self._fields(raw)
        return self._watching(
            record, {attr: fields.get(names[0]) for attr, names in self._names(raw).items()}
        )

    def _watching(self, record: Record, texts: Mapping[str, Any]) -> Record:
        troubles = record.__fmorm_state__.troubles
        bad = () if troubles is None else troubles.cells
        held = [attr for attr in self._plan.watched if attr in vars(record) and attr not in bad]
        watch(record, {attr: texts[attr] for attr in held})
        return record

    # -- checks of the class's own ---------------------------------------------------------------------------

    def _checked(self, values: dict[str, Any], raw: Raw, source: Source | RowSource, came: Came) -> Record:
        spot = source.spot(raw, self._plan.on_bad_value)
        record = self._through_validators(values, raw, spot, state_of(came))
        record.__fmorm_own__(vars(record))
        return self._watching(record, texts_of(record)) if self._plan.watched else record

    def _through_validators(self, values: dict[str, Any], raw: Raw, spot: Spot, state: State) -> Record:
        """Let the class's own checks and hooks see the values of a reply; raises MappingError."""
        validate = self._plan.cls.__pydantic_validator__.validate_python
        names, fields = self._names(raw), self._fields(raw)
        kept = take_kept(values, state)
        while True:
            try:
                self._check_items(values, fields, spot)
                record: Record = validate(values, context=state)
            except ValidationError as error:
                if not put_aside_refused(error, names, values, kept, fields, spot, state):
                    raise self._refused(error, names, fields, spot) from error
            else:
                vars(record).update(kept)
                record.__pydantic_fields_set__.update(kept)
                return record

    def _check_items(self, values: dict[str, Any], fields: Raw, spot: Spot) -> None:
        """Check loaded repetitions one by one: pydantic takes them for checked already."""
        for attr, value in values.items():
            if is_repetitions(value):
                check_items(self._plan.fields[attr], value, fields, spot)

    def _refused(
        self, error: ValidationError, names: Mapping[str, list[str]], fields: Raw, spot: Spot
    ) -> MappingError:
        first = error.errors(include_url=False)[0]
        attr = str(first["loc"][0]) if first["loc"] else ""
        keys = names.get(attr, [])
        if not keys:  # the record as a whole: its cells are not told, where files are is among them
            return spot.bad(first["msg"], attr, None)
        cells = [fields.get(name) for name in keys]
        return spot.bad(first["msg"], self._plan.fields[attr].name, cells[0] if len(cells) == 1 else cells)


def has_validators(plan: Plan) -> bool:
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
