"""Checking one value that is set on a record."""

from __future__ import annotations

from contextvars import ContextVar
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, ConfigDict, TypeAdapter

from fmorm.model.declare import is_constrained
from fmorm.model.inputs import quick
from fmorm.model.repetitions import value_validator
from fmorm.model.state import NOT_LOADED, State, state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fmorm.model.plan import FieldPlan
    from fmorm.model.records import Record

_under_check: ContextVar[Record | None] = ContextVar("fmorm_under_check", default=None)
"""The record whose own validators are running: what they set on it is checked field by field."""

_set = object.__setattr__


def checked_type(held: Any, field: FieldPlan) -> Any:
    """Give the type that checks a field's values.

    Args:
        held: The declared type.
        field: The field, which may refuse what fits the type.

    Returns:
        The type for pydantic.
    """
    return Annotated[held, AfterValidator(field.admitted)] if field.guarded else held


def put(record: Record, known: State, attr: str, checked: Any) -> None:
    """Set a value that was checked already, and note in the record's state what it replaces."""
    values = record.__dict__
    known.note(attr, values.get(attr, NOT_LOADED), checked)
    values[attr] = checked  # pyright: ignore[reportIndexIssue]  # it is the dict itself; vars() would be a call more
    if known.given_noted:
        given = record.__pydantic_fields_set__
        if attr not in given:
            _set(record, "__pydantic_fields_set__", given | {attr})


class Checks:
    """What checks the values of one class."""

    def __init__(self, cls: type[Record], fields: Mapping[str, FieldPlan]) -> None:
        """Check the fields of `cls`, by attribute."""
        self._cls = cls
        self._fields = fields
        decorators = cls.__pydantic_decorators__
        self.by_class = bool(
            decorators.field_validators
            or decorators.validators
            or decorators.model_validators
            or decorators.root_validators
        )

    @cached_property
    def _alone(self) -> dict[str, Callable[[Any], Any]]:
        return {attr: self._checker(attr, field) for attr, field in self._fields.items()}

    def setters(self) -> dict[str, Callable[[Any], Any]]:
        """Give the checks of the fields for which nothing else is to be looked at when they are set."""
        if self.by_class or self._cls.model_config.get("frozen"):
            return {}
        plain = (field for field in self._fields.values() if not field.read_only and not field.repetitions)
        return {field.attr: self._alone[field.attr] for field in plain}

    def _checker(self, attr: str, field: FieldPlan) -> Callable[[Any], Any]:
        config = ConfigDict(**self._cls.model_config)
        config["title"] = field.label
        info = self._cls.model_fields[attr]
        held = checked_type(info.rebuild_annotation(), field)
        check = value_validator(held, config)
        mended = field.guarded or is_constrained(info) or any(option.startswith("str_") for option in config)
        return check if mended else quick(info.annotation, check)

    def _admitted(self, attr: str, value: Any) -> Any:
        """Check what the class's own check has made of a value; raises pydantic.ValidationError."""
        field = self._fields[attr]
        return TypeAdapter[Any](
            checked_type(Any, field), config=ConfigDict(title=field.label)
        ).validate_python(value)

    def alone(self, attr: str, value: Any) -> Any:
        """Check one value by its field alone.

        Args:
            attr: The field's attribute.
            value: The value.

        Returns:
            The value as the field holds it.

        Raises:
            pydantic.ValidationError: It does not fit the field.
        """
        return self._alone[attr](value)

    def assign(self, record: Record, attr: str, value: Any) -> None:
        """Check a value, set it on a record, and note what it replaces; where it is refused, nothing changes.

        Args:
            record: The record.
            attr: The field's attribute.
            value: The value.

        Raises:
            pydantic.ValidationError: The field, or a validator of the class, refuses it.
        """
        if self.by_class and _under_check.get() is not record:
            self._assign_by_class(record, attr, value)
            return
        put(record, record.__fmorm_state__, attr, self._alone[attr](value))

    def together(self, values: Mapping[str, Any]) -> Record:
        """Check values of one record together, by their fields and by the class's own validators.

        Args:
            values: Values by attribute; what is left out is taken for not loaded, and no default stands in.

        Returns:
            An object with the values as the fields hold them.

        Raises:
            pydantic.ValidationError: It names every value that does not fit.
        """
        checked: Record = self._cls.__pydantic_validator__.validate_python(dict(values), context=State())
        return checked

    def _assign_by_class(self, record: Record, attr: str, value: Any) -> None:
        """Let the class's own validators decide, which may set other fields on the way."""
        before, given = vars(record), record.__pydantic_fields_set__
        originals = dict(state(record).originals)
        _set(record, "__pydantic_fields_set__", set(given))
        under_check = _under_check.set(record)
        try:
            self._cls.__pydantic_validator__.validate_assignment(record, attr, value)
            if self._fields[attr].guarded:
                vars(record)[attr] = self._admitted(attr, vars(record)[attr])
        except BaseException:
            _set(record, "__dict__", before)
            _set(record, "__pydantic_fields_set__", given)
            state(record).originals = originals
            raise
        finally:
            _under_check.reset(under_check)
        state(record).note(attr, before.get(attr, NOT_LOADED), vars(record)[attr])
