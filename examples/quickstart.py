"""The main job of fmorm, on the embedded server: declare, find, edit, save, meet a conflict.

    python examples/quickstart.py

Nothing is needed but fmorm: the FileMaker Data API that answers here runs in this process.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from fmorm import (
    ConflictError,
    Database,
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
from fmorm.server import App, load_schema

SCHEMA = Path(__file__).parent / "people.toml"


# -- declaring -----------------------------------------------------------------------------------------------


class Address(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")
    zip: Field[str | None] = field("Zip")
    population: Field[int | None] = field("address_city_info::Population", read_only=True)


class Person(Model, layout="person"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    name: Field[str] = field("Name")
    born: Field[date | None] = field("BirthDate")
    phones: Repeating[str] = repeating("Phone", 3)
    addresses: Portal[Address] = portal("person_addresses")


def main() -> None:
    with step("1. Declare: a layout is a class"):
        print(dim(f"{inspect.getsource(Address)}\n{inspect.getsource(Person)}".rstrip()))

    app = App(load_schema(SCHEMA))
    with Database.embedded(app) as db:
        with step("2. Find: conditions are made of the class's attributes"):
            young = (
                db.find(Person)
                .where(Person.name.startswith("Al") & (Person.born >= date(2000, 1, 1)))
                .omit(Person.addresses.city == "Oslo")
                .sort(Person.born.desc(), Person.name)
            )
            print(dim(young.explain()))
            for person in young:
                show(person)

        with step("3. Edit and save: fields, a repetition, portal rows, in one request"):
            person = db.get(Person, id="P-1")
            person.phones[0] = "+47 22 00 00 00"
            person.addresses[0].zip = "5004"
            person.addresses.append(Address(city="Oslo", zip="0150"))
            del person.addresses[1]
            db.save(person)
            show_exchange(app)
            show(db.reload(person))

        with step("4. Save again: nothing is dirty, so nothing is sent"):
            before = len(app.requests)
            db.save(person)
            print(f"requests sent: {len(app.requests) - before}")

        with step("5. Conflict: somebody else saved the record first"):
            theirs = db.get(Person, id="P-1")
            theirs.name = "Alma Berg-Dahl"
            db.save(theirs)
            person.name = "Alma B. Berg"
            try:
                db.save(person)
            except ConflictError as conflict:
                print(warn(str(conflict)))
                print(f"base   {conflict.base}")
                print(f"mine   {conflict.mine}")
                print(f"theirs {conflict.theirs}")
                print("my change goes on top of theirs, knowingly:")
                db.save(person, expect=state(conflict.current).mod_id)
            show(db.reload(person))

        with step("6. Create, and delete again"):
            new = Person(name="Agnes Moe", phones=["+47 91 00 00 00"], addresses=[Address(city="Bergen")])
            db.create(new, reload=True)
            show(new)
            db.delete(new)
            print(f"people now: {db.find(Person).count()}")
    app.close()


# -- showing it ----------------------------------------------------------------------------------------------

COLOURED = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def paint(code: str, text: str) -> str:
    return f"\033[{code}m{text}\033[0m" if COLOURED else text


def dim(text: str) -> str:
    return paint("2", text)


def warn(text: str) -> str:
    return paint("33", text)


@contextmanager
def step(title: str) -> Generator[None]:
    print(paint("1;36", title))
    yield
    print()


def show(person: Person) -> None:
    phones = ", ".join(phone for phone in person.phones if phone) or "no phone"
    print(f"{paint('1', person.name)}, born {person.born}, {phones}  {dim(str(state(person)))}")
    for row in person.addresses:
        people = f", {row.population:,} people" if row.population else ""
        print(f"    {row.zip or '    '} {row.city}{people}")


def show_exchange(app: App) -> None:
    """Show what the last request and its reply looked like on the wire."""
    request, reply = app.requests[-1]
    print(dim(f"{request.method} {request.target}\n{json.dumps(json.loads(request.body), indent=2)}"))
    print(dim(f"HTTP {reply.status}\n{json.dumps(json.loads(reply.body), indent=2)}"))


if __name__ == "__main__":
    main()
