"""Values that are written in words of their own: durations, enums, literals, lists, truths, moments of a zone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from fmorm.wire.parsing import parse_json
from fmorm.wire.values import NO_ACCESS, Codec, Kind, NotShown, Unreadable, Withheld, codec, moments
from fmorm.wire.values.choices import enum_codec, literal_codec
from fmorm.wire.values.lists import list_codec
from fmorm.wire.values.truths import lenient_codec, words_codec
from fmorm.wire.values.zones import zoned_codec
from fmorm.wire.withheld import parse_reply

OSLO = ZoneInfo("Europe/Oslo")
KOLKATA = timezone(timedelta(hours=5, minutes=30))


class Colour(StrEnum):
    RED = "red"
    BLUE = "light blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2**60


class Ratio(Enum):
    HALF = Decimal("0.5")
    THIRD = Decimal("0.3333333333333333333333333")


def plain(kind: Kind, held: type[Any], *, optional: bool = False) -> Codec:
    return codec(kind, held, optional=optional)


TEXT, NUMBER = plain(Kind.TEXT, str), plain(Kind.NUMBER, int)
DURATION = plain(Kind.TIME, timedelta)
COLOUR = enum_codec(TEXT, Colour)
LEVEL = enum_codec(NUMBER, Level)
RATIO = enum_codec(plain(Kind.NUMBER, Decimal), Ratio)
STATUS = literal_codec(TEXT, ("open", "closed"))
SAID = words_codec(TEXT, "Yes", "No")
FLAG = lenient_codec(plain(Kind.NUMBER, bool))
MOMENT = zoned_codec(plain(Kind.TIMESTAMP, datetime), OSLO)

LINES = st.text(min_size=1).filter(lambda text: "\r" not in text and "\n" not in text)
CODECS: dict[str, tuple[Codec, st.SearchStrategy[Any]]] = {
    "durations": (DURATION, st.timedeltas()),
    "enums of text": (COLOUR, st.sampled_from(Colour)),
    "enums of int": (LEVEL, st.sampled_from(Level)),
    "enums of Decimal": (RATIO, st.sampled_from(Ratio)),
    "literals": (STATUS, st.sampled_from(["open", "closed"])),
    "words": (SAID, st.booleans()),
    "lenient": (FLAG, st.booleans()),
    "lists": (list_codec(TEXT, list), st.lists(LINES)),
    "tuples": (list_codec(TEXT, tuple), st.lists(LINES).map(tuple)),
    "sets": (list_codec(TEXT, set), st.sets(LINES)),
    "frozensets": (list_codec(TEXT, frozenset), st.frozensets(LINES)),
    "lists of int": (list_codec(plain(Kind.TEXT, int), list), st.lists(st.integers(-(10**58), 10**58))),
    "lists of enum": (list_codec(COLOUR, list), st.lists(st.sampled_from(Colour))),
}


def over_the_wire(value: Any) -> Any:
    """What a server gives back that keeps a value as it was sent."""
    return parse_json(json.dumps(value).encode())


@pytest.mark.parametrize("name", CODECS)
@settings(deadline=None)
@given(data=st.data())
def test_a_value_that_is_written_reads_back_the_same(name: str, data: st.DataObject) -> None:
    made, values = CODECS[name]
    value = data.draw(values)
    written = made.write(value)
    back = made.read(over_the_wire(written))
    assert back == value
    assert type(back) is type(value)
    assert made.write(back) == written, "a second write sends something else"


def reads(made: Codec, *pairs: tuple[Any, Any]) -> None:
    for raw, value in pairs:
        assert made.read(raw) == value, raw


def refuses(made: Codec, words: str, *raws: Any) -> None:
    for raw in raws:
        with pytest.raises(Unreadable, match=words):
            made.read(raw)


def writes_not(made: Codec, words: str, *values: Any) -> None:
    for value in values:
        with pytest.raises(ValueError, match=words):
            made.write(value)


# -- durations -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("00:00:00", timedelta()),
        ("26:30:00", timedelta(hours=26, minutes=30)),
        ("-00:00:01", timedelta(seconds=-1)),
        ("-26:00:00.5", -timedelta(hours=26, milliseconds=500)),
        ("1000000:00:00", timedelta(hours=1_000_000)),
        ("08:00:00.000001", timedelta(hours=8, microseconds=1)),
        ("08:00:00.1200000", timedelta(hours=8, milliseconds=120)),
    ],
)
def test_durations(raw: str, value: timedelta) -> None:
    assert DURATION.read(raw) == value
    assert DURATION.read(DURATION.write(value)) == value


@pytest.mark.parametrize(
    "raw",
    ["8:00", "08:60:00", "08:00:60", "x", 5, "08:00:00.0000001", "9" * 30 + ":00:00", "9" * 5000 + ":00:00"],
)
def test_what_is_no_duration(raw: Any) -> None:
    refuses(DURATION, "not a time", raw)


@pytest.mark.parametrize("raw", ["24:00:00", "-00:00:01", "26:30:00.5"])
def test_a_time_of_day_refuses_a_duration_and_says_what_to_declare(raw: str) -> None:
    refuses(plain(Kind.TIME, time), "timedelta", raw)


@pytest.mark.parametrize("name", ["_strict_time", "_strict_timestamp"])
def test_what_stands_in_for_a_python_that_takes_24_00_refuses_it(name: str) -> None:
    read: Callable[[str], object] = vars(moments)[name]
    day = "2024-02-29 " if name == "_strict_timestamp" else ""
    with pytest.raises(ValueError, match="24"):
        read(f"{day}24:00:00")
    assert str(read(f"{day}23:24:25")) == f"{day}23:24:25"


@pytest.mark.parametrize("raw", ["24:00", "T24:00:00", "2400"])
def test_a_time_in_a_text_field_is_not_24_00(raw: str) -> None:
    refuses(plain(Kind.TEXT, time), "not a time", raw)


# -- enums and literals ----------------------------------------------------------------------------------


def test_an_unknown_value_names_those_that_are_allowed() -> None:
    refuses(COLOUR, "'red', 'light blue', the values of Colour", "green", "Red")
    refuses(LEVEL, "none of 1, ", 3)
    refuses(LEVEL, "fraction", 1.5)
    refuses(STATUS, "none of 'open', 'closed'", "Open")


def test_an_empty_enum_is_told_or_none_or_the_member_of_the_empty_text() -> None:
    class Mark(StrEnum):
        NONE = ""
        SOME = "x"

    refuses(COLOUR, r"declare it as Colour \| None", "")
    assert enum_codec(plain(Kind.TEXT, str, optional=True), Colour).read("") is None
    assert enum_codec(TEXT, Mark).read("") is Mark.NONE
    assert literal_codec(TEXT, ("", "x")).read("") == ""


def test_an_enum_may_make_members_of_unknown_values_by_itself() -> None:
    class Open(StrEnum):
        OTHER = "other"

        @classmethod
        def _missing_(cls, value: object) -> Open:
            return cls.OTHER

    assert enum_codec(TEXT, Open).read("whatever") is Open.OTHER


def test_only_members_are_written() -> None:
    writes_not(COLOUR, "no Colour", "green", 5)
    writes_not(STATUS, "none of", "other")


# -- lists -----------------------------------------------------------------------------------------------


def test_lists_are_lines() -> None:
    made = list_codec(TEXT, list)
    reads(
        made, ("", []), ("a", ["a"]), ("a\rb", ["a", "b"]), ("a\nb", ["a", "b"]), ("b\ra\rb", ["b", "a", "b"])
    )
    assert made.write(["a", "b"]) == "a\rb"
    assert made.write([]) == ""


def test_lines_without_text_are_no_values() -> None:
    reads(list_codec(TEXT, list), ("a\r", ["a"]), ("\ra\r\rb", ["a", "b"]), ("\r", []))


def test_a_number_field_that_shows_a_checkbox_set_is_read_as_well() -> None:
    reads(list_codec(plain(Kind.TEXT, int), list), (3, [3]), ("1\r3", [1, 3]))


def test_each_empty_list_is_another() -> None:
    made = list_codec(TEXT, list)
    assert made.read("") is not made.read("")


def test_a_value_of_a_list_is_one_line() -> None:
    made = list_codec(TEXT, list)
    writes_not(made, "line break", ["a\nb"], ["a\rb"])
    writes_not(made, "empty", ["a", ""])
    writes_not(made, "no str", [5], [None])
    writes_not(made, "no list", "ab", ("a",))
    writes_not(list_codec(plain(Kind.TEXT, int), list), "read back|no int|number", [True])


def test_sets_are_written_in_order() -> None:
    assert list_codec(TEXT, set).write({"b", "a", "c"}) == "a\rb\rc"


def test_a_value_that_does_not_fit_spoils_the_list() -> None:
    refuses(list_codec(COLOUR, list), "green|none of", "red\rgreen")


# -- true and false --------------------------------------------------------------------------------------


def test_words_for_true_and_false() -> None:
    reads(SAID, ("Yes", True), ("No", False), ("", False))
    refuses(SAID, "neither 'Yes' nor 'No'", "yes", "1")
    assert (SAID.write(True), SAID.write(False)) == ("Yes", "No")
    assert words_codec(NUMBER, 5, 7).write(True) == 5
    assert words_codec(TEXT, "x", "").write(False) == ""


@pytest.mark.parametrize("raw", [1, 5, -1, 0.001, "12 years", "1e400", 2**70, Decimal("1e-300")])
def test_a_lenient_bool_takes_any_number_for_true(raw: Any) -> None:
    assert FLAG.read(raw) is True


@pytest.mark.parametrize("raw", [0, 0.0, "0", "0.00", "", "no number", "-", "0 years"])
def test_a_lenient_bool_takes_0_and_no_number_for_false(raw: Any) -> None:
    assert FLAG.read(raw) is False


# -- time zones ------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.datetimes(datetime(1, 1, 3), datetime(4000, 12, 29)), st.sampled_from([UTC, OSLO, KOLKATA]))
def test_a_moment_reads_back_as_the_same_moment_or_is_refused(wall: datetime, zone: Any) -> None:
    moment = wall.replace(tzinfo=zone)
    try:
        written = MOMENT.write(moment)
    except ValueError:
        hour = timedelta(hours=2)
        assert (moment - hour).astimezone(OSLO).utcoffset() != (moment + hour).astimezone(OSLO).utcoffset()
        reject()
    back = MOMENT.read(written)
    assert back.astimezone(UTC) == moment.astimezone(UTC)
    assert back.tzinfo is OSLO
    assert MOMENT.write(back) == written


@pytest.mark.parametrize(
    ("raw", "offset"), [("07/01/2026 12:00:00", 2), ("01/01/2026 12:00:00", 1), ("2026-01-01 12:00:00.5", 1)]
)
def test_reading_attaches_the_zone(raw: str, offset: int) -> None:
    assert MOMENT.read(raw).utcoffset() == timedelta(hours=offset)


def test_writing_converts_to_the_zone() -> None:
    assert MOMENT.write(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)) == "07/01/2026 12:00:00"


FIRST, SECOND = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_the_first_one() -> None:
    assert MOMENT.write(FIRST) == "10/25/2026 02:30:00"
    assert MOMENT.read("10/25/2026 02:30:00").astimezone(UTC) == FIRST
    writes_not(MOMENT, "comes twice", SECOND, SECOND.astimezone(OSLO))


def test_an_hour_that_does_not_exist_is_no_moment() -> None:
    writes_not(MOMENT, "no such time", datetime(2026, 3, 29, 2, 30, tzinfo=OSLO))
    refuses(MOMENT, "no such time in Europe/Oslo", "03/29/2026 02:30:00")


def test_a_moment_without_a_zone_is_refused() -> None:
    writes_not(MOMENT, "time zone", datetime(2026, 7, 1))


def test_the_ends_of_pythons_time_are_told() -> None:
    writes_not(MOMENT, "beyond", datetime.max.replace(tzinfo=UTC))
    assert MOMENT.read("01/01/0001 00:00:00").year == 1


# -- no access -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made",
    [TEXT, NUMBER, COLOUR, SAID, MOMENT, DURATION, list_codec(TEXT, list)],
    ids=lambda made: made.held.__name__,
)
def test_a_value_that_is_withheld_is_neither_a_value_nor_a_bad_one(made: Codec) -> None:
    with pytest.raises(NotShown):
        made.read(Withheld(NO_ACCESS))


def marked(response: dict[str, Any], read: Callable[[dict[str, Any]], Any]) -> bool:
    reply = parse_reply(json.dumps({"response": response}).encode())
    return isinstance(read(reply["response"]), Withheld)


def test_cells_of_records_and_rows_are_marked_and_nothing_else() -> None:
    record = {"fieldData": {"A": NO_ACCESS, "B": "x"}, "portalData": {"p": [{"p::A": NO_ACCESS}]}}
    assert marked({"data": [record]}, lambda body: body["data"][0]["fieldData"]["A"])
    assert marked({"data": [record]}, lambda body: body["data"][0]["portalData"]["p"][0]["p::A"])
    assert not marked({"data": [record]}, lambda body: body["data"][0]["fieldData"]["B"])
    assert not marked({"scriptResult": NO_ACCESS}, lambda body: body["scriptResult"])
    assert not marked(
        {"data": [{"fieldData": {"A": f"{NO_ACCESS}!"}}]}, lambda body: body["data"][0]["fieldData"]["A"]
    )


@pytest.mark.parametrize(
    "data", [None, 5, "x", [5], [{"fieldData": 5, "portalData": 5}], [{"portalData": {"p": 5}}]]
)
def test_a_reply_of_another_shape_is_left_to_those_who_refuse_it(data: Any) -> None:
    assert not marked({"data": data, "x": NO_ACCESS}, lambda body: body["x"])
