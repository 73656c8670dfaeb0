"""People and their pets: a file, and a model of what must be in it, which knows nothing of how the server does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import strategies as st

from fmorm.server import load_schema

SCHEMA = load_schema(
    {
        "database": {"name": "people"},
        "accounts": {"api": {"password": "secret"}},
        "tables": {
            "Person": {
                "fields": {"Key": {"type": "text", "auto_enter": "uuid"}, "Name": "text", "Age": "number"}
            },
            "Pet": {
                "fields": {"Owner": "text", "Kind": {"type": "text", "required": True}, "Legs": "number"}
            },
        },
        "occurrences": {"person": "Person", "pets": "Pet"},
        "relationships": [
            {
                "join": "person::Key = pets::Owner",
                "allow_creation": ["pets"],
                "cascade_delete": ["pets"],
            }
        ],
        "layouts": {
            "person": {
                "fields": ["Key", "Name", "Age"],
                "portals": {"pets": {"fields": ["Owner", "Kind", "Legs"], "sort": ["-Legs"]}},
            },
            "pets": {"fields": ["Owner", "Kind", "Legs"]},
        },
    }
)
WORDS = ("Agnes", "Tilda", "Moe", "Berg")
NAMES = st.lists(st.sampled_from((*WORDS, "agnes", "BERG")), max_size=2).map(" ".join)
AGES = st.sampled_from(["", "0", "7", "7.0", "8.5", "-1", "31", "3.1e1"])
KINDS = st.sampled_from(["cat", "dog", "cow"])
LEGS = st.sampled_from(["", "2", "4", "04"])
PEOPLE_FIELDS = st.fixed_dictionaries({}, optional={"Name": NAMES, "Age": AGES})
NEW_PETS = st.fixed_dictionaries({"Kind": KINDS}, optional={"Legs": LEGS})
CHANGED_PETS = st.fixed_dictionaries({}, optional={"Kind": KINDS, "Legs": LEGS})


@dataclass
class Kept:
    """A record of the model."""

    record_id: str
    fields: dict[str, str]
    mod_id: int = 0

    def number(self, name: str) -> Decimal | None:
        return Decimal(self.fields[name]) if self.fields[name] else None

    def is_changed(self, fields: dict[str, str]) -> None:
        if fields:
            self.fields |= fields
            self.mod_id += 1


@dataclass
class Office:
    """All records of the model, by record id, in the order of their creation."""

    people: dict[str, Kept] = field(default_factory=dict[str, Kept])
    pets: dict[str, Kept] = field(default_factory=dict[str, Kept])

    def pets_of(self, person: Kept) -> list[Kept]:
        """Give the rows of the portal: those with most legs first, and those without a number last."""
        owned = [pet for pet in self.pets.values() if pet.fields["Owner"] == person.fields["Key"]]
        return sorted(owned, key=lambda pet: (pet.number("Legs") is None, -(pet.number("Legs") or 0)))


def has_words(text: str, criterion: str) -> bool:
    words = text.lower().split()
    return all(any(word.startswith(one) for word in words) for one in criterion.lower().split())


TESTS: dict[str, Callable[[Kept, str], bool]] = {
    "words": lambda one, given: has_words(one.fields["Name"], given),
    "==": lambda one, given: one.fields["Name"].lower() == given.lower(),
}
AGE_TESTS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "": lambda one, given: one == given,
    "<": lambda one, given: one < given,
    ">": lambda one, given: one > given,
    "<=": lambda one, given: one <= given,
    ">=": lambda one, given: one >= given,
}


def as_row(pet: dict[str, str]) -> dict[str, str]:
    """Name fields as a portal has them."""
    return {f"pets::{name}": value for name, value in pet.items()}


def shown(text: str) -> str:
    """Give the text of a value after JSON: a number is read by Python's own reader."""
    return {"7.0": "7.0", "3.1e1": "31.0"}.get(text, text)


def order(person: Kept, *, descends: bool) -> tuple[bool, Decimal]:
    """Sort by age: those without one are first or, the other way round, last."""
    number = person.number("Age")
    if descends:
        return number is None, -(number or Decimal(0))
    return number is not None, number or Decimal(0)
