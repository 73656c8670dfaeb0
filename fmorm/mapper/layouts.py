"""What is on a layout, and models for layouts that have none."""

from __future__ import annotations

from typing import Any

from fmorm.mapper.given import expect_model
from fmorm.mapper.home import Home
from fmorm.model.records import Model
from fmorm.model.unnamed import LayoutRecord, model_of
from fmorm.protocol import metadata
from fmorm.protocol.effects import Steps
from fmorm.wire.metadata import LayoutMetadata


def layout_metadata(home: Home, layout: type[Model] | str) -> Steps[LayoutMetadata]:
    """Read what is on a layout, which is named or is that of a model.

    Raises:
        LayoutMissing: There is no such layout.
        TypeError: That is neither a name nor a model.
    """
    return metadata.layout_metadata(home.place, _name_of(layout, "layout_metadata"))


def layout(home: Home, name: str) -> Steps[type[LayoutRecord]]:
    """Give the model of a layout that has none; it is asked for once.

    Raises:
        LayoutMissing: There is no such layout.
        TypeError: That is no name.
    """
    untyped: Any = name
    if not isinstance(untyped, str):
        raise TypeError(f"layout takes the name of a layout; it was given {untyped!r}")
    found = home.layouts.get(name)
    if found is None:
        told = yield from metadata.layout_metadata(home.place, name)
        found = home.layouts.setdefault(name, model_of(told))  # another thread may have been quicker
    return found


def _name_of(given: type[Model] | str, verb: str) -> str:
    if isinstance(given, str):
        return given
    return expect_model(given, verb).place
