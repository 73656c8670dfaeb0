"""Records out of replies in the shape that real servers send."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.people import ORIGIN, Address, Person, address, load, one, person, raw_person

from fmorm import (
    Field,
    MappingError,
    Model,
    NotLoaded,
    Portal,
    PortalRow,
    Repeating,
    field,
    portal,
    repeating,
    state,
)
from fmorm.model import inline
from fmorm.model.build import build_records
from fmorm.model.inline import CACHED_DATES
from fmorm.model.meta import RecordMeta
from fmorm.model.plan import plan_of
from fmorm.model.source import Source
from fmorm.wire.parsing import parse_json
from fmorm.wire.values import date_in

REPLY = """{"response":{"dataInfo":{"database":"people","layout":"person","table":"person","totalRecordCount":3,
"foundCount":2,"returnedCount":2},"data":[
{"fieldData":{"PrimaryKey":"P-1","Name":"Line one\\rLine two","BirthDate":"02/29/2000","Height":1.70,
"Changed":"12/31/2023 23:59:59","Phone(1)":"+47 1","Phone(2)":"","Phone(3)":"","":"","Unknown":"x",
"company::Name":"Acme"},
"portalData":{"person_addresses":[
{"recordId":"31","person_addresses::City":"Troms\u00f8","person_addresses::Zip":"","person_addresses::Since":"01/02/2003",
"address_city_info::Population":41915,"modId":"0"}],"elsewhere":[]},
"recordId":"1","modId":"12",
"portalDataInfo":[{"database":"people","table":"person_addresses","foundCount":1,"returnedCount":1},
{"portalObjectName":"elsewhere","database":"people","table":"others","foundCount":0,"returnedCount":0}]},
{"fieldData":{"PrimaryKey":"P-2","Name":"","BirthDate":"","Height":"","Changed":"","Phone(1)":"","Phone(2)":"",
"Phone(3)":"","":"","Unknown":"","company::Name":""},
"portalData":{"person_addresses":[],"elsewhere":[]},"recordId":"2","modId":"0",
"portalDataInfo":[{"database":"people","table":"person_addresses","foundCount":0,"returnedCount":0}]}
]},"messages":[{"code":"0","message":"OK"}]}"""


class Numbers(Model, layout="numbers"):
    whole: Field[int | None] = field("Whole")
    exact: Field[Decimal | None] = field("Exact")
    about: Field[float | None] = field("About")
    text: Field[str | None] = field("Text", kind="number")
    flag: Field[bool] = field("Flag")


class Moments(Model, layout="moments"):
    day: Field[date | None] = field("Day")
    at: Field[datetime | None] = field("At")
    clock: Field[time | None] = field("Clock")


def literal(model: type[Any], name: str, text: str) -> Any:
    """Read a field of which the reply holds this literal."""
    body = f'{{"fieldData":{{"{name}":{text}}},"portalData":{{}},"recordId":"1","modId":"0"}}'
    (loaded,) = load(model, parse_json(body.encode()))
    return loaded


# -- whole replies --------------------------------------------------------------------------------------------


def test_a_reply_becomes_records() -> None:
    data = parse_json(REPLY.encode())["response"]["data"]
    ada, empty = load(Person, *data)
    assert ada.model_dump() == {
        "key": "P-1",
        "name": "Line one\nLine two",
        "born": date(2000, 2, 29),
        "height": Decimal("1.7"),
        "changed": datetime(2023, 12, 31, 23, 59, 59),
        "phones": ["+47 1", "", ""],
        "addresses": [{"city": "Tromsø", "zip": None, "since": date(2003, 1, 2), "population": 41915}],
    }
    assert (state(ada).record_id, state(ada).mod_id, state(ada).origin) == ("1", "12", ORIGIN)
    assert (state(ada.addresses[0]).record_id, state(ada.addresses[0]).mod_id) == ("31", "0")
    assert empty.model_dump(exclude={"key"}) == {
        "name": "",
        "born": None,
        "height": None,
        "changed": None,
        "phones": ["", "", ""],
        "addresses": [],
    }
    assert not ada.__fmorm_dirty__()
    assert ada.model_fields_set == {*Person.model_fields}


def test_no_records() -> None:
    assert build_records(plan_of(Person), [], Source(ORIGIN)) == []


def test_what_the_oldest_servers_leave_out() -> None:
    row = address("21", "Oslo")
    del row["modId"]
    raw = raw_person(row)
    del raw["portalDataInfo"]
    (loaded,) = load(Person, raw)
    assert (state(loaded.addresses[0]).record_id, state(loaded.addresses[0]).mod_id) == ("21", None)
    assert loaded.addresses.complete is None


def test_what_a_reply_does_not_carry_is_not_loaded() -> None:
    raw = raw_person()
    del raw["fieldData"]["Height"], raw["fieldData"]["Phone(3)"], raw["portalData"], raw["portalDataInfo"]
    (loaded,) = load(Person, raw)
    assert loaded.model_fields_set == {"key", "name", "born", "changed", "phones"}
    assert loaded.phones.known() == {0: "+47 1", 1: ""}
    for touch in (lambda: loaded.height, lambda: loaded.addresses, lambda: loaded.phones[2]):
        with pytest.raises(NotLoaded):
            touch()


@pytest.mark.parametrize("order", [1, -1], ids=["missing in the second", "missing in the first"])
def test_records_of_one_reply_may_carry_different_keys(order: int) -> None:
    whole, partial = raw_person(address("21", "Oslo"), record_id="1"), raw_person(record_id="2")
    for name in ("Name", "Phone(2)"):
        del partial["fieldData"][name]
    partial["portalData"] = {}
    records = {state(loaded).record_id: loaded for loaded in load(Person, *[whole, partial][::order])}
    assert records["1"].name == "Ada Lund", "what the reply carries is there"
    assert records["1"].addresses[0].city == "Oslo"
    assert records["1"].phones == ["+47 1", "", "+47 3"]
    for touch in (lambda: records["2"].name, lambda: records["2"].addresses, lambda: records["2"].phones[1]):
        with pytest.raises(NotLoaded):
            touch()


def test_records_of_one_reply_may_carry_as_many_keys_and_others() -> None:
    first, second = raw_person(record_id="1"), raw_person(record_id="2")
    first["fieldData"]["Undeclared"] = first["fieldData"].pop("Name")
    assert load(Person, first, second)[1].name == "Ada Lund"


@pytest.mark.parametrize("portals", [{}, {"undeclared": []}], ids=["none", "another one"])
def test_records_of_one_reply_may_carry_other_portals(portals: dict[str, Any]) -> None:
    first, second = raw_person(record_id="1"), raw_person(record_id="2")
    first["portalData"], second["portalData"] = portals, {"person_addresses": [address("21", "Oslo")]}
    assert load(Person, first, second)[1].addresses[0].city == "Oslo"


def test_records_of_one_reply_may_carry_as_many_portals_and_others() -> None:
    class Both(Person, layout="person"):
        friends: Portal[Address] = portal("friends")

    first, second = raw_person(record_id="1"), raw_person(record_id="2")
    first["portalData"] = {"person_addresses": [], "undeclared": []}
    second["portalData"] = {"person_addresses": [], "friends": [address("21", "Oslo")]}
    assert load(Both, first, second)[1].friends[0].city == "Oslo"


def test_rows_of_one_portal_may_carry_as_many_keys_and_others() -> None:
    first, second = address("21", "Oslo"), address("22", "Bergen")
    first["undeclared::City"] = first.pop("person_addresses::City")
    del second["modId"]
    second["undeclared::Zip"] = ""
    (loaded,) = load(Person, raw_person(first, second, address("23", "Bodø")))
    assert [row.city for row in loaded.addresses[1:]] == ["Bergen", "Bodø"]
    assert [state(row).mod_id for row in loaded.addresses] == [first["modId"], None, first["modId"]]


# -- values ---------------------------------------------------------------------------------------------------

LONG = "9" * 57


@pytest.mark.parametrize(
    ("attr", "text", "value"),
    [
        ("whole", "5", 5),
        ("whole", "5.0", 5),
        ("whole", '"5"', 5),
        ("whole", '" 5 "', 5),
        ("whole", '"5.00"', 5),
        ("whole", '""', None),
        ("whole", LONG, int(LONG)),
        ("whole", "-9007199254740993", -9007199254740993),
        ("exact", "1.5", Decimal("1.5")),
        ("exact", "3", Decimal(3)),
        ("exact", '".5"', Decimal("0.5")),
        ("exact", '"-.5"', Decimal("-0.5")),
        ("exact", "0.1", Decimal("0.1")),
        ("exact", LONG, Decimal(LONG)),
        ("exact", f"0.{LONG}", Decimal(f"0.{LONG}")),
        ("exact", f'"{LONG}.5"', Decimal(f"{LONG}.5")),
        ("exact", "12345678901234567.25", Decimal("12345678901234567.25")),
        ("exact", "1.5e3", Decimal(1500)),
        ("about", "1.5", 1.5),
        ("about", "2", 2.0),
        ("about", '"2.25"', 2.25),
        ("about", LONG, float(LONG)),
        ("text", "12", "12"),
        ("text", '"0012"', "0012"),
        ("text", '"12 years"', "12 years"),
        ("text", LONG, LONG),
        ("text", '""', None),
        ("flag", "1", True),
        ("flag", "0", False),
        ("flag", '"1"', True),
        ("flag", '""', False),
    ],
)
def test_numbers(attr: str, text: str, value: object) -> None:
    name = plan_of(Numbers).fields[attr].name
    found = getattr(literal(Numbers, name, text), attr)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("attr", "text"),
    [
        ("whole", "1.5"),
        ("whole", '"12 years"'),
        ("whole", '"?"'),
        ("whole", '"١٢"'),
        ("whole", '"1_000"'),
        ("whole", "null"),
        ("whole", "true"),
        ("exact", '"NaN"'),
        ("exact", '"Infinity"'),
        ("exact", "[]"),
        ("about", '"twelve"'),
        ("flag", "2"),
        ("flag", '"yes"'),
        ("flag", "true"),
    ],
)
def test_numbers_that_are_none_are_told(attr: str, text: str) -> None:
    name = plan_of(Numbers).fields[attr].name
    with pytest.raises(MappingError) as caught:
        literal(Numbers, name, text)
    assert (caught.value.field, caught.value.raw) == (name, json.loads(text))


@pytest.mark.parametrize("attr", ["whole", "exact", "about", "text", "flag"])
@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_for_what_is_no_number_are_told(attr: str, word: str) -> None:
    with pytest.raises(MappingError):
        literal(Numbers, plan_of(Numbers).fields[attr].name, word)


@pytest.mark.parametrize("attr", ["exact", "about"])
@pytest.mark.parametrize("text", ["1e400", "-1e400", "1e-400"])
def test_numbers_beyond_a_double_are_exact_or_told(attr: str, text: str) -> None:
    name = plan_of(Numbers).fields[attr].name
    try:
        found = getattr(literal(Numbers, name, text), attr)
    except MappingError:
        return
    assert Decimal(found) == Decimal(text), "a number was changed on its way in"


@pytest.mark.parametrize(
    ("attr", "text", "value"),
    [
        ("day", "04/17/2001", date(2001, 4, 17)),
        ("day", "2001-04-17", date(2001, 4, 17)),
        ("day", "01/01/0001", date(1, 1, 1)),
        ("day", "", None),
        ("at", "04/17/2001 16:05:09", datetime(2001, 4, 17, 16, 5, 9)),
        ("at", "2001-04-17 16:05:09", datetime(2001, 4, 17, 16, 5, 9)),
        ("at", "2001-04-17T16:05:09", datetime(2001, 4, 17, 16, 5, 9)),
        ("at", "04/17/2001 16:05:09.25", datetime(2001, 4, 17, 16, 5, 9, 250000)),
        ("at", "04/17/2001 16:05:09.123456", datetime(2001, 4, 17, 16, 5, 9, 123456)),
        ("at", "", None),
        ("clock", "16:05:09", time(16, 5, 9)),
        ("clock", "16:05:09.5", time(16, 5, 9, 500000)),
        ("clock", "", None),
    ],
)
def test_dates_and_times(attr: str, text: str, value: object) -> None:
    assert getattr(one(Moments, **{plan_of(Moments).fields[attr].name: text}), attr) == value


@pytest.mark.parametrize(
    ("attr", "raw"),
    [
        ("day", "17/04/2001"),
        ("day", "04/17/01"),
        ("day", "4/17/2001"),
        ("day", "02/30/2001"),
        ("day", "2001-13-01"),
        ("day", "?"),
        ("day", 5),
        ("day", 0),
        ("day", None),
        ("day", ["04/17/2001"]),
        ("at", "04/17/2001"),
        ("at", "04/17-2001 16:05:09"),
        ("at", "04/17/2001x16:05:09"),
        ("at", "04/17/2001 16:05+01"),
        ("at", "04/17/2001 160509Z "),
        ("at", "04/17/2001 160509.5"),
        ("at", "04/17/2001 25:00:00"),
        ("at", "17/04/2001 16:05:09"),
        ("at", "2001-04-17T16:05:09Z"),
        ("at", "04/17/2001 16:05:09.1234567"),
        ("clock", "25:00:00"),
        ("clock", "-01:00:00"),
        ("clock", "16:05"),
        ("clock", 16),
    ],
)
def test_dates_and_times_that_are_none_are_told(attr: str, raw: Any) -> None:
    name = plan_of(Moments).fields[attr].name
    with pytest.raises(MappingError) as caught:
        one(Moments, **{name: raw})
    assert (caught.value.field, caught.value.raw) == (name, raw)


def test_text() -> None:
    assert person(Name="a\rb\r\rc").name == "a\nb\n\nc"
    assert person(Name="0012").name == "0012"
    assert person(Name="\u2028 {x} \\ \" ' 🎉").name == "\u2028 {x} \\ \" ' 🎉"
    with pytest.raises(MappingError, match="declare it with kind='number'"):
        person(Name=12)


def test_iso_dates_in_text_fields() -> None:
    class Text(Model, layout="text"):
        day: Field[date | None] = field("Day", kind="text")
        at: Field[datetime | None] = field("At", kind="text")

    loaded = one(Text, Day="2001-04-17", At="2001-04-17T16:05:09")
    assert (loaded.day, loaded.at) == (date(2001, 4, 17), datetime(2001, 4, 17, 16, 5, 9))
    with pytest.raises(MappingError, match="not a date in ISO form"):
        one(Text, Day="04/17/2001")


# -- bad cells ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "raw"),
    [("BirthDate", "soon"), ("Height", "1,70 m"), ("Changed", "now"), ("Phone(2)", 5), ("Name", 5)],
)
def test_bad_cell_is_told_with_its_place(name: str, raw: Any) -> None:
    with pytest.raises(MappingError) as caught:
        person(**{name: raw})
    error = caught.value
    assert (error.layout, error.record_id, error.field, error.raw) == ("person", "7", name, raw)
    for part in ("'person'", "record 7", repr(name), repr(raw)):
        assert part in str(error)


def test_an_empty_field_that_cannot_be_empty_is_told() -> None:
    class Aged(Model, layout="aged"):
        age: Field[int] = field("Age")

    with pytest.raises(MappingError, match=r"'Age': the field is empty; declare it as int \| None"):
        one(Aged, Age="")


def test_a_bad_cell_after_good_records() -> None:
    with pytest.raises(MappingError, match="record 2, field 'BirthDate'"):
        load(Person, raw_person(record_id="1"), raw_person(record_id="2", BirthDate="soon"))


MORNING = datetime(2024, 2, 29, 6, 7, 8)


@pytest.mark.parametrize("first", ["02/29/2024 06:07:08", "2024-02-29 06:07:08", "2024-02-29T06:07:08", ""])
@pytest.mark.parametrize("then", ["02/29/2024 06:07:08", "2024-02-29 06:07:08", "2024-02-29T06:07:08", ""])
def test_a_timestamp_is_read_in_whichever_form_those_before_it_were(first: str, then: str) -> None:
    class Dated(Model, layout="Dated"):
        at: Field[datetime | None] = field("At")

    for texts in ([first, then], [then, first]):
        assert [one(Dated, At=text).at for text in texts] == [MORNING if text else None for text in texts]


@pytest.mark.parametrize("shown", [[1], [2], [1, 2], [2, 3]])
def test_timestamps_of_which_the_layout_shows_some_repetitions(shown: list[int]) -> None:
    class Repeated(Model, layout="Repeated"):
        at: Repeating[datetime | None] = repeating("At", 3)

    found = one(Repeated, **{f"At({number})": "02/29/2024 06:07:08" for number in shown})
    assert found.at.known() == {number - 1: MORNING for number in shown}


@pytest.mark.parametrize("text", ["24:00:00", "02/29/2024 24:00:00", "2024-02-29 24:00:00"])
def test_24_00_is_no_time_of_day(text: str) -> None:
    class Timed(Model, layout="Timed"):
        at: Field[time | None] = field("At")

    class Stamped(Model, layout="Stamped"):
        at: Field[datetime | None] = field("At")

    with pytest.raises(MappingError, match="24:00:00"):
        one(Timed if text == "24:00:00" else Stamped, At=text)


dates: dict[Any, date] = vars(inline)["_dates"]


# -- the machinery --------------------------------------------------------------------------------------------

ODD = [
    "a'b",
    'a"b',
    "'''",
    '"""',
    "{x}",
    "{",
    "}}",
    "{0!r}",
    "\\",
    "\\n",
    "a\nb",
    "a\rb",
    "🎉",
    "名前",
    "\u2028",
    "%s",
    "x]); raise SystemExit #",
    " ",
    "A::B::C",
]


DECLARE: dict[str, Callable[[str], tuple[Any, Any, list[str], object, object]]] = {
    "str": lambda name: (Field[str], field(name), [name], "v", "v"),
    "optional": lambda name: (Field[str | None], field(name), [name], "v", "v"),
    "date": lambda name: (Field[date], field(name), [name], "04/17/2001", date(2001, 4, 17)),
    "timestamp": lambda name: (
        Field[datetime],
        field(name),
        [name],
        "04/17/2001 16:05:09",
        datetime(2001, 4, 17, 16, 5, 9),
    ),
    "time": lambda name: (Field[time], field(name), [name], "16:05:09", time(16, 5, 9)),
    "decimal": lambda name: (Field[Decimal], field(name), [name], 1.5, Decimal("1.5")),
    "repeating": lambda name: (
        Repeating[str],
        repeating(name, 2),
        [f"{name}(1)", f"{name}(2)"],
        "v",
        ["v", "v"],
    ),
}


@pytest.mark.parametrize("kind", DECLARE)
def test_the_generated_function_is_not_fooled_by_names(kind: str) -> None:
    parts = {f"attr{number}": DECLARE[kind](name) for number, name in enumerate(ODD)}
    body: dict[str, Any] = {attr: declared for attr, (_, declared, *_) in parts.items()}
    body["__annotations__"] = {attr: held for attr, (held, *_) in parts.items()}
    make: Any = RecordMeta
    odd = make("Odd", (Model,), {**body, "__module__": __name__, "__qualname__": "Odd"}, layout="odd")
    raw = {name: sent for _, _, names, sent, _ in parts.values() for name in names}
    loaded = one(odd, **raw)
    assert {attr: getattr(loaded, attr) for attr in parts} == {attr: part[-1] for attr, part in parts.items()}


def test_layouts_and_labels_may_be_odd_too() -> None:
    class Quoted(Model, layout="a'{b}\\\n\"c"):
        tags: Repeating[str] = repeating("{'\"}\\", 2)

    loaded = one(Quoted, **{"{'\"}\\(1)": "x", "{'\"}\\(2)": "y"})
    assert loaded.tags == ["x", "y"]


def test_the_cache_of_dates_is_bounded() -> None:
    first = date(1900, 1, 1).toordinal()
    days = [date.fromordinal(first + i) for i in range(CACHED_DATES + 50)]
    data = [
        {"fieldData": {"Day": f"{day:%m/%d/%Y}"}, "portalData": {}, "recordId": "1", "modId": "0"}
        for day in days
    ]
    loaded = load(Moments, *data)
    assert [record.day for record in loaded] == days
    assert 0 < len(dates) <= CACHED_DATES


def test_texts_that_are_no_dates_are_not_cached() -> None:
    with pytest.raises(MappingError):
        one(Moments, Day="99/99/9999")
    assert "99/99/9999" not in dates
    assert date_in("04/17/2001") == date(2001, 4, 17)


# -- any record -----------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=20)
DECIMALS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=12
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
NAIVE = st.datetimes(min_value=datetime(1, 1, 1))


class Thing(PortalRow, table="things"):
    text: Field[str] = field("Text")
    number: Field[Decimal | None] = field("Number")


class Anything(Model, layout="anything"):
    text: Field[str] = field("Text")
    maybe: Field[str | None] = field("Maybe")
    whole: Field[int] = field("Whole")
    exact: Field[Decimal | None] = field("Exact")
    about: Field[float | None] = field("About")
    flag: Field[bool | None] = field("Flag")
    day: Field[date | None] = field("Day")
    at: Field[datetime | None] = field("At")
    clock: Field[time | None] = field("Clock")
    many: Repeating[int | None] = repeating("Many", 3)
    things: Portal[Thing] = portal("things")


VALUES = st.fixed_dictionaries(
    {
        "text": TEXT,
        "maybe": st.none() | TEXT.filter(bool),
        "whole": st.integers(-(10**60), 10**60),
        "exact": st.none() | DECIMALS,
        "about": st.none() | FLOATS,
        "flag": st.none() | st.booleans(),
        "day": st.none() | st.dates(),
        "at": st.none() | NAIVE,
        "clock": st.none() | st.times(),
        "many": st.lists(st.none() | st.integers(), min_size=3, max_size=3),
        "things": st.lists(st.fixed_dictionaries({"text": TEXT, "number": st.none() | DECIMALS}), max_size=3),
    }
)


def sent(value: Any) -> str:
    """Write a value as a server would: written anew here, so that no codec is judged by itself."""
    match value:
        case None:
            return '""'
        case bool():
            return str(int(value))
        case str():
            return json.dumps(value.replace("\n", "\r"), ensure_ascii=False)
        case Decimal():
            return f"{value:f}"
        case datetime():
            return f'"{value.month:02}/{value.day:02}/{value.year:04} {clock(value.time())}"'
        case date():
            return f'"{value.month:02}/{value.day:02}/{value.year:04}"'
        case time():
            return f'"{clock(value)}"'
        case _:
            return repr(value)


def clock(value: time) -> str:
    fraction = f".{value.microsecond:06}".rstrip("0") if value.microsecond else ""
    return f"{value.hour:02}:{value.minute:02}:{value.second:02}{fraction}"


def members(values: dict[str, Any], table: str = "") -> str:
    cells = [
        (f"{table}{attr.capitalize()}", value)
        for attr, value in values.items()
        if not isinstance(value, list)
    ]
    cells += [(f"Many({number})", value) for number, value in enumerate(values.get("many", ()), 1)]
    return ",".join(f"{json.dumps(name)}:{sent(value)}" for name, value in cells)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_any_record_that_a_server_sends_comes_out_as_it_is(values: dict[str, Any]) -> None:
    rows = ",".join(f'{{"recordId":"5",{members(row, "things::")},"modId":"0"}}' for row in values["things"])
    body = (
        f'{{"fieldData":{{{members(values)}}},"portalData":{{"things":[{rows}]}},"recordId":"1","modId":"2",'
        '"portalDataInfo":[]}'
    )
    (loaded,) = load(Anything, parse_json(body.encode()))
    assert loaded.model_dump() == values
