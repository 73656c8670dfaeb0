"""The rows of a portal as they are read: built when first touched, and never a part taken for the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast, overload

from fmorm.errors import NotLoaded, ProtocolError, RecordStateError
from fmorm.model.state import Came, Origin, State, origin_of, state, state_of
from fmorm.wire.shaped import Raw

if TYPE_CHECKING:
    from fmorm.model.plan import PortalPlan
    from fmorm.model.records import PortalRow

R = TypeVar("R", bound="PortalRow")

RawRows = Sequence[Raw]
"""Rows as the server sent them; those of a page are decoded when they are asked for."""


_BUILDING: Final = RLock()
"""Held while rows are made, which may run a class's own checks; these may look at other rows."""


class LoadedRows(Sequence[R], Generic[R]):
    """What can be read of a portal.

    Rows of a reply stay raw until the first of them is asked for.
    """

    __slots__ = (
        "_asked",
        "_build",
        "_found",
        "_label",
        "_portal",
        "_raw",
        "_record",
        "_returned",
        "_row",
        "_rows",
    )

    _label: str
    _row: type[R] | None
    _rows: list[R]
    _raw: RawRows | None
    _build: Callable[..., list[R]] | None
    _found: int | None  # how many rows FileMaker has; None where it is not known
    _returned: int | None  # how many of them are here; None while they are raw, or were in no reply
    _asked: bool  # whether the program itself asked for a part only
    _portal: PortalPlan | None  # which portal it is; None for rows that belong to no record
    _record: Came | None  # what came with the record that it belongs to; not the record, which knows its rows

    @property
    def complete(self) -> bool | None:
        """Whether all rows that FileMaker shows in this portal are here.

        True: they are. False: there are more, which `db.load(rows)` reads where the portal scrolls. None: it cannot be
        known, as no reply has counted them: FileMaker Server 17 does not, and a record that was created here
        may have rows by relation. A filter of the portal cannot be seen from outside: rows that it hides do not count.
        """
        raw = self._raw
        returned = self._returned if raw is None else len(raw)
        if self._found is None or returned is None:
            return None
        return returned >= self._found

    def __len__(self) -> int:
        return len(self._whole())

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> list[R]: ...
    def __getitem__(self, index: int | slice) -> R | list[R]:
        rows = self._whole()
        if isinstance(index, int) and not -len(rows) <= index < len(rows):
            raise IndexError(f"{self._label} has {len(rows)} rows; there is no [{index}]")
        return rows[index]

    def __iter__(self) -> Iterator[R]:
        return iter(tuple(self._whole()))  # a loop may remove and append

    def __contains__(self, row: object) -> bool:
        return any(row is mine for mine in self._whole())

    def index(self, value: object, start: int = 0, stop: int | None = None) -> int:
        """Find a row's position: the row itself, not one that equals it.

        Args:
            value: The row.
            start: Where to begin to look.
            stop: Where to end; None for the end.

        Returns:
            Its position, from 0.

        Raises:
            ValueError: It is no row of this portal.
        """
        for position, mine in enumerate(self._whole()[start:stop], start):
            if mine is value:
                return position
        raise ValueError(f"{self._label}: that is no row of this portal")

    def by_id(self, record_id: str | int) -> R:
        """Find the row of a record id among the rows that are loaded.

        Args:
            record_id: FileMaker's record id of the related record.

        Returns:
            The row.

        Raises:
            LookupError: No row that is loaded has this id; `NotLoaded` where none was loaded at all.
        """
        wanted = str(record_id)
        for row in self._built():
            if state(row).record_id == wanted:
                return row
        if self._returned is None:
            raise NotLoaded(_unknown(self._label))
        raise LookupError(f"{self._label}: no row that is loaded has record id {wanted}")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LoadedRows):
            return self._built() == other._built()
        return isinstance(other, (list, tuple)) and self._built() == list(cast("Sequence[Any]", other))

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __repr__(self) -> str:
        raw = self._raw
        if raw is None:
            return repr(self._rows)
        try:
            return f"<{len(raw)} rows of {self._label}>"
        except ProtocolError:
            return f"<rows of {self._label} that cannot be read>"

    # -- what reading and saving a record need ---------------------------------------------------------------

    @property
    def touched(self) -> bool:
        """Whether the rows were ever looked at: only then anything can have changed."""
        return self._raw is None

    @property
    def found(self) -> int | None:
        """How many rows FileMaker has, as far as it is known."""
        return self._found

    @property
    def known(self) -> bool:
        """Whether the rows that FileMaker has were told at all."""
        return self._raw is not None or self._returned is not None

    def loaded_rows(self) -> list[R]:
        """Give the rows that are here, be they all or not."""
        return self._built()

    def belong(self, came: Came, portal: PortalPlan) -> None:
        """Be the rows of this portal on the record that came with this."""
        self._record, self._portal = came, portal

    def place(self) -> tuple[State, PortalPlan]:
        """Give the state of the record that the rows belong to, and the portal.

        Raises:
            RecordStateError: They belong to none: they are a copy, or were made by hand.
        """
        if self._record is None or self._portal is None:
            raise RecordStateError(
                f"{self._label}: these rows are a copy and belong to no record: take those of a record"
            )
        return state_of(self._record), self._portal

    # -- inside ----------------------------------------------------------------------------------------------

    def _built(self) -> list[R]:
        if self._raw is not None:
            with _BUILDING:  # two threads get the same rows: what was set on others would never be saved
                self._build_once()
        return self._rows

    def _build_once(self) -> None:
        if self._raw is not None and self._build is not None:
            self._rows = self._build(self._raw, self._origin())
            self._returned = len(self._rows)
            self._raw = self._build = None

    def _origin(self) -> Origin | None:
        """Give where rows that FileMaker has live: where the record does."""
        return None if self._record is None else origin_of(self._record)

    def _whole(self) -> list[R]:
        rows = self._built()
        if self._returned is None:
            raise NotLoaded(_unknown(self._label))
        if self._found is not None and self._returned < self._found and not self._asked:
            raise NotLoaded(
                f"{self._label} holds {self._returned} of {self._found} rows: it is longer than what is read at once, "
                "and db.load(rows) reads the rest; or the layout's portal does not scroll: let it scroll, or ask for "
                "a part with .portal(…, limit=…) or portal(…, limit=…)"
            )
        return rows


def _unknown(label: str) -> str:
    return (
        f"{label}: no reply has carried these rows; db.load(rows) loads them, and db.create(record, "
        "reload=True) does at once; appending needs no loading"
    )
