"""What waits, for threads. Written by hand in each colour."""

from __future__ import annotations

from threading import Semaphore

__all__ = ["Semaphore"]
