"""Conditions: immutable trees of criteria, put together with `&`, `|` and `~`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, NoReturn

from fmorm.query.fields import FieldRef

Op = Literal[
    "==",
    "<",
    "<=",
    ">",
    ">=",
    "between",
    "span",
    "like",
    "words",
    "today",
    "empty",
    "not_empty",
    "duplicated",
    "invalid",
]


class Comparison(NamedTuple):
    """What a criterion's text says, where it is known; the compiler reasons with it.

    Attributes:
        op: The comparison; `like` is a text find, which only a value that is not empty can meet, `span` an interval
            without its upper end.
        value: What is compared with, comparable with others of the same field: a Decimal for numbers, the
            pair of ends for `between` and `span`, the tuple of `words`, None where nothing is compared.
    """

    op: Op
    value: Any = None


class Condition:
    """What a record must meet. It has no truth value: use `&`, `|` and `~`, with parentheses."""

    __slots__ = ()

    def __and__(self, other: Condition) -> Condition:
        """Both must hold.

        On two fields of one portal this is FileMaker's way: each holds for some row, and FileMaker does not
        promise that it is the same row.
        """
        return And((*_parts(And, self), *_parts(And, expect(other, "&"))))

    def __or__(self, other: Condition) -> Condition:
        """At least one must hold."""
        return Or((*_parts(Or, self), *_parts(Or, expect(other, "|"))))

    def __invert__(self) -> Condition:
        """The condition must not hold: FileMaker omits what it finds, so an empty value passes."""
        return Not(self)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"the condition {self!r} has no truth value: put conditions together with & | ~ and parentheses "
            f"instead of `and`, `or`, `not`, `if`, `in`; instead of a < field < b write "
            f"(field > a) & (field < b) or field.between(a, b)"
        )


@dataclass(frozen=True, slots=True, repr=False)
class Criterion(Condition):
    """One field and what FileMaker is to look for in it.

    Attributes:
        ref: The field.
        text: The criterion in FileMaker's find language.
        comparison: What the text says; None for `raw`, of which nothing is known.
    """

    ref: FieldRef
    text: str
    comparison: Comparison | None

    @property
    def key(self) -> tuple[str, str]:
        """What goes over the wire; criteria with the same key are the same."""
        return self.ref.name, self.text

    def __repr__(self) -> str:
        return f"{self.ref.label} {self.text!r}"


@dataclass(frozen=True, slots=True, repr=False)
class And(Condition):
    """All parts hold; without parts, whatever there is.

    Attributes:
        parts: The conditions.
    """

    parts: tuple[Condition, ...]

    def __repr__(self) -> str:
        return " & ".join(map(_nested, self.parts)) or "everything"


@dataclass(frozen=True, slots=True, repr=False)
class Or(Condition):
    """At least one part holds; without parts, nothing does.

    Attributes:
        parts: The conditions.
    """

    parts: tuple[Condition, ...]

    def __repr__(self) -> str:
        return " | ".join(map(_nested, self.parts)) or "nothing"


@dataclass(frozen=True, slots=True, repr=False)
class Not(Condition):
    """The part does not hold.

    Attributes:
        part: The condition.
    """

    part: Condition

    def __repr__(self) -> str:
        return f"~{_nested(self.part)}"


NOTHING = Or(())
EVERYTHING = And(())


def expect(given: object, where: str) -> Condition:
    """Check that a condition was given where one is wanted.

    Args:
        given: What was given.
        where: The verb or operator, for the message.

    Returns:
        The condition.

    Raises:
        TypeError: It is something else; the message says what may have happened.
    """
    if isinstance(given, Condition):
        return given
    if isinstance(given, bool):
        raise TypeError(
            f"{where} takes conditions and was given {given}: Python compared two values itself; "
            f"one side of the comparison must be a field of the model's class, as in Person.name == 'Ada'"
        )
    raise TypeError(
        f"{where} takes conditions such as Person.name == 'Ada' and was given {given!r}; "
        f"comparisons beside & and | need parentheses: (Person.name == 'Ada') & (Person.age > 30); "
        f"a field that holds bool is written Person.active.is_(True)"
    )


def fields_of(condition: Condition) -> Iterator[FieldRef]:
    """Give the field of every criterion in a condition.

    Args:
        condition: The condition.

    Yields:
        The fields; one of several criteria as often.
    """
    if isinstance(condition, Criterion):
        yield condition.ref
    elif isinstance(condition, Not):
        yield from fields_of(condition.part)
    elif isinstance(condition, And | Or):
        for part in condition.parts:
            yield from fields_of(part)


def _parts(kind: type[And | Or], condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, kind) else (condition,)


def _nested(condition: Condition) -> str:
    bare = not isinstance(condition, And | Or) or not condition.parts
    return repr(condition) if bare else f"({condition!r})"
