from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fmorm.wire.containers import Contents
from fmorm.wire.parsing import parse_json
from fmorm.wire.values import Codec, Kind, Unreadable, codec, natural_kind, types_of

TYPES: dict[Kind, list[type[Any]]] = {
    Kind.TEXT: [str, int, float, Decimal, bool, date, datetime, time],
    Kind.NUMBER: [str, int, float, Decimal, bool],
    Kind.DATE: [date],
    Kind.TIME: [time, timedelta],
    Kind.TIMESTAMP: [datetime],
    Kind.CONTAINER: [Contents],
}
PAIRS = [(kind, held) for kind, types in TYPES.items() for held in types if held is not Contents]
"""Contents are read and never written."""
LONG = 3070884973408833919385016168376332397025719676107210536517
"""As long as FileMaker's UUID numbers: 57 or 58 digits."""

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
DECIMALS = st.decimals(-(10**60), 10**60, allow_nan=False, places=None)
VALUES: dict[type[Any], st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers() | st.integers(-(10**58), 10**58),
    float: FLOATS,
    Decimal: DECIMALS,
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes(),
    time: st.times(),
    timedelta: st.timedeltas(),
}


def make(kind: Kind, held: type[Any], *, optional: bool = False) -> Codec:
    return codec(kind, held, optional=optional)


def over_the_wire(value: Any) -> Any:
    """What a server gives back that keeps a value as it was sent."""
    return parse_json(json.dumps(value).encode())


@pytest.mark.parametrize(("kind", "held"), PAIRS)
def test_a_pair_has_a_codec(kind: Kind, held: type[Any]) -> None:
    made = make(kind, held, optional=True)
    assert (made.kind, made.held, made.optional) == (kind, held, True)


@pytest.mark.parametrize(
    "held", [str, int, float, Decimal, bool, date, datetime, time, bytes, list, timedelta]
)
@pytest.mark.parametrize("kind", Kind)
def test_a_pair_that_cannot_be_has_none(kind: Kind, held: type[Any]) -> None:
    if (kind, held) not in PAIRS:
        with pytest.raises(LookupError):
            make(kind, held)


@pytest.mark.parametrize("kind", Kind)
def test_types_of(kind: Kind) -> None:
    assert types_of(kind) == [held.__name__ for held in TYPES[kind]]


@pytest.mark.parametrize(
    ("held", "kind"),
    [
        (str, Kind.TEXT),
        (int, Kind.NUMBER),
        (float, Kind.NUMBER),
        (Decimal, Kind.NUMBER),
        (bool, Kind.NUMBER),
        (date, Kind.DATE),
        (time, Kind.TIME),
        (timedelta, Kind.TIME),
        (datetime, Kind.TIMESTAMP),
        (bytes, None),
    ],
)
def test_natural_kind(held: type[Any], kind: Kind | None) -> None:
    assert natural_kind(held) == kind


# -- read, write, read -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "held"), PAIRS)
@given(data=st.data())
def test_a_value_that_is_written_reads_back_the_same(
    kind: Kind, held: type[Any], data: st.DataObject
) -> None:
    made = make(kind, held)
    value = data.draw(VALUES[held])
    if value == "":
        return
    raw = over_the_wire(made.write(value))
    back = made.read(raw)
    expected = value.replace("\r\n", "\n").replace("\r", "\n") if held is str else value
    assert back == expected, f"{value!r} went out as {made.write(value)!r} and came back as {back!r}"
    assert type(back) is held
    assert made.write(back) == made.write(value), "a second write sends something else"


@given(st.text(st.sampled_from("a\r\n"), min_size=1))
@example("a\r\nb\rc\nd")
def test_text_of_filemaker_reads_the_same_after_it_was_written(raw: str) -> None:
    made = make(Kind.TEXT, str)
    read = made.read(raw)
    assert "\r" not in read
    assert "\n" not in str(made.write(read))
    assert made.read(made.write(read)) == read


@pytest.mark.parametrize(
    ("kind", "held", "raw", "value"),
    [
        (Kind.TEXT, str, "a\rb", "a\nb"),
        (Kind.TEXT, str, "0012", "0012"),
        (Kind.TEXT, int, "0012", 12),
        (Kind.TEXT, Decimal, " 1.50 ", Decimal("1.50")),
        (Kind.TEXT, date, "2024-02-29", date(2024, 2, 29)),
        (Kind.TEXT, datetime, "2024-02-29 03:04:05", datetime(2024, 2, 29, 3, 4, 5)),
        (Kind.TEXT, time, "03:04", time(3, 4)),
        (Kind.NUMBER, int, 5, 5),
        (Kind.NUMBER, int, 5.0, 5),
        (Kind.NUMBER, int, "5.00", 5),
        (Kind.NUMBER, int, LONG, LONG),
        (Kind.NUMBER, int, str(LONG), LONG),
        (Kind.NUMBER, int, Decimal(f"{LONG}.0"), LONG),
        (Kind.NUMBER, float, 5, 5.0),
        (Kind.NUMBER, float, ".5", 0.5),
        (Kind.NUMBER, float, "-1e3", -1000.0),
        (Kind.NUMBER, Decimal, 0.1, Decimal("0.1")),
        (Kind.NUMBER, Decimal, ".5", Decimal("0.5")),
        (Kind.NUMBER, Decimal, "1E+400", Decimal("1E+400")),
        (Kind.NUMBER, Decimal, Decimal("0.12345678901234567890"), Decimal("0.12345678901234567890")),
        (Kind.NUMBER, bool, 1, True),
        (Kind.NUMBER, bool, 0, False),
        (Kind.NUMBER, bool, "1", True),
        (Kind.NUMBER, str, 12, "12"),
        (Kind.NUMBER, str, "12 years", "12 years"),
        (Kind.NUMBER, str, LONG, str(LONG)),
        (Kind.NUMBER, str, 0.00001, "0.00001"),
        (Kind.DATE, date, "02/29/2024", date(2024, 2, 29)),
        (Kind.DATE, date, "2024-02-29", date(2024, 2, 29)),
        (Kind.DATE, date, "01/01/0001", date(1, 1, 1)),
        (Kind.TIME, time, "03:04:05", time(3, 4, 5)),
        (Kind.TIME, time, "03:04:05.5", time(3, 4, 5, 500_000)),
        (Kind.TIME, time, "03:04:05.0000010", time(3, 4, 5, 1)),
        (Kind.TIMESTAMP, datetime, "02/29/2024 03:04:05", datetime(2024, 2, 29, 3, 4, 5)),
        (Kind.TIMESTAMP, datetime, "02/29/2024 03:04:05.25", datetime(2024, 2, 29, 3, 4, 5, 250_000)),
        (Kind.TIMESTAMP, datetime, "2024-02-29 03:04:05", datetime(2024, 2, 29, 3, 4, 5)),
        (Kind.TIMESTAMP, datetime, "2024-02-29T03:04:05.000001", datetime(2024, 2, 29, 3, 4, 5, 1)),
    ],
)
def test_read(kind: Kind, held: type[Any], raw: Any, value: Any) -> None:
    read = make(kind, held).read(raw)
    assert (read, type(read)) == (value, held)


@pytest.mark.parametrize(
    ("kind", "held", "value", "wire"),
    [
        (Kind.TEXT, str, "a\nb\r\nc\rd", "a\rb\rc\rd"),
        (Kind.TEXT, int, 12, "12"),
        (Kind.TEXT, float, 2.0, "2"),
        (Kind.TEXT, Decimal, Decimal("1E-7"), "0.0000001"),
        (Kind.TEXT, bool, True, "1"),
        (Kind.TEXT, date, date(2024, 2, 29), "2024-02-29"),
        (Kind.TEXT, datetime, datetime(2024, 2, 29, 3, 4, 5), "2024-02-29T03:04:05"),
        (Kind.NUMBER, int, 2**53, 2**53),
        (Kind.NUMBER, int, 2**53 + 1, "9007199254740993"),
        (Kind.NUMBER, int, -(2**53) - 1, "-9007199254740993"),
        (Kind.NUMBER, int, LONG, str(LONG)),
        (Kind.NUMBER, float, 2.0, 2),
        (Kind.NUMBER, float, 0.5, 0.5),
        (Kind.NUMBER, float, 1e22, "10000000000000000000000"),
        (Kind.NUMBER, Decimal, Decimal("2.00"), 2),
        (Kind.NUMBER, Decimal, Decimal("0.1"), 0.1),
        (Kind.NUMBER, Decimal, Decimal("0.12345678901234567890"), "0.12345678901234567890"),
        (Kind.NUMBER, Decimal, Decimal("1E-7"), "0.0000001"),
        (Kind.NUMBER, Decimal, Decimal(LONG), str(LONG)),
        (Kind.NUMBER, Decimal, Decimal("1E-400"), f"0.{'0' * 399}1"),
        (Kind.NUMBER, bool, True, 1),
        (Kind.NUMBER, bool, False, 0),
        (Kind.NUMBER, str, "007", "007"),
        (Kind.DATE, date, date(7, 2, 3), "02/03/0007"),
        (Kind.TIME, time, time(3, 4, 5), "03:04:05"),
        (Kind.TIME, time, time(3, 4, 5, 500_000), "03:04:05.5"),
        (Kind.TIMESTAMP, datetime, datetime(2024, 2, 29, 3, 4, 5), "02/29/2024 03:04:05"),
        (Kind.TIMESTAMP, datetime, datetime(2024, 2, 29, 3, 4, 5, 1), "02/29/2024 03:04:05.000001"),
    ],
)
def test_write(kind: Kind, held: type[Any], value: Any, wire: Any) -> None:
    written = make(kind, held).write(value)
    assert (written, type(written)) == (wire, type(wire))


# -- empty -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "held"), PAIRS)
def test_empty(kind: Kind, held: type[Any]) -> None:
    assert make(kind, held, optional=True).read("") is None
    assert make(kind, held, optional=True).write(None) == ""
    made = make(kind, held)
    if held in (str, bool):
        assert made.read("") == held()
    else:
        with pytest.raises(Unreadable, match=rf"declare it as {held.__name__} \| None"):
            made.read("")


# -- what does not fit -----------------------------------------------------------------------------------

NUMBERS: list[type[Any]] = [int, float, Decimal, bool]


@pytest.mark.parametrize("held", NUMBERS)
@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.TEXT])
@pytest.mark.parametrize(
    "raw",
    [
        "12 years",
        "1,5",
        "1_000",
        "١٢",
        "\uff11",
        "nan",
        "sNaN",
        "inf",
        "-Infinity",
        "1 2",
        "0x10",
        " ",
        "--1",
        "?",
    ],
)
def test_what_is_no_number_is_refused(held: type[Any], kind: Kind, raw: str) -> None:
    with pytest.raises(Unreadable):
        make(kind, held).read(raw)


@pytest.mark.parametrize("raw", [1.5, "1.5", Decimal("1.5"), Decimal(f"{LONG}.5"), "1e-3"])
@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.TEXT])
def test_a_fraction_is_not_cut_off(kind: Kind, raw: Any) -> None:
    with pytest.raises(Unreadable, match="it has a fraction"):
        make(kind, int).read(raw)


@pytest.mark.parametrize("raw", [2, -1, 0.5, "2", "true"])
def test_a_bool_is_1_or_0(raw: Any) -> None:
    with pytest.raises(Unreadable):
        make(Kind.NUMBER, bool).read(raw)


@pytest.mark.parametrize(
    "raw",
    [10**400, -(10**400), float("inf"), "1e400", Decimal("1E+400"), f"1{'0' * 400}"],
    ids=["int", "negative", "infinity", "text", "Decimal", "digits"],
)
def test_a_number_beyond_a_float_is_refused(raw: Any) -> None:
    with pytest.raises(Unreadable):
        make(Kind.NUMBER, float).read(raw)


@pytest.mark.parametrize("raw", ["1e9999", Decimal("1E+9999")], ids=repr)
@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.TEXT])
def test_a_short_text_does_not_become_an_endless_int(kind: Kind, raw: Any) -> None:
    with pytest.raises(Unreadable):
        make(kind, int).read(raw)


@pytest.mark.parametrize("raw", [12, 1.5, Decimal("1.5")])
def test_a_text_field_that_gives_numbers_is_declared_wrongly(raw: Any) -> None:
    with pytest.raises(Unreadable, match="kind='number'"):
        make(Kind.TEXT, str).read(raw)


MOMENTS: list[tuple[type[Any], Any]] = [
    (date, "02/30/2024"),
    (date, "13/01/2024"),
    (date, "2/9/2024"),
    (date, "29.02.2024"),
    (date, "2024-02-30"),
    (date, "20240229"),
    (date, "02/29/2024 "),
    (date, "02/29/202\uff14"),
    (date, 20240229),
    (date, "today"),
    (time, "25:00:00"),
    (time, "24:00:01"),
    (time, "-01:00:00"),
    (time, "3:04:05"),
    (time, "03:04"),
    (time, "03:04:60"),
    (time, "03:04:05.1234567"),
    (time, "03:04:05,1234567"),
    (time, "03:04:05+02:00"),
    (time, "03:04:05Z"),
    (time, "03:04:05 PM"),
    (time, 30405),
    (datetime, "02/30/2024 03:04:05"),
    (datetime, "02/29/2024"),
    (datetime, "02/29/2024 03:04"),
    (datetime, "02/29/2024x03:04:05"),
    (datetime, "02/29/2024 25:04:05"),
    (datetime, "02/29/2024 03:04:05.1234567"),
    (datetime, "02/29/2024 03:04:05,1234567"),
    (datetime, "02/29/2024 03:04:05+02:00"),
    (datetime, "02/29/2024 03:04:05Z"),
    (datetime, "2024-02-29T03:04:05Z"),
    (datetime, "2024-02-29T03:04:05.5+02:00"),
    (datetime, "2024-02-29 03:04:05.1234567"),
    (datetime, "2024-02-29 03:04:05,1234567"),
]


@pytest.mark.parametrize(("held", "raw"), MOMENTS)
def test_what_is_no_moment_is_refused(held: type[Any], raw: Any) -> None:
    kind = natural_kind(held)
    assert kind is not None
    with pytest.raises(Unreadable):
        make(kind, held).read(raw)


@pytest.mark.parametrize(
    ("held", "raw"),
    [
        (date, "02/29/2024"),
        (date, "2024-02-30"),
        (datetime, "soon"),
        (datetime, "2024-02-29T03:04:05.1234567"),
        (time, "03:04:05.1234567"),
        (time, "25:00"),
    ],
)
def test_a_text_field_holds_iso_moments_no_finer_than_microseconds(held: type[Any], raw: str) -> None:
    with pytest.raises(Unreadable):
        make(Kind.TEXT, held).read(raw)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("held", [float, Decimal])
@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.TEXT])
def test_nan_and_infinity_are_not_written(kind: Kind, held: type[Any], value: float) -> None:
    with pytest.raises(ValueError, match="FileMaker has no number"):
        make(kind, held).write(held(value))


ZONE = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.TIMESTAMP, datetime(2024, 2, 29, 3, 4, 5, tzinfo=ZONE)),
        (Kind.TIMESTAMP, datetime(2024, 2, 29, 3, 4, 5, tzinfo=UTC)),
        (Kind.TIME, time(3, 4, 5, tzinfo=ZONE)),
    ],
)
def test_a_zone_is_not_dropped(kind: Kind, value: datetime | time) -> None:
    with pytest.raises(ValueError, match="carry no zone"):
        make(kind, type(value)).write(value)
