"""Replies about layouts, scripts and files, as servers have sent them and as none should."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from protocol.answers import JSON, ok, page, refusal
from protocol.scripted import ScriptedDriver, in_order

from fmorm import (
    Database,
    FieldInfo,
    Kind,
    ListedLayout,
    ListedScript,
    PortalInfo,
    ProductInfo,
    ProtocolError,
    ValueList,
)
from fmorm.protocol import metadata
from fmorm.protocol.effects import Inquire, Present, Steps
from fmorm.server import App, load_schema
from fmorm.wire.metadata import Choice
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Place

SCHEMA = Path(__file__).parent.parent / "scenarios" / "shop.toml"
PLACE = Place("vLatest", "Shop")


def told(steps: Steps[Any], response: Mapping[str, Any]) -> Any:
    return ScriptedDriver(in_order(ok(response))).run(steps)


def test_the_list_of_layouts_as_servers_of_18_and_19_send_it() -> None:
    empty: list[object] = []
    response = {
        "layouts": [
            {"name": "18"},
            {"name": "19", "table": ""},
            {"name": "-", "table": ""},
            {
                "name": "Outer",
                "isFolder": True,
                "folderLayoutNames": [
                    {
                        "name": "Inner",
                        "isFolder": True,
                        "folderLayoutNames": [{"name": "deep", "table": "d"}],
                    },
                    {"name": "Empty", "isFolder": True, "folderLayoutNames": empty},
                ],
            },
        ]
    }
    assert told(metadata.layouts(PLACE), response) == [
        ListedLayout("18"),
        ListedLayout("19"),
        ListedLayout("deep", ("Outer", "Inner"), "d"),
    ]


def test_the_list_of_scripts_says_of_each_whether_it_is_a_folder() -> None:
    response = {
        "scripts": [
            {"name": "Nightly", "isFolder": False},
            {"name": "-", "isFolder": False},
            {
                "name": "API",
                "isFolder": True,
                "folderScriptNames": [{"name": "Book", "isFolder": False}],
            },
        ]
    }
    assert told(metadata.scripts(PLACE), response) == [
        ListedScript("Nightly"),
        ListedScript("Book", ("API",)),
    ]


def test_older_servers_tell_their_version() -> None:
    formats = {"dateFormat": "MM/dd/yyyy", "timeFormat": "HH:mm:ss", "timeStampFormat": "MM/dd/yyyy HH:mm:ss"}
    known = {"name": "FileMaker Data API Engine", "buildDate": "05/04/2021", "version": "19.3.1.42"}
    found = told(metadata.product_info(PLACE), {"productInfo": {**known, **formats}})
    assert found == ProductInfo(
        "FileMaker Data API Engine",
        "19.3.1.42",
        "05/04/2021",
        "MM/dd/yyyy",
        "HH:mm:ss",
        "MM/dd/yyyy HH:mm:ss",
    )


def test_a_layout_as_servers_tell_it() -> None:
    plain = {
        "type": "normal",
        "displayType": "editText",
        "result": "text",
        "global": False,
        "autoEnter": False,
        "fourDigitYear": False,
        "maxRepeat": 1,
        "maxCharacters": 0,
        "notEmpty": False,
        "numeric": False,
        "timeOfDay": False,
        "repetitionStart": 1,
        "repetitionEnd": 1,
    }
    response = {
        "fieldMetaData": [
            {"name": "Seen", **plain, "result": "timeStamp", "autoEnter": True},
            {"name": "", **plain, "type": "invalid", "result": "invalid"},
            {
                "name": "Score",
                **plain,
                "result": "number",
                "maxRepeat": 9,
                "repetitionStart": 2,
                "repetitionEnd": 4,
            },
        ],
        "portalMetaData": {
            "Lines": [
                {"name": "far::Price", **plain},
                {"name": "lines::Item", **plain},
                {"name": "lines::No", **plain},
            ],
            "empty": [],
        },
        "valueLists": [
            {
                "name": "People",
                "type": "byField",
                "values": [{"displayValue": "1 Ann", "value": "1"}, {"value": 2}],
            }
        ],
    }
    found = told(metadata.layout_metadata(PLACE, "orders"), response)
    seen, gone, score = found.fields
    assert (seen.kind, seen.auto_enter, seen.read_only) == (Kind.TIMESTAMP, True, True)
    assert (gone.kind, gone.exists) == (None, False)
    assert (score.shown, score.max_repeat, score.repetitions) == ((2, 4), 9, 3)
    assert [(one.name, one.table) for one in found.portals] == [("Lines", "lines"), ("empty", "empty")]
    assert found.value_lists == (ValueList("People", "byField", (Choice("1", "1 Ann"), Choice("2", "2"))),)


def test_of_two_portals_of_one_name_the_reply_is_known_to_tell_one() -> None:
    field = b'{"name":"t::A","type":"normal","result":"text"}'
    body = (
        b'{"response":{"fieldMetaData":[],"portalMetaData":{"t":['
        + field
        + b'],"twice":[],"t":['
        + field
        + b']}},"messages":[{"code":"0","message":"OK"}]}'
    )
    driver = ScriptedDriver(in_order(Reply(200, JSON, body)))
    found = driver.run(metadata.layout_metadata(PLACE, "l"))
    assert found.twice == ("t",)
    assert found.portal("t") == PortalInfo("t", "t", (FieldInfo("t::A"),))


VERBS: list[tuple[Callable[[Place], Steps[Any]], Any]] = [
    (metadata.layouts, {}),
    (metadata.layouts, {"layouts": {}}),
    (metadata.layouts, {"layouts": ["person"]}),
    (metadata.layouts, {"layouts": [{"table": ""}]}),
    (metadata.layouts, {"layouts": [{"name": "f", "isFolder": True}]}),
    (metadata.scripts, {"scripts": [{"name": 5}]}),
    (metadata.databases, {"databases": None}),
    (metadata.product_info, {}),
    (lambda place: metadata.layout_metadata(place, "l"), {"metaData": []}),
    (lambda place: metadata.layout_metadata(place, "l"), {"fieldMetaData": [], "portalMetaData": []}),
    (
        lambda place: metadata.layout_metadata(place, "l"),
        {"fieldMetaData": [], "valueLists": [{"name": "v", "values": [{"displayValue": "x"}]}]},
    ),
]


@pytest.mark.parametrize(("verb", "response"), VERBS)
def test_what_is_of_another_form_is_told_as_such(
    verb: Callable[[Place], Steps[Any]], response: Mapping[str, Any]
) -> None:
    with pytest.raises(ProtocolError, match="the reply says OK but is not of the Data API's form: "):
        told(verb(PLACE), response)


def test_credentials_are_shown_only_to_a_server_that_wants_them() -> None:
    names = ok({"databases": [{"name": "Shop"}]})
    open_to_all = ScriptedDriver(in_order(names))
    assert open_to_all.run(metadata.databases(PLACE)) == ["Shop"]
    assert [type(one) for one in open_to_all.asked] == [Inquire]
    filtering = ScriptedDriver(in_order(refusal(10, 401), names))
    assert filtering.run(metadata.databases(PLACE)) == ["Shop"]
    assert [type(one) for one in filtering.asked] == [Inquire, Present]


def test_what_needs_no_session_is_asked_again_as_well() -> None:
    driver = ScriptedDriver(in_order(page(503), ok({"databases": []})), patience=1)
    assert driver.run(metadata.databases(PLACE)) == []
    assert driver.attempts == [1, 2]


# -- with a server that filters its list ----------------------------------------------------------------------


def test_a_filtered_list_is_told_to_those_who_may_open_the_files() -> None:
    with closing(App(load_schema(SCHEMA), filter_databases=True)) as app, Database.embedded(app) as db:
        assert db.databases() == ["Shop"]
        assert all("sessions" not in request.target for request, _ in app.requests)
