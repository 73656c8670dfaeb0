"""The repetitions of one field on one record: a sequence of fixed length that knows what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar, cast, get_args, overload

from pydantic import GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypeIs

from fmorm.errors import NotLoaded
from fmorm.model.state import NOT_LOADED

T = TypeVar("T")


class Repetitions(Sequence[T], Generic[T]):
    """The values of a repeating field, `[0]` being FileMaker's repetition 1.

    The number of repetitions is the layout's: values are set in place, never added or removed.
    """

    __slots__ = ("_label", "_validate", "_values", "originals")

    def __init__(
        self, values: Iterable[T], label: str = "this repeating field", validate: Any = None
    ) -> None:
        """Hold values; `validate` checks one that is set, and `label` names the field in messages."""
        self._values: list[Any] = list(values)
        self._label = label
        self._validate = validate
        self.originals: dict[int, Any] = {}

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
        i = self._position(index)
        if self._validate is not None:
            value = self._validate(value)
        self._note(i, value)
        self._values[i] = value

    def __iter__(self) -> Iterator[T]:
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
        return twin

    __copy__ = None

    def assign(self, values: Iterable[T]) -> None:
        """Set all repetitions in place.

        Args:
            values: One value for each repetition.

        Raises:
            ValueError: There are more or fewer values than repetitions.
        """
        given = list(values)
        if len(given) != len(self._values):
            raise ValueError(f"{self._label} has {len(self._values)} repetitions, not {len(given)}")
        for i, value in enumerate(given):
            self[i] = value

    def known(self) -> dict[int, Any]:
        """Give the values that were loaded or set, by position."""
        return {i: value for i, value in enumerate(self._values) if value is not NOT_LOADED}

    def listed(self) -> list[Any]:
        """Give all values, `NOT_LOADED` among them."""
        return list(self._values)

    def _position(self, index: int) -> int:
        count = len(self._values)
        if not -count <= index < count:
            raise IndexError(f"{self._label} has {count} repetitions: [0] to [{count - 1}]")
        return index % count

    def _loaded(self, position: int) -> T:
        value: T = self._values[position]
        if value is NOT_LOADED:
            raise NotLoaded(f"{self._label}[{position}] was neither set nor loaded yet")
        return value

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
        items = core_schema.list_schema(handler.generate_schema(held))
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(cls, items),
            python_schema=core_schema.union_schema(
                [
                    core_schema.is_instance_schema(cls),
                    core_schema.no_info_after_validator_function(cls, items),
                ],
                mode="left_to_right",
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda values: list(values.known().values()), return_schema=items
            ),
        )


def is_repetitions(value: object) -> TypeIs[Repetitions[Any]]:
    """Tell whether a value is that of a repeating field."""
    return isinstance(value, Repetitions)


def item_validator(held: Any) -> Any:
    """Give the function that checks one value of a repeating field of this type."""
    return TypeAdapter(held).validate_python
