"""Works under dense faults until there were enough of them, and then looks whether anything was lost or doubled.

    python tools/soak                       # 100,000 faults, in both colours, in process and over a socket
    python tools/soak --faults 2000         # less of it; --seed N repeats the choices of a run

It fails where something was lost, done twice, done though it was reported as not done, or left open.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])  # the project, in which this folder is tools.soak
    from tools.soak.command import main

    sys.exit(main())
