"""Tests of programs that use fmorm: an embedded server with rows, recorded conversations, the audit of both.

Nothing here needs pytest. The plugin for it is `fmorm.testing.plugin`, which pytest finds by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fmorm.testing.apps import embedded_app

_LATE = {
    "embedded_app": "fmorm.testing.apps",
}
"""Imported when first used: pytest loads the plugin, and this with it, in every run."""

__all__ = ["embedded_app"]


def __getattr__(name: str) -> Any:
    if name in _LATE:
        from importlib import import_module

        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'fmorm.testing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
