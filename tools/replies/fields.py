"""Fields as they are seen in replies: their labels, and the kind that their values tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from fmorm.server.exact import Literal
from fmorm.server.refusals import Refusal
from fmorm.server.values.cells import Kind, keep, show
from fmorm.server.values.moments import DateForm
from tools.replies.saved import Unusable

_LABEL = re.compile(r"(?:(?P<owner>.+?)::)?(?P<name>.*?)(?:\((?P<repetition>[0-9]{1,5})\))?", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^/]+/Streaming_SSL/.+")
US = DateForm(iso=False, today=date(2026, 1, 1))
MISSING = "<Field Missing>"


@dataclass(frozen=True, slots=True)
class Label:
    """A member of a record: the occurrence that it names, the field, and the repetition."""

    owner: str | None
    name: str
    repetition: int | None

    @classmethod
    def of(cls, text: str) -> Label:
        """Take a member's name apart."""
        found = _LABEL.fullmatch(text)
        if found is None:
            raise Unusable(f"{text!r} is no field's name")
        number = found["repetition"]
        return cls(found["owner"], found["name"], int(number) if number else None)

    @property
    def slot(self) -> tuple[str, int]:
        """Field and repetition."""
        return self.name, self.repetition or 1


@dataclass(slots=True)
class Seen:
    """What has been seen of a field: its values and its repetitions."""

    values: list[str] = field(default_factory=list[str])
    repetitions: int = 1

    def add(self, label: Label, value: object) -> str:
        """Note a value, and give it as text."""
        if not isinstance(value, str):
            raise Unusable(f"{label.name!r} has a value that no field can have: {value!r}")
        self.values.append(value)
        self.repetitions = max(self.repetitions, label.repetition or 1)
        return str(value)

    @property
    def settings(self) -> dict[str, object]:
        """The field as a schema says it."""
        more: dict[str, object] = {"repetitions": self.repetitions} if self.repetitions > 1 else {}
        return {"type": str(kind_of(self.values)), **more}


def kind_of(values: Iterable[str]) -> Kind:
    """Tell the kind of a field from its values; where they say nothing it is text."""
    filled = [value for value in values if value]
    if any(isinstance(value, Literal) for value in filled):
        return Kind.NUMBER
    if filled and all(_ADDRESS.fullmatch(value) for value in filled):
        return Kind.CONTAINER
    for kind in (Kind.DATE, Kind.TIMESTAMP, Kind.TIME):
        if filled and all(_is_shown_the_same(kind, value) for value in filled):
            return kind
    return Kind.TEXT


def _is_shown_the_same(kind: Kind, value: str) -> bool:
    try:
        return show(kind, keep(kind, value, US).value, US) == value
    except Refusal:
        return False


def objects(labels: Iterable[Label], own: str | None) -> list[object]:
    """Give the field objects of a layout or a portal that shows these members.

    Args:
        labels: The members in their order.
        own: The occurrence whose fields need no qualification; None where they have none.
    """
    found: dict[tuple[str | None, str], list[int]] = {}
    for label in labels:
        shown = found.setdefault((label.owner, label.name), [])
        shown += [label.repetition] if label.repetition else []
    return [_object(owner, name, shown, own) for (owner, name), shown in found.items()]


def _object(owner: str | None, name: str, repetitions: list[int], own: str | None) -> object:
    if not name:
        return MISSING
    qualified = name if owner in {None, own} else f"{owner}::{name}"
    if not repetitions:
        return qualified
    return {"field": qualified, "repetitions": [min(repetitions), max(repetitions)]}
