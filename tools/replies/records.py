"""A file that is like the one whose records a reply shows."""

from __future__ import annotations

from collections import Counter

from fmorm.server.exact import as_array, as_object
from tools.replies.fields import Label, objects
from tools.replies.hosting import Row
from tools.replies.saved import Unusable
from tools.replies.tables import FOUND, PLACE, Clash, Tables

FINDER = "_finder"
_NO_INFO = {"database": "File", "layout": "Layout", "table": "Table"}
_MOST = 20_000
"""Records that are made at most so that the counts fit."""
_NO_FIELDS = {"recordId", "modId"}
Object = dict[str, object]


class File:
    """The file of a reply with records.

    Args:
        response: The `response`; portals that cannot be served are taken out of it.

    Attributes:
        notes: What had to be taken out.

    Raises:
        Unusable: No file that can be made would give such a reply.
    """

    def __init__(self, response: Object) -> None:
        told = as_object(response.get("dataInfo")) or {}
        self._info = {name: str(told.get(name, default)) for name, default in _NO_INFO.items()}
        self._records = _objects(response["data"])
        self._counts = {
            name: int(str(told.get(name, len(self._records)))) for name in ("totalRecordCount", "foundCount")
        }
        self.notes: list[str] = []
        while (portal := self._clash()) is not None:
            self._leave_out(portal)
        self._fill()

    def _clash(self) -> str | None:
        """Read all records, and give the portal that contradicts another one, if there is one."""
        self.tables = Tables(self._info["table"])
        self._labels: dict[str, Label] = {}
        self._portals: dict[str, tuple[str, dict[str, Label]]] = {}
        self._named: set[str] = set()
        self._longest = 1
        for record in self._records:
            row = self.tables.row(self.tables.base, record["recordId"], record["modId"])
            row.values[FOUND, 1] = "1"
            infos = _objects(record.get("portalDataInfo"))
            self._named |= {str(info["portalObjectName"]) for info in infos if "portalObjectName" in info}
            for key, info in _portals(record).items():
                try:
                    self._read_portal(row, key, *info)
                except Clash:
                    return key
            for name, value in (as_object(record["fieldData"]) or {}).items():
                self._read_field(row, self._labels.setdefault(name, Label.of(name)), value)
        return None

    def _leave_out(self, portal: str) -> None:
        self.notes.append(f"without the portal {portal!r}, which contradicts another one")
        for record in self._records:
            portals = as_object(record["portalData"]) or {}
            place = list(portals).index(portal)
            del portals[portal]
            infos = as_array(record.get("portalDataInfo"))
            if infos:
                del infos[place]

    def _read_portal(self, parent: Row, key: str, occurrence: str, rows: list[Object], found: int) -> None:
        tables, labels = self.tables, self._portals.setdefault(key, (occurrence, {}))[1]
        tables.relate_portal(occurrence)
        self._longest = max(self._longest, len(rows))
        for given in rows:
            row = tables.row(occurrence, given["recordId"], given.get("modId", "0"))
            tables.tie(parent, row)
            for name, value in given.items():
                if name not in _NO_FIELDS:
                    self._read_row(parent, row, labels.setdefault(name, Label.of(name)), value)
        for _ in range(found - len(rows)):
            tables.tie(parent, tables.another(occurrence))

    def _read_row(self, parent: Row, row: Row, label: Label, value: object) -> None:
        owner, tables = label.owner or row.table, self.tables
        if not label.name:
            return
        if owner in {row.table, tables.base}:
            tables.note(parent if owner == tables.base else row, label, value)
        elif tables.is_portal(owner):
            raise Unusable(f"rows of {row.table!r} show fields of another portal, {owner!r}")
        else:
            tables.relate_beside(owner, row.table)
            tables.note(tables.row(owner, row.record_id), label, value)

    def _read_field(self, row: Row, label: Label, value: object) -> None:
        owner, tables = label.owner or self.tables.base, self.tables
        if not label.name:
            return
        if owner == tables.base:
            tables.note(row, label, value)
        elif tables.is_portal(owner):
            first = tables.first(owner, row)
            if first is not None:
                tables.note(first, label, value)
        else:
            tables.relate_beside(owner, tables.base)
            tables.note(tables.row(owner, row.record_id), label, value)

    def _fill(self) -> None:
        """Make the records that were counted and not sent."""
        total, found = self._counts["totalRecordCount"], self._counts["foundCount"]
        if total > _MOST:
            raise Unusable(f"a table of {total} records would take too long to make")
        for number in range(len(self._records), total):
            self.tables.another(self.tables.base).values[FOUND, 1] = "1" if number < found else "0"

    @property
    def schema(self) -> Object:
        """The file as a schema."""
        base = self.tables.base
        portals = {
            key: {
                "occurrence": occurrence,
                "name": key if key != occurrence or key in self._named else "",
                "fields": objects(labels.values(), occurrence),
                "sort": [PLACE],
            }
            for key, (occurrence, labels) in self._portals.items()
        }
        layout = {"occurrence": base, "fields": objects(self._labels.values(), base), "portals": portals}
        finder = {"occurrence": base, "fields": [FOUND, PLACE]}
        return {
            "database": {"name": self._info["database"]},
            **self.tables.settings,
            "layouts": {self._info["layout"]: layout, FINDER: finder},
        }

    @property
    def query(self) -> Object:
        """The find that gives the records in their order, seen on their layout."""
        return {
            "query": [{FOUND: "1"}],
            "sort": [{"fieldName": PLACE}],
            "limit": max(len(self._records), 1),
            "layout.response": self._info["layout"],
            **{f"limit.{key}": self._longest for key in self._portals},
        }


def _objects(given: object) -> list[Object]:
    return [as_object(one) or {} for one in as_array(given) or []]


def _portals(record: Object) -> dict[str, tuple[str, list[Object], int]]:
    """Give each portal of a record with its occurrence, its rows, and how many there are in all."""
    portals = {key: _objects(rows) for key, rows in (as_object(record.get("portalData")) or {}).items()}
    infos = _objects(record.get("portalDataInfo")) or [{} for _ in portals]
    return {
        key: (
            str(info.get("table") or _owner(rows) or key),
            rows,
            int(str(info.get("foundCount", len(rows)))),
        )
        for (key, rows), info in zip(portals.items(), infos, strict=False)
    }


def _owner(rows: list[Object]) -> str | None:
    """Give the occurrence that most fields of rows belong to."""
    owners = Counter(Label.of(name).owner for row in rows for name in row if name not in _NO_FIELDS)
    return owners.most_common(1)[0][0] if owners else None
