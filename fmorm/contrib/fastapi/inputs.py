"""What a client may send, as models of their own: what a layout shows is not what everybody may set."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable
from typing import Annotated, Any, ClassVar, Generic, TypeVar, cast

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fmorm import ConflictError, PortalRow, PortalRows, state
from fmorm.contrib.fastapi.matching import Match
from fmorm.errors import DeclarationError
from fmorm.model.annotations import split_optional
from fmorm.model.forms import refuse_unwritable
from fmorm.model.plan import plan_of
from fmorm.model.records import Record

M = TypeVar("M", bound=Record)
R = TypeVar("R", bound=PortalRow)


class Input(BaseModel, Generic[M]):
    """The body of a request that sets fields of a model, and no others.

    `class NewContact(Input[Contact], only={"name", "email"}): pass` has these two with the types of the model. A field
    that cannot be None is required; with `partial=True`, for PATCH, none is. What else a client sends is answered with
    422.
    """

    model_config = ConfigDict(extra="forbid")

    fmorm_model: ClassVar[type[Record]]
    fmorm_only: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, *, only: Collection[str] = (), partial: bool = False, **config: Any) -> None:
        """Declare the fields; raises AttributeError for those that cannot be set."""
        super().__init_subclass__(**config)
        if not only:
            return
        if isinstance(only, str):
            raise DeclarationError(f"{cls.__name__}: only= takes attributes, as in {{{only!r}}}, not a text")
        cls.fmorm_model = model = _model_of(cls)
        for attr in only:
            refuse_unwritable(plan_of(model), attr)
        cls.fmorm_only = frozenset(only)
        asked = {attr: _asked(model, attr, partial=partial) for attr in plan_of(model).fields if attr in only}
        cls.__annotations__ = asked | inspect.get_annotations(cls)

    @classmethod
    def __pydantic_init_subclass__(
        cls, *, only: Collection[str] = (), partial: bool = False, **config: Any
    ) -> None:
        super().__pydantic_init_subclass__(**config)

    def apply_to(self, record: M) -> None:
        """Set what was sent on a record; all of it, or nothing.

        Args:
            record: The record.

        Raises:
            RequestValidationError: The model's own validators refuse something; FastAPI answers with 422.
        """
        try:
            record.apply(self._sent(), only=self.fmorm_only)
        except ValidationError as error:
            raise _refused(error) from None

    def new(self) -> M:
        """Make a record of what was sent, for `db.create`.

        Returns:
            The record.

        Raises:
            RequestValidationError: The model's own validators refuse something; FastAPI answers with 422.
        """
        try:
            return cast("M", self.fmorm_model(**self._sent()))
        except ValidationError as error:
            raise _refused(error) from None

    def _sent(self) -> dict[str, Any]:
        return {attr: getattr(self, attr) for attr in self.fmorm_only & self.model_fields_set}


class RowInput(Input[R]):
    """A portal row in the body of a request: with its record id one that is there, without one a new one.

    Attributes:
        record_id: FileMaker's record id of the row; None for a new one.
        remove: Whether it is to be removed.
    """

    record_id: str | None = None
    remove: bool = False


def apply_rows(rows: PortalRows[R], sent: Iterable[RowInput[R]], match: Match | None = None) -> None:
    """Change, add and remove portal rows as a client has said; rows that it does not mention stay as they are.

    Args:
        rows: The portal of a record.
        sent: What the client has said.
        match: What the request has as `If-Match`. Then rows are added only where the client has seen all that there
            are: sent again after a lost reply, they would be there twice.

    Raises:
        ConflictError: Somebody else has removed a row that it changes, or added one.
        RequestValidationError: A validator refuses something.
    """
    for one in sent:
        if one.record_id is None:
            if not one.remove:
                if match is not None:
                    _refuse_unseen(rows, match)
                rows.append(one.new())
            continue
        try:
            row = rows.by_id(one.record_id)
        except LookupError:
            if one.remove:
                continue
            raise ConflictError(text=f"portal row {one.record_id} is there no more") from None
        if one.remove:
            rows.remove(row)
        else:
            one.apply_to(row)


def _refuse_unseen(rows: PortalRows[Any], match: Match) -> None:
    seen = {record_id for _, record_id in match.row_mods}
    there = {state(row).record_id for row in rows if not state(row).is_new}
    if match.mod_id is not ... and not there <= seen:
        raise ConflictError(text="there are portal rows that the request does not know of")


def _model_of(cls: type[BaseModel]) -> type[Record]:
    for base in cls.__mro__:
        told: Any = base.__dict__.get("__pydantic_generic_metadata__")
        if told and told["args"] and isinstance(told["args"][0], type):
            return cast("type[Record]", told["args"][0])
    raise DeclarationError(
        f"{cls.__name__}: say of which model, as in class {cls.__name__}(Input[Contact], only=…)"
    )


def _asked(model: type[Record], attr: str, *, partial: bool) -> Any:
    declared = model.model_fields[attr]
    held: Any = declared.annotation
    needed = not partial and not split_optional(held)[1]
    # A default out of a factory is not shown in the schema, where it would read as what an absent value means.
    default = Field(description=declared.description) if needed else _absent(declared.description)
    return Annotated[(held, *declared.metadata, default)]


def _absent(description: str | None) -> Any:
    return Field(default_factory=lambda: None, description=description)


def _refused(error: ValidationError) -> RequestValidationError:
    return RequestValidationError(
        [
            {**line, "loc": ("body", *line["loc"])}
            for line in error.errors(include_url=False, include_context=False)
        ]
    )
