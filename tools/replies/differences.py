"""Where two replies differ: members missing, too many or in another order, types, values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fmorm.server.exact import Literal, as_array, as_object

_MAY_DIFFER = {"recordId", "modId", "token", "buildDate", "version"}
_ADDRESS = re.compile(r"https?://[^/]+/Streaming_SSL/MainDB/[0-9A-F]+")
_LONGEST = 60


def differences(expected: object, actual: object, path: str = "") -> Iterator[str]:
    """Give every difference, with the path where it is.

    Args:
        expected: What was saved.
        actual: What the embedded server answers.
        path: Where both are.
    """
    if _type(expected) != _type(actual):
        yield f"{path}: {_type(expected)} is expected, not {_type(actual)}: {_short(expected)}, {_short(actual)}"
        return
    members, others = as_object(expected), as_object(actual)
    items, more = as_array(expected), as_array(actual)
    if members is not None and others is not None:
        yield from _of_objects(members, others, path)
    elif items is not None and more is not None:
        yield from _of_lists(items, more, path)
    elif _plain(expected) != _plain(actual) and path.rpartition(".")[2] not in _MAY_DIFFER:
        yield f"{path}: {_short(expected)} is expected, not {_short(actual)}"


def _of_objects(expected: dict[str, object], actual: dict[str, object], path: str) -> Iterator[str]:
    missing = [name for name in expected if name not in actual]
    extra = [name for name in actual if name not in expected]
    if missing:
        yield f"{path or '(all)'}: missing {', '.join(missing)}"
    if extra:
        yield f"{path or '(all)'}: too much {', '.join(extra)}"
    shared = [name for name in expected if name in actual]
    order = [name for name in actual if name in expected]
    if shared != order:
        yield f"{path or '(all)'}: in the order {', '.join(shared)} is expected, not {', '.join(order)}"
    for name in shared:
        yield from differences(expected[name], actual[name], f"{path}.{name}" if path else name)


def _of_lists(expected: list[object], actual: list[object], path: str) -> Iterator[str]:
    if len(expected) != len(actual):
        yield f"{path}: {len(expected)} items are expected, not {len(actual)}"
    for number, (one, other) in enumerate(zip(expected, actual, strict=False)):
        yield from differences(one, other, f"{path}[{number}]")


def _type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case Literal():
            return "a number"
        case str():
            return "a text"
        case _:
            return "an object" if as_object(value) is not None else "a list"


def _plain(value: object) -> object:
    """Give a value without what every server and every session has of its own."""
    return _ADDRESS.sub("(address)", value) if isinstance(value, str) else value


def _short(value: object) -> str:
    text = str(value) if isinstance(value, Literal) else repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
