"""Settings out of a URL and out of the environment."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.errors import CredentialsMissing
from fmorm.protocol.retry import Retry
from fmorm.transport.claris_id import ClarisID
from fmorm.transport.credentials import Account, OAuth
from fmorm.transport.logins import LOGINS
from fmorm.transport.options import OF_RETRY, OPTIONS
from fmorm.transport.settings import ENVIRONMENT, Settings, from_env, from_url

SECRET = "s3cr3t"
URL = f"https://ida:{SECRET}@fm.example.com/crm"
VARIABLES = {
    "FMORM_URL": "https://fm.example.com",
    "FMORM_DATABASE": "crm",
    "FMORM_USER": "ida",
    "FMORM_PASSWORD": SECRET,
}
SERVER = {"FMORM_URL": "https://fm.example.com", "FMORM_DATABASE": "crm"}
"""All but who logs in."""

WRITTEN: dict[str, tuple[str, Any]] = {
    "version": ("v2", "v2"),
    "timeout": ("2.5", 2.5),
    "connect_timeout": ("3", 3.0),
    "verify": ("no", False),
    "proxy": (f"http://eva:{SECRET}@proxy:3128", f"http://eva:{SECRET}@proxy:3128"),
    "sessions": ("8", 8),
    "wait": ("0", 0.0),
    "idle": ("1e3", 1000.0),
    "attempts": ("1", 1),
    "deadline": ("5", 5.0),
    "debug": ("TRUE", True),
    "iso_dates": ("no", False),
}
"""Each option as a text, and the value that it means."""


def everything(settings: Settings) -> tuple[Any, ...]:
    """All of the settings, secrets included."""
    options = {name: getattr(settings, name) for name in OPTIONS if name not in OF_RETRY}
    sources = [source.entry() for source in settings.sources]
    return (
        settings.url, settings.database, settings.credentials.identity(), sources, settings.retry, options,
    )  # fmt: skip


def plain(**given: Any) -> Settings:
    defaults: dict[str, Any] = {
        "url": "https://fm.example.com", "database": "crm", "credentials": Account("ida", SECRET),
    }  # fmt: skip
    return Settings(**defaults | given)


def from_both(texts: dict[str, str]) -> list[Settings]:
    """The same options in a URL's query and in variables."""
    query = "&".join(f"{name}={quote(text, safe='')}" for name, text in texts.items())
    variables = {ENVIRONMENT[name]: text for name, text in texts.items()}
    return [from_url(f"{URL}?{query}"), from_env(VARIABLES | variables)]


# -- options, in both ----------------------------------------------------------------------------------------


def test_the_table_has_every_plain_setting() -> None:
    fields = set(Settings.__dataclass_fields__) - {"url", "database", "credentials", "sources", "retry"}
    assert set(OPTIONS) - set(OF_RETRY) == fields
    assert set(OF_RETRY) <= set(Retry.__dataclass_fields__)
    assert set(WRITTEN) == set(OPTIONS)


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_read(name: str) -> None:
    text, value = WRITTEN[name]
    for made in from_both({name: text}):
        assert getattr(made.retry if name in OF_RETRY else made, name) == value


def test_all_options_at_once() -> None:
    texts = {name: text for name, (text, _) in WRITTEN.items()}
    given = {name: value for name, (_, value) in WRITTEN.items()}
    retry = Retry(**{name: given.pop(name) for name in OF_RETRY})
    for made in from_both(texts):
        assert everything(made) == everything(plain(**given, retry=retry))


def test_what_is_not_given_is_the_default() -> None:
    for made in from_both({}):
        assert everything(made) == everything(plain())


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("timeout", "soon", "timeout='soon' is no number of seconds"),
        ("timeout", "0", "timeout=0.0: give seconds, more than 0"),
        ("wait", "nan", "wait=nan: give seconds"),
        ("sessions", "many", "sessions='many' is no whole number"),
        ("sessions", "2.5", "sessions='2.5' is no whole number"),
        ("sessions", "0", "one session is the least"),
        ("attempts", "0", "one attempt is the least"),
        ("debug", "maybe", "debug='maybe' is neither true nor false"),
        ("version", "3", "version='3'"),
        ("verify", "flase", "verify='flase': No such file"),
    ],
)
def test_a_text_that_does_not_do(name: str, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_url(f"{URL}?{name}={text}")
    with pytest.raises(ValueError, match=f"(?i){message}"):
        from_env(VARIABLES | {ENVIRONMENT[name]: text})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("1", True),
        ("On", True),
        ("yes", True),
        ("false", False),
        ("0", False),
        ("OFF", False),
    ],
)
def test_ways_to_say_yes_and_no(text: str, value: bool) -> None:
    for made in from_both({"verify": text, "debug": text}):
        assert (made.verify, made.debug) == (value, value)


# -- a URL -----------------------------------------------------------------------------------------------


def test_a_url_with_all_its_parts() -> None:
    made = from_url(f"https://ida:{SECRET}@fm.example.com:8443/crm?version=v2&timeout=2.5&sessions=8")
    assert everything(made) == everything(
        plain(url="https://fm.example.com:8443", version="v2", timeout=2.5, sessions=8)
    )


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
NAME = TEXT.filter(lambda text: ":" not in text)


@given(
    user=NAME,
    password=TEXT,
    database=TEXT,
    file=NAME,
    other=NAME,
    third=st.text(st.characters(codec="utf-8")),
)
def test_whatever_is_percent_encoded_comes_back(
    user: str, password: str, database: str, file: str, other: str, third: str
) -> None:
    user_, password_, database_ = (quote(text, safe="") for text in (user, password, database))
    source = quote(f"{file}:{other}:{third}", safe="")
    made = from_url(f"https://{user_}:{password_}@fm/{database_}?source={source}")
    assert made.database == database
    assert made.credentials.identity() == Account(user, password).identity()
    assert made.sources[0].entry() == {"database": file, "username": other, "password": third}
    variables = {
        "FMORM_URL": "https://fm",
        "FMORM_DATABASE": database,
        "FMORM_USER": user,
        "FMORM_PASSWORD": password,
    }
    assert everything(from_env(variables | {"FMORM_SOURCES": source})) == everything(made)


def test_a_plus_is_a_plus() -> None:
    made = from_url("https://a+b:c+d@fm.example.com/e+f?source=g+h:i+j:k+l")
    assert made.database == "e+f"
    assert made.credentials.identity() == ["account", "a+b", "c+d"]
    assert made.sources[0].identity() == ["g+h", "account", "i+j", "k+l"]


def test_an_empty_password_is_one() -> None:
    assert from_url("https://ida:@fm.example.com/crm").credentials.identity() == ["account", "ida", ""]


def test_several_sources() -> None:
    made = from_url(f"{URL}?source=erp:ida:a&timeout=3&source=old%20erp:eva:b%26:c")
    assert [source.entry() for source in made.sources] == [
        {"database": "erp", "username": "ida", "password": "a"},
        {"database": "old erp", "username": "eva", "password": "b&:c"},
    ]


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
            "https://ida:pw@fm.example.com/fmi/data/v1/databases/crm",
            "behind the host stands the database and nothing",
        ),
        ("https://ida:pw@fm.example.com/crm#x", "is a # or / percent-encoded"),
        (
            "https://ida:pw@fm.example.com/crm?x=1&timeuot=3",
            r"option 1 behind the \? is unknown; known: version",
        ),
        (
            "https://ida:pw@fm.example.com/crm?wait=1&timeuot=3",
            r"option 2 .* unknown \(did you mean timeout\?\)",
        ),
        ("https://ida:pw@fm.example.com/crm?wait=1&wait=2", "wait= is there twice"),
        (
            "https://ida:%ff@fm.example.com/crm",
            "the password of the url is percent-encoded, but not as UTF-8",
        ),
        ("https://ida:pw@fm.example.com/crm?proxy=%ff", "an option is percent-encoded, but not as UTF-8"),
        ("https://i%3Ada:pw@fm.example.com/crm", "colon"),
        (
            "https://ida:pw@fm.example.com/crm?auth=kerberos",
            "auth='kerberos' does not fit: .* account, claris-id",
        ),
        (
            "https://ida:pw@fm.example.com/crm?keyring=fm",
            "the password before the @ and keyring are both given",
        ),
        ("https://ida:pw@fm.example.com/crm?source=erp", "source: write it like file:user:password"),
        ("https://ida:pw@fm.example.com/crm?source=:ida:pw", "source: write it like file:user:password"),
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
    f"https://ida:{SECRET}%ff@fm.example.com/crm",
    f"https://{SECRET}%ff:pw@fm.example.com/crm",
    f"https://ida:pw@fm.example.com/crm#{SECRET}",
    f"https://ida?{SECRET}@fm.example.com/crm",
    f"https://fm.example.com/crm?user=ida&password={SECRET}",
    f"https://fm.example.com/crm?{SECRET}",
    f"https://ida:pw@fm.example.com/crm?password={SECRET}",
    f"https://ida:pw@fm.example.com/crm?{SECRET}",
    f"https://ida:pw@fm.example.com/crm?source={SECRET}",
    f"https://ida:pw@fm.example.com/crm?source=erp:{SECRET}",
    f"https://ida:pw@fm.example.com/crm?source=erp::{SECRET}",
    f"https://ida:pw@fm.example.com/crm?source=erp:ida:a&{SECRET}",
    f"https://ida:pw@fm.example.com/crm?source=erp:ida:{SECRET}%ff",
    f"https://ida:pw@fm.example.com/crm?source=erp:ida:{SECRET}&sessions=0",
    f"https://ida:{SECRET}@fm.example.com/crm?keyring=fm",
    f"https://ida:{SECRET}@fm.example.com/crm?auth=kerberos",
    f"https://ida:pw@fm.example.com/crm?proxy=eva:{SECRET}@proxy",
    f"https://ida:pw@fm.example.com/crm?proxy=http://eva:{SECRET}@proxy:port",
]
"""URLs that are wrong, each with a password somewhere in it."""


def with_url(url: str) -> Settings:
    return plain(url=url)


def in_environment(url: str) -> Settings:
    return from_env(VARIABLES | {"FMORM_URL": url, "FMORM_PASSWORD": "pw"})


def alone_in_environment(url: str) -> Settings:
    return from_env({"FMORM_URL": url})


@pytest.mark.parametrize("url", LEAKY)
@pytest.mark.parametrize("use", [from_url, with_url, in_environment, alone_in_environment])
def test_no_message_shows_the_password_of_a_url(url: str, use: Any) -> None:
    with pytest.raises((ValueError, LookupError)) as caught:
        use(url)
    error: BaseException | None = caught.value
    while error is not None:  # contexts that are not shown are told to trackers of errors
        assert SECRET not in "".join(traceback.TracebackException.from_exception(error).format())
        assert SECRET not in f"{error!r} {vars(error)} {error.args}"
        error = error.__cause__ or error.__context__


# -- the environment -------------------------------------------------------------------------------------


def test_four_variables() -> None:
    assert everything(from_env(VARIABLES)) == everything(plain())


def test_one_url_with_everything() -> None:
    url = f"{URL}?sessions=2&source=erp:eva:pw"
    assert everything(from_env({"FMORM_URL": url})) == everything(from_url(url))


@pytest.mark.parametrize("url", ["https://fm.example.com/crm", "https://fm.example.com/crm?sessions=2"])
def test_the_url_may_leave_out_who_logs_in(url: str) -> None:
    made = from_env({"FMORM_URL": url, "FMORM_USER": "ida", "FMORM_PASSWORD": SECRET, "FMORM_WAIT": "3"})
    assert everything(made) == everything(plain(sessions=made.sessions, wait=3.0))


@pytest.mark.parametrize(
    ("url", "more", "named"),
    [
        (URL, {"FMORM_DATABASE": "test"}, "FMORM_DATABASE"),
        (URL, {"FMORM_USER": "ida", "FMORM_PASSWORD": SECRET}, "FMORM_USER, FMORM_PASSWORD"),
        ("https://ida@fm.example.com/crm", {"FMORM_USER": "ida", "FMORM_PASSWORD": SECRET}, "FMORM_USER"),
        (f"{URL}?timeout=3", {"FMORM_TIMEOUT": "3"}, "FMORM_TIMEOUT"),
        (f"{URL}?source=erp:ida:a", {"FMORM_SOURCES": f"old:ida:{SECRET}"}, "FMORM_SOURCES"),
    ],
)
def test_what_the_url_says_is_not_said_again(url: str, more: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}: FMORM_URL says that, too; leave one of them out$"):
        from_env({"FMORM_URL": url} | more)


def test_the_url_may_name_the_account_and_the_environment_its_password() -> None:
    made = from_env({"FMORM_URL": "https://ida@fm.example.com/crm", "FMORM_PASSWORD": SECRET})
    assert everything(made) == everything(plain())
    with pytest.raises(
        LookupError, match=r"missing: FMORM_PASSWORD \(or FMORM_PASSWORD_FILE, FMORM_KEYRING\)$"
    ):
        from_env({"FMORM_URL": "https://ida@fm.example.com/crm"})
    with pytest.raises(ValueError, match="the password before the @ and FMORM_KEYRING are both given"):
        from_env({"FMORM_URL": URL, "FMORM_KEYRING": "fm"})


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_what_is_missing_is_named(name: str, how: str) -> None:
    variables = {**VARIABLES, name: ""}
    if how == "missing":
        del variables[name]
    others = r" \(or FMORM_PASSWORD_FILE, FMORM_KEYRING\)" if name == "FMORM_PASSWORD" else ""
    with pytest.raises(LookupError, match=f"environment variables missing: {name}{others}$") as caught:
        from_env(variables)
    assert SECRET not in str(caught.value)


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(LookupError, match=", ".join(VARIABLES)):
        from_env({})


def test_the_process_has_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    assert everything(from_env()) == everything(plain())


def test_every_setting_has_a_variable() -> None:
    assert set(ENVIRONMENT) == {"url", "database", "sources", *LOGINS, *OPTIONS}
    assert all(variable == f"FMORM_{name.upper()}" for name, variable in ENVIRONMENT.items())


def test_sources_stand_one_after_the_other() -> None:
    made = from_env(VARIABLES | {"FMORM_SOURCES": "erp:ida:a%20b\n  old:eva:%25:+ "})
    assert [source.identity() for source in made.sources] == [
        ["erp", "account", "ida", "a b"],
        ["old", "account", "eva", "%:+"],
    ]


# -- who logs in -----------------------------------------------------------------------------------------


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """The entries of a keyring."""
    entries: dict[tuple[str, str], str] = {}
    module = ModuleType("keyring")

    def get_password(service: str, user: str) -> str | None:
        return entries.get((service, user))

    module.get_password = get_password  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    monkeypatch.setitem(sys.modules, "keyring", module)
    return entries


def test_a_password_in_the_keyring(keys: dict[tuple[str, str], str]) -> None:
    keys["fm", "ida"] = SECRET
    for made in (
        from_url("https://ida@fm.example.com/crm?keyring=fm"),
        from_env(SERVER | {"FMORM_USER": "ida", "FMORM_KEYRING": "fm"}),
    ):
        assert isinstance(made.credentials, Account)
        assert made.credentials.blocking, "the keyring is asked when it is needed"
        assert made.credentials.identity() == ["account", "ida", SECRET]


def test_a_claris_id(keys: dict[tuple[str, str], str]) -> None:
    keys["claris", "ida@example.com"] = SECRET
    user = {"FMORM_USER": "ida@example.com", "FMORM_AUTH": "claris-id"}
    for made in (
        from_url(f"https://ida%40example.com:{SECRET}@fm.example.com/crm?auth=claris-id"),
        from_url("https://ida%40example.com@fm.example.com/crm?auth=claris-id&keyring=claris"),
        from_env(SERVER | user | {"FMORM_PASSWORD": SECRET}),
        from_env(SERVER | user | {"FMORM_KEYRING": "claris"}),
    ):
        assert isinstance(made.credentials, ClarisID)
        assert made.credentials.identity() == ClarisID.cognito("ida@example.com", SECRET).identity()


def test_a_password_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text(f"{SECRET}\n")
    made = from_env(SERVER | {"FMORM_USER": "ida", "FMORM_PASSWORD_FILE": str(path)})
    assert made.credentials.identity() == ["account", "ida", SECRET]
    path.unlink()
    with pytest.raises(CredentialsMissing, match="no password in file"):
        from_env(SERVER | {"FMORM_USER": "ida", "FMORM_PASSWORD_FILE": str(path)})


@pytest.mark.parametrize("more", [{}, {"FMORM_AUTH": "claris-id"}])
def test_a_token_of_claris_id(more: dict[str, str]) -> None:
    made = from_env(SERVER | more | {"FMORM_CLARIS_ID_TOKEN": SECRET})
    assert made.credentials.headers() == ClarisID(SECRET).headers()


def test_an_oauth_identity() -> None:
    made = from_env(SERVER | {"FMORM_OAUTH_REQUEST_ID": "r", "FMORM_OAUTH_IDENTIFIER": SECRET})
    assert made.credentials.headers() == OAuth("r", SECRET).headers()


@pytest.mark.parametrize(
    ("variables", "error", "message"),
    [
        (
            {"FMORM_USER": "ida", "FMORM_PASSWORD": SECRET, "FMORM_KEYRING": "fm"},
            ValueError,
            "FMORM_PASSWORD and FMORM_KEYRING are both given: one password is enough",
        ),
        (
            {"FMORM_CLARIS_ID_TOKEN": SECRET, "FMORM_USER": "ida"},
            ValueError,
            "FMORM_CLARIS_ID_TOKEN says who logs in, so leave out FMORM_USER",
        ),
        (
            {"FMORM_CLARIS_ID_TOKEN": SECRET, "FMORM_AUTH": "account"},
            ValueError,
            "FMORM_AUTH='account' does not fit: it is one of claris-id",
        ),
        (
            {"FMORM_OAUTH_REQUEST_ID": SECRET, "FMORM_OAUTH_IDENTIFIER": SECRET, "FMORM_PASSWORD": SECRET},
            ValueError,
            "FMORM_OAUTH_REQUEST_ID says who logs in, so leave out FMORM_PASSWORD",
        ),
        (
            {"FMORM_OAUTH_REQUEST_ID": SECRET},
            LookupError,
            "environment variables missing: FMORM_OAUTH_IDENTIFIER$",
        ),
        (
            {"FMORM_USER": "ida", "FMORM_PASSWORD": SECRET, "FMORM_AUTH": "oauth"},
            ValueError,
            "FMORM_AUTH='oauth'",
        ),
        ({"FMORM_CLARIS_ID_TOKEN": f"{SECRET}\n"}, ValueError, "token is empty, or holds a space"),
        (
            {"FMORM_USER": "ida", "FMORM_PASSWORD": SECRET, "FMORM_SOURCES": f"erp:{SECRET}"},
            ValueError,
            "FMORM_SOURCES",
        ),
        ({"FMORM_USER": "i:da", "FMORM_PASSWORD": SECRET}, ValueError, "colon"),
    ],
)
def test_what_does_not_go_together(variables: dict[str, str], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        from_env(SERVER | variables)
    assert SECRET not in str(caught.value)
