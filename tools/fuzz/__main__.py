"""Treats the embedded server badly for as long as one likes, and looks whether it stays what it should be.

    python tools/fuzz                       # five minutes
    python tools/fuzz --seconds 3600        # longer; --only records kills chooses parts, --seed N repeats a run

The parts are those of tests/server/robust, which the tests run for some seconds. It fails where one of them does.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

if __name__ == "__main__":
    root = Path(__file__).resolve().parents[2]
    sys.path[0:1] = [
        str(root),
        str(root / "tests"),
    ]  # the project, in which this folder is tools.fuzz, and its tests
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # it warns of each request that is no HTTP
    from server.robust.values import OnPurpose

    from tools.fuzz.command import main

    logging.getLogger("fmorm.server").addFilter(
        lambda record: not (record.exc_info and isinstance(record.exc_info[1], OnPurpose))
    )

    sys.exit(main())
