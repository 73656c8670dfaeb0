"""What a server tells of a file, as values: its layouts and scripts, the fields and portals of a layout.

Words that a server may add to are kept as text: a field whose definition is gone is told as `invalid`, for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from fmorm.wire.values import Kind

SEPARATOR: Final = "-"
"""A separator in a list of layouts or scripts looks like one of this name, and one in a value list like a value."""

FILLED: Final = frozenset({"calculation", "summary"})
"""The types of field that FileMaker alone fills."""

_KINDS: Final = {**{str(kind): kind for kind in Kind}, "timeStamp": Kind.TIMESTAMP}


class Malformed(ValueError):
    """A reply that says OK does not have the form of the Data API's; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class ListedLayout:
    """A layout in the list of a file's layouts.

    Attributes:
        name: Its name.
        folder: The folders it is in, from the outermost; `()` for none.
        table: Its table occurrence, where the server tells it; most do not.
    """

    name: str
    folder: tuple[str, ...] = ()
    table: str = ""


@dataclass(frozen=True, slots=True)
class ListedScript:
    """A script in the list of a file's scripts.

    Attributes:
        name: Its name.
        folder: The folders it is in, from the outermost; `()` for none.
    """

    name: str
    folder: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductInfo:
    """What a server tells of itself.

    Attributes:
        name: What it calls itself.
        version: Its release; None on current releases, which do not tell.
        build_date: The day of its build, as it writes it; None where it does not tell.
        date_format: How it writes dates by default.
        time_format: How it writes times.
        timestamp_format: How it writes timestamps by default.
    """

    name: str
    version: str | None
    build_date: str | None
    date_format: str
    time_format: str
    timestamp_format: str


class Choice(NamedTuple):
    """An entry of a value list.

    Attributes:
        value: What it enters in a field, as text.
        display: What people see for it.
    """

    value: str
    display: str


@dataclass(frozen=True, slots=True)
class ValueList:
    """A value list that a layout uses.

    Attributes:
        name: Its name.
        type: `customList`, or `byField` where its values come from a field.
        choices: Its entries at the moment, in their order.
    """

    name: str
    type: str
    choices: tuple[Choice, ...]

    @property
    def is_custom(self) -> bool:
        """Whether its values are written down in FileMaker, and do not follow the records."""
        return self.type == "customList"


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field as it stands on a layout or in a portal.

    Attributes:
        name: Its name there: `Occurrence::Field` where it is related, and always in a portal.
        type: `normal`, `calculation`, `summary`, or `invalid` for one whose definition is gone.
        kind: Its kind; None where that is none of FileMaker's.
        display: How it is shown: `editText`, `popupMenu`, `checkBox` and so on.
        value_list: The name of the value list that it shows; None for none.
        is_global: Whether it is a global field.
        auto_enter: Whether FileMaker enters something in it; what, no server tells.
        max_repeat: How many repetitions it has.
        shown: The first and the last repetition that the layout shows, from 1.
        max_characters: How long its text may be; 0 for any length.
        not_empty: Whether validation refuses an empty value.
        numeric: Whether validation wants a number.
        four_digit_year: Whether validation wants a date with a year of four digits.
        time_of_day: Whether validation wants a time from 00:00 to 23:59.
    """

    name: str
    type: str = "normal"
    kind: Kind | None = Kind.TEXT
    display: str = "editText"
    value_list: str | None = None
    is_global: bool = False
    auto_enter: bool = False
    max_repeat: int = 1
    shown: tuple[int, int] = (1, 1)
    max_characters: int = 0
    not_empty: bool = False
    numeric: bool = False
    four_digit_year: bool = False
    time_of_day: bool = False

    @property
    def repetitions(self) -> int:
        """How many repetitions the layout shows."""
        return self.shown[1] - self.shown[0] + 1

    @property
    def is_filled(self) -> bool:
        """Whether it is a calculation or a summary, which nobody can set."""
        return self.type in FILLED

    @property
    def read_only(self) -> bool:
        """Whether a program has no business to set it.

        So it is with calculations, summaries and containers, and with dates and times that FileMaker enters: those
        of creation and modification, mostly.
        """
        stamped = self.auto_enter and self.kind in {Kind.DATE, Kind.TIME, Kind.TIMESTAMP}
        return self.is_filled or stamped or self.is_global or self.kind is Kind.CONTAINER

    @property
    def exists(self) -> bool:
        """Whether there is a field; a layout can show the place of one that was deleted."""
        return bool(self.name) and self.kind is not None and self.type != "invalid"


@dataclass(frozen=True, slots=True)
class PortalInfo:
    """A portal of a layout.

    Attributes:
        name: Its object name, or its table occurrence where it has none: its key on the wire.
        table: The table occurrence that most of its fields belong to.
        fields: Its fields.
    """

    name: str
    table: str
    fields: tuple[FieldInfo, ...]

    def field(self, name: str) -> FieldInfo | None:
        """Find a field by its whole name, whatever its case."""
        return _named(name, self.fields)


@dataclass(frozen=True, slots=True)
class LayoutMetadata:
    """What is on a layout.

    Attributes:
        layout: The layout's name.
        fields: Its fields in the order of its objects; one that stands there twice is here twice.
        portals: Its portals.
        value_lists: The value lists that it uses.
        twice: The names that several of its portals have; a reply tells the rows of one of them only.
    """

    layout: str
    fields: tuple[FieldInfo, ...]
    portals: tuple[PortalInfo, ...] = ()
    value_lists: tuple[ValueList, ...] = ()
    twice: tuple[str, ...] = ()

    def field(self, name: str) -> FieldInfo | None:
        """Find a field by its name, whatever its case."""
        return _named(name, self.fields)

    def portal(self, name: str) -> PortalInfo | None:
        """Find a portal by its object name, or its table occurrence where it has none."""
        return next((one for one in self.portals if one.name == name), None)

    def value_list(self, name: str | None) -> ValueList | None:
        """Find a value list by its name."""
        return next((one for one in self.value_lists if one.name == name), None)


def _named(name: str, fields: Iterable[FieldInfo]) -> FieldInfo | None:
    return next((one for one in fields if one.name.casefold() == name.casefold()), None)


# -- out of replies ----------------------------------------------------------------------------------------


def layouts_of(response: Mapping[str, Any]) -> list[ListedLayout]:
    """Read the list of layouts, in its order and without separators; raises Malformed."""
    return [
        ListedLayout(item["name"], folder, _text(item, "table"))
        for item, folder in _listed(_list(response, "layouts"), "folderLayoutNames", ())
    ]


def scripts_of(response: Mapping[str, Any]) -> list[ListedScript]:
    """Read the list of scripts, in its order and without separators; raises Malformed."""
    items = _listed(_list(response, "scripts"), "folderScriptNames", ())
    return [ListedScript(item["name"], folder) for item, folder in items]


def databases_of(response: Mapping[str, Any]) -> list[str]:
    """Read the names of the files; raises Malformed."""
    return [_name(one) for one in _list(response, "databases")]


def product_info_of(response: Mapping[str, Any]) -> ProductInfo:
    """Read what the server tells of itself; raises Malformed."""
    told = _object(response.get("productInfo"))
    return ProductInfo(
        name=_text(told, "name"),
        version=_text(told, "version") or None,
        build_date=_text(told, "buildDate") or None,
        date_format=_text(told, "dateFormat"),
        time_format=_text(told, "timeFormat"),
        timestamp_format=_text(told, "timeStampFormat"),
    )


def metadata_of(layout: str, response: Mapping[str, Any], twice: Iterable[str] = ()) -> LayoutMetadata:
    """Read what is on a layout.

    Args:
        layout: Its name.
        response: The `response` member of the reply.
        twice: The portals that the reply names more than once.

    Returns:
        It, typed.

    Raises:
        Malformed: It is no reply of the Data API.
    """
    portals = _object(response.get("portalMetaData", {}))
    return LayoutMetadata(
        layout,
        tuple(map(_field, _list(response, "fieldMetaData"))),
        tuple(_portal(name, _objects(fields)) for name, fields in portals.items()),
        tuple(map(_value_list, _objects(response.get("valueLists", [])))),
        tuple(twice),
    )


def _field(told: Mapping[str, Any]) -> FieldInfo:
    last = _count(told, "maxRepeat", 1)
    return FieldInfo(
        name=_text(told, "name"),
        type=_text(told, "type") or "normal",
        kind=_KINDS.get(_text(told, "result")),
        display=_text(told, "displayType") or "editText",
        value_list=_text(told, "valueList") or None,
        is_global=told.get("global") is True,
        auto_enter=told.get("autoEnter") is True,
        max_repeat=last,
        shown=(_count(told, "repetitionStart", 1), _count(told, "repetitionEnd", last)),
        max_characters=_count(told, "maxCharacters", 0),
        not_empty=told.get("notEmpty") is True,
        numeric=told.get("numeric") is True,
        four_digit_year=told.get("fourDigitYear") is True,
        time_of_day=told.get("timeOfDay") is True,
    )


def _portal(name: str, told: Iterable[Mapping[str, Any]]) -> PortalInfo:
    fields = tuple(map(_field, told))
    owners = Counter(one.name.rpartition("::")[0] for one in fields if "::" in one.name)
    table = name if name in owners or not owners else owners.most_common(1)[0][0]
    return PortalInfo(name, table, fields)


def _value_list(told: Mapping[str, Any]) -> ValueList:
    entries = _objects(told.get("values", []))
    return ValueList(_name(told), _text(told, "type"), tuple(map(_choice, entries)))


def _choice(told: Mapping[str, Any]) -> Choice:
    value = told.get("value")
    if not isinstance(value, (str, int, float)):
        raise Malformed("an entry of a value list has no value")
    return Choice(str(value), str(told.get("displayValue", value)))


def _listed(
    items: Iterable[Mapping[str, Any]], inner: str, folder: tuple[str, ...]
) -> Iterator[tuple[Mapping[str, Any], tuple[str, ...]]]:
    for item in items:
        name = _name(item)
        if item.get("isFolder") is True:
            yield from _listed(_list(item, inner), inner, (*folder, name))
        elif name != SEPARATOR:
            yield item, folder


# -- members -----------------------------------------------------------------------------------------------


def _name(told: Mapping[str, Any]) -> str:
    name = told.get("name")
    if isinstance(name, str):
        return name
    raise Malformed("a member has no name")


def _text(told: Mapping[str, Any], member: str) -> str:
    value = told.get(member, "")
    return value if isinstance(value, str) else str(value)


def _count(told: Mapping[str, Any], member: str, default: int) -> int:
    value = told.get(member, default)
    return value if isinstance(value, int) else default


def _list(told: Mapping[str, Any], member: str) -> list[Mapping[str, Any]]:
    if member not in told:
        raise Malformed(f"it has no {member!r}")
    return _objects(told[member])


def _objects(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise Malformed("it has something else in place of a list")
    items: list[Any] = value
    return [_object(one) for one in items]


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("it has something else in place of an object")
    told: dict[str, Any] = value
    return told
