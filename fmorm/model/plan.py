"""What fmorm has worked out about a model class: its fields, repetitions and portals, ready to use.

A plan is made once, when the class is complete, and every mistake in the declaration is found then.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Never, TypeAlias, get_args, get_origin

from pydantic import ConfigDict, ValidationError
from pydantic.errors import PydanticUserError
from typing_extensions import TypeIs

from fmorm.errors import DeclarationError, ReadOnly
from fmorm.model.checks import Checks, checked_type
from fmorm.model.declare import FIELD, PORTAL, REPEATING, Declared, Mark, Unset, mark_of
from fmorm.model.groups import groups_of
from fmorm.model.inputs import without_zone
from fmorm.model.kinds import Wish, choose_codec
from fmorm.model.portals import PortalRows
from fmorm.model.repetitions import value_validator
from fmorm.model.troubles import OnBadValue
from fmorm.wire.pages import Parse
from fmorm.wire.values import Codec, Kind

if TYPE_CHECKING:
    from fmorm.model.hooks import Hooks
    from fmorm.model.records import PortalRow, Record
    from fmorm.query.terms import ContainerTerm, RepeatingContainerTerm, RepeatingTerm, Term

    AnyTerm: TypeAlias = Term[Any] | RepeatingTerm[Any] | ContainerTerm | RepeatingContainerTerm


RESERVED: Final = frozenset({"recordid", "modid"})
"""Keys of a portal row that are no fields: the Data API puts the ids between them."""


@dataclass(frozen=True, slots=True)
class Setter:
    """Checks one value of a repeating field.

    It travels, in a pickle, as the name of the field: what pydantic checks an enum by, say, cannot.

    Attributes:
        cls: The class that declares the field.
        attr: The field's attribute.
        check: Gives the value as the field holds it, or raises.
    """

    cls: type[Record]
    attr: str
    check: Callable[[Any], Any]

    def __call__(self, value: Any) -> Any:
        """Give the value as the field holds it; raises pydantic.ValidationError, or ReadOnly."""
        return self.check(value)

    def __reduce__(self) -> tuple[Any, ...]:
        return _setter_of, (self.cls, self.attr)


def _setter_of(cls: type[Record], attr: str) -> Setter:
    return plan_of(cls).fields[attr].setter


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One declared field, or one declared repeating field.

    Attributes:
        cls: The class that declares it.
        attr: The attribute.
        label: Class and attribute, for messages.
        name: The key on the wire, without the number of a repetition.
        codec: Reads and writes its values.
        key: Whether it is a business key.
        unique: Whether FileMaker refuses a second record with the same value.
        read_only: Whether fmorm never writes it.
        repetitions: How many repetitions the layout shows; 0 for a plain field.
        related: Whether it is a field of another table occurrence.
        is_global: Whether it is a global field.
        item: Checks one value of a repeating field.
    """

    cls: type[Record]
    attr: str
    label: str
    name: str
    codec: Codec
    key: bool
    unique: bool
    read_only: bool
    repetitions: int
    related: bool
    is_global: bool
    item: Any = None

    @property
    def zoneless(self) -> bool:
        """Whether its values are times without a zone; a text field keeps a zone, too."""
        codec = self.codec
        return (
            codec.kind in (Kind.TIME, Kind.TIMESTAMP) and codec.held is not timedelta and codec.zone is None
        )

    @property
    def guarded(self) -> bool:
        """Whether it refuses, or changes, values that fit its type."""
        return self.zoneless or self.codec.admit is not None

    def admitted(self, value: Any) -> Any:
        """Give a value as the field holds it; raises ValueError, or pydantic's own, where it cannot."""
        if self.zoneless:
            return without_zone(value)
        return value if value is None or self.codec.admit is None else self.codec.admit(value)

    @property
    def setter(self) -> Setter:
        """What a repeating field's value goes through when a program sets it."""
        return Setter(self.cls, self.attr, self._refuse if self.read_only else self.item)

    def _refuse(self, value: object) -> Never:
        del value
        raise self.read_only_error()

    def read_only_error(self) -> ReadOnly:
        """Make the error for setting what is not set."""
        if self.codec.kind is Kind.CONTAINER:
            which = f"{self.label}[0]" if self.repetitions else repr(self.attr)
            return ReadOnly(f"{self.label} is a container: db.upload(record, {which}, …) puts a file into it")
        return ReadOnly(f"{self.label} is read-only: FileMaker fills it")

    @property
    def names(self) -> list[str]:
        """The keys on the wire: one, or one for each repetition."""
        if not self.repetitions:
            return [self.name]
        return [f"{self.name}({number})" for number in range(1, self.repetitions + 1)]

    def term(self, owner: type[Record], portal: PortalPlan | None = None) -> AnyTerm:
        """Give the query term of the field, as it is reached from a class, or from a portal of that class."""
        from fmorm.query.fields import FieldRef
        from fmorm.query.terms import ContainerTerm, RepeatingContainerTerm, RepeatingTerm, Term

        ref = FieldRef(
            self.label if portal is None else f"{portal.label}.{self.attr}",
            self.name,
            self.codec,
            some=self.related,
            is_global=self.is_global,
            owner=owner,
            path=(self.attr,) if portal is None else (portal.attr, self.attr),
        )
        if self.codec.kind is Kind.CONTAINER:
            return RepeatingContainerTerm(ref, self.repetitions) if self.repetitions else ContainerTerm(ref)
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
        on_bad_value: What the class that it is declared on says about values that do not fit.
    """

    attr: str
    label: str
    name: str
    row: type[PortalRow]
    limit: int | None
    on_bad_value: OnBadValue | None


class PortalTerm:
    """What `Person.addresses` is on the class: the way to the query terms of its rows."""

    __slots__ = ("__fmorm_owner__", "__fmorm_portal__")

    def __init__(self, portal: PortalPlan, owner: type[Record]) -> None:
        self.__fmorm_portal__ = portal
        self.__fmorm_owner__ = owner

    def __getattr__(self, attr: str) -> AnyTerm:
        portal = self.__fmorm_portal__
        row = plan_of(portal.row)
        if attr not in row.fields:
            raise AttributeError(
                f"{portal.label} has no field {attr!r}; {row.cls.__name__} declares {row.listing()}"
            )
        return row.fields[attr].term(self.__fmorm_owner__, portal)

    def __repr__(self) -> str:
        return self.__fmorm_portal__.label


class Plan:
    """Everything about one class.

    Attributes:
        cls: The class.
        place: The layout of a model, the table occurrence of a portal row.
        fields: Fields and repeating fields by attribute.
        portals: Portals by attribute.
        merge_groups: The merge group of each attribute that is in one.
    """

    def __init__(self, cls: type[Record], place: str) -> None:
        """Work out the plan of a complete class; raises DeclarationError."""
        self.cls = cls
        self.place = place
        self.fields: dict[str, FieldPlan] = {}
        self.portals: dict[str, PortalPlan] = {}
        self.builders: dict[Hashable, Any] = {}  # kept here by the modules that make them
        self.parsers: dict[Hashable, Parse] = {}
        for attr, info in cls.model_fields.items():
            self._add(attr, mark_of(info.metadata), info.annotation)
        self._refuse_doubles()
        self._check_defaults()
        self.merge_groups = groups_of(self)

    @cached_property
    def terms(self) -> dict[str, Any]:
        """What the class attributes are: query terms and portal terms."""
        terms: dict[str, Any] = {attr: plan.term(self.cls) for attr, plan in self.fields.items()}
        return terms | {attr: PortalTerm(plan, self.cls) for attr, plan in self.portals.items()}

    @cached_property
    def keys(self) -> list[FieldPlan]:
        """The business keys."""
        return [plan for plan in self.fields.values() if plan.key]

    @cached_property
    def guards(self) -> dict[str, FieldPlan]:
        """The fields that refuse, or change, values that fit their types."""
        return {attr: plan for attr, plan in self.fields.items() if plan.guarded and not plan.repetitions}

    @cached_property
    def watched(self) -> tuple[str, ...]:
        """The fields whose values can change in place, as lists do."""
        return tuple(attr for attr, plan in self.fields.items() if plan.codec.changeable)

    @property
    def on_bad_value(self) -> OnBadValue | None:
        """What the class says about values that do not fit, if anything."""
        return self.cls.__fmorm_on_bad_value__

    @cached_property
    def checks(self) -> Checks:
        """What checks the values that are set."""
        return Checks(self.cls, self.fields)

    @cached_property
    def hooks(self) -> Hooks:
        """What runs before and after a save."""
        from fmorm.model.hooks import hooks_of

        return hooks_of(self.cls)

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
        if mark is not None and declared.mark is not None and declared.mark is not mark:
            raise DeclarationError(
                f"{label}: {mark.word}[…] goes with {mark.word.lower()}(…), and {declared.mark.word.lower()}(…) with "
                f"{declared.mark.word}[…]"
            )
        if mark is FIELD:
            self.fields[attr] = self._plan(attr, label, declared, annotation)
        elif mark is REPEATING:
            self.fields[attr] = self._repeating(attr, label, declared, annotation)
        elif mark is PORTAL:
            self.portals[attr] = self._portal(attr, label, declared, annotation)
        else:
            raise DeclarationError(
                f"{label}: annotate it as Field[…], Repeating[…] or Portal[…]; what does not live in FileMaker is "
                f"a PrivateAttr, a ClassVar or a property"
            )

    def _repeating(self, attr: str, label: str, declared: Declared, annotation: Any) -> FieldPlan:
        if not declared.repetitions:
            raise DeclarationError(f"{label}: Repeating[…] wants = repeating(name, number of repetitions)")
        (held,) = get_args(annotation)
        plan = self._plan(attr, label, declared, held)
        config = ConfigDict(**self.cls.model_config)
        config["title"] = label
        if plan.codec.changeable or plan.codec.item is not None:
            raise DeclarationError(
                f"{label}: a repetition holds a value that does not change in place, not {held!r}: hold it as str"
            )
        return replace(plan, item=value_validator(checked_type(held, plan), config))

    def _plan(self, attr: str, label: str, declared: Declared, held: Any) -> FieldPlan:
        name = declared.name or attr
        if name.casefold() == "deleterelated" and not self.is_row:
            raise DeclarationError(
                f"{label}: the Data API takes {name!r} for its own instruction to delete portal rows"
            )
        codec = choose_codec(label, held, self._wish(declared))
        return FieldPlan(
            cls=self.cls,
            attr=attr,
            label=label,
            name=self._qualified(name),
            codec=codec,
            key=declared.key,
            unique=declared.unique,
            read_only=declared.read_only or codec.kind is Kind.CONTAINER,
            repetitions=declared.repetitions,
            related=self.is_row or "::" in name,
            is_global=declared.is_global,
        )

    def _wish(self, declared: Declared) -> Wish:
        zone = declared.zone or self.cls.__fmorm_zone__
        return Wish(declared.kind, declared.words, declared.lenient, zone, declared.zone is not None)

    def _qualified(self, name: str) -> str:
        return f"{self.place}::{name}" if self.is_row and "::" not in name else name

    def _portal(self, attr: str, label: str, declared: Declared, annotation: Any) -> PortalPlan:
        if self.is_row:
            raise DeclarationError(f"{label}: a portal row has no portals of its own; declare it on a Model")
        if get_origin(annotation) is not PortalRows:
            raise DeclarationError(f"{label}: write Portal[…] with the row class, a PortalRow")
        (row,) = get_args(annotation)
        if not _is_row_class(row):
            raise DeclarationError(f"{label}: Portal[{row!r}] wants a class derived from PortalRow")
        if row.__fmorm_place__ is None:
            raise DeclarationError(
                f"{label}: {row.__name__} is a base class without a table; derive the row from it"
            )
        return PortalPlan(
            attr, label, declared.name or plan_of(row).place, row, declared.limit, self.on_bad_value
        )

    def _check_defaults(self) -> None:
        for attr, plan in self.fields.items():
            default = self.cls.__fmorm_declared__.get(attr, Declared()).default
            if default is Unset:
                continue
            try:
                self.checks.alone(attr, default)
            except ValidationError as error:
                why = error.errors(include_url=False)[0]["msg"]
                raise DeclarationError(f"{plan.label}: the default {default!r} does not fit: {why}") from None

    def _refuse_doubles(self) -> None:
        seen: dict[str, str] = {}
        for plan in self.fields.values():
            for name in {plan.name, *plan.names}:
                key = name.casefold()
                if key in seen:
                    raise DeclarationError(
                        f"{plan.label} and {seen[key]} are both FileMaker's field {name!r}"
                    )
                if self.is_row and key.rpartition("::")[2] in RESERVED:
                    raise DeclarationError(f"{plan.label}: {name!r} is no field but the row's id: state(row)")
                seen[key] = plan.label
        portals: dict[str, str] = {}
        for portal in self.portals.values():
            if portal.name in portals:
                raise DeclarationError(
                    f"{portal.label} and {portals[portal.name]} are both portal {portal.name!r}"
                )
            portals[portal.name] = portal.label


def _is_row_class(row: object) -> TypeIs[type[PortalRow]]:
    return isinstance(row, type) and bool(getattr(row, "__fmorm_is_row__", False))


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
        _complete(cls)
    if cls.__fmorm_place__ is None:
        what = "table" if cls.__fmorm_is_row__ else "layout"
        raise DeclarationError(
            f"{cls.__name__} is a base class without a {what}: derive class X({cls.__name__}, {what}=…)"
        )
    return Plan(cls, cls.__fmorm_place__)


def _complete(cls: type[Record]) -> None:
    """Resolve forward references, also to what a function has defined since; raises DeclarationError."""
    frame = cls.__fmorm_function__
    names = None if frame is None else {**frame.f_globals, **frame.f_locals}
    try:
        cls.model_rebuild(_types_namespace=names)
    except PydanticUserError as error:
        raise DeclarationError(f"{cls.__name__}: {error.message.splitlines()[0]}") from error
    cls.__fmorm_function__ = None
