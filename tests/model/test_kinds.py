"""Which types a field can be held as: what each is written as, and which declarations are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, NewType, Optional, cast
from uuid import UUID

import pytest
from annotated_types import Ge, MaxLen
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ByteSize,
    GetCoreSchemaHandler,
    HttpUrl,
    Json,
    PastDate,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic import Field as PydanticField
from pydantic_core import CoreSchema, core_schema

from fmorm import BadValue, DeclarationError, Field, Model, Repeating, field, repeating
from fmorm.mapper.changes import changes, new_record
from fmorm.model.kinds import Wish, choose_codec
from fmorm.model.plan import plan_of
from fmorm.wire.values import Codec, Kind, Unreadable

from .people import one

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
UserId = NewType("UserId", int)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    city: str
    since: date | None = None
    share: Decimal = Decimal(1)
    tags: set[str] = set()


class Lossy(BaseModel):
    seen: str
    hidden: str = PydanticField(default="", exclude=True)


class Plain:
    pass


class Handle:
    """Made of text as pydantic's EmailStr is: a class in annotations, a str as a value."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        del source, handler
        return core_schema.no_info_after_validator_function(cls.check, core_schema.str_schema())

    @classmethod
    def check(cls, text: str) -> str:
        if not text.startswith("@"):
            raise ValueError("a handle begins with @")
        return text.lower()


def chosen(held: Any, kind: Kind | None = None, **options: Any) -> Codec:
    return choose_codec("P.x", held, Wish(kind=kind, **options))


def upper(text: str) -> str:
    return text.upper()


# -- kinds and classes -----------------------------------------------------------------------------------


NATURAL: list[Any] = [
    (timedelta, "time", timedelta, False),
    (timedelta | None, "time", timedelta, True),
    (Colour, "text", Colour, False),
    (Literal["a", "b"], "text", str, False),
    (Literal["a", None], "text", str, True),  # noqa: PYI061 - that form
    (Literal[1, 2] | None, "number", int, True),
    (list[str], "text", list, False),
    (set[int], "text", set, False),
    (tuple[Colour, ...], "text", tuple, False),
    (list[Literal["a"]], "text", list, False),
    (UserId, "number", int, False),
    (Optional[Annotated[int, Ge(0)]], "number", int, True),  # noqa: UP045 - `|` takes no Annotated
    (HttpUrl, "text", HttpUrl, False),
    (UUID | None, "text", UUID, True),
    (Path, "text", Path, False),
    (Address, "text", Address, False),
    (Annotated[Address, AfterValidator(lambda value: value)], "text", Address, False),
    (dict[str, int], "text", object, False),
    (Json[list[int]], "text", object, False),
    (AwareDatetime, "text", datetime, False),
    (ByteSize, "text", ByteSize, False),
    (Handle, "text", str, False),
]


@pytest.mark.parametrize(("held", "kind", "cls", "optional"), NATURAL)
def test_a_type_has_its_natural_kind(held: Any, kind: str, cls: type[Any], optional: bool) -> None:
    made = chosen(held)
    assert (made.kind, made.held, made.optional) == (kind, cls, optional)


VALUES: dict[str, tuple[Codec, st.SearchStrategy[Any]]] = {
    "UUID": (chosen(UUID), st.uuids()),
    "URL": (chosen(HttpUrl), st.integers(1).map(lambda n: HttpUrl(f"https://example.com/{n}?a={n}&b=%20"))),
    "path": (chosen(Path), st.sampled_from([Path("/a/b"), Path("c d"), Path()])),
    "model": (
        chosen(Address),
        st.builds(
            Address,
            city=TEXTS,
            since=st.none() | st.dates(),
            share=st.decimals(allow_nan=False, allow_infinity=False),
            tags=st.sets(TEXTS, max_size=3),
        ),
    ),
    "dict": (chosen(dict[str, int]), st.dictionaries(TEXTS, st.integers(-(10**40), 10**40))),
    "JSON": (chosen(Json[list[str]]), st.lists(TEXTS)),
    "aware": (chosen(AwareDatetime), st.datetimes(timezones=st.just(UTC))),
    "size as a number": (chosen(ByteSize, Kind.NUMBER), st.integers(0, 10**15).map(ByteSize)),
    "past as a date": (chosen(PastDate, Kind.DATE), st.dates(date(1, 1, 1), date(2020, 1, 1))),
}


@pytest.mark.parametrize("name", VALUES)
@settings(deadline=None)
@given(data=st.data())
def test_what_pydantic_writes_reads_back_the_same(name: str, data: st.DataObject) -> None:
    made, values = VALUES[name]
    value = data.draw(values)
    written = json.loads(json.dumps(made.write(value)))
    back = made.read(written)
    assert back == value
    assert "\n" not in str(written)
    assert made.read(made.write(back)) == value, "a second write sends something else"


def test_text_is_as_it_is_and_everything_else_json() -> None:
    assert chosen(HttpUrl).write(HttpUrl("https://example.com/a")) == "https://example.com/a"
    assert chosen(Address).write(Address(city="Bø")) == '{"city":"Bø","since":null,"share":"1","tags":[]}'
    assert chosen(Json[list[int]]).write([1, 2]) == "[1,2]"


def test_json_that_people_have_laid_out_is_read() -> None:
    assert chosen(Address).read('{\r  "city": "Bergen"\r}') == Address(city="Bergen")


def test_a_long_number_in_json_keeps_its_digits() -> None:
    digits = "0.12345678901234567890123"
    assert chosen(Address).read(f'{{"city": "x", "share": {digits}}}').share == Decimal(digits)


@pytest.mark.parametrize(
    ("held", "raw", "words"),
    [
        (UUID, "x", "UUID"),
        (Address, '{"city": 5}', "city: Input should be a valid string"),
        (Address, "no json", "JSON"),
        (Address, 5, "number"),
        (HttpUrl, "ftp://x", "scheme"),
        (UUID, "", r"UUID \| None"),
        (Address, "", r"Address \| None"),
    ],
)
def test_what_does_not_fit_is_told(held: Any, raw: Any, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        chosen(held).read(raw)


@pytest.mark.parametrize("held", [Lossy, Lossy | None])
def test_a_value_that_would_be_read_back_as_another_is_not_written(held: Any) -> None:
    made = chosen(held)
    assert made.read(made.write(Lossy(seen="a"))) == Lossy(seen="a")
    with pytest.raises(ValueError, match="another value"):
        made.write(Lossy(seen="a", hidden="b"))


def test_a_type_whose_values_are_text_has_the_verbs_of_text() -> None:
    class Named(Model, layout="named"):
        handle: Field[Handle | None] = field("Handle")

    term: Any = Named.handle
    assert term.startswith("@a").text == "==\\@a*"
    assert (term == "@ann").text == "==\\@ann"
    record = Named(handle=cast("Any", "@Ann"))
    assert new_record(record).values.wire() == {"Handle": "@ann"}
    with pytest.raises(Unreadable, match="begins with @"):
        plan_of(Named).fields["handle"].codec.read("ann")


# -- declarations that are refused -----------------------------------------------------------------------


class Mixed(Enum):
    A = 1
    B = "b"


class Nothing(Enum):
    pass


class Blank(StrEnum):
    NONE = ""
    SOME = "x"


@pytest.mark.parametrize(
    ("held", "options", "words"),
    [
        (Mixed, {}, "one type"),
        (Nothing, {}, "none"),
        (Literal[1, "a"], {}, "one type"),
        (Blank | None, {}, "empty text and | None"),
        (list, {}, r"list\[str\]"),
        (list[str] | None, {}, "leave out"),
        (list[str | None], {}, "one line"),
        (list[list[str]], {}, "one line"),
        (list[Address], {}, "one line"),
        (tuple[str, int], {}, r"tuple\[str, ...\]"),
        (list[str], {"kind": Kind.NUMBER}, "number field"),
        (Colour, {"kind": Kind.DATE}, "date field"),
        (SecretStr, {}, "hides"),
        (Plain, {}, "Plain"),
        (Any, {}, "str, int"),
        (bytes, {}, "bytes"),
        (dict, {}, "dict"),
        (timedelta, {"kind": Kind.TEXT}, "text field"),
        (Address, {"kind": Kind.CONTAINER}, "container"),
        (str, {"words": ("Yes", "No")}, "bool"),
        (int, {"lenient": True}, "bool"),
        (bool, {"words": ("Yes", "No"), "lenient": True}, "not both"),
        (bool, {"words": ("Yes", "Yes")}, "told from"),
        (bool, {"words": ("", "No")}, "told from"),
        (bool, {"words": ("Yes", 0)}, "one type"),
        (bool | None, {"words": ("Yes", "")}, r"\| None"),
        (bool, {"lenient": True, "kind": Kind.TEXT}, "number fields"),
        (date, {"zone": UTC}, "timestamp fields"),
        (datetime, {"zone": UTC, "kind": Kind.TEXT}, "timestamp fields"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_with_advice(held: Any, options: Any, words: str) -> None:
    with pytest.raises(DeclarationError, match=words) as caught:
        chosen(held, **options)
    assert "P.x" in str(caught.value)


def declare_half_of_the_words() -> None:
    field("X", true="Yes")


def declare_no_zone() -> None:
    field("X", zone="Europe/Atlantis")


def declare_a_repeating_list() -> type[Model]:
    class Wrong(Model, layout="x"):
        x: Repeating[list[str]] = repeating("X", 2)

    return Wrong


def declare_a_zone_of_the_class() -> type[Model]:
    class Wrong(Model, layout="x", zone="nowhere"):
        x: Field[str] = field("X")

    return Wrong


def declare_no_policy() -> type[Model]:
    policy: Any = "ignore"

    class Wrong(Model, layout="x", on_bad_value=policy):
        x: Field[str] = field("X")

    return Wrong


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (declare_half_of_the_words, "go together"),
        (declare_no_zone, "Europe/Atlantis"),
        (declare_a_repeating_list, "in place"),
        (declare_a_zone_of_the_class, "nowhere"),
        (declare_no_policy, "'raise', 'collect', 'keep'"),
    ],
)
def test_a_mistake_is_told_when_it_is_made(declare: Callable[[], object], words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        declare()


# -- values that a program gives -------------------------------------------------------------------------


class Thing(Model, layout="thing", zone="Europe/Oslo"):
    tags: Field[list[str]] = field("Tags", default_factory=list)
    short: Field[Annotated[list[str], MaxLen(2)]] = field("Short")
    at: Field[datetime | None] = field("At")
    utc: Field[datetime | None] = field("Utc", zone="UTC")
    text: Field[datetime | None] = field("Text", kind="text")
    ats: Repeating[datetime | None] = repeating("Ats", 2)
    length: Field[timedelta | None] = field("Length")
    settings: Field[Json[dict[str, int]] | None] = field("Settings")
    colour: Field[Colour | None] = field("Colour", default="red")
    loud: Field[Annotated[str, AfterValidator(upper)] | None] = field("Loud")


class Checked(Thing, layout="thing"):
    @field_validator("tags", "at")
    @classmethod
    def look(cls, value: Any) -> Any:
        return value


BOTH = pytest.mark.parametrize("model", [Thing, Checked])


@BOTH
@pytest.mark.parametrize(
    ("attr", "value", "words"),
    [
        ("tags", ["a\nb"], "line break"),
        ("tags", [""], "cannot be empty"),
        ("tags", "abc", "valid list"),
        ("short", ["a", "b", "c"], "at most 2"),
        ("at", datetime(2026, 7, 1), "time zone"),
        ("at", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "comes twice"),
        ("utc", datetime(2026, 7, 1), "time zone"),
        ("length", 5, "number"),
        ("length", "5", "number"),
        ("colour", "green", "'red' or 'blue'"),
    ],
)
def test_what_cannot_be_written_is_refused_when_it_is_set_or_given(
    model: type[Thing], attr: str, value: Any, words: str
) -> None:
    thing = model()
    with pytest.raises(ValidationError, match=words):
        setattr(thing, attr, value)
    with pytest.raises(ValidationError, match=words):
        model(**{attr: value})
    assert attr not in vars(thing) or getattr(thing, attr) != value


@BOTH
def test_a_moment_is_held_in_the_zone_of_its_field(model: type[Thing]) -> None:
    moment = datetime(2026, 7, 1, 10, tzinfo=UTC)
    given_one, set_one = model(at=moment, utc=moment, ats=[moment]), model()
    set_one.at = set_one.utc = set_one.ats[0] = moment
    for thing in (given_one, set_one):
        assert str(thing.at) == "2026-07-01 12:00:00+02:00"
        assert str(thing.utc) == "2026-07-01 10:00:00+00:00"
        sent = new_record(thing).values.wire()
        assert (sent["At"], sent["Utc"], sent["Ats(1)"]) == (
            "07/01/2026 12:00:00",
            "07/01/2026 10:00:00",
            sent["At"],
        )


def test_a_moment_in_a_text_field_keeps_what_it_is_given() -> None:
    assert str(Thing(text=datetime(2026, 7, 1)).text) == "2026-07-01 00:00:00"


def test_json_is_taken_as_text_and_as_a_value() -> None:
    given_one: Any = '{"a": 1}'
    thing = Thing(settings=given_one)
    assert thing.settings == {"a": 1}
    thing.settings = {"b": 2}
    assert new_record(thing).values.wire()["Settings"] == '{"b":2}'


def test_defaults_and_constraints_work() -> None:
    first, second = Thing(), Thing()
    assert first.tags == []
    assert first.tags is not second.tags
    assert first.colour is Colour.RED
    assert Thing(loud="a").loud == "A"


@BOTH
def test_a_dump_makes_the_same_record(model: type[Thing]) -> None:
    thing = one(
        model,
        Tags="a\rb",
        At="07/01/2026 12:00:00",
        Length="26:00:00",
        Settings='{"a":1}',
        Colour="blue",
    )
    assert (
        model(**thing.model_dump(exclude_unset=True)).model_dump()
        == model(**json.loads(thing.model_dump_json(exclude_unset=True))).model_dump()
    )
    again = model(**thing.model_dump(exclude_unset=True))
    assert again.tags == ["a", "b"]
    assert again.length == timedelta(hours=26)


def test_a_json_schema_names_the_types() -> None:
    shown = Thing.model_json_schema()["properties"]
    assert shown["tags"]["items"] == {"type": "string"}
    assert {"format": "duration", "type": "string"} in shown["length"]["anyOf"]


def test_what_was_made_unwritable_in_place_is_told_before_it_is_sent() -> None:
    thing = one(Thing, Tags="a")
    thing.tags.append("b\nc")
    with pytest.raises(BadValue, match=r"Thing\.tags: .*line break.*nothing was sent"):
        changes(thing).values.wire()


def test_a_zone_is_inherited_and_plain_fields_stay_quick() -> None:
    assert str(plan_of(Checked).fields["at"].codec.zone) == "Europe/Oslo"
    assert plan_of(Thing).watched == ("tags", "short", "settings")
