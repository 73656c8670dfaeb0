"""Replies that do not fit the model: the record, the field and the raw text are named, and the others can be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import httpx
import pytest
from bad_input.conftest import Spoil
from bad_input.witness import each, told, unharmed
from scenarios.conftest import Office
from scenarios.office import Person

from fmorm import (
    Database,
    Field,
    MappingError,
    Model,
    Portal,
    PortalRow,
    Repeating,
    field,
    portal,
    repeating,
    state,
)


class Strict(Model, layout="person"):
    text: Field[str] = field("Text")
    whole: Field[int | None] = field("Whole")
    share: Field[float | None] = field("Share")
    exact: Field[Decimal | None] = field("Exact")
    yes: Field[bool] = field("Yes")
    day: Field[date | None] = field("Day")
    clock: Field[time | None] = field("Clock")
    moment: Field[datetime | None] = field("Moment")
    must: Field[int] = field("Must")


class Loose(Model, layout="person"):
    text: Field[str] = field("Text")


class Looser(Model, layout="person"):
    must: Field[str] = field("Must", kind="number")


BAD: list[tuple[str, Any]] = [
    ("Text", 5), ("Text", None), ("Text", True), ("Text", ["x"]), ("Text", {}),
    ("Whole", "twelve"), ("Whole", "12 years"), ("Whole", 1.5), ("Whole", "1.5"), ("Whole", None), ("Whole", True),
    ("Whole", [1]), ("Whole", "1,234"), ("Whole", "0x10"), ("Whole", "1_000"), ("Whole", "nan"), ("Whole", "\u0661"),
    ("Share", "half"), ("Share", "inf"), ("Share", "nan"), ("Share", "1e999"), ("Share", None), ("Share", [0.5]),
    ("Exact", "1,74"), ("Exact", "NaN"), ("Exact", "Infinity"), ("Exact", None), ("Exact", {}), ("Exact", "--1"),
    ("Yes", "yes"), ("Yes", 2), ("Yes", -1), ("Yes", "true"), ("Yes", None), ("Yes", True), ("Yes", "0.5"),
    ("Day", "13/01/2020"), ("Day", "02/30/2020"), ("Day", "17.04.2001"), ("Day", "00/00/0000"), ("Day", "?"),
    ("Day", "01/01/20200"), ("Day", "01/01/20"), ("Day", 20010417), ("Day", None), ("Day", ["01/01/2020"]),
    ("Day", "01/01/2020 00:00:00"), ("Day", "01/01/2020\n"), ("Day", False), ("Day", 0), ("Day",
    "\u0660\u0661/01/2020"),
    ("Clock", "25:00:00"), ("Clock", "12:60:00"), ("Clock", "noon"), ("Clock", "-01:00:00"), ("Clock", 12),
    ("Clock", None),
    ("Moment", "01/01/2020"), ("Moment", "13/01/2020 00:00:00"), ("Moment", "01/01/2020 24:00:00"), ("Moment", None),
    ("Moment", "01/01/2020 00:00:00Z"), ("Moment", "01/01/2020 00:00:61"), ("Moment", 0), ("Moment", {}),
    ("Moment", "0a/01/2020 00:00:00"), ("Moment", "01/01/2020 +0:00:00"), ("Moment", "01/01/2020 00:00:0\u0660"),
    ("Must", ""),
]  # fmt: skip

FITS: dict[str, Any] = {
    "Text": "x", "Whole": 1, "Share": 0.5, "Exact": "1.10", "Yes": 1, "Day": "04/17/2001", "Clock": "06:30:00",
    "Moment": "11/22/2026 08:09:10", "Must": 1,
}  # fmt: skip


def replying(
    *records: dict[str, Any], portals: dict[str, Any] | None = None
) -> Callable[[httpx.Request], httpx.Response]:
    data = [
        {"fieldData": fields, "portalData": portals or {}, "recordId": str(number), "modId": "0"}
        for number, fields in enumerate(records, 1)
    ]
    info = {"foundCount": len(data), "returnedCount": len(data)}
    content = {"response": {"dataInfo": info, "data": data}, "messages": [{"code": "0", "message": "OK"}]}
    return lambda _: httpx.Response(200, content=json.dumps(content).encode())


@pytest.mark.parametrize("name", list(dict.fromkeys(name for name, _ in BAD)))
def test_a_bad_cell_names_record_field_and_raw_text(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with unharmed(office, db):
        for raw in [raw for field_name, raw in BAD if field_name == name]:
            refuses(db, spoil, name, raw)
        monkeypatch.undo()


def refuses(db: Database, spoil: Spoil, name: str, raw: Any) -> None:
    spoil(replying(FITS, FITS | {name: raw}, FITS))
    for verb in each(lambda: db.find(Strict).all(), lambda: list(db.find(Strict))):
        with told(MappingError, "layout 'person', record 2", f"field '{name}'", "the server sent") as caught:
            verb()
        error: Any = caught.value
        assert (error.layout, error.record_id, error.field, error.portal) == ("person", "2", name, None)
        assert error.raw == raw
        assert repr(raw) in str(error)
    if name == "Text":
        assert [person.must for person in db.find(Looser).all()] == ["1"] * 3
    else:
        assert [person.text for person in db.find(Loose).all()] == ["x"] * 3


def test_what_fits_is_read_beside_it(db: Database, spoil: Spoil) -> None:
    spoil(replying(FITS))
    assert db.find(Strict).all()[0].model_dump() == {
        "text": "x", "whole": 1, "share": 0.5, "exact": Decimal("1.10"), "yes": True, "day": date(2001, 4, 17),
        "clock": time(6, 30), "moment": datetime(2026, 11, 22, 8, 9, 10), "must": 1,
    }  # fmt: skip


class Bumpy(Model, layout="person"):
    scores: Repeating[int | None] = repeating("Score", 3)
    days: Repeating[date | None] = repeating("Day", 2)


@pytest.mark.parametrize(
    ("name", "raw"), [("Score(2)", "ten"), ("Score(3)", 1.5), ("Day(1)", "x"), ("Day(2)", None)]
)
def test_a_bad_repetition_names_which(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, name: str, raw: Any
) -> None:
    good = {"Score(1)": 1, "Score(2)": 2, "Score(3)": "", "Day(1)": "", "Day(2)": "01/02/2020"}
    with unharmed(office, db):
        spoil(replying(good, good | {name: raw}))
        with told(MappingError, "layout 'person', record 2", rf"field '{name[:-3]}\({name[-2]}\)'"):
            db.find(Bumpy).all()
        spoil(replying(good))
        assert list(db.find(Bumpy).all()[0].scores) == [1, 2, None]
        monkeypatch.undo()


class Line(PortalRow, table="lines"):
    amount: Field[int | None] = field("Amount")
    due: Field[date | None] = field("Due")
    parts: Repeating[int | None] = repeating("Part", 2)


class Bill(Model, layout="person"):
    text: Field[str] = field("Text")
    lines: Portal[Line] = portal("bill lines")


@pytest.mark.parametrize(
    ("name", "raw"), [("Amount", "much"), ("Due", "soon"), ("Part(2)", "x"), ("Amount", None)]
)
def test_a_bad_cell_of_a_portal_row_names_portal_and_row(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, name: str, raw: Any
) -> None:
    good = {"lines::Amount": 1, "lines::Due": "", "lines::Part(1)": 1, "lines::Part(2)": "", "modId": "0"}
    rows = [good | {"recordId": "7"}, good | {"recordId": "8", f"lines::{name}": raw}]
    with unharmed(office, db):
        spoil(replying({"Text": "x"}, portals={"bill lines": rows}))
        bill = db.find(Bill).all()[0]
        assert bill.text == "x", "a bad row does not hide the record"
        for _ in range(2):
            with told(
                MappingError,
                "layout 'person'",
                r"portal Bill\.lines, row 8",
                "field 'lines::",
                "the server sent",
            ):
                list(bill.lines)
        with pytest.raises(MappingError):
            bill.lines.append(Line(amount=1))
        assert not state(bill).originals
        monkeypatch.undo()


def test_a_record_that_became_unreadable_keeps_what_was_changed(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    with unharmed(office, db, ann):
        spoil(replying({"Name": "Ann", "Born": "??"}))
        with told(MappingError, "record 1", "field 'Born'", r"'\?\?'"):
            db.reload(ann)
        monkeypatch.undo()
    again = office.open()
    again.save(ann)
    assert again.get(Person, 1).name == "Anne"


def test_text_of_a_real_number_field_is_told_and_mended_by_another_kind(office: Office, db: Database) -> None:
    """What people type into a number field, in the embedded server itself."""

    class Raw(Model, layout="person"):
        code: Field[str | None] = field("Code", kind="number")
        weight: Field[str | None] = field("Weight", kind="number")

    class Number(Model, layout="person"):
        weight: Field[float | None] = field("Weight")

    db.update(Raw, 1, {"weight": "about 60"})
    with unharmed(office, db):
        with told(MappingError, "record 1", "field 'Weight'", "'about 60'"):
            db.get(Number, 1)
        assert db.get(Number, 2).weight is None
        assert db.get(Raw, 1).weight == "about 60"
