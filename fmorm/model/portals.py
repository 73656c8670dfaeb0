"""The rows of one portal on one record: a sequence whose rows are appended and removed, but not moved.

A portal is not a free list: its order belongs to FileMaker. Rows can be read, edited in place, appended and
removed; moves and assignments are refused with advice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypeIs

from fmorm.errors import RecordStateError
from fmorm.model.repetitions import as_it_is_or
from fmorm.model.rows import RawRows
from fmorm.model.state import Came, Detached, state
from fmorm.model.tracked import TrackedRows

if TYPE_CHECKING:
    from fmorm.model.plan import PortalPlan
    from fmorm.model.records import PortalRow

R = TypeVar("R", bound="PortalRow")

_new: Final = object.__new__


class PortalRows(TrackedRows[R]):
    """The rows of a portal.

    `append` (or `add`) makes a row, `remove` and `del` delete one; both happen in FileMaker when the record
    is saved. Editing a row is setting its attributes.
    """

    __slots__ = ()

    def __init__(
        self, rows: Iterable[R] = (), label: str = "this portal", row: type[R] | None = None
    ) -> None:
        """Hold rows made in Python, of the class `row`; `label` names the portal in messages."""
        self._label = label
        self._row = row
        self.on_fill = None
        self._rows = list(rows)
        self._removed = ()
        self._raw = None
        self._build = None
        self._found = 0
        self._returned = 0
        self._asked = False
        self._portal = self._record = None

    @classmethod
    def loaded(
        cls,
        raw: RawRows,
        build: Callable[..., list[R]],
        label: str,
        row: type[R],
        found: int | None,
        asked: bool,
        came: Came,
        portal: PortalPlan,
    ) -> PortalRows[R]:
        """Hold rows of a reply; everything is given by position, which Python calls quicker.

        Args:
            raw: The rows as the server sent them.
            build: Makes row objects of them, on first touch.
            label: Names the portal in messages.
            row: The row class.
            found: How many rows the portal has, as far as the reply told.
            asked: Whether the program itself asked for a part of the rows only.
            came: What came with their record.
            portal: Which portal it is.

        Returns:
            The rows, not built yet.
        """
        self = _new(cls)
        self._label = label
        self._row = row
        self.on_fill = None
        self._rows = []
        self._removed = ()
        self._raw = raw
        self._build = build
        self._found = found
        self._returned = None
        self._asked = asked
        self._portal = portal
        self._record = came
        return self

    # -- changing ------------------------------------------------------------------------------------------

    def append(self, row: R) -> None:
        """Add a new row; saving the record creates it in FileMaker, which decides where it is shown.

        A row that was removed and not saved yet can be appended again: then it is removed no more.

        Args:
            row: A row made in Python.

        Raises:
            TypeError: It is no row of this portal's class.
            RecordStateError: The row exists already in FileMaker: a row cannot be moved between records.
        """
        self._refuse_stranger(row)
        if state(row).record_id is not None:
            self._take_back(row)
            return
        self._refuse_owned(row)
        if self.on_fill is not None:
            self.on_fill()
            self.on_fill = None
        state(row).owner = self
        self._built().append(row)

    add = append

    def remove(self, row: R) -> None:
        """Delete a row; saving the record deletes the related record in FileMaker.

        Until then it can be appended again. It cannot be set meanwhile, as that would never be saved.

        Args:
            row: The row itself.

        Raises:
            ValueError: It is no row of this portal.
        """
        for i, mine in enumerate(self._built()):
            if mine is row:
                del self._rows[i]
                if state(row).record_id is None:
                    state(row).owner = None
                else:
                    self._await_deletion(i, row)
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

    # -- inside ----------------------------------------------------------------------------------------------

    def _take_back(self, row: R) -> None:
        """Let a row that was removed stay; raises RecordStateError for any other row that exists."""
        if any(row is mine for mine in self.removed_rows()):
            self._removed = tuple((place, mine) for place, mine in self._removed if mine is not row)
            self._rows.append(row)
            row.__fmorm_attach__()
            return
        if reason := state(row).detached:
            raise RecordStateError(reason)
        raise RecordStateError(
            f"{self._label}: row {state(row).record_id} exists already; rows are not moved between records: "
            "set its match field, or append a new row with its values"
        )

    def _refuse_owned(self, row: R) -> None:
        owner = state(row).owner
        if any(row is mine for mine in self._built()):
            raise RecordStateError(f"{self._label}: this very row was appended already")
        if isinstance(owner, Detached):
            if not owner.again:
                raise RecordStateError(owner.why)
        elif owner is not None:
            raise RecordStateError(
                f"{self._label}: this row was appended to another record already: make a second one"
            )

    def _refuse_stranger(self, row: object) -> None:
        if self._row is not None and not isinstance(row, self._row):
            raise TypeError(f"{self._label} takes rows of class {self._row.__name__}, not {row!r}")

    def _refuse(self, advice: str) -> NoReturn:
        raise TypeError(f"{self._label}: {advice}")

    # -- copies ----------------------------------------------------------------------------------------------

    def __deepcopy__(self, memo: dict[int, Any]) -> PortalRows[R]:
        twin: PortalRows[R] = PortalRows.__new__(type(self))
        twin._row, twin.on_fill = self._row, None
        twin._label, twin._found, twin._returned = self._label, self._found, self._returned
        twin._raw, twin._build, twin._asked = self._raw, self._build, self._asked
        twin._portal = twin._record = None  # a copy of the record tells them what they belong to
        twin._rows = [row.__copy__() for row in self._rows]
        twin._removed = tuple((place, row.__copy__()) for place, row in self._removed)
        twin.own_new_rows()
        return twin

    def __copy__(self) -> PortalRows[R]:
        return self.__deepcopy__({})

    def __reduce__(self) -> tuple[Any, ...]:
        self._built()  # the builder is a function of the class and does not travel
        slots = {name: getattr(self, name) for name in _SLOTS}
        return _restored, (type(self), slots | {"on_fill": None, "_portal": None, "_record": None})

    def own_new_rows(self) -> None:
        """Be the portal that the new rows were appended to, as after a copy."""
        for row in self.new_rows():
            state(row).owner = self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (row,) = get_args(source) or (Any,)
        rows = core_schema.list_schema(handler.generate_schema(row))
        made = core_schema.no_info_after_validator_function(cls, rows)
        return core_schema.json_or_python_schema(
            json_schema=made,
            python_schema=as_it_is_or(cls, made),
            serialization=core_schema.plain_serializer_function_ser_schema(list, return_schema=rows),
        )


_SLOTS: Final = tuple(name for cls in PortalRows.__mro__ for name in cls.__dict__.get("__slots__", ()))


def is_portal_rows(value: object) -> TypeIs[PortalRows[Any]]:
    """Tell whether a value is that of a portal."""
    return isinstance(value, PortalRows)


def _restored(cls: type[PortalRows[Any]], slots: dict[str, Any]) -> PortalRows[Any]:
    self = cls.__new__(cls)
    for name, value in slots.items():
        setattr(self, name, value)
    self.own_new_rows()
    return self
