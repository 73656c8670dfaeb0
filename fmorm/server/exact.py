"""JSON that keeps every digit: number literals stay text on the way in and on the way out.

FileMaker numbers may have hundreds of digits; a float would change them silently.
"""

from __future__ import annotations

import json
from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Final, TypeAlias, cast

Json: TypeAlias = "str | int | Mapping[str, Json] | Sequence[Json]"
"""What the server writes; FileMaker knows neither null nor floats."""


quoted: Final[Callable[[str], str]] = encode_basestring
"""Writes a text as JSON has it."""


class Literal(str):
    """The text of a JSON number, exactly as written."""

    __slots__ = ()


def members(pairs: Sequence[tuple[str, Json]]) -> Mapping[str, Json]:
    """Give the members of an object in which a name may be there twice, as FileMaker writes layouts that have it so."""
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else _Pairs(pairs)


class _Pairs(Mapping[str, Json]):
    def __init__(self, pairs: Sequence[tuple[str, Json]]) -> None:
        self._pairs = pairs
        self._by_name = dict(pairs)

    def __getitem__(self, name: str) -> Json:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def items(self) -> ItemsView[str, Json]:
        """Give all members, also those that have the name of another."""
        return _Items(self._pairs)


class _Items(ItemsView[str, Json]):
    def __init__(self, pairs: Sequence[tuple[str, Json]]) -> None:
        super().__init__(dict(pairs))
        self._pairs = pairs

    def __iter__(self) -> Iterator[tuple[str, Json]]:
        return iter(self._pairs)


class NotJson(ValueError):
    """The text is no JSON, or holds what no database can keep."""


def loads(body: bytes) -> object:
    """Read JSON with its numbers as `Literal`.

    Raises:
        NotJson: The body is not well-formed JSON in UTF-8.
    """
    try:
        text = body.decode()
        value: object = _decoder.decode(text)
        if "\\u" in text:  # an escape may spell half a character, which has no UTF-8 form
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from error
    return value


def _no_constant(name: str) -> object:
    raise NotJson(f"{name} is no JSON")


_decoder: Final = json.JSONDecoder(parse_int=Literal, parse_float=Literal, parse_constant=_no_constant)


def dumps(value: Json) -> str:
    """Write compact JSON; a `Literal` goes out as it is."""
    if type(value) is Literal:
        return value
    if type(value) is dict:
        return _object(cast("dict[str, Json]", value))
    if isinstance(value, str):
        return value if isinstance(value, Literal) else quoted(value)
    if isinstance(value, int):
        return "true" if value is True else "false" if value is False else str(value)
    if isinstance(value, Mapping):
        return _object(value)
    return "[" + ",".join([dumps(item) for item in value]) + "]"


def _object(members: Mapping[str, Json]) -> str:
    """Write an object; texts are nearly all of its values, so they take no detour."""
    written = [
        f"{quoted(name)}:{quoted(value) if type(value) is str else dumps(value)}"
        for name, value in members.items()
    ]
    return "{" + ",".join(written) + "}"


def as_object(value: object) -> dict[str, object] | None:
    """Give the value as a JSON object, or None when it is something else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def as_array(value: object) -> list[object] | None:
    """Give the value as a JSON array, or None when it is something else."""
    return cast("list[object]", value) if isinstance(value, list) else None
