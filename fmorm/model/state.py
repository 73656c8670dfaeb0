"""What fmorm knows about a record beside its values: where it came from, its ids, what was changed.

It lives off the record's own names, so that every FileMaker field name stays free: `state(person).mod_id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from fmorm.errors import RecordStateError

if TYPE_CHECKING:
    from fmorm.model.records import Record


class _NotLoaded:
    """The original of a field that was set without having been loaded."""

    def __repr__(self) -> str:
        return "<not loaded>"

    def __reduce__(self) -> str:
        return "NOT_LOADED"

    def __copy__(self) -> _NotLoaded:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> _NotLoaded:
        return self

    def __bool__(self) -> Literal[False]:
        return False


NOT_LOADED: Final = _NotLoaded()
"""Stands for a value that no reply has carried: it is neither empty nor known."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record lives: it can be saved only there.

    Attributes:
        host: The server's address.
        database: The file.
        layout: The layout that it was read or created through.
    """

    host: str
    database: str
    layout: str

    def __str__(self) -> str:
        return f"layout {self.layout!r} of {self.database!r} on {self.host}"


class State:
    """The ids and changes of one record or portal row.

    Attributes:
        record_id: FileMaker's record id; None for a record that was never created.
        mod_id: The modification id that a save is checked against; None where it is not known, as after
            the edit of a portal row, whose new one the server does not tell.
        origin: Where the record lives; None for a new one, and for portal rows, which live with their record.
        originals: What each changed attribute held before, `NOT_LOADED` where nothing was known.
        doubtful: Whether a write of the record had an unknown outcome: the next one looks before it sends.
    """

    __slots__ = ("awaited", "busy", "doubtful", "mod_id", "origin", "originals", "owner", "record_id")

    def __init__(
        self, record_id: str | None = None, mod_id: str | None = None, origin: Origin | None = None
    ) -> None:
        self.record_id = record_id
        self.mod_id = mod_id
        self.origin = origin
        self.originals: dict[str, Any] = {}
        self.doubtful = False
        self.owner: object = None  # the portal that a new row was appended to
        self.busy = False  # while a task or thread writes or reloads it
        self.awaited: dict[str, Any] = {}  # portals and repetitions of a new record that were looked at only

    @property
    def is_new(self) -> bool:
        """Whether the record was never created in FileMaker."""
        return self.record_id is None

    def copy(self) -> State:
        """Give a copy that changes on its own."""
        twin = State(self.record_id, self.mod_id, self.origin)
        twin.originals = dict(self.originals)
        twin.doubtful = self.doubtful
        return twin

    def note(self, name: str, before: object, after: object) -> None:
        """Note that an attribute is given a value; one that is set back to its original is no change."""
        originals = self.originals
        if name not in originals:
            if before is NOT_LOADED or before != after:
                originals[name] = before
        elif originals[name] is not NOT_LOADED and originals[name] == after:
            del originals[name]

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {
            "awaited": {},
            "busy": False,
            "owner": None,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        changed = f", changed {', '.join(self.originals)}" if self.originals else ""
        return f"<state of record {self.record_id}, mod id {self.mod_id}{changed}>"


def state(record: Record) -> State:
    """Give what fmorm knows about a record or portal row beside its values.

    Args:
        record: A record or portal row.

    Returns:
        Its live state: `record_id`, `mod_id`, `is_new`, `origin`, `originals`.
    """
    return record.__fmorm_state__


def saved_id(record: Record) -> str:
    """Give the record id of a record that exists in FileMaker.

    Raises:
        RecordStateError: The record was never created.
    """
    record_id = state(record).record_id
    if record_id is None:
        raise RecordStateError(
            f"this {type(record).__name__} was never created in FileMaker: db.create(record) does that"
        )
    return record_id
