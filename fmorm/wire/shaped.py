"""Parts of a reply whose keys were known before it was read: each member has an attribute of its own.

Such a part is read as a mapping is. Code that is written for it takes the attributes, which is what makes it quick.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

Raw: TypeAlias = Mapping[str, Any]
"""An object of JSON as it was sent: a dictionary, or one that is shaped."""

Cells: TypeAlias = Mapping[str, type[Any]]
"""The keys of cells that are read, and what each holds: `str`, `float`, or `object` where it may be anything."""

if TYPE_CHECKING:
    Base = Raw
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
        texts: The keys of what is text for certain.
        escaped: Whether there may be something in it that JSON writes with a backslash.
    """

    __slots__ = ()

    members: ClassVar[Mapping[str, str]]
    texts: ClassVar[AbstractSet[str]] = frozenset()
    escaped: ClassVar[bool] = True

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


class ShapedRecord(Shaped):
    """A member of `data`; its parser has looked that it is a record, but for its ids.

    Attributes:
        fields: The cells.
        portals: The rows, by portal.
        record_id: The record id.
        mod_id: The mod id.
        infos: What is told of the portals.
    """

    __slots__ = ()

    members: ClassVar = {
        "fieldData": "fields",
        "portalData": "portals",
        "recordId": "record_id",
        "modId": "mod_id",
        "portalDataInfo": "infos",
    }
    if TYPE_CHECKING:
        fields: Shaped
        portals: Shaped
        record_id: str
        mod_id: str
        infos: tuple[Any, ...]

    def counts(self) -> dict[str, int]:
        """Give how many rows each portal has, by object name or by table occurrence."""
        return {info.object_name or info.table: info.found for info in self.infos}
