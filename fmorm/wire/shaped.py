"""Parts of a reply whose keys were known before it was read: each member has an attribute of its own.

Such a part is read as a mapping is. Code that is written for it takes the attributes, which is what makes it quick.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    Base = Mapping[str, Any]
else:

    class Base:
        """What a Mapping has beside its own three; its metaclass is none that msgspec takes."""

        __slots__ = ()

        __contains__, get = Mapping.__contains__, Mapping.get
        keys, items, values = Mapping.keys, Mapping.items, Mapping.values


class Shaped(Base):
    """An object of JSON.

    Attributes:
        members: The attribute of each key.
    """

    __slots__ = ()

    members: ClassVar[Mapping[str, str]]

    def __getitem__(self, key: str) -> Any:
        return getattr(self, self.members[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)


class ShapedInfo(Shaped):
    """What a reply tells of one portal.

    Attributes:
        table: The table occurrence.
        object_name: The name of the portal on the layout, if it has one.
        found: How many rows it has.
    """

    __slots__ = ()

    members: ClassVar = {"table": "table", "portalObjectName": "object_name", "foundCount": "found"}
    if TYPE_CHECKING:
        table: str
        object_name: str | None
        found: int


class Records(list[dict[str, Any]]):
    """The records of a reply whose parser has looked that they are such, but for their ids."""

    __slots__ = ()


def shaped_counts(record: Mapping[str, Any]) -> dict[str, int]:
    """Give how many rows each portal of a raw record has, by object name or by table occurrence."""
    infos: Iterable[ShapedInfo] = record["portalDataInfo"]
    return {info.object_name or info.table: info.found for info in infos}
