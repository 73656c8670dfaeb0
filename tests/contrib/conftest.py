"""What the tests of frameworks share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def django_project() -> Iterator[None]:
    """The Django project of the tests, on an embedded server of its own."""
    from contrib.django_site import site

    with site():
        yield
