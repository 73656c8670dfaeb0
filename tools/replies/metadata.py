"""Files that are like those whose layouts, folders and fields a reply describes."""

from __future__ import annotations

from collections.abc import Iterable

from fmorm.server.exact import as_array, as_object
from fmorm.server.values.numbers import is_plain
from tools.replies.fields import MISSING, Label
from tools.replies.hosting import Row
from tools.replies.saved import Unusable

LAYOUT, _TABLE, _KEY = "Layout", "Table", "_key"
Object = dict[str, object]
_FLAGS = {
    "notEmpty": "required",
    "numeric": "numeric",
    "fourDigitYear": "four_digit_year",
    "timeOfDay": "time_of_day",
}
_ENTERED = {
    "number": "serial",
    "date": "creation_date",
    "time": "creation_time",
    "timestamp": "creation_timestamp",
}


def listing(items: object, folder: str) -> tuple[list[str], list[object]]:
    """Give all names of a list of layouts or scripts, and the list as `[folders]` says it.

    Args:
        items: The list.
        folder: The member with what is in a folder.
    """
    names: list[str] = []
    said: list[object] = []
    for item in _objects(items):
        name = str(item.get("name"))
        if folder in item:
            inner_names, inner = listing(item[folder], folder)
            names += inner_names
            said.append({"name": name, "items": inner})
        else:
            names += [name] if name != "-" else []
            said.append(name)
    return names, said


def schema_of_lists(layouts: object = (), scripts: object = ()) -> Object:
    """Give the schema of a file with these lists of layouts and scripts."""
    names, said = listing(layouts, "folderLayoutNames")
    if len(set(names)) < len(names):
        raise Unusable("two layouts have one name")
    plain: Object = {"occurrence": _TABLE, "fields": [_KEY]}
    return {
        "database": {"name": "File"},
        "tables": {_TABLE: {"fields": {_KEY: "text"}}},
        "layouts": dict.fromkeys(names, plain),
        "folders": {"layouts": said, "scripts": listing(scripts, "folderScriptNames")[1]},
    }


class Described:
    """The file of a reply that describes the fields of a layout.

    Args:
        fields: The fields of the layout itself.
        portals: Those of its portals.
        value_lists: Its value lists.

    Attributes:
        rows: The records that value lists take their values from.
    """

    def __init__(self, fields: object, portals: object = None, value_lists: object = None) -> None:
        self._tables: dict[str, dict[str, Object]] = {_TABLE: {}}
        self._joins: dict[str, str] = {}
        self.rows: list[Row] = []
        self._placed = [self._place(one, _TABLE) for one in _objects(fields)]
        self._portals = {key: self._portal(key, rows) for key, rows in (as_object(portals) or {}).items()}
        self._lists: Object = {str(one["name"]): self._value_list(one) for one in _objects(value_lists)}

    @property
    def schema(self) -> Object:
        """The file as a schema."""
        tables = {name: {"fields": {**fields, _KEY: "text"}} for name, fields in self._tables.items()}
        return {
            "database": {"name": "File"},
            "tables": tables,
            "relationships": [{"join": join} for join in self._joins.values()],
            "value_lists": self._lists,
            "layouts": {LAYOUT: {"occurrence": _TABLE, "fields": self._placed, "portals": self._portals}},
        }

    def _portal(self, key: str, fields: object) -> Object:
        given = _objects(fields)
        owners = [Label.of(str(one.get("name"))).owner for one in given]
        occurrence = next((owner for owner in owners if owner), key)
        self._relate(occurrence, _TABLE)
        return {"occurrence": occurrence, "fields": [self._place(one, occurrence) for one in given]}

    def _place(self, described: Object, source: str) -> object:
        """Note a field, and give the object that shows it."""
        label = Label.of(str(described.get("name")))
        owner = label.owner or source
        look = _look(described)
        if not label.name:
            return {"field": MISSING, **look}
        if owner != source:
            self._relate(owner, source)
        self._tables[owner].setdefault(label.name, _settings(described))
        return {"field": label.name if owner == source else f"{owner}::{label.name}", **look}

    def _relate(self, owner: str, source: str) -> None:
        self._tables.setdefault(owner, {})
        join = f"{source}::{_KEY} = {owner}::{_KEY}"
        if self._joins.setdefault(owner, join) != join:
            raise Unusable(f"{owner!r} is seen in two ways")

    def _value_list(self, described: Object) -> object:
        entries = [(str(one["value"]), str(one["displayValue"])) for one in _objects(described.get("values"))]
        if described.get("type") == "customList":
            return [value for value, _ in entries]
        table = f"_values {len(self._tables)}"
        kind = "number" if entries and all(is_plain(value) for value, _ in entries) else "text"
        self._tables[table] = {"value": {"type": kind}, "beside": {"type": "text"}}
        for number, (value, shown) in enumerate(entries, 1):
            beside = shown.removeprefix(f"{value} ")
            self.rows.append(Row(table, number, values={("value", 1): value, ("beside", 1): beside}))
        return {"field": f"{table}::value", **_second(entries, f"{table}::beside")}


def _second(entries: Iterable[tuple[str, str]], name: str) -> Object:
    """Say whether a second field is shown beside the first, or instead of it."""
    others = [(value, shown) for value, shown in entries if value != shown]
    if not others:
        return {}
    return {"second": name, "only_second": not all(shown.startswith(f"{value} ") for value, shown in others)}


def _look(described: Object) -> Object:
    """Give how an object shows its field; the old form of metadata says nothing of it."""
    if "displayType" not in described:
        return {"values": described["valueList"]} if "valueList" in described else {}
    first, last, most = (
        int(str(described[one])) for one in ("repetitionStart", "repetitionEnd", "maxRepeat")
    )
    return {
        "display": described["displayType"],
        **({"values": described["valueList"]} if "valueList" in described else {}),
        **({"repetitions": [first, last]} if (first, last) != (1, most) else {}),
    }


def _settings(described: Object) -> Object:
    """Give the field as a schema says it."""
    kind = str(described["result"]).lower()
    settings: Object = {"type": kind}
    repetitions = int(str(described.get("maxRepeat", described.get("repetitions", 1))))
    if repetitions > 1:
        settings["repetitions"] = repetitions
    if described.get("autoEnter") is True:
        settings["auto_enter"] = _ENTERED.get(kind, "uuid")
    if described.get("maxCharacters", "0") != "0":
        settings["max_length"] = int(str(described["maxCharacters"]))
    if described.get("global") in {True, "true"}:
        settings["global"] = True
    settings |= {ours: True for theirs, ours in _FLAGS.items() if described.get(theirs) is True}
    return settings | _of_type(str(described["type"]))


def _of_type(field_type: str) -> Object:
    if field_type == "calculation":
        return {"calculation": '""'}
    return {"summary": f"count of {_KEY}"} if field_type == "summary" else {}


def _objects(given: object) -> list[Object]:
    return [as_object(one) or {} for one in as_array(given) or []]
