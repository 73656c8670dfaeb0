from __future__ import annotations

import traceback
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from fmorm.protocol.retry import Retry
from fmorm.transport.credentials import Account, DataSource
from fmorm.transport.settings import CONNECT_TIMEOUT, IDLE, SESSIONS, TIMEOUT, VERSION, WAIT, Settings
from fmorm.wire.requests import Place

SECRET = "s3cr3t"
DEFAULTS: dict[str, Any] = {
    "url": "https://fm.example.com",
    "database": "crm",
    "credentials": Account("ida", SECRET),
}


def settings(**given: Any) -> Settings:
    return Settings(**DEFAULTS | given)


def test_what_is_not_given_is_the_newest_version_and_the_defaults() -> None:
    made = settings()
    assert (made.version, made.timeout, made.connect_timeout) == (VERSION, TIMEOUT, CONNECT_TIMEOUT)
    assert (made.sessions, made.wait, made.idle) == (SESSIONS, WAIT, IDLE)
    assert (made.verify, made.proxy, made.sources, made.retry, made.debug) == (True, None, (), Retry(), False)
    assert made.place == Place("vLatest", "crm")


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        settings().url = "https://elsewhere"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_a_list_of_sources_is_kept_as_it_was() -> None:
    sources = [DataSource("erp", Account("eva", SECRET))]
    made = settings(sources=sources)
    sources.clear()
    assert [source.database for source in made.sources] == ["erp"]


@pytest.mark.parametrize(
    "url",
    ["https://fm.example.com", "https://fm.example.com/", "http://localhost:3000", "https://[::1]:8443"],
)
def test_a_server_is_a_scheme_a_host_and_a_port(url: str) -> None:
    assert settings(url=url).url == url


@pytest.mark.parametrize(
    "proxy", ["http://proxy:3128", "https://proxy", f"http://eva:{SECRET}@proxy.example.com:3128"]
)
def test_a_proxy_is_a_scheme_a_host_a_port_and_an_account(proxy: str) -> None:
    assert settings(proxy=proxy).proxy == proxy


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"url": "fm.example.com"}, "write it like https://fm.example.com"),
        ({"url": "ftp://fm.example.com"}, "write it like https://fm.example.com"),
        ({"url": "https://"}, "write it like https://fm.example.com"),
        ({"url": ""}, "write it like https://fm.example.com"),
        ({"url": "https://fm.example.com:port"}, "port"),
        ({"url": "https://fm.example.com:99999"}, "(?i)port"),
        ({"url": " https://fm.example.com"}, "white space"),
        ({"url": f"https://ida:{SECRET}@fm.example.com"}, "the url holds an account"),
        ({"url": f"https://:{SECRET}@fm.example.com"}, "the url holds an account"),
        ({"url": "https://fm.example.com/crm"}, "the database is an argument of its own"),
        ({"url": "https://fm.example.com?version=v1"}, "give the server only"),
        ({"url": "https://fm.example.com#crm"}, "give the server only"),
        ({"database": ""}, "the database name is empty"),
        ({"version": "3"}, "version='3': the Data API's are v1, v2 and vLatest"),
        ({"sessions": 0}, "one session is the least"),
        ({"sessions": 2.0}, "it is a whole number"),
        ({"sessions": True}, "it is a whole number"),
        ({"timeout": 0}, "timeout=0: give seconds, more than 0"),
        ({"timeout": "30"}, "timeout='30': give seconds"),
        ({"timeout": float("nan")}, "timeout=nan"),
        ({"connect_timeout": float("inf")}, "connect_timeout=inf"),
        ({"connect_timeout": -1}, "connect_timeout=-1"),
        ({"wait": -1.0}, "wait=-1.0: give seconds, 0 or more"),
        ({"idle": True}, "idle=True: give seconds, 0 or more"),
        ({"proxy": "proxy.example.com:3128"}, "write it like http://proxy.example.com:3128"),
        ({"proxy": "socks4://proxy"}, "write it like http://proxy.example.com:3128"),
        ({"proxy": "http://"}, "write it like http://proxy"),
        ({"proxy": "socks5://proxy"}, r"SOCKS needs socksio: pip install 'httpx\[socks\]'"),
    ],
)
def test_a_slip_is_told_at_once(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        settings(**given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"url": b"https://ida:s3cr3t@fm.example.com"}, "url is a text and was given a bytes"),
        ({"database": None}, "database is a text and was given a NoneType"),
        ({"version": 2}, "version is a text and was given a int"),
        ({"credentials": SECRET}, "credentials is an Account, an OAuth or a ClarisID and was given a str"),
        ({"credentials": ("ida", SECRET)}, "credentials is an Account.* was given a tuple"),
        (
            {"sources": DataSource("erp", Account("eva", SECRET))},
            "sources is a sequence .* given a DataSource",
        ),
        ({"sources": [("erp", "eva", SECRET)]}, "each of the sources is a DataSource and was given a tuple"),
        ({"sources": "erp:eva:s3cr3t"}, "sources is a sequence of DataSource and was given a str"),
        ({"proxy": b"http://eva:s3cr3t@proxy"}, "proxy is a text and was given a bytes"),
        ({"verify": 1}, "verify is True, False, a path"),
        ({"verify": None}, "verify is True, False, a path"),
        ({"retry": 3}, "retry is a fmorm Retry and was given a int"),
        ({"debug": 1}, "debug is True or False and was given a int"),
        ({"iso_dates": 2}, "iso_dates is True, False or None and was given a int"),
    ],
)
def test_another_type_is_told_at_once(given: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message) as caught:
        settings(**given)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "proxy",
    [
        f"eva:{SECRET}@proxy:3128",
        f"ftp://eva:{SECRET}@proxy",
        f"http://eva:{SECRET}@",
        f"http://eva:{SECRET}@proxy:port",
        f"http://eva:a/{SECRET}@proxy:port",
        f"http://eva:a[{SECRET}@proxy",
        f"socks5://eva:{SECRET}@proxy",
        f" http://eva:{SECRET}@proxy",
        f"http:eva:{SECRET}@proxy",
    ],
)
def test_no_message_shows_the_password_of_a_proxy(proxy: str) -> None:
    with pytest.raises(ValueError, match="proxy") as caught:
        settings(proxy=proxy)
    whole = "".join(traceback.TracebackException.from_exception(caught.value).format())
    assert SECRET not in whole
