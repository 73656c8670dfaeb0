"""The repetitions of one field on one record: a sequence of fixed length that knows what was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, Final, Generic, TypeVar, cast, get_args, overload

from pydantic import ConfigDict, GetCoreSchemaHandler, GetPydanticSchema, TypeAdapter
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypeIs

from fmorm.errors import FmormError, NotLoaded
from fmorm.model.state import NOT_LOADED

T = TypeVar("T")

_new: Final = object.__new__


class Repetitions(Sequence[T], Generic[T]):
    """The values of a repeating field, `[0]` being FileMaker's repetition 1.

    The number of repetitions is the layout's: values are set in place, never added or removed. The object stays
    that of its record when the record is read again.

    Attributes:
        originals: What each changed repetition was.
        on_fill: Is called before a value is set the first time; None once that was done.
        troubles: Why values could not be had, by position; None where there are none.
    """

    __slots__ = ("_label", "_validate", "_values", "on_fill", "originals", "troubles")

    def __init__(
        self, values: Iterable[T], label: str = "this repeating field", validate: Any = None
    ) -> None:
        """Hold values; `validate` checks one that is set, and `label` names the field in messages."""
        self._values: list[Any] = list(values)
        self._label = label
        self._validate = validate
        self.originals: dict[int, Any] = {}
        self.on_fill: Callable[[], None] | None = None
        self.troubles: dict[int, FmormError] | None = None

    @classmethod
    def loaded(cls, values: list[T], label: str, validate: Any) -> Repetitions[T]:
        """Hold the values of a reply: the list itself, and quicker than a constructor does."""
        self = _new(cls)
        self._values = values
        self._label = label
        self._validate = validate
        self.originals = {}
        self.on_fill = self.troubles = None
        return self

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self._loaded(i) for i in range(*index.indices(len(self._values)))]
        return self._loaded(self._position(index))

    def __setitem__(self, index: int, value: T) -> None:
        if not isinstance(index, int):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every program is typed
            raise TypeError(
                f"{self._label}: repetitions are set one by one, or all of them by assigning a list"
            )
        self.put(self._position(index), self._checked(value))

    def __iter__(self) -> Iterator[T]:
        if NOT_LOADED not in self._values:
            return iter(self._values)
        return (self._loaded(i) for i in range(len(self._values)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Repetitions):
            return self._values == other._values
        return isinstance(other, (list, tuple)) and self._values == list(cast("Sequence[Any]", other))

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __repr__(self) -> str:
        return repr(self._values)

    def __deepcopy__(self, memo: dict[int, Any]) -> Repetitions[T]:
        twin = Repetitions(self._values, self._label, self._validate)
        twin.originals = dict(self.originals)
        twin.troubles = None if self.troubles is None else dict(self.troubles)
        return twin

    def __copy__(self) -> Repetitions[T]:
        return self.__deepcopy__({})

    def assign(self, values: Iterable[T]) -> None:
        """Set all repetitions in place.

        Args:
            values: One value for each repetition.

        Raises:
            ValueError: There are more or fewer values than repetitions, or one does not fit; none is set then.
        """
        if not isinstance(values, (list, tuple, Repetitions)):
            raise TypeError(f"{self._label} takes a list with a value for each repetition, not {values!r}")
        given = list(values)
        if len(given) != len(self._values):
            raise ValueError(f"{self._label} has {len(self._values)} repetitions, not {len(given)}")
        for i, value in enumerate([self._checked(value) for value in given]):
            self.put(i, value)

    def refill(self, fresh: Repetitions[T] | None) -> None:
        """Hold what was read again; what was changed is dropped.

        Args:
            fresh: The values of the reply; None where it did not carry the field.
        """
        self._values = [NOT_LOADED] * len(self._values) if fresh is None else list(fresh._values)
        self.originals = {}
        self.troubles = None if fresh is None else fresh.troubles
        self.on_fill = None

    def fill(self, fresh: Repetitions[T]) -> None:
        """Hold what was read where nothing is known yet; what was set or loaded stays."""
        both = zip(self._values, fresh._values, strict=True)
        self._values = [theirs if mine is NOT_LOADED else mine for mine, theirs in both]
        self.on_fill = None

    def tell(self, position: int, value: T) -> None:
        """Hold what FileMaker has by now in a repetition, unless it was changed here."""
        if position < len(self._values) and position not in self.originals:
            self._values[position] = value

    def restore(self, kept: AbstractSet[int] = frozenset()) -> None:
        """Put back what each changed repetition was, except for those at some positions."""
        for position in self.originals.keys() - kept:
            self._values[position] = self.originals.pop(position)

    def put(self, position: int, value: T) -> None:
        """Set a value that was checked already, by its position from 0, and note what it replaces."""
        if self.on_fill is not None:
            self.on_fill()
            self.on_fill = None
        self._note(position, value)
        self._values[position] = value

    def put_aside(self, position: int, why: FmormError, instead: Any) -> None:
        """Note that a value could not be had, and hold something else, or `NOT_LOADED`, in its place."""
        self.troubles = {**(self.troubles or {}), position: why}
        self._values[position] = instead

    def forget(self, position: int) -> None:
        """Know one value no more: FileMaker has another one now."""
        self._values[position] = NOT_LOADED
        self.originals.pop(position, None)

    def known(self) -> dict[int, Any]:
        """Give the values that were loaded or set, by position."""
        return {i: value for i, value in enumerate(self._values) if value is not NOT_LOADED}

    def listed(self) -> list[Any]:
        """Give all values, `NOT_LOADED` among them."""
        return list(self._values)

    def confirm(self, position: int, sent: object) -> None:
        """Note that FileMaker has taken a value; what was set meanwhile stays a change."""
        if self.troubles is not None:
            self.troubles.pop(position, None)
        if self._values[position] == sent:
            self.originals.pop(position, None)
        else:
            self.originals[position] = sent

    def _position(self, index: int) -> int:
        count = len(self._values)
        if not -count <= index < count:
            raise IndexError(f"{self._label} has {count} repetitions: [0] to [{count - 1}]")
        return index % count

    def _loaded(self, position: int) -> T:
        value: T = self._values[position]
        if value is NOT_LOADED:
            if self.troubles and position in self.troubles:
                raise self.troubles[position].with_traceback(None)
            raise NotLoaded(
                f"{self._label}[{position}] was neither set nor loaded yet: db.reload(record) loads it, if the layout "
                "shows it, and db.create(record, reload=True) does at once; setting it needs no loading"
            )
        return value

    def _checked(self, value: T) -> T:
        checked: T = value if self._validate is None else self._validate(value)
        return checked

    def _note(self, position: int, after: object) -> None:
        before = self._values[position]
        if position not in self.originals:
            if before is NOT_LOADED or before != after:
                self.originals[position] = before
        elif self.originals[position] == after:
            del self.originals[position]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (held,) = get_args(source) or (Any,)
        items = core_schema.no_info_before_validator_function(
            _ordered, core_schema.list_schema(handler.generate_schema(held))
        )
        made = core_schema.no_info_after_validator_function(cls, items)
        return core_schema.json_or_python_schema(
            json_schema=made,
            python_schema=as_it_is_or(cls, made),
            serialization=core_schema.plain_serializer_function_ser_schema(_dumped, return_schema=items),
        )


def as_it_is_or(cls: type[Any], made: CoreSchema) -> CoreSchema:
    """Give the schema that lets what is of a class pass, and makes it of anything else.

    A union would do the same, and put its own parts into the place that an error names: a form could not find it.
    """

    def validate(value: Any, make: core_schema.ValidatorFunctionWrapHandler) -> Any:
        return value if isinstance(value, cls) else make(value)

    return core_schema.no_info_wrap_validator_function(validate, made)


def is_repetitions(value: object) -> TypeIs[Repetitions[Any]]:
    """Tell whether a value is that of a repeating field."""
    return isinstance(value, Repetitions)


def _ordered(values: Any) -> Any:
    if isinstance(values, (set, frozenset)):
        raise ValueError("repetitions have an order, and a set has none: give a list")  # noqa: TRY004 - pydantic takes no TypeError
    return values


def _dumped(values: Repetitions[Any]) -> list[Any]:
    """Give the values up to the last known one; raises NotLoaded for a gap, which would move the others."""
    return values[: max(values.known(), default=-1) + 1]


def value_validator(held: Any, config: ConfigDict) -> Any:
    """Give the function that checks one value of a type, by the configuration of its record."""

    def schema(_source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(held)

    # Not the type itself: an adapter of a model or dataclass, which may have a configuration, refuses another one.
    alike = Annotated[Any, GetPydanticSchema(schema)]
    return TypeAdapter[Any](alike, config=config).validator.validate_python  # the adapter's is a detour
