"""Form classes out of models."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import new_class
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import FieldError
from django.forms import formset_factory

from fmorm import Model
from fmorm.contrib.django.fields import form_field
from fmorm.contrib.django.record_forms import RecordForm
from fmorm.contrib.django.rows import RowForm, RowFormSet
from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Record

F = TypeVar("F", bound=forms.Form)


def record_form(
    model: type[Model],
    *,
    fields: Iterable[str],
    portals: Mapping[str, Iterable[str]] | None = None,
    choices: Collection[str] = (),
    extra: int = 1,
    form: type[RecordForm] = RecordForm,
) -> type[RecordForm]:
    """Make a form class for a model. What is not named is never set, whatever a browser sends.

    Args:
        model: The model.
        fields: The attributes that people may set.
        portals: Attributes of the rows that people may set, change, add and remove, by the attribute of the portal.
        choices: The fields whose value list on the layout is to choose from: `"status"`, `"phones.label"`.
        extra: How many empty rows are shown for new ones.
        form: The class to derive from.

    Returns:
        The form class. Derive from it to replace form fields, as with any form of Django's.

    Raises:
        FieldError: The model has no such field or portal, or it cannot be set in a form.
    """
    plan, every = plan_of(model), dict(portals or {})
    if strange := [name for name in every if name not in plan.portals]:
        raise FieldError(f"{model.__name__} has no portal {', '.join(strange)}; it declares {plan.listing()}")
    attrs = tuple(fields)
    made: dict[str, Any] = _form_fields(plan, attrs, {name for name in choices if "." not in name})
    sets = {
        name: _row_set(plan_of(plan.portals[name].row), tuple(inner), _inner(choices, name), extra)
        for name, inner in every.items()
    }
    known = {*attrs, *(f"{name}.{attr}" for name, kind in sets.items() for attr in kind.form.attrs)}
    if unknown := [name for name in choices if name not in known]:
        raise FieldError(f"choices= names {', '.join(unknown)}, which the form does not have")
    own = {"model": model, "attrs": attrs, "lists": frozenset(choices), "portals": sets}
    return _derived(f"{model.__name__}Form", form, model, {**made, **own})


def _row_set(plan: Plan, attrs: tuple[str, ...], lists: set[str], extra: int) -> type[RowFormSet]:
    made: dict[str, Any] = _form_fields(plan, attrs, lists)
    own = {"attrs": attrs, "row": plan.cls}
    form = _derived(f"{plan.cls.__name__}Form", RowForm, plan.cls, {**made, **own})
    made_set: Any = formset_factory(form, formset=RowFormSet, extra=extra, can_delete=True)
    kind: type[RowFormSet] = made_set
    return kind


def _derived(name: str, base: type[F], of: type[Record], members: dict[str, Any]) -> type[F]:
    """Make a class derived from a form class, in the module of the model."""
    every = {**members, "__module__": of.__module__}
    made: type[F] = new_class(name, (base,), exec_body=lambda body: body.update(every))
    return made


def _inner(choices: Collection[str], portal: str) -> set[str]:
    return {name.partition(".")[2] for name in choices if name.startswith(f"{portal}.")}


def _form_fields(plan: Plan, attrs: tuple[str, ...], lists: set[str]) -> dict[str, forms.Field]:
    for attr in attrs:
        _refuse_unsettable(plan, attr)
    annotations = {attr: plan.cls.model_fields[attr].annotation for attr in attrs}
    return {
        attr: form_field(plan.fields[attr], annotations[attr], () if attr in lists else None)
        for attr in attrs
    }


def _refuse_unsettable(plan: Plan, attr: str) -> None:
    name = plan.cls.__name__
    if attr in plan.portals:
        raise FieldError(f"{name}.{attr} is a portal: portals={{{attr!r}: […]}}")
    if attr not in plan.fields:
        raise FieldError(f"{name} has no field {attr!r}; it declares {plan.listing()}")
    if plan.fields[attr].read_only:
        raise FieldError(f"{name}.{attr} cannot be in a form: {plan.fields[attr].read_only_error()}")
