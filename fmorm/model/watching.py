"""Values that change in place: a list that something is appended to is never assigned, and still is to be saved.

For such fields, and for no others, a record keeps the text that FileMaker last told or took. *Changed* means that the
value is another now than that text would be read as.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from fmorm.model.plan import plan_of
from fmorm.model.state import State, came_with

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fmorm.model.records import Record
    from fmorm.wire.values import Codec, Wire


class WatchedState(State):
    """The state of a record with such fields: whoever asks it what was changed gets what is changed now."""

    __slots__ = ("_noted", "_texts")

    _noted: dict[str, Any]
    _texts: dict[str, Wire]  # by attribute, what FileMaker has; none for a value that it never had

    @property
    def originals(self) -> dict[str, Any]:
        """What each changed attribute held before, `NOT_LOADED` where nothing was known."""
        record = self.holder()
        values = {} if record is None else vars(record)
        for attr, text in self._texts.items():
            if attr not in values or record is None:
                continue
            codec = plan_of(type(record)).fields[attr].codec
            if _differs(codec, text, values[attr]):
                self._noted[attr] = codec.read(text)
            else:
                self._noted.pop(attr, None)
        return self._noted

    @originals.setter
    def originals(self, noted: dict[str, Any]) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        self._noted = noted

    def note(self, name: str, before: object, after: object) -> None:
        """Note that an attribute is given a value; what has a text is compared with that whenever it matters."""
        if name not in self._texts:
            super().note(name, before, after)

    def confirm(self, attr: str, sent: object, now: object) -> None:
        """Note that FileMaker has taken a value."""
        super().confirm(attr, sent, now)
        record = self.holder()
        if record is not None and attr in plan_of(type(record)).watched:
            self._texts[attr] = plan_of(type(record)).fields[attr].codec.write(sent)
            self._noted.pop(attr, None)

    def begin_anew(self, owner: object) -> None:
        """Be the state of a new row of a portal, of which FileMaker has no texts."""
        self._texts = {}
        super().begin_anew(owner)

    def become(self, fresh: State, awaited: dict[str, Any]) -> None:
        """Be the state of what was read again."""
        self._texts = dict(fresh._texts) if isinstance(fresh, WatchedState) else {}
        super().become(fresh, awaited)

    def copy(self) -> State:
        """Give a copy that changes on its own."""
        return _watched(super().copy(), self._texts)

    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {"_texts": self._texts}


def watch(record: Record, texts: Mapping[str, Wire]) -> None:
    """Begin to watch a record.

    Args:
        record: The record, which has a state.
        texts: What FileMaker has, by attribute; nothing for a record that it does not have.
    """
    known = record.__fmorm_state__
    known.holder = weakref.ref(record)
    mine = _watched(known, texts)
    mine.holder = known.holder
    record.__fmorm_came__[:] = came_with(mine)  # in place: the rows of its portals have it, too


def texts_of(record: Record) -> dict[str, Wire]:
    """Give the texts of what a record holds, where it is what FileMaker has."""
    plan, values = plan_of(type(record)), vars(record)
    return {attr: plan.fields[attr].codec.write(values[attr]) for attr in plan.watched if attr in values}


def _watched(known: State, texts: Mapping[str, Wire]) -> WatchedState:
    mine = WatchedState(known.record_id, known.mod_id, known.origin)
    mine.__setstate__({**known.__getstate__(), "_texts": dict(texts)})
    return mine


def _differs(codec: Codec, text: Wire, value: Any) -> bool:
    try:
        now = codec.write(value)
    except ValueError:  # it was made something that cannot be written, which saving will say
        return True
    if now == text:
        return False
    before = codec.read(text)  # people spell the same value in several ways, and a set has no order
    return before != value and codec.write(before) != now
