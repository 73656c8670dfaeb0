"""`Model` and `PortalRow`: pydantic models that know what was loaded and what was changed.

They hold values and never do I/O: the verbs are the database object's.
"""

from __future__ import annotations

import copy
import functools
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import tzinfo
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, cast

from pydantic import BaseModel, ConfigDict

from fmorm.errors import DeclarationError, FmormError, NotLoaded, ReadOnly, RecordStateError
from fmorm.model.checks import put
from fmorm.model.declare import Declared, Unset, zone_of
from fmorm.model.meta import RecordMeta
from fmorm.model.plan import FieldPlan, Plan, plan_of
from fmorm.model.portals import PortalRows, is_portal_rows
from fmorm.model.related import Loaded, Relation, refuse_setting, related_value
from fmorm.model.relations import Related
from fmorm.model.repetitions import Repetitions, is_repetitions
from fmorm.model.state import NOT_LOADED, Came, Detached, State, came_with, state_of
from fmorm.model.troubles import OnBadValue, check_on_bad_value

if TYPE_CHECKING:
    from fmorm.model.unsaved import Unsaved

_set = object.__setattr__

_KEYWORDS: Final = {"abstract", "layout", "merge_groups", "on_bad_value", "table", "zone"}
"""What `Model` and `PortalRow` take with a class, which is nothing to pydantic."""

_UNSET: Final = frozenset({"__pydantic_extra__", "__pydantic_private__"})
"""What pydantic sets to None in each model, and a record that was read when it is asked for: which is seldom."""


class Record(BaseModel, metaclass=RecordMeta):
    """What models and portal rows have in common."""

    # Which types a field can have is for the plan to say, which knows the attribute.
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    __slots__ = ("__fmorm_came__", "__fmorm_related__")

    __fmorm_is_row__: ClassVar[bool] = False
    __fmorm_place__: ClassVar[str | None] = None
    __fmorm_zone__: ClassVar[tzinfo | None] = None
    __fmorm_on_bad_value__: ClassVar[OnBadValue | None] = None
    __fmorm_declared__: ClassVar[dict[str, Declared]]
    __fmorm_plan__: ClassVar[Plan]
    __fmorm_setters__: ClassVar[Mapping[str, Callable[[Any], Any]]]
    __fmorm_function__: ClassVar[FrameType | None]
    __fmorm_merge_groups__: ClassVar[Sequence[Sequence[str]]] = ()
    __fmorm_relations__: ClassVar[dict[str, Related]]
    __fmorm_resolved__: ClassVar[dict[str, Relation]]
    if TYPE_CHECKING:  # slots at run time; were they not ClassVars, every constructor would ask for them
        __fmorm_came__: ClassVar[Came]
        __fmorm_related__: ClassVar[dict[str, Loaded]]

    @classmethod
    def __pydantic_init_subclass__(cls, **config: Any) -> None:
        super().__pydantic_init_subclass__(**{name: config[name] for name in config.keys() - _KEYWORDS})

    @property
    def __fmorm_state__(self) -> State:
        """The state, made when it is asked for: of most records that are read it never is.

        Of two threads that ask at once, both get the state of the one that was first: what one noted in another
        would be lost.
        """
        return state_of(self.__fmorm_came__)

    def model_post_init(self, context: Any, /) -> None:
        """Forget what was not given, and take repetitions and rows into the record's own keeping."""
        self.__fmorm_prepare__(context)

    def __fmorm_prepare__(self, context: Any) -> None:
        values = vars(self)
        loaded = context if isinstance(context, State) else None
        if (
            loaded is not None
        ):  # the values of a reply go through the class's validators: no default stands in
            _set(self, "__fmorm_came__", came_with(loaded))
            loaded.given_noted = True
            for attr in values.keys() - self.__pydantic_fields_set__:
                del values[attr]
            return
        for attr in [attr for attr, value in values.items() if value.__class__ is Unset]:
            del values[attr]
        for attr, value in values.items():
            values[attr] = self.__fmorm_adopt__(attr, value)
        if self.__fmorm_place__ is not None:
            for attr, field in plan_of(type(self)).guards.items():
                if attr in values:
                    values[attr] = _admitted(field, values[attr])

    def __fmorm_adopt__(self, attr: str, value: Any) -> Any:
        """Take rows and repetitions that were given into the record's own keeping."""
        if is_portal_rows(value):
            if all(row.__fmorm_state__.owner is value for row in value):
                return value  # it is in our keeping: a model's own hook has called its base's
            rows = self.__fmorm_rows__(attr)
            for row in value:
                rows.append(row)
            return rows
        if is_repetitions(value):
            return self.__fmorm_repetitions__(attr, value.known())
        return value

    def __fmorm_rows__(self, attr: str) -> PortalRows[Any]:
        portal = plan_of(type(self)).portals[attr]
        rows: PortalRows[Any] = PortalRows((), portal.label, portal.row)
        rows.belong(self.__fmorm_came__, portal)
        return rows

    def __fmorm_repetitions__(self, attr: str, known: Mapping[int, Any]) -> Repetitions[Any]:
        field = plan_of(type(self)).fields[attr]
        if len(known) > field.repetitions:
            raise ValueError(f"{field.label} has {field.repetitions} repetitions, not {len(known)}")
        values = [field.item(known[i]) if i in known else NOT_LOADED for i in range(field.repetitions)]
        return Repetitions(values, field.label, field.setter)

    if not TYPE_CHECKING:  # a checker that saw these would take any misspelt attribute

        def __getattr__(self, attr: str) -> Any:
            """Tell *not loaded* from *no such attribute*; some portals and repetitions can be set unknown."""
            if attr == "__pydantic_fields_set__":  # of a record that was read
                self.__fmorm_give__(vars(self).keys() & type(self).__pydantic_fields__.keys())
                return self.__pydantic_fields_set__
            if attr == "__fmorm_came__":
                _set(self, attr, came_with(State()))
                if self.__fmorm_place__ is not None and plan_of(type(self)).watched:
                    from fmorm.model.watching import watch

                    watch(self, {})
                return self.__fmorm_came__
            if attr == "__fmorm_related__":
                _set(self, attr, {})
                return self.__fmorm_related__
            if attr in _UNSET:  # of a record that was read
                _set(self, attr, None)
                return None
            if attr in type(self).__fmorm_relations__:
                return related_value(self, attr)
            if attr in type(self).__pydantic_fields__:
                return self.__fmorm_missing__(attr)
            return super().__getattr__(attr)

        def __setattr__(self, attr: str, value: Any) -> None:
            """Check one value against its field, and remember what it replaces."""
            check = type(self).__fmorm_setters__.get(attr)
            if check is not None:  # a plain field of a class that was set before: the short way
                came = self.__fmorm_came__
                known = came[-1]
                if known.__class__ is not State:
                    known = state_of(came)
                if known.owner.__class__ is Detached:
                    self.__fmorm_refuse_detached__()
                put(self, known, attr, check(value))
            elif attr in type(self).__pydantic_fields__:
                self.__fmorm_assign__(attr, value)
            elif attr in type(self).__fmorm_relations__:
                refuse_setting(self, attr)
            else:
                super().__setattr__(attr, value)

        def __delattr__(self, attr: str) -> None:
            """Refuse: a field of FileMaker's is emptied, not deleted."""
            if attr in type(self).__pydantic_fields__:
                raise TypeError(
                    f"{type(self).__name__}.{attr}: a field is emptied by setting it to None or ''"
                )
            super().__delattr__(attr)

    def __fmorm_missing__(self, attr: str) -> Any:
        plan, known = plan_of(type(self)), self.__fmorm_state__
        if known.troubles is not None and attr in known.troubles.cells:
            raise known.troubles.cells[attr].with_traceback(None)
        if attr in known.awaited:
            return known.awaited[attr]
        is_portal = attr in plan.portals
        if (is_portal and known.is_new) or (not is_portal and plan.fields[attr].repetitions):
            return self.__fmorm_awaited__(attr)
        if not known.is_new:
            from fmorm.model.telling import not_loaded

            raise NotLoaded(not_loaded(plan, attr))
        raise NotLoaded(
            f"{type(self).__name__}.{attr} was neither set nor loaded: what FileMaker enters by itself is known "
            "after db.create(record, reload=True) or db.reload(record)"
        )

    def __fmorm_awaited__(self, attr: str) -> Any:
        """Give an empty portal or repetition, to be set without being known; filled, it becomes a value."""
        is_portal = attr in plan_of(type(self)).portals
        empty = self.__fmorm_rows__(attr) if is_portal else self.__fmorm_repetitions__(attr, {})
        empty.on_fill = functools.partial(self.__fmorm_fill__, attr)
        self.__fmorm_state__.awaited[attr] = empty
        return empty

    def __fmorm_own__(self, held: Mapping[str, Any]) -> None:
        """Let the portals among what is held belong to this record."""
        for attr, value in held.items():
            if is_portal_rows(value):
                value.belong(self.__fmorm_came__, plan_of(type(self)).portals[attr])

    def __fmorm_fill__(self, attr: str) -> None:
        awaited = self.__fmorm_state__.awaited
        if attr in awaited:
            vars(self)[attr] = awaited.pop(attr)
            self.__fmorm_give__(self.__pydantic_fields_set__ | {attr})

    def __fmorm_give__(self, given: AbstractSet[str]) -> None:
        """Note which fields were given, or read."""
        _set(self, "__pydantic_fields_set__", given)
        self.__fmorm_state__.given_noted = True

    def __fmorm_forget__(self, attrs: AbstractSet[str]) -> None:
        """Hold no value of these fields, as if none had been given or read."""
        left = self.__pydantic_fields_set__ - attrs
        for attr in attrs:
            vars(self).pop(attr, None)
        self.__fmorm_give__(left)

    def __fmorm_assign__(self, attr: str, value: Any) -> None:
        plan = plan_of(type(self))
        if attr in plan.portals:
            raise TypeError(
                f"{type(self).__name__}.{attr}: a portal cannot be assigned; append and remove rows instead"
            )
        field = plan.fields[attr]
        if type(self).model_config.get("frozen"):
            raise ReadOnly(f"{field.label}: {type(self).__name__} is declared frozen")
        if field.read_only:
            raise field.read_only_error()
        if field.repetitions:
            getattr(self, attr).assign(value)
        else:
            plan.checks.assign(self, attr, value)
            if not type(self).__fmorm_setters__ and (setters := plan.checks.setters()):
                type(self).__fmorm_setters__ = setters

    def apply(self, values: Mapping[str, Any], *, only: Collection[str]) -> None:
        """Set what a form has sent: of the attributes in `only` those that it brings, all of them or none.

        An empty text is what an empty field is: None where the field is declared with `| None`. A value that is
        what the record holds already is no change. Rows of portals are applied to one by one.

        Args:
            values: Values by attribute, texts among them: they are converted where they fit. A repeating field
                takes a list with a value for each of its repetitions.
            only: The attributes that may be set. Whatever else the form brings is left alone.

        Raises:
            AttributeError: `only` names what the model does not declare, or what cannot be set.
            pydantic.ValidationError: It names every value that does not fit; none was set.
        """
        from fmorm.model import forms

        forms.apply(self, values, only)

    def __fmorm_refuse_detached__(self) -> None:
        """Refuse nothing: the values of a record that was deleted can serve for a new one."""

    def __fmorm_dirty__(self) -> bool:
        """Whether a value of the record itself was changed; portal rows are asked on their own."""
        return bool(self.__fmorm_state__.originals) or any(
            value.originals for value in vars(self).values() if isinstance(value, Repetitions)
        )

    def __fmorm_unsaved__(self) -> Unsaved:
        """Give what is not saved."""
        from fmorm.model.unsaved import Unsaved

        return Unsaved(self)

    def __fmorm_troubles__(self) -> Iterator[tuple[str, FmormError]]:
        """Give the values that could not be had, and were not set since."""
        known = self.__fmorm_state__
        if known.troubles is not None:
            changed = known.originals
            yield from ((attr, why) for attr, why in known.troubles.cells.items() if attr not in changed)
        for attr, value in vars(self).items():
            if is_repetitions(value):
                for position, error in (value.troubles or {}).items():
                    if position not in value.originals:
                        yield f"{attr}[{position}]", error

    # -- copies ----------------------------------------------------------------------------------------------

    def __copy__(self) -> Self:
        """Give a copy that changes on its own: repetitions and portal rows belong to one record."""
        twin = super().__copy__()
        for attr, value in vars(twin).items():
            if isinstance(value, (Repetitions, PortalRows)):
                vars(twin)[attr] = copy.deepcopy(cast("Any", value))
        for attr in plan_of(type(self)).watched if self.__fmorm_place__ is not None else ():
            if attr in vars(twin):
                vars(twin)[attr] = copy.deepcopy(vars(twin)[attr])
        twin.__fmorm_resume__(self.__fmorm_state__.copy())
        _set(twin, "__fmorm_related__", dict(self.__fmorm_related__))
        return twin

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Give a copy that changes on its own; related records are no part of it, and are shared."""
        twin = super().__deepcopy__(memo)
        twin.__fmorm_resume__(self.__fmorm_state__.copy())
        _set(twin, "__fmorm_related__", dict(self.__fmorm_related__))
        return twin

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Give a copy; what `update` changes is checked and counts as changed, so that a save sends it.

        Args:
            update: Values by attribute.
            deep: Whether values are copied, too.

        Returns:
            The copy, of the same record of FileMaker.
        """
        twin = super().model_copy(deep=deep)
        for attr, value in (update or {}).items():
            setattr(twin, attr, value)
        return twin

    # -- identity --------------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """Tell whether both stand for the same record of FileMaker's, whatever values they hold."""
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        mine, theirs = self.__fmorm_state__, cast("Self", other).__fmorm_state__
        return not mine.is_new and (mine.origin, mine.record_id) == (theirs.origin, theirs.record_id)

    def __hash__(self) -> int:
        """Hash by what `==` compares; raises TypeError for a record that was never created."""
        known = self.__fmorm_state__
        if known.is_new:
            raise TypeError(
                f"this {type(self).__name__} was never created in FileMaker, so it has no record id to hash by"
            )
        return hash((type(self), known.origin, known.record_id))

    def __repr__(self) -> str:
        """Give class, record id and the first values; the whole of them is `str(record)`."""
        from fmorm.model.telling import shown

        return shown(self)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        try:
            yield from super().__repr_args__()
        except NotLoaded:  # a computed field over what is not loaded
            return

    def __getstate__(self) -> dict[Any, Any]:
        from fmorm.model.travelling import travelling

        values = travelling(vars(self))
        given = self.__pydantic_fields_set__ - (vars(self).keys() - values.keys())
        own = {"__dict__": values, "__pydantic_fields_set__": given, "__fmorm_state__": self.__fmorm_state__}
        return {**super().__getstate__(), **own}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        own = state.pop("__fmorm_state__", None)
        super().__setstate__(state)
        self.__fmorm_resume__(own or State())

    def __fmorm_resume__(self, known: State) -> None:
        """Go on as a copy, with a state of its own."""
        known.holder = weakref.ref(self)
        _set(self, "__fmorm_came__", came_with(known))
        self.__fmorm_own__(vars(self) | known.awaited)


class Model(Record):
    """A layout as a class.

    `class Person(Model, layout="person"): name: Field[str] = field("Name")`. On the class, attributes are
    query terms (`Person.name == "Ann"`); on an instance they are values. A base class for several models that
    is no layout itself is declared with `abstract=True`. `zone="Europe/Oslo"` is the time zone of its timestamp
    fields, unless they have one of their own; `on_bad_value="collect"` or `"keep"` reads records of which a value
    does not fit its field. Attributes that are one value to people, as street, zip and city are, are declared with
    `merge_groups=[("street", "zip", "city")]`: merging a conflict never mixes them.

    Two records are equal when they are one record of FileMaker's: of one class, host, file and layout, with one
    record id. A record that was never created equals itself only, and has no hash.
    """

    def __init_subclass__(
        cls,
        *,
        layout: str | None = None,
        abstract: bool = False,
        zone: tzinfo | str | None = None,
        on_bad_value: OnBadValue | None = None,
        merge_groups: Sequence[Sequence[str]] = (),
        **config: Any,
    ) -> None:
        """Take the layout's name and what holds for all fields; raises DeclarationError where there is no layout."""
        if "table" in config:
            raise DeclarationError(f'{cls.__name__}: a Model has layout="…"; table= is a PortalRow\'s')
        super().__init_subclass__(**config)
        cls.__fmorm_merge_groups__ = merge_groups
        _place(cls, layout, abstract=abstract, what="layout")
        _values(cls, zone, on_bad_value)


class PortalRow(Record):
    """A row of a portal as a class.

    `class Address(PortalRow, table="person_addresses"): city: Field[str] = field("City")`, where `table` is
    the table occurrence that the portal shows records of. `zone=`, `on_bad_value=` and `merge_groups=` are as on a
    `Model`. Two rows are equal when they are of one class, and so of one table occurrence, and have one record id.
    """

    __fmorm_is_row__: ClassVar[bool] = True

    def __init_subclass__(
        cls,
        *,
        table: str | None = None,
        abstract: bool = False,
        zone: tzinfo | str | None = None,
        on_bad_value: OnBadValue | None = None,
        merge_groups: Sequence[Sequence[str]] = (),
        **config: Any,
    ) -> None:
        """Take the occurrence's name and what holds for all fields; raises DeclarationError where there is no table."""
        if "layout" in config:
            raise DeclarationError(f'{cls.__name__}: a PortalRow has table="…"; layout= is a Model\'s')
        super().__init_subclass__(**config)
        cls.__fmorm_merge_groups__ = merge_groups
        _place(cls, table, abstract=abstract, what="table")
        _values(cls, zone, on_bad_value)

    def __fmorm_attach__(self) -> None:
        """Stand for a row that FileMaker has."""
        self.__fmorm_state__.owner = None

    def __fmorm_detach__(self, reason: Detached) -> None:
        """Stand for no row any more: refuse to be set, as nothing of it would be saved."""
        known = self.__fmorm_state__
        known.owner = reason
        for attr, value in (vars(self) | known.awaited).items():
            if is_repetitions(value):
                value.on_fill = functools.partial(self.__fmorm_fill__, attr)

    def __fmorm_resume__(self, known: State) -> None:
        super().__fmorm_resume__(known)
        if isinstance(known.owner, Detached):
            self.__fmorm_detach__(known.owner)

    def __fmorm_assign__(self, attr: str, value: Any) -> None:
        self.__fmorm_refuse_detached__()
        super().__fmorm_assign__(attr, value)

    def __fmorm_fill__(self, attr: str) -> None:
        self.__fmorm_refuse_detached__()
        super().__fmorm_fill__(attr)

    def __fmorm_refuse_detached__(self) -> None:
        owner = self.__fmorm_state__.owner
        if isinstance(owner, Detached):
            raise RecordStateError(owner.why)


def _place(cls: type[Record], place: str | None, *, abstract: bool, what: str) -> None:
    if place is not None and not place.strip():
        raise DeclarationError(f'{cls.__name__}: {what}="{place}" names no {what}')
    if place is not None:
        cls.__fmorm_place__ = place
    elif abstract:
        cls.__fmorm_place__ = None
    elif cls.__fmorm_place__ is None:
        raise DeclarationError(
            f'{cls.__name__} names no {what}: write class {cls.__name__}(…, {what}="…"), or abstract=True for a base '
            "class of several"
        )


def _values(cls: type[Record], zone: tzinfo | str | None, on_bad_value: OnBadValue | None) -> None:
    """Take what a class says about the values of all its fields; raises DeclarationError."""
    if zone is not None:
        cls.__fmorm_zone__ = zone_of(zone)
    if on_bad_value is not None:
        try:
            cls.__fmorm_on_bad_value__ = check_on_bad_value(on_bad_value)
        except ValueError as error:
            raise DeclarationError(f"{cls.__name__}: {error}") from None


def _admitted(field: FieldPlan, value: Any) -> Any:
    try:
        return field.admitted(value)
    except ValueError as error:
        raise ValueError(f"{field.label}: {error}") from None
