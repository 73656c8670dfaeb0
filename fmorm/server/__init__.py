"""An embedded FileMaker Data API server: for trying out, for tests, for working offline.

It shares nothing with the client but the table of error codes.
"""

from __future__ import annotations

from fmorm.server.app import App
from fmorm.server.faults.fault import Fault
from fmorm.server.faults.faults import Faults
from fmorm.server.faults.host import RecordLock
from fmorm.server.http import Reply, Request
from fmorm.server.mounts.socket import Background, serve
from fmorm.server.rows import RowError
from fmorm.server.schema.loading import load_schema, load_schemas
from fmorm.server.schema.schema import Schema
from fmorm.server.schema.section import SchemaError
from fmorm.server.scripts.code import Code, CodeError
from fmorm.server.scripts.errors import ScriptError
from fmorm.server.scripts.loading import load_code
from fmorm.server.scripts.run import Run

__all__ = [
    "App",
    "Background",
    "Code",
    "CodeError",
    "Fault",
    "Faults",
    "RecordLock",
    "Reply",
    "Request",
    "RowError",
    "Run",
    "Schema",
    "SchemaError",
    "ScriptError",
    "load_code",
    "load_schema",
    "load_schemas",
    "serve",
]
