from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server.robust.arbitrary import REQUESTS, Asked, House


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(REQUESTS, min_size=1, max_size=4))
def test_every_request_has_an_answer_of_filemaker_s_form(requests: list[Asked]) -> None:
    house = House()
    for one in requests:
        house.send(one)
    house.close()
