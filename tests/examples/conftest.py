"""What the tests of examples share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from server.page.browser import Browser, browsing, expect_browser


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for one example."""
    expect_browser()
    with browsing(tmp_path_factory.mktemp("browser") / "profile") as browser:
        yield browser
