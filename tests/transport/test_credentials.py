from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.errors import CredentialsMissing
from fmorm.transport.credentials import Account, Credentials, DataSource, OAuth

SECRET = "s3cr3t-0f-1da"
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
WORD = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)


class Stubborn(Exception):
    """A provider's own error, with the secret in it."""


def failing() -> str:
    raise Stubborn(SECRET)


def unpack(credentials: Credentials) -> tuple[str, str]:
    """Name and password, as the server would read them."""
    scheme, _, code = credentials.headers()["Authorization"].partition(" ")
    assert scheme == "Basic"
    name, _, password = base64.b64decode(code, validate=True).decode().partition(":")
    return name, password


# -- accounts --------------------------------------------------------------------------------------------


@given(name=TEXT.filter(lambda text: ":" not in text), password=TEXT)
def test_any_account_arrives(name: str, password: str) -> None:
    assert unpack(Account(name, password)) == (name, password)
    assert unpack(Account(name, lambda: password)) == (name, password)


def test_a_password_is_asked_for_anew_for_each_log_in() -> None:
    passwords = iter(["old", "new"])
    account = Account("ida", lambda: next(passwords))
    assert [unpack(account), unpack(account)] == [("ida", "old"), ("ida", "new")]


def test_only_what_is_asked_for_may_take_time() -> None:
    assert not Account("ida", SECRET).blocking
    assert Account("ida", lambda: SECRET).blocking
    assert not OAuth("r", "i").blocking
    assert DataSource("erp", Account("ida", lambda: SECRET)).blocking
    assert not DataSource("erp", OAuth("r", "i")).blocking


def test_an_account_logs_in_again_and_an_oauth_identity_does_not() -> None:
    assert Account("ida", SECRET).renewable
    assert not OAuth("r", "i").renewable


def test_a_name_with_a_colon_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot log in an account with a colon") as caught:
        Account("ida:x", SECRET)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((7, SECRET), TypeError, "user is a text and was given a int"),
        (("ida", SECRET.encode()), TypeError, "password is a text, or a function .* was given a bytes"),
        (("ida", None), TypeError, "was given a NoneType"),
        (("\ud800", SECRET), ValueError, "user holds half a surrogate pair"),
        (("ida", SECRET + "\ud800"), ValueError, "password holds half a surrogate pair"),
    ],
)
def test_what_is_no_account(given: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        Account(*given)
    assert SECRET not in str(caught.value)


# -- OAuth -----------------------------------------------------------------------------------------------


def test_the_headers_of_an_oauth_identity() -> None:
    assert OAuth("E65B98", "B164A3").headers() == {
        "X-FM-Data-OAuth-Request-Id": "E65B98",
        "X-FM-Data-OAuth-Identifier": "B164A3",
    }


@pytest.mark.parametrize("bad", ["", "a b", "a\nX-Other: b", "é", "\ud800"])
@pytest.mark.parametrize("place", ["request_id", "identifier"])
def test_what_a_header_cannot_carry_is_refused(bad: str, place: str) -> None:
    ids = {"request_id": "r", "identifier": "i", place: bad}
    with pytest.raises(ValueError, match=place):
        OAuth(**ids)


# -- data sources ----------------------------------------------------------------------------------------


def test_the_entry_of_a_data_source() -> None:
    account, identity = Account("ida", lambda: SECRET), OAuth("r", "i")
    assert DataSource("erp", account).entry() == {"database": "erp", "username": "ida", "password": SECRET}
    assert DataSource("erp", identity).entry() == {
        "database": "erp",
        "oAuthRequestId": "r",
        "oAuthIdentifier": "i",
    }


def test_a_data_source_is_opened_by_an_account_or_an_oauth_identity() -> None:
    with pytest.raises(TypeError, match=r"'erp' is opened by an Account or an OAuth identity .* a Own"):
        DataSource("erp", Own())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="name is empty"):
        DataSource("", Account("ida", SECRET))


# -- identities ------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(WORD.filter(lambda text: ":" not in text), WORD), min_size=2, max_size=2, unique=True)
)
def test_others_have_another_identity(pairs: list[tuple[str, str]]) -> None:
    for kind in (Account, OAuth):
        one, other = (kind(*pair) for pair in pairs)
        assert one.identity() != other.identity()
        assert DataSource("erp", one).identity() != DataSource("erp", other).identity()
    assert Account(*pairs[0]).identity() != OAuth(*pairs[0]).identity()


def test_how_a_password_came_is_no_part_of_the_identity() -> None:
    assert Account("ida", SECRET).identity() == Account("ida", lambda: SECRET).identity()


# -- providers that fail ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "message"),
    [
        (failing, "raised .*Stubborn, whose text may hold a secret"),
        (lambda: 1 / 0, "raised ZeroDivisionError"),
        (lambda: None, "gave a NoneType, not a text"),
        (SECRET.encode, "gave a bytes, not a text"),
        (lambda: SECRET + "\ud800", "half a surrogate pair"),
    ],
)
@pytest.mark.parametrize("use", ["headers", "identity"])
def test_a_provider_that_fails_is_told_without_its_text(provider: Any, message: str, use: str) -> None:
    account = Account("ida", provider)
    with pytest.raises(
        CredentialsMissing, match=f"the password of account 'ida' cannot be had: .*{message}"
    ) as caught:
        getattr(account, use)()
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None, "a traceback or a tracker of errors would show it"


def test_a_provider_may_say_itself_what_is_missing() -> None:
    def provider() -> str:
        raise CredentialsMissing("ask Eva")

    with pytest.raises(CredentialsMissing, match=r"^ask Eva$"):
        Account("ida", provider).headers()


def test_an_interruption_is_not_held_up() -> None:
    def provider() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Account("ida", provider).headers()


# -- a kind of one's own ---------------------------------------------------------------------------------


class Own(Credentials):
    """What a program may write itself."""

    def __init__(self) -> None:
        self.secret = SECRET

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Negotiate {self.secret}"}

    def identity(self) -> list[str]:
        return [self.secret]


def test_a_kind_of_ones_own_has_what_all_have() -> None:
    own = Own()
    assert (own.blocking, own.renewable) == (False, True)
    assert repr(own) == "<Own>"
    assert SECRET not in json.dumps({"own": own}, default=str)
