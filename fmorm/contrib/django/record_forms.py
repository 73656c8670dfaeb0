"""Forms for records: fields of a model and rows of its portals, guarded by the mod ids that they were shown with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from fmorm import ConflictError, Database, FmormError, Model, RecordMissing, state
from fmorm.contrib.django.configuration import DEFAULT
from fmorm.contrib.django.connections import databases
from fmorm.contrib.django.refusals import SHOWN, blame, message_of
from fmorm.contrib.django.rows import RowForm, RowFormSet, ValuesForm, digits, row_values
from fmorm.contrib.django.sending import Sent, data_of, received, sent_by
from fmorm.contrib.django.sides import Difference
from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Record

CONFLICT = _(
    "Somebody else has saved this record since you opened it, and nothing of yours was saved. Compare both sides. "
    "Saving again keeps what you have changed, and leaves the rest as it is now."
)


class RecordForm(ValuesForm):
    """A form for one record of a model, made by `record_form`.

    Args:
        data: What a browser has sent, None for a form to show.
        files: As for any form of Django's.
        record: The record, as it is now; None for a new one.
        db: The database that it is of; the default one where it is left out.
        kwargs: As for any form of Django's.

    Attributes:
        record: The record; what was valid is set on it.
        rows: The rows of its portals, as formsets by attribute.
        conflict: What either side has changed, after `save` has met a change of somebody else's.
    """

    model: ClassVar[type[Model]]
    lists: ClassVar[frozenset[str]] = frozenset()
    portals: ClassVar[Mapping[str, type[RowFormSet]]] = {}

    mod_id = forms.CharField(widget=forms.HiddenInput, validators=[digits])

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        record: Model | None = None,
        db: Database | None = None,
        **kwargs: Any,
    ) -> None:
        self.db = databases[DEFAULT] if db is None else db
        self.record = self.model() if record is None else record
        self.conflict: list[Difference] = []
        self._expected: dict[tuple[str, str], str] = {}
        self._gone = False
        super().__init__(data, files, of=self.record, choices=self._choices(), **kwargs)
        if self.is_new:
            del self.fields["mod_id"]
        self.initial["mod_id"] = state(self.record).mod_id
        self.rows = {attr: self._row_forms(attr, kind) for attr, kind in self.portals.items()}

    @property
    def is_new(self) -> bool:
        """Whether it is the form of a record that does not exist yet."""
        return state(self.record).is_new

    def is_valid(self) -> bool:
        """Tell whether all was filled in rightly, in the rows, too."""
        return super().is_valid() and all(rows.is_valid() for rows in self.rows.values())

    def full_clean(self) -> None:
        """Read what was sent, and set it on the record."""
        super().full_clean()
        for attr, rows in self.rows.items() if self.is_bound else ():
            if rows.is_valid():
                self._take_rows(attr, rows)

    def _post_clean(self) -> None:
        self.apply(self.record)

    def save(self) -> bool:
        """Save what was changed, and nothing else, in one request; create the record where it is a new one.

        What FileMaker refuses becomes an error of the form: beside the field where it is known which one, else above
        them all. Where somebody else has saved the record meanwhile, nothing is written, `conflict` tells both sides,
        and the form shows them: it carries the new mod ids, so that sending it again saves on top of theirs.

        Returns:
            Whether it was saved. If not, show the form again.

        Raises:
            ValueError: The form is not valid.
            RecordMissing: The record is there no more.
            ConnectionFailed: The server was not reached.
        """
        if not self.is_valid():
            raise ValueError("the form is not valid: ask is_valid() before save()")
        try:
            self._write()
        except ConflictError as error:
            self._show_conflict(error.current)
        except SHOWN as error:
            if isinstance(error, RecordMissing):
                raise
            self._say(error)
        return not self.errors

    def _write(self) -> None:
        if self.is_new:
            self.db.create(self.record)
            return
        if self._gone:
            raise ConflictError
        self.db.save(self.record, expect=self.cleaned_data["mod_id"], expect_rows=self._expected)

    def _say(self, error: FmormError) -> None:
        form, attr = blame(error, self._written())
        (form or self).add_error(attr, message_of(error))

    def _written(self) -> Iterator[tuple[ValuesForm, str, Any, Plan]]:
        """Give what was sent: form, attribute, value, and the plan of its class."""
        plan = plan_of(self.model)
        yield from ((self, attr, value, plan) for attr, value in self.changes.items())
        for portal, rows in self.rows.items():
            row_plan = plan_of(plan.portals[portal].row)
            for form in rows.filled():
                if not form.removes:
                    yield from ((form, attr, value, row_plan) for attr, value in form.changes.items())

    # -- rows ------------------------------------------------------------------------------------------------

    def _choices(self) -> dict[str, list[tuple[str, str]]]:
        return {attr: self._listed(getattr(self.model, attr)) for attr in self.attrs if attr in self.lists}

    def _listed(self, term: Any) -> list[tuple[str, str]]:
        record = None if state(self.record).is_new else self.record
        return list(self.db.choices(term, record))

    def _row_forms(self, portal: str, kind: type[RowFormSet]) -> RowFormSet:
        attrs: tuple[str, ...] = kind.form.attrs
        term = getattr(self.model, portal)
        choices = {
            attr: self._listed(getattr(term, attr)) for attr in attrs if f"{portal}.{attr}" in self.lists
        }
        options: dict[str, Any] = {"prefix": self.add_prefix(portal), "form_kwargs": {"choices": choices}}
        if self.is_bound:  # each form says itself which row it is of, and what it has shown
            return kind(self.data, **options)
        rows = () if self.is_new else getattr(self.record, portal)
        return kind(initial=[row_values(row, attrs) for row in rows], **options)

    def _take_rows(self, portal: str, rows: RowFormSet) -> None:
        held: Any = getattr(self.record, portal)
        for form in rows.filled():
            if not form.record_number:
                row = form.new_row()
                if row is not None:
                    held.append(row)
            elif form.removes or form.changed:
                self._take_row(portal, held, form)

    def _take_row(self, portal: str, held: Any, form: RowForm) -> None:
        self._expected[portal, form.record_number] = form.cleaned_data["mod_id"]
        try:
            row = held.by_id(form.record_number)
        except LookupError:  # somebody has removed it; that it is to be removed is no contradiction
            self._gone = self._gone or not form.removes
            self._expected.pop((portal, form.record_number))
            return
        if form.removes:
            held.remove(row)
        else:
            form.apply(row)

    # -- conflicts -------------------------------------------------------------------------------------------

    def _show_conflict(self, current: Model | None) -> None:
        """Tell both sides, and put what people have changed on top of the record as it is now."""
        now = current or self.db.get(self.model, state(self.record).record_id)
        self.conflict = list(self._differences(now))
        data = self._on_top_of(now)
        self.record, self.data = now, data
        for attr, kind in self.portals.items():
            self.rows[attr] = kind(
                data, prefix=self.add_prefix(attr), form_kwargs=self.rows[attr].form_kwargs
            )
        self.add_error(None, CONFLICT)

    def _differences(self, now: Model) -> Iterator[Difference]:
        yield from _compared(self, now, "")
        for portal, rows in self.rows.items():
            there = {state(row).record_id: row for row in getattr(now, portal)}
            title = portal.replace("_", " ").capitalize()
            for form in rows.filled():
                if form.record_number:
                    yield from _compared(form, there.get(form.record_number), f"{title}: ")

    def _on_top_of(self, now: Model) -> Any:
        fresh = type(self)(record=now, db=self.db, prefix=self.prefix)
        sent = sent_by(fresh) | _kept(self, self)
        for portal, rows in fresh.rows.items():
            sent |= self._rows_on_top_of(rows, self.rows[portal])
        return data_of(sent)

    def _rows_on_top_of(self, fresh: RowFormSet, mine: RowFormSet) -> Sent:
        """Give what the rows send: all that are there now, with my changes, and those that I add, or add again."""
        sent: Sent = {}
        places = {str(form.initial.get("record_id")): form for form in fresh.initial_forms}
        added = 0
        for form in fresh.initial_forms:
            sent |= sent_by(form)
        for form in mine.filled():
            there = places.get(form.record_number)
            if there is not None:
                sent |= _kept(form, there)
            elif not form.removes and form.changed:
                place = fresh.empty_form
                place.prefix = fresh.add_prefix(len(places) + added)
                sent |= sent_by(place) | _values(form, place, form.attrs)
                added += 1
        counts = {"TOTAL": len(places) + added + fresh.extra, "INITIAL": len(places)}
        return sent | {f"{fresh.prefix}-{name}_FORMS": [str(count)] for name, count in counts.items()}


def _compared(form: ValuesForm, now: Record | None, title: str) -> Iterator[Difference]:
    for attr in form.attrs:
        theirs = None if now is None else getattr(now, attr)
        i_changed, they_changed = attr in form.changed, now is None or form.differs(attr, theirs)
        removes = isinstance(form, RowForm) and form.removes
        if i_changed or (they_changed and now is not None):
            value = None if removes else form.cleaned_data.get(attr)
            label = f"{title}{form.fields[attr].label}"
            yield Difference(label, value, theirs, i_changed or removes, they_changed, gone=now is None)


def _kept(mine: ValuesForm, fresh: ValuesForm) -> Sent:
    """Give what people have changed in one form, under the names of a newer one."""
    names = [*mine.changed, *(["DELETE"] if "DELETE" in mine.fields else [])]
    return _values(mine, fresh, names)


def _values(mine: ValuesForm, fresh: ValuesForm, names: Iterable[str]) -> Sent:
    return {fresh.add_prefix(name): received(mine.data, mine.add_prefix(name)) for name in names}
