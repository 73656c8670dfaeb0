"""Times the hot paths as ratios, in turns with a baseline, so that a noisy machine matters little.

    python tools/bench                      # everything, in about two minutes
    python tools/bench --only hydrate       # one group; --json FILE keeps every sample

No test depends on a time, and nothing fails here: the table shows where a target is missed.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])  # the project, in which this folder is tools.bench
    from tools.bench.command import main

    main()
