"""What waits, for tasks. Written by hand in each colour."""

from __future__ import annotations

from asyncio import Semaphore

__all__ = ["Semaphore"]
