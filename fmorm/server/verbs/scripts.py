"""Running a script by itself."""

from __future__ import annotations

from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.scripts.asked import scripts_of


def run_script(call: Call) -> Json:
    """`GET /databases/{db}/layouts/{layout}/script/{script}`."""
    parameters = call.query_parameters()
    parameter = parameters.take_text("script.param")
    parameters.finish()
    with scripts_of(call, {"script": (call.names["script"], str(parameter or ""))}) as scripts:
        return scripts.alone()
