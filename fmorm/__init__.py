"""A typed data mapper over the Claris FileMaker Data API.

Declare layouts as classes, find with conditions made of their attributes, edit, save. `Database` and
`AsyncDatabase` have the same verbs; `Database.embedded` needs no FileMaker Server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fmorm._version import __version__
from fmorm.errors import (
    AllowanceError,
    BadValue,
    CapacityError,
    ConflictError,
    ConnectionFailed,
    ConnectionLost,
    CredentialError,
    CriteriaError,
    DatabaseClosed,
    DeclarationError,
    DriftError,
    FieldMissing,
    FindError,
    FmormError,
    LayoutMissing,
    MappingError,
    Missing,
    MultipleFound,
    NoRecords,
    NotFound,
    NotLoaded,
    NotUnique,
    OutcomeUnknown,
    PrivilegeError,
    ProtocolError,
    ReadOnly,
    RecordLocked,
    RecordMissing,
    RecordStateError,
    RefusedValue,
    RequestRefused,
    RowConflict,
    ScriptMissing,
    ServerError,
    SessionExpired,
    TransportError,
)
from fmorm.model.declare import Field, Portal, Repeating, field, portal, repeating
from fmorm.model.portals import PortalRows
from fmorm.model.records import Model, PortalRow
from fmorm.model.repetitions import Repetitions
from fmorm.model.state import NOT_LOADED, State, state
from fmorm.query.conditions import Condition
from fmorm.wire.values import Kind

if TYPE_CHECKING:
    from fmorm._async.database import AsyncDatabase
    from fmorm._async.find import AsyncFind
    from fmorm._sync.database import Database
    from fmorm._sync.find import Find

_LATE = {
    "AsyncDatabase": "fmorm._async.database",
    "AsyncFind": "fmorm._async.find",
    "Database": "fmorm._sync.database",
    "Find": "fmorm._sync.find",
}
"""What brings httpx along: imported when first used, so that declaring models stays quick."""

__all__ = [
    "NOT_LOADED",
    "AllowanceError",
    "AsyncDatabase",
    "AsyncFind",
    "BadValue",
    "CapacityError",
    "Condition",
    "ConflictError",
    "ConnectionFailed",
    "ConnectionLost",
    "CredentialError",
    "CriteriaError",
    "Database",
    "DatabaseClosed",
    "DeclarationError",
    "DriftError",
    "Field",
    "FieldMissing",
    "Find",
    "FindError",
    "FmormError",
    "Kind",
    "LayoutMissing",
    "MappingError",
    "Missing",
    "Model",
    "MultipleFound",
    "NoRecords",
    "NotFound",
    "NotLoaded",
    "NotUnique",
    "OutcomeUnknown",
    "Portal",
    "PortalRow",
    "PortalRows",
    "PrivilegeError",
    "ProtocolError",
    "ReadOnly",
    "RecordLocked",
    "RecordMissing",
    "RecordStateError",
    "RefusedValue",
    "Repeating",
    "Repetitions",
    "RequestRefused",
    "RowConflict",
    "ScriptMissing",
    "ServerError",
    "SessionExpired",
    "State",
    "TransportError",
    "__version__",
    "field",
    "portal",
    "repeating",
    "state",
]


def __getattr__(name: str) -> Any:
    if name in _LATE:
        from importlib import import_module

        value = getattr(import_module(_LATE[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'fmorm' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
