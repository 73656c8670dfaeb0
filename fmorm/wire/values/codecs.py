"""What a codec is: how one kind of FileMaker field is held as one Python type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final


class Kind(StrEnum):
    """What FileMaker calls the type of a field; it decides encoding, operators and comparison."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    CONTAINER = "container"


Wire = str | int | float | Decimal
"""A value as `json` gives it: Decimal where the reader kept a literal's digits."""

NO_ACCESS: Final = "<No Access>"
"""What FileMaker shows for a value that the account may not see; no recording shows the Data API's own form."""


class Unreadable(ValueError):
    """A raw value that does not fit the declared type; its message is the reason, without the place."""


class Withheld(str):
    """Stands in a reply for a value that the account may not see. It is no plain `str`, so no codec takes it."""

    __slots__ = ()


class NotShown(ValueError):
    """A value was withheld: there is nothing to read."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind of field is held as one Python type.

    Attributes:
        kind: The FileMaker kind of the field.
        held: The Python type, without `| None`.
        optional: Whether an empty field is None.
        decode: Turns a non-empty value of a reply into a value of `held`; raises `Unreadable`.
        encode: Turns a value of `held` into what a request carries; raises ValueError.
        blank: Makes what an empty field is, where it is not None; None where nothing can stand for it.
        plain: Whether it is the usual one of its kind and type, so that values are compared as they are.
        admit: Brings a value that a program gives to the form in which the field holds it; raises ValueError.
            None where pydantic's own check is enough.
        changeable: Whether values can change in place, as lists do.
        item: How one value of a list is held; None for what is no list.
        zone: The time zone that timestamps are meant in; None where they have none.
        lenient: Whether every number but 0 is true.
    """

    kind: Kind
    held: type[Any]
    optional: bool
    decode: Callable[[Wire], Any]
    encode: Callable[[Any], str | int | float]
    blank: Callable[[], Any] | None = None
    plain: bool = True
    admit: Callable[[Any], Any] | None = None
    changeable: bool = False
    item: Codec | None = None
    zone: tzinfo | None = None
    lenient: bool = False

    def read(self, raw: Wire) -> Any:
        """Give the Python value of a raw value, `""` included; raises `Unreadable` and `NotShown`."""
        if raw.__class__ is Withheld:
            raise NotShown
        return self.empty() if raw == "" else self.decode(raw)

    def empty(self) -> Any:
        """Give what an empty field is in Python; raises `Unreadable` where nothing can stand for it."""
        if self.optional:
            return None
        if self.blank is None:
            raise Unreadable(f"the field is empty; declare it as {self.held.__name__} | None")
        return self.blank()

    def write(self, value: Any) -> str | int | float:
        """Give what a request carries for a Python value; None is `""`. Raises ValueError."""
        return "" if value is None else self.encode(value)
