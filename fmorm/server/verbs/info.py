"""What the server says about itself and its files."""

from __future__ import annotations

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Account
from fmorm.server.verbs.logins import check_credentials, read_sign_in

_FORMATS = {"dateFormat": "MM/dd/yyyy", "timeFormat": "HH:mm:ss", "timeStampFormat": "MM/dd/yyyy HH:mm:ss"}


def product_info(call: Call) -> Json:
    """`GET /productInfo`; current releases do not say which they are."""
    call.query_parameters().finish()
    call.cached = False
    release = call.engine.release
    built = {"buildDate": release.build_date, "version": release.version} if release.version else {}
    return {"productInfo": {"name": "FileMaker Data API Engine", **built, **_FORMATS}}


def databases(call: Call) -> Json:
    """`GET /databases`: the names of all open files or, where the list is filtered, of those that the account opens."""
    call.query_parameters().finish()
    names = [name for name in call.engine.schemas if call.engine.host.is_open(name)]
    if call.engine.filters_databases:
        check_credentials(call)
        sign_in = read_sign_in(call)
        names = [name for name in names if _opens(sign_in(call.engine.schemas[name]))]
        if not names:
            raise Refusal(refusals.BAD_ACCOUNT)
    return {"databases": [{"name": name} for name in names]}


def _opens(account: Account | None) -> bool:
    return account is not None and account.privileges.data_api
