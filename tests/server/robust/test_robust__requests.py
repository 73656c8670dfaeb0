from __future__ import annotations

import logging
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server.robust.arbitrary import CONTROLS, REQUESTS, Asked
from server.robust.house import House, control
from server.robust.values import SCHEMA
from server.robust.wire import CHUNKS, Wire

from fmorm.server import App, Background

few = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@few
@given(st.lists(REQUESTS, min_size=1, max_size=6))
def test_every_request_has_an_answer_of_filemaker_s_form(requests: list[Asked]) -> None:
    house = House()
    for one in requests:
        house.send(one)
    house.close()


@few
@given(st.lists(CONTROLS, min_size=1, max_size=6))
def test_every_request_to_set_faults_has_an_answer(requests: list[Asked]) -> None:
    assert control(requests).total() == len(requests)


def test_no_bytes_on_the_socket_bring_the_server_down(caplog: pytest.LogCaptureFixture) -> None:
    app, tally = App(SCHEMA), Counter[str]()
    with Background(app) as server:
        wire = Wire(server, tally)

        @few
        @given(CHUNKS)
        def send(chunks: list[bytes]) -> None:
            wire.send(chunks)

        send()
        assert wire.is_alive()
    app.close()
    assert tally["200"] > 0
    assert tally["400"] > 0
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
