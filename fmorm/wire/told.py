"""Replies about what there is, read into the values of `metadata`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from fmorm.wire.metadata import (
    SEPARATOR,
    Choice,
    FieldInfo,
    LayoutMetadata,
    ListedLayout,
    ListedScript,
    PortalInfo,
    ProductInfo,
    ValueList,
)
from fmorm.wire.values import Kind

_KINDS: Final = {**{str(kind): kind for kind in Kind}, "timeStamp": Kind.TIMESTAMP}


class Malformed(ValueError):
    """A reply that says OK does not have the form of the Data API's; the message says what is wrong."""


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
    return [_object(one) for one in cast("Sequence[Any]", value)]


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("it has something else in place of an object")
    return cast("dict[str, Any]", value)
