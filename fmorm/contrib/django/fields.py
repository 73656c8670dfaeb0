"""Form fields for the fields of a model: by type, and such that what nobody has touched is not changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, get_args, get_origin

from django import forms
from django.core.exceptions import FieldError
from django.utils import timezone

from fmorm.model.annotations import plain_type
from fmorm.model.plan import FieldPlan
from fmorm.wire.values import Unreadable

Pairs = Sequence[tuple[str, str]]
"""Choices: what is stored, and what people see."""


class TextField(forms.CharField):
    """A text as it is: nothing is stripped, and a line break is FileMaker's one, not a browser's two letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> str | None:
        """Give the text with line breaks as Python has them."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if text else text

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Show a text of several lines in a box of several lines: a browser takes the breaks out of others."""
        bound = super().get_bound_field(form, field_name)
        if "\n" in str(bound.value() or "") and type(self.widget) is forms.TextInput:
            self.widget = forms.Textarea(self.widget.attrs | {"rows": 4})
        return bound


class TimestampField(forms.DateTimeField):
    """A timestamp without a zone, as FileMaker keeps it, whatever `USE_TZ` says."""

    def to_python(self, value: Any) -> datetime | None:
        """Give the moment as it was written."""
        with timezone.override(UTC):  # where every hour comes once, and none is left out
            moment = super().to_python(value)
        return None if moment is None else moment.replace(tzinfo=None)


class ChoiceField(forms.TypedChoiceField):
    """One of a few values, given by the value as FileMaker has it."""

    def prepare_value(self, value: Any) -> Any:
        """Give the value that stands for a member of an enum."""
        return value.value if isinstance(value, Enum) else value


class ManyChoicesField(forms.TypedMultipleChoiceField):
    """Several of a few values, each with a box."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        """Give the values that stand for members of an enum."""
        return [one.value if isinstance(one, Enum) else one for one in value or ()]


_BY_TYPE: Final[dict[type[Any], type[forms.Field]]] = {
    str: TextField,
    bool: forms.BooleanField,
    int: forms.IntegerField,
    float: forms.FloatField,
    Decimal: forms.DecimalField,
    date: forms.DateField,
    datetime: TimestampField,
    time: forms.TimeField,
    timedelta: forms.DurationField,
}

_WIDGETS: Final[dict[type[Any], tuple[Callable[..., forms.Widget], str, dict[str, str]]]] = {
    date: (forms.DateInput, "%Y-%m-%d", {"type": "date"}),
    datetime: (forms.DateTimeInput, "%Y-%m-%dT%H:%M:%S", {"type": "datetime-local", "step": "1"}),
    time: (forms.TimeInput, "%H:%M:%S", {"type": "time", "step": "1"}),
}
"""A browser's own input, in the only form that it takes, whatever the language of the page is."""

_LISTS: Final = (list, tuple, set, frozenset)


def form_field(plan: FieldPlan, annotation: Any, choices: Pairs | None = None) -> forms.Field:
    """Make the form field for a field of a model.

    Args:
        plan: The field.
        annotation: Its type, as the model declares it.
        choices: The values of its value list, where it has one.

    Returns:
        The form field. It is required where the model has nothing that stands for an empty field.

    Raises:
        FieldError: No form field fits; the message says what to declare instead.
    """
    held = plain_type(annotation)
    options: dict[str, Any] = {
        "required": _is_required(plan),
        "label": plan.attr.replace("_", " ").capitalize(),
    }
    if plan.repetitions:
        raise FieldError(f"{plan.label} has repetitions: declare a form field of your own for it")
    if get_origin(held) in _LISTS or held in _LISTS:
        return _of_list(plan, held, choices, options)
    members = _members(held)
    if members is not None:
        return ChoiceField(
            choices=[*_none(plan), *members], coerce=_coerce(held), empty_value=None, **options
        )
    if choices is not None:
        return ChoiceField(choices=[*_none(plan), *choices], empty_value="", **options)
    if held is bool:
        return forms.NullBooleanField(**options) if plan.codec.optional else forms.BooleanField(**options)
    if held is datetime and plan.codec.zone is not None:
        return forms.DateTimeField(widget=_widget(datetime), **options)
    if held in _WIDGETS:
        return _BY_TYPE[held](widget=_widget(held), **options)
    return _BY_TYPE.get(held, TextField)(**options)


def _is_required(plan: FieldPlan) -> bool:
    try:
        plan.codec.empty()
    except Unreadable:
        return True
    return False


def _of_list(plan: FieldPlan, held: Any, choices: Pairs | None, options: dict[str, Any]) -> forms.Field:
    inner = plain_type(next(iter(get_args(held)), str))
    offered = choices if choices is not None else _members(inner)
    if offered is None:
        raise FieldError(
            f"{plan.label} is a list: give it choices, or declare a form field of your own for it"
        )
    options["required"] = False
    return ManyChoicesField(choices=list(offered), coerce=_coerce(inner), **options)


def _members(held: Any) -> list[tuple[str, str]] | None:
    """Give the choices that a type itself has; None where it has none."""
    if get_origin(held) is Literal:
        return [(str(value), str(value)) for value in get_args(held)]
    if isinstance(held, type) and issubclass(held, Enum):
        return [(str(one.value), str(getattr(one, "label", one.name.capitalize()))) for one in held]
    return None


def _coerce(held: Any) -> Callable[[Any], Any]:
    """Give what makes the value of a type out of its text; the text itself for others, which the model converts."""
    values: Iterable[Any] = ()
    if get_origin(held) is Literal:
        values = get_args(held)
    elif isinstance(held, type) and issubclass(held, Enum):
        values = list(held)
    known = {str(one.value if isinstance(one, Enum) else one): one for one in values}

    def value_of(text: Any) -> Any:
        return known.get(str(text), text)

    return value_of


def _none(plan: FieldPlan) -> list[tuple[str, str]]:
    return [] if _is_required(plan) else [("", "")]


def _widget(held: type[Any]) -> forms.Widget:
    widget, form, attrs = _WIDGETS[held]
    return widget(attrs=attrs, format=form)
