"""Whether replies have the shape of the Data API's, as far as a draft relies on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

Check: TypeAlias = Callable[[Any], bool]


def is_list_of_layouts(reply: Mapping[str, Any]) -> bool:
    """Whether this is a list of layouts, or nothing."""
    return _optional(reply, "layouts", _list_of(_is_layout_item))


def is_metadata(reply: Mapping[str, Any]) -> bool:
    """Whether this tells what is on a layout."""
    return (
        _optional(reply, "fieldMetaData", _list_of(_is_field))
        and _optional(reply, "portalMetaData", _dict_of(_list_of(_is_field)))
        and _optional(reply, "valueLists", _list_of(_is_value_list))
    )


def are_records(reply: Mapping[str, Any]) -> bool:
    """Whether these are records."""
    return _optional(reply, "dataInfo", _is_dict) and _optional(reply, "data", _list_of(_is_record))


def _is_layout_item(item: Any) -> bool:
    return (
        _is_dict(item)
        and isinstance(item.get("name"), str)
        and _optional(item, "table", _is_text)
        and _optional(item, "folderLayoutNames", _list_of(_is_layout_item))
    )


def _is_field(one: Any) -> bool:
    return (
        _is_dict(one)
        and isinstance(one.get("name"), str)
        and all(_optional(one, name, _is_text) for name in ("type", "result", "displayType", "valueList"))
        and all(_optional(one, name, _is_count) for name in ("maxRepeat", "maxCharacters"))
        and all(_optional(one, name, _is_count) for name in ("repetitionStart", "repetitionEnd"))
    )


def _is_value_list(one: Any) -> bool:
    return (
        _is_dict(one)
        and isinstance(one.get("name"), str)
        and _optional(one, "values", _list_of(lambda entry: _is_dict(entry) and "value" in entry))
    )


def _is_record(one: Any) -> bool:
    return (
        _is_dict(one)
        and _is_dict(one.get("fieldData"))
        and _is_id(one.get("recordId"))
        and _optional(one, "portalData", _dict_of(_list_of(_is_row)))
        and _optional(one, "portalDataInfo", _list_of(_is_dict))
    )


def _is_row(one: Any) -> bool:
    return _is_dict(one) and _is_id(one.get("recordId"))


def _is_id(value: Any) -> bool:
    return str(value).isdecimal()


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return isinstance(value, int)


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)


def _optional(reply: Mapping[str, Any], name: str, check: Check) -> bool:
    return name not in reply or check(reply[name])


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, cast("Sequence[Any]", value)))


def _dict_of(check: Check) -> Check:
    return lambda value: (
        isinstance(value, dict) and all(map(check, cast("Mapping[str, Any]", value).values()))
    )
