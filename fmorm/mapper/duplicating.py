"""A copy of a record, which FileMaker makes."""

from __future__ import annotations

from typing import TypeVar, cast

from fmorm.errors import OutcomeUnknown
from fmorm.mapper.doubt import read_back
from fmorm.mapper.given import expect_record, id_in_reply
from fmorm.mapper.home import Home, at_home
from fmorm.mapper.reading import read
from fmorm.mapper.scripting import asking, take_results
from fmorm.model.records import Model
from fmorm.model.state import policy_of, saved_id
from fmorm.protocol.calls import call
from fmorm.protocol.effects import Steps
from fmorm.wire import requests
from fmorm.wire.scripts import AnyScripts, scripts_of

M = TypeVar("M", bound=Model)


def duplicate(home: Home, record: M, script: AnyScripts) -> Steps[M]:
    """Let FileMaker make a copy of a record, and read it.

    Args:
        home: The database.
        record: A record that exists in FileMaker. What is changed on it and not saved is not in the copy.
        script: Scripts to run with it.

    Returns:
        The copy: its auto-entered values are new, and related records are not copied.

    Raises:
        RecordMissing: The record is there no more.
        RecordStateError: It was never created, or lives elsewhere.
        RefusedValue: A value must be unique; nothing was created.
        OutcomeUnknown: The connection broke: there may be a copy.
        ConnectionLost: The copy was made, and reading it failed.
        ScriptError: The copy was made, and a script has ended with an error.
    """
    expect_record(record, "duplicate")
    plan, scripts = at_home(home, record), scripts_of(script)
    request = asking(requests.duplicate(home.place, plan.place, saved_id(record)), scripts)
    response = yield from call(request)
    record_id = id_in_reply(response.get("recordId"))
    if record_id is None:
        advice = "find the copy by its values"
        raise OutcomeUnknown(
            f"{request.about}: the server said OK but gave no record id; {advice}",
            request=request.about,
            advice=advice,
        )
    take_results(scripts, response, request)
    copy = read(home, plan, record_id, policy_of(record))
    made = f"the copy was made as record {record_id}"
    return cast(
        "M", (yield from read_back(copy, made, f"db.get({plan.cls.__name__}, {record_id}) does it again"))
    )
