"""What a real server has told of a file: raw replies, to be drafted from now or later."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from fmorm.drafting import shapes
from fmorm.wire.parsing import parse_json

Raw: TypeAlias = Mapping[str, Any]
"""The `response` member of a reply."""

SEPARATOR: Final = "-"
"""A separator in the list of layouts looks like a layout of this name."""

_LIST: Final = "layouts.json"


@dataclass(frozen=True)
class Metadata:
    """Raw replies about a file.

    Attributes:
        database: The file's name.
        layouts: What `GET …/layouts` has answered; `{}` where that is not known.
        metadata: What `GET …/layouts/{layout}` has answered, by layout, in the order to draft them in.
        records: What `GET …/layouts/{layout}/records` has answered, by layout.

    Raises:
        ValueError: A reply is none of the Data API's.
    """

    database: str
    layouts: Raw = field(default_factory=dict[str, Any])
    metadata: Mapping[str, Raw] = field(default_factory=dict[str, Raw])
    records: Mapping[str, Raw] = field(default_factory=dict[str, Raw])

    def __post_init__(self) -> None:
        """Check the replies, so that nobody has to later on."""
        if not shapes.is_list_of_layouts(self.layouts):
            raise ValueError("the list of layouts is none of the Data API's")
        for what, check, replies in (
            ("metadata", shapes.is_metadata, self.metadata),
            ("records", shapes.are_records, self.records),
        ):
            for layout, reply in replies.items():
                if not check(reply):
                    raise ValueError(f"the {what} of layout {layout!r} are none of the Data API's")

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the replies into a folder, in place of those in it, as JSON files that `load` reads.

        Args:
            folder: The folder, which is made where it is not there.

        Raises:
            OSError: It cannot be written.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        for old in [*place.glob("layout-*.json"), *place.glob("records-*.json")]:
            old.unlink()
        _dump(place / _LIST, {"database": self.database, "response": self.layouts})
        for number, (layout, reply) in enumerate(self.metadata.items(), 1):
            _dump(place / f"layout-{number:04d}.json", {"layout": layout, "response": reply})
            if layout in self.records:
                records = {"layout": layout, "response": self.records[layout]}
                _dump(place / f"records-{number:04d}.json", records)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Metadata:
        """Read what `save` has written.

        Args:
            folder: The folder.

        Returns:
            The replies.

        Raises:
            OSError: It cannot be read.
            ValueError: A file in it is something else.
        """
        place = Path(folder)
        whole = _parse(place / _LIST)
        return cls(
            database=_member(place / _LIST, whole, "database", str),
            layouts=_member(place / _LIST, whole, "response", dict),
            metadata=dict(_load_all(place, "layout")),
            records=dict(_load_all(place, "records")),
        )


def layout_names(layouts: Raw) -> list[str]:
    """Name the layouts of a list, those in folders too, in their order; separators are none."""
    return list(dict.fromkeys(name for name in _names(layouts.get("layouts", ())) if name != SEPARATOR))


def _names(items: Any) -> Iterator[str]:
    for item in items:
        if item.get("isFolder"):
            yield from _names(item.get("folderLayoutNames", ()))
        else:
            yield item["name"]


def _load_all(place: Path, prefix: str) -> Iterator[tuple[str, Raw]]:
    for path in sorted(place.glob(f"{prefix}-*.json")):
        whole = _parse(path)
        yield _member(path, whole, "layout", str), _member(path, whole, "response", dict)


def _member(path: Path, whole: Any, name: str, kind: type[Any]) -> Any:
    value: Any = cast("Raw", whole).get(name) if isinstance(whole, dict) else None
    if not isinstance(value, kind):
        raise ValueError(  # noqa: TRY004 - it is the file that is wrong, not a type in the program
            f"{path} holds no {name!r}: it was not written by fmorm pull --save-metadata"
        )
    return value


def _parse(path: Path) -> Any:
    try:
        return parse_json(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _dump(path: Path, content: Raw) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, default=_as_text)
    path.write_text(text + "\n", encoding="utf-8")


def _as_text(value: object) -> str:
    """Write a number of more digits than a float has as text: it is entered in the same way."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no JSON: {value!r}")
