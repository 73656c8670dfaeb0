"""Where a password can be kept: in the system's keyring, or in a file that a container is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fmorm.errors import CredentialsMissing
from fmorm.transport.secret import extra


def keyring_password(service: str, user: str) -> Callable[[], str]:
    """Take a password from the system's keyring, through the extra `fmorm[keyring]`.

    Args:
        service: The name of the entry, such as the host.
        user: Whose password.

    Returns:
        A function that reads it, to be given as a password. It raises CredentialsMissing where there is no entry, no
        keyring, or the keyring is locked.
    """

    def password() -> str:
        keyring = extra("keyring", f"the password of {user!r}", "keyring")
        try:
            found: str | None = keyring.get_password(service, user)
        except Exception as error:  # noqa: BLE001 - each system's keyring has errors of its own
            trouble = f"the keyring failed with {type(error).__name__}: is there one, and is it unlocked?"
        else:
            if found is not None:
                return found
            trouble = f"the keyring has no such entry: make it with `keyring set {service} {user}`"
        raise CredentialsMissing(f"no password for {user!r} of {service!r}: {trouble}")

    return password


def file_password(path: str) -> Callable[[], str]:
    """Take a password from a file, as Docker and Kubernetes hand secrets to a container.

    Args:
        path: The file: UTF-8, the password and nothing else. One line break at its end is left out.

    Returns:
        A function that reads it, to be given as a password. It reads anew for each log-in, so that a secret that is
        exchanged is taken up. It raises CredentialsMissing where the file cannot be read.
    """

    def password() -> str:
        try:
            text = Path(path).read_bytes().decode()
        except UnicodeDecodeError:
            trouble = "it is no UTF-8"
        except OSError as error:
            trouble = error.strerror or type(error).__name__
        else:
            return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
        raise CredentialsMissing(f"no password in file {path!r}: {trouble}")

    return password
