"""Whose certificates are trusted."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import TypeAlias, cast

Verify: TypeAlias = bool | str | os.PathLike[str] | ssl.SSLContext
"""Whether certificates are checked; or the file, or the folder, of the authorities to trust; or a TLS context."""


def trusting(verify: object) -> bool | ssl.SSLContext:
    """Make of `verify` what the connection needs, once.

    Args:
        verify: See `Verify`.

    Returns:
        A context that trusts the authorities in the file or folder and no others; anything else as it is.

    Raises:
        TypeError: It is of another type.
        ValueError: There is no such file, or it holds no certificate.
    """
    if isinstance(verify, (bool, ssl.SSLContext)):
        return verify
    if not isinstance(verify, (str, os.PathLike)):
        raise TypeError(
            "verify is True, False, a path to certificates or an ssl.SSLContext "
            f"and was given a {type(verify).__name__}"
        )
    return _context(Path(os.fsdecode(cast("os.PathLike[str]", verify))))


def _context(path: Path) -> ssl.SSLContext:
    try:
        if path.is_dir():
            return _with_folder(path)
        return ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        trouble = "it holds no certificate in PEM form"
    except OSError as error:
        trouble = error.strerror or type(error).__name__
    raise ValueError(
        f"verify={str(path)!r}: {trouble}; give True, False, or a file with the certificates of authorities"
    )


def _with_folder(path: Path) -> ssl.SSLContext:
    # OpenSSL looks into a folder only when a server shows its certificate, and then by names that are hashes.
    # So an empty one would make no difference but that nothing is trusted.
    if not any(path.iterdir()):
        raise ValueError(f"verify={str(path)!r}: the folder is empty")
    return ssl.create_default_context(capath=path)
