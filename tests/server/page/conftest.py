"""The browser at the page, one for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from server.page.browser import Browser, browsing, expect_browser
from server.page.hosts import filled

from fmorm.server import App, Background

REFUSED = "Failed to load resource: "
"""What the console says of every reply that is an error or does not come, also where that was meant."""


@pytest.fixture(scope="session")
def host() -> Iterator[App]:
    app = filled()
    yield app
    app.close()


@pytest.fixture(scope="session")
def url(host: App) -> Iterator[str]:
    with Background(host) as background:
        yield background.url


@pytest.fixture(scope="session")
def shared_browser(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    expect_browser()
    with browsing(tmp_path_factory.mktemp("browser") / "profile") as browser:
        browser.open(url + "/")
        yield browser


@pytest.fixture
def browser(shared_browser: Browser, url: str, host: App) -> Iterator[Browser]:
    """The browser at the page, where nobody has logged in; in the end the console has told of no fault."""
    shared_browser.start_over()
    shared_browser.complaints()
    host.requests.clear()
    yield shared_browser
    assert [one for one in shared_browser.complaints() if REFUSED not in one] == []
    loaded = "return performance.getEntriesByType('resource').map((one) => one.name)"
    assert [one for one in shared_browser.run(loaded) if not one.startswith((url, "blob:", "data:"))] == []
    assert "secret" not in shared_browser.driver.current_url
    assert not any("/stolen" in request.target for request, _ in host.requests)
    shared_browser.resize(1280, 900)
