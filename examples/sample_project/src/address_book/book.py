"""What the program does. Every function takes the database, which is what makes them easy to test."""

from __future__ import annotations

from address_book.models import Contact
from fmorm import AsyncDatabase, Database


def phone_list(db: Database, city: str) -> list[str]:
    """Give the lines of a telephone list."""
    people = db.find(Contact).where((Contact.city == city) & Contact.phone.not_empty()).sort(Contact.name)
    return [f"{contact.name}: {contact.phone}" for contact in people]


def move(db: Database, name: str, city: str) -> None:
    """Note that somebody has moved, and that their telephone number is none any more."""
    contact = db.get(Contact, name=name)
    contact.city, contact.phone = city, None
    db.save(contact)


async def count(db: AsyncDatabase, city: str) -> int:
    """Count who lives in a city."""
    return await db.find(Contact).where(Contact.city == city).count()
