"""What the embedded server of the tests serves: a file that fits the models."""

from __future__ import annotations

import pytest
from address_book.models import Contact

from fmorm import Model


@pytest.fixture(scope="session")
def fmorm_schema() -> list[type[Model]]:
    return [Contact]
