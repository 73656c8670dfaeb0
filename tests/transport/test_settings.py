from __future__ import annotations

import traceback
from dataclasses import FrozenInstanceError
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.transport.account import Account
from fmorm.transport.settings import SESSIONS, TIMEOUT, VERSION, Settings, from_env, from_url
from fmorm.wire.requests import Place

SECRET = "s3cr3t"
DEFAULTS: dict[str, Any] = {
    "url": "https://fm.example.com",
    "database": "crm",
    "account": Account("ida", SECRET),
}


VARIABLES = {
    "FMORM_URL": "https://fm.example.com",
    "FMORM_DATABASE": "crm",
    "FMORM_USER": "ida",
    "FMORM_PASSWORD": SECRET,
}


def settings(**given: Any) -> Settings:
    return Settings(**DEFAULTS | given)


def shown(settings: Settings) -> tuple[Any, ...]:
    """Everything of the settings, the password through its header."""
    return (
        settings.url, settings.database, settings.account.authorization(),
        settings.version, settings.timeout, settings.verify, settings.sessions,
    )  # fmt: skip


def test_what_is_not_given_is_the_newest_version_and_the_defaults() -> None:
    made = settings()
    assert (made.version, made.timeout, made.verify, made.sessions) == (VERSION, TIMEOUT, True, SESSIONS)
    assert made.place == Place("vLatest", "crm")


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        settings().url = "https://elsewhere"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    "url",
    ["https://fm.example.com", "https://fm.example.com/", "http://localhost:3000", "https://[::1]:8443"],
)
def test_a_server_is_a_scheme_a_host_and_a_port(url: str) -> None:
    assert settings(url=url).url == url


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"url": "fm.example.com"}, "write it like https://fm.example.com"),
        ({"url": "ftp://fm.example.com"}, "write it like https://fm.example.com"),
        ({"url": "https://"}, "write it like https://fm.example.com"),
        ({"url": ""}, "write it like https://fm.example.com"),
        ({"url": "https://fm.example.com:port"}, "port"),
        ({"url": "https://fm.example.com:99999"}, "(?i)port"),
        ({"url": f"https://ida:{SECRET}@fm.example.com"}, "the url holds an account"),
        ({"url": f"https://:{SECRET}@fm.example.com"}, "the url holds an account"),
        ({"url": "https://fm.example.com/crm"}, "the database is an argument of its own"),
        ({"url": "https://fm.example.com?version=v1"}, "give the server only"),
        ({"url": "https://fm.example.com#crm"}, "give the server only"),
        ({"database": ""}, "the database name is empty"),
        ({"sessions": 0}, "one session is the least"),
    ],
)
def test_a_slip_is_told_at_once(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        settings(**given)


# -- from a URL ------------------------------------------------------------------------------------------


def test_a_url_with_all_its_parts() -> None:
    made = from_url("https://ida:s3cr3t@fm.example.com:8443/crm?version=v2&timeout=2.5&sessions=8")
    assert shown(made) == shown(
        settings(url="https://fm.example.com:8443", version="v2", timeout=2.5, sessions=8)
    )


def test_a_url_with_the_least() -> None:
    assert shown(from_url("https://ida:s3cr3t@fm.example.com/crm")) == shown(settings())


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(
    user=TEXT.filter(lambda text: ":" not in text),
    password=TEXT,
    database=TEXT.filter(lambda t: t.strip("/")),
)
def test_whatever_is_percent_encoded_comes_back(user: str, password: str, database: str) -> None:
    made = from_url(
        f"https://{quote(user, safe='')}:{quote(password, safe='')}@fm/{quote(database, safe='')}"
    )
    assert made.database == database
    assert made.account.authorization() == Account(user, password).authorization()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://fm.example.com/crm", "write it like https://user:password@fm.example.com/database"),
        ("https://ida@fm.example.com/crm", "write it like https://user:password@"),
        ("https://ida:pw@/crm", "write it like https://user:password@"),
        ("https://ida:pw@fm.example.com", "the database name is empty"),
        ("https://ida:pw@fm.example.com/", "the database name is empty"),
        ("ftp://ida:pw@fm.example.com/crm", "write it like https://"),
        (
            "https://ida:pw@fm.example.com/crm?timeuot=3&x=1",
            "unknown timeuot, x; known: version, timeout, sessions",
        ),
        ("https://ida:pw@fm.example.com/crm?timeout=soon", "timeout"),
        ("https://ida:pw@fm.example.com/crm?sessions=many", "sessions"),
        ("https://ida:pw@fm.example.com/crm?sessions=0", "one session is the least"),
        ("https://i%3Ada:pw@fm.example.com/crm", "colon"),
        ("", "write it like"),
    ],
)
def test_a_url_that_does_not_do(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_url(url)


LEAKY = [
    f"https://ida:{SECRET}@",
    f"https://ida:{SECRET}@/crm",
    f"https://ida:{SECRET}@fm.example.com",
    f"ftp://ida:{SECRET}@fm.example.com/crm",
    f"https://ida:{SECRET}@fm.example.com/crm?timeuot=3",
    f"https://ida:{SECRET}@fm.example.com/crm?timeout=soon",
    f"https://ida:{SECRET}@fm.example.com:port/crm",
    f"https://ida:a@{SECRET}@fm.example.com:port/crm?x=y",
    f"https://i%3Ada:{SECRET}@fm.example.com/crm",
    f"https://ida:a/{SECRET}@fm.example.com/crm",
    f"https://ida:a?{SECRET}@fm.example.com/crm",
    f"https://ida:a#{SECRET}@fm.example.com/crm",
    f"ida:{SECRET}@fm.example.com/crm",
    f"//ida:{SECRET}@fm.example.com/crm",
    f"https:/ida:{SECRET}@fm.example.com/crm",
    f"https//ida:{SECRET}@fm.example.com/crm",
    f"https://ida:a[{SECRET}]b@fm.example.com/crm",
    f"https://ida:a[{SECRET}@fm.example.com/crm",
    f"https://ida:\u2100{SECRET}@fm.example.com/crm",
    f"https://fm.example.com/crm?user=ida&password={SECRET}",
    f"https://ida:pw@fm.example.com/crm?password={SECRET}",
]
"""URLs that are wrong, each with a password somewhere in it."""


def with_url(url: str) -> Settings:
    return settings(url=url)


def in_environment(url: str) -> Settings:
    return from_env(VARIABLES | {"FMORM_URL": url, "FMORM_PASSWORD": "pw"})


@pytest.mark.parametrize("url", LEAKY)
@pytest.mark.parametrize("use", [from_url, with_url, in_environment])
def test_no_message_shows_the_password_of_a_url(url: str, use: Any) -> None:
    with pytest.raises((ValueError, LookupError)) as caught:
        use(url)
    whole = "".join(traceback.TracebackException.from_exception(caught.value).format())
    assert SECRET not in whole


# -- from the environment --------------------------------------------------------------------------------


def test_four_variables() -> None:
    assert shown(from_env(VARIABLES)) == shown(settings())


def test_one_url_with_everything_wins() -> None:
    variables = {**VARIABLES, "FMORM_URL": "https://eva:pw@fm2.example.com/erp?sessions=2"}
    assert shown(from_env(variables)) == shown(
        settings(url="https://fm2.example.com", database="erp", account=Account("eva", "pw"), sessions=2)
    )


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_what_is_missing_is_named(name: str, how: str) -> None:
    variables = {**VARIABLES, name: ""}
    if how == "missing":
        del variables[name]
    with pytest.raises(LookupError, match=f"environment variables missing: {name}$") as caught:
        from_env(variables)
    assert SECRET not in str(caught.value)


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(LookupError, match=", ".join(VARIABLES)):
        from_env({})


def test_the_process_has_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    assert shown(from_env()) == shown(settings())
