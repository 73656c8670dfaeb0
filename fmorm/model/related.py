"""Relations worked out: what each compares, the way to it on the class, and what was loaded for it on a record.

What was loaded is kept beside the record's values, with the key that it was loaded for.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Never

from fmorm.errors import DeclarationError, FindError, NotLoaded, ReadOnly
from fmorm.model.plan import FieldPlan, Plan, plan_of
from fmorm.model.relations import Related
from fmorm.model.state import NOT_LOADED
from fmorm.wire.values import Kind

if TYPE_CHECKING:
    from fmorm.model.records import Model

_BARRED: Final = "a key holds one value of its own: no bool, no container, no list, no repetitions, no global"
_NO_KEYS: Final = (bool, list, tuple, set, frozenset)


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """One relation, worked out.

    Attributes:
        attr: The attribute.
        label: Class and attribute, for messages.
        owner: The class that it is an attribute of.
        target: The other class.
        many: Whether it leads to any number of records.
        own: The field of the owner that is compared.
        theirs: The field of the target that is compared.
    """

    attr: str
    label: str
    owner: type[Model]
    target: type[Model]
    many: bool
    own: FieldPlan
    theirs: FieldPlan


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded for a relation of one record.

    Attributes:
        key: The key that it was loaded for.
        value: The record or None, or the records.
    """

    key: Any
    value: Any


class RelationTerm:
    """What `Order.customer` is on the class; relations of the other class lead on: `Order.customer.region`."""

    __slots__ = ("__fmorm_path__",)

    def __init__(self, path: tuple[Relation, ...]) -> None:
        self.__fmorm_path__ = path

    def __getattr__(self, attr: str) -> RelationTerm:
        path = self.__fmorm_path__
        target = path[-1].target
        if attr in target.__fmorm_relations__:
            return RelationTerm((*path, relation_of(target, attr)))
        if attr in plan_of(target).fields:
            raise FindError(
                f"{self!r}.{attr}: a find looks into one layout. Find the records of {target.__name__} first, and then "
                f"by their keys; or put the related field on the layout and declare it: field('Occurrence::Field')"
            )
        names = ", ".join(target.__fmorm_relations__) or "none"
        raise AttributeError(
            f"{self!r} has no relation {attr!r}; the relations of {target.__name__} are {names}"
        )

    def __repr__(self) -> str:
        first, *rest = self.__fmorm_path__
        return ".".join([first.label, *(relation.attr for relation in rest)])


def relation_of(cls: type[Model], attr: str) -> Relation:
    """Give a relation of a class; it is worked out on first use and kept by the class.

    Raises:
        DeclarationError: It is declared wrongly; the message says what to write instead.
    """
    known = cls.__fmorm_resolved__
    if attr not in known:
        related = cls.__fmorm_relations__[attr]
        known[attr] = relation = _worked_out(cls, attr, related)
        cls.__fmorm_relations__[attr] = replace(related, target=relation.target, frame=None)
    return known[attr]


def term_of(cls: type[Model], attr: str) -> RelationTerm:
    """Give what a relation is on its class; raises DeclarationError."""
    return RelationTerm((relation_of(cls, attr),))


def check_relations(cls: type[Model]) -> None:
    """Check what can be checked before other classes are there: that each relation names a field of this one.

    Raises:
        DeclarationError: It does not.
    """
    plan = plan_of(cls)
    if plan.is_row and cls.__fmorm_relations__:
        attr = next(iter(cls.__fmorm_relations__))
        raise DeclarationError(
            f"{cls.__name__}.{attr}: a portal row has no relations; declare it on a Model of a layout of that "
            "table, and load it for as_model(row, …)"
        )
    for attr, related in cls.__fmorm_relations__.items():
        _field(plan, f"{cls.__name__}.{attr}", *_own_side(related))


def related_value(record: Model, attr: str) -> Any:
    """Give what was loaded for a relation of a record.

    Raises:
        NotLoaded: Nothing was, or the key is another one by now.
    """
    relation = relation_of(type(record), attr)
    loaded: Loaded | None = record.__fmorm_related__.get(attr)
    advice = f"db.load(record, {relation.label}) loads it, of one record or of a list of records at once"
    if loaded is None:
        name = relation.owner.__name__
        raise NotLoaded(
            f"{relation.label} is not loaded: {advice}; db.find({name}).prefetch({relation.label}) brings it along"
        )
    now = vars(record).get(relation.own.attr, NOT_LOADED)
    if loaded.key != now:
        raise NotLoaded(
            f"{relation.label} was loaded for {relation.own.label} {loaded.key!r}, which is {now!r} now: {advice}"
        )
    return loaded.value


def refuse_setting(record: Model, attr: str) -> Never:
    """Refuse that a relation is set; raises ReadOnly."""
    relation = relation_of(type(record), attr)
    if relation.many:
        raise ReadOnly(f"{relation.label} cannot be set: set {relation.theirs.label} of the other records")
    raise ReadOnly(
        f"{relation.label} cannot be set: set the key, {relation.own.label} = other.{relation.theirs.attr}"
    )


# -- working out -----------------------------------------------------------------------------------------


def _worked_out(cls: type[Model], attr: str, related: Related) -> Relation:
    label = f"{cls.__name__}.{attr}"
    target = _target(label, related)
    here, there = plan_of(cls), plan_of(target)
    own = _field(here, label, *_own_side(related))
    theirs = _field(there, label, *_other_side(related))
    if (own.codec.kind, own.codec.held) != (theirs.codec.kind, theirs.codec.held):
        raise DeclarationError(
            f"{label}: {own.label} is a {own.codec.kind} field held as {own.codec.held.__name__}, and {theirs.label} a "
            f"{theirs.codec.kind} field held as {theirs.codec.held.__name__}: declare both alike"
        )
    return Relation(attr, label, cls, target, related.many, own, theirs)


def _own_side(related: Related) -> tuple[str | None, str]:
    return (related.key, "key") if related.many else (related.on, "on")


def _other_side(related: Related) -> tuple[str | None, str]:
    return (related.on, "on") if related.many else (related.key, "key")


def _field(plan: Plan, label: str, attr: str | None, word: str) -> FieldPlan:
    """Give the field of one side of a relation; raises DeclarationError."""
    name = plan.cls.__name__
    if attr is None:
        if len(plan.keys) != 1:
            keys = ", ".join(field.attr for field in plan.keys) or "none"
            raise DeclarationError(
                f'{label}: say which field of {name} is the key, key="…": its business keys are {keys}'
            )
        return plan.keys[0]
    field = plan.fields.get(attr)
    if field is None:
        raise DeclarationError(
            f"{label}: {word}={attr!r} is no field of {name}; it declares {', '.join(plan.fields)}"
        )
    if (
        field.repetitions
        or field.is_global
        or field.codec.kind is Kind.CONTAINER
        or field.codec.held in _NO_KEYS
    ):
        raise DeclarationError(f"{label}: {word}={attr!r} cannot be a key: {_BARRED}")
    return field


def _target(label: str, related: Related) -> type[Model]:
    target = related.target
    if isinstance(target, str):
        target = _named(target, related)
    if not isinstance(target, type) or getattr(target, "__fmorm_is_row__", True):
        raise DeclarationError(
            f"{label}: {related.target!r} is no model that is known here: write {related.word}[…] with a class derived "
            f"from Model, or its name; one of another module is named in full, "
            f'{"has_many" if related.many else "belongs_to"}("package.module.Class", …)'
        )
    model: type[Model] = target
    return model


def _named(name: str, related: Related) -> Any:
    """Find what a name means where a relation is declared; None where nothing has it."""
    frame = related.frame
    scope: Mapping[str, Any] = (
        vars(sys.modules[related.module]) if frame is None else frame.f_globals | frame.f_locals
    )
    first, *rest = name.split(".")
    value: Any = scope.get(first)
    if value is None and rest:
        first, _, name = name.rpartition(".")
        try:
            value, rest = import_module(first), [name]
        except ImportError:
            return None
    for part in rest:
        value = getattr(value, part, None)
    return value
