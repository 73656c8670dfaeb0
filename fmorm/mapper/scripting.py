"""Scripts: alone, and with the requests of other verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fmorm.errors import ProtocolError, ScriptError
from fmorm.mapper.given import expect_model
from fmorm.mapper.home import Home
from fmorm.model.records import Model
from fmorm.protocol.calls import call
from fmorm.protocol.effects import Steps
from fmorm.wire import requests
from fmorm.wire.requests import Request
from fmorm.wire.scripts import Script, ScriptResult, Scripts, members_of, parameter_text, result_of


def run_script(home: Home, layout: type[Model] | str, script: Script) -> Steps[ScriptResult]:
    """Run a script alone.

    Args:
        home: The database.
        layout: The layout that it starts on: a model of it, or its name.
        script: The script.

    Returns:
        How it has ended.

    Raises:
        BadValue: The parameter is too long; nothing was sent.
        OutcomeUnknown: The connection broke, or the reply took too long: it may have run.
        ScriptError: It has ended with an error, and that is not to be ignored.
        ScriptMissing: There is no such script.
    """
    name = layout if isinstance(layout, str) else expect_model(layout, "run_script").place
    request = requests.run_script(home.place, name, script.name, parameter_text(script))
    response = yield from call(request)
    result = result_of(script, response)
    if result is None:
        raise ProtocolError(
            f"{request.about}: the reply says OK but tells nothing of the script",
            status=200,
            request=request.about,
        )
    take_results([script], response, request)
    return result


def asking(request: Request, scripts: Scripts) -> Request:
    """Give a request that runs scripts as well; raises BadValue where their parameters are too long for it."""
    return requests.with_scripts(request, members_of(scripts))


def take_results(scripts: Scripts, response: Mapping[str, Any], request: Request) -> None:
    """Hand on how the scripts of a request have ended, when all that the reply tells is known.

    Args:
        scripts: The scripts, in the order in which they ran.
        response: The `response` member of the reply.
        request: The request.

    Raises:
        ScriptError: One has ended with an error, and that is not to be ignored.
    """
    ended = [(script, result) for script in scripts if (result := result_of(script, response)) is not None]
    for script, result in ended:
        if script.on_result is not None:
            script.on_result(result)
    for script, result in ended:
        if result.error and script.on_error == "raise":
            raise ScriptError(script.name, result.error, result=result.text, request=request.about)
