"""JSON functions. Keys are written in alphabetical order, numbers keep every digit."""

from __future__ import annotations

import re
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from typing import Final

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.functions.function import Function, of_values, table
from fmorm.server.calculations.kinds import Value, as_number, as_text, boolean, number, plain, truth, whole
from fmorm.server.calculations.nodes import Call, Constant, Group, Node
from fmorm.server.exact import Literal, NotJson, as_array, as_object, loads

TYPES: Final = {
    "JSONRaw": 0,
    "JSONString": 1,
    "JSONNumber": 2,
    "JSONObject": 3,
    "JSONArray": 4,
    "JSONBoolean": 5,
    "JSONNull": 6,
}
_STEP = re.compile(
    r"""\[(?P<index>[0-9]{1,6}|[:+])\]|\['(?P<one>[^']*)'\]|\["(?P<two>[^"]*)"\]|\.?(?P<key>[^.\[\]]+)"""
)
_LONGEST_ARRAY = 100_000
"""Setting one far element must not eat the memory."""
_APPEND = -1

Step = str | int


class _Missing:
    """Stands for what is not there, as null is something."""


_MISSING: Final = _Missing()


def _parsed(text: Value) -> object:
    try:
        return loads(as_text(text).encode())
    except (NotJson, UnicodeEncodeError) as error:
        raise EvaluationError from error


def _path(path: Value) -> list[Step]:
    """Read `key.key[0]`, `['key']` or a plain number."""
    text, place, steps = as_text(path), 0, list[Step]()
    while place < len(text):
        found = _STEP.match(text, place)
        if not found:
            raise EvaluationError
        steps.append(_step(found))
        place = found.end()
    return steps


def _step(found: re.Match[str]) -> Step:
    index = found["index"]
    if index is None:
        return next(key for key in (found["one"], found["two"], found["key"]) if key is not None)
    return int(index) if index.isdigit() else _APPEND


def _index(step: Step) -> int | None:
    """Give the place in an array; a plain number counts as one."""
    if isinstance(step, int):
        return step
    return int(step) if step.isascii() and step.isdigit() and len(step) < 7 else None


def _at(element: object, steps: list[Step]) -> object:
    for step in steps:
        element = _member(element, step)
    return element


def _member(element: object, step: Step) -> object:
    members, items = as_object(element), as_array(element)
    if members is not None:
        return members.get(str(step), _MISSING)
    index = _index(step)
    if items is None or index is None or not -len(items) <= index < len(items):
        return _MISSING
    return items[index]


def _written(element: object) -> str:
    if element is None:
        return "null"
    if isinstance(element, str):
        return element if isinstance(element, Literal) else quoted(element)
    if isinstance(element, bool):
        return "true" if element else "false"
    members = as_object(element)
    if members is not None:
        return "{" + ",".join([f"{quoted(key)}:{_written(members[key])}" for key in sorted(members)]) + "}"
    return "[" + ",".join([_written(item) for item in as_array(element) or []]) + "]"


def _value(element: object) -> Value:
    if isinstance(element, Literal):
        return as_number(str(element))
    if isinstance(element, str):
        return element
    if isinstance(element, bool):
        return boolean(element)
    return "" if element is None or element is _MISSING else _written(element)


def get_element(text: Value, path: Value) -> Value:
    """Give what stands at a path; objects and arrays as JSON, nothing where nothing is."""
    return _value(_at(_parsed(text), _path(path)))


def list_keys(text: Value, path: Value) -> Value:
    """List the keys of an object, or the places of an array, counted from 0."""
    element = _at(_parsed(text), _path(path))
    members = as_object(element)
    if members is not None:
        return "\r".join(sorted(members))
    return "\r".join(str(place) for place, _ in enumerate(as_array(element) or []))


def list_values(text: Value, path: Value) -> Value:
    """List the values of an object or an array."""
    element = _at(_parsed(text), _path(path))
    members = as_object(element)
    items = [members[key] for key in sorted(members)] if members is not None else as_array(element) or []
    return "\r".join([as_text(_value(item)) for item in items])


def element_type(text: Value, path: Value) -> Value:
    """Give the number of the type at a path, empty where nothing is."""
    element = _at(_parsed(text), _path(path))
    if element is _MISSING:
        return ""
    kinds: tuple[tuple[type, str], ...] = (
        (Literal, "JSONNumber"),
        (str, "JSONString"),
        (bool, "JSONBoolean"),
        (dict, "JSONObject"),
        (list, "JSONArray"),
    )
    return Decimal(TYPES[next((name for kind, name in kinds if isinstance(element, kind)), "JSONNull")])


def format_elements(text: Value) -> Value:
    """Write JSON with one element a line."""
    return "\r".join(_lines(_parsed(text)))


def _lines(element: object, indent: str = "") -> list[str]:
    members, items = as_object(element), as_array(element)
    if not members and not items:
        return [indent + _written(element)]
    lines = [indent + ("{" if members else "[")]
    if members:
        for key in sorted(members):
            lines += _comma(_named_lines(key, members[key], f"{indent}\t"))
    for item in items or []:
        lines += _comma(_lines(item, f"{indent}\t"))
    lines[-1] = lines[-1].removesuffix(",")
    return [*lines, indent + ("}" if members else "]")]


def _named_lines(key: str, element: object, indent: str) -> list[str]:
    """Write a member; the bracket of what has lines of its own goes below its name."""
    name, lines = f"{indent}{quoted(key)} : ", _lines(element, indent)
    return [name, *lines] if len(lines) > 1 else [name + lines[0].removeprefix(indent)]


def _comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1] + ","]


def set_elements(text: Value, *settings: Value) -> Value:
    """Set one element after the other: path, value, type."""
    root: object = _parsed(text) if as_text(text).strip() else _MISSING
    for place in range(0, len(settings), 3):
        path, value, kind = settings[place : place + 3]
        steps = _path(path)
        element = _element(value, whole(kind))
        if root is _MISSING:
            root = [] if steps and isinstance(steps[0], int) else {}
        root = _changed(root, steps, element)
    return _written(root)


def _changed(element: object, steps: list[Step], new: object) -> object:
    """Give the element with another one in it; what is in the way is replaced (a guess)."""
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    items, members = as_array(element), as_object(element)
    index = _index(step) if items is not None or isinstance(step, int) else None
    if members is None and index is not None:
        return _with_item(list(items or []), index, rest, new)
    return {**(members or {}), str(step): _changed((members or {}).get(str(step)), rest, new)}


def _with_item(items: list[object], index: int, rest: list[Step], new: object) -> list[object]:
    place = len(items) if index == _APPEND else index
    if place > _LONGEST_ARRAY:
        raise EvaluationError
    items.extend([None] * (place + 1 - len(items)))
    items[place] = _changed(items[place], rest, new)
    return items


def _element(value: Value, kind: int) -> object:
    match kind:
        case 1:
            return as_text(value)
        case 2:
            return Literal(plain(number(value)))
        case 3 | 4:
            return _of_type(value, dict if kind == 3 else list)
        case 5:
            return as_text(value) == "true" or (as_text(value) != "false" and truth(value))
        case 6:
            return None
        case _:
            return _raw(value)


def _of_type(value: Value, kind: type) -> object:
    element = _parsed(value) if as_text(value).strip() else kind()
    if not isinstance(element, kind):
        raise EvaluationError
    return element


def _raw(value: Value) -> object:
    if isinstance(value, Decimal):
        return Literal(plain(value))
    try:
        return _parsed(value)
    except EvaluationError:
        return as_text(value)


def delete_element(text: Value, path: Value) -> Value:
    """Take out what stands at a path."""
    root, steps = _parsed(text), _path(path)
    holder = _at(root, steps[:-1]) if steps else _MISSING
    members, items = as_object(holder), as_array(holder)
    if members is not None:
        members.pop(str(steps[-1]), None)
    elif items is not None and _member(items, steps[-1]) is not _MISSING:
        del items[_index(steps[-1]) or 0]
    return _written(root)


def _set_element(nodes: tuple[Node, ...]) -> Node:
    """Take the settings out of their brackets."""
    flat = [member for node in nodes[1:] for member in (node.members if isinstance(node, Group) else (node,))]
    return Call(set_elements, (nodes[0], *flat))


def _constant(name: str, value: int) -> Function:
    return Function(name, "", lambda _: Constant(Decimal(value)))


ELEMENTS = table(
    of_values("JSONGetElement", "json ; keyOrIndexOrPath", get_element),
    of_values("JSONGetElementType", "json ; keyOrIndexOrPath", element_type),
    of_values("JSONListKeys", "json ; keyOrIndexOrPath", list_keys),
    of_values("JSONListValues", "json ; keyOrIndexOrPath", list_values),
    of_values("JSONDeleteElement", "json ; keyOrIndexOrPath", delete_element),
    of_values("JSONFormatElements", "json", format_elements),
    Function("JSONSetElement", "json ; keyOrIndexOrPath ; value ; type", _set_element, takes_groups=True),
    *[_constant(name, value) for name, value in TYPES.items()],
)
