from __future__ import annotations

from hypothesis import HealthCheck, settings
from server.robust.office import OfficeMachine

TestOffice = OfficeMachine.TestCase
TestOffice.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
