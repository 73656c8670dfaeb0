"""What holds for all tests."""

from __future__ import annotations

import signal

pytest_plugins = ["pytester"]


def pytest_configure() -> None:
    """Let an interrupt be one, for the tests and the processes that they start.

    What a shell runs in the background ignores it, and so would everything below.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
