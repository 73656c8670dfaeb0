"""The verbs that make conditions, the same on a field, on a repetition and on all repetitions of a field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, TypeVar, overload

from fmorm.errors import FindError
from fmorm.query import builders
from fmorm.query.calendar import CalendarVerbs
from fmorm.query.conditions import Condition
from fmorm.query.fields import FieldRef

T = TypeVar("T")
U = TypeVar("U")

Moments: TypeAlias = "Verbs[date] | Verbs[datetime] | Verbs[time] | Verbs[timedelta]"
Ordered: TypeAlias = "Verbs[str] | Verbs[int] | Verbs[float] | Verbs[Decimal] | Moments"
"""What has an order. The type checkers offer `<` and its like on these only."""

Typed: TypeAlias = "Verbs[int] | Verbs[float] | Verbs[Decimal] | Verbs[bool] | Moments"
"""What may have something in it that is no value. The type checkers offer `invalid` on these only."""


class Verbs(CalendarVerbs[T]):
    """Comparisons that make conditions. T is the type of the field's values, without None.

    On a field of a portal row or of another table occurrence, and on a repeating field, a condition means
    *some* related row or repetition; its negation, therefore, means *none*. Two conditions on two fields of
    one portal, put together with `&`, hold for some row each: FileMaker does not promise the same row.

    Attributes:
        ref: The field.
    """

    __slots__ = ("ref",)

    def __init__(self, ref: FieldRef) -> None:
        self.ref = ref

    def _some(self, build: Callable[[FieldRef], Condition]) -> Condition:
        if self.ref.is_global:
            raise FindError(
                f"{self.ref.label} is a global field: it has one value for all records, so no find can look "
                f"into it; compare its value in Python"
            )
        return build(self.ref)

    # -- equality ----------------------------------------------------------------------------------------

    @overload  # type: ignore[override]
    def __eq__(self: Verbs[Decimal], other: Decimal | int | None, /) -> Condition: ...
    @overload
    def __eq__(self, other: T | None, /) -> Condition: ...
    def __eq__(self, other: object, /) -> Condition:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The field has this value.

        Text: the whole value, ignoring case, as FileMaker's `==` does (FileMaker Pro Help, "Finding text").
        Numbers: numeric equality, `5` finds `5.0`. Dates and times: the same instant. None and `""`: empty.
        False: 0 or empty, as FileMaker people use it.

        Raises:
            TypeError: The value is of another type than the field.
            FindError: FileMaker has no such value, or the field is global.
        """
        return self._some(lambda ref: builders.equal(ref, other))

    @overload  # type: ignore[override]
    def __ne__(self: Verbs[Decimal], other: Decimal | int | None, /) -> Condition: ...
    @overload
    def __ne__(self, other: T | None, /) -> Condition: ...
    def __ne__(self, other: object, /) -> Condition:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The field does not have this value: FileMaker omits what `==` finds.

        Records in which the field is empty are included; add `& field.not_empty()` to leave them out. On a
        portal or a repeating field: no row, no repetition has this value.

        Raises:
            TypeError: The value is of another type than the field.
            FindError: FileMaker has no such value, or the field is global.
        """
        return ~self._some(lambda ref: builders.equal(ref, other))

    __hash__ = object.__hash__

    @overload
    def in_(self: Verbs[Decimal], values: Iterable[Decimal | int | None]) -> Condition: ...
    @overload
    def in_(self, values: Iterable[T | None]) -> Condition: ...
    def in_(self, values: Iterable[object]) -> Condition:
        """The field has one of these values, each taken as `==` takes it; one request per value.

        Args:
            values: The values; None among them is *empty*. Without values nothing is found and nothing sent.

        Raises:
            TypeError: A value is of another type than the field, or a text was given in place of a list.
            FindError: FileMaker has no such value, or the field is global.
        """
        wanted = values if isinstance(values, str | bytes | set | frozenset) else tuple(values)
        return self._some(lambda ref: builders.one_of(ref, wanted))

    def is_(self: Verbs[bool], value: bool, /) -> Condition:
        """The field is true (1), or false (0 or empty).

        Args:
            value: True or False.

        Raises:
            TypeError: The field does not hold bool, or the value is none.
            FindError: The field is global.
        """
        return self._some(lambda ref: builders.truth(ref, value))

    def is_empty(self) -> Condition:
        """The field is empty; on a repeating field, some repetition is: `~field.not_empty()` says all are."""
        return self._some(builders.is_empty)

    def not_empty(self) -> Condition:
        """The field is not empty; a number field: it holds a number (FileMaker Pro Help, "Finding numbers").

        On a portal or a repeating field: some row, some repetition is not empty.
        """
        return self._some(builders.not_empty)

    def duplicated(self) -> Condition:
        """Other records of the table have the same value, whatever else the find asks; FileMaker's `!`.

        Text is compared as its index does, which ignores case.

        Raises:
            FindError: The field is global, repeating or of related rows: what it means there is not documented.
        """
        return self._some(builders.duplicated)

    def invalid(self: Typed) -> Condition:
        """The field has something that is no value of its kind, as imports and calculations leave; FileMaker's `?`.

        A number field: text without a digit in it.

        Raises:
            FindError: It is a text field or global.
        """
        return self._some(builders.invalid)

    # -- order -------------------------------------------------------------------------------------------

    @overload
    def __lt__(self: Verbs[Decimal], other: Decimal | int, /) -> Condition: ...
    @overload
    def __lt__(self: Ordered, other: T, /) -> Condition: ...
    def __lt__(self: Verbs[Any], other: object, /) -> Condition:
        """The field comes before this value; text in the order of the field's language. Never an empty field.

        Raises:
            TypeError: The value is of another type than the field, or the type has no order.
            FindError: FileMaker's order would be another, or the field is global.
        """
        return self._some(lambda ref: builders.ordered(ref, "<", other))

    @overload
    def __le__(self: Verbs[Decimal], other: Decimal | int, /) -> Condition: ...
    @overload
    def __le__(self: Ordered, other: T, /) -> Condition: ...
    def __le__(self: Verbs[Any], other: object, /) -> Condition:
        """The field has this value or comes before it; see `<`."""
        return self._some(lambda ref: builders.ordered(ref, "<=", other))

    @overload
    def __gt__(self: Verbs[Decimal], other: Decimal | int, /) -> Condition: ...
    @overload
    def __gt__(self: Ordered, other: T, /) -> Condition: ...
    def __gt__(self: Verbs[Any], other: object, /) -> Condition:
        """The field comes after this value; see `<`."""
        return self._some(lambda ref: builders.ordered(ref, ">", other))

    @overload
    def __ge__(self: Verbs[Decimal], other: Decimal | int, /) -> Condition: ...
    @overload
    def __ge__(self: Ordered, other: T, /) -> Condition: ...
    def __ge__(self: Verbs[Any], other: object, /) -> Condition:
        """The field has this value or comes after it; see `<`."""
        return self._some(lambda ref: builders.ordered(ref, ">=", other))

    @overload
    def between(self: Verbs[Decimal], low: Decimal | int, high: Decimal | int) -> Condition: ...
    @overload
    def between(self: Ordered, low: T, high: T) -> Condition: ...
    def between(self: Verbs[Any], low: object, high: object) -> Condition:
        """The field lies between two values or is one of them, as `(field >= low) & (field <= high)` says.

        Args:
            low: The lower end.
            high: The upper end; below the lower one nothing is found.

        Raises:
            TypeError: A value is of another type than the field, or the type has no order.
            FindError: FileMaker's order would be another, or the field is global.
        """
        return self._some(lambda ref: builders.between(ref, low, high))

    # -- text --------------------------------------------------------------------------------------------

    def startswith(self: Verbs[str], text: str, /) -> Condition:
        """The whole value begins with this text, ignoring case.

        Args:
            text: The text; no character of it is an operator.

        Raises:
            TypeError: The field does not hold str, or the argument is none.
            FindError: The text is empty, or the field is global.
        """
        return self._some(lambda ref: builders.starts_with(ref, text))

    def contains(self: Verbs[str], text: str, /) -> Condition:
        """The value has this text somewhere, also inside of words, ignoring case.

        Args:
            text: The text; no character of it is an operator.

        Raises:
            TypeError: The field does not hold str, or the argument is none.
            FindError: The text is empty, or the field is global.
        """
        return self._some(lambda ref: builders.contains(ref, text))

    def endswith(self: Verbs[str], text: str, /) -> Condition:
        """The whole value ends with this text, ignoring case.

        Args:
            text: The text; no character of it is an operator.

        Raises:
            TypeError: The field does not hold str, or the argument is none.
            FindError: The text is empty, or the field is global.
        """
        return self._some(lambda ref: builders.ends_with(ref, text))

    def matches(self: Verbs[str], words: str, /) -> Condition:
        """FileMaker's word find: each word is the beginning of some word of the value, in any order.

        FileMaker Pro Help, "Finding text".

        Args:
            words: The words; no character of them is an operator.

        Raises:
            TypeError: The field does not hold str, or the argument is none.
            FindError: There is no word, or the field is no text field or global.
        """
        return self._some(lambda ref: builders.matches(ref, words))

    @overload
    def has(self: Verbs[list[U]], value: U, /) -> Condition: ...
    @overload
    def has(self: Verbs[tuple[U, ...]], value: U, /) -> Condition: ...
    @overload
    def has(self: Verbs[set[U]], value: U, /) -> Condition: ...
    @overload
    def has(self: Verbs[frozenset[U]], value: U, /) -> Condition: ...
    def has(self: Verbs[Any], value: object, /) -> Condition:
        """The field, a checkbox set or another return-separated list, has this value, ignoring case.

        The whole value is meant: `has("new")` does not find `renewed`. It is sent as four requests, for a value that
        stands alone, first, last or between others.

        Args:
            value: The value.

        Raises:
            TypeError: The field holds no list, or the value is of another type than its values.
            FindError: It cannot be a value of a list, or the field is global.
        """
        return self._some(lambda ref: builders.has(ref, value))

    def raw(self, criterion: str, /) -> Condition:
        """The field meets a criterion in FileMaker's find language, sent as it stands: operators operate.

        Args:
            criterion: The criterion. Never put text of users into it.

        Raises:
            TypeError: It is no text.
            FindError: It is empty, or the field is global.
        """
        return self._some(lambda ref: builders.raw(ref, criterion))

    # -- mistakes ----------------------------------------------------------------------------------------

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"{self.ref.label} is a field and has no truth value: compare it, as in "
            f"{self.ref.label}.not_empty() or {self.ref.label}.is_(True)"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.ref.label}>"

    if not TYPE_CHECKING:  # the type checkers say so by themselves

        def _mistake(self, _other: object) -> NoReturn:
            raise TypeError(
                f"{self.ref.label} is a field, no condition: comparisons beside & and | need parentheses, as "
                f"in (Person.name == 'Ada') & (Person.age > 30); a field that holds bool is written "
                f"{self.ref.label}.is_(True)"
            )

        __and__ = __rand__ = __or__ = __ror__ = _mistake
