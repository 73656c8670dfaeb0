"""What of a record is not loaded yet: fields, portals, and the rest of the rows of a portal.

What is known stays, and so does what was not saved.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, TypeVar, cast

from fmorm.errors import NotLoaded
from fmorm.mapper.doubt import exclusively
from fmorm.mapper.given import expect_own_field
from fmorm.mapper.home import Home, at_home
from fmorm.mapper.portals import Whole, layout_of, read_first, read_whole
from fmorm.mapper.relating import load_related, relation_terms
from fmorm.model.build import build_records, row_builder
from fmorm.model.keeping import fill_in, held_rows, take_over
from fmorm.model.plan import FieldPlan, Plan, PortalPlan, PortalTerm, plan_of
from fmorm.model.portals import PortalRows, is_portal_rows
from fmorm.model.records import Model, PortalRow, Record
from fmorm.model.related import RelationTerm
from fmorm.model.repetitions import is_repetitions
from fmorm.model.source import Source
from fmorm.model.state import NOT_LOADED, State, state
from fmorm.model.troubles import OnBadValue
from fmorm.protocol.effects import Steps
from fmorm.query.terms import ContainerTerm, RepeatingTerm, Term

R = TypeVar("R", bound=PortalRow)
T = TypeVar("T")


def load(home: Home, target: T, what: Sequence[Any]) -> Steps[T]:
    """Load what is not loaded: the rest of a portal's rows, fields and portals of a record, relations of records.

    Args:
        home: The database.
        target: A portal of a record, a record, or a list of records.
        what: Class attributes: fields, portals, relations. A list of records takes relations only.

    Returns:
        The same object.

    Raises:
        TypeError: That cannot be loaded; nothing was sent. For the others see `load_rows`, `load_record` and
            `load_related`.
    """
    given: Any = target
    if is_portal_rows(given):
        if what:
            raise TypeError("load takes a portal of a record alone: db.load(person.addresses)")
        yield from load_rows(home, given)
    elif isinstance(given, Model):
        yield from _load_parts(home, given, what)
    else:
        yield from _load_many(home, given, what)
    return target


def _load_parts(home: Home, record: Model, what: Sequence[Any]) -> Steps[None]:
    relations = [term for term in what if isinstance(term, RelationTerm)]
    attrs = [_attr(record, term) for term in what if not isinstance(term, RelationTerm)]
    terms = relation_terms(type(record), relations)
    if attrs or not relations:
        yield from load_record(home, record, attrs)
    yield from load_related(home, [record], terms)


def _load_many(home: Home, given: Any, what: Sequence[Any]) -> Steps[None]:
    if not isinstance(given, (list, tuple)) or not all(
        isinstance(one, Model) for one in cast("list[Any]", given)
    ):
        raise TypeError(f"load takes a record, a list of records, or a portal of a record; not {given!r}")
    records = cast("list[Model]", given)
    if not what or not all(isinstance(term, RelationTerm) for term in what):
        raise TypeError(
            "load takes the relations to load for a list of records, as in db.load(orders, Order.customer); fields and "
            "portals are loaded for one record, and a find brings portals along"
        )
    for cls in {type(record) for record in records}:
        relation_terms(cls, what)
    yield from load_related(home, records, what)


def _attr(record: Model, term: Any) -> str:
    """Give the attribute that a class attribute stands for; raises TypeError where it is none of the record's."""
    plan = plan_of(type(record))
    if isinstance(term, PortalTerm):
        attr = term.__fmorm_portal__.attr
        if attr in plan.portals and plan.portals[attr].row is term.__fmorm_portal__.row:
            return attr
    elif isinstance(term, (Term, RepeatingTerm, ContainerTerm)):
        ref = term.ref
        if len(ref.path) == 1 and ref.path[0] in plan.fields:
            expect_own_field(plan, ref)
            return ref.path[0]
    raise TypeError(f"{term!r} is no field, portal or relation of {plan.cls.__name__}")


def load_rows(home: Home, rows: PortalRows[R]) -> Steps[PortalRows[R]]:
    """Read the rest of a portal's rows into it; nothing is sent where it is complete.

    All of it is read again, page by page: so the rows are in FileMaker's order, and none is missing or twice.

    Args:
        home: The database.
        rows: The portal of a record.

    Returns:
        The same object. It is complete now, unless the layout's portal does not scroll.

    Raises:
        DriftError: The record or its rows have changed since the record was read; nothing was taken over.
        RecordStateError: The rows are a copy, or the record was never created, lives elsewhere or is in doubt.
    """
    if rows.complete:
        return rows
    known, portal = rows.place()
    return (yield from exclusively(known, _load_rows(home, rows, known, portal)))


def _load_rows(home: Home, rows: PortalRows[R], known: State, portal: PortalPlan) -> Steps[PortalRows[R]]:
    layout = layout_of(home, known)
    first = yield from read_first(home, known, layout, [portal])
    whole = yield from read_whole(home, known, layout, portal, first)
    _take(rows, portal, layout, whole, known.policy)
    record = known.held_by()
    if record is not None and known.awaited.get(portal.attr) is rows:
        record.__fmorm_fill__(portal.attr)
    return rows


def load_record(home: Home, record: Model, attrs: Sequence[str]) -> Steps[None]:
    """Load fields and portals of a record; nothing is sent where all of them are known.

    Args:
        home: The database.
        record: A record that exists in FileMaker.
        attrs: The attributes; without any, whatever is not loaded and the layout shows.

    Raises:
        NotLoaded: The layout does not show one of them; nothing was taken over.
        MappingError, NoAccess: The value of one of them does not fit, or is hidden; nothing was taken over.
        DriftError: The record or its rows have changed since it was read; nothing was taken over.
        RecordStateError: It was never created, lives elsewhere or is in doubt.
    """
    plan = at_home(home, record)
    fields = [plan.fields[attr] for attr in attrs or plan.fields if attr in plan.fields]
    portals = [plan.portals[attr] for attr in attrs or plan.portals if attr in plan.portals]
    fields = [field for field in fields if not _knows(record, field)]
    portals = [portal for portal in portals if not _is_whole(record, portal)]
    if fields or portals:
        steps = _load_record(home, plan, record, fields, portals, strictly=bool(attrs))
        yield from exclusively(state(record), steps)


def _load_record(
    home: Home,
    plan: Plan,
    record: Model,
    fields: list[FieldPlan],
    portals: list[PortalPlan],
    *,
    strictly: bool,
) -> Steps[None]:
    known = state(record)
    layout = layout_of(home, known)
    first = yield from read_first(home, known, layout, portals)
    wholes: list[tuple[PortalPlan, Whole]] = []
    for portal in portals:
        whole = yield from read_whole(home, known, layout, portal, first)
        wholes.append((portal, whole))
    (fresh,) = build_records(plan, [first], Source(home.origin(layout), on_bad_value=known.policy))
    if strictly:
        _refuse_troubles(fresh, fields)
    shown = [field for field in fields if _knows(fresh, field, some=True)]
    if strictly and len(shown) < len(fields):
        (hidden, *_) = [field for field in fields if field not in shown]
        raise NotLoaded(
            f"{hidden.label}: layout {layout!r} does not show field {hidden.name!r}, so it cannot be loaded"
        )
    for portal, whole in wholes:
        _take_portal(record, portal, layout, whole)
    fill_in(record, fresh, [field.attr for field in shown])


def _refuse_troubles(fresh: Record, fields: list[FieldPlan]) -> None:
    """Raise what is wrong with a value that the layout shows: it does not fit, or the account may not see it."""
    wanted = {field.attr for field in fields if not _knows(fresh, field, some=True)}
    for name, why in fresh.__fmorm_troubles__():
        if name.partition("[")[0] in wanted:
            raise why.with_traceback(None)


def _take_portal(record: Model, portal: PortalPlan, layout: str, whole: Whole) -> None:
    rows = held_rows(record, portal.attr)
    if rows is None:
        rows = record.__fmorm_rows__(portal.attr)
    _take(rows, portal, layout, whole, state(record).policy)
    state(record).awaited[portal.attr] = rows
    record.__fmorm_fill__(portal.attr)


def _take(
    rows: PortalRows[Any], portal: PortalPlan, layout: str, whole: Whole, policy: OnBadValue | None
) -> None:
    build = functools.partial(row_builder(portal, layout), on_bad_value=policy)
    rows.take_all(whole.rows, build, whole.found, take_over)


def _knows(record: Record, field: FieldPlan, *, some: bool = False) -> bool:
    """Whether a field's value is known or set; of a repeating field, all of them or `some`."""
    value: Any = vars(record).get(field.attr, NOT_LOADED)
    if not is_repetitions(value):
        return value is not NOT_LOADED
    known = len(value.known())
    return known > 0 if some else known == field.repetitions


def _is_whole(record: Model, portal: PortalPlan) -> bool:
    rows = held_rows(record, portal.attr)
    return rows is not None and rows.complete is True
