"""How a command says that what was asked for cannot be done."""

from __future__ import annotations

import sys

WRONG = 2


class Wrong(Exception):
    """What was asked for cannot be done; the message says why."""

    def told_by(self, command: str) -> int:
        """Print it in a line, and give the exit status."""
        print(f"fmorm {command}: {self}", file=sys.stderr)
        return WRONG
