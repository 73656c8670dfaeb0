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
    ConnectTimedOut,
    CredentialError,
    CredentialsMissing,
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
    ModelMismatch,
    MultipleFound,
    NoAccess,
    NoFreeSession,
    NoRecords,
    NotAllDone,
    NotFound,
    NotLoaded,
    NotOnLayout,
    NotUnique,
    OutcomeTimedOut,
    OutcomeUnknown,
    PrivilegeError,
    ProtocolError,
    ReadOnly,
    RecordLocked,
    RecordMissing,
    RecordStateError,
    RefusedValue,
    ReplyTimedOut,
    RequestRefused,
    RowConflict,
    ScriptError,
    ScriptMissing,
    ServerError,
    SessionExpired,
    SessionLost,
    TlsError,
    TransportError,
)
from fmorm.model.converting import as_model
from fmorm.model.declare import (
    Container,
    Field,
    Portal,
    Repeating,
    RepeatingContainer,
    container,
    field,
    portal,
    repeating,
)
from fmorm.model.hooks import after_save, before_save
from fmorm.model.portals import PortalRows
from fmorm.model.records import Model, PortalRow
from fmorm.model.relations import BelongsTo, HasMany, belongs_to, has_many
from fmorm.model.repetitions import Repetitions
from fmorm.model.state import NOT_LOADED, State, state
from fmorm.model.troubles import OnBadValue
from fmorm.query.conditions import Condition
from fmorm.wire.containers import Contents
from fmorm.wire.values import Kind

if TYPE_CHECKING:
    from fmorm._async.database import AsyncDatabase
    from fmorm._async.files import AsyncDownload
    from fmorm._async.find import AsyncFind
    from fmorm._async.host import AsyncHost
    from fmorm._async.session import AsyncSession
    from fmorm._async.tokens import AsyncCacheTokens, AsyncMemoryTokens, AsyncRedisTokens, AsyncTokenStore
    from fmorm._sync.database import Database
    from fmorm._sync.files import Download
    from fmorm._sync.find import Find
    from fmorm._sync.host import Host
    from fmorm._sync.session import Session
    from fmorm._sync.tokens import CacheTokens, MemoryTokens, RedisTokens, TokenStore
    from fmorm.checking.findings import Finding, Findings, Severity
    from fmorm.mapper.changed import Changes, Mark
    from fmorm.mapper.merging import OnConflict
    from fmorm.mapper.report import Outcome, Report, ReportEntry
    from fmorm.model.unnamed import LayoutRecord, LayoutRow
    from fmorm.protocol.retry import Retry
    from fmorm.transport.claris_id import ClarisID
    from fmorm.transport.credentials import Account, Credentials, DataSource, OAuth
    from fmorm.transport.oauth import (
        async_oauth_begin,
        async_oauth_providers,
        oauth_begin,
        oauth_finish,
        oauth_providers,
    )
    from fmorm.transport.passwords import keyring_password
    from fmorm.transport.watch import RequestEvent, Traffic
    from fmorm.wire.metadata import (
        Choice,
        FieldInfo,
        LayoutMetadata,
        ListedLayout,
        ListedScript,
        PortalInfo,
        ProductInfo,
        ValueList,
    )
    from fmorm.wire.scripts import Script, ScriptResult

_LATE = {
    "async_oauth_begin": "fmorm.transport.oauth",
    "async_oauth_providers": "fmorm.transport.oauth",
    "keyring_password": "fmorm.transport.passwords",
    "oauth_begin": "fmorm.transport.oauth",
    "oauth_finish": "fmorm.transport.oauth",
    "oauth_providers": "fmorm.transport.oauth",
    "Account": "fmorm.transport.credentials",
    "AsyncCacheTokens": "fmorm._async.tokens",
    "AsyncDatabase": "fmorm._async.database",
    "AsyncDownload": "fmorm._async.files",
    "AsyncFind": "fmorm._async.find",
    "AsyncHost": "fmorm._async.host",
    "AsyncMemoryTokens": "fmorm._async.tokens",
    "AsyncRedisTokens": "fmorm._async.tokens",
    "AsyncSession": "fmorm._async.session",
    "AsyncTokenStore": "fmorm._async.tokens",
    "CacheTokens": "fmorm._sync.tokens",
    "Changes": "fmorm.mapper.changed",
    "Choice": "fmorm.wire.metadata",
    "ClarisID": "fmorm.transport.claris_id",
    "Credentials": "fmorm.transport.credentials",
    "DataSource": "fmorm.transport.credentials",
    "Database": "fmorm._sync.database",
    "Download": "fmorm._sync.files",
    "FieldInfo": "fmorm.wire.metadata",
    "Find": "fmorm._sync.find",
    "Finding": "fmorm.checking.findings",
    "Findings": "fmorm.checking.findings",
    "Host": "fmorm._sync.host",
    "LayoutMetadata": "fmorm.wire.metadata",
    "LayoutRecord": "fmorm.model.unnamed",
    "LayoutRow": "fmorm.model.unnamed",
    "ListedLayout": "fmorm.wire.metadata",
    "ListedScript": "fmorm.wire.metadata",
    "Mark": "fmorm.mapper.changed",
    "MemoryTokens": "fmorm._sync.tokens",
    "OAuth": "fmorm.transport.credentials",
    "OnConflict": "fmorm.mapper.merging",
    "Outcome": "fmorm.mapper.report",
    "PortalInfo": "fmorm.wire.metadata",
    "ProductInfo": "fmorm.wire.metadata",
    "RedisTokens": "fmorm._sync.tokens",
    "Report": "fmorm.mapper.report",
    "ReportEntry": "fmorm.mapper.report",
    "RequestEvent": "fmorm.transport.watch",
    "Retry": "fmorm.protocol.retry",
    "Script": "fmorm.wire.scripts",
    "ScriptResult": "fmorm.wire.scripts",
    "Session": "fmorm._sync.session",
    "Severity": "fmorm.checking.findings",
    "TokenStore": "fmorm._sync.tokens",
    "Traffic": "fmorm.transport.watch",
    "ValueList": "fmorm.wire.metadata",
}
"""What brings httpx along, or few programs name: imported when first used, so that declaring models stays quick."""

__all__ = [
    "NOT_LOADED",
    "Account",
    "AllowanceError",
    "AsyncCacheTokens",
    "AsyncDatabase",
    "AsyncDownload",
    "AsyncFind",
    "AsyncHost",
    "AsyncMemoryTokens",
    "AsyncRedisTokens",
    "AsyncSession",
    "AsyncTokenStore",
    "BadValue",
    "BelongsTo",
    "CacheTokens",
    "CapacityError",
    "Changes",
    "Choice",
    "ClarisID",
    "Condition",
    "ConflictError",
    "ConnectTimedOut",
    "ConnectionFailed",
    "ConnectionLost",
    "Container",
    "Contents",
    "CredentialError",
    "Credentials",
    "CredentialsMissing",
    "CriteriaError",
    "DataSource",
    "Database",
    "DatabaseClosed",
    "DeclarationError",
    "Download",
    "DriftError",
    "Field",
    "FieldInfo",
    "FieldMissing",
    "Find",
    "FindError",
    "Finding",
    "Findings",
    "FmormError",
    "HasMany",
    "Host",
    "Kind",
    "LayoutMetadata",
    "LayoutMissing",
    "LayoutRecord",
    "LayoutRow",
    "ListedLayout",
    "ListedScript",
    "MappingError",
    "Mark",
    "MemoryTokens",
    "Missing",
    "Model",
    "ModelMismatch",
    "MultipleFound",
    "NoAccess",
    "NoFreeSession",
    "NoRecords",
    "NotAllDone",
    "NotFound",
    "NotLoaded",
    "NotOnLayout",
    "NotUnique",
    "OAuth",
    "OnBadValue",
    "OnConflict",
    "Outcome",
    "OutcomeTimedOut",
    "OutcomeUnknown",
    "Portal",
    "PortalInfo",
    "PortalRow",
    "PortalRows",
    "PrivilegeError",
    "ProductInfo",
    "ProtocolError",
    "ReadOnly",
    "RecordLocked",
    "RecordMissing",
    "RecordStateError",
    "RedisTokens",
    "RefusedValue",
    "Repeating",
    "RepeatingContainer",
    "Repetitions",
    "ReplyTimedOut",
    "Report",
    "ReportEntry",
    "RequestEvent",
    "RequestRefused",
    "Retry",
    "RowConflict",
    "Script",
    "ScriptError",
    "ScriptMissing",
    "ScriptResult",
    "ServerError",
    "Session",
    "SessionExpired",
    "SessionLost",
    "Severity",
    "State",
    "TlsError",
    "TokenStore",
    "Traffic",
    "TransportError",
    "ValueList",
    "__version__",
    "after_save",
    "as_model",
    "async_oauth_begin",
    "async_oauth_providers",
    "before_save",
    "belongs_to",
    "container",
    "field",
    "has_many",
    "keyring_password",
    "oauth_begin",
    "oauth_finish",
    "oauth_providers",
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
