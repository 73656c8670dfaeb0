"""The layouts that the program uses."""

from __future__ import annotations

from fmorm import Field, Model, field


class Contact(Model, layout="contact"):
    """A person or company."""

    name: Field[str] = field("Name", key=True)
    city: Field[str | None] = field("City")
    phone: Field[str | None] = field("Phone")
