"""A secret planted in every place that takes one is in no text, no pickle and no error."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import pprint
import traceback
from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.transport.claris_id import ClarisID
from fmorm.transport.credentials import Account, DataSource, OAuth
from fmorm.transport.oauth import OAuthStart
from fmorm.transport.settings import Settings, from_env, from_url

SECRET = "s3cr3t-0f-1da"
PROXY = f"http://eva:{SECRET}@proxy.example.com:3128"


def settings(**given: Any) -> Settings:
    defaults: dict[str, Any] = {
        "url": "https://fm.example.com", "database": "crm", "credentials": Account("ida", "pw"),
    }  # fmt: skip
    return Settings(**defaults | given)


HOLDERS: dict[str, Callable[[], Any]] = {
    "account": lambda: Account("ida", SECRET),
    "account that asks": lambda: Account("ida", lambda: SECRET),
    "request id": lambda: OAuth(SECRET, "i"),
    "identifier": lambda: OAuth("r", SECRET),
    "token": lambda: ClarisID(SECRET),
    "identity": lambda: ClarisID("t", identity=SECRET),
    "claris id": lambda: ClarisID.cognito("ida@example.com", SECRET),
    "source": lambda: DataSource("erp", Account("ida", SECRET)),
    "source by oauth": lambda: DataSource("erp", OAuth(SECRET, SECRET)),
    "sign-in": lambda: OAuthStart(f"https://login.example.com/?state={SECRET}", SECRET, SECRET),
    "settings": lambda: settings(credentials=Account("ida", SECRET)),
    "settings with a source": lambda: settings(sources=(DataSource("erp", Account("ida", SECRET)),)),
    "settings with a proxy": lambda: settings(proxy=PROXY),
    "from a url": lambda: from_url(
        f"https://ida:{SECRET}@fm.example.com/crm?source=erp:ida:{SECRET}&proxy={quote(PROXY, safe='')}"
    ),
    "from the environment": lambda: from_env(
        {
            "FMORM_URL": "https://fm.example.com/crm",
            "FMORM_USER": "ida",
            "FMORM_PASSWORD": SECRET,
            "FMORM_SOURCES": f"erp:ida:{SECRET}",
            "FMORM_PROXY": PROXY,
        }
    ),
}
EACH = pytest.mark.parametrize("make", HOLDERS.values(), ids=HOLDERS)
FORMS = [SECRET, b64encode(f"ida:{SECRET}".encode()).decode(), b64encode(SECRET.encode()).decode()]


def logged(holder: object) -> str:
    return logging.makeLogRecord({"msg": "connecting %s", "args": (holder,)}).getMessage()


def raised(holder: object) -> str:
    """What a tool shows that prints the variables of a traceback."""
    try:
        int(holder)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    except TypeError as error:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    raise AssertionError


SHOWN: dict[str, Callable[[Any], str]] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "format": "{}".format,
    "%": lambda holder: "%s" % (holder,),  # noqa: UP031
    "pprint": pprint.pformat,
    "json": lambda holder: json.dumps({"it": holder}, default=str),
    "log": logged,
    "exception": raised,
}


@EACH
@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_it_has_no_text_form(make: Callable[[], Any], show: Callable[[Any], str]) -> None:
    it = make()
    for holder in (it, [it], {"it": it}):
        shown = show(holder)
        assert not [form for form in FORMS if form in shown]


@EACH
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_pickled(make: Callable[[], Any], protocol: int) -> None:
    with pytest.raises(TypeError, match="pickled") as caught:
        pickle.dumps([make()], protocol)
    assert SECRET not in str(caught.value)


@EACH
def test_it_is_not_deeply_copied(make: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        copy.deepcopy(make())


def test_settings_do_not_become_a_dict() -> None:
    with pytest.raises(TypeError):
        asdict(settings(proxy=PROXY))


@EACH
def test_there_is_no_dict_to_dump(make: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        vars(make())


def test_it_is_told_whose_credentials_they_are() -> None:
    shown = repr(settings(sources=(DataSource("erp", Account("eva", SECRET)),)))
    assert "'ida'" in shown
    assert "'erp'" in shown
    assert "'eva'" in shown
    assert "ida@example.com" in repr(HOLDERS["claris id"]())


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6).filter(
        lambda t: "secret" not in t
    )
)
def test_any_secret_is_in_no_text(secret: str) -> None:
    secret = f"<{secret}>"
    source = DataSource("erp", Account("ida", secret))
    for holder in (
        Account("ida", secret),
        OAuth(secret, secret),
        ClarisID(secret),
        source,
        settings(sources=(source,)),
    ):
        assert secret not in repr(holder)
