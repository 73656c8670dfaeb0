"""What a class body says: `Field[T] = field(…)`, `Repeating[T] = repeating(…)`, `Portal[R] = portal(…)`.

To a type checker the three are descriptors: a query term on the class, a value on an instance. At run time
they are `Annotated` types for pydantic, marked so that the metaclass knows what each attribute is.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Generic,
    Never,
    TypeVar,
    get_args,
    get_origin,
    overload,
)
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field as PydanticField
from pydantic.fields import FieldInfo

from fmorm.errors import DeclarationError
from fmorm.model.inputs import GIVEN, Given
from fmorm.model.portals import PortalRows
from fmorm.model.repetitions import Repetitions
from fmorm.wire.containers import Contents
from fmorm.wire.values import Kind

if TYPE_CHECKING:
    from fmorm.model.records import PortalRow
    from fmorm.query.terms import ContainerTerm, RepeatingContainerTerm, RepeatingTerm, Term

T = TypeVar("T")
U = TypeVar("U")
R = TypeVar("R", bound="PortalRow")


class Unset:
    """What an attribute holds for a moment when a record is made without a value for it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Tells which of the three an annotation was."""

    word: str


FIELD: Final = Mark("Field")
REPEATING: Final = Mark("Repeating")
PORTAL: Final = Mark("Portal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the call on the right of an attribute said.

    Attributes:
        mark: Which of the three calls it was; None for no call at all.
        name: FileMaker's name of the field or portal; None for the attribute's own name.
        kind: The FileMaker kind, where it is not the natural one of the Python type.
        key: Whether the field is a business key.
        unique: Whether FileMaker refuses a second record with the same value.
        read_only: Whether fmorm never writes it.
        is_global: Whether it is a global field.
        repetitions: How many repetitions the layout shows; 0 for a field that has no repetitions.
        limit: How many portal rows to read; None for all of them.
        words: What stands for True and for False, where it is not 1 and 0.
        lenient: Whether every number but 0 is true.
        zone: The time zone that timestamps are meant in, if one was declared.
        default: What a new record gets; `Unset` for nothing.
        default_factory: Makes what a new record gets.
    """

    mark: Mark | None = None
    name: str | None = None
    kind: Kind | None = None
    key: bool = False
    unique: bool = False
    read_only: bool = False
    is_global: bool = False
    repetitions: int = 0
    limit: int | None = None
    words: tuple[Any, Any] | None = None
    lenient: bool = False
    zone: tzinfo | None = None
    default: Any = Unset
    default_factory: Callable[[], Any] | None = None

    def pydantic(self) -> Any:
        """Give pydantic its field: nothing is required, and what is not given is `Unset`.

        The annotation has a factory already, beside which pydantic takes no plain default.
        """
        if self.default is not Unset:
            return PydanticField(default_factory=lambda: copy.deepcopy(self.default), validate_default=True)
        if self.default_factory is not None:
            return PydanticField(default_factory=self.default_factory, validate_default=True)
        return PydanticField(default_factory=Unset)


def field(
    name: str | None = None,
    *,
    kind: Kind | str | None = None,
    key: bool = False,
    unique: bool = False,
    read_only: bool = False,
    is_global: bool = False,
    true: str | float | Decimal | None = None,
    false: str | float | Decimal | None = None,
    lenient: bool = False,
    zone: tzinfo | str | None = None,
    default: Any = Unset,
    default_factory: Callable[[], Any] | None = None,
) -> Any:
    """Declare a field of the layout.

    Args:
        name: FileMaker's name of the field, `Occurrence::Field` for a field of another table occurrence;
            the attribute's name where it is left out.
        kind: The FileMaker kind (`"text"`, `"number"`, `"date"`, `"time"`, `"timestamp"`) where the Python
            type does not tell: `str` over a number field, a `date` kept in a text field.
        key: The field is a business key: `db.get(Person, key=…)` finds by it.
        unique: FileMaker's validation refuses a second record with the same value, always; so the field is a
            business key as well. A new record that brings a value for it is created once even when the reply was lost.
        read_only: fmorm never writes it: calculations, summaries, auto-enter fields.
        is_global: It is a global field: its value belongs to the session, so it is read-only here, and FileMaker
            cannot find by it.
        true: What stands for True in a field that holds bool: `field("Active", true="Yes", false="No")`.
        false: What stands for False; an empty text where the field is empty then.
        lenient: A bool reads as FileMaker's GetAsBoolean does: any number but 0 is true, and a text without a number
            is false. Without it, anything but 1, 0 and empty is a bad value.
        zone: The time zone of a timestamp field, as `"Europe/Oslo"` or a tzinfo: its values are aware datetimes, and
            FileMaker keeps the wall clock of the zone.
        default: What a new record made in Python gets, and `create` sends.
        default_factory: Makes that value anew for each record.

    Returns:
        The declaration, for the right side of an attribute annotated with `Field[…]`.

    Raises:
        DeclarationError: There is no such kind or time zone, only one of `true` and `false` is given, or both forms
            of a default are.
    """
    if (true is None) is not (false is None):
        raise DeclarationError('true= and false= go together; false="" is an empty field')
    if default is not Unset and default_factory is not None:
        raise DeclarationError("give default= or default_factory=, not both")
    return Declared(
        mark=FIELD,
        name=name,
        kind=_kind(kind),
        key=key or unique,
        unique=unique,
        read_only=read_only or is_global,
        is_global=is_global,
        words=None if true is None else (true, false),
        lenient=lenient,
        zone=zone_of(zone),
        default=default,
        default_factory=default_factory,
    )


def repeating(
    name: str | None, repetitions: int, *, kind: Kind | str | None = None, read_only: bool = False
) -> Any:
    """Declare a repeating field of which the layout shows several repetitions.

    Args:
        name: FileMaker's name of the field, without a number in parentheses.
        repetitions: How many repetitions the layout shows, from the first.
        kind: As in `field`.
        read_only: As in `field`.

    Returns:
        The declaration, for the right side of an attribute annotated with `Repeating[…]`.

    Raises:
        DeclarationError: There is no such kind, or fewer than two repetitions: the Data API gives a field that
            shows one repetition no number, so that is a plain `field`.
    """
    if repetitions < 2:
        raise DeclarationError(
            f"repeating({name!r}, {repetitions}): a field shown with one repetition is a field()"
        )
    return Declared(mark=REPEATING, name=name, kind=_kind(kind), read_only=read_only, repetitions=repetitions)


def container(name: str | None = None, repetitions: int | None = None) -> Any:
    """Declare a container field of the layout, which holds a file, or one in each repetition.

    Its value tells whether there is one: `Contents`, or None. `db.upload` and `db.download` move the file.

    Args:
        name: FileMaker's name of the field, `Occurrence::Field` for a field of another table occurrence;
            the attribute's name where it is left out.
        repetitions: How many repetitions the layout shows, from the first; left out where it shows one.

    Returns:
        The declaration, for the right side of an attribute annotated with `Container`, or with `RepeatingContainer`
        where there are repetitions.

    Raises:
        DeclarationError: There are fewer than two repetitions.
    """
    if repetitions is None:
        return Declared(mark=FIELD, name=name, kind=Kind.CONTAINER, read_only=True)
    declared: Declared = repeating(name, repetitions, kind=Kind.CONTAINER, read_only=True)
    return declared


def portal(name: str | None = None, *, limit: int | None = None) -> Any:
    """Declare a portal of the layout.

    Args:
        name: The portal's object name, or the table occurrence it shows where it has none; the table
            occurrence of the row class where it is left out.
        limit: How many rows to read with a record; all of them where it is left out.

    Returns:
        The declaration, for the right side of an attribute annotated with `Portal[…]`.

    Raises:
        DeclarationError: The limit is not positive.
    """
    if limit is not None and limit < 1:
        raise DeclarationError(f"portal({name!r}, limit={limit}): the limit counts rows, from 1")
    return Declared(mark=PORTAL, name=name, limit=limit)


def zone_of(zone: tzinfo | str | None) -> tzinfo | None:
    """Give the time zone of a name; raises DeclarationError where there is none."""
    if not isinstance(zone, str):
        return zone
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise DeclarationError(
            f"zone={zone!r}: there is no such time zone here; a name is like 'Europe/Oslo', and where the system has "
            "no time zones, as on Windows, they come with the package tzdata"
        ) from None


def _kind(kind: Kind | str | None) -> Kind | None:
    if kind is None:
        return None
    try:
        return Kind(kind)
    except ValueError:
        kinds = ", ".join(Kind)
        raise DeclarationError(f"kind={kind!r}: FileMaker's kinds are {kinds}") from None


if TYPE_CHECKING:

    class Field(Generic[T]):
        """A field of a layout: a query term on the class, a value on an instance."""

        @overload
        def __get__(self: Field[U | None], instance: None, owner: type) -> Term[U]: ...
        @overload
        def __get__(self, instance: None, owner: type) -> Term[T]: ...
        @overload
        def __get__(self, instance: object, owner: type) -> T: ...
        def __get__(self, instance: object, owner: type) -> Any: ...
        def __set__(self, instance: object, value: T) -> None: ...

    class Repeating(Generic[T]):
        """A repeating field: a query term for each repetition on the class, the values on an instance."""

        @overload
        def __get__(self: Repeating[U | None], instance: None, owner: type) -> RepeatingTerm[U]: ...
        @overload
        def __get__(self, instance: None, owner: type) -> RepeatingTerm[T]: ...
        @overload
        def __get__(self, instance: object, owner: type) -> Repetitions[T]: ...
        def __get__(self, instance: object, owner: type) -> Any: ...
        def __set__(self, instance: object, value: Iterable[T]) -> None: ...

    class Container:
        """A container field: a query term on the class; on an instance what is in it, or None."""

        @overload
        def __get__(self, instance: None, owner: type) -> ContainerTerm: ...
        @overload
        def __get__(self, instance: object, owner: type) -> Contents | None: ...
        def __get__(self, instance: object, owner: type) -> Any: ...
        def __set__(self, instance: object, value: Never) -> None: ...

    class RepeatingContainer:
        """A repeating container field: query terms on the class; on an instance what is in each repetition."""

        @overload
        def __get__(self, instance: None, owner: type) -> RepeatingContainerTerm: ...
        @overload
        def __get__(self, instance: object, owner: type) -> Repetitions[Contents | None]: ...
        def __get__(self, instance: object, owner: type) -> Any: ...
        def __set__(self, instance: object, value: Never) -> None: ...

    class Portal(Generic[R]):
        """A portal: the row class on the class, whose fields are query terms; the rows on an instance."""

        @overload
        def __get__(self, instance: None, owner: type) -> type[R]: ...
        @overload
        def __get__(self, instance: object, owner: type) -> PortalRows[R]: ...
        def __get__(self, instance: object, owner: type) -> Any: ...
        def __set__(self, instance: object, value: Iterable[R]) -> None: ...

else:

    def _annotated(held: Any, *marks: object) -> Any:
        return Annotated[(held, PydanticField(default_factory=Unset), *marks)]

    class Field:
        """A field of a layout: a query term on the class, a value on an instance."""

        def __class_getitem__(cls, held: Any) -> Any:
            return _annotated(held, GIVEN, FIELD)

    class Repeating:
        """A repeating field: a query term for each repetition on the class, the values on an instance."""

        def __class_getitem__(cls, held: Any) -> Any:
            return _annotated(Repetitions[Annotated[held, GIVEN]], REPEATING)

    Container = Annotated[Contents | None, PydanticField(default_factory=Unset, exclude=True), GIVEN, FIELD]
    """A container field: a query term on the class; on an instance what is in it, or None."""

    RepeatingContainer = Annotated[
        Repetitions[Annotated[Contents | None, GIVEN]],
        PydanticField(default_factory=Unset, exclude=True),
        REPEATING,
    ]
    """A repeating container field: query terms on the class; on an instance what is in each repetition."""

    class Portal:
        """A portal: the row class on the class, whose fields are query terms; the rows on an instance."""

        def __class_getitem__(cls, row: Any) -> Any:
            return _annotated(PortalRows[row], PORTAL)


def mark_of(metadata: Iterable[object]) -> Mark | None:
    """Find which of the three an annotation was, among what pydantic kept of it."""
    return next((entry for entry in metadata if isinstance(entry, Mark)), None)


def is_constrained(info: FieldInfo) -> bool:
    """Tell whether a field, or a repetition of it, has constraints or validators in its annotation."""
    return any(type(entry) not in _OWN for entry in [*info.metadata, *_metadata(info.annotation)])


_OWN: Final = {Given, Mark}


def _metadata(held: Any) -> Iterator[object]:
    if get_origin(held) is Annotated:
        yield from held.__metadata__
    for inner in get_args(held):
        if get_origin(inner) is not None:
            yield from _metadata(inner)
