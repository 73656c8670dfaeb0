"""A mypy plugin for projects that use pydantic's: `plugins = ["fmorm.mypy", "pydantic.mypy"]`, in this order.

pydantic's plugin gives inherited fields the type of their values, also on the class, where fmorm's are query
terms. This one comes first and leaves fmorm's classes to mypy's own rules, which need no help. Without
pydantic's plugin nothing is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mypy.nodes import TypeInfo
from mypy.plugin import ClassDefContext, Plugin

RECORD: Final = "fmorm.model.records.Record"


class FmormPlugin(Plugin):
    """Keeps later plugins away from models and portal rows."""

    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Give a hook that does nothing for classes derived from fmorm's, and none for others."""
        symbol = self.lookup_fully_qualified(fullname)
        if symbol is not None and isinstance(symbol.node, TypeInfo) and symbol.node.has_base(RECORD):
            return _leave_alone
        return None


def _leave_alone(context: ClassDefContext) -> None:
    del context


def plugin(version: str) -> type[Plugin]:
    """Give the plugin to mypy; `version` is mypy's."""
    del version
    return FmormPlugin
