"""Text that means something to somebody on the way: FileMaker's operators, line breaks, NUL, half characters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bad_input.conftest import Serve
from bad_input.witness import contents, dirty, each, failure, saves, shown, told, unharmed
from scenarios.conftest import Office
from scenarios.office import Address, Person

from fmorm import BadValue, Database, FindError, state
from fmorm.query.conditions import Condition

OPERATORS = [
    "=", "==", "!", "<", ">", "≤", "≥", "<=", ">=", "<>", "...", "..", "…", "//", "?", "@", "#", "*", '""', '"',
    "*\"\"",
    "~", "\\", "\\*", "\\\\", "=*", "==*", "*@*", "1...9", "a..b", "{1}", "{1..3}", "$$x", "'", ";", "%", "_", "&", "|",
    "^", "(", ")", "[", "]", "::", "::Name", "-", "+", ",", "/", ":", "$", "`",
]  # fmt: skip
EVERYTHING = " ".join(OPERATORS)
WORDS = [
    "ann@example.com", "50% off?", "#1 fan", "A*B", "C++", "C#", "who?!", 'say "hi"', "O'Brien", "a=b", "x<y>z",
    "~tilde",
    "//today", "back\\slash", "1...10", "{braces}", "<b>html</b>", "'; DROP TABLE Person; --",
    "${jndi:ldap://x}", "é😀ß",
    "%41", "&amp;", "a b", " a", "a ", "\ta", "A\u00a0B", "…", "null", "None", "true", "NaN", "0012", "1e5", "omit",
]  # fmt: skip


TEXTS = list(dict.fromkeys([EVERYTHING, EVERYTHING[::-1], *OPERATORS, *WORDS]))
DECOYS = ["x", "Zoe", "a", "1", "5", "ab", "today", "ann", "example"]
"""What a find would hit as well, were a character taken for an operator."""


def folded(text: str) -> str:
    return text.casefold()


@pytest.fixture
def full(db: Database) -> dict[str, str | None]:
    """A record for each text, and its record id by text."""
    return {
        text: state(db.create(Person(name=text, notes=text, phones=["", text, ""]))).record_id  # pyright: ignore[reportArgumentType]
        for text in [*TEXTS, *DECOYS]
    }


def test_text_comes_back_as_it_was(db: Database, full: dict[str, str | None]) -> None:
    there = {state(person).record_id: person for person in db.find(Person).portals().all()}
    for text, record_id in full.items():
        person = there[record_id]
        assert (person.name, person.notes, list(person.phones)) == (text, text, ["", text, ""])


FINDS: dict[str, tuple[Callable[[str], Condition], Callable[[str, str], bool]]] = {
    "==": (lambda text: Person.name == text, lambda name, text: name == text),
    "in_": (lambda text: Person.name.in_([text, f"{text} nobody"]), lambda name, text: name == text),
    "startswith": (Person.name.startswith, str.startswith),
    "endswith": (Person.name.endswith, str.endswith),
    "contains": (Person.name.contains, str.__contains__),
    "two fields": (
        lambda text: (Person.name == text) & (Person.notes == text),
        lambda name, text: name == text,
    ),
    "a repetition": (lambda text: Person.phones == text, lambda name, text: name == text),
}


def test_text_is_found_as_itself_and_finds_nothing_else(db: Database, full: dict[str, str | None]) -> None:
    for text, record_id in full.items():
        for make, meets in FINDS.values():
            people = db.find(Person).where(make(text)).portals().all()
            found = {state(person).record_id: person.name for person in people}
            assert record_id in found, f"{make(text)!r} does not find {text!r}"
            for name in found.values():
                assert meets(folded(name), folded(text)), f"{make(text)!r} finds {name!r}"


def test_text_can_be_saved_wherever_there_is_text(db: Database) -> None:
    for text in TEXTS:
        bo = db.get(Person, 2)
        bo.name = bo.notes = f"{text}{text}"
        bo.addresses[0].city = text
        bo.addresses.append(Address(city=f"{text}!"))
        db.save(bo)
        now = db.get(Person, 2)
        assert (now.name, [row.city for row in now.addresses]) == (text * 2, [text, f"{text}!"])
        del now.addresses[1]
        db.save(now)
        db.update(Person, 3, {"notes": text})
        assert db.get(Person, 3).notes == text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\nb", "a\nb"), ("a\rb", "a\nb"), ("a\r\nb", "a\nb"), ("a\n\rb", "a\n\nb"), ("\n", "\n"), ("\r\n\r\n",
    "\n\n"),
        ("a\x0bb", "a\x0bb"), ("a\x0cb", "a\x0cb"), ("a\x85b", "a\x85b"), ("a\u2028b\u2029c", "a\u2028b\u2029c"),
        ("a\tb", "a\tb"), ("a\x1db", "a\x1db"), ("\nx\n", "\nx\n"),
    ],
    ids=ascii,
)  # fmt: skip
def test_every_kind_of_line_break_comes_back(office: Office, db: Database, given: str, kept: str) -> None:
    person = db.create(Person(name=f"x{given}y", notes=given), reload=True)
    assert (person.name, person.notes) == (f"x{kept}y", kept)
    assert b"\\n" not in next(
        r.body for r, _ in reversed(office.app.requests) if r.method == "POST" and r.body
    )
    for text in (f"x{given}y", f"x{kept}y"):
        assert db.find(Person).where(Person.name == text).count() == 1
        assert db.find(Person).where(Person.name.startswith(text)).count() == 1
    person.notes = f"{given}{given}"
    db.save(person)
    assert db.get(Person, state(person).record_id).notes == (given * 2).replace("\r\n", "\n").replace(
        "\r", "\n"
    )


ODD = {
    "NUL": "a\0b",
    "NUL alone": "\0",
    "half a surrogate": "a\ud800b",
    "the other half": "a\udc00b",
    "the wrong way round": "a\udc00\ud800b",
    "undecoded": b"caf\xe9".decode("utf-8", "surrogateescape"),
}


@pytest.mark.parametrize("what", ODD)
def test_odd_characters_come_back_or_are_refused_and_nothing_is_cut(
    office: Office, db: Database, what: str
) -> None:
    text = ODD[what]
    ann = dirty(db)
    ann.notes = text
    found: list[Person] = []
    before, new = (shown(ann), contents(office.app)), Person(name=f"x{text}")
    for verb in each(
        lambda: db.save(ann),
        lambda: db.create(new),
        lambda: db.update(Person, 3, {"notes": text}),
    ):
        error = failure(verb)
        if error is not None:
            with told(BadValue, r"Person\.(notes|name)", "nothing was sent"):
                raise error
    if state(ann).originals:
        assert (shown(ann), contents(office.app)) == before
    else:
        assert [db.get(Person, number).notes for number in (1, 3)] == [text, text]
    error = failure(lambda: found.extend(db.find(Person).where(Person.name == f"x{text}")))
    if error is not None:
        with told(FindError, r"Person\.name"):
            raise error
    assert [person.name for person in found] == ([] if state(new).is_new else [f"x{text}"])
    assert db.get(Person, 2).name == "Bo Dahl"
    if state(ann).originals:
        ann.notes = "clean"
        saves(db, ann)


def test_a_megabyte_of_text_comes_back(serve: Serve) -> None:
    office, _ = serve()
    db = office.open()
    text = "æøå😀 @#?*\n" * 100_000
    person = db.create(Person(name="Dag", notes=text), reload=True)
    assert person.notes == text
    person.notes = text[::-1]
    db.save(person)
    assert db.get(Person, state(person).record_id).notes == text[::-1]


def test_a_very_long_criterion_is_answered_or_refused(serve: Serve) -> None:
    office, _ = serve()
    db = office.open()
    assert db.find(Person).where(Person.name == "@" * 20_000).count() == 0
    assert db.find(Person).where(Person.name.in_(f"{i}*" for i in range(500))).count() == 0


def test_a_find_for_nothing_is_told_or_finds_what_is_empty(office: Office, db: Database) -> None:
    with unharmed(office, db):
        for verb in (
            Person.notes.startswith,
            Person.notes.contains,
            Person.notes.endswith,
            Person.notes.matches,
        ):
            with told(
                FindError, rf"Person\.notes\.{verb.__name__} was given an empty text", r"not_empty\(\)"
            ):
                verb("")
        for blank in (" ", "\n", "\t ", "\u00a0"):
            with told(FindError, r"Person\.notes\.matches was given an empty text"):
                Person.notes.matches(blank)
            assert db.find(Person).where(Person.notes == blank).count() == 0
        found = db.find(Person).where(Person.notes == "").all()
        assert [person.name for person in found] == ["Bo Dahl", "Cleo Lund"]
