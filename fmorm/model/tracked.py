"""The rows of a portal as they are saved: which are new, changed, removed, and which are what FileMaker has.

The object stays the portal of its record whatever is read or saved, and a row object the row it stands for.
Where it stands for none any more it is detached, and says so when it is set: nothing it is given would be saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, TypeVar

from fmorm.errors import DriftError
from fmorm.model.rows import LoadedRows, RawRows
from fmorm.model.state import Detached, state

if TYPE_CHECKING:
    from fmorm.model.records import PortalRow

R = TypeVar("R", bound="PortalRow")


class TrackedRows(LoadedRows[R]):
    """What is known of a portal's rows beside their values.

    Attributes:
        on_fill: Is called before the first row of a new record is added; None once that was done.
    """

    __slots__ = ("_removed", "on_fill")

    on_fill: Callable[[], None] | None
    _removed: tuple[tuple[int, R], ...]  # where it stood, and the row

    # -- what saving needs -----------------------------------------------------------------------------------

    @property
    def has_rows(self) -> bool:
        """Whether there are row objects, which a program may hold."""
        return bool(self._rows or self._removed)

    def existing_rows(self) -> list[R]:
        """Give the rows that FileMaker has, those to be deleted among them."""
        return [row for row in [*self._rows, *self.removed_rows()] if state(row).record_id is not None]

    def new_rows(self) -> list[R]:
        """Give the rows that FileMaker does not have yet."""
        return [row for row in self._rows if state(row).record_id is None]

    def changed_rows(self) -> list[R]:
        """Give the rows that FileMaker has, with other values."""
        return [row for row in self._rows if state(row).record_id is not None and row.__fmorm_dirty__()]

    def removed_rows(self) -> list[R]:
        """Give the rows that FileMaker still has and Python has no more."""
        return [row for _, row in self._removed]

    def forget_removed(self, rows: Iterable[R]) -> None:
        """Forget removed rows that FileMaker has deleted; one that was appended again meanwhile is new."""
        deleted = {id(row): row for row in rows}
        waiting = {id(row) for row in self.removed_rows()}
        for key, row in deleted.items():
            if key in waiting:
                row.__fmorm_detach__(self._gone(row, "was deleted: append a new row with its values"))
            else:
                state(row).begin_anew(self)
        self._removed = tuple((place, row) for place, row in self._removed if id(row) not in deleted)
        self._count(-len(deleted))

    def take_created(self, rows: Sequence[R]) -> None:
        """Count rows that FileMaker has created; one that was removed meanwhile is now there to be deleted."""
        self._count(len(rows))
        for row in rows:
            state(row).origin = self._origin()
        kept = set(map(id, self._rows))
        for row in rows:
            if id(row) not in kept:
                self._await_deletion(len(self._rows), row)

    def lose_created(self, rows: Sequence[R]) -> None:
        """Let go of rows that FileMaker has created, without telling which is which."""
        for row in rows:
            row.__fmorm_detach__(
                Detached(
                    f"{self._label}: this row was created, but the server did not tell which one it is: "
                    "db.reload(record) brings it as another object",
                    again=False,
                )
            )
        lost = set(map(id, rows))
        self._rows = [row for row in self._rows if id(row) not in lost]
        self.forget()

    def lose_deleted(self, record_ids: AbstractSet[str | None]) -> None:
        """Let go of rows that FileMaker has deleted through another portal."""
        gone = [row for row in [*self._built(), *self.removed_rows()] if state(row).record_id in record_ids]
        for row in gone:
            row.__fmorm_detach__(self._gone(row, "was deleted through another portal of the same table"))
        lost = set(map(id, gone))
        self._rows = [row for row in self._rows if id(row) not in lost]
        self._removed = tuple((place, row) for place, row in self._removed if id(row) not in lost)
        self._count(-len(gone))

    def forget(self) -> None:
        """Know no more what rows FileMaker has; those that are here stay."""
        self._found = self._returned = None
        self.on_fill = None

    def uncount(self) -> None:
        """Know no more how many rows FileMaker has: a new record may have others by relation."""
        self._found = None

    # -- what reading again and dropping changes need ---------------------------------------------------------

    def refill(self, fresh: TrackedRows[R] | None, keep: Callable[[R, R], None]) -> None:
        """Hold what was read again, in the row objects that are there; those that are left over are detached.

        Args:
            fresh: The rows of the reply; None where it did not carry the portal.
            keep: Lets a row object be what another one is, which was read.
        """
        known = {state(row).record_id: row for row in self.existing_rows()}
        dropped = self.new_rows()
        self.forget()
        self._removed = ()
        self._rows = []
        self._raw = self._build = None
        if fresh is not None:
            self._raw, self._build, self._asked = fresh._raw, fresh._build, fresh._asked
            self._found, self._returned = fresh._found, fresh._returned
            self._rows = [self._same(row, known, keep) for row in fresh._rows]
        for row in known.values():
            row.__fmorm_detach__(self._gone(row, "is not among the rows that were read again"))
        self._drop(dropped)

    def take_all(
        self, raw: RawRows, build: Callable[..., list[R]], found: int | None, keep: Callable[[R, R], None]
    ) -> None:
        """Hold all rows that FileMaker shows, in the row objects that are there; what is not saved stays.

        A row that was changed keeps its values, and its mod id guards the save. Any other one gets the values that
        were read, or is detached where it is there no more. New rows come after those that FileMaker has, and
        removed ones stay removed.

        Args:
            raw: The rows as the server sent them.
            build: Makes row objects of them.
            found: How many rows the portal has, as far as the replies told.
            keep: Lets a row object be what another one is, which was read.

        Raises:
            DriftError: A row that was edited or removed is not among them; nothing has changed.
            MappingError: A value of a row does not fit its field; nothing has changed.
        """
        if self.has_rows:
            self._merge(build(raw, self._origin()), keep)
            self._returned = len(raw)
        else:  # nobody holds a row: they stay raw until one is touched
            self._raw, self._build, self._rows, self._returned = raw, build, [], None
        self._found, self._asked = found, False
        self.on_fill = None

    def restore(self) -> None:
        """Bring removed rows back to where they stood, and drop new ones."""
        self._drop(self.new_rows())
        self._rows = [row for row in self._rows if state(row).record_id is not None]
        for place, row in reversed(self._removed):
            self._rows.insert(place, row)
            row.__fmorm_attach__()
        self._removed = ()

    # -- inside ----------------------------------------------------------------------------------------------

    def _merge(self, fresh: list[R], keep: Callable[[R, R], None]) -> None:
        known = {state(row).record_id: row for row in self.existing_rows()}
        self._refuse_loss(fresh)
        removed = set(map(id, self.removed_rows()))
        rows: list[R] = []
        waiting: list[tuple[int, R]] = []
        for theirs in fresh:
            mine = known.pop(state(theirs).record_id, theirs)
            if id(mine) in removed:
                waiting.append((len(rows), mine))
                continue
            rows.append(mine)
            if mine is not theirs and not mine.__fmorm_dirty__():
                keep(mine, theirs)
        self._rows, self._removed = rows + self.new_rows(), tuple(waiting)
        for row in known.values():
            row.__fmorm_detach__(self._gone(row, "is not among the rows that were loaded"))

    def _refuse_loss(self, fresh: list[R]) -> None:
        """Raise DriftError where a row that was edited or removed is not among those that were read."""
        unsaved = {state(row).record_id for row in [*self.changed_rows(), *self.removed_rows()]}
        lost = unsaved - {state(row).record_id for row in fresh}
        if lost:
            raise DriftError(
                f"{self._label}: row {', '.join(sorted(map(str, lost)))} was edited or removed here and is not among "
                "the rows any more: it was deleted, or belongs to another record now, or the portal hides it; "
                "db.reload(record) drops what was not saved"
            )

    def _same(self, theirs: R, known: dict[str | None, R], keep: Callable[[R, R], None]) -> R:
        mine = known.pop(state(theirs).record_id, None)
        if mine is None:
            return theirs
        keep(mine, theirs)
        return mine

    def _drop(self, rows: Iterable[R]) -> None:
        reason = f"{self._label}: this new row was dropped with the other unsaved changes: append it again"
        for row in rows:
            row.__fmorm_detach__(Detached(reason, again=True))

    def _count(self, more: int) -> None:
        if self._found is not None:
            self._found += more
        if self._returned is not None:
            self._returned += more

    def _await_deletion(self, place: int, row: R) -> None:
        self._removed = (*self._removed, (place, row))
        row.__fmorm_detach__(self._gone(row, "was removed: append it again to keep it"))

    def _gone(self, row: R, what: str) -> Detached:
        return Detached(f"{self._label}: row {state(row).record_id} {what}", again=False)
