"""Running a script by itself."""

from __future__ import annotations

from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.scripts.asked import scripts_of


def run_script(call: Call) -> Json:
    """`GET /databases/{db}/layouts/{layout}/script/{script}`; FileMaker has no `POST`, which is taken as well."""
    _ = call.layout  # a missing layout is noticed before a missing script
    parameters = call.query_parameters()
    if call.request.method == "POST":
        body = call.body_parameters(optional=True)
        parameters.give("script.param", body.take("script.param", ""))
        body.finish()
    parameters.give("script", call.names["script"])
    with scripts_of(call, parameters) as scripts:
        return scripts.alone()
