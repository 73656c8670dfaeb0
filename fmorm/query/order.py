"""One field of a sort order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sort:
    """A field to sort by.

    Attributes:
        name: Its key on the wire.
        order: FileMaker's word for the direction.
    """

    name: str
    order: Literal["ascend", "descend"] = "ascend"
