from __future__ import annotations

import base64
import copy
import json
import logging
import pickle
import pprint
import traceback
from typing import Any

import pytest

from fmorm.transport.account import Account
from fmorm.transport.settings import Settings

SECRET = "s3cr3t-0f-1da"
ACCOUNT = Account("ida", SECRET)
SETTINGS = Settings(url="https://fm.example.com", database="crm", account=ACCOUNT)
BOTH = pytest.mark.parametrize(
    "holder", [ACCOUNT, SETTINGS, {"account": ACCOUNT}, [SETTINGS]], ids=lambda h: type(h).__name__
)


def logged(holder: object) -> str:
    return logging.makeLogRecord({"msg": "connecting %s", "args": (holder,)}).getMessage()


def raised(holder: object) -> str:
    try:
        int(holder)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    except TypeError as error:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    raise AssertionError


@BOTH
@pytest.mark.parametrize(
    "show",
    [str, repr, ascii, "{}".format, "{!r}".format, "%s".__mod__, pprint.pformat, logged, raised],
    ids=["str", "repr", "ascii", "format", "format r", "%", "pprint", "log", "exception"],
)
def test_the_password_has_no_text_form(holder: Any, show: Any) -> None:
    shown = show((holder,) if show == "%s".__mod__ else holder)
    assert SECRET not in shown
    assert base64.b64encode(f"ida:{SECRET}".encode()).decode() not in shown
    assert "ida" in shown, "it is not told either whose account it is"


def test_there_is_no_dict_to_dump() -> None:
    with pytest.raises(TypeError):
        vars(ACCOUNT)
    assert SECRET not in json.dumps(SETTINGS, default=str, skipkeys=True)


@BOTH
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_pickled(holder: object, protocol: int) -> None:
    with pytest.raises(TypeError, match="an account is not pickled") as caught:
        pickle.dumps(holder, protocol)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("through", [copy.copy, copy.deepcopy])
def test_it_is_not_copied(through: Any) -> None:
    with pytest.raises(TypeError):
        through(ACCOUNT)


@pytest.mark.parametrize(
    ("name", "password"), [("ida", SECRET), ("Ida Ø", "pässwörd"), ("ida", ""), ("ida", "a:b:c")]
)
def test_the_header_of_a_log_in(name: str, password: str) -> None:
    scheme, _, code = Account(name, password).authorization().partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(code, validate=True).decode() == f"{name}:{password}"


def test_a_name_with_a_colon_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot log in an account with a colon") as caught:
        Account("ida:x", SECRET)
    assert SECRET not in str(caught.value)
