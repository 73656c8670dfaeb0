"""A schema that was drawn up by fmorm, for a person to complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fmorm.drafting.writer import Place, write


@dataclass(frozen=True)
class Draft:
    """A schema, and what is left to do in it.

    Attributes:
        schema: The schema: `load_schema`, `App` by way of it, and `Database.embedded` take it as it is.
        notes: Comments by the place that they belong to: keys and positions from the top of the schema.
    """

    schema: dict[str, object]
    notes: Mapping[Place, Sequence[str]] = field(default_factory=dict[Place, Sequence[str]])

    def toml(self) -> str:
        """Write the schema as a file for people, with the comments in their places.

        Returns:
            The text. Reading it gives the same schema; the same draft gives the same text.
        """
        return write(self.schema, self.notes)

    @property
    def todo(self) -> list[str]:
        """What is left to do, in the order of the file, without the word TODO."""
        return [
            note.removeprefix("TODO: ")
            for notes in self.notes.values()
            for note in notes
            if note.startswith("TODO: ")
        ]
