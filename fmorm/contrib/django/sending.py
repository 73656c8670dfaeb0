"""What a browser would send of a form, so that one can be shown again on top of a newer record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict

Sent = dict[str, list[str]]
"""Texts by the names of a form's inputs."""


def sent_by(form: forms.BaseForm) -> Sent:
    """Give what a browser would send of a form that was not filled in; files are left out."""
    sent: Sent = {}
    for bound in form:
        sent[bound.html_name] = _texts(bound.field.widget, bound.value())
        if bound.field.show_hidden_initial:
            sent[bound.html_initial_name] = hidden(bound.field, bound.initial)
    return sent


def hidden(field: forms.Field, value: Any) -> list[str]:
    """Give what the hidden input sends that keeps a value as it was shown."""
    return _texts(field.hidden_widget(), field.prepare_value(value))


def received(data: Mapping[str, Any], name: str) -> list[str]:
    """Give what has been sent under a name, with line breaks as Python has them."""
    if isinstance(data, MultiValueDict):
        given = cast("Iterable[Any]", data.getlist(name))
    else:
        value: Any = data.get(name)
        given = () if value is None else _every(value)
    return [str(one).replace("\r\n", "\n") for one in given]


def data_of(sent: Sent) -> MultiValueDict[str, str]:
    """Give what was sent as a form takes it."""
    return MultiValueDict({name: texts for name, texts in sent.items() if texts})


def _texts(widget: forms.Widget, value: Any) -> list[str]:
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    if isinstance(widget, forms.MultipleHiddenInput):
        return [str(one) for one in value or ()]
    shown: Any = widget.format_value(value)
    return ["" if one is None else str(one) for one in _every(shown)]


def _every(value: Any) -> Iterable[Any]:
    return cast("Iterable[Any]", value) if isinstance(value, (list, tuple)) else (value,)
