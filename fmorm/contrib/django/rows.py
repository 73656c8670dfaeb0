"""The rows of a portal as a set of forms, each with the ids that it was shown with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as Misfit

from fmorm import PortalRow, state
from fmorm.contrib.django.fields import Pairs
from fmorm.contrib.django.sending import hidden, received
from fmorm.model.records import Record

digits = RegexValidator(r"\A[0-9]+\Z")


class ValuesForm(forms.Form):
    """A form for fields of one record or row.

    Beside each field it carries, hidden, what it has shown. So it knows what people have changed, also after somebody
    else has, and sets nothing else.

    Attributes:
        attrs: The attributes of the record that it sets.
    """

    attrs: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, *args: Any, of: Record | None = None, choices: Mapping[str, Pairs] | None = None, **kwargs: Any
    ) -> None:
        """Show the values of a record, with choices by attribute; the rest is Django's."""
        kwargs["initial"] = values_of(of, self.attrs) | dict(kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for attr in self.attrs:
            self.fields[attr].show_hidden_initial = True
        for attr, pairs in (choices or {}).items():
            field: Any = self.fields[attr]
            field.choices = [*field.choices, *pairs]

    @property
    def changed(self) -> list[str]:
        """The attributes that people have changed."""
        return [attr for attr in self.attrs if attr in self.changed_data]

    @property
    def changes(self) -> dict[str, Any]:
        """The values that people have changed, by attribute; those only that could be read."""
        return {attr: self.cleaned_data[attr] for attr in self.changed if attr in self.cleaned_data}

    def apply(self, record: Record) -> None:
        """Set what was changed on a record; what does not fit becomes an error of its field."""
        try:
            record.apply(self.changes, only=self.changes.keys())
        except Misfit as error:
            self.add_misfits(error)

    def add_misfits(self, error: Misfit) -> None:
        """Say beside the fields what the model does not take."""
        for line in error.errors(include_url=False):
            attr = next(iter(line["loc"]), None)
            self.add_error(str(attr) if attr in self.attrs else None, line["msg"])

    def differs(self, attr: str, theirs: Any) -> bool:
        """Whether a value is another one than the form has shown."""
        return hidden(self.fields[attr], theirs) != received(self.data, self[attr].html_initial_name)


class RowForm(ValuesForm):
    """A form for a portal row. One without a record id is for a new row."""

    record_id = forms.CharField(widget=forms.HiddenInput, required=False, validators=[digits])
    mod_id = forms.CharField(widget=forms.HiddenInput, required=False, validators=[digits])
    row: ClassVar[type[PortalRow]]

    def clean(self) -> dict[str, Any]:
        """Refuse a row that does not say which version of it was shown: its save would guard nothing."""
        if self.cleaned_data.get("record_id") and not self.cleaned_data.get("mod_id"):
            raise ValidationError(_("The form is incomplete: load the page again."))
        return self.cleaned_data

    @property
    def record_number(self) -> str:
        """The row's record id; empty for a new row."""
        return str(self.cleaned_data.get("record_id") or "")

    @property
    def removes(self) -> bool:
        """Whether the row is to be removed."""
        return bool(self.cleaned_data.get("DELETE"))

    @property
    def is_blank(self) -> bool:
        """Whether it is a new row in which nothing was written, or that was not wanted after all."""
        return not self.record_number and (self.removes or not self.changed)

    def new_row(self) -> PortalRow | None:
        """Make the new row; None where a value does not fit, which becomes an error of its field."""
        row = self.row()
        self.apply(row)
        return None if self.errors else row


if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet[RowForm]
else:
    _FormSet = forms.BaseFormSet


class RowFormSet(_FormSet):
    """The rows of a portal."""

    def filled(self) -> Iterator[RowForm]:
        """Give the forms that say something: of rows that exist, and of new ones in which something was written."""
        return (form for form in self.forms if not form.is_blank)


def values_of(record: Record | None, attrs: tuple[str, ...]) -> dict[str, Any]:
    """Give the values that a form shows of a record; of a new one those that it has.

    Raises:
        NotLoaded: A value of an existing record was not read.
    """
    if record is None:
        return {}
    if state(record).record_id is None:
        return {attr: vars(record)[attr] for attr in attrs if attr in vars(record)}
    return {attr: getattr(record, attr) for attr in attrs}


def row_values(row: PortalRow, attrs: tuple[str, ...]) -> dict[str, Any]:
    """Give the values that a form shows of a row, and its ids."""
    ids = state(row)
    return values_of(row, attrs) | {"record_id": ids.record_id, "mod_id": ids.mod_id}
