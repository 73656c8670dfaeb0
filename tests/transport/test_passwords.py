from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from fmorm.errors import CredentialsMissing
from fmorm.transport.credentials import Account
from fmorm.transport.passwords import file_password, keyring_password

SECRET = "s3cr3t-0f-1da"


class Memory(keyring.backend.KeyringBackend):
    """A keyring of the tests."""

    priority = 1  # pyright: ignore[reportAssignmentType]

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked(SECRET)
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


@pytest.fixture
def memory() -> Iterator[Memory]:
    before, memory = keyring.get_keyring(), Memory()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


def test_a_password_out_of_the_keyring(memory: Memory) -> None:
    password = keyring_password("fm.example.com", "ida")
    keyring.set_password("fm.example.com", "ida", SECRET)
    account = Account("ida", password)
    assert account.blocking
    assert account.headers() == Account("ida", SECRET).headers()
    memory.entries["fm.example.com", "ida"] = "new"
    assert account.headers() == Account("ida", "new").headers()


def test_no_entry_is_told_with_the_command_that_makes_it(memory: Memory) -> None:
    with pytest.raises(
        CredentialsMissing, match=r"no such entry: make it with `keyring set fm.example.com eva`"
    ):
        Account("eva", keyring_password("fm.example.com", "eva")).headers()


def test_a_keyring_that_fails_is_told_without_its_text(memory: Memory) -> None:
    memory.locked = True
    with pytest.raises(CredentialsMissing, match=r"failed with KeyringLocked: .* is it unlocked") as caught:
        keyring_password("fm.example.com", "ida")()
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


def test_without_the_extra_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(CredentialsMissing, match=r"needs keyring: pip install 'fmorm\[keyring\]'"):
        keyring_password("fm.example.com", "ida")()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("s3cr3t", "s3cr3t"),
        ("s3cr3t\n", "s3cr3t"),
        ("s3cr3t\r\n", "s3cr3t"),
        ("s3cr3t\n\n", "s3cr3t\n"),
        ("s3cr3t\r", "s3cr3t\r"),
        (" pässwörd ", " pässwörd "),
        ("", ""),
        ("\n", ""),
    ],
)
def test_a_password_out_of_a_file(tmp_path: Path, written: str, read: str) -> None:
    path = tmp_path / "password"
    path.write_bytes(written.encode())
    assert file_password(str(path))() == read


def test_a_file_is_read_anew_for_each_log_in(tmp_path: Path) -> None:
    path = tmp_path / "password"
    account = Account("ida", file_password(str(path)))
    for password in ("old", "new"):
        path.write_text(password)
        assert account.headers() == Account("ida", password).headers()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CredentialsMissing, match=r"no password in file '.*nothing': No such file"):
        file_password(str(tmp_path / "nothing"))()
    with pytest.raises(CredentialsMissing, match="Is a directory"):
        file_password(str(tmp_path))()
    path = tmp_path / "latin"
    path.write_bytes(SECRET.encode() + b"\xff")
    with pytest.raises(CredentialsMissing, match="it is no UTF-8") as caught:
        file_password(str(path))()
    assert caught.value.__context__ is None
