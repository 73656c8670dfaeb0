"""A report, asynchronously: who lives where, with several requests under way at once.

    python examples/async_report.py

Nothing is needed but fmorm: the FileMaker Data API that answers here runs in this process.
"""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from pathlib import Path

from fmorm import AsyncDatabase, Field, Model, Portal, PortalRow, field, portal

SCHEMA = Path(__file__).with_name("people.toml")
GENERATIONS = {"1980s": (1980, 1989), "1990s": (1990, 1999), "2000s": (2000, 2009)}


class Address(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")
    population: Field[int | None] = field("address_city_info::Population", read_only=True)


class Person(Model, layout="person"):
    name: Field[str] = field("Name")
    born: Field[date | None] = field("BirthDate")
    height: Field[Decimal | None] = field("Height")
    addresses: Portal[Address] = portal("person_addresses")


async def count_born(db: AsyncDatabase, first: int, last: int) -> int:
    """Count the people born in these years; no record is read for it."""
    born = Person.born.between(date(first, 1, 1), date(last, 12, 31))
    return await db.find(Person).where(born).count()


async def read_people(db: AsyncDatabase) -> list[Person]:
    """Read everybody with all addresses, page by page."""
    return [person async for person in db.find(Person).sort(Person.born)]


async def main() -> None:
    async with AsyncDatabase.embedded(SCHEMA) as db, asyncio.TaskGroup() as tasks:
        people = tasks.create_task(read_people(db))
        counts = {
            generation: tasks.create_task(count_born(db, first, last))
            for generation, (first, last) in GENERATIONS.items()
        }
    show_people(people.result())
    show_generations({generation: count.result() for generation, count in counts.items()})


def show_people(people: list[Person]) -> None:
    print(f"{'name':<14} {'born':<10} {'height':>6}  lives in")
    for person in people:
        born = person.born.isoformat() if person.born else ""
        cities = ", ".join(row.city for row in person.addresses)
        print(f"{person.name:<14} {born:<10} {person.height or '':>6}  {cities}")
    heights = [person.height for person in people if person.height is not None]
    print(f"{'mean':<25} {sum(heights) / len(heights):>6.2f}\n")


def show_generations(counts: dict[str, int]) -> None:
    for generation, count in counts.items():
        print(f"{generation}  {count:>3}  {'#' * count}")


if __name__ == "__main__":
    asyncio.run(main())
