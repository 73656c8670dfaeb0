"""A typed data mapper over the Claris FileMaker Data API.

Declare layouts as classes, find with conditions made of their attributes, edit, save. `Database` and
`AsyncDatabase` have the same verbs; `Database.embedded` needs no FileMaker Server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fmorm._version import __version__

if TYPE_CHECKING:
    from fmorm._async.database import AsyncDatabase
    from fmorm._async.find import AsyncFind
    from fmorm._async.host import AsyncHost
    from fmorm._async.session import AsyncSession
    from fmorm._async.tokens import AsyncCacheTokens, AsyncMemoryTokens, AsyncRedisTokens, AsyncTokenStore
    from fmorm._sync.database import Database
    from fmorm._sync.find import Find
    from fmorm._sync.host import Host
    from fmorm._sync.session import Session
    from fmorm._sync.tokens import CacheTokens, MemoryTokens, RedisTokens, TokenStore
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
        MultipleFound,
        NoFreeSession,
        NoRecords,
        NotFound,
        NotLoaded,
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
        ScriptMissing,
        ServerError,
        SessionExpired,
        SessionLost,
        TlsError,
        TransportError,
    )
    from fmorm.model.declare import Container, Field, Portal, Repeating, container, field, portal, repeating
    from fmorm.model.portals import PortalRows
    from fmorm.model.records import Model, PortalRow
    from fmorm.model.repetitions import Repetitions
    from fmorm.model.state import NOT_LOADED, State, state
    from fmorm.protocol.retry import Retry
    from fmorm.query.conditions import Condition
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
    from fmorm.wire.containers import Contents
    from fmorm.wire.values import Kind

_LATE = {
    "Account": "fmorm.transport.credentials",
    "AllowanceError": "fmorm.errors",
    "AsyncCacheTokens": "fmorm._async.tokens",
    "AsyncDatabase": "fmorm._async.database",
    "AsyncFind": "fmorm._async.find",
    "AsyncHost": "fmorm._async.host",
    "AsyncMemoryTokens": "fmorm._async.tokens",
    "AsyncRedisTokens": "fmorm._async.tokens",
    "AsyncSession": "fmorm._async.session",
    "AsyncTokenStore": "fmorm._async.tokens",
    "BadValue": "fmorm.errors",
    "CacheTokens": "fmorm._sync.tokens",
    "CapacityError": "fmorm.errors",
    "ClarisID": "fmorm.transport.claris_id",
    "Condition": "fmorm.query.conditions",
    "ConflictError": "fmorm.errors",
    "ConnectTimedOut": "fmorm.errors",
    "ConnectionFailed": "fmorm.errors",
    "ConnectionLost": "fmorm.errors",
    "Container": "fmorm.model.declare",
    "Contents": "fmorm.wire.containers",
    "CredentialError": "fmorm.errors",
    "Credentials": "fmorm.transport.credentials",
    "CredentialsMissing": "fmorm.errors",
    "CriteriaError": "fmorm.errors",
    "DataSource": "fmorm.transport.credentials",
    "Database": "fmorm._sync.database",
    "DatabaseClosed": "fmorm.errors",
    "DeclarationError": "fmorm.errors",
    "DriftError": "fmorm.errors",
    "Field": "fmorm.model.declare",
    "FieldMissing": "fmorm.errors",
    "Find": "fmorm._sync.find",
    "FindError": "fmorm.errors",
    "FmormError": "fmorm.errors",
    "Host": "fmorm._sync.host",
    "Kind": "fmorm.wire.values",
    "LayoutMissing": "fmorm.errors",
    "MappingError": "fmorm.errors",
    "MemoryTokens": "fmorm._sync.tokens",
    "Missing": "fmorm.errors",
    "Model": "fmorm.model.records",
    "MultipleFound": "fmorm.errors",
    "NOT_LOADED": "fmorm.model.state",
    "NoFreeSession": "fmorm.errors",
    "NoRecords": "fmorm.errors",
    "NotFound": "fmorm.errors",
    "NotLoaded": "fmorm.errors",
    "NotUnique": "fmorm.errors",
    "OAuth": "fmorm.transport.credentials",
    "OutcomeTimedOut": "fmorm.errors",
    "OutcomeUnknown": "fmorm.errors",
    "Portal": "fmorm.model.declare",
    "PortalRow": "fmorm.model.records",
    "PortalRows": "fmorm.model.portals",
    "PrivilegeError": "fmorm.errors",
    "ProtocolError": "fmorm.errors",
    "ReadOnly": "fmorm.errors",
    "RecordLocked": "fmorm.errors",
    "RecordMissing": "fmorm.errors",
    "RecordStateError": "fmorm.errors",
    "RedisTokens": "fmorm._sync.tokens",
    "RefusedValue": "fmorm.errors",
    "Repeating": "fmorm.model.declare",
    "Repetitions": "fmorm.model.repetitions",
    "ReplyTimedOut": "fmorm.errors",
    "RequestEvent": "fmorm.transport.watch",
    "RequestRefused": "fmorm.errors",
    "Retry": "fmorm.protocol.retry",
    "RowConflict": "fmorm.errors",
    "ScriptMissing": "fmorm.errors",
    "ServerError": "fmorm.errors",
    "Session": "fmorm._sync.session",
    "SessionExpired": "fmorm.errors",
    "SessionLost": "fmorm.errors",
    "State": "fmorm.model.state",
    "TlsError": "fmorm.errors",
    "TokenStore": "fmorm._sync.tokens",
    "Traffic": "fmorm.transport.watch",
    "TransportError": "fmorm.errors",
    "async_oauth_begin": "fmorm.transport.oauth",
    "async_oauth_providers": "fmorm.transport.oauth",
    "container": "fmorm.model.declare",
    "field": "fmorm.model.declare",
    "keyring_password": "fmorm.transport.passwords",
    "oauth_begin": "fmorm.transport.oauth",
    "oauth_finish": "fmorm.transport.oauth",
    "oauth_providers": "fmorm.transport.oauth",
    "portal": "fmorm.model.declare",
    "repeating": "fmorm.model.declare",
    "state": "fmorm.model.state",
}
"""Imported when first used: declaring models needs no httpx, and pytest, which loads the plugin always, no pydantic."""

__all__ = [
    "NOT_LOADED",
    "Account",
    "AllowanceError",
    "AsyncCacheTokens",
    "AsyncDatabase",
    "AsyncFind",
    "AsyncHost",
    "AsyncMemoryTokens",
    "AsyncRedisTokens",
    "AsyncSession",
    "AsyncTokenStore",
    "BadValue",
    "CacheTokens",
    "CapacityError",
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
    "DriftError",
    "Field",
    "FieldMissing",
    "Find",
    "FindError",
    "FmormError",
    "Host",
    "Kind",
    "LayoutMissing",
    "MappingError",
    "MemoryTokens",
    "Missing",
    "Model",
    "MultipleFound",
    "NoFreeSession",
    "NoRecords",
    "NotFound",
    "NotLoaded",
    "NotUnique",
    "OAuth",
    "OutcomeTimedOut",
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
    "RedisTokens",
    "RefusedValue",
    "Repeating",
    "Repetitions",
    "ReplyTimedOut",
    "RequestEvent",
    "RequestRefused",
    "Retry",
    "RowConflict",
    "ScriptMissing",
    "ServerError",
    "Session",
    "SessionExpired",
    "SessionLost",
    "State",
    "TlsError",
    "TokenStore",
    "Traffic",
    "TransportError",
    "__version__",
    "async_oauth_begin",
    "async_oauth_providers",
    "container",
    "field",
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
