"""What the server says about itself and its files."""

from __future__ import annotations

from fmorm.server.calls import Call
from fmorm.server.exact import Json


def product_info(call: Call) -> Json:
    """`GET /productInfo`: as current releases answer, without a version."""
    call.query_parameters().finish()
    call.cached = False
    formats = {"dateFormat": "MM/dd/yyyy", "timeFormat": "HH:mm:ss", "timeStampFormat": "MM/dd/yyyy HH:mm:ss"}
    return {"productInfo": {"name": "FileMaker Data API Engine", **formats}}


def databases(call: Call) -> Json:
    """`GET /databases`: the names of all open files, to anyone, as with the server's list not filtered."""
    call.query_parameters().finish()
    return {"databases": [{"name": name} for name in call.engine.schemas if call.engine.host.is_open(name)]}
