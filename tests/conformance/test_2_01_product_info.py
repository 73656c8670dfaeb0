"""What the server says about itself."""

from __future__ import annotations

import pytest
from conformance.wire import OK, Serve, Wire

FORMATS = '"dateFormat":"MM/dd/yyyy","timeFormat":"HH:mm:ss","timeStampFormat":"MM/dd/yyyy HH:mm:ss"'
NAME = '{"response":{"productInfo":{"name":"FileMaker Data API Engine",'


def test_anybody_is_told_name_and_formats(stranger: Wire) -> None:
    assert stranger.ask("GET", "/productInfo").text == NAME + FORMATS + "}}," + OK


@pytest.mark.parametrize("release", ["20", "21", "22"])
def test_current_releases_say_neither_version_nor_date(serve: Serve, release: str) -> None:
    info = serve(release=release).ask("GET", "/productInfo").response["productInfo"]
    assert list(info) == ["name", "dateFormat", "timeFormat", "timeStampFormat"]


@pytest.mark.parametrize(("release", "version"), [("18", "18.0.2.217"), ("19", "19.4.2.204")])
def test_older_ones_do(serve: Serve, release: str, version: str) -> None:
    answer = serve(release=release).ask("GET", "/productInfo", version="v1")
    date = answer.response["productInfo"]["buildDate"]
    month, day, year = date.split("/")
    assert (len(month), len(day), len(year)) == (2, 2, 4)
    built = f'"buildDate":"{date}","version":"{version}",'
    assert answer.text == NAME + built + FORMATS + "}}," + OK
