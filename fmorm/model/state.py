"""What fmorm knows about a record beside its values: where it came from, its ids, what was changed.

It lives off the record's own names, so that every FileMaker field name stays free: `state(person).mod_id`.
"""

from __future__ import annotations

import copy
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from fmorm.errors import MappingError, NoAccess, RecordStateError
from fmorm.model.troubles import OnBadValue, Troubles

if TYPE_CHECKING:
    from fmorm.model.records import Record
    from fmorm.model.unsaved import Unsaved


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


@dataclass(frozen=True, slots=True)
class Detached:
    """Why an object stands for no record or row any more, so that nothing it is given would be saved.

    Attributes:
        why: The reason, and what to do instead.
        again: Whether it is a new row that can be appended again.
    """

    why: str
    again: bool = False


class State:
    """The ids and changes of one record or portal row.

    Attributes:
        record_id: FileMaker's record id; None for a record that was never created.
        mod_id: The modification id that a save is checked against; None where it is not known, as after
            the edit of a portal row, whose new one the server does not tell.
        origin: Where the record lives; None for a new one. For a portal row, where its record lives.
        originals: What each changed attribute held before, `NOT_LOADED` where nothing was known.
        doubtful: Whether a write of the record had an unknown outcome: the next one looks before it sends.
        troubles: What is known of values that could not be had; None where there are none.
        given_noted: Whether pydantic's set of the fields that were given is there. It is made, of what the record
            holds then, when somebody asks for it; that of a new record is there from the beginning.
    """

    __slots__ = (
        "awaited",
        "busy",
        "doubtful",
        "given_noted",
        "holder",
        "mod_id",
        "origin",
        "originals",
        "owner",
        "record_id",
        "troubles",
    )

    holder: Callable[
        [], Record | None
    ]  # a weak reference; `state` sets it, as reading a record is quicker without

    def __init__(
        self, record_id: str | None = None, mod_id: str | None = None, origin: Origin | None = None
    ) -> None:
        self.record_id = record_id
        self.mod_id = mod_id
        self.origin = origin
        self.originals: dict[str, Any] = {}
        self.doubtful = False
        self.owner: object = None  # the portal that a new row was appended to; `Detached` once it has none
        self.troubles: Troubles | None = None
        self.given_noted = True
        self.busy = False  # while a task or thread writes or reloads it
        self.awaited: dict[
            str, Any
        ] = {}  # portals and repetitions that are no values: not set, or not loaded

    @property
    def is_new(self) -> bool:
        """Whether the record was never created in FileMaker."""
        return self.record_id is None

    @property
    def detached(self) -> str | None:
        """Why the object stands for nothing in FileMaker any more, as after a deletion; None while it does."""
        return self.owner.why if isinstance(self.owner, Detached) else None

    @property
    def is_dirty(self) -> bool:
        """Whether anything is not saved: a value, a repetition, a row. A new record always is."""
        return self._unsaved().is_dirty

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """What is not saved: what each changed attribute was, and what it is.

        A repeating field gives two lists, with `NOT_LOADED` for what is not known. A portal gives two dicts of
        values by the row's record id: of an edited row the values that were changed, of a removed row all that it
        had, in the first dict only, and of a new row all that it has, in the second only, by `+1`, `+2` and so on.
        """
        return self._unsaved().changes

    @property
    def bad_values(self) -> dict[str, MappingError]:
        """Why values could not be read, by attribute, or `attribute[position]` for a repetition.

        There are some only where the class or the find says so, by `on_bad_value`. A value that was set is not bad
        any more. A portal row has its own.
        """
        return {
            name: error
            for name, error in self._record().__fmorm_troubles__()
            if isinstance(error, MappingError)
        }

    @property
    def no_access(self) -> list[str]:
        """Name the attributes that the account may not see, `attribute[position]` for a repetition."""
        return [name for name, error in self._record().__fmorm_troubles__() if isinstance(error, NoAccess)]

    @property
    def policy(self) -> OnBadValue | None:
        """What the find said about values that do not fit; None where it left that to the class."""
        return None if self.troubles is None else self.troubles.policy

    def reset(self) -> None:
        """Drop what is not saved, in place and without asking the server.

        Removed rows are back where they stood. New rows refuse to be set until they are appended again.

        Raises:
            RecordStateError: The record was never created, or it is being written.
        """
        self._unsaved().reset()

    def held_by(self) -> Record | None:
        """Give the record that has this state, where it is known and still there."""
        holder = getattr(self, "holder", None)
        return None if holder is None else holder()

    def _unsaved(self) -> Unsaved:
        return self._record().__fmorm_unsaved__()

    def _record(self) -> Record:
        record = self.holder()
        if record is None:
            raise RecordStateError("the record of this state is gone: keep the record, and ask state(record)")
        return record

    def mark_deleted(self) -> None:
        """Note that the record was deleted: the ids that it keeps are those of a record that is no more."""
        self.owner = Detached(f"record {self.record_id} was deleted: create a new one with its values")

    def begin_anew(self, owner: object) -> None:
        """Be the state of a new row of a portal, which FileMaker does not have."""
        self.record_id = self.mod_id = None
        self.originals = {}
        self.troubles = None
        self.owner = owner

    def become(self, fresh: State, awaited: dict[str, Any]) -> None:
        """Be the state of what was read again, with portals and repetitions that are no values."""
        self.record_id, self.mod_id, self.origin = fresh.record_id, fresh.mod_id, fresh.origin
        self.originals = fresh.originals
        self.troubles = fresh.troubles
        self.awaited = awaited
        self.doubtful = False
        self.owner = None

    def copy(self) -> State:
        """Give a copy that changes on its own."""
        twin = State(self.record_id, self.mod_id, self.origin)
        twin.originals = dict(self.originals)
        twin.doubtful = self.doubtful
        twin.troubles = None if self.troubles is None else self.troubles.copy()
        twin.owner = self._lasting_owner()
        twin.awaited = {attr: copy.copy(held) for attr, held in self._lasting().items()}
        return twin

    def _lasting_owner(self) -> Detached | None:
        return self.owner if isinstance(self.owner, Detached) else None

    def _lasting(self) -> dict[str, Any]:
        """Give what is awaited and may hold rows; the rest is made anew when it is looked at."""
        return {attr: held for attr, held in self.awaited.items() if held.on_fill is None}

    def note(self, name: str, before: object, after: object) -> None:
        """Note that an attribute is given a value; one that is set back to its original is no change."""
        originals = self.originals
        if name not in originals:
            if before is NOT_LOADED or before != after:
                originals[name] = before
        elif originals[name] is not NOT_LOADED and originals[name] == after:
            del originals[name]

    def confirm(self, attr: str, sent: object, now: object) -> None:
        """Note that FileMaker has taken a value.

        Args:
            attr: The attribute.
            sent: The value that was sent.
            now: The value that the record holds; what was set meanwhile stays a change.
        """
        if self.troubles is not None:
            self.troubles.cells.pop(attr, None)
        if now == sent:
            self.originals.pop(attr, None)
        else:
            self.originals[attr] = sent

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in State.__slots__ if name != "holder"} | {
            "awaited": self._lasting(),
            "busy": False,
            "owner": self._lasting_owner(),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        record = self.held_by()
        attrs = self.originals if record is None else record.__fmorm_unsaved__().changes
        changed = f", changed {', '.join(attrs)}" if attrs else ""
        return f"<state of record {self.record_id}, mod id {self.mod_id}{changed}>"


Came: TypeAlias = list[Any]
"""What came with a record beside its values: record id, mod id, source; then its state, once that was asked for."""

_WITHOUT_STATE: Final = 3


def came_with(known: State) -> Came:
    """Give what a record keeps of its coming, with a state that is there already."""
    return [known.record_id, known.mod_id, None, known]


def state_of(came: Came) -> State:
    """Give the state of a record, made of what has come with it when it is first asked for."""
    if len(came) == _WITHOUT_STATE:
        record_id, mod_id, source = came
        known = State(record_id, mod_id, source.origin)
        known.given_noted = False
        if source.on_bad_value is not None:
            known.troubles = Troubles(source.on_bad_value)
        came.append(known)
    state: State = came[_WITHOUT_STATE]
    return state


def origin_of(came: Came) -> Origin | None:
    """Give where a record lives, without making its state."""
    origin: Origin | None = came[-1].origin  # of the source, or of the state
    return origin


def state(record: Record) -> State:
    """Give what fmorm knows about a record or portal row beside its values.

    Args:
        record: A record or portal row.

    Returns:
        Its live state: `record_id`, `mod_id`, `is_new`, `origin`, `originals`, `is_dirty`, `changes`, `detached`,
        and `reset()`.
    """
    known = record.__fmorm_state__
    known.holder = weakref.ref(record)
    return known


def policy_of(record: Record) -> OnBadValue | None:
    """Give what the find that read a record said about bad values; None where it left that to the class."""
    return record.__fmorm_state__.policy


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
