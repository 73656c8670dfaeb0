"""The rows of one portal on one record: a sequence that is built when it is first touched.

A portal is not a free list: its order belongs to FileMaker. Rows can be read, edited in place, appended and
removed; moves and assignments are refused with advice. Rows that came from the server stay raw until then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, cast, get_args, overload

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypeIs

from fmorm.errors import NotLoaded, RecordStateError
from fmorm.model.state import state

if TYPE_CHECKING:
    from fmorm.model.records import PortalRow

R = TypeVar("R", bound="PortalRow")

Raw = list[dict[str, Any]]


class PortalRows(Sequence[R], Generic[R]):
    """The rows of a portal.

    `append` (or `add`) makes a row, `remove` and `del` delete one; both happen in FileMaker when the record
    is saved. Editing a row is setting its attributes.
    """

    __slots__ = (
        "_asked",
        "_build",
        "_found",
        "_label",
        "_raw",
        "_removed",
        "_returned",
        "_row",
        "_rows",
        "on_fill",
    )

    def __init__(
        self, rows: Iterable[R] = (), label: str = "this portal", row: type[R] | None = None
    ) -> None:
        """Hold rows made in Python, of the class `row`; `label` names the portal in messages."""
        self._label = label
        self._row = row
        self.on_fill: Callable[[], None] | None = None
        self._rows: list[R] = list(rows)
        self._removed: list[R] = []
        self._raw: Raw | None = None
        self._build: Callable[[Raw], list[R]] | None = None
        self._found: int | None = 0
        self._returned = 0
        self._asked = False

    @classmethod
    def loaded(
        cls,
        raw: Raw,
        build: Callable[[Raw], list[R]],
        label: str,
        row: type[R],
        *,
        found: int | None,
        asked: bool,
    ) -> PortalRows[R]:
        """Hold rows of a reply.

        Args:
            raw: The rows as the server sent them.
            build: Makes row objects of them, on first touch.
            label: Names the portal in messages.
            row: The row class.
            found: How many rows the portal has, as far as the reply told.
            asked: Whether the program itself asked for a part of the rows only.

        Returns:
            The rows, not built yet.
        """
        self = cls.__new__(cls)
        self._label = label
        self._row = row
        self.on_fill = None
        self._rows = []
        self._removed = []
        self._raw = raw
        self._build = build
        self._found = found
        self._returned = len(raw)
        self._asked = asked
        return self

    # -- reading -------------------------------------------------------------------------------------------

    @property
    def complete(self) -> bool | None:
        """Whether all rows are here; None when it cannot be known, as the reply did not count them."""
        return None if self._found is None else self._returned >= self._found

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
            LookupError: No row that is loaded has this id.
        """
        wanted = str(record_id)
        for row in self._built():
            if state(row).record_id == wanted:
                return row
        raise LookupError(f"{self._label}: no row that is loaded has record id {wanted}")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PortalRows):
            return self._built() == other._built()
        return isinstance(other, (list, tuple)) and self._built() == list(cast("Sequence[Any]", other))

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __repr__(self) -> str:
        if self._raw is not None:
            return f"<{len(self._raw)} rows of {self._label}>"
        return repr(self._rows)

    # -- changing ------------------------------------------------------------------------------------------

    def append(self, row: R) -> None:
        """Add a new row; saving the record creates it in FileMaker, which decides where it is shown.

        Args:
            row: A row made in Python.

        Raises:
            TypeError: It is no row of this portal's class.
            RecordStateError: The row exists already in FileMaker: a row cannot be moved between records.
        """
        self._refuse_stranger(row)
        if state(row).record_id is not None:
            raise RecordStateError(
                f"{self._label}: row {state(row).record_id} exists already; rows are not moved between records: "
                "set its match field, or append a new row with its values"
            )
        if any(row is mine for mine in self._built()):
            raise RecordStateError(f"{self._label}: this very row was appended already")
        if state(row).owner is not None:
            raise RecordStateError(
                f"{self._label}: this row was appended to another record already: make a second one"
            )
        state(row).owner = self
        self._built().append(row)
        if self.on_fill is not None:
            fill, self.on_fill = self.on_fill, None
            fill()

    add = append

    def remove(self, row: R) -> None:
        """Delete a row; saving the record deletes the related record in FileMaker.

        Args:
            row: The row itself.

        Raises:
            ValueError: It is no row of this portal.
        """
        for i, mine in enumerate(self._built()):
            if mine is row:
                del self._rows[i]
                state(row).owner = None
                if state(row).record_id is not None:
                    self._removed.append(row)
                return
        raise ValueError(f"{self._label}: that is no row of this portal")

    def __delitem__(self, index: int | slice) -> None:
        if isinstance(index, int):
            self.remove(self[index])
            return
        for row in self._whole()[index]:
            self.remove(row)

    if not TYPE_CHECKING:  # a checker that saw it would take `+=` for possible

        def __iadd__(self, rows: object) -> NoReturn:
            self._refuse("rows are added one by one: for row in rows: portal.append(row)")

    def __setitem__(self, index: int, row: R) -> NoReturn:
        del index, row
        self._refuse("a row cannot be replaced: set its attributes, or remove it and append another")

    def insert(self, index: int, row: R) -> NoReturn:  # noqa: ARG002 - a list's signature
        """Refuse: FileMaker decides the order of a portal."""
        self._refuse("FileMaker decides the order of a portal: append the row")

    def sort(self, **options: object) -> NoReturn:  # noqa: ARG002 - a list's signature
        """Refuse: FileMaker decides the order of a portal."""
        self._refuse("FileMaker decides the order of a portal: sort a copy, sorted(rows, key=…)")

    def reverse(self) -> NoReturn:
        """Refuse: FileMaker decides the order of a portal."""
        self._refuse("FileMaker decides the order of a portal: use reversed(rows)")

    # -- what saving needs -----------------------------------------------------------------------------------

    @property
    def touched(self) -> bool:
        """Whether the rows were ever looked at: only then anything can have changed."""
        return self._raw is None

    @property
    def found(self) -> int | None:
        """How many rows FileMaker has, as far as it is known."""
        return self._found

    def loaded_rows(self) -> list[R]:
        """Give the rows that are here, be they all or not."""
        return self._built()

    def existing_rows(self) -> list[R]:
        """Give the rows that FileMaker has, those to be deleted among them."""
        return [row for row in [*self._rows, *self._removed] if state(row).record_id is not None]

    def new_rows(self) -> list[R]:
        """Give the rows that FileMaker does not have yet."""
        return [row for row in self._rows if state(row).record_id is None]

    def changed_rows(self) -> list[R]:
        """Give the rows that FileMaker has, with other values."""
        return [row for row in self._rows if state(row).record_id is not None and row.__fmorm_dirty__()]

    def removed_rows(self) -> list[R]:
        """Give the rows that FileMaker still has and Python has no more."""
        return self._removed

    def forget_removed(self, rows: Iterable[R]) -> None:
        """Forget removed rows that FileMaker has deleted."""
        deleted = {id(row) for row in rows}
        self._removed = [row for row in self._removed if id(row) not in deleted]
        if self._found is not None:
            self._found -= len(deleted)
        self._returned -= len(deleted)

    def take_created(self, rows: Sequence[R]) -> None:
        """Count rows that FileMaker has created; one that was removed meanwhile is now there to be deleted."""
        if self._found is not None:
            self._found += len(rows)
        self._returned += len(rows)
        kept = set(map(id, self._rows))
        self._removed += [row for row in rows if id(row) not in kept]

    # -- inside ----------------------------------------------------------------------------------------------

    def _built(self) -> list[R]:
        if self._raw is not None:
            assert self._build is not None  # noqa: S101 - `loaded` sets both
            self._rows = self._build(self._raw)
            self._raw = self._build = None
        return self._rows

    def _whole(self) -> list[R]:
        if self._found is not None and self._returned < self._found and not self._asked:
            raise NotLoaded(
                f"{self._label} holds {self._returned} of {self._found} rows: the layout's portal does not scroll, or "
                "it is longer than what is read at once; ask for a part with .portal(…, limit=…) or portal(…, "
                "limit=…), or let the portal scroll on the layout"
            )
        return self._built()

    def _refuse_stranger(self, row: object) -> None:
        if self._row is not None and not isinstance(row, self._row):
            raise TypeError(f"{self._label} takes rows of class {self._row.__name__}, not {row!r}")

    def _refuse(self, advice: str) -> NoReturn:
        raise TypeError(f"{self._label}: {advice}")

    def __deepcopy__(self, memo: dict[int, Any]) -> PortalRows[R]:
        twin: PortalRows[R] = PortalRows.__new__(type(self))
        twin._row, twin.on_fill = self._row, None
        twin._label, twin._found, twin._returned = self._label, self._found, self._returned
        twin._raw, twin._build, twin._asked = self._raw, self._build, self._asked
        twin._rows = [row.__copy__() for row in self._rows]
        twin._removed = [row.__copy__() for row in self._removed]
        return twin

    def __copy__(self) -> PortalRows[R]:
        return self.__deepcopy__({})

    def __reduce__(self) -> tuple[Any, ...]:
        self._built()  # the builder is a function of the class and does not travel
        slots = {name: getattr(self, name) for name in self.__slots__}
        return _restored, (type(self), slots)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (row,) = get_args(source) or (Any,)
        rows = core_schema.list_schema(handler.generate_schema(row))
        made = core_schema.no_info_after_validator_function(cls, rows)
        return core_schema.json_or_python_schema(
            json_schema=made,
            python_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(cls), made], mode="left_to_right"
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(list, return_schema=rows),
        )


def is_portal_rows(value: object) -> TypeIs[PortalRows[Any]]:
    """Tell whether a value is that of a portal."""
    return isinstance(value, PortalRows)


def _restored(cls: type[PortalRows[Any]], slots: dict[str, Any]) -> PortalRows[Any]:
    self = cls.__new__(cls)
    for name, value in slots.items():
        setattr(self, name, value)
    return self
