"""Tests of programs that use fmorm: an embedded server with rows, recorded conversations, the audit of both.

Nothing here needs pytest. The plugin for it is `fmorm.testing.plugin`, which pytest finds by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fmorm.testing.apps import embedded_app
    from fmorm.testing.audit import Finding, NoCassette, findings
    from fmorm.testing.cassettes import Cassette, CassetteError, use_cassette
    from fmorm.testing.recording import SecretFound, configure, options
    from fmorm.testing.scrubbing import Scrubber

_LATE = {
    "Cassette": "fmorm.testing.cassettes",
    "CassetteError": "fmorm.testing.cassettes",
    "Finding": "fmorm.testing.audit",
    "NoCassette": "fmorm.testing.audit",
    "Scrubber": "fmorm.testing.scrubbing",
    "SecretFound": "fmorm.testing.recording",
    "configure": "fmorm.testing.recording",
    "embedded_app": "fmorm.testing.apps",
    "findings": "fmorm.testing.audit",
    "options": "fmorm.testing.recording",
    "use_cassette": "fmorm.testing.cassettes",
}
"""Imported when first used: pytest loads the plugin, and this with it, in every run."""

__all__ = [
    "Cassette",
    "CassetteError",
    "Finding",
    "NoCassette",
    "Scrubber",
    "SecretFound",
    "configure",
    "embedded_app",
    "findings",
    "options",
    "use_cassette",
]


def __getattr__(name: str) -> Any:
    if name in _LATE:
        from importlib import import_module

        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'fmorm.testing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
