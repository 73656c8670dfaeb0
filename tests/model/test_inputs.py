"""What a program gives: line breaks become those that are read; numbers and zones are no dates and times."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

import pytest
from annotated_types import MaxLen
from hypothesis import given
from hypothesis import strategies as st
from model.people import ORIGIN
from pydantic import ValidationError, field_validator

from fmorm import (
    DeclarationError,
    Field,
    Model,
    Portal,
    PortalRow,
    Repeating,
    field,
    portal,
    repeating,
    state,
)
from fmorm.model.build import build_records
from fmorm.model.plan import plan_of
from fmorm.model.source import Source


class Line(PortalRow, table="lines"):
    text: Field[str] = field("Text")


class Note(Model, layout="note"):
    text: Field[str] = field("Text")
    maybe: Field[str | None] = field("Maybe")
    short: Field[Annotated[str, MaxLen(3)]] = field("Short")
    code: Field[str | None] = field("Code", kind="number")
    many: Repeating[str | None] = repeating("Many", 2)
    lines: Portal[Line] = portal("lines")


class Seen(Note, layout="note"):
    seen: Field[str] = field("Seen")

    @field_validator("text", "seen")
    @classmethod
    def has_no_return(cls, value: str) -> str:
        assert "\r" not in value, "a validator sees the text as it is read"
        return value


class Moments(Model, layout="moments"):
    day: Field[date | None] = field("Day")
    clock: Field[time | None] = field("Clock")
    at: Field[datetime | None] = field("At")
    zoned: Field[datetime | None] = field("Zoned", kind="text")
    days: Repeating[date | None] = repeating("Days", 2)
    ats: Repeating[datetime | None] = repeating("Ats", 2)


class Watched(Moments, layout="moments"):
    @field_validator("day")
    @classmethod
    def look(cls, value: date | None) -> date | None:
        return value


BREAKS = ["a\r\nb", "a\rb", "a\nb"]
broken = pytest.mark.parametrize("text", BREAKS)
MODELS = pytest.mark.parametrize("model", [Note, Seen])


# -- line breaks ----------------------------------------------------------------------------------------------


@broken
@MODELS
def test_a_line_break_is_a_line_feed_wherever_text_is_given(model: type[Note], text: str) -> None:
    made = model(text=text, maybe=text, short=text, code=text, many=[text], lines=[Line(text=text)])
    assert (made.text, made.maybe, made.short, made.code) == ("a\nb",) * 4
    assert (made.many[0], made.lines[0].text) == ("a\nb", "a\nb")
    fresh = model()
    for attr in ("text", "maybe", "short", "code"):
        setattr(fresh, attr, text)
    fresh.many[1] = text
    fresh.lines.append(Line())
    fresh.lines[0].text = text
    assert (fresh.text, fresh.maybe, fresh.short, fresh.code) == ("a\nb",) * 4
    assert (fresh.many[1], fresh.lines[0].text) == ("a\nb", "a\nb")
    fresh.many = [text, None]
    assert fresh.many == ["a\nb", None]


@broken
def test_a_line_break_is_a_line_feed_in_what_is_validated_and_copied(text: str) -> None:
    values: dict[str, Any] = {"text": text, "many": [text], "lines": [{"text": text}]}
    expected = {"text": "a\nb", "many": ["a\nb"], "lines": [{"text": "a\nb"}]}
    assert Note.model_validate(values).model_dump() == expected
    assert Note.model_validate_json(json.dumps(values)).model_dump() == expected
    assert Note(text="x").model_copy(update={"text": text}).text == "a\nb"
    assert Note.model_validate({"text": text.encode()}).text == "a\nb"
    assert plan_of(Note).checks.alone("maybe", text) == "a\nb"


@broken
@MODELS
def test_text_that_is_set_to_what_was_read_is_no_change(model: type[Note], text: str) -> None:
    fields = {"Text": "a\rb", "Seen": "", "Many(1)": "a\rb", "Many(2)": ""}
    raw = {"fieldData": fields, "portalData": {}, "recordId": "1", "modId": "0"}
    (loaded,) = build_records(plan_of(model), [raw], Source(ORIGIN))
    assert isinstance(loaded, Note)
    loaded.text, loaded.many[0] = text, text
    assert not loaded.__fmorm_dirty__()


def test_a_default_has_line_feeds() -> None:
    class Defaulted(Model, layout="note"):
        text: Field[str] = field("Text", default="a\r\nb")

    assert Defaulted().text == "a\nb"


@given(st.text(alphabet="\r\nab"))
def test_no_carriage_return_is_ever_held(text: str) -> None:
    held = Note(text=text).text
    assert "\r" not in held
    assert held.splitlines() == text.splitlines()
    assert Note(text=held).text == held


def test_a_repetition_that_travelled_still_checks() -> None:
    made = pickle.loads(pickle.dumps(Note(many=["x"])))
    made.many[0] = "a\rb"
    assert made.many[0] == "a\nb"


# -- numbers for dates and times ------------------------------------------------------------------------------

NUMBERS: list[Any] = [
    0,
    5,
    -1,
    1.5,
    True,
    Decimal(5),
    "5",
    " 5 ",
    "-5",
    "+1.5",
    "20240229",
    "1e3",
    "nan",
    b"5",
]
numbers = pytest.mark.parametrize("number", NUMBERS, ids=repr)


@numbers
@pytest.mark.parametrize("model", [Moments, Watched])
@pytest.mark.parametrize("attr", ["day", "clock", "at", "zoned"])
def test_a_number_is_no_date_or_time(model: type[Moments], attr: str, number: Any) -> None:
    made = model()
    with pytest.raises(
        ValidationError, match=r"A number is not taken for a moment: give a datetime\..*ISO text"
    ):
        setattr(made, attr, number)
    with pytest.raises(ValidationError, match="A number is not taken for a moment"):
        model.model_validate({attr: number})
    assert state(made).originals == {}
    with pytest.raises(ValidationError, match=rf"Moments\.{attr}"):
        plan_of(Moments).checks.alone(attr, number)
    with pytest.raises((TypeError, ValueError), match=rf"Moments\.{attr} holds"):
        _ = getattr(Moments, attr) == number


@numbers
def test_a_number_is_no_date_in_a_repetition(number: Any) -> None:
    with pytest.raises(ValidationError, match="A number is not taken"):
        Moments(days=[number])
    made = Moments()
    with pytest.raises(ValidationError, match="A number is not taken"):
        made.days[0] = number
    assert made.days.known() == {}


def test_a_number_is_no_date_in_json() -> None:
    with pytest.raises(ValidationError, match="A number is not taken"):
        Moments.model_validate_json('{"day": 5}')


def test_iso_text_is_a_date_or_time() -> None:
    made = Moments.model_validate({"day": "2026-11-22", "clock": "06:30", "at": "2026-11-22T06:30:00"})
    assert (made.day, made.clock, made.at) == (date(2026, 11, 22), time(6, 30), datetime(2026, 11, 22, 6, 30))
    made = Moments.model_validate({"at": date(2026, 11, 22), "days": ["2026-11-22", None]})
    assert (made.at, list(made.days)) == (datetime(2026, 11, 22), [date(2026, 11, 22), None])
    values: Any = made
    values.day, values.clock, values.at = "2026-11-23", "07:30:01.5", "2026-11-22 06:30"
    assert (made.day, made.clock, made.at) == (
        date(2026, 11, 23),
        time(7, 30, 1, 500_000),
        datetime(2026, 11, 22, 6, 30),
    )


def test_a_constraint_still_holds_for_what_is_given() -> None:
    with pytest.raises(ValidationError, match="at most 3 characters"):
        Note(short="a\r\nbc")
    assert Note(short="a\r\nb").short == "a\nb"


# -- time zones -----------------------------------------------------------------------------------------------

ZONED: list[tuple[str, Any]] = [
    ("at", datetime(2026, 11, 22, tzinfo=UTC)),
    ("at", "2026-11-22T06:30:00Z"),
    ("at", "2026-11-22T06:30:00+01:00"),
    ("clock", time(6, 30, tzinfo=UTC)),
]


@pytest.mark.parametrize(("attr", "value"), ZONED)
@pytest.mark.parametrize("model", [Moments, Watched])
def test_a_time_zone_is_refused_when_it_is_given(model: type[Moments], attr: str, value: Any) -> None:
    made = model()
    with pytest.raises(ValidationError, match="FileMaker keeps no time zone: give the value without tzinfo"):
        setattr(made, attr, value)
    assert (vars(made), state(made).originals) == ({}, {})
    with pytest.raises(ValidationError, match=rf"\.{attr}: FileMaker keeps no time zone"):
        model.model_validate({attr: value})
    with pytest.raises(ValidationError, match="FileMaker keeps no time zone"):
        made.ats[0] = datetime(2026, 11, 22, tzinfo=UTC)
    with pytest.raises(ValidationError, match="FileMaker keeps no time zone"):
        model(ats=[datetime(2026, 11, 22, tzinfo=UTC)])


def test_a_default_with_a_zone_is_refused_when_the_class_is_made() -> None:
    def declare() -> type[Model]:
        class Wrong(Model, layout="moments"):
            at: Field[datetime] = field("At", default=datetime(2026, 11, 22, tzinfo=UTC))

        return Wrong

    with pytest.raises(DeclarationError, match="FileMaker keeps no time zone"):
        declare()


def test_a_timestamp_that_is_kept_in_a_text_field_keeps_its_zone() -> None:
    zoned = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    made = Moments(zoned=zoned)
    assert made.zoned == zoned
    made.zoned = datetime(2026, 11, 23, tzinfo=UTC)
    assert plan_of(Moments).fields["zoned"].codec.write(made.zoned) == "2026-11-23T00:00:00+00:00"
