"""What the tests and their processes agree on. Nothing is imported here, so that a process starts quickly."""

from __future__ import annotations

SECRET = "no-one-else-knows-this"
FILE = "Office & Co"
USER = "api"
PASSWORD = "s3cret:with/odd?chars"
"""As in `scenarios/office.toml`."""
