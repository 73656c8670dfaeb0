"""Terms: what the attributes of a model's class are in queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from fmorm.query import builders
from fmorm.query.conditions import Condition, Or
from fmorm.query.fields import FieldRef
from fmorm.query.order import Sort
from fmorm.query.verbs import T, Verbs

__all__ = ["ContainerTerm", "FieldRef", "RepeatingContainerTerm", "RepeatingTerm", "Term"]


class Term(Verbs[T]):
    """A field in a query: what `Person.born` is on the class. T is the type of its values, without None."""

    __slots__ = ()

    def asc(self) -> Sort:
        """Sort by this field, lowest first."""
        return Sort(self.ref.name, "ascend", self.ref)

    def desc(self) -> Sort:
        """Sort by this field, highest first."""
        return Sort(self.ref.name, "descend", self.ref)


class ContainerTerm:
    """A container field in a query: whether there is a file in it is all that FileMaker can find by.

    Attributes:
        ref: The field.
    """

    __slots__ = ("ref",)

    def __init__(self, ref: FieldRef) -> None:
        self.ref = ref

    def is_empty(self) -> Condition:
        """There is no file in it."""
        return builders.is_empty(self.ref)

    def not_empty(self) -> Condition:
        """There is a file in it."""
        return builders.not_empty(self.ref)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.ref.label}>"


class RepeatingContainerTerm:
    """A repeating container field in a query; `Person.scans[0]` is its first repetition.

    Attributes:
        ref: The field.
        count: The number of repetitions.
    """

    __slots__ = ("count", "ref")

    def __init__(self, ref: FieldRef, count: int) -> None:
        self.ref = ref
        self.count = count

    def __getitem__(self, index: int) -> ContainerTerm:
        """Give the term of one repetition, from 0; raises IndexError where the field has fewer."""
        return ContainerTerm(_repetition(self.ref, index, self.count))

    def is_empty(self) -> Condition:
        """There is no file in some repetition: `~field.not_empty()` says in none."""
        return Or(tuple(self[i].is_empty() for i in range(self.count)))

    def not_empty(self) -> Condition:
        """There is a file in some repetition."""
        return Or(tuple(self[i].not_empty() for i in range(self.count)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.ref.label}>"


def _repetition(ref: FieldRef, index: int, count: int) -> FieldRef:
    if not 0 <= index < count:
        raise IndexError(
            f"{ref.label} has {count} repetitions: {ref.label}[0] to {ref.label}[{count - 1}]; there is no [{index}]"
        )
    return ref.repetition(index)


class RepeatingTerm(Verbs[T]):
    """A repeating field in a query: what `Person.phones` is on the class.

    A condition means *some repetition*, and is sent as one request per repetition: whether a bare field name
    stands for all repetitions is not documented for the Data API. `Person.phones[0]` is one of them.

    Attributes:
        count: The number of repetitions.
    """

    __slots__ = ("count",)

    def __init__(self, ref: FieldRef, count: int) -> None:
        super().__init__(ref)
        self.count = count

    def __getitem__(self, index: int) -> Term[T]:
        """Give the term of one repetition.

        Args:
            index: The repetition, from 0.

        Raises:
            IndexError: The field has fewer repetitions.
        """
        return Term(_repetition(self.ref, index, self.count))

    def __iter__(self) -> NoReturn:
        raise TypeError(
            f"{self.ref.label} is a repeating field, not a list of values: a condition on it means "
            f"some repetition, and {self.ref.label}[0] is the first one"
        )

    def __contains__(self, value: object) -> NoReturn:
        raise TypeError(f"`in` does not make conditions: write {self.ref.label} == {value!r}")

    def _some(self, build: Callable[[FieldRef], Condition]) -> Condition:
        return super()._some(lambda ref: Or(tuple(build(ref.repetition(i)) for i in range(self.count))))
