from __future__ import annotations

from datetime import date, datetime

import pytest
from query.fields import Person, ref

from fmorm.errors import FindError
from fmorm.query.compile import Request, requests
from fmorm.query.conditions import EVERYTHING, NOTHING, And, Condition
from fmorm.query.normal import MAX_REQUESTS
from fmorm.query.terms import Term
from fmorm.wire.values import Kind

A, B, C, D = Person.name == "a", Person.age == 1, Person.city == "c", Person.price == 4
FIND_A, FIND_B, FIND_C, FIND_D = {"Name": "==a"}, {"Age": "1"}, {"addresses::City": "==c"}, {"Price": "4"}

FIFTH, FIFTH_FIND = Person.size == 9, {"Size": "9"}
ZIP, ZIP_FIND = Person.zip == "z", {"addresses::Zip": "==z"}


def omit(*criteria: Request) -> Request:
    return {name: text for each in criteria for name, text in each.items()} | {"omit": "true"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (A, [FIND_A]),
        (A & B, [FIND_A | FIND_B]),
        (B & A, [FIND_B | FIND_A]),
        (A | B, [FIND_A, FIND_B]),
        (A & (B | C), [FIND_A | FIND_B, FIND_A | FIND_C]),
        (~A, [omit(FIND_A)]),
        (~A & ~B, [omit(FIND_A), omit(FIND_B)]),
        (~(A | B), [omit(FIND_A), omit(FIND_B)]),
        (~(A & B), [omit(FIND_A, FIND_B)]),
        (~A | ~B, [omit(FIND_A, FIND_B)]),
        ((~A & ~B) | ~C, [omit(FIND_A, FIND_C), omit(FIND_B, FIND_C)]),
        (A & ~B, [FIND_A, omit(FIND_B)]),
        (~B & A, [FIND_A, omit(FIND_B)]),
        ((A | B) & ~C, [FIND_A, FIND_B, omit(FIND_C)]),
        ((A & ~B) | C, [FIND_A, omit(FIND_B), FIND_C]),
        (C | (A & ~B), [FIND_A, omit(FIND_B), FIND_C]),
        (((A & ~B) | C) & ~D, [FIND_A, omit(FIND_B), FIND_C, omit(FIND_D)]),
        ((A & ~C) | (B & ~C), [FIND_A, FIND_B, omit(FIND_C)]),
        (~(~A | B), [FIND_A, omit(FIND_B)]),
        (~~A, [FIND_A]),
        (A & ~(B & C), [FIND_A, omit(FIND_B, FIND_C)]),
        (A & ~(B & ~C), [FIND_A, omit(FIND_B), FIND_A | FIND_C]),
        (A & ~Person.born.is_empty(), [FIND_A | {"Born": "*"}]),
        (A | ~Person.born.is_empty(), [FIND_A, {"Born": "*"}]),
        (A | (Person.born != None), [FIND_A, {"Born": "*"}]),  # noqa: E711 - what users write
        (~Person.born.not_empty(), [{"Born": "="}]),
        (~Person.age.is_empty(), [omit({"Age": "="})]),
        (~Person.city.is_empty(), [omit({"addresses::City": "="})]),
    ],
)
def test_requests(condition: Condition, expected: list[Request]) -> None:
    found = requests(condition)
    assert found == expected
    assert [list(request) for request in found or []] == [list(request) for request in expected]


def test_omits_may_be_nested() -> None:
    assert requests((((A & ~B) | C) & ~D) | (Person.size == 9)) == [
        FIND_A,
        omit(FIND_B),
        FIND_C,
        omit(FIND_D),
        {"Size": "9"},
    ]


@pytest.mark.parametrize(
    ("condition", "advice"),
    [
        ((A & ~B) | (C & ~D), "two finds"),
        (~C | (Person.zip == "z"), "two finds"),
        (~A | (B & ~C), "two finds"),
        (~(C & ~ZIP), "two finds"),
        (~(Person.name.contains("a") & Person.name.contains("b")), r"raw\(\)"),
        (Person.name.contains("a") & Person.name.contains("b"), r"raw\(\)"),
        (Person.name.startswith("a") & (Person.name == "ab"), r"raw\(\)"),
        (Person.name.raw("a") & A, "raw criterion"),
        (C & (Person.city == "d"), "same row"),
        ((Person.city >= "a") & (Person.city <= "d"), "same row"),
        (Person.code.startswith("1") & Person.code.not_empty(), r"raw\(\)"),
        ((Person.name == "resume") & (Person.name == "résumé"), r"raw\(\)"),
        (Person.name.duplicated() & A, r"f.duplicated\(\) & ~"),
        (Person.name.duplicated() & Person.name.not_empty(), r"f.duplicated\(\) & ~"),
        (Person.name.duplicated() & Person.name.is_empty(), r"f.duplicated\(\) & ~"),
        (Person.born.invalid() & (Person.born > date(2000, 1, 1)), r"f.duplicated\(\) & ~"),
        (Person.name.matches("a") & Person.name.contains("b"), r"raw\(\)"),
        (Person.city.matches("a") & Person.city.matches("b"), "same row"),
    ],
)
def test_refused_with_advice(condition: Condition, advice: str) -> None:
    with pytest.raises(FindError, match=advice):
        requests(condition)


# -- nothing and everything ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    [
        NOTHING,
        Person.age.in_([]),
        A & Person.age.in_([]),
        (Person.name.contains("a") & Person.name.contains("b")) & NOTHING,
        ~EVERYTHING,
        A & ~A,
        A & (Person.name == "b"),
        B & (Person.age > 1),
        B & (Person.age == 2),
        Person.name.is_empty() & A,
        Person.name.is_empty() & Person.name.not_empty(),
        (Person.age > 5) & (Person.age <= 5),
        Person.name.in_(["a", "b"]) & Person.name.in_(["c", "d"]),
        B & ~(Person.age > 0),
        Person.age.between(2, 4) & ~(Person.age.between(1, 5)),
        (Person.age > 2) & ~Person.age.not_empty(),
        B & ~((Person.age > 0) & (Person.age < 5) & Person.age.not_empty() & (Person.age == 1)),
        Person.born.invalid() & Person.born.is_empty(),
        A & C & ~(C & A),
    ],
)
def test_nothing(condition: Condition) -> None:
    assert requests(condition) == []


@pytest.mark.parametrize(
    "condition",
    [
        EVERYTHING,
        ~NOTHING,
        ~NOTHING | A,
        ~(A & NOTHING),
        (Person.age != 1) | (Person.age != 2),
        A | ~A,
        ~A | A | B,
        (A & B) | ~A | ~B,
        A | B | (~A & ~B),
        (A & B) | (A & ~B) | ~A,
        C | ~C,
        ~(A & ~A),
        Person.name.is_empty() | Person.name.not_empty(),
        Person.born.not_empty() | (A & B) | Person.born.is_empty(),
        Person.phones[0].is_empty() | Person.phones[0].not_empty(),
    ],
)
def test_everything(condition: Condition) -> None:
    assert requests(condition) is None


@pytest.mark.parametrize("condition", [A | NOTHING, A & ~NOTHING, A | A, A & A, A | (A & B), (A & B) | A])
def test_what_says_nothing_goes(condition: Condition) -> None:
    assert requests(condition) == [FIND_A]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (A | (B & ~A), [FIND_A, FIND_B]),
        ((A & B) | (~A & B), [FIND_B]),
        ((A & B) | (~B & A) | (~A & B), [FIND_B, FIND_A]),
        (A | (~A & B) | (~B & FIFTH & ~D), [FIFTH_FIND, omit(FIND_D), FIND_A, FIND_B]),
        ((A & Person.born.is_empty()) | (A & Person.born.not_empty()), [FIND_A]),
        ((A | B) & (A | D) & (A | FIFTH), [FIND_A, FIND_B | FIND_D | FIFTH_FIND]),
        ((A | B) & (B | A), [FIND_A, FIND_B]),
        (B & (Person.age != 7), [FIND_B]),
        (A & (Person.name != "b"), [FIND_A]),
        (Person.name.is_empty() & ~Person.name.contains("b"), [{"Name": "="}]),
        (Person.age.in_([1, 7]) & (Person.age != 7) & (Person.price == 4), [FIND_B | FIND_D]),
        (B & ~((Person.age > 0) & D), [FIND_B, omit(FIND_D)]),
        # of numbers, text that is none is neither empty nor found by `*`; of related rows there may be none
        (Person.age.is_empty() | Person.age.not_empty(), [{"Age": "="}, {"Age": "*"}]),
        (
            Person.city.is_empty() | Person.city.not_empty(),
            [{"addresses::City": "="}, {"addresses::City": "*"}],
        ),
        # one row may have to meet both
        ((C & ZIP) | (~C & ZIP), [ZIP_FIND, omit(FIND_C), FIND_C | ZIP_FIND]),
    ],
)
def test_what_others_make_up_for_goes(condition: Condition, expected: list[Request]) -> None:
    assert requests(condition) == expected


@pytest.mark.parametrize(
    "condition", [~A | B, ~(A & ~B), B | ~A, (A & B) | ~A, ~A | (~A & D) | B | (A & B)], ids=repr
)
def test_what_only_omits_beside_others_starts_from_all_records(condition: Condition) -> None:
    assert requests(condition) == [{"Name": "*"}, {"Name": "="}, omit(FIND_A), FIND_B]


def test_a_range_with_an_open_end_is_omitted_in_two_parts() -> None:
    all_ages = [{"Age": "*"}, {"Age": "="}, {"Age": "?"}]
    open_range = (Person.age > 1) & (Person.age < 5)
    assert requests(~open_range) == [*all_ages, omit({"Age": ">1"}), {"Age": ">=5"}]
    assert requests(A & ~open_range) == [FIND_A, omit({"Age": ">1"}), FIND_A | {"Age": ">=5"}]
    assert requests(~Person.name.between("a", "m")) == [
        {"Name": "*"},
        {"Name": "="},
        omit({"Name": ">=a"}),
        {"Name": ">m"},
    ]
    assert requests(~(Person.age > 1) | ~(Person.age < 5)) == requests(~open_range)


def test_any_field_that_is_empty_or_not_will_do_to_start_from_all_records() -> None:
    assert requests(~B | (C & (Person.born == date(2000, 1, 1)))) == [
        {"Born": "*"},
        {"Born": "="},
        omit(FIND_B),
        FIND_C | {"Born": "==01/01/2000"},
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (
            (Person.age.between(1, 5) & (Person.age != 3)) | (Person.age.between(6, 9) & (Person.age != 7)),
            [{"Age": "1...5"}, omit({"Age": "3"}), {"Age": "6...9"}, omit({"Age": "7"})],
        ),
    ],
)
def test_an_omit_may_come_after_what_it_takes_nothing_from(
    condition: Condition, expected: list[Request] | None
) -> None:
    assert requests(condition) == expected


# -- several criteria on one field -----------------------------------------------------------------------

age, born, name, seen = Person.age, Person.born, Person.name, Person.seen
DAY, LATER = date(2000, 1, 1), date(2001, 1, 1)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ((age >= 1) & (age <= 5), [{"Age": "1...5"}]),
        ((age <= 5) & (age >= 1), [{"Age": "1...5"}]),
        ((age >= 5) & (age <= 5), [{"Age": "5"}]),
        ((age > 1) & (age > 5), [{"Age": ">5"}]),
        ((age > 5) & (age >= 5), [{"Age": ">5"}]),
        ((age < 5) & (age <= 5), [{"Age": "<5"}]),
        ((age > 1) & (age < 5), [{"Age": ">1"}, {"Age": ">=5", "omit": "true"}]),
        ((age >= 1) & (age < 5) & A, [{"Age": ">=1"} | FIND_A, {"Age": ">=5", "omit": "true"}]),
        (age.between(1, 5) & age.between(3, 9), [{"Age": "3...5"}]),
        (age.between(1, 5) & (age == 3), [{"Age": "3"}]),
        (age.not_empty() & (age > 3), [{"Age": ">3"}]),
        ((born >= DAY) & (born < LATER), [{"Born": "01/01/2000...12/31/2000"}]),
        ((born > DAY) & (born < date(2000, 1, 3)), [{"Born": "==01/02/2000"}]),
        ((born > DAY) & (born < date(2000, 1, 2)), []),
        (
            (seen >= datetime(2000, 1, 1)) & (seen < datetime(2000, 1, 2)),
            [{"Seen": ">=01/01/2000 00:00:00"}, {"Seen": ">=01/02/2000 00:00:00", "omit": "true"}],
        ),
        ((name >= "a") & (name < "m"), [{"Name": ">=a"}, {"Name": ">=m", "omit": "true"}]),
        (name.between("a", "m"), [{"Name": ">=a"}, {"Name": ">m", "omit": "true"}]),
        (name.startswith("a") & (name > "ab"), [{"Name": "==a*"}, {"Name": "<=ab", "omit": "true"}]),
        (name.startswith("a") & name.not_empty(), [{"Name": "==a*"}]),
        (name.startswith("a") & name.startswith("A"), [{"Name": "==a*"}]),
        ((name == "a") & (name == "A"), [{"Name": "==a"}]),
        (name.in_(["a", "b", "c"]) & name.in_(["c", "b"]), [{"Name": "==b"}, {"Name": "==c"}]),
        (name.matches("a b") & name.matches("B c"), [{"Name": "a B c"}]),
        (
            name.matches("a") & (name > "b") & name.not_empty(),
            [{"Name": "a"}, {"Name": "<=b", "omit": "true"}],
        ),
        (~(age.between(1, 5) & age.between(3, 9)), [{"Age": "3...5", "omit": "true"}]),
        (
            Person.phones[0].startswith("1") & Person.phones[1].startswith("2"),
            [{"Phone(1)": "==1*", "Phone(2)": "==2*"}],
        ),
    ],
)
def test_one_criterion_per_field(condition: Condition, expected: list[Request]) -> None:
    assert requests(condition) == expected


# -- limits ----------------------------------------------------------------------------------------------


def test_multiplying_out_has_a_limit() -> None:
    with pytest.raises(FindError, match=f"400 requests, more than {MAX_REQUESTS}"):
        requests(age.in_(range(20)) & Person.price.in_(range(20)))
    with pytest.raises(FindError, match="8000 requests, more"):
        requests(age.in_(range(20)) & Person.price.in_(range(20)) & Person.size.in_(range(20)))


def test_multiplying_out_gives_up_before_it_begins() -> None:
    many = range(1000)
    with pytest.raises(FindError, match="1000000000 requests"):
        requests(age.in_(many) & Person.price.in_(many) & Person.size.in_(many))
    with pytest.raises(FindError, match="over 1000000000000 requests"):
        requests(And(tuple(name.raw(f"{n}") | Person.city.raw(f"{n}") for n in range(300))))


def test_what_is_multiplied_out_with_itself_does_not_grow() -> None:
    others = [
        B,
        C,
        D,
        FIFTH,
        *(Person.code == str(n) for n in range(1)),
        Person.zip == "z",
        Person.day.on(DAY),
    ]
    found = requests(And(tuple(A | other for other in others)))
    assert found is not None
    assert found[0] == FIND_A
    assert [len(request) for request in found] == [1, len(others)]


def test_long_lists_beside_long_omitted_lists() -> None:
    found = requests(age.in_(range(1000)) & ~Person.price.in_(range(1000))) or []
    assert found[:1000] == [{"Age": str(n)} for n in range(1000)]
    assert found[1000:] == [omit({"Price": str(n)}) for n in range(1000)]
    assert len(requests(~age.in_(range(3000))) or []) == 3000
    rest = requests(age.in_(range(1000)) & ~age.in_(range(1, 1000)))
    assert rest == [{"Age": "0"}, *(omit({"Age": str(n)}) for n in range(1, 1000))]
    assert requests(age.in_(range(200)) & ~age.in_(range(200))) == []


def test_a_written_list_may_be_long() -> None:
    assert len(requests(age.in_(range(1000)) & A) or []) == 1000


def test_what_excludes_itself_does_not_count() -> None:
    assert requests(age.in_(range(150)) & age.in_(range(149, 300))) == [{"Age": "149"}]


def test_a_field_called_omit() -> None:
    field: Term[str] = Term(ref("omit", Kind.TEXT, str))
    with pytest.raises(FindError, match="occurrence::omit"):
        requests(field == "a")
