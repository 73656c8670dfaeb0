"""Checking one value that is set on a record."""

from __future__ import annotations

from contextvars import ContextVar
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, TypeAdapter

from fmorm.model.state import NOT_LOADED, state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fmorm.model.records import Record

_under_check: ContextVar[Record | None] = ContextVar("fmorm_under_check", default=None)
"""The record whose own validators are running: what they set on it is checked field by field."""

_set = object.__setattr__


class Checks:
    """What checks the values of one class."""

    def __init__(self, cls: type[Record], labels: Mapping[str, str]) -> None:
        """Check the fields of `cls` that `labels` names, under these names in messages."""
        self._cls = cls
        self._labels = labels
        decorators = cls.__pydantic_decorators__
        self.by_class = bool(
            decorators.field_validators
            or decorators.validators
            or decorators.model_validators
            or decorators.root_validators
        )

    @cached_property
    def _alone(self) -> dict[str, Callable[[Any], Any]]:
        return {attr: self._checker(attr, label) for attr, label in self._labels.items()}

    def _checker(self, attr: str, label: str) -> Callable[[Any], Any]:
        config = ConfigDict(**self._cls.model_config)
        config["title"] = label
        adapter = TypeAdapter[Any](self._cls.model_fields[attr].rebuild_annotation(), config=config)
        return adapter.validator.validate_python  # the adapter's own is a detour through Python

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
        checked = self._alone[attr](value)
        values = vars(record)
        record.__fmorm_state__.note(attr, values.get(attr, NOT_LOADED), checked)
        values[attr] = checked
        if (
            attr not in record.__pydantic_fields_set__
        ):  # shared by the records of a page: never changed in place
            _set(record, "__pydantic_fields_set__", record.__pydantic_fields_set__ | {attr})

    def _assign_by_class(self, record: Record, attr: str, value: Any) -> None:
        """Let the class's own validators decide, which may set other fields on the way."""
        before, given = vars(record), record.__pydantic_fields_set__
        originals = dict(state(record).originals)
        _set(record, "__pydantic_fields_set__", set(given))
        under_check = _under_check.set(record)
        try:
            self._cls.__pydantic_validator__.validate_assignment(record, attr, value)
        except BaseException:
            _set(record, "__dict__", before)
            _set(record, "__pydantic_fields_set__", given)
            state(record).originals = originals
            raise
        finally:
            _under_check.reset(under_check)
        state(record).note(attr, before.get(attr, NOT_LOADED), vars(record)[attr])
