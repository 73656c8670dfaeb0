"""Codecs of types that are pydantic's to read and write: e-mail addresses, URLs, UUIDs, nested models as JSON."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError
from pydantic.types import Secret, SecretBytes, SecretStr
from pydantic_core import to_json

from fmorm.errors import DeclarationError
from fmorm.model.annotations import is_json, plain_type
from fmorm.wire.parsing import parse_json
from fmorm.wire.values import Codec, Kind, Unreadable, Wire, codec
from fmorm.wire.values.text import text_in, text_out

CARRIERS: Final[dict[Kind, type[Any]]] = {
    Kind.NUMBER: Decimal,
    Kind.DATE: date,
    Kind.TIME: time,
    Kind.TIMESTAMP: datetime,
}
"""What carries a value that is pydantic's in a field of another kind than text."""

_LONG_NUMBER: Final = re.compile(r"[0-9.]{16}")
"""A number that a double may not hold; pydantic reads JSON numbers as doubles."""


def adapted_codec(label: str, held: Any, kind: Kind | None, *, optional: bool) -> Codec:
    """Give the codec of a type that pydantic knows: text in its JSON form, unless another kind is declared.

    Args:
        label: Names the field in messages.
        held: The type, with its constraints and without `| None`.
        kind: The declared kind, if any.
        optional: Whether an empty field is None.

    Returns:
        The codec.

    Raises:
        DeclarationError: pydantic does not know the type, its values cannot be written, or the kind cannot hold it.
    """
    base = plain_type(held)
    if isinstance(base, type) and issubclass(base, (SecretStr, SecretBytes, Secret)):
        raise DeclarationError(
            f"{label}: a {base.__name__} hides its value, so asterisks would be written; hold the text as str"
        )
    if kind is Kind.CONTAINER:
        raise DeclarationError(f"{label}: a container field is declared as Container = container(…)")
    form = _Form(label, held) if kind in (None, Kind.TEXT) else _Carried(label, held, kind)
    return Codec(
        form.kind,
        form.held,
        optional,
        form.decode,
        form.encode,
        blank=form.blank(),
        plain=False,
        admit=form.admit,
        changeable=_is_changeable(base),
    )


class _Form:
    """How the values of one type are text: as they are where their JSON is a text, else as JSON."""

    kind = Kind.TEXT

    def __init__(self, label: str, held: Any) -> None:
        self._adapter = _adapter(label, held)
        self._is_text = is_json(held) or _is_text(label, self._adapter)
        self.held = object if is_json(held) else _class_of(plain_type(held), self._adapter)

    def decode(self, raw: Wire) -> Any:
        """Read the text of a field; raises `Unreadable`."""
        try:
            return self._parsed(text_in(raw))
        except ValidationError as error:
            raise Unreadable(_reason(error)) from None

    def encode(self, value: Any) -> str | int | float:
        """Write a value as text; raises ValueError where that would not be read back as the same value."""
        text = self._text(value)
        try:
            back = self._parsed(text_in(text_out(text)))
        except ValidationError as error:
            raise ValueError(f"{text!r}, its text, could not be read back: {_reason(error)}") from None
        if back != value and not (_is_only_itself(value) and self._text(back) == text):
            raise ValueError(f"{text!r}, its text, would be read back as another value")
        return text_out(text)

    def admit(self, value: Any) -> Any:
        """Give a value that can be written; raises ValueError for any other."""
        if value is not None:
            self.encode(value)
        return value

    def blank(self) -> Callable[[], Any] | None:
        """Give what makes the value of an empty text, where there is one."""
        try:
            self._parsed("")
        except ValidationError:
            return None
        return lambda: self._parsed("")

    def _parsed(self, text: str) -> Any:
        if self._is_text:  # as JSON, in which strict types take it, too
            return self._adapter.validate_json(to_json(text))
        if _LONG_NUMBER.search(text):
            return self._adapter.validate_python(parse_json(text.encode()))
        return self._adapter.validate_json(text)

    def _text(self, value: Any) -> str:
        dumped: Any = self._adapter.dump_python(
            value, mode="json", round_trip=True, by_alias=True, warnings="error"
        )
        return dumped if self._is_text else to_json(dumped).decode()


class _Carried(_Form):
    """How the values of one type are numbers, dates or times of FileMaker's."""

    def __init__(self, label: str, held: Any, kind: Kind) -> None:
        self._adapter = _adapter(label, held)
        self._is_text = False
        self.kind = kind
        self._carrier = codec(kind, CARRIERS[kind], optional=False)
        self.held = _class_of(plain_type(held), self._adapter)

    def decode(self, raw: Wire) -> Any:
        """Read a number, date or time of FileMaker's; raises `Unreadable`."""
        try:
            return self._adapter.validate_python(self._carrier.decode(raw))
        except ValidationError as error:
            raise Unreadable(_reason(error)) from None

    def encode(self, value: Any) -> str | int | float:
        """Write a value; raises ValueError where it would not be read back as the same."""
        written = self._carrier.encode(self._carried(value))
        if self.decode(written) != value:
            raise ValueError(f"{written!r}, as it is written, would be read back as another value")
        return written

    def blank(self) -> None:
        """Nothing stands for an empty number, date or time."""

    def _carried(self, value: Any) -> Any:
        dumped: Any = self._adapter.dump_python(value, round_trip=True, warnings="error")
        if self.kind is not Kind.NUMBER:
            if not isinstance(dumped, self._carrier.held):
                raise ValueError(f"{dumped!r} is no {self._carrier.held.__name__}")
            return dumped
        try:
            return Decimal(str(dumped))
        except InvalidOperation:
            raise ValueError(f"{dumped!r} is no number") from None


_SHAPELESS: Final[tuple[Any, ...]] = (Any, object, None, type(None), bytes, bytearray, dict)
"""What does not say how it is text; bytes belong into a container."""


def _adapter(label: str, held: Any) -> TypeAdapter[Any]:
    base = plain_type(held)
    try:
        if base not in _SHAPELESS:
            return TypeAdapter[Any](held)
    except PydanticUserError:
        pass
    raise DeclarationError(
        f"{label}: fmorm cannot hold {getattr(base, '__name__', base)!r}; use str, int, float, Decimal, bool, date, "
        "time, datetime, timedelta, an enum, a Literal, a list of these, or a type that pydantic can write as JSON, "
        "each with | None where the field can be empty"
    )


def _is_text(label: str, adapter: TypeAdapter[Any]) -> bool:
    """Whether the JSON of every value is a text."""
    try:
        schema = adapter.json_schema(mode="serialization")
    except PydanticUserError as error:
        raise DeclarationError(f"{label}: its values cannot be written as JSON: {error.message}") from None
    return all(one.get("type") == "string" for one in schema.get("anyOf", [schema]))


_PYTHON: Final[dict[str, type[Any]]] = {
    "bool": bool,
    "bytes": bytes,
    "date": date,
    "datetime": datetime,
    "decimal": Decimal,
    "float": float,
    "int": int,
    "str": str,
    "time": time,
    "timedelta": timedelta,
}
"""What the core schemas that make Python's own types are called."""


def _class_of(base: Any, adapter: TypeAdapter[Any]) -> type[Any]:
    """Give the class of the values: that of an e-mail address is str, whatever the annotation is called."""
    schema: Any = adapter.core_schema
    while schema["type"].startswith("function-") and "schema" in schema:
        schema = schema["schema"]
    return _PYTHON.get(schema["type"]) or (base if isinstance(base, type) else object)


def _is_changeable(base: Any) -> bool:
    """Whether values can change in place: of any class that does not plainly say otherwise."""
    if not isinstance(base, type):
        return True
    held = cast("type[Any]", base)
    if issubclass(held, (BaseModel, tuple)) or dataclasses.is_dataclass(held):
        return True
    by_value: object = held.__hash__
    return by_value is None or by_value is object.__hash__


def _is_only_itself(value: object) -> bool:
    """Whether a value equals no other object, so that only its text can tell what it is."""
    equal: object = type(value).__eq__
    return equal is object.__eq__


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else first["msg"]
