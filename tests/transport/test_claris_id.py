from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from fmorm.errors import CredentialsMissing
from fmorm.transport import claris_id
from fmorm.transport.claris_id import CLIENT, FRESH, USER_POOL, ClarisID

SECRET = "s3cr3t-0f-1da"
USER = "ida@example.com"


class MFAChallengeException(Exception):
    """As pycognito has it: its arguments hold a session of the user's."""


class SMSMFAChallengeException(MFAChallengeException):
    """As pycognito has it."""


class NotAuthorizedException(Exception):
    """As botocore makes it."""


class Pool:
    """What the fake of pycognito does and was asked."""

    def __init__(self) -> None:
        self.signed_in: list[tuple[str, str]] = []
        self.error: Exception | None = None
        self.token: Callable[[int], Any] = lambda number: f"token-{number}"
        self.patience = 0.0


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Pool:
    pool = Pool()

    class Cognito:
        def __init__(self, user_pool_id: str, client_id: str, *, username: str) -> None:
            assert (user_pool_id, client_id) == (USER_POOL, CLIENT)
            self.username = username
            self.id_token: Any = None

        def authenticate(self, password: str) -> None:
            time.sleep(pool.patience)
            if pool.error is not None:
                raise pool.error
            pool.signed_in.append((self.username, password))
            self.id_token = pool.token(len(pool.signed_in))

    module = ModuleType("pycognito")
    module.Cognito = Cognito  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    monkeypatch.setitem(sys.modules, "pycognito", module)
    return pool


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000_000.0]

    class Time:
        @staticmethod
        def time() -> float:
            return now[0]

    monkeypatch.setattr(claris_id, "time", Time)
    return now


def token(credentials: ClarisID) -> str:
    scheme, _, token = credentials.headers()["Authorization"].partition(" ")
    assert scheme == "FMID"
    return token


# -- tokens ----------------------------------------------------------------------------------------------


def test_a_token_is_shown_as_it_is() -> None:
    made = ClarisID("eyJ.a-b_c=")
    assert token(made) == "eyJ.a-b_c="
    assert (made.blocking, made.renewable) == (False, True)


def test_a_token_is_asked_for_anew_for_each_log_in() -> None:
    tokens = iter(["one", "two"])
    made = ClarisID(lambda: next(tokens))
    assert made.blocking
    assert [token(made), token(made)] == ["one", "two"]


@pytest.mark.parametrize("bad", ["", "a b", "a\n", "é", "a\r\nX-Other: b"])
def test_what_a_header_cannot_carry_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"^token is empty, or holds a space"):
        ClarisID(bad)
    with pytest.raises(
        CredentialsMissing, match="its provider gave a text that is empty, or holds a space"
    ) as caught:
        ClarisID(lambda: bad).headers()
    assert caught.value.__context__ is None


def test_a_token_is_a_text() -> None:
    with pytest.raises(TypeError, match=r"token is a text, or a function .* given a bytes") as caught:
        ClarisID(SECRET.encode())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert SECRET not in str(caught.value)


def test_a_provider_that_fails_is_told_without_its_text() -> None:
    def provider() -> str:
        raise OSError(SECRET)

    with pytest.raises(
        CredentialsMissing, match="the Claris ID token cannot be had: its provider raised OSError"
    ) as caught:
        ClarisID(provider).headers()
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


# -- identities ------------------------------------------------------------------------------------------


def test_who_is_named_is_the_same_with_every_token() -> None:
    assert ClarisID("one", identity="ida").identity() == ClarisID(lambda: "two", identity="ida").identity()


def test_who_is_not_named_is_known_by_the_token() -> None:
    assert ClarisID("one").identity() == ClarisID(lambda: "one").identity() != ClarisID("two").identity()


def test_a_name_is_no_token_and_no_password() -> None:
    identities = [ClarisID("ida"), ClarisID("t", identity="ida"), ClarisID.cognito("ida", "t")]
    assert len({tuple(one.identity()) for one in identities}) == len(identities)


def test_another_password_is_another_identity() -> None:
    one, other = ClarisID.cognito(USER, "one"), ClarisID.cognito(USER, lambda: "other")
    assert one.identity() == ClarisID.cognito(USER, lambda: "one").identity() != other.identity()


# -- pycognito -------------------------------------------------------------------------------------------


def test_a_token_is_kept_until_shortly_before_its_hour_is_over(pool: Pool, clock: list[float]) -> None:
    made = ClarisID.cognito(USER, SECRET)
    assert pool.signed_in == [], "it signs in when it is needed"
    assert [token(made), token(made)] == ["token-1", "token-1"]
    clock[0] += FRESH - 1
    assert token(made) == "token-1"
    clock[0] += 1
    assert token(made) == "token-2"
    assert pool.signed_in == [(USER, SECRET)] * 2
    assert FRESH < 3600


def test_a_clock_that_is_set_back_makes_no_token_older_than_an_hour(pool: Pool, clock: list[float]) -> None:
    made = ClarisID.cognito(USER, SECRET)
    token(made)
    clock[0] -= 7200
    assert token(made) == "token-2"


def test_a_password_that_is_asked_for_is_asked_for_with_each_token(pool: Pool, clock: list[float]) -> None:
    passwords = iter(["old", "new"])
    made = ClarisID.cognito(USER, lambda: next(passwords))
    token(made)
    clock[0] += FRESH
    token(made)
    assert pool.signed_in == [(USER, "old"), (USER, "new")]


def test_many_threads_get_one_token(pool: Pool) -> None:
    pool.patience = 0.02
    made = ClarisID.cognito(USER, SECRET)
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(token(made))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["token-1"] * 16
    assert len(pool.signed_in) == 1


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (SMSMFAChallengeException(SECRET), "asks for a second factor"),
        (NotAuthorizedException(SECRET), "the service refused user and password"),
        (RuntimeError(SECRET), "pycognito raised RuntimeError, whose text may hold a secret"),
    ],
)
def test_a_sign_in_that_fails_is_told_without_its_text(pool: Pool, error: Exception, message: str) -> None:
    pool.error = error
    made = ClarisID.cognito(USER, SECRET)
    with pytest.raises(CredentialsMissing, match=f"no token for Claris ID '{USER}': .*{message}") as caught:
        made.headers()
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None
    pool.error = None
    assert token(made) == "token-1", "a failure is not remembered"


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_token_is_told(pool: Pool, nothing: Any) -> None:
    pool.token = lambda _: nothing
    with pytest.raises(CredentialsMissing, match="pycognito gave none"):
        ClarisID.cognito(USER, SECRET).headers()


def test_without_the_extra_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pycognito", None)
    made = ClarisID.cognito(USER, SECRET)
    with pytest.raises(CredentialsMissing, match=r"needs pycognito: pip install 'fmorm\[cognito\]'"):
        made.headers()
