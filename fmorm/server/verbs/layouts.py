"""What a file offers: its layouts, its scripts, and the fields of a layout."""

from __future__ import annotations

from collections.abc import Iterable

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import Json, members
from fmorm.server.refusals import Refusal
from fmorm.server.schema.folders import Folder, Item, listed
from fmorm.server.schema.graph import find_path
from fmorm.server.schema.parts import Field, Layout, Placed, ValueList
from fmorm.server.store.rows import mod_id_of
from fmorm.server.value_lists import entries
from fmorm.server.values.cells import Kind
from fmorm.server.writing import record_number


def layouts(call: Call) -> Json:
    """`GET /databases/{db}/layouts`."""
    call.query_parameters().finish()
    items = listed(call.schema.layouts, call.schema.folders.layouts)
    return {
        "layouts": [_layout_item(item, has_table=call.engine.release.has_layout_tables) for item in items]
    }


def _layout_item(item: Item, *, has_table: bool) -> Json:
    if isinstance(item, Folder):
        inner = [_layout_item(one, has_table=has_table) for one in item.items]
        return {"name": item.name, "isFolder": True, "folderLayoutNames": inner}
    return {"name": item, **({"table": ""} if has_table else {})}  # real servers leave it empty, too


def scripts(call: Call) -> Json:
    """`GET /databases/{db}/scripts`."""
    call.query_parameters().finish()
    return {
        "scripts": [
            _script_item(item) for item in listed(call.engine.code.scripts, call.schema.folders.scripts)
        ]
    }


def _script_item(item: Item) -> Json:
    if isinstance(item, Folder):
        inner = [_script_item(one) for one in item.items]
        return {"name": item.name, "isFolder": True, "folderScriptNames": inner}
    return {"name": item, "isFolder": False}


def metadata(call: Call) -> Json:
    """`GET /databases/{db}/layouts/{layout}`; with `recordId` related values are those of the record."""
    parameters = call.query_parameters()
    record = parameters.take_text("recordId")
    parameters.finish()
    layout = call.layout
    record_id = _record_id(call, layout, record) if record else None
    return {
        "fieldMetaData": [_field(placed) for placed in layout.fields],
        "portalMetaData": members([(one.key, [_field(it) for it in one.fields]) for one in layout.portals]),
        **_value_lists(call, layout, record_id),
    }


def _record_id(call: Call, layout: Layout, record: str) -> int:
    record_id = record_number(record)
    if mod_id_of(call.engine.store, layout.occurrence.table, record_id) is None:
        raise Refusal(refusals.RECORD_MISSING)
    return record_id


def _field(placed: Placed) -> Json:
    field, look = placed.field, placed.look
    return {
        "name": placed.name,
        "type": _type(placed),
        "displayType": look.display,
        "result": _result(placed),
        **_value_list_name(placed),
        "global": _is_global(placed),
        "autoEnter": field.auto_enter is not None,
        "fourDigitYear": field.validation.four_digit_year,
        "maxRepeat": field.repetitions,
        "maxCharacters": field.validation.max_length,
        "notEmpty": field.validation.required,
        "numeric": field.validation.numeric,
        "timeOfDay": field.validation.time_of_day,
        "repetitionStart": look.first,
        "repetitionEnd": placed.repetitions[-1],
    }


def _type(placed: Placed) -> str:
    return "invalid" if placed.is_missing else _type_of(placed.field)


def _type_of(field: Field) -> str:
    return "calculation" if field.calculation else "summary" if field.summary else "normal"


def _result(placed: Placed) -> str:
    if placed.is_missing:
        return "invalid"
    return "timeStamp" if placed.field.kind is Kind.TIMESTAMP else str(placed.field.kind)


def _is_global(placed: Placed) -> bool:
    return placed.field.is_global and not placed.is_missing


def _value_list_name(placed: Placed) -> dict[str, Json]:
    value_list = placed.look.value_list
    return {"valueList": value_list.name} if value_list else {}


def _value_lists(call: Call, layout: Layout, record_id: int | None) -> dict[str, Json]:
    """Give the value lists of a layout in the order of the objects that show them; without any, nothing."""
    used = dict.fromkeys(one.look.value_list for one in layout.objects)
    shown = [_value_list(call, layout, one, record_id) for one in used if one is not None]
    return {"valueLists": shown} if shown else {}


def _value_list(call: Call, layout: Layout, one: ValueList, record_id: int | None) -> Json:
    owner = _owner(call, layout, one, record_id)
    access = call.access
    found = entries(one, call.engine.store, call.engine.relations, owner, access)
    values: list[Json] = [{"displayValue": entry.shown, "value": entry.value} for entry in found]
    return {"name": one.name, "type": "byField" if one.field else "customList", "values": values}


def _owner(call: Call, layout: Layout, one: ValueList, record_id: int | None) -> int | None:
    """Give the record from which related values are seen: the first that is related to the layout's record."""
    if one.related_from is None or record_id is None:
        return None
    path = find_path(call.schema.steps, layout.occurrence, one.related_from)
    return None if path is None else call.engine.relations.first(path, record_id)


def old_metadata(call: Call) -> Json:
    """`GET /databases/{db}/layouts/{layout}/metadata`, the form that was there before; portals are not in it."""
    call.query_parameters().finish()
    return {"metaData": list(_old_fields(call.layout.fields))}


def _old_fields(fields: Iterable[Placed]) -> Iterable[Json]:
    for placed in fields:
        yield {
            "name": placed.name,
            "type": _type(placed),
            "result": _result(placed),
            "global": "true" if _is_global(placed) else "false",
            **_value_list_name(placed),
            "repetitions": placed.field.repetitions,
        }
