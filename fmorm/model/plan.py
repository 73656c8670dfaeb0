"""What fmorm has worked out about a model class: its fields, repetitions and portals, ready to use.

A plan is made once, when the class is complete, and every mistake in the declaration is found then.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin

from pydantic import TypeAdapter

from fmorm.errors import DeclarationError
from fmorm.model.declare import FIELD, PORTAL, REPEATING, Declared, Mark, mark_of
from fmorm.model.portals import PortalRows
from fmorm.model.repetitions import item_validator
from fmorm.query.terms import FieldRef, RepeatingTerm, Term
from fmorm.wire.values import Codec, Kind, codec, natural_kind, types_of

if TYPE_CHECKING:
    from fmorm.model.records import PortalRow, Record

RESERVED: Final = frozenset({"recordid", "modid"})
"""Keys of a portal row that are no fields: the Data API puts the ids between them."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One declared field, or one declared repeating field.

    Attributes:
        attr: The attribute.
        label: Class and attribute, for messages.
        name: The key on the wire, without the number of a repetition.
        codec: Reads and writes its values.
        key: Whether it is a business key.
        read_only: Whether fmorm never writes it.
        repetitions: How many repetitions the layout shows; 0 for a plain field.
        related: Whether it is a field of another table occurrence.
        item: Checks one value of a repeating field.
    """

    attr: str
    label: str
    name: str
    codec: Codec
    key: bool
    read_only: bool
    repetitions: int
    related: bool
    item: Any = None

    @property
    def names(self) -> list[str]:
        """The keys on the wire: one, or one for each repetition."""
        if not self.repetitions:
            return [self.name]
        return [f"{self.name}({number})" for number in range(1, self.repetitions + 1)]

    def term(self, label: str | None = None) -> Term[Any] | RepeatingTerm[Any]:
        """Give the query term of the field; `label` names it as the program reached it."""
        ref = FieldRef(label or self.label, self.name, self.codec, some=self.related)
        return RepeatingTerm(ref, self.repetitions) if self.repetitions else Term(ref)


@dataclass(frozen=True, slots=True)
class PortalPlan:
    """One declared portal.

    Attributes:
        attr: The attribute.
        label: Class and attribute, for messages.
        name: The portal's object name, or its table occurrence: its key on the wire.
        row: The row class.
        limit: How many rows the declaration asks for; None for all.
    """

    attr: str
    label: str
    name: str
    row: type[PortalRow]
    limit: int | None


class PortalTerm:
    """What `Person.addresses` is on the class: the way to the query terms of its rows."""

    __slots__ = ("__fmorm_portal__",)

    def __init__(self, portal: PortalPlan) -> None:
        self.__fmorm_portal__ = portal

    def __getattr__(self, attr: str) -> Term[Any] | RepeatingTerm[Any]:
        portal = self.__fmorm_portal__
        row = plan_of(portal.row)
        if attr not in row.fields:
            raise AttributeError(
                f"{portal.label} has no field {attr!r}; {row.cls.__name__} declares {row.listing()}"
            )
        return row.fields[attr].term(f"{portal.label}.{attr}")

    def __repr__(self) -> str:
        return self.__fmorm_portal__.label


class Plan:
    """Everything about one class.

    Attributes:
        cls: The class.
        place: The layout of a model, the table occurrence of a portal row.
        fields: Fields and repeating fields by attribute.
        portals: Portals by attribute.
    """

    def __init__(self, cls: type[Record], place: str) -> None:
        """Work out the plan of a complete class; raises DeclarationError."""
        self.cls = cls
        self.place = place
        self.fields: dict[str, FieldPlan] = {}
        self.portals: dict[str, PortalPlan] = {}
        self.builders: dict[Hashable, Any] = {}  # kept here by the module that makes them
        for attr, info in cls.model_fields.items():
            self._add(attr, mark_of(info.metadata), info.annotation)
        self._refuse_doubles()

    @cached_property
    def terms(self) -> dict[str, Any]:
        """What the class attributes are: query terms and portal terms."""
        terms: dict[str, Any] = {attr: plan.term() for attr, plan in self.fields.items()}
        return terms | {attr: PortalTerm(plan) for attr, plan in self.portals.items()}

    @cached_property
    def keys(self) -> list[FieldPlan]:
        """The business keys."""
        return [plan for plan in self.fields.values() if plan.key]

    @cached_property
    def _checks(self) -> dict[str, Callable[[Any], Any]]:
        """What checks one value of each field, where the class has no validators of its own."""
        config = self.cls.model_config
        return {
            attr: TypeAdapter(
                self.cls.model_fields[attr].rebuild_annotation(), config={**config, "title": plan.label}
            ).validate_python
            for attr, plan in self.fields.items()
        }

    @cached_property
    def _has_validators(self) -> bool:
        decorators = self.cls.__pydantic_decorators__
        return bool(
            decorators.field_validators
            or decorators.validators
            or decorators.model_validators
            or decorators.root_validators
        )

    def check(self, record: Record, attr: str, value: Any) -> Any:
        """Check one value that is to be set.

        Args:
            record: The record that it is set on.
            attr: The field's attribute.
            value: The value.

        Returns:
            The value as the field holds it.

        Raises:
            pydantic.ValidationError: It does not fit the field.
        """
        if not self._has_validators:
            return self._checks[attr](value)
        before = record.__dict__
        self.cls.__pydantic_validator__.validate_assignment(record, attr, value)
        checked = record.__dict__[attr]
        object.__setattr__(record, "__dict__", before)
        return checked

    def check_alone(self, attr: str, value: Any) -> Any:
        """Check one value without a record; raises pydantic.ValidationError."""
        return self._checks[attr](value)

    @property
    def is_row(self) -> bool:
        """Whether this is the plan of a portal row."""
        return self.cls.__fmorm_is_row__

    def listing(self) -> str:
        """Name the declared attributes, for messages."""
        return ", ".join([*self.fields, *self.portals]) or "nothing"

    # -- working out -----------------------------------------------------------------------------------------

    def _add(self, attr: str, mark: Mark | None, annotation: Any) -> None:
        declared = self.cls.__fmorm_declared__.get(attr, Declared())
        label = f"{self.cls.__name__}.{attr}"
        if mark is FIELD:
            self.fields[attr] = self._field(attr, label, declared, annotation)
        elif mark is REPEATING:
            self.fields[attr] = self._repeating(attr, label, declared, annotation)
        elif mark is PORTAL:
            self.portals[attr] = self._portal(attr, label, declared, annotation)
        else:
            raise DeclarationError(
                f"{label}: annotate it as Field[…], Repeating[…] or Portal[…]; what does not live in FileMaker is "
                f"a PrivateAttr, a ClassVar or a property"
            )

    def _field(self, attr: str, label: str, declared: Declared, annotation: Any) -> FieldPlan:
        if declared.repetitions:
            raise DeclarationError(f"{label}: with repeating(…) the annotation is Repeating[…], not Field[…]")
        return self._plan(attr, label, declared, annotation)

    def _repeating(self, attr: str, label: str, declared: Declared, annotation: Any) -> FieldPlan:
        if not declared.repetitions:
            raise DeclarationError(f"{label}: Repeating[…] wants = repeating(name, number of repetitions)")
        (held,) = get_args(annotation)
        return self._plan(attr, label, declared, held, item=item_validator(held))

    def _plan(self, attr: str, label: str, declared: Declared, held: Any, item: Any = None) -> FieldPlan:
        name = declared.name or attr
        return FieldPlan(
            attr=attr,
            label=label,
            name=self._qualified(name),
            codec=choose_codec(label, held, declared.kind),
            key=declared.key,
            read_only=declared.read_only,
            repetitions=declared.repetitions,
            related=self.is_row or "::" in name,
            item=item,
        )

    def _qualified(self, name: str) -> str:
        return f"{self.place}::{name}" if self.is_row and "::" not in name else name

    def _portal(self, attr: str, label: str, declared: Declared, annotation: Any) -> PortalPlan:
        if self.is_row:
            raise DeclarationError(f"{label}: a portal row has no portals of its own; declare it on a Model")
        if get_origin(annotation) is not PortalRows:
            raise DeclarationError(f"{label}: write Portal[…] with the row class, a PortalRow")
        (row,) = get_args(annotation)
        if not (isinstance(row, type) and getattr(row, "__fmorm_is_row__", False)):
            raise DeclarationError(f"{label}: Portal[{row!r}] wants a class derived from PortalRow")
        return PortalPlan(attr, label, declared.name or plan_of(row).place, row, declared.limit)

    def _refuse_doubles(self) -> None:
        seen: dict[str, str] = {}
        for plan in self.fields.values():
            for name in plan.names:
                key = name.casefold()
                if key in seen:
                    raise DeclarationError(
                        f"{plan.label} and {seen[key]} are both FileMaker's field {name!r}"
                    )
                if key in RESERVED and self.is_row:
                    raise DeclarationError(f"{plan.label}: {name!r} is no field but the row's id: state(row)")
                seen[key] = plan.label
        portals: dict[str, str] = {}
        for portal in self.portals.values():
            if portal.name in portals:
                raise DeclarationError(
                    f"{portal.label} and {portals[portal.name]} are both portal {portal.name!r}"
                )
            portals[portal.name] = portal.label


def choose_codec(label: str, held: Any, kind: Kind | None) -> Codec:
    """Choose how a field is read and written from its annotation and its declared kind.

    Args:
        label: Names the field in messages.
        held: What stands between the brackets of `Field[…]`.
        kind: The declared kind, if any.

    Returns:
        The codec.

    Raises:
        DeclarationError: There is no natural kind for the type, or the kind cannot hold it.
    """
    base, optional = _strip_optional(label, held)
    natural = natural_kind(base)
    if natural is None:
        raise DeclarationError(
            f"{label}: fmorm cannot hold {getattr(base, '__name__', base)!r}; use str, int, float, Decimal, bool, "
            "date, time or datetime, each with | None where the field can be empty"
        )
    chosen = kind or natural
    try:
        return codec(chosen, base, optional=optional)
    except LookupError:
        fitting = ", ".join(types_of(chosen))
        raise DeclarationError(
            f"{label}: a {chosen} field cannot be held as {base.__name__}; it can be held as {fitting}"
        ) from None


def _strip_optional(label: str, held: Any) -> tuple[Any, bool]:
    if get_origin(held) is Annotated:
        held = get_args(held)[0]
    if get_origin(held) not in {Union, types.UnionType}:
        return held, False
    members = [member for member in get_args(held) if member is not types.NoneType]
    if len(members) != 1 or len(members) == len(get_args(held)):
        raise DeclarationError(f"{label}: a field has one type, or one type and None; this is {held}")
    return _strip_optional(label, members[0])[0], True


def plan_of(cls: type[Record]) -> Plan:
    """Give the plan of a model or row class; it is made on first use and kept by the class.

    Args:
        cls: A class derived from `Model` or `PortalRow`.

    Returns:
        Its plan.

    Raises:
        DeclarationError: Something is declared wrongly, or the class has no layout or table occurrence.
    """
    plan = cls.__dict__.get("__fmorm_plan__")
    if plan is None:
        plan = _make_plan(cls)
        cls.__fmorm_plan__ = plan
    return plan


def _make_plan(cls: type[Record]) -> Plan:
    if not cls.__pydantic_complete__:
        cls.model_rebuild()
    if cls.__fmorm_place__ is None:
        what = "table" if cls.__fmorm_is_row__ else "layout"
        raise DeclarationError(
            f"{cls.__name__} is a base class without a {what}: derive class X({cls.__name__}, {what}=…)"
        )
    return Plan(cls, cls.__fmorm_place__)
