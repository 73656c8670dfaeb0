"""What the form of a contact holds: its values, what they were when it was shown, and the mod ids of that time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from contacts.contacts import Contact, Phone
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from fmorm import PortalRow, state

LABELS = {
    "name": "Name",
    "company": "Company",
    "email": "E-mail",
    "category": "Category",
    "birthday": "Birthday",
    "city": "City",
    "notes": "Notes",
}
ROW = ("label", "number")
NEW = "new"
"""What the ids of rows begin with that FileMaker does not have yet."""

Texts = dict[str, str]


class Difference(NamedTuple):
    """What one of two people has changed; None is what one has left alone."""

    label: str
    before: str
    mine: str | None
    theirs: str | None


@dataclass
class Line:
    """One telephone number in the form."""

    record_id: str
    mod_id: str = ""
    was: Texts = field(default_factory=lambda: dict.fromkeys(ROW, ""))
    now: Texts = field(default_factory=lambda: dict.fromkeys(ROW, ""))
    removed: bool = False

    @property
    def is_new(self) -> bool:
        """Whether FileMaker does not have it yet."""
        return self.record_id.startswith(NEW)

    @property
    def is_changed(self) -> bool:
        """Whether it is to be saved."""
        return not self.is_new if self.removed else self.now != self.was

    def apply_to(self, contact: Contact) -> None:
        """Change, add or remove the row."""
        if self.is_new:
            row = Phone()
            row.apply(self.now, only=ROW)
            contact.phones.append(row)
            return
        row = contact.phones.by_id(self.record_id)
        if self.removed:
            contact.phones.remove(row)
        else:
            row.apply(changed(self.was, self.now), only=ROW)


@dataclass
class Sheet:
    """The form of a contact."""

    mod_id: str
    was: Texts
    now: Texts
    lines: list[Line]

    @classmethod
    def blank(cls) -> Sheet:
        """Give the form for a new contact."""
        return cls("", dict.fromkeys(LABELS, ""), dict.fromkeys(LABELS, ""), [])

    @classmethod
    def of(cls, contact: Contact) -> Sheet:
        """Give the form that shows a contact."""
        values = {name: text(getattr(contact, name)) for name in LABELS}
        lines = [_line(row) for row in contact.phones]
        return cls(state(contact).mod_id or "", values, dict(values), lines)

    @classmethod
    def sent(cls, form: MultiDict[str, str]) -> Sheet:
        """Take what a browser has sent."""

        def taken(name: str) -> str:
            return form.get(name, "").replace("\r\n", "\n")

        def line(record_id: str) -> Line:
            return Line(
                record_id,
                taken(f"mod-{record_id}"),
                {name: taken(f"was-{record_id}-{name}") for name in ROW},
                {name: taken(f"{record_id}-{name}") for name in ROW},
                f"remove-{record_id}" in form,
            )

        was = {name: taken(f"was-{name}") for name in LABELS}
        return cls(
            taken("mod_id"), was, {name: taken(name) for name in LABELS}, [*map(line, form.getlist("row"))]
        )

    def with_blank_row(self) -> Sheet:
        """Give it with an empty row at the end, for another number."""
        free = [line for line in self.lines if line.is_new and not any(line.now.values())]
        return self if free else replace(self, lines=[*self.lines, Line(f"{NEW}{len(self.lines)}")])

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to save."""
        return self.now != self.was or any(line.is_changed for line in self.lines)

    @property
    def row_mods(self) -> Texts:
        """The mod ids that the rows must still have which this changes or removes."""
        return {line.record_id: line.mod_id for line in self.lines if line.is_changed and not line.is_new}

    @property
    def is_guarded(self) -> bool:
        """Whether all the mod ids are there, as in every form that this site has made."""
        return bool(self.mod_id) and all(self.row_mods.values())

    def has_lost_rows(self, contact: Contact) -> bool:
        """Whether somebody else has removed a row that was changed here."""
        return not self.row_mods.keys() <= {state(row).record_id for row in contact.phones}

    def apply_to(self, contact: Contact) -> None:
        """Put what was changed, and nothing else, onto a contact.

        Raises:
            ValidationError: Some value does not fit.
        """
        contact.apply(changed(self.was, self.now), only=LABELS)
        known = {line.record_id for line in self.lines}
        added = [_line(row).now for row in contact.phones if state(row).record_id not in known]
        for line in self.lines:
            if line.is_new and line.now in added:
                continue  # a second click: the first one has added it
            if line.is_changed:
                line.apply_to(contact)

    def on_top_of(self, theirs: Sheet) -> tuple[Sheet, list[Difference]]:
        """Put what was changed here on top of what somebody else has saved.

        Args:
            theirs: The form as it would be shown now.

        Returns:
            The form to show, with everything that was typed, and what each has changed.
        """
        now, found = _merged(LABELS, self.was, self.now, theirs.now)
        mine = {line.record_id: line for line in self.lines}
        lines: list[Line] = []
        for line in theirs.lines:
            merged, more = _merged_line(mine.pop(line.record_id, None), line)
            lines.append(merged)
            found += more
        for line in mine.values():  # they have never had it, or removed it
            if line.is_changed and not line.removed:
                lines.append(Line(f"{NEW}{len(lines)}", now=line.now))
            if not line.is_new and not line.removed:
                found.append(
                    Difference(
                        "Telephone", _words(line.was), _if(line.is_changed, _words(line.now)), "removed"
                    )
                )
        return replace(theirs, now=now, lines=lines), found


def _merged_line(mine: Line | None, theirs: Line) -> tuple[Line, list[Difference]]:
    if mine is None:
        return theirs, [Difference("Telephone", "", None, _words(theirs.now))]
    if mine.removed:
        differs = theirs.now != mine.was
        found = [Difference("Telephone", _words(mine.was), "removed", _words(theirs.now))] if differs else []
        return replace(theirs, removed=True), found
    labels = {name: f"Telephone, {name}" for name in ROW}
    now, found = _merged(labels, mine.was, mine.now, theirs.now)
    return replace(theirs, now=now), found


def _merged(
    labels: Mapping[str, str], was: Texts, mine: Texts, theirs: Texts
) -> tuple[Texts, list[Difference]]:
    """Take mine where I have changed something, else theirs; and tell what either has changed."""
    now = {name: mine[name] if mine[name] != was[name] else theirs[name] for name in labels}
    found = [
        Difference(
            label,
            was[name],
            _if(mine[name] != was[name], mine[name]),
            _if(theirs[name] != was[name], theirs[name]),
        )
        for name, label in labels.items()
        if mine[name] != theirs[name]
    ]
    return now, found


def _if(is_changed: bool, value: str) -> str | None:
    return value if is_changed else None


def _words(values: Texts) -> str:
    return " ".join(filter(None, values.values()))


def _line(row: PortalRow) -> Line:
    values = {name: text(getattr(row, name)) for name in ROW}
    return Line(state(row).record_id or "", state(row).mod_id or "", values, dict(values))


def changed(was: Texts, now: Texts) -> Texts:
    """Give the values that are not what they were."""
    return {name: value for name, value in now.items() if value != was[name]}


def text(value: object) -> str:
    """Write a value as an input of HTML has it."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def problems(error: ValidationError) -> Texts:
    """Give what does not fit, by the name of the box."""
    return {str(line["loc"][0]): line["msg"] for line in error.errors(include_url=False)}
