"""Which sessions may be shared: those that the same credentials opened, on the same host, for the same files."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence

from fmorm.transport.settings import Settings


def identity_of(settings: Settings) -> list[str]:
    """Give everything that tells one database's sessions from another's, secrets included.

    Args:
        settings: How to reach the database; its credentials may have to be asked for.

    Returns:
        The parts. They are only ever hashed, with a key.

    Raises:
        CredentialsMissing: A secret cannot be had.
    """
    sources = [part for source in settings.sources for part in source.identity()]
    return [settings.url.lower().rstrip("/"), settings.database, *settings.credentials.identity(), *sources]


def keyed_hash(secret: bytes, parts: Sequence[str]) -> str:
    """Hash parts so that nobody without the key can tell from it whose they are, or try passwords against it.

    Args:
        secret: The key.
        parts: The parts; where one ends and the next begins is hashed as well.

    Returns:
        64 hexadecimal digits.
    """
    return hmac.new(secret, json.dumps(list(parts)).encode(), hashlib.sha256).hexdigest()
