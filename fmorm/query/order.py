"""One field of a sort order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from fmorm.query.fields import FieldRef


@dataclass(frozen=True, slots=True)
class Sort:
    """A field to sort by.

    Attributes:
        name: Its key on the wire.
        order: FileMaker's word for the direction.
        ref: The field, where it is known.
    """

    name: str
    order: Literal["ascend", "descend"] = "ascend"
    ref: FieldRef | None = field(default=None, compare=False, repr=False)
